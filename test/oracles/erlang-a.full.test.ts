// Erlang A, M/M/c+M: clients who leave while they wait, with exponential patience. Patience here is the connect
// timeout; who times out while being served is served all the same, and an attempt whose client has left the line
// costs its host nothing, so that the line moves as if it were not there.
import { describe } from 'vitest';
import { erlangA } from './closed-forms.ts';
import { checkCases, type ReplicatedCase } from './replicated-case.ts';

/** Rates per ms, times in ms. */
function impatient(
  lambda: number,
  { mu, c, theta, length }: { mu: number; c: number; theta: number; length: string },
): ReplicatedCase {
  return {
    name: `Erlang A, λ ${lambda}, μ ${mu}, c ${c}, θ ${theta}`,
    n: 40,
    level: 0.99,
    scenario: `
format: 1
name: impatient
clock: { from: "00:00", to: ${length} }
networkDelay: 0.01us
tiers:
  - { name: api, hosts: 1, parallelism: ${c}, serviceTime: { exponential: ${1 / mu}ms }, abandonedWorkCost: 0 }
products:
  - { name: request, arrivals: ${lambda * 1000}/s, lifetime: 0s }
clients:
  - name: impatient
    backoff: none
    connectTimeout: { exponential: ${1 / theta}ms }
    giveUp: { after: 1, then: leave }
measure: { from: 1s }
`,
    readings: [{ metric: 'abandonedInQueueFraction.api', exact: erlangA(lambda, mu, c, theta), isProbability: true }],
  };
}

describe('clients who leave while they wait', () => {
  checkCases([
    impatient(12, { mu: 1, c: 10, theta: 0.5, length: '1900ms' }),
    impatient(8, { mu: 1, c: 10, theta: 0.5, length: '2500ms' }),
  ]);
});
