// Erlang C, M/M/c: a host that serves ten at once, and a line of any length.
import { describe } from 'vitest';
import { erlangC, mmcWait } from './closed-forms.ts';
import { checkCases, type ReplicatedCase } from './replicated-case.ts';

/** Rates per ms, times in ms. */
function manyServers(lambda: number, mu: number, c: number, length: string): ReplicatedCase {
  return {
    name: `Erlang C, λ ${lambda}, μ ${mu}, c ${c}`,
    n: 20,
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
      { metric: 'queueWait.api.mean', exact: mmcWait(lambda, mu, c) },
    ],
  };
}

describe('many servers and one line', () => {
  checkCases([manyServers(8, 1, 10, '34s'), manyServers(1.5, 1, 2, '21s')]);
});
