/**
 * What replications of several variants say: each figure with its interval, how
 * it differs from the baseline, replication by replication, and how likely a
 * collapse is. Variants met the same luck, so differences are taken within each
 * replication; how much that helps is told too. Near a cliff outcomes are
 * bimodal, and a mean over both kinds describes neither: so the probability of
 * collapse and the means without collapse stand apart.
 *
 * An outage that is still open when the run ends lasts longer than anything
 * else (Infinity), for the median; in differences it counts as far as the run
 * shows it, since nothing can be subtracted from what has no end.
 */
import { metricCatalogue } from '../metrics/catalogue.ts';
import type { MetricUnit } from '../scenario/expression.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { curveStepMs, type Replication, type Until } from './replication.ts';
import { Bootstrap, excludesZero, quantile, wilson, type Estimate } from './statistics.ts';
import type { ComparedVariant } from './variant-set.ts';

export interface ComparedMetric {
  readonly metric: string;
  readonly statistic: 'mean' | 'median';
  readonly unit: MetricUnit;
}

/** What tables compare. To compare another metric, add its line. */
export const comparedMetrics: readonly ComparedMetric[] = (
  [
    ['sessionMinutesLost', 'mean'],
    ['peakDisconnectedFraction', 'mean'],
    ['timeToRecover', 'median'],
    ['hostDeaths', 'mean'],
    ['retryAmplification', 'mean'],
    ['hostHours', 'mean'],
  ] as const
).map(([metric, statistic]) => ({ metric, statistic, unit: metricCatalogue[metric].unit }));

/** The outage's size: what variants are sorted by, and what the gain by common luck is told of. */
export const SIZE_METRIC = 'sessionMinutesLost';

export interface Difference extends Estimate {
  /** whether the interval lies wholly on one side of zero */
  readonly excludesZero: boolean;
}

/** How wide the interval of a difference is with the same luck and without. */
export interface SameLuck {
  readonly pairedWidth: number;
  readonly unpairedWidth: number;
  /** paired / unpaired; null if neither has a width */
  readonly ratio: number | null;
}

export interface Curve {
  readonly median: readonly number[];
  readonly low: readonly number[];
  readonly high: readonly number[];
}

export interface VariantResult {
  readonly name: string;
  readonly title: string;
  readonly scenarioHash: string;
  /** its place in the request; the baseline's is 0 */
  readonly place: number;
  /** by metric */
  readonly figures: Readonly<Record<string, Estimate>>;
  /** to the baseline, by metric; zero for the baseline itself */
  readonly differences: Readonly<Record<string, Difference>>;
  readonly collapse: Estimate & { readonly count: number; /** runs that ended too soon to tell; counted as none */ readonly undecided: number };
  /** over the replications without collapse, by metric */
  readonly withoutCollapse: Readonly<Record<string, Estimate>>;
  /** of the difference to the baseline in session-minutes lost */
  readonly sameLuck: SameLuck;
  /** how many runs ended early, everything being decided */
  readonly cut: { readonly collapsed: number; readonly calm: number };
  /** the least time that an open outage had lasted when its run ended; null if none was open */
  readonly openMs: number | null;
  /** the disconnected share; null where runs were cut */
  readonly curve: Curve | null;
  readonly replications: readonly Replication[];
}

export interface Comparison {
  readonly scenario: Scenario;
  /** what was changed in all variants, as `path=value`; empty if nothing was */
  readonly set: readonly string[];
  readonly seed: string;
  readonly until: Until;
  /** replications of each variant */
  readonly n: number;
  readonly level: number;
  /** false: it was interrupted, and this is what there was until then */
  readonly complete: boolean;
  readonly curveStepMs: number;
  /** by outage size, the smallest first; where runs were cut, by the probability of collapse first */
  readonly variants: readonly VariantResult[];
}

export interface ComparisonInput {
  /** the baseline first */
  readonly variants: readonly ComparedVariant[];
  readonly byVariant: readonly (readonly Replication[])[];
  readonly set?: readonly string[] | undefined;
  readonly seed: string;
  readonly until: Until;
  readonly complete: boolean;
  readonly level?: number;
}

const CURVE_BAND = [0.1, 0.9] as const;

/** Only replications that every variant has are compared. */
export function createComparison({ variants, byVariant, set = [], seed, until, complete, level = 0.95 }: ComparisonInput): Comparison {
  const common = byVariant.map((rows) => rows.filter(({ index }) => byVariant.every((others) => others.some((other) => other.index === index))));
  const bootstrap = new Bootstrap(seed, level);
  const results = variants.map((variant, i) => ({ ...variantResult(variant, common[i], common[0], bootstrap), place: i }));
  const { scenario } = variants[0];
  return {
    scenario,
    set,
    seed,
    until,
    n: common[0].length,
    level,
    complete,
    curveStepMs: curveStepMs(scenario.clock.durationMs),
    variants: sorted(results, until),
  };
}

function sorted(results: readonly VariantResult[], until: Until): VariantResult[] {
  const size = ({ figures }: VariantResult): number => (Number.isNaN(figures[SIZE_METRIC].value) ? Infinity : figures[SIZE_METRIC].value);
  const order = (a: number, b: number): number => (a === b ? 0 : a < b ? -1 : 1);
  return [...results].sort((a, b) => (until === 'decided' ? order(a.collapse.value, b.collapse.value) : 0) || order(size(a), size(b)));
}

function valuesOf(rows: readonly Replication[], metric: string): number[] {
  return rows.map(({ metrics }) => metrics[metric] ?? NaN);
}

/** With open outages as long as they were seen. */
function seenValues(rows: readonly Replication[], metric: string): number[] {
  return rows.map(({ metrics, openMs }) => (metrics[metric] === Infinity ? (openMs ?? NaN) : (metrics[metric] ?? NaN)));
}

function differences(values: readonly number[], others: readonly number[]): number[] {
  return values.map((value, i) => value - others[i]);
}

function variantResult(variant: ComparedVariant, rows: readonly Replication[], baseline: readonly Replication[], bootstrap: Bootstrap): Omit<VariantResult, 'place'> {
  const estimate = (metric: ComparedMetric, values: readonly number[]): Estimate => (metric.statistic === 'mean' ? bootstrap.mean(values) : bootstrap.median(values));
  const each = <T>(of: (metric: ComparedMetric) => T): Record<string, T> => Object.fromEntries(comparedMetrics.map((metric) => [metric.metric, of(metric)]));
  const isCollapse = (row: Replication): boolean => row.metrics.collapse === 1;
  const calm = rows.filter((row) => !isCollapse(row));
  const count = rows.length - calm.length;
  const open = rows.flatMap(({ openMs }) => openMs ?? []);
  return {
    name: variant.name,
    title: variant.title,
    scenarioHash: variant.hash,
    figures: each((metric) => estimate(metric, valuesOf(rows, metric.metric))),
    differences: each((metric) => {
      const difference = estimate(metric, differences(seenValues(rows, metric.metric), seenValues(baseline, metric.metric)));
      return { ...difference, excludesZero: excludesZero(difference) };
    }),
    collapse: { ...wilson(count, rows.length, bootstrap.level), count, undecided: rows.filter(({ undecided }) => undecided).length },
    withoutCollapse: each((metric) => estimate(metric, valuesOf(calm, metric.metric))),
    sameLuck: sameLuck(valuesOf(rows, SIZE_METRIC), valuesOf(baseline, SIZE_METRIC), bootstrap),
    cut: { collapsed: rows.filter(({ ending }) => ending === 'collapsed').length, calm: rows.filter(({ ending }) => ending === 'calm').length },
    openMs: open.length === 0 ? null : Math.min(...open),
    curve: rows.some(({ ending }) => ending !== 'clock') ? null : curveOf(rows),
    replications: rows,
  };
}

/** What the same luck gains: the interval of the mean difference, paired by replication, beside that of independent replications. */
export function sameLuck(values: readonly number[], others: readonly number[], bootstrap: Bootstrap): SameLuck {
  const width = ({ low, high }: Estimate): number => high - low;
  const both = values.map((value, i) => !Number.isNaN(value) && !Number.isNaN(others[i]));
  const [a, b] = [values.filter((_, i) => both[i]), others.filter((_, i) => both[i])];
  const pairedWidth = width(bootstrap.mean(differences(a, b)));
  const unpairedWidth = width(bootstrap.meanDifference(a, b));
  return { pairedWidth, unpairedWidth, ratio: unpairedWidth > 0 ? pairedWidth / unpairedWidth : null };
}

function curveOf(rows: readonly Replication[]): Curve {
  const length = Math.max(0, ...rows.map(({ curve }) => curve.length));
  const points = Array.from({ length }, (_, i) => Float64Array.from(rows, ({ curve }) => curve[i]).sort());
  const at = (q: number): number[] => points.map((shares) => Number(quantile(shares, q).toFixed(4)));
  return { median: at(0.5), low: at(CURVE_BAND[0]), high: at(CURVE_BAND[1]) };
}

