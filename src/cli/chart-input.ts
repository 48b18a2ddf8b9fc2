/**
 * What the charts draw of a run: its samples as they are, and beside them what
 * was done, the milestones and the episodes of the outage.
 */
import type { RunResult } from '../experiments/run.ts';
import type { Episode } from '../metrics/episodes.ts';
import { hostStates } from '../model/state/vocabulary.ts';
import type { ChartAction, ChartData, ChartMilestone } from '../report/chart-data.ts';
import { waitOf } from '../scenario/connect-timeout.ts';
import type { Scenario } from '../scenario/scenario.ts';

function chartActions({ ended }: RunResult): ChartAction[] {
  return ended.actions.map(({ name, title, byResponder, startedMs, doneMs }) => ({
    atMs: startedMs,
    ...(Number.isFinite(doneMs) && doneMs > startedMs ? { endMs: doneMs } : {}),
    name,
    kind: byResponder ? 'responder' : 'action',
    label: title === '' ? name : title,
  }));
}

function milestonesOf(episode: Episode, podCount: number): ChartMilestone[] {
  const milestones: [number | null, string][] = [
    [episode.allPodsMs, podCount === 1 ? 'impacted' : 'all pods impacted'],
    [episode.recoveringMs, 'recovering'],
    [episode.resolvedMs, 'resolved'],
  ];
  return milestones.flatMap(([atMs, label]) => (atMs === null ? [] : [{ atMs, label }]));
}

/** How long a client waits for its attempt, if all versions wait equally and always as long. */
function commonConnectTimeoutMs({ clients, tiers }: Scenario): number | null {
  const means = clients.map(({ connectTimeout }) => {
    const waits = waitOf(connectTimeout, tiers);
    return waits?.name === 'constant' ? waits.parameters.mean : null;
  });
  const first = means[0];
  return typeof first === 'number' && means.every((mean) => mean === first) ? first : null;
}

export function chartDataOf(result: RunResult, variantTitle: string): ChartData {
  const { outcome, series, ended } = result;
  const { scenario, episodes } = ended;
  const { labels, tiers, codes } = series.hostStates;
  const connectTimeoutMs = commonConnectTimeoutMs(scenario);
  return {
    metrics: outcome.metrics,
    scenario: outcome.scenario,
    variant: outcome.variant,
    set: outcome.set,
    seed: outcome.seed,
    title: variantTitle === '' ? scenario.title : `${scenario.title}: ${variantTitle}`,
    clock: scenario.clock,
    endMs: scenario.clock.durationMs,
    samplesMs: series.atMs,
    series: series.columns,
    pods: scenario.pods.map(({ name }) => name),
    tiers: scenario.tiers.map(({ name, scope }, tier) => ({
      name,
      scope,
      hosts: labels.filter((_, host) => tiers[host] === tier),
    })),
    hostStates: { labels, states: hostStates, codes },
    actions: chartActions(result),
    milestones: episodes.flatMap((episode) => milestonesOf(episode, scenario.pods.length)),
    episodes: episodes.map(({ startedMs, peakMs, peakDisconnectedFraction, resolvedMs, calmFromMs }) => ({
      startedAtMs: startedMs,
      peak: { atMs: peakMs, disconnectedFraction: peakDisconnectedFraction },
      resolvedAtMs: resolvedMs,
      calmFromMs,
    })),
    ...(connectTimeoutMs === null ? {} : { connectTimeoutMs }),
  };
}
