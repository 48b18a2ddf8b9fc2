// Medians of values that are known by bounds only: against the binomial's own numbers, against a law whose median is
// known, and against the values that the bounds stand for, whatever those are.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Stream } from '../../src/engine/luck.ts';
import {
  differenceOf,
  fairCoinBelow,
  known,
  medianEstimate,
  medianIntervalNMin,
  type Bounds,
} from '../../src/experiments/median-interval.ts';

const longerThan = (least: number): Bounds => ({ least, most: Infinity });

describe('a fair coin', () => {
  it('falls below k as often as the binomial says', () => {
    expect(fairCoinBelow(0, 10)).toBe(0);
    expect(fairCoinBelow(1, 6)).toBeCloseTo(1 / 64, 14);
    expect(fairCoinBelow(6, 20)).toBeCloseTo(21_700 / 2 ** 20, 12); // 1 + 20 + 190 + 1140 + 4845 + 15504
    expect(fairCoinBelow(11, 10)).toBe(1);
    expect(fairCoinBelow(450, 1000)).toBeCloseTo(0.000694, 5); // normal with continuity: Φ(−3.194)
  });
});

describe('the interval of a median', () => {
  it('is that of the order statistics of the tables: the 6th of 20 from both ends at 95 %, the ends of six, none of five', () => {
    const values = (n: number): Bounds[] => Array.from({ length: n }, (_, i) => known(i + 1));
    expect(medianEstimate(values(20), 0.95)).toMatchObject({ value: 10.5, low: 6, high: 15, n: 20, open: 0 });
    expect(medianEstimate(values(6), 0.95)).toMatchObject({ value: 3.5, low: 1, high: 6 });
    expect(medianEstimate(values(5), 0.95)).toMatchObject({ value: 3, low: NaN, high: NaN, n: 5 });
    expect(medianIntervalNMin(0.95)).toBe(6);
    expect(medianEstimate([], 0.95)).toMatchObject({ value: NaN, n: 0 });
  });

  it('exists where fewer than half are open, and else is longer than', () => {
    const closed = (n: number): Bounds[] => Array.from({ length: n }, (_, i) => known(60 + i));
    expect(medianEstimate([...closed(11), ...Array.from({ length: 9 }, () => longerThan(3600))], 0.95)).toMatchObject({
      value: 69.5,
      least: 69.5,
      most: 69.5,
      open: 9,
      low: 65,
      high: Infinity,
      highLeast: 3600,
    });
    expect(medianEstimate([...closed(9), ...Array.from({ length: 11 }, () => longerThan(3600))], 0.95)).toMatchObject({
      value: NaN,
      least: 3600,
      most: Infinity,
      open: 11,
    });
  });

  it('does not take an open value for the longest where it was seen for a short time only', () => {
    const { value, least, most } = medianEstimate(
      [known(10), known(20), known(30), longerThan(5), longerThan(5)],
      0.95,
    );
    expect([value, least, most]).toEqual([NaN, 10, 30]);
  });

  // 2,000 rounds of a right interval cover 95.9 % (exact binomial, n = 20), give or take 1.3 % at three standard errors.
  it('covers the median of a censored exponential law at least as often as it promises', () => {
    const luck = new Stream('censored', 'draws');
    let covered = 0;
    let open = 0;
    for (let round = 0; round < 2000; round++) {
      luck.at(round, 0);
      const values = Array.from({ length: 20 }, (): Bounds => {
        const [value, seen] = [-Math.log(luck.uniform()), -2 * Math.log(luck.uniform())];
        if (value <= seen) return known(value);
        open++;
        return longerThan(seen);
      });
      const { low, high } = medianEstimate(values, 0.95);
      if (low <= Math.LN2 && Math.LN2 <= high) covered++;
    }
    expect(open / 40_000).toBeGreaterThan(0.3);
    expect(covered / 2000).toBeGreaterThan(0.946);
  });
});

/** A value and what is known of it. */
const seen = fc
  .tuple(fc.integer({ min: 0, max: 40 }), fc.boolean(), fc.integer({ min: 0, max: 40 }))
  .map(([value, isOpen, until]): [number, Bounds] => {
    return isOpen && until < value ? [value, longerThan(until)] : [value, known(value)];
  });

describe('what is said of bounds', () => {
  it('holds for the values behind them, of medians and of paired differences', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(seen, seen), { minLength: 1, maxLength: 25 }), (pairs) => {
        const truth = medianEstimate(
          pairs.map(([[a], [b]]) => known(a - b)),
          0.95,
        );
        const told = medianEstimate(
          pairs.map(([[, a], [, b]]) => differenceOf(a, b)),
          0.95,
        );
        expect(told.least <= truth.value && truth.value <= told.most).toBe(true);
        if (!Number.isNaN(truth.low)) expect(told.low <= truth.low && truth.high <= told.high).toBe(true);
        // So no sign that is certain by the bounds is another by the truth.
        if (told.low > 0) expect(truth.low).toBeGreaterThan(0);
        if (told.high < 0) expect(truth.high).toBeLessThan(0);
      }),
      { seed: 20230426, numRuns: 500 },
    );
  });

  it('is nothing at all of two that are both open', () => {
    expect(differenceOf(longerThan(10), longerThan(3000))).toEqual({ least: -Infinity, most: Infinity });
    expect(differenceOf(longerThan(10), known(4))).toEqual({ least: 6, most: Infinity });
    expect(differenceOf(known(4), longerThan(10))).toEqual({ least: -Infinity, most: -6 });
  });
});
