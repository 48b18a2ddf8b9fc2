/**
 * What a plan is to meet, and what a run says of it:
 *
 *     collapse <= 10%                 the share of worlds that collapse
 *     reconnectTime.p95 <= 60s in 90% the share of worlds in which that holds
 *     reconnectTime.p95 <= 60s        the median over worlds, for times and instants: half of the worlds
 *     sessionMinutesLost <= 50000     the mean over worlds, for all else
 *
 * The first three are yes or no in each world, and have a threshold there; a mean
 * has none. It is the same statistic that `sim check` holds an expectation against.
 */
import { metricOf, vocabulary, type MetricValue } from '../metrics/catalogue.ts';
import { holdsBetween, onSameClock, operandValue } from '../metrics/judgement.ts';
import { statisticOverRuns } from '../metrics/metric.ts';
import { parseExpression } from '../scenario/expression-parser.ts';
import type { MetricCondition, MetricReference, Operator } from '../scenario/expression.ts';
import type { Problem } from '../scenario/problem.ts';
import { parseFraction } from '../scenario/quantity.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { Bounds } from './median-interval.ts';
import type { ProbeRecord } from './probes.ts';
import type { Answer } from './thresholds/world.ts';
import { flagProblem } from './vary/axis.ts';

interface TargetOf {
  /** as it was given */
  readonly text: string;
  /** to read off each run */
  readonly references: readonly MetricReference[];
}

/** Yes or no in each world. */
export interface ShareTarget extends TargetOf {
  readonly kind: 'share';
  /** of worlds that may fail */
  readonly share: number;
  /** what failing is, for tables: `P(collapse)` */
  readonly head: string;
  /** whether only the collapse matters, so that runs may be cut once all is decided */
  readonly ofCollapse: boolean;
  /** that the share is a half, being the median */
  readonly isMedian: boolean;
  answer(record: ProbeRecord): Answer;
}

/** A mean over worlds. */
export interface MeanTarget extends TargetOf {
  readonly kind: 'mean';
  readonly condition: MetricCondition;
  /** what the metric is held against; NaN if that is another metric */
  readonly bound: number;
  /** 1 where less is better, −1 where more is */
  readonly sign: 1 | -1;
  /** by how much it is over the bound */
  excess(record: ProbeRecord): Bounds;
}

export type Target = ShareTarget | MeanTarget;

const suffix = /^(.*\S)\s+in\s+(\S+(?: %)?)(?: of worlds)?$/;
const collapseOnly = /^collapse\s*(<=|>=|==|!=|<|>)\s*(\S.*)$/;
const none: Bounds = { least: NaN, most: NaN };

/** `collapse` over worlds. */
function collapseTarget(text: string, operator: Operator, bound: number): ShareTarget | Problem {
  const isLess = operator === '<=' || operator === '<';
  const share = isLess ? bound : 1 - bound;
  if (!isLess && operator !== '>=' && operator !== '>')
    return flagProblem('--target', '', 'one of <= | >= | < | >', operator, 'a share of worlds is never known exactly');
  if (!(share > 0 && share < 1))
    return flagProblem(
      '--target',
      '',
      'a share between none and all',
      text,
      'no number of worlds can show that something never happens: like "collapse <= 1%"',
    );
  return {
    kind: 'share',
    text,
    references: [],
    share,
    head: isLess ? 'P(collapse)' : 'P(no collapse)',
    ofCollapse: true,
    isMedian: false,
    answer: ({ metrics, undecided }) => {
      if (metrics.collapse === 1) return !isLess;
      return undecided || metrics.collapse !== 0 ? null : isLess;
    },
  };
}

function readingsOf(
  { readings }: ProbeRecord,
  { right }: MetricCondition,
  podCount: number,
): readonly [MetricValue, MetricValue] {
  const rows = readings ?? [];
  return onSameClock(
    rows[0],
    operandValue(right, podCount, () => rows[1]),
  );
}

function worldTarget(text: string, condition: MetricCondition, share: number, podCount: number): ShareTarget {
  return {
    kind: 'share',
    text,
    references: referencesOf(condition),
    share,
    head: 'P(missed)',
    ofCollapse: false,
    isMedian: false,
    answer: (record) => {
      const [left, right] = readingsOf(record, condition, podCount);
      return holdsBetween(left, condition.operator, right);
    },
  };
}

function referencesOf({ left, right }: MetricCondition): readonly MetricReference[] {
  return right.kind === 'metric' ? [left, right.reference] : [left];
}

function meanTarget(text: string, condition: MetricCondition, podCount: number): MeanTarget | Problem {
  const { operator, right } = condition;
  if (operator === '==' || operator === '!=')
    return flagProblem('--target', '', 'one of <= | >= | < | >', operator, 'a mean over worlds is never known exactly');
  const sign = operator === '<=' || operator === '<' ? 1 : -1;
  const endsOf = ({ value, range }: MetricValue): Bounds =>
    range === undefined ? { least: value, most: value } : { least: range.low, most: range.high };
  return {
    kind: 'mean',
    text,
    references: referencesOf(condition),
    condition,
    bound: right.kind === 'value' ? right.value : right.kind === 'all' ? podCount : NaN,
    sign,
    excess: (record) => {
      const [left, other] = readingsOf(record, condition, podCount).map(endsOf);
      const [low, high] = [left.least - other.most, left.most - other.least];
      // Two open ends that leave nothing to say are no value.
      if (Number.isNaN(low) || Number.isNaN(high)) return none;
      return sign > 0 ? { least: low, most: high } : { least: -high, most: -low };
    },
  };
}

/** A share as a flag has it: `10%` or `0.1`. */
export function readShare(text: string): ReturnType<typeof parseFraction> {
  return parseFraction(/^(?:\d+(?:\.\d+)?|\.\d+)$/.test(text) ? Number(text) : text);
}

/** The target, or what is wrong with it. */
export function readTarget(text: string, scenario: Scenario): Target | Problem {
  const wrong = (expected: string, found: string, hint: string | null): Problem =>
    flagProblem('--target', '', expected, found, hint);
  const given = text.trim();
  const ofCollapse = collapseOnly.exec(given);
  if (ofCollapse !== null && !suffix.test(given)) {
    const bound = readShare(ofCollapse[2]);
    if (typeof bound !== 'number')
      return wrong('a share of worlds like 10 %', JSON.stringify(ofCollapse[2]), bound.hint);
    return collapseTarget(given, ofCollapse[1] as Operator, bound);
  }
  const inShare = suffix.exec(given);
  const share = inShare === null ? null : readShare(inShare[2]);
  if (share !== null && (typeof share !== 'number' || !(share > 0 && share < 1)))
    return wrong('a share of worlds between none and all, like "in 90%"', JSON.stringify(inShare![2]), null);
  const { pods, tiers, products, clients } = scenario;
  const expression = parseExpression(inShare?.[1] ?? given, {
    vocabulary,
    clock: scenario.clock,
    podNames: pods.map(({ name }) => name),
    tierNames: tiers.map(({ name }) => name),
    whoNames: [...new Set([...products, ...clients].map(({ name }) => name))],
    variantNames: null,
    place: 'expect',
    ...(scenario.scale === undefined ? {} : { scale: scenario.scale }),
  });
  if ('mistake' in expression) {
    const { expected, found, hint } = expression.mistake;
    return wrong(expected, `${found} in ${JSON.stringify(given)}`, hint);
  }
  if (expression.kind === 'milestone') return wrong('a comparison, like resolved < 18:20', JSON.stringify(given), null);
  if (share !== null) return worldTarget(given, expression, 1 - share, pods.length);
  const { metric } = expression.left;
  if (metric === 'collapse') return wrong('collapse by itself, like "collapse <= 10%"', JSON.stringify(given), null);
  if (statisticOverRuns(metricOf(metric) ?? { unit: 'count' }) === 'median' && !/^[!=]=$/.test(expression.operator))
    return { ...worldTarget(given, expression, 0.5, pods.length), isMedian: true };
  return meanTarget(given, expression, pods.length);
}

export function isTarget(read: Target | Problem): read is Target {
  return 'kind' in read;
}
