// A few seeds of the plans whose answers are known; known-plans.full.test.ts has a hundred.
import { describe, expect, it } from 'vitest';
import { knownPlans, scoreOf } from './known-plans.ts';

const SEEDS = 1;

describe('a plan', () => {
  // The storm and the domino take seconds a seed.
  it.each(knownPlans.slice(0, 2))('finds $name', async (known) => {
    const { right, runs, gridRuns } = await scoreOf(known, SEEDS);
    if (process.env.ORACLES === 'print') console.log(known.name, { right, runs, gridRuns });
    expect(right).toBe(SEEDS);
    expect(runs).toBeLessThan(gridRuns / 2);
  });
});
