// The experiments with real servers and clients: a small one runs from its start to its record, nothing of it is left
// however it ends, and what it says is what a record holds. The records and the experiments belong together, and a small
// record is what the product predicts; all of them are held against it in records.full.test.ts.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { slowdown } from '../busy-machine.ts';
import { loadScenario } from '../../src/cascade-sim.ts';
import { derivedScenario } from './derived-scenario.ts';
import type { ExperimentSpec } from './experiment.ts';
import { experiments } from './experiments.ts';
import { measure } from './measured.ts';
import { recordsFolder } from './prediction-figures.ts';
import { misfits, outsideBand, predict, recoveredAfterSec } from './prediction.ts';
import { lateness, NoQuietRun, undisturbed } from './quiet.ts';
import type { RealRun } from './real-run.ts';
import { readRecord, recordNames } from './record.ts';
import { startEmulation, type StartedEmulation } from './started-emulation.ts';

const SEEDS = 10;
const build = fileURLToPath(new URL('build.mjs', import.meta.url));
const { small } = experiments;
const specOf = (name: string): ExperimentSpec => {
  const { title: _title, nearThreshold: _nearThreshold, misfit: _misfit, ...spec } = experiments[name];
  return spec;
};

describe('an experiment that is run for real', () => {
  const folder = mkdtempSync(join(tmpdir(), 'emulation-'));
  const argv = ['small', '--reps', '1', '--any-load', '--out', folder];

  beforeAll(() => {
    const { status, stderr } = spawnSync(process.execPath, [build], { encoding: 'utf8' });
    expect(status, stderr).toBe(0);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const allGone = async (started: StartedEmulation): Promise<boolean> => {
    const endMs = performance.now() + 3000 * slowdown();
    while (started.isThere() && performance.now() < endMs) await sleep(20);
    return !started.isThere();
  };

  it.concurrent('leaves a record in which every client is accounted for, and no process', async () => {
    const started = startEmulation(argv);
    const { status, stdout, stderr } = await started.ended;
    expect(status, stderr).toBe(0);
    expect(await allGone(started)).toBe(true);
    expect(stdout).toBe(`${join(folder, 'small.json')}\n`);
    const record = readRecord(folder, 'small');
    expect(record).toMatchObject({ name: 'small', experiment: specOf('small'), versions: { node: process.version } });
    const [{ connected, totals }] = record.runs;
    expect(connected).toHaveLength(small.durationMs / 1000 + 1);
    expect(connected[0]).toBe(small.clients);
    expect(totals.drops).toBe(small.clients / small.hosts);
    // Half of a second after the kill all that were lost still wait: nobody tries again within 0.4 s, and at 1 s few are back.
    expect(connected[1]).toBeLessThan(small.clients);
    const openAttempts = totals.attempts - totals.connected - totals.timedOut - totals.failed;
    expect(openAttempts).toBeGreaterThanOrEqual(0);
    expect(openAttempts).toBeLessThanOrEqual(totals.drops - totals.connected);
    expect(connected.at(-1)).toBe(small.clients - totals.drops + totals.connected);
    expect(record.calibration.networkMs).toBeGreaterThan(0);
  });

  it.concurrent.each([
    ['interrupted as by Ctrl-C', 'signalAll', 'SIGINT', 130],
    ['killed', 'signal', 'SIGKILL', null],
  ] as const)('leaves no process and no record when it is %s amid a run', async (_, how, signal, exitCode) => {
    const own = join(folder, signal);
    const started = startEmulation([...argv.slice(0, -1), own]);
    await started.told(/60 clients are connected/);
    started[how](signal);
    const { status } = await started.ended;
    expect(status).toBe(exitCode);
    expect(await allGone(started)).toBe(true);
    expect(readdirSync(own)).toEqual([]);
  });

  it.concurrent('names the experiments to who asks for another one', async () => {
    const { status, stdout, stderr } = await startEmulation(['two-kiled']).ended;
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain('there is no experiment "two-kiled"\n  did you mean "two-killed"?');
    for (const [name, { title }] of Object.entries(experiments)) {
      expect(stderr).toContain(name);
      expect(stderr).toContain(title);
    }
  });

  it.concurrent.each([
    [[], /no experiment was named/],
    [['small', '--reps', '0'], /expected a whole number from 1 to 999/],
    [['small', '--any-load'], /say --out FOLDER/],
    [['small', '--out', join(build, 'records')], /no record can be written to .*: ENOTDIR/],
    [['small', '--rep', '3'], /unknown option '--rep'/],
  ])('refuses %j in words', async (bad, words) => {
    const { status, stderr } = await startEmulation(bad).ended;
    expect(status).toBe(2);
    expect(stderr).toMatch(words);
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  it.concurrent('lists all experiments', async () => {
    const { status, stdout } = await startEmulation(['--list']).ended;
    expect(status).toBe(0);
    expect(
      stdout
        .trimEnd()
        .split('\n')
        .map((line) => line.split(' ')[0]),
    ).toEqual(Object.keys(experiments));
  });
});

describe('a run on a busy machine', () => {
  it('is thrown away if a process was more than 30 ms late, or a host booted late', () => {
    expect(lateness(30, [])).toBe(null);
    expect(lateness(30.1, [])).toMatch(/^a process was 30.1 ms late/);
    expect(lateness(10, ['host 1 booted 200 ms late'])).toBe('host 1 booted 200 ms late');
  });

  it('is made again, up to three times in all', async () => {
    const tries = (disturbances: readonly (string | null)[]) => {
      const left = disturbances.map((disturbedBy, result) => ({ result, disturbedBy }));
      const told: string[] = [];
      const made = undisturbed(
        'run 1',
        () => Promise.resolve(left.shift()!),
        (why) => told.push(why),
      );
      return { made, told };
    };
    const third = tries(['a', 'b', null]);
    expect(await third.made).toBe(2);
    expect(third.told).toEqual(['a', 'b']);
    const never = tries(['a', 'b', 'c', null]);
    await expect(never.made).rejects.toThrow(/^run 1 was disturbed 3 times/);
    await expect(never.made).rejects.toThrow(NoQuietRun);
  });
});

describe('the records', () => {
  it('are of the experiments as they are, each of one', () => {
    expect(recordNames(recordsFolder)).toEqual(Object.keys(experiments).sort());
    for (const name of recordNames(recordsFolder)) {
      const { experiment, runs } = readRecord(recordsFolder, name);
      expect(experiment, name).toEqual(specOf(name));
      expect(runs.length, name).toBeGreaterThanOrEqual(2);
      for (const { connected, loopDelayMs } of runs) {
        expect(connected, name).toHaveLength(experiment.durationMs / 1000 + 1);
        expect(loopDelayMs, name).toBeLessThanOrEqual(30);
      }
    }
  });

  it('can all be told to the product', () => {
    for (const [name, experiment] of Object.entries(experiments)) {
      const { calibration } = readRecord(recordsFolder, name);
      expect(() =>
        loadScenario(JSON.stringify(derivedScenario(name, experiment, calibration)), { file: 'x.json' }),
      ).not.toThrow();
    }
    const odd = { ...small, options: { debug: 1 } };
    const { calibration } = readRecord(recordsFolder, 'small');
    expect(() => derivedScenario('small', odd, calibration)).toThrow('nothing is known of the option debug');
  });

  it('fit: the small one, and one that is not so small any more if its server were twice as slow', async () => {
    const record = readRecord(recordsFolder, 'small');
    expect(misfits(record, await predict(record, SEEDS), {})).toEqual([]);
    const probed = readRecord(recordsFolder, 'probed-aside');
    expect(misfits(probed, await predict(probed, SEEDS), {})).toEqual([]);
    const slower = { ...probed.experiment, server: { ...probed.experiment.server, serviceMs: 260 } };
    expect(misfits(probed, await predict({ ...probed, experiment: slower }, SEEDS), {})).not.toEqual([]);
  });
});

describe('a real run, told as the simulator tells its own', () => {
  const spec: ExperimentSpec = { ...specOf('small'), clients: 4, durationMs: 3000 };
  // Its process was gone 40 ms late, so that all times are told 40 ms earlier; it began 1,000,000 ms after 1970.
  const run: RealRun = {
    beganAtMs: 1_000_000,
    deaths: [
      { host: 1, cause: 'kill', atMs: 1_000_540 },
      { host: 2, cause: 'liveness', atMs: 1_002_000 },
      { host: 2, cause: 'liveness', atMs: 1_003_041 },
    ],
    entries: [
      [990_000, 0, 'S'],
      [990_001, 0, 'C'],
      [1_000_541, 0, 'L'],
      [1_000_542, 1, 'L'],
      [1_001_039, 0, 'S'],
      [1_001_041, 0, 'C'],
      [1_001_500, 1, 'S'],
      [1_001_900, 1, 'F'],
      [1_002_100, 1, 'S'],
      [1_002_900, 1, 'T'],
      [1_003_039, 1, 'S'],
      [1_003_041, 1, 'C'],
    ],
    loopDelaysMs: [],
    lateBoots: [],
    troubles: [],
  };

  it('has its clock from the death of the first hosts, and counts within its time', () => {
    expect(measure(spec, run)).toEqual({
      connected: [4, 2, 3, 3],
      totals: { drops: 2, attempts: 4, connected: 1, timedOut: 1, failed: 1, livenessKills: 1 },
    });
  });

  it('has recovered when all but a hundredth are there for good', () => {
    const told = measure(spec, run);
    expect(recoveredAfterSec(spec, told)).toBe(Infinity);
    expect(recoveredAfterSec(spec, { ...told, connected: [4, 2, 3, 4] })).toBe(3);
    expect(recoveredAfterSec({ ...spec, clients: 400 }, { ...told, connected: [400, 300, 395, 396] })).toBe(3);
  });

  it('is outside by the run and the second that are furthest out', () => {
    const curve = (...connected: number[]) => ({ connected, totals: measure(spec, run).totals });
    const predicted = [curve(100, 50, 70), curve(100, 50, 90)];
    const real = [curve(100, 52, 80), curve(100, 47, 91)];
    expect(outsideBand(100, real, predicted)).toEqual({ pp: 3, atSec: 1, seconds: 2 });
  });
});
