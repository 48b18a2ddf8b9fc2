// M/M/∞: sessions that are there at the start leave one by one, others arrive; nobody waits for anybody.
import { describe } from 'vitest';
import { mmInfinityNumber } from './closed-forms.ts';
import { checkCases, numberOf, type ReplicatedCase } from './replicated-case.ts';

function decay({ n0, lambda, mu, t }: { n0: number; lambda: number; mu: number; t: number }): ReplicatedCase {
  return {
    name: `M/M/∞ from ${n0}, λ ${lambda}, μ ${mu}, after ${t} s`,
    n: 60,
    level: 0.99,
    scenario: `
format: 1
name: decay
clock: { from: "00:00", to: ${t + 1}s }
networkDelay: 0.01us
tiers:
  - { name: api, hosts: 1, parallelism: 1000, serviceTime: 0s }
products:
  - { name: chat, sessions: ${n0}, arrivals: ${lambda}/s, lifetime: { exponential: ${1 / mu}s } }
clients:
  - { name: current, backoff: none }
expect:
  - "stateSessions.connected at 00:00:0${t} > 0"
`,
    readings: [
      {
        metric: {
          name: 'stateSessions.connected',
          of: (_, outcome) => numberOf('stateSessions.connected', outcome.expectations[0].value),
        },
        exact: mmInfinityNumber(n0, lambda, mu, t),
      },
    ],
  };
}

describe('sessions that come and go', () => {
  checkCases([decay({ n0: 1000, lambda: 50, mu: 0.5, t: 2 }), decay({ n0: 200, lambda: 400, mu: 0.5, t: 4 })]);
});
