/**
 * Standard random variates, of which distributions are made: exponential by
 * inversion, normal by Box and Muller (1958), gamma by Marsaglia and Tsang, "A
 * simple method for generating gamma variables" (2000), which draws until one
 * is accepted, about 1.05 times; and the gamma function itself.
 */
import type { Draws } from './luck.ts';
import { power } from './power.ts';

/** −ln U: an exponential draw of mean 1. */
export function unitExponential(draws: Draws): number {
  return -Math.log(draws.uniform());
}

/** One standard normal, from two draws. */
export function standardNormal(draws: Draws): number {
  const radius = Math.sqrt(-2 * Math.log(draws.uniform()));
  return radius * Math.cos(2 * Math.PI * draws.uniform());
}

/** A gamma variate of scale 1, whose mean is `shape`, which must be at least 1. */
export function sampleGamma(shape: number, draws: Draws): number {
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const normal = standardNormal(draws);
    const root = 1 + c * normal;
    if (root <= 0) continue;
    const cube = root * root * root;
    if (Math.log(draws.uniform()) < (normal * normal) / 2 + d * (1 - cube + Math.log(cube))) return d * cube;
  }
}

/** Γ(x) for x > 0 by Lanczos' approximation (g = 7, n = 9), relative error < 1e-13. */
export function gamma(x: number): number {
  if (x < 0.5) return Math.PI / (Math.sin(Math.PI * x) * gamma(1 - x));
  const coefficients = [
    0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
    12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
  ];
  const y = x - 1;
  let sum = coefficients[0];
  for (let i = 1; i < coefficients.length; i++) sum += coefficients[i] / (y + i);
  const t = y + 7.5;
  return Math.sqrt(2 * Math.PI) * power(t, y + 0.5) * Math.exp(-t) * sum;
}
