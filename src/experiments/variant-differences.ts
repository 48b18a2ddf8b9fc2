/**
 * How variants differ, replication by replication, in which they met the same
 * luck: each difference with its interval, how likely it is by luck alone, and
 * which of them remain certain when all that stand in the same column are
 * corrected for (Holm). A star says that the sign of a difference is certain,
 * whatever undecided and open runs would have come to: where both are open
 * nothing is known of their difference.
 *
 * Which variant is best is chosen by looking, so the best is held against each
 * of the others as one of all the pairs that might have been chosen.
 */
import { differenceBeyondRounding } from '../scenario/condition.ts';
import { exactly, differenceOf, known, medianEstimate, type BoundedEstimate, type Bounds } from './median-interval.ts';
import type { Replication } from './replication.ts';
import { discordanceP, holm, signFlipP, signTestP } from './significance.ts';
import { excludesZero, type Bootstrap, type Estimate } from './statistics.ts';
import { boundsOf, collapseBounds, SIZE_METRIC, valuesOf, type ComparedMetric } from './variant-estimates.ts';

/** Replications of two variants with the same number. */
export type Pair = readonly [Replication, Replication];

export interface Difference extends BoundedEstimate {
  /** whether the interval lies wholly on one side of zero: of this difference alone */
  readonly excludesZero: boolean;
  /** how likely one so great is by luck alone; NaN where nothing is compared */
  readonly p: number;
  /** corrected for all variants that are held against the same one in this metric */
  readonly pCorrected: number;
  /** whether the sign is certain, at the level of the comparison, after that correction */
  readonly isCertain: boolean;
}

/** How wide the interval of a difference is with the same luck and without. */
export interface SameLuck {
  readonly pairedWidth: number;
  readonly unpairedWidth: number;
  /** paired / unpaired; null if neither has a width */
  readonly ratio: number | null;
}

/** The best variant, and those that it cannot be told from. */
export interface BestVariant {
  readonly name: string;
  /** others, the least different first, that may be as good or better */
  readonly indistinguishable: readonly string[];
  /** how many others it was held against */
  readonly rivals: number;
  /** how many pairs were corrected for */
  readonly pairs: number;
}

export function pairsOf(rows: readonly Replication[], others: readonly Replication[]): readonly Pair[] {
  return rows.flatMap((row): Pair[] => {
    const other = others.find(({ index }) => index === row.index);
    return other === undefined ? [] : [[row, other]];
  });
}

/** Runs in which the same happened are the same, open or not. */
function isSameRun([row, other]: Pair): boolean {
  return row.fingerprint !== '' && row.fingerprint === other.fingerprint;
}

function paired(pairs: readonly Pair[], bounds: (row: Replication) => Bounds): Bounds[] {
  return pairs.map((pair) => {
    const difference = differenceOf(bounds(pair[0]), bounds(pair[1]));
    return isSameRun(pair) && !Number.isNaN(difference.least) ? known(0) : difference;
  });
}

function meanDifferences(pairs: readonly Pair[], metric: string): number[] {
  return pairs.map(([row, other]) =>
    differenceBeyondRounding(row.metrics[metric] ?? NaN, other.metrics[metric] ?? NaN),
  );
}

function untested(estimate: BoundedEstimate, p: number): Difference {
  return {
    ...estimate,
    excludesZero: excludesZero(estimate),
    p: estimate.n === 0 ? NaN : p,
    pCorrected: NaN,
    isCertain: false,
  };
}

/** Not corrected yet. */
export function differenceIn(
  { metric, statistic }: ComparedMetric,
  pairs: readonly Pair[],
  bootstrap: Bootstrap,
): Difference {
  if (statistic === 'mean') {
    const values = meanDifferences(pairs, metric);
    return untested(exactly(bootstrap.mean(values)), signFlipP(values, bootstrap.seed));
  }
  const bounds = paired(pairs, (row) => boundsOf(row, metric));
  return untested(medianEstimate(bounds, bootstrap.level), signTestP(bounds));
}

/** Of the probability of collapse: a mean of −1, 0, 1 and what is undecided, with no interval of its own. */
export function collapseDifference(pairs: readonly Pair[]): Difference {
  const bounds = paired(pairs, collapseBounds);
  const n = bounds.length;
  const mean = (end: 'least' | 'most'): number => bounds.reduce((sum, one) => sum + one[end], 0) / n;
  const [least, most] = [mean('least'), mean('most')];
  const open = bounds.filter((one) => one.least !== one.most).length;
  return untested(
    { value: least === most ? least : NaN, low: NaN, high: NaN, highLeast: NaN, n, least, most, open },
    discordanceP(bounds),
  );
}

/** Corrects differences that stand in one column. `needsInterval`: only one whose interval excludes zero too is certain. */
export function corrected(differences: readonly Difference[], level: number, needsInterval = true): Difference[] {
  const ps = holm(differences.map(({ p }) => p));
  return differences.map((difference, i) => ({
    ...difference,
    pCorrected: ps[i],
    isCertain: ps[i] <= 1 - level && (difference.excludesZero || !needsInterval),
  }));
}

/** What the same luck gains: the interval of the mean difference, paired by replication, beside that of independent replications. */
export function sameLuck(values: readonly number[], others: readonly number[], bootstrap: Bootstrap): SameLuck {
  const width = ({ low, high }: Estimate): number => high - low;
  const both = values.map((value, i) => !Number.isNaN(value) && !Number.isNaN(others[i]));
  const [a, b] = [values.filter((_, i) => both[i]), others.filter((_, i) => both[i])];
  const pairedWidth = width(bootstrap.mean(a.map((value, i) => differenceBeyondRounding(value, b[i]))));
  const unpairedWidth = width(bootstrap.meanDifference(a, b));
  return { pairedWidth, unpairedWidth, ratio: unpairedWidth > 0 ? pairedWidth / unpairedWidth : null };
}

export function sameLuckOf(pairs: readonly Pair[], bootstrap: Bootstrap): SameLuck {
  return sameLuck(
    valuesOf(
      pairs.map(([row]) => row),
      SIZE_METRIC,
    ),
    valuesOf(
      pairs.map(([, other]) => other),
      SIZE_METRIC,
    ),
    bootstrap,
  );
}

export interface Rival {
  readonly name: string;
  readonly rows: readonly Replication[];
}

/** Which of the others the best cannot be told from, in session-minutes lost. `contestants`: how many the best was chosen among. */
export function heldAgainst(
  best: Rival,
  others: readonly Rival[],
  contestants: number,
  bootstrap: Bootstrap,
): BestVariant {
  const pairs = (contestants * (contestants - 1)) / 2;
  const compared = others.map(({ name, rows }) => {
    const values = meanDifferences(pairsOf(rows, best.rows), SIZE_METRIC);
    return { name, difference: bootstrap.mean(values), p: signFlipP(values, bootstrap.seed) };
  });
  const ps = holm(
    compared.map(({ p }) => p),
    pairs,
  );
  const alike = compared.filter(({ difference }, i) => !(ps[i] <= 1 - bootstrap.level && difference.low > 0));
  const sorted = alike.sort((a, b) =>
    a.difference.value < b.difference.value ? -1 : a.difference.value > b.difference.value ? 1 : 0,
  );
  return { name: best.name, indistinguishable: sorted.map(({ name }) => name), rivals: others.length, pairs };
}
