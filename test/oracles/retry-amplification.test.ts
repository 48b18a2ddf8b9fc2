// Retry amplification: each attempt is refused by itself with probability p, and a client makes at most m. So it makes
// 1 + p + … + p^(m−1) = (1 − p^m)/(1 − p) of them on the average, and gives up with probability p^m.
import { describe } from 'vitest';
import { retryAmplification } from './closed-forms.ts';
import { checkCases, type ReplicatedCase } from './replicated-case.ts';

function refusals(p: number, m: number, n: number): ReplicatedCase {
  return {
    name: `refused with p ${p}, at most ${m} attempts`,
    n,
    level: 0.99,
    scenario: `
format: 1
name: refusals
clock: { from: "00:00", to: 4s }
networkDelay: 0.01us
tiers:
  - { name: api, hosts: 1, parallelism: 1000000, serviceTime: 0s }
products:
  - { name: login, arrivals: 1000/s, lifetime: 0s }
clients:
  - { name: stubborn, backoff: { policy: full-jitter, base: 1ms, cap: 1ms }, giveUp: { after: ${m}, then: leave } }
timeline:
  - { name: refuse, at: 0s, action: shed-logins, tier: api, fraction: ${p}, whom: all, for: 10s }
measure: { from: 1s }
`,
    readings: [
      { metric: 'retryAmplification', exact: retryAmplification(p, m) },
      // Rare ones would need ten times the replications to be measured as narrowly as the rule asks.
      ...(p ** m > 0.2
        ? [
            {
              metric: {
                name: 'gaveUp / arrivals',
                of: (number: (metric: string) => number) => number('gaveUp') / number('arrivals'),
              },
              exact: p ** m,
            },
          ]
        : []),
    ],
  };
}

describe('clients that try again', () => {
  checkCases([refusals(0.5, 4, 20), refusals(0.3, 2, 20), refusals(0.9, 10, 20)]);
});
