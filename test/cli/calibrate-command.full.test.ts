/**
 * `sim calibrate` against answers that are known: the posterior of a limit's rate in closed form, and what does nothing left
 * where it was; the rate of a run whose curve was measured; rows that contradict each other. And a plan over two rates.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { chanceDistance, greatestDistance } from '../experiments/calibration/made-up-model.ts';
import { bucketFolder, bucketText, perSec, type CalibrationJson } from './bucket-scenario.ts';
import { sim, type Captured } from './captured-terminal.ts';
import { csvCells } from './dangers.ts';

const { folder, file } = bucketFolder();

const calibrated = (at: string, out: string, ...more: readonly string[]): Promise<Captured> => sim('calibrate', at, '--out', join(folder, out), '--quiet', '--no-charts', '--jobs', '1', ...more); // prettier-ignore

describe('a limit whose rate is unknown', () => {
  it('is calibrated to the posterior in closed form, and leaves what does nothing where it was', async () => {
    const { stdout, exitCode } = await calibrated(
      file,
      'form',
      '--particles',
      '60',
      '--tolerance',
      '1m',
      '--draws',
      '6',
      '--json',
    );
    expect(exitCode).toBe(0);
    const { assumptions, rows, worths, effectiveSize } = JSON.parse(stdout) as CalibrationJson;
    expect(assumptions.map(({ identified }) => identified)).toEqual([true, false]);
    expect(rows.map(({ kind }) => kind)).toEqual(['fitted', 'given']);
    expect(rows[0].posterior).toBeGreaterThan(rows[0].leftOut);
    // They wait 0 … 23 tokens, 276 in all; with half of them at once, the others 1 … 12: 78 in all, for every rate.
    const [more, same] = worths.variants;
    expect(Math.abs(more.saved.median - (1 - 78 / 276))).toBeLessThan(0.03);
    expect(same.saved).toEqual({ median: 0, low: 0, high: 0 });
    const [head, ...lines] = csvCells(
      readFileSync(join(folder, 'form', 'bucket', 'calibrate', 'posterior.csv'), 'utf8'),
    );
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

  it('of which the curve was measured is found again, and what is left out is told', async () => {
    const at = join(folder, 'measured.yaml');
    const measuring = (more = ''): string => {
      const row = `measured: [{ name: lost, file: lost.csv, time: clock, column: disconnectedFraction, is: disconnectedFraction, error: { sd: 2%, shift: 5s }${more} }]\n`; // prettier-ignore
      return `${bucketText.slice(0, bucketText.indexOf('observed:'))}${row}${bucketText.slice(bucketText.indexOf('assumptions:'))}`;
    };
    writeFileSync(at, measuring());
    const truth = await sim('run', at, '--set', 'tiers.front.admission.rate=0.06/s', '--seed', 'truth', '--quiet', '--no-charts', '--out', join(folder, 'truth')); // prettier-ignore
    expect(truth.exitCode).toBe(0);
    const series = readdirSync(join(folder, 'truth'), { recursive: true, encoding: 'utf8' }).find((name) => name.endsWith('timeseries.csv'))!; // prettier-ignore
    const [head, ...lines] = readFileSync(join(folder, 'truth', series), 'utf8')
      .trim()
      .split('\n');
    const place = head.split(',').indexOf('disconnectedFraction');
    // With a gap, and in percent.
    const rows = lines.map((line, i) => `${line.split(',')[0]},${i % 10 === 3 ? 'NaN' : 100 * Number(line.split(',')[place])}`); // prettier-ignore
    writeFileSync(join(folder, 'lost.csv'), `clock,disconnectedFraction\n${rows.join('\n')}\n`);
    writeFileSync(at, measuring(', factor: 0.01'));
    const { exitCode, stdout, stderr } = await calibrated(
      at,
      'measured',
      '--particles',
      '12',
      '--tolerance',
      '40s',
      '--json',
    );
    expect([exitCode, stderr]).toEqual([0, expect.stringMatching(/^lost: left out \d+ lines without a number\n$/)]);
    const told = JSON.parse(stdout) as CalibrationJson & { assumptions: readonly { posterior: readonly string[] }[] };
    expect(told.assumptions.map(({ identified }) => identified)).toEqual([true, false]);
    const [low, , high] = told.assumptions[0].posterior.map(perSec);
    expect(low).toBeLessThan(0.06);
    expect(high).toBeGreaterThan(0.06);
    expect(high / low).toBeLessThan(1.5);
  });

  it('is told to contradict rows that no rate meets together', async () => {
    const later = '  - { name: later, at: "10:20", says: resolved, expect: resolved, means: begins, tolerance: 1m }\nvariants:'; // prettier-ignore
    const at = join(folder, 'against.yaml');
    writeFileSync(at, bucketText.replace('variants:', later));
    const against = await calibrated(at, 'against', '--particles', '5', '--tolerance', '2m', '--variants', 'none');
    // Twelve minutes apart, a minute each: whatever the rate, one of the two is missed by five.
    expect(against.exitCode).toBe(2);
    expect(against.stderr).toMatch(/no draw comes nearer than 5(m\d*s?|m) to both resolved \(10:08(:00)?\) and later/);
  });
});

describe('a plan over draws of a rate', () => {
  it('tells the least burst that is soon enough in all of them, or in the better half', async () => {
    const over = join(folder, 'halves.csv');
    writeFileSync(over, 'tiers.front.admission.rate\n0.05/s\n0.2/s\n');
    const answer = async (share: string): Promise<number> => {
      const { stdout, exitCode } = await sim('plan', file, '--over', over, '--vary', 'tiers.front.admission.burst=1..23:2', '--target', `timeToRecover <= 2m in ${share}`, '--confidence', '80%', '--json', '--out', join(folder, 'plan'), '--quiet', '--no-charts', '--jobs', '1'); // prettier-ignore
      expect(exitCode).toBe(0);
      const plan = JSON.parse(stdout) as { over: string; answers: readonly [{ value: string }] };
      expect(plan.over).toContain('halves.csv');
      return Number(plan.answers[0].value);
    };
    // 24 − burst tokens at 0.05/s last two minutes, less the knocks at which they are taken, for 5 of them; at 0.2/s for 22.
    expect(Math.abs((await answer('70%')) - 19)).toBeLessThanOrEqual(1);
    expect(Math.abs((await answer('30%')) - 2)).toBeLessThanOrEqual(2);
  });
});
