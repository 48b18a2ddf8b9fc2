/**
 * What the replications of one variant say by themselves: each figure with its
 * interval, how likely a collapse is, and the curve of the outage. What a run
 * ended too soon to tell is known by bounds: an outage that was open lasts longer
 * than was seen of it, and a run whose collapse is undecided counts as none for
 * the lower bound of the probability and as one for the upper.
 */
import { metricCatalogue } from '../metrics/catalogue.ts';
import { statisticOverRuns } from '../metrics/metric.ts';
import { shownIn } from '../metrics/shown.ts';
import type { MetricUnit } from '../scenario/expression.ts';
import { exactly, known, medianEstimate, type BoundedEstimate, type Bounds } from './median-interval.ts';
import type { Replication } from './replication.ts';
import { INTERVAL_N_MIN, quantile, wilson, type Bootstrap } from './statistics.ts';

/** A metric that tables compare. */
export interface ComparedMetric {
  /** its name, with the part that it needs to have a value */
  readonly metric: string;
  readonly statistic: 'mean' | 'median';
  readonly unit: MetricUnit;
  /** what heads its column */
  readonly head: string;
  /** whether a run that was cut once all was calm has its value */
  readonly ofOutage: boolean;
}

/** Those whose entry in the catalogue says `compared`, in the order of the tables. */
export const comparedMetrics: readonly ComparedMetric[] = shownIn(metricCatalogue, 'compared').map(
  ([name, { part, head = name }]) => {
    const metric = metricCatalogue[name];
    return {
      metric: part === undefined ? name : `${name}.${part}`,
      statistic: statisticOverRuns(metric),
      unit: metric.unit,
      head,
      ofOutage: metric.ofOutage === true,
    };
  },
);

/** The outage's size: what variants are sorted by, and what the gain by common luck is told of. */
export const SIZE_METRIC = 'sessionMinutesLost';

/** A probability; `open` runs are undecided. */
export interface CollapseEstimate extends BoundedEstimate {
  /** runs that collapsed for certain */
  readonly count: number;
  /** runs that ended too soon to tell */
  readonly undecided: number;
}

export interface Curve {
  readonly median: readonly number[];
  readonly low: readonly number[];
  readonly high: readonly number[];
}

const CURVE_BAND = [0.1, 0.9] as const;

export function valuesOf(rows: readonly Replication[], metric: string): number[] {
  return rows.map(({ metrics }) => metrics[metric] ?? NaN);
}

/** A run's value: what is open is longer than what was seen of it. */
export function boundsOf({ metrics, openMs }: Replication, metric: string): Bounds {
  const value = metrics[metric] ?? NaN;
  return value === Infinity ? { least: openMs ?? 0, most: Infinity } : known(value);
}

function isUndecided({ undecided, metrics }: Replication): boolean {
  return undecided || (metrics.collapse !== 0 && metrics.collapse !== 1);
}

/** 0, 1, or from 0 to 1 where that is undecided. */
export function collapseBounds(row: Replication): Bounds {
  if (row.metrics.collapse === 1) return known(1);
  return isUndecided(row) ? { least: 0, most: 1 } : known(0);
}

/** Of those that did not collapse for certain. */
export function withoutCollapse(rows: readonly Replication[]): readonly Replication[] {
  return rows.filter((row) => collapseBounds(row).most === 0);
}

export function estimateOf(
  { metric, statistic }: ComparedMetric,
  rows: readonly Replication[],
  bootstrap: Bootstrap,
): BoundedEstimate {
  if (statistic === 'median')
    return medianEstimate(
      rows.map((row) => boundsOf(row, metric)),
      bootstrap.level,
    );
  return exactly(bootstrap.mean(valuesOf(rows, metric)));
}

export function collapseOf(rows: readonly Replication[], level: number): CollapseEstimate {
  const n = rows.length;
  const bounds = rows.map(collapseBounds);
  const count = bounds.filter(({ least }) => least === 1).length;
  const undecided = bounds.filter(({ least, most }) => least !== most).length;
  const [least, most] = [wilson(count, n, level), wilson(count + undecided, n, level)];
  const [low, high] = n < INTERVAL_N_MIN ? [NaN, NaN] : [least.low, most.high];
  return {
    value: undecided === 0 ? least.value : NaN,
    low,
    high,
    n,
    least: least.value,
    most: most.value,
    highLeast: high,
    open: undecided,
    count,
    undecided,
  };
}

/** Null where there are no runs, or some were cut. */
export function curveOf(rows: readonly Replication[]): Curve | null {
  if (rows.length === 0 || rows.some(({ ending }) => ending !== 'clock')) return null;
  const length = Math.max(0, ...rows.map(({ curve }) => curve.length));
  const points = Array.from({ length }, (_, i) => Float64Array.from(rows, ({ curve }) => curve[i]).sort());
  const at = (q: number): number[] => points.map((shares) => Number(quantile(shares, q).toFixed(4)));
  return { median: at(0.5), low: at(CURVE_BAND[0]), high: at(CURVE_BAND[1]) };
}
