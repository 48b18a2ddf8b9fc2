/** Erlang C, M/M/c: a host that serves c at once, and a line of any length. */
import { erlangC, mmcWait } from './closed-forms.ts';
import type { ReplicatedCase } from './replicated-case.ts';

/** Rates per ms, times in ms. With `waits` the mean wait is checked, which takes a longer run than who waits at all. */
export function manyServers(
  lambda: number,
  mu: number,
  c: number,
  { length, waits }: { length: string; waits: boolean },
): ReplicatedCase {
  return {
    name: `Erlang C, λ ${lambda}, μ ${mu}, c ${c}`,
    n: 40,
    level: 0.99,
    scenario: `
format: 1
name: many-servers
clock: { from: "00:00", to: ${length} }
networkDelay: 0.01us
tiers:
  - { name: api, hosts: 1, parallelism: ${c}, serviceTime: { exponential: ${1 / mu}ms } }
products:
  - { name: request, arrivals: ${lambda * 1000}/s, lifetime: 0s }
clients:
  - { name: once, backoff: none, connectTimeout: none, giveUp: { after: 1, then: leave } }
measure: { from: 1s }
`,
    readings: [
      { metric: 'waitedFraction.api', exact: erlangC(lambda / mu, c), isProbability: true },
      ...(waits ? [{ metric: 'queueWait.api.mean', exact: mmcWait(lambda, mu, c) }] : []),
    ],
  };
}
