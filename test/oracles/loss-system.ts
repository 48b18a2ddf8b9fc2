/** Erlang B, M/G/10/10: a host that serves ten at once, and nobody waits. */
import { erlangB } from './closed-forms.ts';
import type { ReplicatedCase } from './replicated-case.ts';

/** `serviceTime` has the mean 1 ms; so λ per ms is the offered load. */
export function lossSystem(name: string, lambda: number, serviceTime: string, length: string): ReplicatedCase {
  const blocked = erlangB(lambda, 10);
  return {
    name,
    n: 40,
    level: 0.99,
    scenario: `
format: 1
name: loss-system
clock: { from: "00:00", to: ${length} }
networkDelay: 0.01us
tiers:
  - { name: trunk, hosts: 1, parallelism: 10, serviceTime: ${serviceTime}, queue: { limit: 0 } }
products:
  - { name: call, arrivals: ${lambda * 1000}/s, lifetime: 0s }
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
        exact: blocked,
        isProbability: true,
      },
      { metric: 'openAttempts.trunk', exact: lambda * (1 - blocked) },
    ],
  };
}
