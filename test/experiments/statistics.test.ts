// The intervals against published values and against what they promise: how often they cover the truth.
import { describe, expect, it } from 'vitest';
import { Stream } from '../../src/engine/luck.ts';
import {
  Bootstrap,
  excludesZero,
  median,
  normalCdf,
  normalQuantile,
  quantile,
  tQuantile,
  wilson,
} from '../../src/experiments/statistics.ts';

describe("Wilson's interval", () => {
  // R. G. Newcombe, "Two-sided confidence intervals for the single proportion", Stat. Med. 17 (1998), table I, method 3.
  it.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])('of %i in %i at 95 %% is that of the literature', (count, n, low, high) => {
    const interval = wilson(count, n, 0.95);
    expect(interval.value).toBe(count / n);
    expect(interval.low).toBeCloseTo(low, 4);
    expect(interval.high).toBeCloseTo(high, 4);
  });

  it('ends at 1 where it always happened, mirrors, and is nothing without trials', () => {
    expect(wilson(20, 20, 0.95).high).toBe(1);
    expect(wilson(20, 20, 0.95).low).toBeCloseTo(1 - wilson(0, 20, 0.95).high, 12);
    expect(wilson(0, 0, 0.95)).toEqual({ value: NaN, low: NaN, high: NaN, n: 0 });
  });
});

describe('quantiles of laws', () => {
  it('are those of the tables', () => {
    for (const [p, z] of [
      [0.5, 0],
      [0.9, 1.2815515655],
      [0.975, 1.959963985],
      [0.995, 2.575829304],
      [0.01, -2.326347874],
    ])
      expect(normalQuantile(p)).toBeCloseTo(z, 7);
    for (const [z, p] of [
      [0, 0.5],
      [1, 0.8413447461],
      [-1.959963985, 0.025],
      [3, 0.998650102],
    ])
      expect(normalCdf(z)).toBeCloseTo(p, 6);
    for (const [freedom, t] of [
      [3, 3.182446],
      [9, 2.262157],
      [19, 2.093024],
      [99, 1.984217],
    ])
      expect(Math.abs(tQuantile(freedom, 0.95) / t - 1)).toBeLessThan(0.01);
  });

  it('interpolate between values, and keep infinities', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(2.5);
    expect(median([1, Infinity, Infinity])).toBe(Infinity);
    expect(median([1, 2, Infinity])).toBe(2);
    expect(median([-Infinity, 1])).toBe(-Infinity);
    expect(quantile([0, 10], 0.9)).toBe(9);
    expect(median([])).toBeNaN();
  });
});

/** How often the interval of 20 draws covers the law's own figure. */
function coverage(
  rounds: number,
  draw: (luck: Stream) => number,
  truth: number,
  interval: (bootstrap: Bootstrap, values: number[]) => { low: number; high: number },
): number {
  const luck = new Stream('coverage', 'draws');
  const bootstrap = new Bootstrap('coverage', 0.95);
  let covered = 0;
  for (let round = 0; round < rounds; round++) {
    luck.at(round, 0);
    const { low, high } = interval(
      bootstrap,
      Array.from({ length: 20 }, () => draw(luck)),
    );
    if (low <= truth && truth <= high) covered++;
  }
  return covered / rounds;
}

const normal = (luck: Stream): number =>
  Math.sqrt(-2 * Math.log(luck.uniform())) * Math.cos(2 * Math.PI * luck.uniform());
const exponential = (luck: Stream): number => -Math.log(luck.uniform());

describe('the bootstrap', () => {
  // 500 rounds of a right 95 % interval cover between 92 % and 98 % (three standard errors).
  it('covers the mean of a normal law as often as it promises', () => {
    const covered = coverage(
      500,
      (luck) => 5 + 2 * normal(luck),
      5,
      (bootstrap, values) => bootstrap.mean(values),
    );
    expect(covered).toBeGreaterThan(0.92);
    expect(covered).toBeLessThan(0.98);
  });

  // 20 values of a skewed law: Student's own interval covers 91.9 % there, and no interval does much better: 400 rounds of that stay above 87 %.
  it('covers the mean of a skewed law no worse than Student does', () => {
    expect(coverage(400, exponential, 1, (bootstrap, values) => bootstrap.mean(values))).toBeGreaterThan(0.87);
  });

  it('covers the median at least as often as it promises', () => {
    expect(coverage(150, exponential, Math.LN2, (bootstrap, values) => bootstrap.median(values))).toBeGreaterThan(0.9);
  });

  it('covers the difference of means of two independent samples', () => {
    const luck = new Stream('two', 'draws');
    const bootstrap = new Bootstrap('two', 0.95);
    let covered = 0;
    for (let round = 0; round < 300; round++) {
      luck.at(round, 0);
      const sample = (centre: number): number[] => Array.from({ length: 20 }, () => centre + normal(luck));
      const { low, high } = bootstrap.meanDifference(sample(3), sample(1));
      if (low <= 2 && 2 <= high) covered++;
    }
    expect(covered / 300).toBeGreaterThan(0.91);
    expect(covered / 300).toBeLessThan(0.99);
  });

  it('has no width, and no rounding, where nothing scatters', () => {
    const bootstrap = new Bootstrap('s', 0.95);
    expect(bootstrap.mean([0.1, 0.1, 0.1, 0.1, 0.1, 0.1])).toEqual({ value: 0.1, low: 0.1, high: 0.1, n: 6 });
    expect(bootstrap.mean([0, 0, 0, 0, 0])).toEqual({ value: 0, low: 0, high: 0, n: 5 });
    expect(excludesZero(bootstrap.mean([0, 0, 0, 0, 0]))).toBe(false);
  });

  it('leaves out what has no value, and says how many it used', () => {
    const bootstrap = new Bootstrap('s', 0.95);
    expect(bootstrap.mean([1, NaN, 3, NaN]).n).toBe(2);
    expect(bootstrap.mean([NaN])).toEqual({ value: NaN, low: NaN, high: NaN, n: 0 });
  });

  it('gives fewer than five values no interval, and no sign, whether they scatter or not', () => {
    const bootstrap = new Bootstrap('s', 0.95);
    expect(bootstrap.mean([1, NaN])).toEqual({ value: 1, low: NaN, high: NaN, n: 1 });
    expect(bootstrap.mean([0.1, 0.1, 0.1])).toEqual({ value: 0.1, low: NaN, high: NaN, n: 3 });
    expect(bootstrap.median([1, 2, 3, 4])).toEqual({ value: 2.5, low: NaN, high: NaN, n: 4 });
    expect(bootstrap.meanDifference([5, 6, 7, 8], [1, 2, 3, 4])).toEqual({ value: 4, low: NaN, high: NaN, n: 4 });
    expect(excludesZero(bootstrap.mean([7, 8, 9, 10]))).toBe(false);
  });

  it('tells a median beyond every bound where most are open', () => {
    const { value, low, high } = new Bootstrap('s', 0.95).median([1, 2, 3, Infinity, Infinity, Infinity, Infinity]);
    expect([value, high]).toEqual([Infinity, Infinity]);
    expect(low).toBeLessThan(4);
  });

  it('is the same for equal values, and the same again with the same seed', () => {
    const values = [3, 1, 4, 1, 5, 9, 2, 6];
    const bootstrap = new Bootstrap('s', 0.95);
    expect(bootstrap.mean(values)).toEqual(bootstrap.mean([...values]));
    expect(new Bootstrap('s', 0.95).mean(values)).toEqual(bootstrap.mean(values));
    expect(new Bootstrap('t', 0.95).mean(values)).not.toEqual(bootstrap.mean(values));
  });
});
