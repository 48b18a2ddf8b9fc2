/**
 * The incident's public timeline against the simulated one, at whole seconds: a
 * row between two of them is one of the second before. Each row has a window
 * (observed-window.ts) and says what it means: a state that `begins` does so
 * within it; one that `has-begun` is true at some whole second of it; one that
 * `holds` is true from the row's time until its end, but for a tolerance at both.
 * Of milestones the instant counts: within the window, or, of one that has begun,
 * up to its end; one that ends an episode only if no later one had begun by then.
 * `since` is when the state that holds began, and a row is `scripted` if an
 * assumed action, or anything that a responder did, began in the ten minutes
 * before: then the scenario, not the model, may have brought it about. A row that
 * does not hold in a run which ended before its time was over is not reached.
 */
import { holds } from '../scenario/condition.ts';
import type { MetricCondition, Expression, MetricReference, MilestoneCondition } from '../scenario/expression.ts';
import type { Observed } from '../scenario/scenario.ts';
import { valueAt } from './catalogue.ts';
import { operandValue } from './judgement.ts';
import type { EndedRun } from './ended-run.ts';
import { missedBy, windowAround, type Window } from './observed-window.ts';
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
   * the metric's value at the row's time, or at the nearest one within the window at which the condition is true;
   * or the milestone's instant; NaN if there is none
   */
  readonly simulated: number;
  /** true where `simulated` is an instant */
  readonly isInstant: boolean;
  readonly sinceMs: number | null;
  /** null: only on record, or unreached */
  readonly holds: boolean | null;
  /** how far in time the run is from what the row says: 0 where it holds, Infinity where nothing comes near; null where `holds` is */
  readonly missedMs: number | null;
  readonly kind: ObservedKind;
}

type Judged = Pick<ObservedVerdict, 'simulated' | 'isInstant' | 'sinceMs' | 'missedMs' | 'kind'>;

/** The time that a row speaks of: its own, or the one that its condition names. */
export function timeOf(row: Observed, expect: Expression): number {
  return (expect.kind === 'milestone' ? expect.atMs : expect.left.atMs) ?? row.atMs;
}

export function judgeObserved(ended: EndedRun, row: Observed): ObservedVerdict {
  const nothing = { row, simulated: NaN, isInstant: false, sinceMs: null, holds: null, missedMs: null } as const;
  const { endMs } = ended.recorder;
  if (windowAround(row, row.atMs).fromMs > endMs) return { ...nothing, kind: 'unreached' };
  const { expect } = row;
  if (expect === null) return { ...nothing, kind: 'record' };
  const judged = expect.kind === 'milestone' ? judgeMilestone(ended, row, expect) : judgeState(ended, row, expect);
  const isMet = judged.missedMs === 0;
  const overMs = row.untilMs ?? windowAround(row, timeOf(row, expect)).toMs;
  return !isMet && overMs > endMs
    ? { ...judged, row, holds: null, missedMs: null, kind: 'unreached' }
    : { ...judged, row, holds: isMet };
}

function judgeMilestone(ended: EndedRun, row: Observed, condition: MilestoneCondition): Judged {
  const atMs = lastWholeSecond(timeOf(row, condition));
  const instants = milestoneInstants(ended, condition.milestone, atMs);
  const own = windowAround(row, atMs);
  // What has begun by then may have done so at any time before.
  const window = row.means === 'has-begun' ? { ...own, fromMs: -Infinity } : own;
  const nearestMs = instants.reduce(
    (best, instant) =>
      missedBy(window, instant) < missedBy(window, best) ||
      (missedBy(window, instant) === missedBy(window, best) && Math.abs(instant - atMs) < Math.abs(best - atMs))
        ? instant
        : best,
    Infinity,
  );
  const found = Number.isFinite(nearestMs);
  return {
    simulated: found ? nearestMs : NaN,
    isInstant: true,
    sinceMs: found ? nearestMs : null,
    missedMs: missedBy(window, nearestMs),
    kind: kindAt(ended, found ? nearestMs : atMs),
  };
}

/** When the episodes came to a milestone, as seen from an instant. */
export function milestoneInstants(ended: EndedRun, milestone: string, fromMs: number): number[] {
  return ended.episodes
    .filter((_, i) => !isSuperseded(ended, milestone, i, fromMs))
    .map((episode) => milestones[milestone]?.instant(episode) ?? null)
    .filter((instant) => instant !== null);
}

/** What ends an episode is not what ended it at a time at which the next one goes on already. */
function isSuperseded({ episodes }: EndedRun, milestone: string, index: number, atMs: number): boolean {
  const isEnd = milestone === 'resolved' || milestone === 'recovering';
  return isEnd && episodes.slice(index + 1).some(({ startedMs }) => startedMs <= atMs);
}

/** The metric has a value at each instant: the parser takes no other here. */
function judgeState(ended: EndedRun, row: Observed, condition: MetricCondition): Judged {
  const { left } = condition;
  const centreMs = lastWholeSecond(timeOf(row, condition));
  const window = clipped(ended, windowAround(row, centreMs));
  const { foundMs, missedMs } = foundOf(ended, row, condition, window, centreMs);
  const sinceMs = foundMs === null ? null : beginOfSpan(ended, condition, foundMs);
  return {
    simulated: valueAt(ended, left, foundMs ?? centreMs).value,
    isInstant: false,
    sinceMs,
    missedMs,
    kind: kindAt(ended, sinceMs ?? centreMs),
  };
}

interface Found {
  /** a whole second at which the condition is true, and which is what the row means; null if there is none */
  readonly foundMs: number | null;
  readonly missedMs: number;
}

function foundOf(ended: EndedRun, row: Observed, condition: MetricCondition, window: Window, centreMs: number): Found {
  const isTrue = (atMs: number): boolean => trueAt(ended, condition, atMs);
  if (row.means === 'holds') return heldOf(ended, row, isTrue, centreMs);
  const isMeant = (atMs: number): boolean =>
    isTrue(atMs) && (row.means === 'has-begun' || atMs === 0 || !isTrue(atMs - SECOND_MS));
  // From nearby to far away, so that what holds costs no look at the whole day.
  const foundMs = secondsByNearness(window, centreMs).find(isMeant);
  if (foundMs !== undefined) return { foundMs, missedMs: 0 };
  return { foundMs: null, missedMs: nearestOutside(window, ended.scenario.clock.durationMs, isMeant) };
}

/** How far outside a window the nearest such whole second is; Infinity if there is none. */
function nearestOutside({ fromMs, toMs }: Window, durationMs: number, isSuch: (atMs: number) => boolean): number {
  let before = Math.ceil(fromMs / SECOND_MS) * SECOND_MS - SECOND_MS;
  let after = Math.floor(toMs / SECOND_MS) * SECOND_MS + SECOND_MS;
  while (before >= 0 || after <= durationMs) {
    const isBefore = before >= 0 && (after > durationMs || fromMs - before <= after - toMs);
    const atMs = isBefore ? before : after;
    if (isSuch(atMs)) return isBefore ? fromMs - atMs : atMs - toMs;
    if (isBefore) before -= SECOND_MS;
    else after += SECOND_MS;
  }
  return Infinity;
}

/** True all along, but for what the ends may be off; missed by as much of it as it is not. */
function heldOf(ended: EndedRun, row: Observed, isTrue: (atMs: number) => boolean, centreMs: number): Found {
  const slackMs = row.postedAfter === null ? row.toleranceMs : 0;
  const untilMs = lastWholeSecond(row.untilMs ?? centreMs);
  const middleMs = lastWholeSecond((centreMs + untilMs) / 2);
  const all = clipped(ended, {
    fromMs: Math.min(centreMs + slackMs, middleMs),
    toMs: Math.max(untilMs - slackMs, middleMs),
  });
  const seconds = secondsByNearness(all, centreMs);
  const missing = seconds.filter((atMs) => !isTrue(atMs));
  const missedMs = missing.length * SECOND_MS;
  return { foundMs: missing.length === 0 && seconds.length > 0 ? seconds[0] : null, missedMs };
}

/** Within the run. */
function clipped({ scenario }: EndedRun, { fromMs, toMs }: Window): Window {
  return { fromMs: Math.max(0, fromMs), toMs: Math.min(scenario.clock.durationMs, toMs) };
}

/** Whole seconds of a window, the nearest first; of two equally near ones the earlier. */
function secondsByNearness({ fromMs, toMs }: Window, centreMs: number): number[] {
  const seconds: number[] = [];
  for (let atMs = Math.ceil(fromMs / SECOND_MS) * SECOND_MS; atMs <= toMs; atMs += SECOND_MS) seconds.push(atMs);
  return seconds.sort((a, b) => Math.abs(a - centreMs) - Math.abs(b - centreMs) || a - b);
}

/** Whether a row's condition is true at an instant. */
export function trueAt(ended: EndedRun, { left, operator, right }: MetricCondition, atMs: number): boolean {
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
