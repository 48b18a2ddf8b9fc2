/**
 * Of forty seeds, the posterior of a normal mean is as far from the one in closed form
 * as samples of so many even draws are by chance: hardly one in a hundred beyond the
 * bound for that, and not much more than one in twenty beyond the other.
 */
import { describe, expect, it } from 'vitest';
import { normalCdf, normalQuantile } from '../../../src/experiments/statistics.ts';
import { calibrated, chanceDistance, greatestDistance, lastOf } from './made-up-model.ts';

const SEEDS = 40;
/** Kolmogorov's limit for 95 of 100, over that for 99 of 100. */
const OF_95 = 1.358 / 1.628;

describe('forty posteriors of a normal mean', () => {
  it('scatter around the one in closed form as samples do', async () => {
    const shares: number[] = [];
    for (let i = 0; i < SEEDS; i++) {
      // Prior N(0, 1), one observation with variance 1/4 at 1.2: the posterior is N(0.96, 1/5).
      const found = await calibrated({
        seed: `forty-${i}`,
        names: ['mean', 'dead'],
        particles: 150,
        tolerance: 0.1,
        outcome: ([u], luck) => normalQuantile(u) + luck() / 2,
        observed: 1.2,
      });
      const { points, weights, size } = lastOf(found);
      const means = points.map(([u]) => normalQuantile(u));
      const distance = greatestDistance(means, weights, (x) => normalCdf((x - 0.96) / Math.sqrt(0.2)));
      shares.push(distance / chanceDistance(size));
    }
    // More are so in one of a thousand such forties.
    expect(shares.filter((one) => one > 1).length).toBeLessThanOrEqual(3);
    expect(shares.filter((one) => one > OF_95).length).toBeLessThanOrEqual(7);
  });
});
