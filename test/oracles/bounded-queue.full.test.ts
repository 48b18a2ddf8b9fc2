// M/M/1/K: one server and K − 1 places to wait; who finds them taken is rejected.
import { describe } from 'vitest';
import { mm1kProbabilities } from './closed-forms.ts';
import { checkCases, type ReplicatedCase } from './replicated-case.ts';

/** Services take 1 ms in the mean; so λ per ms is ρ. */
function boundedQueue(rho: number, k: number, length: string): ReplicatedCase {
  const p = mm1kProbabilities(rho, k);
  return {
    name: `M/M/1/${k} at ρ = ${rho}`,
    n: 40,
    level: 0.99,
    scenario: `
format: 1
name: bounded-queue
clock: { from: "00:00", to: ${length} }
networkDelay: 0.01us
tiers:
  - { name: api, hosts: 1, parallelism: 1, serviceTime: { exponential: 1ms }, queue: { limit: ${k - 1} } }
products:
  - { name: request, arrivals: ${rho * 1000}/s, lifetime: 0s }
clients:
  - { name: once, backoff: none, connectTimeout: none, giveUp: { after: 1, then: leave } }
measure: { from: 1s }
`,
    readings: [
      {
        metric: {
          name: 'rejected.queueFull / attempts',
          of: (number) => number('rejected.queueFull') / number('attempts'),
        },
        exact: p[k],
        isProbability: true,
      },
      { metric: 'openAttempts.api', exact: p.reduce((sum, one, n) => sum + n * one, 0) },
    ],
  };
}

describe('a bounded queue', () => {
  checkCases([boundedQueue(0.8, 10, '31s'), boundedQueue(1.25, 5, '5500ms')]);
});
