/**
 * Comparisons, evaluated: expectations on a finished run. A metric without a
 * value fails, and says why. A metric without `@variant` means the baseline; an
 * expectation that needs another variant than the one at hand stays undecided,
 * for the command that compares variants.
 */
import { compare } from '../scenario/comparison.ts';
import type { Comparison, MetricReference, Operand } from '../scenario/expression.ts';
import { metricValue, type MetricValue } from './catalogue.ts';
import type { Figures } from './figures.ts';

export const BASELINE = 'baseline';

/** The right side's value, its metric read by `read`. */
export function operandValue(operand: Operand, podCount: number, read: (reference: MetricReference) => MetricValue): MetricValue {
  if (operand.kind === 'value') return { value: operand.value, reason: null };
  if (operand.kind === 'all') return { value: podCount, reason: null };
  const { value, reason } = read(operand.reference);
  return { value: operand.factor * value, reason };
}

export interface Verdict {
  /** the left side's; NaN if there is none */
  readonly value: number;
  /** null: undecided */
  readonly holds: boolean | null;
  /** why there is no value, or no verdict */
  readonly reason: string | null;
}

/** `variant` is the one that was run; `unqualified` the one that a metric without `@variant` means. */
export function judge(figures: Figures, comparison: Comparison, variant: string, unqualified: string = BASELINE): Verdict {
  const { left, operator, right } = comparison;
  const references = right.kind === 'metric' ? [left, right.reference] : [left];
  const others = references.map((reference) => reference.variant ?? unqualified).filter((name) => name !== variant);
  if (others.length > 0) {
    const reason = `it needs ${[...new Set(others)].join(' and ')}, and this run is ${variant}`;
    return { value: NaN, holds: null, reason };
  }
  const value = metricValue(figures, left);
  const bound = operandValue(right, figures.scenario.pods.length, (reference) => metricValue(figures, reference));
  const holds = compare(value.value, operator, bound.value);
  return { value: value.value, holds, reason: value.reason ?? bound.reason };
}
