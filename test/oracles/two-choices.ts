/**
 * The power of two choices with many hosts (Mitzenmacher 1996; Vvedenskaya,
 * Dobrushin and Karpelevich 1996): of hosts that serve one attempt at a time,
 * the share s_k = ρ^(2^k − 1) has k attempts or more. Then a host has Σ s_k
 * attempts on the mean, and an attempt waits where both draws find a host at
 * work: with the probability s₁² = ρ². The form is that of the limit; with n
 * hosts the mean is greater by a share of the order of 1/n.
 */
import type { ReplicatedCase } from './replicated-case.ts';

/** With `waits` the mean wait is checked, which takes a longer run. Rates per ms, times in ms; each host serves an attempt in 10 ms on the mean. */
export function twoChoices(
  rho: number,
  hosts: number,
  { n, from, to, waits }: { n: number; from: string; to: string; waits: boolean },
): ReplicatedCase {
  const shares = twoChoicesShares(rho);
  const perHost = shares.reduce((sum, share) => sum + share, 0);
  return {
    name: `the power of two choices, ρ ${rho}, ${hosts} hosts`,
    n,
    level: 0.99,
    scenario: `
format: 1
name: two-choices
clock: { from: "00:00", to: ${to} }
networkDelay: 0.01us
tiers:
  - name: api
    hosts: ${hosts}
    parallelism: 1
    serviceTime: { exponential: 10ms }
    balancing: { policy: power-of-two, by: open-attempts, choices: 2 }
products:
  - { name: request, arrivals: ${rho * hosts * 100}/s, lifetime: 0s }
clients:
  - { name: once, backoff: none, connectTimeout: none, giveUp: { after: 1, then: leave } }
measure: { from: ${from} }
`,
    readings: [
      { metric: { name: 'attempts per host', of: (number) => number('openAttempts.api') / hosts }, exact: perHost },
      { metric: 'waitedFraction.api', exact: rho ** 2, isProbability: true },
      // Little's law: what waits is what is there less what is served.
      ...(waits ? [{ metric: 'queueWait.api.mean', exact: (10 * (perHost - rho)) / rho }] : []),
    ],
  };
}

/** s₁, s₂, … down to nothing. */
export function twoChoicesShares(rho: number): number[] {
  const shares: number[] = [];
  for (let k = 1; rho ** (2 ** k - 1) > 1e-15; k++) shares.push(rho ** (2 ** k - 1));
  return shares;
}
