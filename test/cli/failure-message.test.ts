// What the program says when it is wrong itself: enough to repeat the run.
import picocolors from 'picocolors';
import { describe, expect, it } from 'vitest';
import { simulationErrorMessage, unexpectedErrorMessage, usageMessage } from '../../src/cli/failure-message.ts';
import { UsageError } from '../../src/cli/usage-error.ts';
import { SimulationError } from '../../src/engine/simulation-error.ts';

const colors = picocolors.createColors(false);

describe('an internal error', () => {
  it('of the simulation tells what, when, which event and seed, and the command that repeats it', () => {
    const error = new SimulationError('host p1/agent-workspace-api/3 accepted a session while rebooting');
    Object.assign(error, { atMs: 1_033_412, eventNumber: 1_204_551, label: 'attempt arrives', seed: 'apr26/3' });
    const clockTextOf = (atMs: number): string => `T+${atMs}`;
    expect(simulationErrorMessage(error, clockTextOf, 'npx sim run scenarios/apr26.json --seed apr26/3', colors)).toBe(
      [
        'internal error: host p1/agent-workspace-api/3 accepted a session while rebooting',
        '  at T+1033412, event 1204551 (attempt arrives), seed apr26/3',
        '  repeat: npx sim run scenarios/apr26.json --seed apr26/3',
        '',
      ].join('\n'),
    );
  });

  it('of any other kind has message and stack, and says that it is a bug', () => {
    const lines = unexpectedErrorMessage(new TypeError('x is not a function'), 'npx sim list', colors).split('\n');
    expect(lines.slice(0, 2)).toEqual(['internal error: x is not a function', '  this is a bug in sim']);
    expect(lines[2]).toMatch(/^ {2}at .+failure-message\.test\.ts/);
    expect(lines.at(-2)).toBe('  repeat: npx sim list');
  });
});

describe("a user's mistake", () => {
  it('is one line, and its hints below', () => {
    expect(usageMessage(new UsageError('cannot write out', 'choose another'), colors)).toBe(
      'error: cannot write out\n  choose another\n',
    );
  });
});
