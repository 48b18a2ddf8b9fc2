// Thinning for the picture's sake keeps peaks, ends, order and gaps.
import { describe, expect, it } from 'vitest';
import { peakIndex, peakIndexes, thinnedPoints } from '../../src/report/decimation.ts';

describe('decimation', () => {
  it('keeps a single sample that stands out, up or down', () => {
    const values = new Float64Array(10_000).fill(5);
    values[4321] = 100;
    values[8765] = -100;
    const kept = peakIndexes(values, 300);
    expect(kept).toContain(4321);
    expect(kept).toContain(8765);
    expect(kept.length).toBeLessThanOrEqual(602);
    expect([kept[0], kept[kept.length - 1]]).toEqual([0, 9999]);
    expect(kept.every((index, place) => place === 0 || index > kept[place - 1])).toBe(true);
  });

  it('leaves a short series as it is', () => {
    expect(peakIndexes(new Float64Array(5), 300)).toEqual([0, 1, 2, 3, 4]);
  });

  it('keeps a gap a gap', () => {
    const values = new Float64Array(10_000).fill(1).fill(NaN, 2000, 3000);
    const kept = peakIndexes(values, 300);
    expect(kept.some((index) => index >= 2000 && index < 3000)).toBe(true);
  });

  it('gives a sample between two gaps a second point, so that it is seen', () => {
    const points = thinnedPoints(Float64Array.of(0, 5, 10), Float64Array.of(NaN, 7, NaN), 300);
    expect(points.filter(({ y }) => y === 7)).toEqual([{ x: 0, y: 7 }, { x: 5, y: 7 }]); // prettier-ignore
  });

  it('finds the peak beside gaps, and none where there is nothing', () => {
    expect(peakIndex(Float64Array.of(NaN, 1, 3, 2))).toBe(2);
    expect(peakIndex(Float64Array.of(NaN))).toBe(-1);
  });
});
