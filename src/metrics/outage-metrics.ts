/**
 * Metrics of the outage: how large, how wide, how long, whether it outlived
 * its trigger, and how many drops each drop caused. The milestones are the
 * instants of the longest episode.
 */
import type { Episode } from './episodes.ts';
import { spreadPods, type Figures } from './figures.ts';
import type { Metric } from './metric.ts';
import * as tally from './tally.ts';

/** How long an episode lasted; Infinity while open. */
function lengthMs(episode: Episode): number {
  return episode.resolvedMs === null ? Infinity : episode.resolvedMs - episode.startedMs;
}

/** The longest episode, the first of equals. */
export function longestEpisode(episodes: readonly Episode[]): Episode | undefined {
  return episodes.reduce<Episode | undefined>(
    (longest, episode) => (longest === undefined || lengthMs(episode) > lengthMs(longest) ? episode : longest),
    undefined,
  );
}

/** The place of the greatest value within the window; −1 if there is none. */
function peakIndex({ recorder }: Figures, name: string): number {
  const { history } = recorder;
  const column = history.column(name)!;
  let peak = -1;
  for (let i = 0; i < column.length; i++) {
    if (history.instantOf(i) >= recorder.windowFromMs && !(column.at(i) <= column.at(peak))) peak = i;
  }
  return peak;
}

function milestone(help: string, instant: (episode: Episode) => number | null): Metric {
  return {
    unit: 'instant',
    help: `${help}; over a run, that of the longest episode`,
    parts: [],
    better: null,
    milestone: true,
    read: ({ episodes }) => {
      const longest = longestEpisode(episodes);
      return (longest === undefined ? null : instant(longest)) ?? NaN;
    },
    none: 'there was no such moment',
  };
}

export const milestones: Readonly<Record<string, { readonly metric: Metric; instant(episode: Episode): number | null }>> =
  Object.fromEntries(
    (
      [
        ['started', 'when a pod was impacted, and an episode began', (episode) => episode.startedMs],
        ['allPods', 'when all pods were impacted', (episode) => episode.allPodsMs],
        ['peak', 'when the disconnected share was at its greatest', (episode) => episode.peakMs],
        ['recovering', 'from when on the disconnected share stayed at or below 75 % of its peak', (episode) => episode.recoveringMs],
        ['resolved', 'when five minutes began without an impacted pod and with hardly anybody disconnected', (episode) => episode.resolvedMs],
        ['triggerEnded', 'when the last action before was over and its hosts were up again', (episode) => episode.triggerEndedMs],
      ] as readonly [string, string, (episode: Episode) => number | null][]
    ).map(([name, help, instant]) => [name, { metric: milestone(help, instant), instant }]),
  );

export const outageMetrics: Record<string, Metric> = {
  peakDisconnectedFraction: {
    unit: 'fraction',
    help: 'the greatest share of the sessions that were disconnected at a whole second',
    parts: ['pod'],
    better: 'lower',
    read: (figures, [pod]) => {
      const name = pod === null ? 'disconnectedFraction' : `disconnectedFraction.${pod}`;
      return figures.recorder.history.column(name)!.at(peakIndex(figures, name));
    },
    none: 'the measured window is empty',
  },
  peakDisconnectedAt: {
    unit: 'instant',
    help: 'when that was',
    parts: [],
    better: null,
    read: (figures) => {
      const peak = peakIndex(figures, 'disconnectedFraction');
      return peak < 0 ? NaN : figures.recorder.history.instantOf(peak);
    },
    none: 'the measured window is empty',
  },
  sessionMinutesLost: {
    unit: 'count',
    measuredIn: 'session-minutes',
    help: "the outage's size: the exact integral of the disconnected sessions over time",
    parts: [],
    better: 'lower',
    read: ({ recorder }) => recorder.counted(tally.LOST_SESSION_MS) / 60_000,
  },
  peakImpactedPods: {
    unit: 'count',
    help: 'the most pods that were impacted at the same time',
    parts: [],
    scales: 'nothing',
    better: 'lower',
    read: (figures) => figures.recorder.history.column('impactedPods')!.at(peakIndex(figures, 'impactedPods')),
    none: 'the measured window is empty',
  },
  spreadPods: {
    unit: 'count',
    help: 'pods that were impacted before any action had touched them',
    parts: [],
    scales: 'nothing',
    better: 'lower',
    read: spreadPods,
  },
  episodes: {
    unit: 'count',
    help: 'outages: from the first impacted pod until resolved',
    parts: [],
    scales: 'nothing',
    better: 'lower',
    read: ({ episodes }) => episodes.length,
  },
  timeToRecover: {
    unit: 'duration',
    help: 'of the longest episode, from its start until it was resolved; 0 without one, beyond any bound if it is open',
    parts: [],
    better: 'lower',
    read: ({ episodes }) => {
      const longest = longestEpisode(episodes);
      return longest === undefined ? 0 : lengthMs(longest);
    },
  },
  collapse: {
    unit: 'count',
    help: '1 if some episode was metastable: it outlived its trigger; else 0',
    parts: [],
    scales: 'nothing',
    better: 'lower',
    read: ({ episodes }) => (episodes.some((episode) => episode.metastable === true) ? 1 : 0),
  },
  reproduction: {
    unit: 'factor',
    help: "drops that an action's drops (all actions' if none is named) caused directly, per drop of its own",
    parts: ['action'],
    better: 'lower',
    read: ({ recorder }, [action]) => recorder.ledger.reproduction(action),
    none: 'no session dropped because of an action',
  },
};
