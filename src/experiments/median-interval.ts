/**
 * The median of values of which some are known by bounds only, such as the
 * length of an outage that was open when its run ended: longer than what was
 * seen of it. Nothing is assumed about where such a value lies: the median is
 * that of the least values that there can be, up to that of the most.
 *
 * Its interval is that of order statistics, with the exact binomial of the sign
 * test (David & Nagaraja, "Order Statistics", 2003, §7.1): the median of any law
 * lies between the k-th of n values and the k-th from above with probability
 * 1 − 2 P(Binomial(n, ½) < k) at least, with ties and infinite values too. The
 * lower end is taken from the least values, the upper one from the most, so the
 * interval holds whatever the unknown values are.
 */
import { INTERVAL_N_MIN, quantileOfSorted, type Estimate } from './statistics.ts';

/** A value, or what it is at least and at most. Both NaN: there is none. */
export interface Bounds {
  readonly least: number;
  readonly most: number;
}

/** An estimate of values that are known by bounds: so may be its value. */
export interface BoundedEstimate extends Estimate {
  /** NaN where the value is not known; then it lies between `least` and `most`, which may be infinite */
  readonly value: number;
  readonly least: number;
  readonly most: number;
  /** where the upper end is infinite, what it is at least; else the end itself */
  readonly highLeast: number;
  /** how many values are known by bounds only */
  readonly open: number;
}

export function known(value: number): Bounds {
  return { least: value, most: value };
}

/** An estimate whose value is known. */
export function exactly(estimate: Estimate): BoundedEstimate {
  return { ...estimate, least: estimate.value, most: estimate.value, highLeast: estimate.high, open: 0 };
}

/** `a` − `b`. What is unbounded on the same side in both is unbounded on both sides in their difference. */
export function differenceOf(a: Bounds, b: Bounds): Bounds {
  return { least: a.least - b.most, most: a.most - b.least };
}

/** P(X < k) of X, how often of n times a fair coin falls on one side. */
export function fairCoinBelow(k: number, n: number): number {
  // From the logarithm of the greatest term on, so that neither end overflows.
  let logTerm = -n * Math.LN2;
  let sum = 0;
  for (let i = 0; i < Math.min(k, n + 1); i++) {
    sum += Math.exp(logTerm);
    logTerm += Math.log(n - i) - Math.log(i + 1);
  }
  return Math.min(1, sum);
}

/** The greatest k with 2 P(X < k) ≤ 1 − level; 0 if n values are too few for any interval. */
function rankOf(n: number, level: number): number {
  let k = 0;
  // The exact share of six values is told from 5 % by far more than rounding.
  while (k < n / 2 && 2 * fairCoinBelow(k + 1, n) <= 1 - level) k++;
  return k;
}

/** How many values a median's interval needs at least. */
export function medianIntervalNMin(level: number): number {
  let n = INTERVAL_N_MIN;
  while (rankOf(n, level) === 0) n++;
  return n;
}

function ascending(values: readonly number[]): Float64Array {
  return Float64Array.from(values).sort();
}

export function medianEstimate(values: readonly Bounds[], level: number): BoundedEstimate {
  const there = values.filter(({ least }) => !Number.isNaN(least));
  const n = there.length;
  const open = there.filter(({ least, most }) => least !== most).length;
  const [leasts, mosts] = [ascending(there.map(({ least }) => least)), ascending(there.map(({ most }) => most))];
  const [least, most] = [quantileOfSorted(leasts, 0.5), quantileOfSorted(mosts, 0.5)];
  const value = least === most ? least : NaN;
  const k = n < INTERVAL_N_MIN ? 0 : rankOf(n, level);
  const [low, high, highLeast] = k === 0 ? [NaN, NaN, NaN] : [leasts[k - 1], mosts[n - k], leasts[n - k]];
  return { value, low, high, n, least, most, highLeast, open };
}
