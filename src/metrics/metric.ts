/**
 * What a metric is: its unit, what it means, what may follow its name, which
 * way is better, how it is read off a finished run, and which tables show it. Unless it says `ofRun`, a
 * metric is of the window that `measure` sets: counts are of what happened from
 * that instant until the end, means are over that time.
 * Parts reach `read` in the order of their kinds, null where left out.
 */
import type { Scales } from '../policies/parameters.ts';
import type { Range } from '../scenario/condition.ts';
import type { MetricUnit, PartKind } from '../scenario/expression.ts';
import type { EndedRun } from './ended-run.ts';
import type { Histogram } from './histogram.ts';
import type { ShownMetric } from './shown.ts';

/** `action`: an action's name. */
export type MetricPart = PartKind | 'action';

export type PartValues = readonly (string | null)[];

/** What the run ended too soon to say: what the value may still turn out to be, and a sentence that says why. */
export interface Undecided extends Range {
  readonly reason: string;
}

export interface Metric extends ShownMetric {
  readonly unit: MetricUnit;
  /** what a count counts, if it is no plain number: `session-minutes` */
  readonly measuredIn?: string;
  readonly help: string;
  readonly parts: readonly MetricPart[];
  /** which way is better; null: neither */
  readonly better: 'lower' | 'higher' | null;
  /** kept second by second, so that it has a value at each instant; the run's value is its mean, unless `help` says more */
  readonly gauge?: boolean;
  readonly milestone?: boolean;
  /** of the whole run, whatever the window */
  readonly ofRun?: true;
  /** of the outage alone: a run that is cut once all is calm has the value that it would have had at its end */
  readonly ofOutage?: true;
  /** what of a scenario's `scale` multiplies it; if not said the sessions for counts and rates, and nothing for all else */
  readonly scales?: Scales;
  /** whether an outcome lists it, by its parts; always if not said. What takes further runs is there only where they were made. */
  isListed?(ended: EndedRun, parts: PartValues): boolean;
  /** NaN where there is no value, for the reason that `none` tells, or because it is undecided. */
  read(ended: EndedRun, parts: PartValues): number;
  readonly none?: string | ((ended: EndedRun) => string);
  /** Whether the run's end leaves the value open; null if it does not. Without it, it never does. */
  undecided?(ended: EndedRun, parts: PartValues): Undecided | null;
  /** In a run that was interrupted: whether nothing that would have come can change the value. Without it, it can. */
  isFinal?(ended: EndedRun): boolean;
}

export const NO_SECOND = 'the measured window has no whole second';

/** What helps say of quantiles: those of metrics/histogram.ts. */
export const QUANTILES =
  'quantiles are within 0.2 % of the exact ones, p50 and the like of the nearest rank; mean and max are exact';

/** Index of a named tier; −1 for null; NaN-safe callers treat −1 as "all". */
export function tierIndex({ scenario }: EndedRun, tier: string | null): number {
  return tier === null ? -1 : scenario.tiers.findIndex(({ name }) => name === tier);
}

/** The sum over one tier, or over all with −1. */
export function sumTiers({ scenario }: EndedRun, tier: number, value: (tier: number) => number): number {
  if (tier >= 0) return value(tier);
  return scenario.tiers.reduce((sum, _, index) => sum + value(index), 0);
}

/** Which share of all values a part like `p95` or `max` is not exceeded by. */
export function shareBelow(part: string): number {
  return part === 'max' ? 1 : Number(part.slice(1)) / 100;
}

/** A part like `p95`, `max` or `mean`, which is also what no part means. */
export function statistic(histogram: Histogram, part: string | null): number {
  if (part === null || part === 'mean') return histogram.mean;
  return histogram.quantile(shareBelow(part));
}

/** What stands for a metric of several runs: of times the median, for one that is open is beyond any mean. */
export function statisticOverRuns({ unit }: Pick<Metric, 'unit'>): 'mean' | 'median' {
  return unit === 'duration' || unit === 'instant' ? 'median' : 'mean';
}

/** a / b, NaN where b is 0 */
export function ratio(a: number, b: number): number {
  return b === 0 ? NaN : a / b;
}

/** The length of the measured window. */
export function windowMs({ recorder }: EndedRun): number {
  return recorder.endMs - recorder.windowFromMs;
}
