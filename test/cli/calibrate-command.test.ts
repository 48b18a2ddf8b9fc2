// `sim calibrate`: the posterior of a limit's rate in closed form, a knob that does nothing, what it writes, that neither jobs
// nor a kill change it, and what it says to nonsense. 24 sessions are lost at 10:02 and let back in one after the other, so
// that it is resolved N / rate later.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chanceDistance, greatestDistance } from '../experiments/calibration/made-up-model.ts';
import { csvCells } from './dangers.ts';
import { sim, type Captured } from './captured-terminal.ts';
import { program } from './started-program.ts';

const text = `
format: 1
name: bucket
seed: bucket
clock: { date: 2024-01-01, from: "10:00", to: "10:26" }
tiers:
  - name: front
    hosts: 1
    parallelism: 64
    serviceTime: 10ms
    sessionsAtFullLoad: 10000
    boot: 1s
    holdsSessions: true
    admission: { policy: token-bucket, rate: 0.08/s, burst: 1 }
products: [{ name: chat, sessions: 24 }]
clients:
  - name: current
    backoff: { policy: fixed, delay: 4s, jitter: 1s }
    connectTimeout: 10s
timeline: [{ name: reboot, at: "10:02", action: reboot, target: { tier: front } }]
observed:
  - { name: resolved, at: "10:08", says: resolved, expect: resolved, means: begins, tolerance: 1m }
  - { name: down, at: "10:03", says: out, expect: "disconnectedFraction > 0.5", means: has-begun, tolerance: 30s }
variants:
  - { name: more-at-once, title: half of them at once, set: { tiers.front.admission.burst: 12 } }
  - { name: same, title: nothing else, set: { tiers.front.admission.burst: 1 } }
assumptions:
  - { path: tiers.front.admission.rate, range: [0.02/s, 0.24/s], why: decides when it is over }
  - { path: tiers.front.parallelism, range: [32, 128], why: there is room for all }
`;

let folder: string;
let file: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sim-calibrate-'));
  file = join(folder, 'bucket.yaml');
  writeFileSync(file, text);
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const results = (out: string): string => join(folder, out, 'bucket', 'calibrate');
const flags = (out: string, ...more: readonly string[]): string[] => ['calibrate', file, '--out', join(folder, out), '--quiet', '--no-charts', ...more]; // prettier-ignore
const ask = (out: string, ...more: readonly string[]): Promise<Captured> => sim(...flags(out, '--jobs', '1', ...more));
const small = ['--particles', '12', '--tolerance', '2m', '--variants', 'none'];
const files = ['calibration.json', 'posterior.csv'];
const read = (out: string): string[] => files.map((name) => readFileSync(join(results(out), name), 'utf8'));

/** A rate as it is written, a second. */
function perSec(text: string): number {
  const [amount, unit] = text.split('/');
  return Number(amount) / { s: 1, min: 60, h: 3600 }[unit as 's' | 'min' | 'h'];
}

interface Told {
  readonly assumptions: readonly { path: string; identified: boolean }[];
  readonly rows: readonly { name: string; kind: string; prior: number; posterior: number; leftOut: number }[];
  readonly worths: { variants: readonly { name: string; saved: { median: number; low: number; high: number } }[] };
  readonly effectiveSize: number;
}

describe('a limit whose rate is unknown', () => {
  it('is calibrated to the posterior in closed form, and leaves what does nothing where it was', async () => {
    const { stdout, exitCode } = await ask('form', '--particles', '60', '--tolerance', '1m', '--draws', '6', '--json');
    expect(exitCode).toBe(0);
    const { assumptions, rows, worths, effectiveSize } = JSON.parse(stdout) as Told;
    expect(assumptions.map(({ identified }) => identified)).toEqual([true, false]);
    expect(rows.map(({ kind }) => kind)).toEqual(['fitted', 'given']);
    expect(rows[0].posterior).toBeGreaterThan(rows[0].leftOut);
    // They wait 0 … 23 tokens, 276 in all; with half of them at once, the others 1 … 12: 78 in all, for every rate.
    const [more, same] = worths.variants;
    expect(Math.abs(more.saved.median - (1 - 78 / 276))).toBeLessThan(0.03);
    expect(same.saved).toEqual({ median: 0, low: 0, high: 0 });
    const [head, ...lines] = csvCells(readFileSync(join(results('form'), 'posterior.csv'), 'utf8'));
    const column = (name: string): number[] => lines.map((line) => parseFloat(line[head.indexOf(name)]));
    const weights = column('weight');
    // It is calm when the last of 24 is in, the first being let in after the boot. Each of the others takes the next
    // token, 1 / rate seconds after the last was taken, at the first knock of the k that still wait, each of which
    // knocks every 4.5 s: 4.5 / (k + 1) s later. The row's error is ±1 minute, which counts within ±1 minute.
    const knockingSec = Array.from({ length: 23 }, (_, i) => 4.5 / (i + 2)).reduce((sum, one) => sum + one, 0);
    const [from, to] = [0.02, 0.24].map(Math.log);
    const density = (logRate: number): number => {
      const errorMin = Math.abs(8 - (2 + (1 + 23 / Math.exp(logRate) + knockingSec) / 60));
      return Math.max(0, Math.min(1, (2 - errorMin) / 2));
    };
    const steps = Array.from({ length: 4000 }, (_, i) => from + ((i + 0.5) / 4000) * (to - from));
    const all = steps.reduce((sum, one) => sum + density(one), 0);
    const cdf = (x: number): number => steps.reduce((sum, one) => (one <= x ? sum + density(one) : sum), 0) / all;
    const rates = lines.map((line) => Math.log(perSec(line[head.indexOf('tiers.front.admission.rate')])));
    expect(greatestDistance(rates, weights, cdf)).toBeLessThan(chanceDistance(effectiveSize));
    const places = column('tiers.front.parallelism').map((one) => Math.log(one / 32) / Math.log(4));
    expect(greatestDistance(places, weights, (u) => u)).toBeLessThan(chanceDistance(effectiveSize));
  });

  it('is the same to the byte with two jobs, and what is kept is not run again', async () => {
    await ask('one', ...small);
    await sim(...flags('two', '--jobs', '2', ...small));
    expect(read('two')).toEqual(read('one'));
    const before = read('one');
    await ask('one', ...small);
    expect(read('one')).toEqual(before);
  });

  it('goes on after a kill, to the same bytes', async () => {
    const child = spawn(process.execPath, [program, ...flags('killed', '--jobs', '1', ...small)], { stdio: 'ignore' });
    const ended = new Promise((resolve) => child.on('close', resolve));
    const kept = join(results('killed'), 'kept');
    const count = (): number =>
      existsSync(kept) ? readdirSync(kept, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.json')).length : 0; // prettier-ignore
    while (count() < 3) await sleep(5);
    child.kill('SIGKILL');
    await ended;
    expect(existsSync(join(results('killed'), files[0]))).toBe(false);
    await ask('killed', ...small);
    await ask('whole', ...small);
    expect(read('killed')).toEqual(read('whole'));
  });

  it('does not listen to a row that is held out', async () => {
    const { stdout } = await ask('held', ...small, '--hold-out', 'resolved', '--json');
    const { assumptions, rows } = JSON.parse(stdout) as Told;
    expect(assumptions.some(({ identified }) => identified)).toBe(false);
    expect(rows.find(({ name }) => name === 'resolved')).toMatchObject({ heldOut: true, kind: 'missed' });
  });
});

describe('a series that was measured', () => {
  const at = (): string => join(folder, 'measured.yaml');
  const measuring = (more = ''): string => {
    const row = `measured: [{ name: lost, file: lost.csv, time: clock, column: disconnectedFraction, is: disconnectedFraction, error: { sd: 2%, shift: 5s }${more} }]\n`; // prettier-ignore
    return `${text.slice(0, text.indexOf('observed:'))}${row}${text.slice(text.indexOf('assumptions:'))}`;
  };
  const calibrated = (...more: readonly string[]): Promise<Captured> => sim('calibrate', at(), '--out', join(folder, 'measured'), '--quiet', '--no-charts', '--jobs', '1', ...more); // prettier-ignore

  it('of a run whose rate is known identifies that rate, and tells what it leaves out', async () => {
    writeFileSync(at(), measuring());
    const truth = await sim('run', at(), '--set', 'tiers.front.admission.rate=0.06/s', '--seed', 'truth', '--quiet', '--no-charts', '--out', join(folder, 'truth')); // prettier-ignore
    expect(truth.exitCode).toBe(0);
    const series = readdirSync(join(folder, 'truth'), { recursive: true, encoding: 'utf8' }).find((name) => name.endsWith('timeseries.csv'))!; // prettier-ignore
    const [head, ...lines] = readFileSync(join(folder, 'truth', series), 'utf8')
      .trim()
      .split('\n');
    const place = head.split(',').indexOf('disconnectedFraction');
    // With a gap, and in percent.
    const rows = lines.map((line, i) => `${line.split(',')[0]},${i % 10 === 3 ? 'NaN' : 100 * Number(line.split(',')[place])}`); // prettier-ignore
    writeFileSync(join(folder, 'lost.csv'), `clock,disconnectedFraction\n${rows.join('\n')}\n`);
    writeFileSync(at(), measuring(', factor: 0.01'));
    const { exitCode, stdout, stderr } = await calibrated('--particles', '12', '--tolerance', '40s', '--json');
    expect([exitCode, stderr]).toEqual([0, expect.stringMatching(/^lost: left out \d+ lines without a number\n$/)]);
    const told = JSON.parse(stdout) as Told & { assumptions: readonly { posterior: readonly string[] }[] };
    expect(told.assumptions.map(({ identified }) => identified)).toEqual([true, false]);
    const [low, , high] = told.assumptions[0].posterior.map(perSec);
    expect(low).toBeLessThan(0.06);
    expect(high).toBeGreaterThan(0.06);
    expect(high / low).toBeLessThan(1.5);
  });

  it('that cannot be read is told at its place, by validate as well', async () => {
    writeFileSync(at(), measuring().replace('lost.csv', 'none.csv'));
    for (const { stdout, stderr, exitCode } of [await calibrated(), await sim('validate', at())])
      expect([exitCode, stdout + stderr]).toEqual([expect.any(Number), expect.stringMatching(/measured\.yaml:21:12 .*measured\.lost[^]*expected a file that can be read, in none\.csv, found no such file/)]); // prettier-ignore
    expect((await calibrated()).exitCode).toBe(2);
    writeFileSync(at(), measuring().replace('sd: 2%', 'sd: 5/s').replace('is: disconnectedFraction', 'is: peakImpactedPods')); // prettier-ignore
    const { stderr } = await calibrated();
    expect(stderr).toContain('expected a metric that has a value at each instant, found "peakImpactedPods"');
  });
});

describe('nonsense', () => {
  it.each([
    [['--rows', 'resolvd'], 'did you mean "resolved"'],
    [['--hold-out', 'resolved,down'], 'leaves no row'],
    [['--tolerance', '10ms'], 'a second at least'],
    [['--particles', '0'], '--particles must be a whole number'],
    [['--variants', 'mor'], 'a variant: one of more-at-once | same'],
    [['--budget', 'soon'], '--budget'],
    [['--seed', ''], '--seed must not be empty'],
  ])('%j is told', async (more, message) => {
    const { exitCode, stderr } = await ask('nonsense', ...more);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(message)]);
  });

  it('of a file is told: nothing to draw, no row, an empty box, rows that contradict each other', async () => {
    const broken = async (name: string, from: string, to: string): Promise<Captured> => {
      const path = join(folder, `${name}.yaml`);
      writeFileSync(path, text.replace(from, to));
      return sim(
        'calibrate',
        path,
        '--out',
        join(folder, name),
        '--quiet',
        '--jobs',
        '1',
        ...small,
        '--particles',
        '5',
      );
    };
    const none = await broken('none', text.slice(text.indexOf('assumptions:')), '');
    expect([none.exitCode, none.stderr]).toEqual([2, expect.stringContaining('has nothing to draw')]);
    const rows = text.slice(text.indexOf('observed:'), text.indexOf('variants:'));
    const rowless = await broken('rowless', rows, '');
    expect([rowless.exitCode, rowless.stderr]).toEqual([2, expect.stringContaining('nothing to be held against')]);
    const empty = await broken('empty', 'variants:', "given: ['loadAtStart.front > 5']\nvariants:");
    expect([empty.exitCode, empty.stderr]).toEqual([2, expect.stringContaining('leave hardly anything to run')]);
    const later = '  - { name: later, at: "10:20", says: resolved, expect: resolved, means: begins, tolerance: 1m }\nvariants:'; // prettier-ignore
    const against = await broken('against', 'variants:', later);
    // Twelve minutes apart, a minute each: whatever the rate, one of the two is missed by five.
    expect(against.exitCode).toBe(2);
    expect(against.stderr).toMatch(/no draw comes nearer than 5(m\d*s?|m) to both resolved \(10:08(:00)?\) and later/);
  });
});
