// The histogram against exact quantiles of sorted samples.
import { describe, expect, it } from 'vitest';
import { Stream } from '../../src/engine/luck.ts';
import { createDistribution } from '../../src/engine/distributions.ts';
import { Histogram } from '../../src/metrics/histogram.ts';

function samples(name: string, parameters: Record<string, number>, count: number): number[] {
  const distribution = createDistribution({ name, parameters });
  const stream = new Stream('histogram', name);
  return Array.from({ length: count }, (_, i) => distribution.sample(stream.at(i, 0)));
}

function filled(values: readonly number[]): Histogram {
  const histogram = new Histogram();
  for (const value of values) histogram.add(value);
  return histogram;
}

describe('a histogram', () => {
  const cases: [string, Record<string, number>][] = [
    ['exponential', { mean: 120 }],
    ['lognormal', { mean: 30_000, cv: 3 }],
    ['pareto', { mean: 5, shape: 1.5 }],
    ['uniform', { from: 0.01, to: 0.02 }],
  ];
  it.each(cases)('is within 0.2 %% of every exact quantile: %s', (name, parameters) => {
    const values = samples(name, parameters, 20_001);
    const histogram = filled(values);
    const sorted = values.toSorted((a, b) => a - b);
    for (let percent = 1; percent <= 100; percent++) {
      const exact = sorted[Math.ceil((percent / 100) * sorted.length - 1e-9) - 1];
      expect(Math.abs(histogram.quantile(percent / 100) / exact - 1)).toBeLessThanOrEqual(0.002);
    }
  });

  it('counts ties from whichever end it looks', () => {
    const sorted = [0, 0, 0, 1, 1, 8, 8, 8, 8, 900];
    const histogram = filled([8, 0, 900, 1, 8, 0, 8, 1, 0, 8]);
    for (let n = 1; n <= sorted.length; n++) {
      const quantile = histogram.quantile(n / sorted.length);
      expect(Math.abs(quantile - sorted[n - 1])).toBeLessThanOrEqual(0.002 * sorted[n - 1]);
    }
  });

  it('has an exact count, mean and greatest value', () => {
    const histogram = filled([0, 0.25, 3, 1e6]);
    expect(histogram.count).toBe(4);
    expect(histogram.mean).toBe(1_000_003.25 / 4);
    expect(histogram.quantile(1)).toBe(1e6);
    expect(histogram.quantile(0.25)).toBe(0);
  });

  it('keeps a single value exactly', () => {
    expect(filled([1234.5]).quantile(0.5)).toBe(1234.5);
    expect(filled([7.7, 7.7, 7.7]).quantile(0.5)).toBe(7.7);
  });

  it('has no mean and no quantile of nothing, also once cleared', () => {
    const histogram = filled([1, 2, 3]);
    histogram.clear();
    expect([histogram.mean, histogram.quantile(0.5), histogram.count]).toEqual([NaN, NaN, 0]);
    histogram.add(5);
    expect(histogram.quantile(0.5)).toBe(5);
  });

  it('takes values beyond its range at its ends', () => {
    const histogram = filled([1e-9, 1e-9, 1e14, 1e14]);
    expect(histogram.quantile(0.5)).toBeLessThan(1e-3);
    expect(histogram.quantile(0.75)).toBeGreaterThan(1e12);
  });
});
