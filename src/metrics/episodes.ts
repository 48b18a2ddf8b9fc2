/**
 * Episodes: from the first impacted pod until the fleet is well again, judged
 * on whole seconds, in hindsight. An episode is *resolved* at the first second
 * of the first five minutes in which no pod is impacted and the fleet's
 * disconnected share is under one per cent plus its mean before the first
 * action; *recovering* from the first second after its peak from which the
 * share stays at or below 75 % of the peak until then.
 *
 * It *outlives its trigger* if it is unresolved `metastableAfter` after the last
 * of the timeline's actions was over, no further one having begun meanwhile. An
 * outage that began before any action had has no trigger, and outlives none.
 * What responders do is no trigger.
 *
 * It is *metastable* (Bronson et al., HotOS 2021) if it sustains itself, in the
 * sense of sustaining.ts, for just as long: over the last `metastableAfter`
 * before somebody did something, be it the timeline or a responder, before it
 * began recovering all the same, by luck, or before the run ended; always after
 * the last action of the timeline was over. What the run ended too soon to tell
 * stays undecided, and so does what is easing when it ends.
 */
import { IMPACTED_FRACTION } from '../model/state/gauges.ts';
import type { FleetCurve } from './fleet-curve.ts';
import type { ActionSpan } from './happenings.ts';
import type { Sustaining } from './sustaining.ts';

/** So long it must be calm until an episode is resolved. */
export const CALM_FOR_MS = 300_000;
const CALM_MARGIN = 0.01;
const RECOVERING_SHARE = 0.75;
const SECOND_MS = 1000;

/** An action as episodes see it. */
export interface EpisodeAction extends ActionSpan {
  /** whether sessions dropped because of it: such an action of the timeline ends nothing */
  readonly dropsSessions: boolean;
}

export interface Episode {
  readonly startedMs: number;
  /** first second at which the k-th pod was impacted at the same time, from k = 1 */
  readonly podsImpactedMs: readonly number[];
  /** the pods (their indices) that were the first to be impacted */
  readonly firstPods: readonly number[];
  readonly allPodsMs: number | null;
  readonly peakMs: number;
  readonly peakDisconnectedFraction: number;
  readonly recoveringMs: number | null;
  /** null: open */
  readonly resolvedMs: number | null;
  /** of an open one: since when it has been calm, as the run ends, for less than the five minutes; else null */
  readonly calmFromMs: number | null;
  /** the last action of the timeline that had begun before it did; null: it began before any action had */
  readonly trigger: string | null;
  /** null: there was no trigger, or the last action has not ended */
  readonly triggerEndedMs: number | null;
  /** null: the run ended too soon to tell */
  readonly outlivesTrigger: boolean | null;
  /** null: the run ended too soon to tell */
  readonly metastable: boolean | null;
  /** whether that is certain: seen before somebody did something, so that nothing to come can change it */
  readonly isCertain: boolean;
  /** of a metastable one: whether it stays so even if the run goes on, and it turns out to have been recovering already */
  readonly outlastsTurn: boolean;
  /** whether it is undecided because it is easing as the run ends */
  readonly isEasing: boolean;
  /** where something is undecided: until when the run would have had to go on, at least; null if it is not, or nobody knows */
  readonly decidedFromMs: number | null;
  /** `itself`, the name of an action, or `open` */
  readonly endedBy: string;
  readonly hostDeaths: number;
  readonly sessionMinutesLost: number;
}

export interface EpisodeContext {
  readonly curve: FleetCurve;
  readonly actions: readonly EpisodeAction[];
  readonly deathsMs: readonly number[];
  readonly metastableAfterMs: number;
  /** how it was between two instants */
  readonly sustaining: (fromMs: number, untilMs: number) => Sustaining;
}

/** Whether something happened in it; what begins it happens within the second before it is seen. */
export function isWithin({ startedMs, resolvedMs }: Pick<Episode, 'startedMs' | 'resolvedMs'>, atMs: number): boolean {
  return atMs >= startedMs - SECOND_MS && atMs < (resolvedMs ?? Infinity);
}

/** All episodes, in order. */
export function findEpisodes(context: EpisodeContext): Episode[] {
  const { curve } = context;
  const impacted = countImpacted(curve);
  const calmUntil = calmSpans(context, impacted);
  const length = curve.fleet.length;
  const episodes: Episode[] = [];
  let at = 0;
  for (;;) {
    while (at < length && impacted[at] === 0) at++;
    if (at >= length) return episodes;
    let end = at;
    while (end < length && (calmUntil[end] - end) * SECOND_MS < CALM_FOR_MS) end++;
    episodes.push(describe(context, impacted, at, end, calmUntil));
    at = end;
  }
}

/** Since when the fleet has been calm, in the sense of an episode's end, until the end of the curve; null if it is not. */
export function calmSinceMs(curve: FleetCurve, actions: readonly EpisodeAction[]): number | null {
  const last = curve.fleet.length - 1;
  const calmUntil = calmSpans({ curve, actions }, countImpacted(curve));
  return last < 0 || calmUntil[last] === last ? null : curve.firstMs + startOfCalm(calmUntil, last) * SECOND_MS;
}

/** Impacted pods at each second. */
function countImpacted({ fleet, pods }: FleetCurve): Uint16Array {
  const impacted = new Uint16Array(fleet.length);
  for (const pod of pods) for (let i = 0; i < pod.length; i++) if (pod[i] > IMPACTED_FRACTION) impacted[i]++;
  return impacted;
}

/** For each second, the first one at or after it that is not calm. */
function calmSpans({ curve, actions }: Pick<EpisodeContext, 'curve' | 'actions'>, impacted: Uint16Array): Uint32Array {
  const bound = CALM_MARGIN + usualFraction(curve, actions, impacted);
  const until = new Uint32Array(impacted.length);
  let next = impacted.length;
  for (let i = impacted.length - 1; i >= 0; i--) {
    if (impacted[i] > 0 || !(curve.fleet[i] < bound)) next = i;
    until[i] = next;
  }
  return until;
}

/**
 * The mean disconnected share before the first action; without one, before the
 * first impacted second. In a run that starts amid an outage nothing is usual.
 */
function usualFraction(curve: FleetCurve, actions: readonly EpisodeAction[], impacted: Uint16Array): number {
  const own = actions.filter((action) => !action.byResponder).map((action) => action.startedMs);
  const firstImpacted = impacted.findIndex((count) => count > 0);
  if (firstImpacted === 0) return 0;
  const untilMs = own.length > 0 ? Math.min(...own) : curve.firstMs + (firstImpacted - 1) * SECOND_MS;
  // A sample holds what happened before its instant, so the one at the action's start is still untouched.
  const count = Math.min(curve.fleet.length, Math.floor((untilMs - curve.firstMs) / SECOND_MS) + 1);
  let sum = 0;
  for (let i = 0; i < count; i++) sum += curve.fleet[i];
  return count > 0 ? sum / count : 0;
}

/** The episode of the seconds [first, end); `end` is the number of seconds if it is open. */
function describe(
  context: EpisodeContext,
  impacted: Uint16Array,
  first: number,
  end: number,
  calmUntil: Uint32Array,
): Episode {
  const { curve, actions, deathsMs } = context;
  const open = end === curve.fleet.length;
  const instant = (index: number): number => curve.firstMs + index * SECOND_MS;
  const startedMs = instant(first);
  const last = open ? end - 1 : end;
  let peak = first;
  for (let i = first; i < end; i++) if (curve.fleet[i] > curve.fleet[peak]) peak = i;
  const podsImpactedMs: number[] = [];
  for (let i = first; i < end; i++) while (podsImpactedMs.length < impacted[i]) podsImpactedMs.push(instant(i));
  const recoveringMs = open ? null : instant(recoveringFrom(curve.fleet, peak, end));
  const resolvedMs = open ? null : instant(end);
  const calmAtEnd = open && calmUntil[last] === curve.fleet.length;
  const unresolvedUntil = calmAtEnd ? startOfCalm(calmUntil, last) : last;
  const calmFromMs = calmAtEnd ? instant(unresolvedUntil) : null;
  const isBack = !open || calmAtEnd;
  const turnedMs = isBack ? instant(recoveringFrom(curve.fleet, peak, open ? unresolvedUntil : end)) : null;
  const mayHaveTurnedMs = isBack ? null : instant(recoveringFrom(curve.fleet, peak, end));
  const span = { startedMs, turnedMs, mayHaveTurnedMs, unresolvedUntilMs: instant(unresolvedUntil), open };
  const verdict = judgeTrigger(context, span);
  const stuck = judgeSustaining(context, span);
  const isDecided = verdict.outlivesTrigger !== null && (stuck.metastable !== null || stuck.isEasing);
  return {
    startedMs,
    podsImpactedMs,
    firstPods: curve.pods.flatMap((pod, index) => (pod[first] > IMPACTED_FRACTION ? [index] : [])),
    allPodsMs: podsImpactedMs[curve.pods.length - 1] ?? null,
    peakMs: instant(peak),
    peakDisconnectedFraction: curve.fleet[peak],
    recoveringMs,
    resolvedMs,
    calmFromMs,
    trigger: triggerOf(actions, startedMs),
    triggerEndedMs: verdict.triggerEndedMs,
    outlivesTrigger: verdict.outlivesTrigger,
    ...stuck,
    // The second with which the calm begins is the first of its five minutes.
    decidedFromMs: isDecided
      ? null
      : calmFromMs !== null
        ? calmFromMs + CALM_FOR_MS - SECOND_MS
        : wholeSecond(curve, verdict.quietUntilMs),
    endedBy: recoveringMs === null ? 'open' : endedBy(actions, startedMs, recoveringMs),
    hostDeaths: deathsMs.filter((atMs) => isWithin({ startedMs, resolvedMs }, atMs)).length,
    sessionMinutesLost: (curve.lostSessionMs[last] - curve.lostSessionMs[first]) / 60_000,
  };
}

function recoveringFrom(fleet: Float64Array, peak: number, end: number): number {
  let from = end;
  while (from - 1 > peak && fleet[from - 1] <= RECOVERING_SHARE * fleet[peak]) from--;
  return from;
}

function startOfCalm(calmUntil: Uint32Array, last: number): number {
  let start = last;
  while (start > 0 && calmUntil[start - 1] === calmUntil[last]) start--;
  return start;
}

/** The last thing anybody did during the episode before it began recovering, unless it made matters worse. */
function endedBy(actions: readonly EpisodeAction[], startedMs: number, recoveringMs: number): string {
  const cures = actions.filter(
    (action) =>
      action.startedMs >= startedMs &&
      action.startedMs <= recoveringMs &&
      (action.byResponder || !action.dropsSessions),
  );
  return (
    cures.reduce<EpisodeAction | null>(
      (last, action) => (last !== null && last.startedMs > action.startedMs ? last : action),
      null,
    )?.name ?? 'itself'
  );
}

/**
 * The action of the timeline that began last before the episode did; of several
 * at the same instant one that dropped sessions. A sample holds what happened
 * before its instant, so what is impacted at an action's own was so without it.
 */
function triggerOf(actions: readonly EpisodeAction[], startedMs: number): string | null {
  const before = actions.filter((action) => !action.byResponder && action.startedMs < startedMs);
  const isLater = (a: EpisodeAction, b: EpisodeAction): boolean =>
    a.startedMs > b.startedMs || (a.startedMs === b.startedMs && a.dropsSessions && !b.dropsSessions);
  return (
    before.reduce<EpisodeAction | null>(
      (last, action) => (last === null || isLater(action, last) ? action : last),
      null,
    )?.name ?? null
  );
}

/** What of an episode its verdicts depend on. */
interface EpisodeSpan {
  readonly startedMs: number;
  /** from when on it recovers, be it calm for five minutes or only until the run ends; null: it does not */
  readonly turnedMs: number | null;
  /** where it does not: since when it will have recovered if it goes on as it is; the end of the run, or later, if nothing points to it */
  readonly mayHaveTurnedMs: number | null;
  readonly unresolvedUntilMs: number;
  readonly open: boolean;
}

interface TriggerVerdict {
  readonly triggerEndedMs: number | null;
  readonly outlivesTrigger: boolean | null;
  /** where the quiet span would end; null if an action is still under way */
  readonly quietUntilMs: number | null;
}

/**
 * Looks for a quiet span: from the trigger's end, or the episode's start if
 * that is later, `metastableAfterMs` without a new action and without an end.
 */
function judgeTrigger(
  { actions, metastableAfterMs }: EpisodeContext,
  { startedMs, unresolvedUntilMs, open }: EpisodeSpan,
): TriggerVerdict {
  const own = actions.filter((action) => !action.byResponder && action.startedMs <= unresolvedUntilMs);
  const isTriggered = own.some((action) => action.startedMs < startedMs);
  const laterStarts = own.map((action) => action.startedMs).filter((atMs) => atMs > startedMs);
  const turns = [startedMs, ...laterStarts.sort((a, b) => a - b)];
  let endedMs = -Infinity;
  let quietUntilMs = Infinity;
  const verdict = (outlives: boolean | null): TriggerVerdict => ({
    triggerEndedMs: isTriggered ? finiteOrNull(endedMs) : null,
    outlivesTrigger: isTriggered ? outlives : false,
    quietUntilMs: finiteOrNull(quietUntilMs),
  });
  for (let i = 0; i < turns.length; i++) {
    endedMs = lastDoneMs(own, turns[i]);
    quietUntilMs = Math.max(endedMs, startedMs) + metastableAfterMs;
    const nextMs = turns[i + 1] ?? Infinity;
    const unresolved = open ? quietUntilMs <= unresolvedUntilMs : quietUntilMs < unresolvedUntilMs;
    if (unresolved && quietUntilMs <= nextMs) return verdict(true);
  }
  return verdict(open ? null : false);
}

/** When the last of the actions was over that had begun by an instant. */
function lastDoneMs(actions: readonly EpisodeAction[], atMs: number): number {
  return Math.max(-Infinity, ...actions.filter(({ startedMs }) => startedMs <= atMs).map(({ doneMs }) => doneMs));
}

/** Looks at the stretches before each thing that was done about it, and before it turned or the run ended. */
function judgeSustaining(
  { actions, metastableAfterMs, sustaining }: EpisodeContext,
  { startedMs, turnedMs, mayHaveTurnedMs, unresolvedUntilMs, open }: EpisodeSpan,
): Pick<Episode, 'metastable' | 'isCertain' | 'outlastsTurn' | 'isEasing'> {
  const own = actions.filter((action) => !action.byResponder);
  /** Null: it is not so long since the timeline was at work, or since the episode began. */
  const before = (atMs: number): Sustaining | null => {
    const fromMs = atMs - metastableAfterMs;
    const begun = own.filter((action) => action.startedMs < atMs);
    return Math.max(startedMs, lastDoneMs(begun, atMs)) <= fromMs ? sustaining(fromMs, atMs) : null;
  };
  const untilMs = turnedMs ?? unresolvedUntilMs;
  const steps = actions.map((action) => action.startedMs).filter((atMs) => atMs > startedMs && atMs <= untilMs);
  const certain = turnedMs === null ? steps : [...steps, turnedMs];
  if (certain.some((atMs) => before(atMs) === 'sustained'))
    return { metastable: true, isCertain: true, outlastsTurn: true, isEasing: false };
  const atEnd = turnedMs === null ? before(untilMs) : null;
  const metastable = atEnd === 'sustained' ? true : open && atEnd !== 'orderly' ? null : false;
  const outlastsTurn =
    metastable === true &&
    (mayHaveTurnedMs === null || mayHaveTurnedMs >= untilMs || before(mayHaveTurnedMs) === 'sustained');
  return { metastable, isCertain: !open, outlastsTurn, isEasing: atEnd === 'easing' };
}

/** The first sample at or after an instant. */
function wholeSecond({ firstMs }: FleetCurve, atMs: number | null): number | null {
  return atMs === null ? null : firstMs + Math.ceil((atMs - firstMs) / SECOND_MS) * SECOND_MS;
}

function finiteOrNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
