/**
 * When a closed pod's first host is back is remembered from one refusal to the
 * next. Whatever happens to hosts meanwhile, what is remembered is what would be
 * found by looking at all of them anew.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Simulation } from '../../src/model/simulation.ts';
import { closedUntilMs } from '../../src/model/serving/closed-pods.ts';
import { scenarioOf } from '../small-scenario.ts';
import { randomContent } from './random-scenario.ts';

const RUNS = Number(process.env.REFUSAL_RUNS ?? 20);
/** Between two looks: few, so that hardly two changes of a host fall between the same two. */
const EVENTS = 3;

/** Looks after every few events; returns how often an answer was remembered from the look before. */
function remembersRightly(content: Record<string, unknown>): number {
  const scenario = scenarioOf(content);
  const simulation = new Simulation(scenario, { seed: 'closed', recorder: null });
  const { fleet } = simulation.parts;
  let remembered = 0;
  while (!simulation.run(scenario.clock.durationMs, EVENTS))
    for (const balancer of fleet.balancers[0]) {
      if (!Number.isNaN(balancer.returnsAtMs) && balancer.pool.length === 0) remembered++;
      const answer = closedUntilMs(balancer, fleet.engine);
      balancer.returnsAtMs = NaN;
      expect(answer).toBe(closedUntilMs(balancer, fleet.engine));
    }
  return remembered;
}

describe('when a closed pod is open again', () => {
  it('is the same remembered as looked up, whatever happens', () => {
    let remembered = 0;
    fc.assert(
      fc.property(randomContent, (content) => {
        remembered += remembersRightly(content);
      }),
      { numRuns: RUNS, seed: 7 },
    );
    // The comparison means something only if pods were closed for a while.
    expect(remembered).toBeGreaterThan(50);
  });

  it('is sooner once hosts that stay down are told to boot', () => {
    const content = {
      clock: { from: '00:00', to: '10m' },
      tiers: [{ name: 'front', hosts: 2, parallelism: 1, serviceTime: '20ms', boot: '30s', holdsSessions: true }],
      products: [{ name: 'chat', sessions: 5 }],
      timeline: [
        { name: 'dies', at: '1m', action: 'kill', target: { tier: 'front' }, bootsAfter: '5m' },
        { name: 'boots', at: '3m', action: 'start-hosts', target: { tier: 'front' } },
      ],
    };
    expect(remembersRightly(content)).toBeGreaterThan(5);
  });
});
