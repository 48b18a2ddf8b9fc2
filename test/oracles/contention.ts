/**
 * Contention. Processor sharing is its case of linear = 1: M/G/1-PS has a mean stay of S / (1 − ρ), whatever the
 * distribution of the service (insensitivity; Kleinrock, "Queueing Systems" II, 4.4). Of others with exponential
 * services the number is a birth–death chain: λ up, k·μ / s(k) down, k being those in service.
 */
import type { ReplicatedCase } from './replicated-case.ts';

interface Shared {
  readonly name: string;
  readonly lambdaPerSec: number;
  /** in the notation of a file */
  readonly serviceTime: string;
  readonly contention: { readonly linear: number; readonly quadratic: number };
  /** attempts that are served at once; the others wait */
  readonly slots: number;
  /** the mean number of attempts that are there */
  readonly number: number;
  readonly n: number;
  readonly length: string;
}

const scenarioOf = ({ lambdaPerSec, serviceTime, contention, length, slots }: Shared): string => `
format: 1
name: sharing
clock: { from: "00:00", to: ${length} }
networkDelay: 0.01us
tiers:
  - { name: api, hosts: 1, parallelism: ${slots}, serviceTime: ${serviceTime}, contention: ${JSON.stringify(contention)} }
products:
  - { name: request, arrivals: ${lambdaPerSec}/s, lifetime: 0s }
clients:
  - { name: once, backoff: none, connectTimeout: none, giveUp: { after: 1, then: leave } }
measure: { from: 20s }
`;

function sharedCase(shared: Shared): ReplicatedCase {
  return {
    name: shared.name,
    n: shared.n,
    level: 0.99,
    scenario: scenarioOf(shared),
    readings: [
      { metric: 'openAttempts.api', exact: shared.number },
      { metric: 'connectTime.mean', exact: (1000 * shared.number) / shared.lambdaPerSec },
    ],
  };
}

/** M/G/1-PS: services of 10 ms on average. */
export function processorSharing(
  serviceTime: string,
  rho: number,
  options: { n: number; length: string },
): ReplicatedCase {
  return sharedCase({
    name: `M/G/1-PS at ρ = ${rho}, services ${serviceTime}`,
    lambdaPerSec: 100 * rho,
    serviceTime,
    contention: { linear: 1, quadratic: 0 },
    slots: 100_000,
    number: rho / (1 - rho),
    ...options,
  });
}

/** The mean of a birth–death chain that goes up at λ and down at the rate of its state. */
export function birthDeathMean(lambda: number, downAt: (n: number) => number): number {
  let [weight, total, sum] = [1, 1, 0];
  for (let n = 1; weight > 1e-15 * total || n < 100; n++) {
    weight *= lambda / downAt(n);
    total += weight;
    sum += n * weight;
  }
  return sum / total;
}

/** Without a bound, services that must agree would some day all but stand still, and stay so. */
const SLOTS = 20;

/** By the universal scalability law, exponential services of 10 ms. */
export function scalability(
  lambdaPerSec: number,
  contention: Shared['contention'],
  options: { n: number; length: string },
): ReplicatedCase {
  const { linear, quadratic } = contention;
  const slowdown = (n: number): number => 1 + linear * (n - 1) + quadratic * n * (n - 1);
  return sharedCase({
    name: `universal scalability, linear ${linear}, quadratic ${quadratic}, ${lambdaPerSec}/s`,
    lambdaPerSec,
    serviceTime: '{ exponential: 10ms }',
    contention,
    slots: SLOTS,
    number: birthDeathMean(lambdaPerSec, (n) => (100 * Math.min(n, SLOTS)) / slowdown(Math.min(n, SLOTS))),
    ...options,
  });
}
