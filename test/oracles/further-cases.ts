/** Scenarios of the queues in further-queues.ts, with what must come out of them. Rates per ms, times in ms. */
import { mm1Number } from './closed-forms.ts';
import { evenArrivalsWaiting, retrialAttempts, tandemStay, tandemStayQuantile } from './further-queues.ts';
import type { ReplicatedCase } from './replicated-case.ts';

/** Requests are sessions that leave as soon as they are connected. Rates per ms, times in ms. */
function requests({
  tiers,
  arrivals,
  length,
  client,
}: {
  tiers: readonly string[];
  arrivals: string;
  length: string;
  client: string;
}): string {
  return `
format: 1
name: further-queue
clock: { from: "00:00", to: ${length} }
networkDelay: 0.01us
tiers:
${tiers.map((tier) => `  - { ${tier} }`).join('\n')}
products:
  - { name: request, arrivals: ${arrivals}, lifetime: 0s }
clients:
  - { name: client, connectTimeout: none, ${client} }
measure: { from: 1s }
`;
}

const ONCE = 'backoff: none, giveUp: { after: 1, then: leave }';

export function tandem(lambda: number, muFront: number, muBack: number, length: string): ReplicatedCase {
  const scenario = requests({
    tiers: [
      `name: front, hosts: 1, parallelism: 1, serviceTime: { exponential: ${1 / muFront}ms }`,
      `name: back, hosts: 1, parallelism: 1, serviceTime: { exponential: ${1 / muBack}ms }`,
    ],
    arrivals: `${lambda * 1000}/s`,
    length,
    client: ONCE,
  });
  return {
    name: `two queues in a row, λ ${lambda}, μ ${muFront} and ${muBack}`,
    n: 40,
    level: 0.99,
    scenario,
    readings: [
      { metric: 'openAttempts.back', exact: mm1Number(lambda, muBack) },
      { metric: 'connectTime.mean', exact: tandemStay(lambda, muFront, muBack) },
      { metric: 'connectTime.p95', exact: tandemStayQuantile(lambda, [muFront, muBack], 0.95) },
    ],
  };
}

export function evenlySpaced(lambda: number, mu: number, length: string): ReplicatedCase {
  const waiting = evenArrivalsWaiting(lambda, mu);
  return {
    name: `D/M/1 at ρ = ${lambda / mu}`,
    n: 40,
    level: 0.99,
    scenario: requests({
      tiers: [`name: api, hosts: 1, parallelism: 1, serviceTime: { exponential: ${1 / mu}ms }`],
      arrivals: `{ rate: ${lambda * 1000}/s, process: constant }`,
      length,
      client: ONCE,
    }),
    readings: [
      { metric: 'waitedFraction.api', exact: waiting, isProbability: true },
      { metric: 'queueWait.api.mean', exact: waiting / (mu * (1 - waiting)) },
    ],
  };
}

export function retrials(lambda: number, theta: number, length: string): ReplicatedCase {
  return {
    name: `retrial queue at ρ = ${lambda}, everybody back after ${1 / theta} ms in the mean`,
    n: 40,
    level: 0.99,
    scenario: requests({
      tiers: ['name: api, hosts: 1, parallelism: 1, serviceTime: { exponential: 1ms }, queue: { limit: 0 }'],
      arrivals: `${lambda * 1000}/s`,
      length,
      client: `backoff: { policy: random, delay: { exponential: ${1 / theta}ms } }`,
    }),
    readings: [
      { metric: 'retryAmplification', exact: retrialAttempts(lambda, theta) },
      { metric: 'openAttempts.api', exact: lambda },
    ],
  };
}
