/**
 * What a metric is: its unit, what it means, what may follow its name, which
 * way is better, and how it is read off a finished run. Counts and averages are
 * those of the window that `measure` sets; episodes are those of the whole run.
 * Parts reach `read` in the order of their kinds, null where left out.
 */
import type { Scales } from '../policies/parameters.ts';
import type { MetricUnit, PartKind } from '../scenario/expression.ts';
import type { Figures } from './figures.ts';
import type { Histogram } from './histogram.ts';

/** `action`: an action's name. */
export type MetricPart = PartKind | 'action';

export type PartValues = readonly (string | null)[];

export interface Metric {
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
  /** what of a scenario's `scale` multiplies it; if not said the sessions for counts and rates, and nothing for all else */
  readonly scales?: Scales;
  /** NaN where there is no value, for the reason that `none` tells. */
  read(figures: Figures, parts: PartValues): number;
  readonly none?: string;
}

/** Index of a named tier; −1 for null; NaN-safe callers treat −1 as "all". */
export function tierIndex({ scenario }: Figures, tier: string | null): number {
  return tier === null ? -1 : scenario.tiers.findIndex(({ name }) => name === tier);
}

/** The sum over one tier, or over all with −1. */
export function sumTiers({ scenario }: Figures, tier: number, value: (tier: number) => number): number {
  if (tier >= 0) return value(tier);
  return scenario.tiers.reduce((sum, _, index) => sum + value(index), 0);
}

/** A part like `p95` or `mean`, which is also what no part means. */
export function statistic(histogram: Histogram, part: string | null): number {
  if (part === null || part === 'mean') return histogram.mean;
  return histogram.quantile(Number(part.slice(1)) / 100);
}

/** a / b, NaN where b is 0 */
export function ratio(a: number, b: number): number {
  return b === 0 ? NaN : a / b;
}

/** The length of the measured window. */
export function windowMs({ recorder }: Figures): number {
  return recorder.endMs - recorder.windowFromMs;
}
