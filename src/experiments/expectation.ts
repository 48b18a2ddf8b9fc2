/**
 * Whether an expectation is met: on one run, or over replications. Over
 * replications the figure is a probability (`collapse`), a median (durations
 * and instants, which may be open) or a mean, and the whole 95 % interval must
 * be on the right side: *met*. All of it on the wrong side: *missed*. Else it
 * is *undecided* at this n, which is no pass either, as it is with too few
 * replications for any interval; how many would decide it is estimated from the
 * interval, whose width goes with 1/√n.
 * With a metric on the right, the difference is taken within each replication,
 * where both met the same luck, and held against zero. What must be equal must
 * be so in every replication: a single other value refutes it.
 *
 * Runs that ended too soon to give their value are counted as what they may
 * still turn out to be at the least, and again at the most: an expectation is
 * met or missed only if it is both times. An outage that is open is longer than
 * any bound.
 */
import { metricOf, type MetricValue } from '../metrics/catalogue.ts';
import { BASELINE, holdsBetween, onSameClock, operandValue } from '../metrics/judgement.ts';
import { statisticOverRuns } from '../metrics/metric.ts';
import { holds, differenceBeyondRounding, type Range } from '../scenario/condition.ts';
import type { MetricCondition, MetricReference, Operator } from '../scenario/expression.ts';
import { INTERVAL_N_MIN, wilson, type Bootstrap, type Estimate } from './statistics.ts';

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
  /** runs that ended too soon to give the value, or the bound */
  readonly undecidedCount: number;
  /** what `value` may still turn out to be, where runs are undecided; else null */
  readonly range: Range | null;
  /** of the left side's outages that were open when their runs ended, how long the shortest had lasted; null without any */
  readonly openMs: number | null;
  /** why there is no value, or no verdict for lack of one */
  readonly reason: string | null;
}

/** The references of a condition, left side first. */
export function referencesOf({ left, right }: MetricCondition): readonly MetricReference[] {
  return right.kind === 'metric' ? [left, right.reference] : [left];
}

export function variantOf(reference: MetricReference): string {
  return reference.variant ?? BASELINE;
}

/** The variants whose runs an expectation needs, each once. */
export function variantsOf(condition: MetricCondition): readonly string[] {
  return [...new Set(referencesOf(condition).map(variantOf))];
}

export interface Judged {
  readonly condition: MetricCondition;
  readonly podCount: number;
  /** per replication (or the one run), the readings of `referencesOf` */
  readonly readings: readonly (readonly MetricValue[])[];
  readonly bootstrap: Bootstrap;
}

function statisticOf({ metric }: MetricReference): Statistic {
  if (metric === 'collapse') return 'probability';
  return statisticOverRuns(metricOf(metric) ?? { unit: 'count' });
}

function estimateOf(statistic: Statistic, values: readonly number[], bootstrap: Bootstrap): Estimate {
  if (statistic === 'median') return bootstrap.median(values);
  const isOneOrNone = values.every((value) => value === 0 || value === 1);
  if (statistic !== 'probability' || !isOneOrNone) return bootstrap.mean(values);
  const interval = wilson(values.filter((value) => value === 1).length, values.length, bootstrap.level);
  return interval.n < INTERVAL_N_MIN ? { ...interval, low: NaN, high: NaN } : interval;
}

/** Two values that are both beyond all bounds do not differ. */
function difference(a: number, b: number): number {
  return differenceBeyondRounding(a, b);
}

function stateOf(
  operator: Operator,
  { low, high }: Estimate,
  bound: number,
  values: readonly number[],
): ExpectationState {
  if (operator === '==') return values.every((value) => value === bound) ? 'met' : 'missed';
  if (operator === '!=') {
    if (low > bound || high < bound) return 'met';
    return values.every((value) => value === bound) ? 'missed' : 'undecided';
  }
  if (Number.isNaN(low) || Number.isNaN(high)) return 'undecided';
  const ends = [holds(low, operator, bound), holds(high, operator, bound)];
  return ends.every(Boolean) ? 'met' : ends.some(Boolean) ? 'undecided' : 'missed';
}

const N_MAX = 1_000_000;

/** How many replications like these would take the interval off the bound. */
function decidingN(
  statistic: Statistic,
  { value, low, high, n }: Estimate,
  bound: number,
  level: number,
): number | null {
  if (statistic === 'probability') {
    const decides = (many: number): boolean => {
      const interval = wilson(value * many, many, level);
      return interval.low > bound || interval.high < bound;
    };
    let many = Math.max(n, INTERVAL_N_MIN);
    while (many <= N_MAX && !decides(many)) many = Math.ceil(many * 1.1);
    return many <= N_MAX ? many : null;
  }
  if (n < INTERVAL_N_MIN) return INTERVAL_N_MIN;
  const distance = Math.abs(value - bound);
  const reach = value < bound ? high - value : value - low;
  const ratio = reach / distance;
  const many = Math.ceil(n * ratio * ratio * 1.1);
  return Number.isFinite(many) && many <= N_MAX ? Math.max(many, n + 1) : null;
}

/** How many replications lack a value, and why the first of them does; those that may still get one are none of them. */
function missing(values: readonly MetricValue[]): string | null {
  return countedReason(values, ({ value, range }) => Number.isNaN(value) && range === undefined);
}

/** How many of the readings are so, and what the first of them says; null if none is. */
function countedReason(values: readonly MetricValue[], isSo: (value: MetricValue) => boolean): string | null {
  const those = values.filter(isSo);
  if (those.length === 0) return null;
  const reason = those[0].reason ?? 'it has no value';
  return values.length === 1 ? reason : `${reason} (in ${those.length} of ${values.length} replications)`;
}

function isUndecided({ range }: MetricValue): boolean {
  return range !== undefined;
}

/** The ends of what a reading may still turn out to be. */
function endsOf({ value, range }: MetricValue): { readonly low: number; readonly high: number } {
  return range ?? { low: value, high: value };
}

type Sides = Pick<Judged, 'condition' | 'bootstrap'> & {
  readonly lefts: readonly MetricValue[];
  readonly bounds: readonly MetricValue[];
  readonly statistic: Statistic;
};

type Judgement = Pick<ExpectationVerdict, 'state' | 'interval' | 'ofDifference' | 'decidedBy'>;

/** Over replications, each side being what `of` makes of it. */
function judgeValues(
  { condition, bootstrap, lefts, bounds, statistic }: Sides,
  left: (one: MetricValue) => number,
  right: (one: MetricValue) => number,
): Judgement {
  const ofDifference = condition.right.kind === 'metric';
  const values = lefts.map((one, i) => (ofDifference ? difference(left(one), right(bounds[i])) : left(one)));
  const against = ofDifference ? 0 : right(bounds[0]);
  const interval = estimateOf(statistic, values, bootstrap);
  const state = stateOf(condition.operator, interval, against, values);
  const ofKind = ofDifference && statistic === 'probability' ? 'mean' : statistic;
  const decidedBy = state === 'undecided' ? decidingN(ofKind, interval, against, bootstrap.level) : null;
  return { state, interval, ofDifference, decidedBy };
}

/** Where some runs are undecided: what is so for the least that they may turn out to be, and for the most. */
function judgeBounded(sides: Sides): Judgement {
  const all = [...sides.lefts, ...sides.bounds];
  const least = judgeValues(
    sides,
    (one) => endsOf(one).low,
    (one) => endsOf(one).high,
  );
  const most = judgeValues(
    sides,
    (one) => endsOf(one).high,
    (one) => endsOf(one).low,
  );
  const states = [least.state, most.state];
  // As it stands: an outage that is open is longer than any bound, and refutes what it does not meet.
  const asItStands = all.some(({ value }) => Number.isNaN(value))
    ? null
    : judgeValues(
        sides,
        ({ value }) => value,
        ({ value }) => value,
      );
  const interval = {
    value: least.interval!.value === most.interval!.value ? most.interval!.value : NaN,
    low: least.interval!.low,
    high: most.interval!.high,
    n: most.interval!.n,
  };
  const mayBeNone = all.some(({ range }) => range?.mayBeNone === true);
  const met = states.every((state) => state === 'met') && !mayBeNone;
  const missed = states.every((state) => state === 'missed') || asItStands?.state === 'missed';
  return {
    state: met ? 'met' : missed ? 'missed' : 'undecided',
    interval: asItStands?.interval ?? interval,
    ofDifference: most.ofDifference,
    decidedBy: decidedByBoth(least, most),
  };
}

function leastOpenMs(values: readonly MetricValue[]): number | null {
  const open = values.flatMap(({ value, range }) => (value === Infinity && range !== undefined ? [range.low] : []));
  return open.length === 0 ? null : Math.min(...open);
}

/** More replications help only where they would both times. */
function decidedByBoth({ decidedBy: a }: Judgement, { decidedBy: b }: Judgement): number | null {
  return a === null || b === null ? null : Math.max(a, b);
}

const singleStates = { true: 'met', false: 'missed', null: 'undecided' } as const;

export function judgeExpectation({ condition, podCount, readings, bootstrap }: Judged): ExpectationVerdict {
  const { left, operator, right } = condition;
  const pairs = readings.map((row) =>
    onSameClock(
      row[0],
      operandValue(right, podCount, () => row[1]),
    ),
  );
  const [lefts, bounds] = [pairs.map(([value]) => value), pairs.map(([, bound]) => bound)];
  const none = missing(lefts) ?? missing(bounds);
  const isSingle = readings.length === 1;
  const statistic = isSingle ? 'value' : statisticOf(left);
  const undecidedCount = lefts.filter((one, i) => isUndecided(one) || isUndecided(bounds[i])).length;
  const undecidedReason = countedReason(lefts, isUndecided) ?? countedReason(bounds, isUndecided);
  const figure = (values: readonly MetricValue[], of = ({ value }: MetricValue): number => value): number =>
    values.some((one) => Number.isNaN(of(one)) && isUndecided(one))
      ? NaN
      : estimateOf(statistic, values.map(of), bootstrap).value;
  const range = lefts.some(isUndecided)
    ? { low: figure(lefts, (one) => endsOf(one).low), high: figure(lefts, (one) => endsOf(one).high) }
    : null;
  const verdict = {
    value: figure(lefts),
    bound: figure(bounds),
    statistic,
    interval: null,
    ofDifference: false,
    decidedBy: null,
    undecidedCount,
    range,
    openMs: leastOpenMs(lefts),
    reason: none,
  };
  if (none !== null) return { ...verdict, state: 'missed' };
  if (isSingle) {
    const state = singleStates[String(holdsBetween(lefts[0], operator, bounds[0])) as keyof typeof singleStates];
    return {
      ...verdict,
      state,
      reason:
        state === 'undecided' || Number.isNaN(verdict.value) || Number.isNaN(verdict.bound) ? undecidedReason : null,
    };
  }
  const sides = { condition, bootstrap, lefts, bounds, statistic };
  if (undecidedCount === 0)
    return {
      ...verdict,
      ...judgeValues(
        sides,
        ({ value }) => value,
        ({ value }) => value,
      ),
    };
  const judged = judgeBounded(sides);
  return {
    ...verdict,
    ...judged,
    reason: judged.state === 'undecided' && judged.decidedBy === null ? undecidedReason : null,
  };
}
