import { describe, expect, it } from 'vitest';
import { inverse, partialRankCorrelations, ranks } from '../../../src/experiments/sensitivity/rank-correlation.ts';
import { latinHypercube } from '../../../src/experiments/sensitivity/latin-hypercube.ts';
import { Stream } from '../../../src/engine/luck.ts';
import { normalQuantile } from '../../../src/experiments/statistics.ts';

/** n draws of k independent standard normals. */
function normals(seed: string, n: number, k: number): number[][] {
  const names = Array.from({ length: k }, (_, i) => `x${i}`);
  const points = latinHypercube(seed, names, 0, n);
  return names.map((_, i) => points.map((point) => normalQuantile(point[i])));
}

describe('ranks', () => {
  it('share the mean of theirs where values are equal', () => {
    expect([...ranks([3, 1, 3, 0, 3])]).toEqual([3, 1, 3, 0, 3]);
    expect([...ranks([5, 5])]).toEqual([0.5, 0.5]);
  });
});

describe('an inverse', () => {
  it('gives the identity with its matrix', () => {
    const matrix = [[0, 2, 1], [1, 1, 0], [3, 0, 1]]; // prettier-ignore
    const found = inverse(matrix)!;
    for (let i = 0; i < 3; i++)
      for (let j = 0; j < 3; j++)
        expect(matrix[i].reduce((sum, value, l) => sum + value * found[l][j], 0)).toBeCloseTo(i === j ? 1 : 0, 12);
  });

  it('is none of a matrix that has none', () => {
    expect(inverse([[1, 2], [2, 4]])).toBeNull(); // prettier-ignore
  });
});

describe('partial rank correlations', () => {
  it('are those of a linear model of normals', () => {
    // y = 3a + b + noise of variance 1: given the rest, corr(y, a) = 3/√(9 + 1) and corr(y, b) = 1/√(1 + 1).
    const [a, b, c, noise] = normals('linear', 4000, 4);
    const y = a.map((_, i) => 3 * a[i] + b[i] + noise[i]);
    const found = partialRankCorrelations([a, b, c], y, 0.95).map(({ value }) => value);
    // Of ranks of normals: 6/π · asin(r/2).
    const ofRanks = (r: number): number => (6 / Math.PI) * Math.asin(r / 2);
    // Partial correlations of ranks are not quite ranks of partial ones: to the second digit here.
    expect(Math.abs(found[0] - ofRanks(3 / Math.sqrt(10)))).toBeLessThan(0.03);
    expect(Math.abs(found[1] - ofRanks(1 / Math.SQRT2))).toBeLessThan(0.05);
    expect(Math.abs(found[2])).toBeLessThan(0.04);
  });

  it('agree with the correlation of what two regressions leave over', () => {
    // The definition, by ordinary least squares on ranks: once with each input left out.
    const inputs = normals('residuals', 60, 4);
    const y = inputs[0].map((_, i) => inputs[0][i] - inputs[1][i] * inputs[2][i] + 0.5 * inputs[3][i]);
    const found = partialRankCorrelations(inputs, y, 0.95);
    for (const [j, { value }] of found.entries()) {
      const others = inputs.filter((_, i) => i !== j).map((one) => [...ranks(one)]);
      expect(value).toBeCloseTo(correlation(residuals(others, [...ranks(inputs[j])]), residuals(others, [...ranks(y)])), 6); // prettier-ignore
    }
  });

  it('have limits that hold the truth in about 95 of 100', () => {
    let outside = 0;
    for (let round = 0; round < 100; round++) {
      const luck = new Stream(`limits ${round}`, 'test').at(0, 0);
      const columns = Array.from({ length: 6 }, () => Array.from({ length: 80 }, () => luck.uniform()));
      const [{ low, high }] = partialRankCorrelations(columns.slice(0, 5), columns[5], 0.95);
      if (low > 0 || high < 0) outside++;
    }
    // Binomial(100, 0.05).
    expect(outside).toBeGreaterThan(0);
    expect(outside).toBeLessThan(13);
  });

  it('have no value for what never changes, and with too few runs', () => {
    const [a, b] = normals('few', 20, 2);
    const found = partialRankCorrelations([a, a.map(() => 7)], b, 0.95);
    expect(found[0].value).not.toBeNaN();
    expect(found[1].value).toBeNaN();
    expect(partialRankCorrelations([a, b], a.map(() => 1), 0.95).map(({ value }) => value)).toEqual([NaN, NaN]); // prettier-ignore
    expect(partialRankCorrelations([[1, 2, 3], [3, 1, 2]], [1, 3, 2], 0.95)[0].value).toBeNaN(); // prettier-ignore
  });
});

function correlation(a: readonly number[], b: readonly number[]): number {
  const centre = (v: readonly number[]): number => v.reduce((x, y) => x + y, 0) / v.length;
  const [ma, mb] = [centre(a), centre(b)];
  const sum = (f: (i: number) => number): number => a.reduce((total, _, i) => total + f(i), 0);
  return sum((i) => (a[i] - ma) * (b[i] - mb)) / Math.sqrt(sum((i) => (a[i] - ma) ** 2) * sum((i) => (b[i] - mb) ** 2));
}

/** What the best straight line through the others leaves over. */
function residuals(others: readonly (readonly number[])[], y: readonly number[]): number[] {
  const columns = [y.map(() => 1), ...others];
  const gram = inverse(columns.map((a) => columns.map((b) => a.reduce((sum, x, i) => sum + x * b[i], 0))))!;
  const moments = columns.map((a) => a.reduce((sum, x, i) => sum + x * y[i], 0));
  const weights = gram.map((row) => row.reduce((sum, g, i) => sum + g * moments[i], 0));
  return y.map((value, i) => value - columns.reduce((sum, column, l) => sum + weights[l] * column[i], 0));
}
