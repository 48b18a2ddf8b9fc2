/**
 * Expressions: the one grammar of `expect`, `observed`, detection rules,
 * targets and flags: `metric[.part][@variant][ at clock] OP value`, where the
 * right side may also be `[factor *] metric[.part][@variant]`, or `all` (every
 * pod). A milestone's bare name (`resolved`, `resolved at 18:18`) is a
 * condition of its own: the milestone falls within the row's tolerance of its
 * time. The parser is in expression-parser.ts; metrics evaluate.
 */

import type { Scales } from '../policies/parameters.ts';

export const operators = ['==', '!=', '<=', '>=', '<', '>'] as const;
export type Operator = (typeof operators)[number];

/** `instant`: ms since the start, written as a clock time. */
export type MetricUnit = 'duration' | 'fraction' | 'count' | 'rate' | 'factor' | 'instant';

/**
 * What may follow a metric's name after a dot: one of some words, a pod's or
 * tier's name, that of a product or a client version (`who`), or a statistic of
 * a distribution (`p1`…`p99`, `max`, `mean`). Parts come in this order, and each
 * may be left out.
 */
export type PartKind = readonly string[] | 'pod' | 'tier' | 'who' | 'quantile';

/** Statistics of a distribution that are suggested; any of p1…p99 is one. */
export const suggestedStatistics = ['p50', 'p90', 'p95', 'p99', 'max', 'mean'] as const;

export function isStatistic(part: string): boolean {
  return part === 'mean' || part === 'max' || /^p[1-9]\d?$/.test(part);
}

export interface MetricWord {
  readonly unit: MetricUnit;
  readonly parts: readonly PartKind[];
  /** has a value at each instant, so that `at 17:30`, `observed` rows and detection rules can read it */
  readonly gauge: boolean;
  /** the instant at which something of an episode happens; its bare name is a condition */
  readonly milestone?: boolean;
  /** what of `scale` multiplies it, and so a bound for it; nothing if not said */
  readonly scales?: Scales;
}

/** The metrics that expressions may name. The scenario folder gets it from its caller. */
export interface Vocabulary {
  readonly metrics: Readonly<Record<string, MetricWord>>;
}

/** A metric somewhere in an expression. */
export interface MetricReference {
  readonly metric: string;
  /** a cause, an end, a reason, a tier, a pod, or a statistic */
  readonly parts: readonly string[];
  readonly variant: string | null;
  /** ms since the start: the value at this instant instead of the whole run's */
  readonly atMs: number | null;
}

export type Operand =
  /** a number in the metric's own unit: ms, fraction, count, per second */
  | { readonly kind: 'value'; readonly value: number }
  | { readonly kind: 'all' }
  | { readonly kind: 'metric'; readonly factor: number; readonly reference: MetricReference };

/** A metric compared with a bound or another metric. */
export interface MetricCondition {
  /** also part of the text that a scenario's hash is made of */
  readonly kind: 'comparison';
  /** as written; with the multiple if `scale` changes the bound */
  readonly text: string;
  readonly left: MetricReference;
  readonly operator: Operator;
  readonly right: Operand;
}

/** Holds if the milestone falls within the row's tolerance of `atMs`, or of the row's time if that is null. */
export interface MilestoneCondition {
  readonly kind: 'milestone';
  /** as written */
  readonly text: string;
  readonly milestone: string;
  readonly atMs: number | null;
}

export type Expression = MetricCondition | MilestoneCondition;
