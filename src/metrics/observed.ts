/**
 * The incident's public timeline against the simulated one, at whole seconds: a
 * row between two of them is one of the second before. A state row holds
 * if its condition is true at some whole second within its tolerance; a
 * milestone row if that milestone of some episode falls within it, one that ends
 * an episode only if no later one had begun by then. `since` is
 * when the state that holds began, and a row is `scripted` if an assumed
 * action, or anything that a responder did, began in the ten minutes before:
 * then the scenario, not the model, may have brought it about. A row that does
 * not hold in a run which ended before its tolerance was over is not reached.
 */
import { holds } from '../scenario/condition.ts';
import type { MetricCondition, Expression, MetricReference, MilestoneCondition } from '../scenario/expression.ts';
import type { Observed } from '../scenario/scenario.ts';
import { valueAt } from './catalogue.ts';
import { operandValue } from './judgement.ts';
import type { EndedRun } from './ended-run.ts';
import { milestones } from './outage-metrics.ts';
import { lastWholeSecond, SECOND_MS } from './second-history.ts';

const SCRIPTED_BEFORE_MS = 600_000;

/**
 * `unreached`: the run ended before the row's time was over. `counterfactual`:
 * the run does not claim to be the day that was observed, so the row does not
 * judge it.
 */
export type ObservedKind = 'scripted' | 'predicted' | 'record' | 'unreached' | 'counterfactual';

export interface ObservedVerdict {
  readonly row: Observed;
  /**
   * the metric's value at the row's time, or at the nearest one within the tolerance at which the condition is true;
   * or the milestone's instant; NaN if there is none
   */
  readonly simulated: number;
  /** true where `simulated` is an instant */
  readonly isInstant: boolean;
  readonly sinceMs: number | null;
  /** null: only on record, or unreached */
  readonly holds: boolean | null;
  readonly kind: ObservedKind;
}

export function judgeObserved(ended: EndedRun, row: Observed): ObservedVerdict {
  const nothing = { row, simulated: NaN, isInstant: false, sinceMs: null, holds: null } as const;
  const { endMs } = ended.recorder;
  if (row.atMs - row.toleranceMs > endMs) return { ...nothing, kind: 'unreached' };
  if (row.expect === null) return { ...nothing, kind: 'record' };
  const verdict = judgeExpression(ended, row, row.expect);
  const centreMs = (row.expect.kind === 'milestone' ? row.expect.atMs : row.expect.left.atMs) ?? row.atMs;
  return verdict.holds === false && centreMs + row.toleranceMs > endMs
    ? { ...verdict, holds: null, kind: 'unreached' }
    : verdict;
}

function judgeExpression(ended: EndedRun, row: Observed, expect: Expression): ObservedVerdict {
  return expect.kind === 'milestone' ? judgeMilestone(ended, row, expect) : judgeState(ended, row, expect);
}

function judgeMilestone(ended: EndedRun, row: Observed, condition: MilestoneCondition): ObservedVerdict {
  const atMs = lastWholeSecond(condition.atMs ?? row.atMs);
  const instants = ended.episodes
    .filter((_, i) => !isSuperseded(ended, condition.milestone, i, atMs))
    .map((episode) => milestones[condition.milestone]?.instant(episode) ?? null)
    .filter((instant) => instant !== null);
  const nearestMs = instants.reduce(
    (best, instant) => (Math.abs(instant - atMs) < Math.abs(best - atMs) ? instant : best),
    Infinity,
  );
  const found = Number.isFinite(nearestMs);
  return {
    row,
    simulated: found ? nearestMs : NaN,
    isInstant: true,
    sinceMs: found ? nearestMs : null,
    holds: Math.abs(nearestMs - atMs) <= row.toleranceMs,
    kind: kindAt(ended, found ? nearestMs : atMs),
  };
}

/** What ends an episode is not what ended it at a time at which the next one goes on already. */
function isSuperseded({ episodes }: EndedRun, milestone: string, index: number, atMs: number): boolean {
  const isEnd = milestone === 'resolved' || milestone === 'recovering';
  return isEnd && episodes.slice(index + 1).some(({ startedMs }) => startedMs <= atMs);
}

/** The metric has a value at each instant: the parser takes no other here. */
function judgeState(ended: EndedRun, row: Observed, condition: MetricCondition): ObservedVerdict {
  const { left } = condition;
  const centreMs = lastWholeSecond(left.atMs ?? row.atMs);
  const seconds = secondsByNearness(centreMs, row.toleranceMs, ended.scenario.clock.durationMs);
  const foundMs = seconds.find((atMs) => trueAt(ended, condition, atMs));
  const sinceMs = foundMs === undefined ? null : beginOfSpan(ended, condition, foundMs);
  return {
    row,
    simulated: valueAt(ended, left, foundMs ?? centreMs).value,
    isInstant: false,
    sinceMs,
    holds: foundMs !== undefined,
    kind: kindAt(ended, sinceMs ?? centreMs),
  };
}

/** Whole seconds of the run within the tolerance, the nearest first; of two equally near ones the earlier. */
function secondsByNearness(centreMs: number, toleranceMs: number, durationMs: number): number[] {
  const seconds: number[] = [];
  const first = Math.ceil(Math.max(0, centreMs - toleranceMs) / SECOND_MS) * SECOND_MS;
  const last = Math.min(durationMs, centreMs + toleranceMs);
  for (let atMs = first; atMs <= last; atMs += SECOND_MS) seconds.push(atMs);
  return seconds.sort((a, b) => Math.abs(a - centreMs) - Math.abs(b - centreMs) || a - b);
}

function trueAt(ended: EndedRun, { left, operator, right }: MetricCondition, atMs: number): boolean {
  const read = (reference: MetricReference) => valueAt(ended, reference, reference.atMs ?? atMs);
  const bound = operandValue(right, ended.scenario.pods.length, read).value;
  return holds(valueAt(ended, left, atMs).value, operator, bound);
}

function beginOfSpan(ended: EndedRun, condition: MetricCondition, atMs: number): number {
  let sinceMs = atMs;
  while (trueAt(ended, condition, sinceMs - SECOND_MS)) sinceMs -= SECOND_MS;
  return sinceMs;
}

function kindAt({ actions, scenario }: EndedRun, atMs: number): ObservedKind {
  const assumed = new Set(scenario.timeline.filter((action) => action.assumed).map(({ name }) => name));
  const scripted = actions.some(
    (action) =>
      (action.byResponder || assumed.has(action.name)) &&
      action.startedMs <= atMs &&
      action.startedMs >= atMs - SCRIPTED_BEFORE_MS,
  );
  return scripted ? 'scripted' : 'predicted';
}
