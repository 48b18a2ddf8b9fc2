/**
 * Figures of weighted draws: what share of them says something, between which
 * values so much of their weight lies, and how many equally weighted draws they
 * are worth (Kish's effective size, (Σw)² / Σw²). Weights need not sum to one;
 * none is negative.
 */
import { quantileOfSorted } from '../statistics.ts';

const square = (value: number): number => value * value;

export function total(weights: readonly number[]): number {
  return weights.reduce((sum, one) => sum + one, 0);
}

/** So that they sum to one; all zero where none has any weight. */
export function normalised(weights: readonly number[]): number[] {
  const sum = total(weights);
  return weights.map((one) => (sum > 0 ? one / sum : 0));
}

export function effectiveSize(weights: readonly number[]): number {
  const squares = weights.reduce((sum, one) => sum + one * one, 0);
  return squares === 0 ? 0 : (total(weights) * total(weights)) / squares;
}

export function weightedMean(values: readonly number[], weights: readonly number[]): number {
  return values.reduce((sum, one, i) => sum + one * weights[i], 0) / total(weights);
}

/** Of the draws as they are a sample: with equal weights, divided by n − 1. NaN for fewer than two. */
export function weightedVariance(values: readonly number[], weights: readonly number[]): number {
  const centre = weightedMean(values, weights);
  const size = effectiveSize(weights);
  const spread = values.reduce((sum, one, i) => sum + weights[i] * square(one - centre), 0) / total(weights);
  return size <= 1 ? NaN : (spread * size) / (size - 1);
}

/** The share of the weight of those that something is true of. */
export function weightedShare(isTrue: readonly boolean[], weights: readonly number[]): number {
  return weightedMean(
    isTrue.map((one) => (one ? 1 : 0)),
    weights,
  );
}

/**
 * The quantile `q`. Each value stands in the middle of its own weight, and
 * between two of them it is interpolated: with equal weights the median is that
 * of everybody. Infinite values stay what they are.
 */
export function weightedQuantile(values: readonly number[], weights: readonly number[], q: number): number {
  const order = values
    .map((_, i) => i)
    .filter((i) => weights[i] > 0)
    .sort((a, b) => values[a] - values[b] || a - b);
  const sum = total(weights);
  let before = 0;
  let last: { readonly at: number; readonly value: number } | null = null;
  for (const i of order) {
    const at = (before + weights[i] / 2) / sum;
    const value = values[i];
    if (at >= q) return last === null ? value : quantileOfSorted([last.value, value], (q - last.at) / (at - last.at));
    last = { at, value };
    before += weights[i];
  }
  return last === null ? NaN : last.value;
}

/** The places of n draws by their weight, with one number of luck for all (systematic resampling, Kitagawa 1996). */
export function resampled(weights: readonly number[], n: number, uniform: number): number[] {
  const shares = normalised(weights);
  const places: number[] = [];
  let reached = 0;
  let place = -1;
  for (let i = 0; i < n; i++) {
    const wanted = (i + uniform) / n;
    // Rounding must not lead beyond the last one that has any weight.
    while (reached < wanted && shares.slice(place + 1).some((one) => one > 0)) reached += shares[++place];
    places.push(place);
  }
  return places;
}
