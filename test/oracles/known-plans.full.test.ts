// The plans whose answers are known, with eight seeds each. A hundred seeds take a quarter of an hour and more, and show
// that a third of a plain grid's runs are enough: known-plans.long.test.ts.
import { describe, expect, it } from 'vitest';
import { knownPlans, scoreOf } from './known-plans.ts';

const SEEDS = 8;

describe('a plan', () => {
  it.each(knownPlans)('finds $name', { timeout: 600_000 }, async (known) => {
    const { right, wrong, runs, gridRuns } = await scoreOf(known, SEEDS);
    if (process.env.ORACLES === 'print') console.log(known.name, { right, wrong, runs, gridRuns });
    // Wrong in one plan of twenty at most: two of eight come to pass in one run of twenty.
    expect(right).toBeGreaterThanOrEqual(6);
    expect(wrong).toBeLessThanOrEqual(2);
    expect(runs).toBeLessThanOrEqual(gridRuns / 2);
  });
});
