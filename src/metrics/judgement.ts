/**
 * Conditions, judged: expectations on a run that has ended. A metric without a
 * value fails, and says why; but what the run ended too soon to say is
 * undecided, unless every value that it may still turn out to be gives the same
 * answer. An outage that is open is longer than any bound. A metric without
 * `@variant` means the baseline; an expectation that needs another variant than
 * the one at hand stays undecided, for the command that compares variants.
 */
import { holds, rangesHold, type Range } from '../scenario/condition.ts';
import type { MetricCondition, MetricReference, Operand, Operator } from '../scenario/expression.ts';
import { metricValue, type MetricValue } from './catalogue.ts';
import type { EndedRun } from './ended-run.ts';

export const BASELINE = 'baseline';

/** The right side's value, its metric read by `read`. */
export function operandValue(
  operand: Operand,
  podCount: number,
  read: (reference: MetricReference) => MetricValue,
): MetricValue {
  if (operand.kind === 'value') return { value: operand.value, reason: null };
  if (operand.kind === 'all') return { value: podCount, reason: null };
  const { factor } = operand;
  const { value, reason, range } = read(operand.reference);
  if (range === undefined) return { value: factor * value, reason };
  // 0 × Infinity: whatever it turns out to be, nothing is left of it.
  const times = (end: number): number => (factor === 0 ? 0 : factor * end);
  return { value: factor * value, reason, range: { ...range, low: times(range.low), high: times(range.high) } };
}

/** Both sides, as they stand where both still grow: neither had longer than the other. */
export function onSameClock(left: MetricValue, right: MetricValue): readonly [MetricValue, MetricValue] {
  if (left.range?.accrues !== true || right.range?.accrues !== true) return [left, right];
  return [
    { value: left.value, reason: null },
    { value: right.value, reason: null },
  ];
}

/** Null: undecided. */
export function holdsBetween(one: MetricValue, operator: Operator, other: MetricValue): boolean | null {
  const [left, right] = onSameClock(one, other);
  const rangeOf = ({ value, range }: MetricValue): Range | null =>
    range ?? (Number.isNaN(value) ? null : { low: value, high: value });
  const [a, b] = [rangeOf(left), rangeOf(right)];
  if (a === null || b === null) return false;
  if (!Number.isNaN(left.value) && !Number.isNaN(right.value) && !holds(left.value, operator, right.value))
    return false;
  return rangesHold(a, operator, b);
}

export interface Verdict {
  /** the left side's; NaN if there is none */
  readonly value: number;
  /** of the left side, where the run ended too soon to tell: what it may still turn out to be */
  readonly range?: Range;
  /** null: undecided */
  readonly holds: boolean | null;
  /** why there is no value, or no verdict */
  readonly reason: string | null;
  /** the variants whose runs it would take to decide it; absent if it is none but this */
  readonly needs?: readonly string[];
}

/** `variant` is the one that was run; `unqualified` the one that a metric without `@variant` means. */
export function judge(
  ended: EndedRun,
  condition: MetricCondition,
  variant: string,
  unqualified: string = BASELINE,
): Verdict {
  const { left, operator, right } = condition;
  const references = right.kind === 'metric' ? [left, right.reference] : [left];
  const others = references.map((reference) => reference.variant ?? unqualified).filter((name) => name !== variant);
  if (others.length > 0) {
    const needs = [...new Set(others)];
    return { value: NaN, holds: null, reason: `it needs ${needs.join(' and ')}, and this run is ${variant}`, needs };
  }
  const value = metricValue(ended, left);
  const bound = operandValue(right, ended.scenario.pods.length, (reference) => metricValue(ended, reference));
  const holds = holdsBetween(value, operator, bound);
  const isMissing = Number.isNaN(value.value) || Number.isNaN(bound.value);
  const reason = holds === null || isMissing ? (value.reason ?? bound.reason) : null;
  return { value: value.value, ...(value.range === undefined ? {} : { range: value.range }), holds, reason };
}
