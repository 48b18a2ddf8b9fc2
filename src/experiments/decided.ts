/**
 * When the rest of a run can decide nothing any more, for comparisons that only
 * ask whether a fleet collapses. A run has collapsed once an episode is
 * metastable as it stands: it has sustained itself for so long already that only
 * luck, or a new action of the timeline, could end it. What somebody did about it
 * lately may be ending it as we look, so that has the same time to show. A run is over as well after ten calm minutes in which nobody has
 * anything left to do: every action of the timeline is over, no responder is at
 * work or sees what it watches for, and neither arrivals nor the day's profile are to change. What is left
 * out: a calm fleet may still collapse out of bad luck alone, and a collapsed one get free out of good.
 *
 * A run that was cut says less than a whole one, and its record keeps only what
 * compares with whole runs: see `comparableAfter`.
 */
import { metricOf } from '../metrics/catalogue.ts';
import { calmSinceMs } from '../metrics/episodes.ts';
import { endedRun, type EndedRun } from '../metrics/ended-run.ts';
import type { MetricsRecorder } from '../metrics/metrics-recorder.ts';
import { hasCollapsed } from '../metrics/outage-metrics.ts';
import { holds } from '../scenario/condition.ts';
import type { Responder } from '../scenario/scenario.ts';

/** `clock`: at the end of the scenario's clock; `collapsed`, `calm`: cut there, all being decided; `missed`: cut by calibration. */
export type Ending = 'clock' | 'collapsed' | 'calm' | 'missed';

/** How long it must have been calm. */
export const CALM_FOR_MS = 600_000;

/** How the run may end now, or null if it must go on. */
export function decidedEnding(recorder: MetricsRecorder, nowMs: number): 'collapsed' | 'calm' | null {
  const { scenario } = recorder;
  const ended = endedRun(recorder);
  if (hasCollapsed(ended) && !mayHaveBeenHelped(ended, nowMs)) return 'collapsed';
  const own = ended.actions.filter(({ byResponder }) => !byResponder);
  const allDone = scenario.timeline.every(({ name }) => own.some((span) => span.name === name && span.doneMs <= nowMs));
  const calmMs = calmSinceMs(ended.curve, ended.actions);
  if (!allDone || calmMs === null || scenario.responders.some((rule) => isAtWork(rule, ended, nowMs))) return null;
  const turns = scenario.products.flatMap(({ arrivals, profile }) => [
    ...(arrivals?.schedule ?? []).map(({ fromMs }) => fromMs),
    ...(profile ?? []).map(({ atMs }) => atMs),
  ]);
  const quietSinceMs = Math.max(calmMs, ...ended.actions.map(({ doneMs }) => doneMs), ...turns);
  return nowMs - quietSinceMs >= CALM_FOR_MS ? 'calm' : null;
}

/** Whether a responder did something so lately that who looks back may find that it ended what still seems to sustain itself. */
function mayHaveBeenHelped({ scenario, actions }: EndedRun, nowMs: number): boolean {
  return actions.some(({ byResponder, doneMs }) => byResponder && nowMs - doneMs < scenario.metastableAfterMs);
}

/** Whether a responder still has something to do, or is about to begin. */
function isAtWork(rule: Responder, { recorder, actions }: EndedRun, nowMs: number): boolean {
  if (nowMs < rule.fromMs) return true;
  const steps = recorder.happenings.flatMap((one) =>
    one.kind === 'responder' && one.name === rule.name ? [one.step] : [],
  );
  const last = steps.at(-1);
  if (last === 'diagnosed')
    return rule.act.some(({ name }) => !actions.some((span) => span.name === name && span.doneMs <= nowMs));
  if (last !== undefined && last !== 'stood down') return true;
  const { left, operator, right } = rule.detect.condition;
  const column = recorder.history.column([left.metric, ...left.parts].join('.'));
  const bound = right.kind === 'all' ? recorder.scenario.pods.length : right.kind === 'value' ? right.value : NaN;
  return column === undefined || holds(column.at(column.length - 1), operator, bound);
}

/**
 * Whether a metric of a run that ended so can be compared with other runs'. Of a
 * run that was cut when calm, what happened in its outage can; averages over the
 * run and its costs depend on its length. Of a cut collapse nothing but the
 * collapse can.
 */
export function comparableAfter(ending: Ending, metric: string): boolean {
  if (ending === 'clock' || metric === 'collapse') return true;
  return ending === 'calm' && metricOf(metric)?.ofOutage === true;
}
