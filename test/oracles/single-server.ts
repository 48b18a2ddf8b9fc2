/** M/M/1: one host that serves one request at a time, first come, first served. */
import { mm1Number, mm1StayQuantile, pollaczekKhinchineWait } from './closed-forms.ts';
import type { ReplicatedCase } from './replicated-case.ts';

/** Requests are sessions that leave as soon as they are connected. Rates per ms, times in ms. */
export function oneServer(lambda: number, mu: number, options: { n: number; length: string }): ReplicatedCase {
  const stay = { mean: mm1Number(lambda, mu) / lambda, p95: mm1StayQuantile(lambda, mu, 0.95) };
  return {
    name: `M/M/1 at ρ = ${lambda / mu}`,
    n: options.n,
    level: 0.99,
    scenario: `
format: 1
name: one-server
clock: { from: "00:00", to: ${options.length} }
networkDelay: 0.01us
tiers:
  - { name: api, hosts: 1, parallelism: 1, serviceTime: { exponential: ${1 / mu}ms } }
products:
  - { name: request, arrivals: ${lambda * 1000}/s, lifetime: 0s }
clients:
  - { name: once, backoff: none, connectTimeout: none, giveUp: { after: 1, then: leave } }
measure: { from: 1s }
`,
    readings: [
      { metric: 'openAttempts.api', exact: mm1Number(lambda, mu) },
      { metric: 'connectTime.mean', exact: stay.mean },
      { metric: 'connectTime.p95', exact: stay.p95 },
      { metric: 'stay.api.mean', exact: stay.mean },
      // Pollaczek–Khinchine for cv² = 1 is this queue.
      { metric: 'queueWait.api.mean', exact: pollaczekKhinchineWait(lambda, 1 / mu, 1) },
      { metric: 'waitedFraction.api', exact: lambda / mu, isProbability: true },
    ],
  };
}
