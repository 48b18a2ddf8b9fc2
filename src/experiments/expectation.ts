/**
 * Whether an expectation is met: on one run, or over replications. Over
 * replications the figure is a probability (`collapse`), a median (durations
 * and instants, which may be open) or a mean, and the whole 95 % interval must
 * be on the right side: *met*. All of it on the wrong side: *missed*. Else it
 * is *undecided* at this n, which is no pass either; how many replications
 * would decide it is estimated from the interval, whose width goes with 1/√n.
 * With a metric on the right, the difference is taken within each replication,
 * where both met the same luck, and held against zero. What must be equal must
 * be so in every replication: a single other value refutes it.
 */
import { metricCatalogue, type MetricValue } from '../metrics/catalogue.ts';
import { BASELINE, operandValue } from '../metrics/comparison.ts';
import { compare } from '../scenario/comparison.ts';
import type { Comparison, MetricReference, Operator } from '../scenario/expression.ts';
import { wilson, type Bootstrap, type Estimate } from './statistics.ts';

export type ExpectationState = 'met' | 'missed' | 'undecided';

export type Statistic = 'value' | 'probability' | 'mean' | 'median';

export interface ExpectationVerdict {
  readonly state: ExpectationState;
  /** the left side's; NaN if there is none */
  readonly value: number;
  /** what it is held against; NaN if that has no value */
  readonly bound: number;
  /** what `value` and `bound` are of the replications' values */
  readonly statistic: Statistic;
  /** of the left side, or with a metric on the right of left − right; null of a single run */
  readonly interval: Estimate | null;
  /** whether the interval is that of left − right */
  readonly ofDifference: boolean;
  /** replications that would decide it, about; null if it is decided, or none would */
  readonly decidedBy: number | null;
  /** why there is no value */
  readonly reason: string | null;
}

/** The references of a comparison, left side first. */
export function referencesOf({ left, right }: Comparison): readonly MetricReference[] {
  return right.kind === 'metric' ? [left, right.reference] : [left];
}

export function variantOf(reference: MetricReference): string {
  return reference.variant ?? BASELINE;
}

/** The variants whose runs an expectation needs, each once. */
export function variantsOf(comparison: Comparison): readonly string[] {
  return [...new Set(referencesOf(comparison).map(variantOf))];
}

export interface Judged {
  readonly comparison: Comparison;
  readonly podCount: number;
  /** per replication (or the one run), the readings of `referencesOf` */
  readonly readings: readonly (readonly MetricValue[])[];
  readonly bootstrap: Bootstrap;
}

function statisticOf({ metric }: MetricReference): Statistic {
  if (metric === 'collapse') return 'probability';
  const unit = metricCatalogue[metric]?.unit;
  return unit === 'duration' || unit === 'instant' ? 'median' : 'mean';
}

function estimateOf(statistic: Statistic, values: readonly number[], bootstrap: Bootstrap): Estimate {
  if (statistic === 'median') return bootstrap.median(values);
  const isOneOrNone = values.every((value) => value === 0 || value === 1);
  if (statistic === 'probability' && isOneOrNone) return wilson(values.filter((value) => value === 1).length, values.length, bootstrap.level);
  return bootstrap.mean(values);
}

/** Two values that are both beyond all bounds do not differ. */
function difference(a: number, b: number): number {
  return a === b ? 0 : a - b;
}

function stateOf(operator: Operator, { low, high }: Estimate, bound: number, values: readonly number[]): ExpectationState {
  if (operator === '==') return values.every((value) => value === bound) ? 'met' : 'missed';
  if (operator === '!=') {
    if (low > bound || high < bound) return 'met';
    return values.every((value) => value === bound) ? 'missed' : 'undecided';
  }
  const ends = [compare(low, operator, bound), compare(high, operator, bound)];
  return ends.every(Boolean) ? 'met' : ends.some(Boolean) ? 'undecided' : 'missed';
}

const N_MAX = 1_000_000;

/** How many replications like these would take the interval off the bound. */
function decidingN(statistic: Statistic, { value, low, high, n }: Estimate, bound: number, level: number): number | null {
  if (statistic === 'probability') {
    const decides = (many: number): boolean => {
      const interval = wilson(value * many, many, level);
      return interval.low > bound || interval.high < bound;
    };
    let many = n;
    while (many <= N_MAX && !decides(many)) many = Math.ceil(many * 1.1);
    return many <= N_MAX ? many : null;
  }
  const distance = Math.abs(value - bound);
  const reach = value < bound ? high - value : value - low;
  const ratio = reach / distance;
  const many = Math.ceil(n * ratio * ratio * 1.1);
  return Number.isFinite(many) && many <= N_MAX ? Math.max(many, n + 1) : null;
}

/** How many replications lack a value, and why the first of them does. */
function missing(values: readonly MetricValue[]): string | null {
  const without = values.filter(({ value }) => Number.isNaN(value));
  if (without.length === 0) return null;
  const reason = without[0].reason ?? 'it has no value';
  return values.length === 1 ? reason : `${reason} (in ${without.length} of ${values.length} replications)`;
}

export function judgeExpectation({ comparison, podCount, readings, bootstrap }: Judged): ExpectationVerdict {
  const { left, operator, right } = comparison;
  const lefts = readings.map(([value]) => value);
  const bounds = readings.map((row) => operandValue(right, podCount, () => row[1]));
  const reason = missing(lefts) ?? missing(bounds);
  const isSingle = readings.length === 1;
  const statistic = isSingle ? 'value' : statisticOf(left);
  const figure = (values: readonly MetricValue[]): Estimate => estimateOf(statistic, values.map(({ value }) => value), bootstrap);
  const [value, bound] = [figure(lefts).value, figure(bounds).value];
  const verdict = { value, bound, statistic, interval: null, ofDifference: false, decidedBy: null, reason };
  if (reason !== null) return { ...verdict, state: 'missed' };
  if (isSingle) return { ...verdict, state: compare(value, operator, bound) ? 'met' : 'missed' };
  const ofDifference = right.kind === 'metric';
  const values = lefts.map((one, i) => (ofDifference ? difference(one.value, bounds[i].value) : one.value));
  const against = ofDifference ? 0 : bound;
  const interval = estimateOf(statistic, values, bootstrap);
  const state = stateOf(operator, interval, against, values);
  const ofKind = ofDifference && statistic === 'probability' ? 'mean' : statistic;
  const decidedBy = state === 'undecided' ? decidingN(ofKind, interval, against, bootstrap.level) : null;
  return { ...verdict, state, interval, ofDifference, decidedBy };
}
