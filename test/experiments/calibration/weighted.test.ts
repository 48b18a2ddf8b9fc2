/**
 * Figures of weighted draws against those of plain samples, in which each draw
 * stands as often as its weight says.
 */
import { describe, expect, it } from 'vitest';
import { Stream } from '../../../src/engine/luck.ts';
import { cholesky, eigenvectors, logNormalDensity, times } from '../../../src/experiments/calibration/matrix.ts';
import {
  effectiveSize,
  normalised,
  resampled,
  weightedMean,
  weightedQuantile,
  weightedVariance,
} from '../../../src/experiments/calibration/weighted.ts';
import { normalCdf, normalQuantile } from '../../../src/experiments/statistics.ts';

describe('weighted draws', () => {
  it('have the quantiles of the draws repeated as often as they weigh', () => {
    const luck = new Stream('weighted', 'values').at(0, 0);
    const values = Array.from({ length: 300 }, () => normalQuantile(luck.uniform()));
    const weights = values.map(() => 1 + Math.floor(luck.uniform() * 5));
    const repeated = values.flatMap((value, i) => Array.from({ length: weights[i] }, () => value));
    for (const q of [0.05, 0.25, 0.5, 0.75, 0.95]) {
      const found = weightedQuantile(values, weights, q);
      const share = (test: (one: number) => boolean): number => repeated.filter(test).length / repeated.length;
      // Between two neighbours: less than one draw's weight away.
      expect(share((one) => one < found)).toBeLessThanOrEqual(q + 5 / repeated.length);
      expect(share((one) => one <= found)).toBeGreaterThanOrEqual(q - 5 / repeated.length);
    }
  });

  it('have the plain median where all weigh the same, and leave out those that weigh nothing', () => {
    expect(weightedQuantile([3, 1, 2], [2, 2, 2], 0.5)).toBe(2);
    expect(weightedQuantile([4, 1, 2, 3], [1, 1, 1, 1], 0.5)).toBe(2.5);
    expect(weightedQuantile([9, 1, 2, 3], [0, 1, 1, 1], 0.5)).toBe(2);
    expect(weightedQuantile([1, Infinity, Infinity], [1, 1, 1], 0.5)).toBe(Infinity);
    expect(weightedQuantile([], [], 0.5)).toBeNaN();
    expect(weightedQuantile([7], [0.2], 0.95)).toBe(7);
  });

  it('are worth as many as the even ones among them', () => {
    expect(effectiveSize([1, 1, 1, 1])).toBe(4);
    expect(effectiveSize([5, 0, 0])).toBe(1);
    expect(effectiveSize([])).toBe(0);
    expect(normalised([0, 0])).toEqual([0, 0]);
  });

  it('have the variance of a sample where all weigh the same', () => {
    expect(weightedVariance([1, 2, 3, 4], [1, 1, 1, 1])).toBeCloseTo(5 / 3, 12);
    expect(weightedVariance([1, 2], [1, 0])).toBeNaN();
    expect(weightedMean([1, 5], [3, 1])).toBe(2);
  });

  it('are resampled as often as they weigh, but for less than one', () => {
    const weights = [0.1, 0, 0.45, 0.05, 0.4];
    for (const uniform of [0.001, 0.5, 0.999]) {
      const places = resampled(weights, 40, uniform);
      weights.forEach((weight, i) => {
        const count = places.filter((place) => place === i).length;
        expect(Math.abs(count - 40 * weight)).toBeLessThan(1);
      });
    }
    expect(resampled([0.1, 0.2, 0, 0], 3, 1 - 1e-16).every((place) => place <= 1)).toBe(true);
  });
});

describe('matrices', () => {
  const matrix = [
    [4, 2, 0.6],
    [2, 3, 0.4],
    [0.6, 0.4, 1],
  ];

  it('are the product of their factor with itself, and have none where they are not positive', () => {
    const factor = cholesky(matrix)!;
    matrix.forEach((row, i) => {
      row.forEach((one, j) => {
        expect(factor[i].reduce((sum, a, k) => sum + a * factor[j][k], 0)).toBeCloseTo(one, 12);
      });
    });
    expect(cholesky([[1, 2], [2, 1]])).toBeNull(); // prettier-ignore
    expect(cholesky([[NaN]])).toBeNull();
  });

  it('are stretched along their eigenvectors by the eigenvalues, the least first', () => {
    const found = eigenvectors(matrix);
    expect(found.map(({ value }) => value)).toEqual([...found.map(({ value }) => value)].sort((a, b) => a - b));
    for (const { value, vector } of found) {
      times(matrix, vector).forEach((one, i) => {
        expect(one).toBeCloseTo(value * vector[i], 10);
      });
      expect(Math.hypot(...vector)).toBeCloseTo(1, 12);
    }
    expect(found.reduce((sum, { value }) => sum + value, 0)).toBeCloseTo(8, 10);
  });

  it('give a normal density: in one dimension the slope of its distribution', () => {
    const density = Math.exp(logNormalDensity([1.3], [0.5], [[2]])) / Math.sqrt(2 * Math.PI);
    const slope = (normalCdf((1.301 - 0.5) / 2) - normalCdf((1.299 - 0.5) / 2)) / 0.002;
    expect(density).toBeCloseTo(slope, 4);
  });
});
