// Whatever the program is at, a signal ends it within about a second, and limits hold: while it waits for a scenario or
// reads a large one, builds a fleet, or is within a simulated second that does not end.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Outcome } from '../../src/metrics/outcome.ts';
import { aSecondHereMs, hasComputed } from '../busy-machine.ts';
import { filesBelow } from '../files-below.ts';
import { checkStopped, largeFile, lostFleet, stoppedWhen } from './amid-reading.ts';
import { startProgram } from './started-program.ts';

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'sim-signals-'));
});
afterAll(() => {
  rmSync(root, { recursive: true, force: true });
});

const storm = (): string => lostFleet(root, 'storm', `
products: [{ name: chat, sessions: 2000 }]
clients: [{ name: current, backoff: none, giveUp: { after: 100000000, then: stay } }]
`, '0.005ms'); // prettier-ignore

// A signal is the same to all that read a scenario; amid-reading.full.test.ts tries every command, and more moments.
checkStopped(['run', 'check'], [0, 40, 110, 250]);

describe('Ctrl-C', () => {
  it('while a fleet of three million sessions is built', async () => {
    const file = lostFleet(
      root,
      'fleet',
      'products: [{ name: chat, sessions: 3000000 }]\nclients: [{ name: current, backoff: { policy: fixed, delay: 1s } }]\n',
    );
    const out = join(root, 'fleet-out');
    const { status, stderr, afterMs } = await stoppedWhen(
      ['run', file, '--out', out, '--no-charts', '--max-memory', '3GB'],
      root,
      async () => {
        while (!existsSync(join(out, 'fleet'))) await sleep(5);
        await sleep(100);
      },
    );
    expect([status, stderr]).toEqual([130, expect.stringContaining('interrupted')]);
    expect(afterMs).toBeLessThan(aSecondHereMs());
    // Ended, and nothing is left; or it had just been built, and wrote what there was.
    if (existsSync(out)) expect(filesBelow(out).length).toBe(3);
  });

  it('within a simulated second that does not end: what there is is written', async () => {
    const out = join(root, 'storm-out');
    const { status, stderr, afterMs } = await stoppedWhen(
      ['run', storm(), '--out', out, '--no-charts', '--quiet'],
      root,
      async (pid) => {
        while (!existsSync(join(out, 'storm'))) await sleep(5);
        await hasComputed(pid, 1500);
      },
    );
    expect([status, stderr]).toEqual([130, 'interrupted: writing what there is (once more to stop at once)\n']);
    expect(afterMs).toBeLessThan(aSecondHereMs());
    const outcome = JSON.parse(readFileSync(join(out, 'storm/baseline/outcome.json'), 'utf8')) as Outcome;
    expect([outcome.complete, (outcome.metrics.attempts as number) > 100_000]).toEqual([false, true]);
  });
});

describe('a limit holds', () => {
  const hungry = (): string =>
    lostFleet(
      root,
      'hungry',
      'products: [{ name: chat, sessions: 150000 }]\nclients: [{ name: current, backoff: { policy: fixed, delay: 1ms }, connectTimeout: 20ms }]\n',
    );

  it('of memory, in a run that grows fast: within a quarter and 100 MB', async () => {
    const file = hungry();
    writeFileSync(file, readFileSync(file, 'utf8').replace('24h', '1s'));
    const { status, stderr } = await startProgram(['run', file, '--max-memory', '250MB', '--no-charts', '--quiet'], {
      cwd: root,
    }).ended;
    expect([status, stderr]).toEqual([
      2,
      expect.stringMatching(/expected at most 250 MB of memory, found \d+ MB\n {2}raise the limit with --max-memory/),
    ]);
    expect(Number(/found (\d+) MB/.exec(stderr)![1])).toBeLessThan(1.25 * 250 + 100);
  });

  it.each([
    ['--max-time', '500ms', /large\.yaml\n {2}expected a run of at most 0\.5 s, found one that takes longer\n/],
    ['--max-memory', '130MB', /large\.yaml\n {2}expected at most 130 MB of memory, found \d+ MB\n/],
  ])('of %s while a scenario is loaded', async (flag, value, message) => {
    const { status, stderr } = await startProgram(['run', largeFile(root), flag, value], { cwd: root }).ended;
    expect([status, stderr]).toEqual([2, expect.stringMatching(message)]);
  });

  it('of a tiny heap, with words', async () => {
    const { status, stderr } = await startProgram(['run', largeFile(root)], {
      cwd: root,
      env: { NODE_OPTIONS: '--max-old-space-size=20' },
    }).ended;
    expect([status, stderr]).toEqual([2, expect.stringMatching(/^error: out of memory: V8's heap may have \d+ MB/)]);
  });
});
