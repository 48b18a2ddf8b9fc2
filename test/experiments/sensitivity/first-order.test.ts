import { describe, expect, it } from 'vitest';
import { binsOf, firstOrderIndices } from '../../../src/experiments/sensitivity/first-order.ts';
import { latinHypercube } from '../../../src/experiments/sensitivity/latin-hypercube.ts';
import { ishigami, ishigamiIndices, sobolG, sobolGIndices } from './known-functions.ts';

function columnsOf(points: readonly (readonly number[])[]): number[][] {
  return points[0].map((_, i) => points.map((point) => point[i]));
}

function named(k: number): string[] {
  return Array.from({ length: k }, (_, i) => `x${i}`);
}

describe('first-order indices from given data', () => {
  it('are those of the function of Ishigami and Homma', () => {
    const exact = ishigamiIndices();
    expect(exact[0]).toBeCloseTo(0.3139, 4);
    expect(exact[1]).toBeCloseTo(0.4424, 4);
    const points = latinHypercube('ishigami', named(3), 0, 16_000);
    const { indices, chance } = firstOrderIndices(columnsOf(points), points.map(ishigami), 'ishigami');
    for (const [i, index] of indices.entries()) expect(Math.abs(index - exact[i])).toBeLessThan(0.02);
    // The third moves the scatter but not the mean, which is nearly nothing; the others are far beyond chance.
    expect(Math.abs(indices[2])).toBeLessThan(0.01);
    expect(Math.min(indices[0], indices[1])).toBeGreaterThan(10 * chance);
  });

  it('are those of the g-function of Sobol', () => {
    const exact = sobolGIndices();
    const points = latinHypercube('sobol', named(8), 0, 8000);
    const { indices, chance } = firstOrderIndices(columnsOf(points), points.map(sobolG), 'sobol');
    for (const [i, index] of indices.entries()) expect(Math.abs(index - exact[i])).toBeLessThan(0.03);
    expect(indices.map((index) => index > chance)).toEqual([true, true, true, true, false, false, false, false]);
  });

  it('have a bound that chance passes in about one table of twenty', () => {
    let passed = 0;
    for (let round = 0; round < 60; round++) {
      const points = latinHypercube(`noise ${round}`, named(11), 0, 150);
      const columns = columnsOf(points);
      const { indices, chance } = firstOrderIndices(columns.slice(0, 10), columns[10], `noise ${round}`);
      if (indices.some((index) => index > chance)) passed++;
    }
    // Binomial(60, 0.05): 3 ± 1.7; beyond 9 once in a thousand.
    expect(passed).toBeLessThanOrEqual(9);
  });

  it('give each word of a choice a bin of its own', () => {
    const words = Array.from({ length: 90 }, (_, i) => i % 3);
    const bins = binsOf(words);
    expect(new Set(words.map((word, i) => `${word}/${bins[i]}`)).size).toBe(3);
    const { indices } = firstOrderIndices(
      [words],
      words.map((word) => (word === 2 ? 1 : 0)),
      's',
    );
    // Once the word is known, so is the output.
    expect(Math.abs(indices[0] - 1)).toBeLessThan(2 / 90);
  });

  it('have no value where the output never changes', () => {
    const { indices, chance } = firstOrderIndices([[1, 2, 3]], [5, 5, 5], 's');
    expect([...indices, chance]).toEqual([NaN, NaN]);
  });
});

describe('a Latin hypercube', () => {
  it('has one point of each batch in each part of every range', () => {
    for (const batch of [0, 1]) {
      const points = latinHypercube('s', named(5), batch, 40);
      for (const column of columnsOf(points))
        expect(column.map((u) => Math.floor(u * 40)).sort((a, b) => a - b)).toEqual(column.map((_, i) => i));
    }
    expect(latinHypercube('s', named(2), 0, 10)).not.toEqual(latinHypercube('s', named(2), 1, 10));
  });

  it('draws for a name the same, whatever other names there are', () => {
    const alone = latinHypercube('s', ['b'], 0, 30);
    const beside = latinHypercube('s', ['a', 'b', 'c'], 0, 30);
    expect(beside.map(([, b]) => b)).toEqual(alone.map(([b]) => b));
  });
});
