/**
 * Closed forms of three queues more. Two in a row: Burke, "The Output of a
 * Queuing System", Operations Research 4 (1956), by which the second is an
 * M/M/1 of its own, and Reich (1957), by which the two stays are independent.
 * D/M/1: Kendall, Annals of Mathematical Statistics 24 (1953), G/M/1 with
 * evenly spaced arrivals. The retrial queue M/M/1 with exponential retries:
 * Falin & Templeton, "Retrial Queues" (1997), section 1.2.
 */
import { mm1Number } from './closed-forms.ts';

/** The mean time in two M/M/1 queues, one behind the other. */
export function tandemStay(lambda: number, muFront: number, muBack: number): number {
  return (mm1Number(lambda, muFront) + mm1Number(lambda, muBack)) / lambda;
}

/** The quantile of that time: a sum of two exponentials of different rates μ − λ, found by bisection. */
export function tandemStayQuantile(lambda: number, mus: readonly [number, number], q: number): number {
  const [a, b] = mus.map((mu) => mu - lambda);
  const beyond = (t: number): number => (b * Math.exp(-a * t) - a * Math.exp(-b * t)) / (b - a);
  let low = 0;
  let high = 100 / Math.min(a, b);
  for (let step = 0; step < 100; step++) {
    const middle = (low + high) / 2;
    if (beyond(middle) > 1 - q) low = middle;
    else high = middle;
  }
  return low;
}

/** The share that waits in a D/M/1 queue: the root σ < 1 of σ = e^{−μ(1−σ)/λ}. The mean wait is σ/(μ(1−σ)). */
export function evenArrivalsWaiting(lambda: number, mu: number): number {
  let sigma = 0.5;
  for (let step = 0; step < 10_000; step++) sigma = Math.exp((-mu * (1 - sigma)) / lambda);
  return sigma;
}

/**
 * Attempts per arrival in an M/M/1 retrial queue without a place to wait, μ = 1:
 * each that finds the server taken comes back after an exponential time of rate
 * θ. The mean number in orbit is λ(λ + θλ)/(θ(1 − λ)), and θ times that, over λ,
 * is how often each comes back.
 */
export function retrialAttempts(lambda: number, theta: number): number {
  const inOrbit = (lambda * (lambda + theta * lambda)) / (theta * (1 - lambda));
  return 1 + (theta * inOrbit) / lambda;
}
