// Little's law on a stable, long run of two tiers, read off the product's own metrics: the mean number of attempts at
// a tier = the rate at which they come × their mean stay. It is no matter of chance: over a window it is off only by
// those who were there at its ends, here a few dozen of 300,000. So it must hold to 0.1 %.
import { describe, expect, it } from 'vitest';
import { runScenario } from '../../src/experiments/run.ts';
import { numberOf } from '../oracles/replicated-case.ts';
import { scenarioOf } from '../small-scenario.ts';

const scenario = scenarioOf({
  clock: { from: '00:00', to: '3010s' },
  pods: 2,
  networkDelay: '1ms',
  tiers: [
    {
      name: 'front',
      scope: 'pod',
      hosts: 2,
      parallelism: 2,
      serviceTime: { exponential: '50ms' },
      balancing: 'random',
    },
    { name: 'back', scope: 'shared', hosts: 1, parallelism: 8, serviceTime: { lognormal: { mean: '60ms', cv: 2 } } },
  ],
  products: [{ name: 'request', arrivals: '100/s', lifetime: '0s' }],
  clients: [{ name: 'once', backoff: 'none', connectTimeout: 'none' }],
  measure: { from: '10s' },
});

describe("Little's law", () => {
  it('holds at each tier', { timeout: 60_000 }, async () => {
    const { outcome } = await runScenario(scenario, {
      seed: 'little/0',
      variant: 'baseline',
      scenarioHash: '',
      withMetrics: true,
    });
    const number = (name: string): number => numberOf(name, outcome.metrics[name]);
    // Nobody is refused and nobody gives up, so that those who connect are those who come.
    expect(number('attempts.connected') + number('attempts.open')).toBe(number('attempts'));
    for (const tier of ['front', 'back']) {
      const perMs = number('goodput') / 1000;
      const here = number(`openAttempts.${tier}`);
      expect(here).toBeGreaterThan(1);
      expect(Math.abs((perMs * number(`stay.${tier}.mean`)) / here - 1)).toBeLessThan(0.001);
    }
  });
});
