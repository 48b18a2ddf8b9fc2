/**
 * A run that has ended, with all that it is judged by: the recorder, the
 * actions from start to end, the episodes. Which pods an action touches is read off the units of
 * its parameters, so that no action need be known by its name: a target or a
 * list of pods touches these, a client version everybody, a shared tier no pod.
 */
import { actions as actionRegistry } from '../policies/actions.ts';
import type { TargetSpec } from '../policies/targets.ts';
import { IMPACTED_FRACTION } from '../model/state/gauges.ts';
import type { Scenario, TimelineAction } from '../scenario/scenario.ts';
import { findEpisodes, type Episode, type EpisodeAction } from './episodes.ts';
import type { FleetCurve } from './fleet-curve.ts';
import { actionSpans, type Happening } from './happenings.ts';
import type { Headrooms } from './survived-losses.ts';
import type { MetricsRecorder } from './metrics-recorder.ts';
import { judgeStretch } from './sustaining.ts';

export interface EndedRun {
  readonly scenario: Scenario;
  readonly recorder: MetricsRecorder;
  readonly actions: readonly EpisodeAction[];
  readonly episodes: readonly Episode[];
  readonly curve: FleetCurve;
  /** whether somebody stopped the run: then it decides nothing that could still have changed */
  readonly interrupted: boolean;
  /** of the tiers that it was asked for; found by further runs */
  readonly headrooms: Headrooms;
}

/** Call after the recorder was told the end. */
export function endedRun(recorder: MetricsRecorder, interrupted = false, headrooms: Headrooms = new Map()): EndedRun {
  const { scenario, history, fleet, happenings, ledger } = recorder;
  const fraction = (name: string): Float64Array => history.column(name)!.values();
  const curve: FleetCurve = {
    firstMs: history.firstMs,
    fleet: fraction('disconnectedFraction'),
    pods: fleet.podNames.map((pod) => fraction(`disconnectedFraction.${pod}`)),
    lostSessionMs: history.lostSessionMs.values(),
  };
  const harmful = new Set(
    ledger.losses
      .filter((loss) => loss.kind === 'action' && ledger.dropsOf(loss.number) > 0)
      .map((loss) => loss.subject),
  );
  const actions = actionSpans(happenings).map((span) => ({ ...span, dropsSessions: harmful.has(span.name) }));
  const deathsMs = happenings.filter((happening) => happening.kind === 'died').map(({ atMs }) => atMs);
  const openAttempts = history.column('openAttempts')!;
  const facts = { scenario, fleet, curve, traffic: recorder.traffic, openAttempts, deathsMs };
  const episodes = findEpisodes({
    curve,
    actions,
    deathsMs,
    metastableAfterMs: scenario.metastableAfterMs,
    sustaining: (fromMs, untilMs) => judgeStretch(facts, fromMs, untilMs),
  });
  return { scenario, recorder, actions, episodes, curve, interrupted, headrooms };
}

/** Pods that were impacted before any action had touched them; what the run starts with has touched those impacted then. */
export function spreadPods({ scenario, recorder, curve }: EndedRun): number {
  const touchedMs = firstTouches(scenario, recorder.happenings);
  let count = 0;
  curve.pods.forEach((fractions, pod) => {
    const first = fractions.findIndex((fraction) => fraction > IMPACTED_FRACTION);
    // A sample at an action's own instant was taken before it.
    if (first > 0 && curve.firstMs + first * 1000 <= touchedMs[pod]) count++;
  });
  return count;
}

/** The instant of the first action that touched each pod; Infinity if none did. */
function firstTouches(scenario: Scenario, happenings: readonly Happening[]): number[] {
  const touchedMs = scenario.pods.map(() => Infinity);
  const known = [...scenario.timeline, ...scenario.responders.flatMap((responder) => responder.act)];
  for (const happening of happenings) {
    if (happening.kind !== 'action' || happening.done) continue;
    const action = known.find(({ name }) => name === happening.name);
    if (action === undefined) continue;
    for (const pod of touchedPods(scenario, action)) touchedMs[pod] = Math.min(touchedMs[pod], happening.atMs);
  }
  return touchedMs;
}

/** Indices of the pods that an action touches. */
export function touchedPods(scenario: Scenario, { action, parameters }: TimelineAction): number[] {
  const all = scenario.pods.map((_, pod) => pod);
  const isShared = (tier: unknown): boolean => scenario.tiers.find(({ name }) => name === tier)?.scope === 'shared';
  const touched = new Set<number>();
  for (const [name, { unit }] of Object.entries(actionRegistry[action]?.parameters ?? {})) {
    const value = parameters[name];
    if (unit === 'client') for (const pod of all) touched.add(pod);
    const tier = unit === 'target' ? (value as TargetSpec).tier : parameters.tier;
    if ((unit !== 'target' && unit !== 'pods') || isShared(tier)) continue;
    const pods = unit === 'target' ? (value as TargetSpec).pods : (value as readonly number[] | undefined);
    for (const pod of pods === undefined || pods.length === 0 ? all : pods) touched.add(pod);
  }
  return [...touched].sort((a, b) => a - b);
}
