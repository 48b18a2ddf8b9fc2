// The plans whose answers are known, with eight seeds each. A hundred seeds take a quarter of an hour and more, and show
// that a third of a plain grid's runs are enough: known-plans.long.test.ts.
import { describe, expect, it } from 'vitest';
import { loadScenario, plan } from '../../src/cascade-sim.ts';
import { frontier, knownPlans, scoreOf } from './known-plans.ts';

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

describe('a plan of two fields', () => {
  it('finds the frontier of Erlang B: the least c at each arrival rate', { timeout: 600_000 }, async () => {
    const { text, ask, answers } = frontier;
    const found = await plan(loadScenario(text), { ...ask, seed: 'frontier' });
    expect(found.answers.map(({ at, state, value, neighbour }) => [at, state, value?.value, neighbour?.value])).toEqual(
      answers.map(([rate, c]) => [rate, 'decided', String(c), String(c - 1)]),
    );
    expect(found.runs).toBe(found.answers.reduce((sum, { runs }) => sum + runs, 0));
    expect(found.runs).toBeLessThanOrEqual(found.gridRuns / 2);
  });
});
