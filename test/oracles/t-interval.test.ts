// The quantiles against printed tables of Student's distribution.
import { describe, expect, it } from 'vitest';
import { tHalfWidth, tQuantile } from './t-interval.ts';

describe("Student's t interval", () => {
  it.each([
    [9, 3.249836],
    [19, 2.860935],
    [39, 2.707913],
    [99, 2.626405],
    [199, 2.60076],
  ])('has the quantile of the tables at %i degrees of freedom, level 0.99', (freedom, printed) => {
    expect(Math.abs(tQuantile(freedom, 0.99) / printed - 1)).toBeLessThan(0.001);
  });

  it('is as wide as a worked example says', () => {
    // 1 … 10: standard deviation 3.02765, so 3.249836 · 3.02765 / √10.
    expect(tHalfWidth([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 0.99)).toBeCloseTo(3.1115, 2);
  });
});
