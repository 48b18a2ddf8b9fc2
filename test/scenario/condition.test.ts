// Comparisons of values that may still turn out to be anything in a range: held against trying every value of small ranges.
import { describe, expect, it } from 'vitest';
import { holds, rangesHold, type Range } from '../../src/scenario/condition.ts';
import { operators } from '../../src/scenario/expression.ts';

const ends = [0, 1, 2, 3];
const ranges: Range[] = ends.flatMap((low) => ends.filter((high) => high >= low).map((high) => ({ low, high })));

/** Halves too, so that a range that is no point has something inside. */
function valuesOf({ low, high }: Range): number[] {
  return Array.from({ length: 2 * (high - low) + 1 }, (_, i) => low + i / 2);
}

describe('a comparison of ranges', () => {
  it.each(operators)(
    '%s holds if it does for all values, fails if it does for none, and is undecided else',
    (operator) => {
      for (const left of ranges)
        for (const right of ranges) {
          const results = valuesOf(left).flatMap((a) => valuesOf(right).map((b) => holds(a, operator, b)));
          const expected = results.every(Boolean) ? true : results.some(Boolean) ? null : false;
          expect([left, operator, right, rangesHold(left, operator, right)]).toEqual([left, operator, right, expected]);
        }
    },
  );

  it('never holds where there may be no value in the end, but may fail', () => {
    const maybe = { low: 5, high: Infinity, mayBeNone: true };
    expect(rangesHold(maybe, '>', { low: 1, high: 1 })).toBeNull();
    expect(rangesHold(maybe, '<', { low: 1, high: 1 })).toBe(false);
    expect(rangesHold({ low: 1, high: 1 }, '<', maybe)).toBeNull();
  });
});
