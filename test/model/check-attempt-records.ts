/**
 * The record that an attempt happens to get decides nothing: a run in which none
 * is ever used twice is the same run. Whoever keeps an attempt's number, or its
 * session's slot, for longer than it is that one's, is found by it.
 */
import fc from 'fast-check';
import { afterEach, expect, it, vi } from 'vitest';
import { Simulation } from '../../src/model/simulation.ts';
import { Attempts } from '../../src/model/state/attempts.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';
import { firstDifference } from '../first-difference.ts';
import { scenarioOf } from '../small-scenario.ts';
import { randomContent } from './random-scenario.ts';
import { silentRecorder } from './silent-recorder.ts';

/** Everything that is told of attempts, in its order. */
function told(scenario: Scenario): string[] {
  const all: string[] = [];
  const note =
    (what: string) =>
    (...values: readonly unknown[]): void =>
      void all.push(`${what} ${values.join(' ')}`);
  const recorder = silentRecorder({
    attemptEnded: note('ended'),
    enteredTier: note('entered'),
    serviceBegan: note('served'),
    abandonedServed: note('abandoned'),
    connected: note('connected'),
    dropped: note('dropped'),
    hostChanged: note('host'),
  });
  const simulation = new Simulation(scenario, { seed: 'records', recorder, inspects: true });
  simulation.run(scenario.clock.durationMs);
  simulation.finish();
  return all;
}

afterEach(() => {
  vi.restoreAllMocks();
});

/** The same, where no record is ever used again. */
function toldWithNewRecords(scenario: Scenario): string[] {
  const release = vi.spyOn(Attempts.prototype, 'release').mockImplementation(() => undefined);
  const all = told(scenario);
  release.mockRestore();
  return all;
}

/** On so many random scenarios; RECORD_RUNS says otherwise. */
export function checkAttemptRecords(usually: number): void {
  const runs = Number(process.env.RECORD_RUNS ?? usually);
  it('is what it is in whatever record it is kept', () => {
    let multiplied = 0;
    fc.assert(
      fc.property(randomContent, (content) => {
        const scenario = scenarioOf(content);
        expect(firstDifference(toldWithNewRecords(scenario), told(scenario))).toBeNull();
        if (scenario.clients.some(({ multiplies }) => multiplies !== null)) multiplied++;
      }),
      { numRuns: runs, seed: 77 },
    );
    expect(multiplied).toBeGreaterThan(runs / 10);
  });
}
