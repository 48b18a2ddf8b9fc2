/**
 * Approximate Bayesian computation against posteriors in closed form: of a normal
 * mean with a conjugate prior, of assumptions that do nothing, and of many of them.
 */
import { describe, expect, it } from 'vitest';
import { EmptyBox } from '../../../src/experiments/calibration/populations.ts';
import { effectiveSize, weightedMean, weightedVariance } from '../../../src/experiments/calibration/weighted.ts';
import { normalCdf, normalQuantile } from '../../../src/experiments/statistics.ts';
import { calibrated, chanceDistance, greatestDistance, lastOf, type MadeUp } from './made-up-model.ts';

/** Prior N(0, 1), one observation with variance 1/4 at 1.2: the posterior is N(0.96, 1/5). */
const normal: MadeUp = {
  seed: 'conjugate',
  names: ['mean', 'dead'],
  particles: 120,
  tolerance: 0.1,
  outcome: ([u], luck) => normalQuantile(u) + luck() / 2,
  observed: 1.2,
};
const posteriorCdf = (x: number): number => normalCdf((x - 0.96) / Math.sqrt(0.2));

describe('populations whose tolerance shrinks', () => {
  it('come to the posterior of a normal mean, and not to the prior', async () => {
    let beyond = 0;
    for (let i = 0; i < 6; i++) {
      const found = await calibrated({ ...normal, seed: `normal-${i}` });
      const { points, weights, size } = lastOf(found);
      expect(found.stop).toBe('tolerance');
      expect(found.all.at(-1)!.toleranceMs).toBe(0.1);
      expect(size).toBeGreaterThanOrEqual(normal.particles);
      const means = points.map(([u]) => normalQuantile(u));
      if (greatestDistance(means, weights, posteriorCdf) > chanceDistance(size)) beyond++;
      expect(greatestDistance(means, weights, normalCdf)).toBeGreaterThan(2 * chanceDistance(size));
    }
    // One in a hundred is, by chance: two of six in one of seven hundred. Of forty seeds: populations.full.test.ts.
    expect(beyond).toBeLessThanOrEqual(1);
  });

  it('leave an assumption that does nothing where its prior is', async () => {
    const { points, weights, size } = lastOf(await calibrated(normal));
    const dead = points.map(([, u]) => u);
    expect(greatestDistance(dead, weights, (u) => u)).toBeLessThan(chanceDistance(size));
  });

  it('come to the same posterior by how likely the observation is, without any luck of their own', async () => {
    // The error is in the likelihood: N(0, 1/4) within the tolerance around what was observed.
    const found = await calibrated({
      ...normal,
      outcome: ([u]) => normalQuantile(u),
      likelihood: (result, within) => {
        const [from, to] = [-1, 1].map((side) =>
          normalCdf((normal.observed + side * Math.min(within, 3) - result) / 0.5),
        );
        return to - from;
      },
    });
    const { points, weights, size } = lastOf(found);
    const means = points.map(([u]) => normalQuantile(u));
    expect(greatestDistance(means, weights, posteriorCdf)).toBeLessThan(chanceDistance(size));
  });

  it('keep even weights with forty assumptions, of which thirty-eight do nothing', async () => {
    const names = Array.from({ length: 40 }, (_, i) => `assumption-${i}`);
    const found = await calibrated({
      ...normal,
      names,
      particles: 150,
      tolerance: 0.05,
      outcome: (point) => point[3] + point[17],
      observed: 0.5,
    });
    const { points, weights, size } = lastOf(found);
    expect(found.stop).toBe('tolerance');
    expect(size).toBeGreaterThan(50);
    const sums = points.map((point) => point[3] + point[17]);
    expect(Math.abs(weightedMean(sums, weights) - 0.5)).toBeLessThan(0.05);
    const variances = names.flatMap((_, i) => (i === 3 || i === 17 ? [] : [weightedVariance(points.map((one) => one[i]), weights)])); // prettier-ignore
    const meanVariance = variances.reduce((sum, one) => sum + one, 0) / variances.length;
    // 38 variances of about 50 draws each scatter by 13 % around 1/12, their mean by 2 %.
    expect(meanVariance * 12).toBeGreaterThan(0.92);
    expect(meanVariance * 12).toBeLessThan(1.08);
  });

  it('do not go where the prior has nothing', async () => {
    const { points } = lastOf(await calibrated({ ...normal, isPossible: ([u, v]) => u + v > 1 }));
    expect(points.every(([u, v]) => u + v > 1)).toBe(true);
    await expect(calibrated({ ...normal, isPossible: () => false })).rejects.toThrow(EmptyBox);
  });

  it('say so where nothing comes near enough, instead of going on for ever', async () => {
    const found = await calibrated({ ...normal, outcome: ([u]) => u, observed: 3 });
    expect(found.stop).toBe('acceptance');
    expect(found.all.at(-1)!.toleranceMs).toBeGreaterThan(2);
    const never = await calibrated({ ...normal, outcome: () => Infinity });
    expect(never.stop).toBe('acceptance');
  });
});

describe('all populations as one sample', () => {
  it('have the mean of the prior, though most were drawn near what was observed', async () => {
    const { pooled: runs } = await calibrated({ ...normal, isPossible: ([u, v]) => u + v > 0.5 });
    const weights = runs.map(({ weight }) => weight);
    const value = ([u, v]: readonly number[]): number => u * v;
    const values = runs.map(({ proposal }) => value(proposal.point));
    // Of the unit square without its corner: E[uv] = (1/4 − 1/384) / (7/8), by integration.
    const exact = (1 / 4 - 1 / 384) / (7 / 8);
    const spread = Math.sqrt(weightedVariance(values, weights) / effectiveSize(weights));
    expect(effectiveSize(weights)).toBeGreaterThan(500);
    expect(Math.abs(weightedMean(values, weights) - exact)).toBeLessThan(2.58 * spread);
    // As they were drawn, they have not.
    const plain = values.reduce((sum, one) => sum + one, 0) / values.length;
    expect(Math.abs(plain - exact)).toBeGreaterThan(5 * spread);
  });
});
