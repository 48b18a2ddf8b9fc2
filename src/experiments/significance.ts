/**
 * How likely so great a difference between two variants is by luck alone, and
 * what remains of that when many are looked at.
 *
 * Means: the sign-flip test of paired differences (Fisher, "The Design of
 * Experiments", 1935, §21). Two variants that do not differ meet the same luck
 * in each replication, and which of them fares better is as good as tossed: so
 * every difference might as well have the other sign, and the test is exact
 * whatever the law of the values. All 2ⁿ signs are tried up to n = 16, else
 * 9,999 random ones, with the p-value (1 + count) / (1 + tries), which is valid
 * however few they are (Phipson & Smyth, Stat. Appl. Genet. Mol. Biol. 9, 2010).
 * Medians: the sign test, the exact binomial. Differences that are zero, or
 * whose sign is not known, speak against the difference there. What happens or
 * does not: the exact test of McNemar (Psychometrika 12, 1947), the sign test of
 * the replications in which the two differ; unknown ones speak against it.
 *
 * Many at once: Holm's step-down correction (Scand. J. Statist. 6, 1979), under
 * which the chance of any false one among all stays at most 1 − level, however
 * they depend on one another.
 */
import { Stream } from '../engine/luck.ts';
import { power } from '../engine/power.ts';
import { fairCoinBelow, type Bounds } from './median-interval.ts';

/** Up to so many values all signs are tried. */
const EXACT_N_MAX = 16;
const FLIPS = 9999;
const WORD_BITS = 32;
const WORD_COUNT = power(2, WORD_BITS);

/** What rounding may take from a sum that is as great as the one that was seen. */
const AS_GREAT = 1 - 1e-9;

/** P of the mean of differences under the sign-flip test, two-sided. 1 where there are none, or all are zero. Which signs are tried is luck keyed by seed and n. */
export function signFlipP(differences: readonly number[], seed: string): number {
  const values = differences.filter((value) => !Number.isNaN(value));
  const seen = Math.abs(values.reduce((sum, value) => sum + value, 0)) * AS_GREAT;
  if (seen === 0) return 1;
  return values.length <= EXACT_N_MAX ? allFlips(values, seen) : randomFlips(values, seen, seed);
}

/** All signs but those of the first value: the others mirror them. */
function allFlips(values: readonly number[], seen: number): number {
  const count = power(2, values.length - 1);
  let asGreat = 0;
  for (let signs = 0; signs < count; signs++) {
    let sum = values[0];
    for (let i = 1; i < values.length; i++) sum += (signs >> (i - 1)) & 1 ? -values[i] : values[i];
    if (Math.abs(sum) >= seen) asGreat++;
  }
  return asGreat / count;
}

function randomFlips(values: readonly number[], seen: number, seed: string): number {
  const luck = new Stream(seed, 'sign flips');
  let asGreat = 0;
  for (let round = 0; round < FLIPS; round++) {
    luck.at(values.length, round);
    let sum = 0;
    let word = 0;
    for (let i = 0; i < values.length; i++) {
      if (i % WORD_BITS === 0) word = Math.floor(luck.uniform() * WORD_COUNT) | 0;
      sum += word & 1 ? -values[i] : values[i];
      word >>>= 1;
    }
    if (Math.abs(sum) >= seen) asGreat++;
  }
  return (1 + asGreat) / (1 + FLIPS);
}

/** Two-sided P of `count` of `n` tosses on one side, by the more frequent side. */
function tossedP(count: number, n: number): number {
  // P(X ≥ count) = P(X ≤ n − count)
  return Math.min(1, 2 * fairCoinBelow(n - count + 1, n));
}

function signCounts(differences: readonly Bounds[]): { up: number; down: number; none: number; n: number } {
  const there = differences.filter(({ least }) => !Number.isNaN(least));
  const up = there.filter(({ least }) => least > 0).length;
  const down = there.filter(({ most }) => most < 0).length;
  const none = there.filter(({ least, most }) => least === 0 && most === 0).length;
  return { up, down, none, n: there.length };
}

/** P of the median of differences under the sign test, two-sided. Small only where the median's interval excludes zero. */
export function signTestP(differences: readonly Bounds[]): number {
  const { up, down, n } = signCounts(differences);
  return n === 0 ? 1 : tossedP(Math.max(up, down), n);
}

/** P under McNemar's test, of differences between 0 and 1: those without one do not count. */
export function discordanceP(differences: readonly Bounds[]): number {
  const { up, down, none, n } = signCounts(differences);
  return n === none ? 1 : tossedP(Math.max(up, down), n - none);
}

/**
 * Holm's corrected P-values: each is at most 1 − level where its hypothesis is
 * rejected. `count` of them are corrected for; there may be more than are given,
 * which then are taken for greater ones. NaN: not tested, and not counted.
 */
export function holm(ps: readonly number[], count = ps.filter((p) => !Number.isNaN(p)).length): number[] {
  const order = ps
    .map((_, i) => i)
    .filter((i) => !Number.isNaN(ps[i]))
    .sort((a, b) => ps[a] - ps[b]);
  const corrected = ps.map(() => NaN);
  let greatest = 0;
  order.forEach((i, rank) => {
    greatest = Math.max(greatest, Math.min(1, (count - rank) * ps[i]));
    corrected[i] = greatest;
  });
  return corrected;
}

/** How many replications a difference needs at least to stay certain at `level` among `count` that are corrected for. */
export function certainNMin(count: number, level: number): number {
  return Math.ceil(1 + Math.log(Math.max(1, count) / (1 - level)) / Math.LN2 - 1e-9);
}
