/**
 * The outages of a run, second by second, by the words of their definition, and
 * whether one outlived its trigger: whether there is a span in which nothing was
 * done to the fleet any more, as long as it takes, that ends before the outage does;
 * and whether one sustained itself until something was done, or it turned, or the end.
 */
import type { TargetSpec } from '../../../src/policies/targets.ts';
import { mean, type AuditedRun } from './audited-run.ts';
import { disconnectedShare, impactedPods } from './audited-shares.ts';
import { sustaining } from './audited-sustaining.ts';

export interface AuditedEpisode {
  readonly startedMs: number;
  readonly allPodsMs: number;
  readonly peakMs: number;
  /** NaN while open */
  readonly recoveringMs: number;
  readonly resolvedMs: number;
  /** NaN if nothing had been done before, or that was not over */
  readonly triggerEndedMs: number;
  /** null: undecided */
  readonly outlivesTrigger: boolean | null;
  readonly metastable: boolean | null;
}

export function episodesOf(run: AuditedRun): AuditedEpisode[] {
  return run.once('episodes', () => findEpisodes(run));
}

function findEpisodes(run: AuditedRun): AuditedEpisode[] {
  const { shots } = run.log;
  const pods = run.scenario.pods.map((_, pod) => pod);
  const impacted = shots.map((shot) => impactedPods(shot).length);
  const fleet = shots.map((shot) => disconnectedShare(shot, pods));
  const bound = 0.01 + usualShare(run, impacted, fleet);
  const isCalm = (second: number): boolean => second < shots.length && impacted[second] === 0 && fleet[second] < bound;
  const isOver = (second: number): boolean => {
    for (let i = 0; i < 300; i++) if (!isCalm(second + i)) return false;
    return true;
  };
  const episodes: AuditedEpisode[] = [];
  for (let second = 0; second < shots.length; second++) {
    if (impacted[second] === 0) continue;
    let end = second;
    while (end < shots.length && !isOver(end)) end++;
    const within = Array.from({ length: end - second }, (_, i) => second + i);
    const peak = within.find((one) => within.every((other) => fleet[other] <= fleet[one]))!;
    const isOpen = end === shots.length;
    let calmFrom = end;
    while (isOpen && isCalm(calmFrom - 1)) calmFrom--;
    const isBack = (from: number): boolean => fleet.slice(from, calmFrom).every((one) => one <= 0.75 * fleet[peak]);
    const recovering = Array.from({ length: calmFrom - peak }, (_, i) => peak + 1 + i).find(isBack)!;
    const turnedMs = isOpen && calmFrom === end ? NaN : 1000 * recovering;
    const unresolvedMs = 1000 * (isOpen && calmFrom === end ? end - 1 : calmFrom);
    const allPods = within.find((one) => impacted[one] === pods.length);
    episodes.push({
      startedMs: 1000 * second,
      allPodsMs: allPods === undefined ? NaN : 1000 * allPods,
      peakMs: 1000 * peak,
      recoveringMs: end < shots.length ? 1000 * recovering : NaN,
      resolvedMs: end < shots.length ? 1000 * end : NaN,
      ...outlived(run, { startedMs: 1000 * second, unresolvedMs, isOpen }),
      metastable: metastable(run, { startedMs: 1000 * second, unresolvedMs, turnedMs, isOpen }),
    });
    second = end;
  }
  return episodes;
}

/** What the timeline did: from when to when, Infinity if that did not end. */
function doneToFleet(run: AuditedRun): { startedMs: number; doneMs: number }[] {
  const calls = run.all('action').map(({ args }) => args as unknown as [number, string, string, boolean, boolean]);
  return calls
    .filter(([, , , byResponder, done]) => !byResponder && !done)
    .map(([startedMs, name]) => ({
      startedMs,
      doneMs: calls.find(([, other, , , done]) => done && other === name)?.[0] ?? Infinity,
    }));
}

function outlived(
  run: AuditedRun,
  { startedMs, unresolvedMs, isOpen }: { startedMs: number; unresolvedMs: number; isOpen: boolean },
): { triggerEndedMs: number; outlivesTrigger: boolean | null } {
  const afterMs = run.scenario.metastableAfterMs;
  const own = doneToFleet(run).filter((action) => action.startedMs <= unresolvedMs);
  const isQuietFrom = (fromMs: number): boolean => {
    const untilMs = fromMs + afterMs;
    const isOutlived = isOpen ? untilMs <= unresolvedMs : untilMs < unresolvedMs;
    return (
      isOutlived &&
      own.every((action) => (action.startedMs <= fromMs ? action.doneMs <= fromMs : action.startedMs >= untilMs))
    );
  };
  const [quietMs] = [
    startedMs,
    ...own.map(({ doneMs }) => doneMs).filter((doneMs) => doneMs > startedMs && doneMs < Infinity),
  ]
    .filter(isQuietFrom)
    .sort((a, b) => a - b);
  const before = own.filter((action) => action.startedMs <= (quietMs ?? unresolvedMs));
  const endedMs = Math.max(...before.map(({ doneMs }) => doneMs));
  const wasTriggered = own.some((action) => action.startedMs < startedMs);
  return {
    triggerEndedMs: wasTriggered && Number.isFinite(endedMs) ? endedMs : NaN,
    outlivesTrigger: !wasTriggered ? false : quietMs !== undefined ? true : isOpen ? null : false,
  };
}

/** `turnedMs`: from when on it recovered, NaN if it did not. */
function metastable(
  run: AuditedRun,
  span: { startedMs: number; unresolvedMs: number; turnedMs: number; isOpen: boolean },
): boolean | null {
  const { startedMs, isOpen } = span;
  const afterMs = run.scenario.metastableAfterMs;
  const hasTurned = !Number.isNaN(span.turnedMs);
  const untilMs = hasTurned ? span.turnedMs : span.unresolvedMs;
  const verdictAt = (atMs: number): string => {
    const isQuiet = doneToFleet(run).every((action) => action.startedMs >= atMs || action.doneMs <= atMs - afterMs);
    return isQuiet && startedMs <= atMs - afterMs ? sustaining(run, atMs - afterMs, atMs) : 'too soon';
  };
  const begunMs = run
    .all('action')
    .filter(({ args }) => args[4] === false)
    .map(({ args }) => args[0] as number)
    .filter((atMs) => atMs > startedMs && atMs <= untilMs);
  if ([...begunMs, untilMs].some((atMs) => verdictAt(atMs) === 'sustained')) return true;
  if (!isOpen) return false;
  return !hasTurned && verdictAt(untilMs) === 'orderly' ? false : null;
}

/** The mean before the first action of the timeline, or before the first impact if there is none; nothing if it begins with one. */
function usualShare(run: AuditedRun, impacted: readonly number[], fleet: readonly number[]): number {
  if (impacted[0] > 0) return 0;
  const [first] = run.all('action').filter(({ args }) => args[3] === false && args[4] === false);
  const untilMs =
    first === undefined ? 1000 * (impacted.findIndex((count) => count > 0) - 1) : (first.args[0] as number);
  return mean(fleet.filter((_, second) => 1000 * second <= untilMs)) || 0;
}

/** The one that lasted longest, the first of these; an open one for ever. */
export function longestOf(episodes: readonly AuditedEpisode[]): AuditedEpisode | undefined {
  const length = ({ startedMs, resolvedMs }: AuditedEpisode): number =>
    Number.isNaN(resolvedMs) ? Infinity : resolvedMs - startedMs;
  return episodes.find((one) => episodes.every((other) => length(other) <= length(one)));
}

/** Pods impacted at a second after the first one, until which no action had touched them. */
export function spreadPods(run: AuditedRun): number {
  const { scenario, log } = run;
  const known = [...scenario.timeline, ...scenario.responders.flatMap(({ act }) => act)];
  const all = scenario.pods.map((_, pod) => pod);
  const touches = run.all('action').flatMap(({ args }) => {
    const [atMs, name, , , done] = args as [number, string, string, boolean, boolean];
    const action = known.find((one) => one.name === name);
    if (action === undefined || done) return [];
    const { target, tier, pods } = action.parameters as {
      target?: TargetSpec;
      tier?: string;
      pods?: readonly number[];
    };
    const where = target?.tier ?? tier;
    if (action.action === 'deploy') return all.map((pod) => ({ atMs, pod }));
    if (scenario.tiers.find((one) => one.name === where)?.scope === 'shared') return [];
    const named = target?.pods ?? pods ?? [];
    return (named.length === 0 ? all : named).map((pod) => ({ atMs, pod }));
  });
  return all.filter((pod) => {
    const first = log.shots.find((shot) => impactedPods(shot).includes(pod));
    if (first === undefined || first.atMs === 0) return false;
    return !touches.some((touch) => touch.pod === pod && touch.atMs < first.atMs);
  }).length;
}
