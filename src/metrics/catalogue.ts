/**
 * The catalogue: every metric, once, with its name. The model's gauges are in
 * it as they are, with their mean over time as the value of a run. Here also:
 * finding a metric's value for a reference, with what it may still turn out to
 * be where the run ended too soon, and the list of all the values of a run.
 */
import { gauges, type Gauge } from '../model/state/gauges.ts';
import type { Scales } from '../policies/parameters.ts';
import type { Range } from '../scenario/condition.ts';
import { isStatistic, type MetricReference, type MetricWord, type Vocabulary } from '../scenario/expression.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { EndedRun } from './ended-run.ts';
import { headroomMetric } from './headroom.ts';
import { NO_SECOND, type Metric, type MetricPart, type PartValues } from './metric.ts';
import { milestones, outageMetrics } from './outage-metrics.ts';
import { tierMetrics } from './tier-metrics.ts';
import { trafficMetrics } from './traffic-metrics.ts';
import { numberUnit } from './told-value.ts';
import { interruptedReason } from './unfinished.ts';

/** What outcomes list of a distribution; expressions may ask for any of p1…p99. */
const LISTED_STATISTICS = ['mean', 'p50', 'p95', 'p99', 'max'];

const gaugesBetter: Readonly<Record<string, Metric['better']>> = { hostsUp: 'higher' };

function gaugeMetric(name: string, gauge: Gauge): Metric {
  return {
    unit: gauge.unit,
    help: `${gauge.help}; over a run, the mean of the window's whole seconds`,
    parts: gauge.part === null ? [] : [gauge.part],
    better: gaugesBetter[name] ?? 'lower',
    gauge: true,
    scales: gauge.scales,
    read: ({ recorder }, [part]) =>
      recorder.history.meanFrom(part === null || part === undefined ? name : `${name}.${part}`, recorder.windowFromMs),
    none: NO_SECOND,
  };
}

const gaugeMetrics = Object.fromEntries(
  Object.entries(gauges).map(([name, gauge]) => [name, gaugeMetric(name, gauge)]),
);
const milestoneMetrics = Object.fromEntries(Object.entries(milestones).map(([name, { metric }]) => [name, metric]));

/** By name, in the order of the tables. */
export const metricCatalogue: Readonly<Record<string, Metric>> = {
  ...trafficMetrics,
  ...gaugeMetrics,
  ...tierMetrics,
  ...outageMetrics,
  headroom: headroomMetric,
  ...milestoneMetrics,
};

/** The metric of a name, with parts or without; undefined if there is none. */
export function metricOf(name: string): Metric | undefined {
  const [bare] = name.split('.', 1);
  return Object.hasOwn(metricCatalogue, bare) ? metricCatalogue[bare] : undefined;
}

/** What bare numbers of a metric are in, by its name, with parts or without. */
export function unitWord(name: string): string {
  return numberUnit(metricOf(name) ?? { unit: 'count' });
}

/** What of `scale` multiplies a metric. */
export function scalesOf({ unit, scales }: Metric): Scales {
  return scales ?? (unit === 'count' || unit === 'rate' ? 'sessions' : 'nothing');
}

function word(metric: Metric): MetricWord {
  const { unit, parts, gauge = false, milestone } = metric;
  return {
    unit,
    parts: parts.filter((part) => part !== 'action'),
    gauge,
    scales: scalesOf(metric),
    ...(milestone === undefined ? {} : { milestone }),
  };
}

/** The names that scenario files may use. */
export const vocabulary: Vocabulary = {
  metrics: Object.fromEntries(Object.entries(metricCatalogue).map(([name, metric]) => [name, word(metric)])),
};

/** All that a part may be in a scenario; of quantiles, those that outcomes list. */
function partNames(part: MetricPart, scenario: Scenario): readonly string[] {
  if (part === 'pod') return scenario.pods.map(({ name }) => name);
  if (part === 'tier') return scenario.tiers.map(({ name }) => name);
  if (part === 'quantile') return LISTED_STATISTICS;
  if (part === 'who') return whoNames(scenario);
  if (part === 'action') return scenario.timeline.map(({ name }) => name);
  return part;
}

/** Products, then client versions. */
function whoNames({ products, clients }: Scenario): readonly string[] {
  return [...new Set([...products, ...clients].map(({ name }) => name))];
}

/** What outcomes list of it: nobody where there is only one product, or one version. */
function listedNames(part: MetricPart, { scenario, recorder }: EndedRun): readonly string[] {
  return part === 'who' ? recorder.returns.names : partNames(part, scenario);
}

function fits(kind: MetricPart, part: string, scenario: Scenario): boolean {
  if (kind === 'quantile') return isStatistic(part);
  return partNames(kind, scenario).includes(part);
}

/** The parts in the order of their kinds, null where left out; null if one of them fits nowhere. */
function alignParts(metric: Metric, parts: readonly string[], scenario: Scenario): PartValues | null {
  const left = [...parts];
  const aligned = metric.parts.map((kind) => (left.length > 0 && fits(kind, left[0], scenario) ? left.shift()! : null));
  return left.length === 0 ? aligned : null;
}

export interface MetricValue {
  /** NaN if there is none; Infinity for an outage that is open */
  readonly value: number;
  /** why there is none, or why it is not final */
  readonly reason: string | null;
  /** only where the run ended too soon to tell: what it may still turn out to be */
  readonly range?: Range;
}

/** Nothing that is known bounds it. */
const anything: Range = { low: -Infinity, high: Infinity, mayBeNone: true };

function nameOf({ metric, parts }: MetricReference): string {
  return [metric, ...parts].join('.');
}

/** The value of a reference's metric: over the run, or at the reference's instant. Its variant is not looked at. */
export function metricValue(ended: EndedRun, reference: MetricReference): MetricValue {
  if (reference.atMs !== null) return valueAt(ended, reference, reference.atMs);
  const metric = metricCatalogue[reference.metric];
  const parts = metric === undefined ? null : alignParts(metric, reference.parts, ended.scenario);
  if (parts === null) return { value: NaN, reason: `there is no metric ${nameOf(reference)}` };
  if (ended.interrupted && metric.isFinal?.(ended) !== true)
    return { value: NaN, reason: interruptedReason(ended), range: anything };
  return reading(ended, metric, parts);
}

/** A run that was stopped may not have come to its window: then nothing was measured, not nothing found. */
function isUnmeasured({ recorder }: EndedRun, { ofRun }: Metric): boolean {
  return ofRun !== true && Number.isNaN(recorder.windowFromMs);
}

/** The value as the run shows it, interrupted or not. */
function reading(ended: EndedRun, metric: Metric, parts: PartValues): MetricValue {
  if (isUnmeasured(ended, metric))
    return { value: NaN, reason: 'the run ended before the window that `measure` sets began', range: anything };
  const value = metric.read(ended, parts);
  const undecided = metric.undecided?.(ended, parts) ?? null;
  if (undecided !== null) {
    const { reason, ...range } = undecided;
    return { value, reason, range };
  }
  const { none = 'it has no value' } = metric;
  return { value, reason: !Number.isNaN(value) ? null : typeof none === 'string' ? none : none(ended) };
}

/** The value of a gauge at an instant: that of the last whole second. */
export function valueAt(ended: EndedRun, reference: MetricReference, atMs: number): MetricValue {
  const { history, endMs } = ended.recorder;
  const column = history.column(nameOf(reference));
  if (column === undefined) return { value: NaN, reason: `${nameOf(reference)} has no value at an instant` };
  const value = atMs > endMs ? NaN : column.at(history.indexAt(atMs));
  if (!Number.isNaN(value)) return { value, reason: null };
  return ended.interrupted
    ? { value, reason: interruptedReason(ended), range: anything }
    : { value, reason: 'the run does not reach this instant' };
}

/** Every value of a run as far as it went, by name and parts, in the catalogue's order. */
export function allReadings(ended: EndedRun): Record<string, MetricValue> {
  const readings: Record<string, MetricValue> = {};
  for (const [name, metric] of Object.entries(metricCatalogue)) {
    for (const parts of combinations(metric, ended)) {
      if (metric.isListed?.(ended, parts) === false) continue;
      const given = parts.filter((part) => part !== null);
      readings[[name, ...given].join('.')] = reading(ended, metric, parts);
    }
  }
  return readings;
}

/** The bare numbers of `allReadings`; NaN where there is none. */
export function allValues(ended: EndedRun): Record<string, number> {
  return Object.fromEntries(Object.entries(allReadings(ended)).map(([name, { value }]) => [name, value]));
}

/** The parts to list: the bare name too, but not where a tier, a state or a statistic must be named to mean anything. */
function combinations(metric: Metric, ended: EndedRun): PartValues[] {
  const several = metric.parts.includes('quantile') || metric === metricCatalogue.stateSessions;
  const isNamed = (kind: MetricPart): boolean => several && kind !== 'who';
  return metric.parts.reduce<PartValues[]>(
    (rows, kind) =>
      rows.flatMap((row) =>
        [...(isNamed(kind) ? [] : [null]), ...listedNames(kind, ended)].map((part) => [...row, part]),
      ),
    [[]],
  );
}
