/**
 * Tests of fit for the engine's luck. Each turns a statistic into the
 * probability of one at least as extreme if all is right; a test fails below
 * `LEVEL`. With fixed seeds the outcome is the same for ever: the level says how
 * unlikely it was for a right generator to fail when the test was written.
 */

/** Below this probability a test fails. */
export const LEVEL = 1e-4;

/** P(|Z| > z) of a standard normal; Abramowitz & Stegun 7.1.26, error below 1.5e-7. */
export function normalTails(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * x);
  const polynomial = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;
  return polynomial * Math.exp(-x * x);
}

/** P(Z ≤ z) of a standard normal. */
export function normalCdf(z: number): number {
  return z < 0 ? normalTails(z) / 2 : 1 - normalTails(z) / 2;
}

/** Two-sided: counts that fit too well are suspect as well. By Wilson & Hilferty's cube root. */
export function chiSquared(counts: ArrayLike<number>, expected: number): number {
  let sum = 0;
  for (let i = 0; i < counts.length; i++) sum += (counts[i] - expected) ** 2 / expected;
  const freedom = counts.length - 1;
  const spread = 2 / (9 * freedom);
  return normalTails((Math.cbrt(sum / freedom) - (1 - spread)) / Math.sqrt(spread));
}

/** That two columns are not correlated: r·√n is standard normal. */
export function correlation(xs: ArrayLike<number>, ys: ArrayLike<number>): number {
  const n = xs.length;
  let [sumX, sumY, sumXX, sumYY, sumXY] = [0, 0, 0, 0, 0];
  for (let i = 0; i < n; i++) {
    sumX += xs[i];
    sumY += ys[i];
    sumXX += xs[i] * xs[i];
    sumYY += ys[i] * ys[i];
    sumXY += xs[i] * ys[i];
  }
  const r = (n * sumXY - sumX * sumY) / Math.sqrt((n * sumXX - sumX ** 2) * (n * sumYY - sumY ** 2));
  return normalTails(r * Math.sqrt(n));
}

/** That pairs of uniforms fill the unit square evenly: χ² over a grid of `cells` × `cells`. */
export function evenPairs(xs: ArrayLike<number>, ys: ArrayLike<number>, cells: number): number {
  const counts = new Float64Array(cells * cells);
  for (let i = 0; i < xs.length; i++) counts[Math.floor(xs[i] * cells) * cells + Math.floor(ys[i] * cells)]++;
  return chiSquared(counts, xs.length / counts.length);
}

/** Kolmogorov and Smirnov: that the samples come from the law with this distribution function (conservative where it has steps). */
export function kolmogorovSmirnov(samples: Float64Array, cdf: (x: number) => number): number {
  const sorted = samples.slice().sort();
  const n = sorted.length;
  let distance = 0;
  for (let i = 0; i < n;) {
    let j = i;
    while (j < n && sorted[j] === sorted[i]) j++;
    const justBelow = sorted[i] * (1 - 1e-12);
    distance = Math.max(distance, Math.abs(j / n - cdf(sorted[i])), Math.abs(i / n - cdf(justBelow)));
    i = j;
  }
  const scaled = (Math.sqrt(n) + 0.12 + 0.11 / Math.sqrt(n)) * distance;
  // Stephens' form of the limit law; the series loses its meaning where the fit is perfect.
  if (scaled < 0.3) return 1;
  let tails = 0;
  for (let k = 1; k <= 100; k++) tails += 2 * (k % 2 === 1 ? 1 : -1) * Math.exp(-2 * (k * scaled) ** 2);
  return Math.min(1, Math.max(0, tails));
}

/** That the mean of the samples is the given one, by the central limit theorem. */
export function meanIs(samples: ArrayLike<number>, mean: number): number {
  const n = samples.length;
  let sum = 0;
  for (let i = 0; i < n; i++) sum += samples[i];
  const average = sum / n;
  let squares = 0;
  for (let i = 0; i < n; i++) squares += (samples[i] - average) ** 2;
  const error = Math.sqrt(squares / (n - 1) / n);
  return error === 0 ? (Math.abs(average - mean) <= 1e-12 * mean ? 1 : 0) : normalTails((average - mean) / error);
}
