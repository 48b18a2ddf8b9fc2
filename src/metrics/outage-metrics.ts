/**
 * Metrics of the outage: how large, how wide, how long, whether it outlived
 * its trigger or sustained itself, and how many drops each drop caused. The milestones are the
 * instants of the longest episode. What the run ended too soon to say is
 * undecided, which is no value: neither good nor bad.
 */
import type { Episode } from './episodes.ts';
import { spreadPods, type EndedRun } from './ended-run.ts';
import { NO_SECOND, type Metric, type Undecided } from './metric.ts';
import { untriggeredInWords } from './notable-events.ts';
import { joined, numberIn, type HeadlineRow, type ToldInWords } from './shown.ts';
import * as tally from './tally.ts';
import type { OutcomeValue } from './told-value.ts';
import { clockText, interruptedReason, openForMs, openInWords, undecidedInWords } from './unfinished.ts';
import { numberText, valueText } from './value-text.ts';

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
function peakIndex({ recorder }: EndedRun, name: string): number {
  const { history } = recorder;
  const column = history.column(name)!;
  let peak = -1;
  for (let i = 0; i < column.length; i++) {
    if (history.instantOf(i) >= recorder.windowFromMs && !(column.at(i) <= column.at(peak))) peak = i;
  }
  return peak;
}

interface Milestone {
  readonly help: string;
  readonly instant: (episode: Episode) => number | null;
  /** of an open episode that has not come to it: when it may have been, or be, at the earliest; null: never */
  readonly earliestMs: (episode: Episode, endMs: number) => number | null;
  /** why there was none, if not because the episode is open */
  readonly none?: string;
}

function milestone({ help, instant, earliestMs, none = 'there was no such moment' }: Milestone): Metric {
  return {
    unit: 'instant',
    help: `${help}; over a run, that of the longest episode`,
    parts: [],
    better: null,
    ofRun: true,
    milestone: true,
    read: ({ episodes }) => {
      const longest = longestEpisode(episodes);
      return (longest === undefined ? null : instant(longest)) ?? NaN;
    },
    none: ({ episodes }) => (episodes.length === 0 ? 'there was no outage' : none),
    undecided: (ended) => {
      const longest = longestEpisode(ended.episodes);
      if (longest === undefined || longest.resolvedMs !== null || instant(longest) !== null) return null;
      const low = earliestMs(longest, ended.recorder.endMs);
      return low === null ? null : { low, high: Infinity, mayBeNone: true, reason: openInWords(ended, longest) };
    },
  };
}

const milestoneTable: Readonly<Record<string, Milestone>> = {
  started: {
    help: 'when a pod was impacted, and an episode began',
    instant: (episode) => episode.startedMs,
    earliestMs: () => null,
  },
  allPods: {
    help: 'when all pods were impacted',
    instant: (episode) => episode.allPodsMs,
    earliestMs: (_episode, endMs) => endMs,
    none: 'the pods were never all impacted at once',
  },
  peak: {
    help: 'when the disconnected share was at its greatest',
    instant: (episode) => episode.peakMs,
    earliestMs: () => null,
  },
  recovering: {
    help: 'from when on the disconnected share stayed at or below 75 % of its peak',
    instant: (episode) => episode.recoveringMs,
    earliestMs: (episode) => episode.peakMs,
  },
  resolved: {
    help: 'when five minutes began without an impacted pod and with hardly anybody disconnected',
    instant: (episode) => episode.resolvedMs,
    earliestMs: (episode, endMs) => episode.calmFromMs ?? endMs,
  },
  triggerEnded: {
    help: 'when the last action before was over and its hosts were up again',
    instant: (episode) => episode.triggerEndedMs,
    earliestMs: (episode, endMs) => (episode.trigger === null ? null : endMs),
    none: 'the episode began before anything was done to the fleet',
  },
};

export const milestones: Readonly<
  Record<string, { readonly metric: Metric; instant(episode: Episode): number | null }>
> = Object.fromEntries(
  Object.entries(milestoneTable).map(([name, entry]) => [name, { metric: milestone(entry), instant: entry.instant }]),
);

/**
 * Whether some episode is metastable, as it stands, and even if it should turn out
 * to be recovering: that shows only later. The usual share of
 * disconnected sessions, which the end of an episode is measured by, is known
 * only once the first action has begun, if there is to be any.
 */
export function hasCollapsed({ scenario, actions, episodes }: EndedRun): boolean {
  return (
    hasBegunAction({ scenario, actions }) &&
    episodes.some(({ metastable, outlastsTurn }) => metastable === true && outlastsTurn)
  );
}

function hasBegunAction({ scenario, actions }: Pick<EndedRun, 'scenario' | 'actions'>): boolean {
  return scenario.timeline.length === 0 || actions.some(({ byResponder }) => !byResponder);
}

/** Whether nothing to come can change that: it was seen before somebody did something about it. */
function isCertainCollapse(ended: EndedRun): boolean {
  return hasCollapsed(ended) && ended.episodes.some(({ metastable, isCertain }) => metastable === true && isCertain);
}

type Verdict = 'metastable' | 'outlivesTrigger';

/** 1 if it is so of some episode, 0 if of none; NaN where it is undecided. */
function ofSome({ episodes }: EndedRun, verdict: Verdict): number {
  if (episodes.some(({ [verdict]: holds }) => holds === true)) return 1;
  return episodes.some(({ [verdict]: holds }) => holds === null) ? NaN : 0;
}

function someUndecided(ended: EndedRun, verdict: Verdict, value: number): Undecided | null {
  if (!Number.isNaN(value)) return null;
  const undecided = ended.episodes.find(({ [verdict]: holds }) => holds === null);
  const reason =
    ended.interrupted || undecided === undefined ? interruptedReason(ended) : undecidedInWords(ended, undecided);
  return { low: 0, high: 1, reason };
}

function collapse(ended: EndedRun): number {
  return ended.interrupted ? (isCertainCollapse(ended) ? 1 : NaN) : ofSome(ended, 'metastable');
}

/** What outlived its trigger has done so, whatever may come. */
function outlivesTrigger(ended: EndedRun): number {
  const value = ofSome(ended, 'outlivesTrigger');
  return ended.interrupted && value === 0 ? NaN : value;
}

function collapseWords(collapse: OutcomeValue): ToldInWords {
  if (collapse === null) return { text: 'undecided', mood: 'unsure' };
  return collapse === 1 ? { text: 'yes', mood: 'bad' } : { text: 'no', mood: 'calm' };
}

/** What kind of outage a collapse was, or what it was instead, or why nobody knows. */
function collapseNote({ values, reasons, ended }: HeadlineRow): string {
  const { episodes } = ended;
  if (values.collapse === null) return reasons.collapse ?? '';
  if (values.collapse === 0) {
    if (episodes.length === 0) return 'there was no outage';
    const outlived = episodes.find((episode) => episode.outlivesTrigger === true);
    if (outlived !== undefined) return slowInWords(outlived);
    return episodes.some(({ resolvedMs }) => resolvedMs === null)
      ? 'nothing sustains what is open'
      : 'nothing outlived its trigger';
  }
  const metastable = episodes.filter((episode) => episode.metastable === true);
  if (metastable.some(({ outlivesTrigger: outlives }) => outlives === true))
    return 'metastable: it outlived its trigger, and sustained itself';
  const [first] = metastable;
  const began = `it began at ${clockText(ended, first.startedMs)}${untriggeredInWords(ended, first)}`;
  return `metastable, without a trigger: ${began}`;
}

/** What outlived its trigger and did not sustain itself. */
function slowInWords({ resolvedMs, endedBy }: Episode): string {
  if (resolvedMs === null) return 'it outlived its trigger, but nothing sustains it: those who try get in';
  const end =
    endedBy === 'itself' ? 'it ended by itself' : 'it was ended before it showed whether it would end by itself';
  return `it outlived its trigger, but ${end}`;
}

function recoverNote({ values, reasons }: HeadlineRow): string {
  const count = numberIn(values, 'episodes') ?? 0;
  const which = count === 0 ? 'there was no outage' : count > 1 ? `the longest of ${numberText(count)} episodes` : '';
  // Where a collapse is undecided, the row above has said it already.
  return joined(which, values.collapse === null ? '' : (reasons.timeToRecover ?? ''));
}

function impactedNote({ values, ended }: HeadlineRow): string {
  const spread = numberIn(values, 'spreadPods') ?? 0;
  const all = ended.scenario.pods.length;
  // A pod alone has nobody to catch it from: what it came of, a shared tier or itself, the story says.
  return joined(
    `of ${all}`,
    spread > 0 && all > 1 ? `${numberText(spread)} of them before any action touched them` : '',
  );
}

function lostSessionMinutes({ recorder }: EndedRun): number {
  return recorder.counted(tally.LOST_SESSION_MS) / 60_000;
}

export const outageMetrics: Record<string, Metric> = {
  peakDisconnectedFraction: {
    unit: 'fraction',
    help: 'the greatest share of the sessions that were disconnected at a whole second',
    parts: ['pod'],
    better: 'lower',
    ofOutage: true,
    headline: {
      place: 30,
      note: ({ values }) =>
        values.peakDisconnectedFraction === 0 ? '' : `at ${valueText(values.peakDisconnectedAt ?? null, 'instant')}`,
    },
    compared: { place: 20, head: 'peak disconnected' },
    kept: { place: 30, tolerance: 0.05 },
    read: (ended, [pod]) => {
      const name = pod === null ? 'disconnectedFraction' : `disconnectedFraction.${pod}`;
      return ended.recorder.history.column(name)!.at(peakIndex(ended, name));
    },
    none: NO_SECOND,
  },
  peakDisconnectedAt: {
    unit: 'instant',
    help: 'when that was',
    parts: [],
    better: null,
    read: (ended) => {
      const peak = peakIndex(ended, 'disconnectedFraction');
      return peak < 0 ? NaN : ended.recorder.history.instantOf(peak);
    },
    none: NO_SECOND,
  },
  sessionMinutesLost: {
    unit: 'count',
    measuredIn: 'session-minutes',
    help: "the outage's size: the exact integral of the disconnected sessions over time; of an outage that is open, so far",
    parts: [],
    better: 'lower',
    ofOutage: true,
    headline: { place: 40, note: () => 'session-minutes' },
    compared: { place: 10, head: 'session-min lost' },
    kept: { place: 40, tolerance: 0.05 },
    read: lostSessionMinutes,
    undecided: (ended) => {
      const open = ended.episodes.find(({ resolvedMs }) => resolvedMs === null);
      return open === undefined
        ? null
        : { low: lostSessionMinutes(ended), high: Infinity, accrues: true, reason: openInWords(ended, open) };
    },
  },
  peakImpactedPods: {
    unit: 'count',
    help: 'the most pods that were impacted at the same time',
    parts: [],
    scales: 'nothing',
    better: 'lower',
    headline: { place: 50, note: impactedNote },
    kept: { place: 50, tolerance: 0 },
    read: (ended) => ended.recorder.history.column('impactedPods')!.at(peakIndex(ended, 'impactedPods')),
    none: NO_SECOND,
  },
  spreadPods: {
    unit: 'count',
    help: 'pods that were impacted at a whole second before any action had touched them; not those that were so from the start',
    parts: [],
    scales: 'nothing',
    better: 'lower',
    kept: { place: 60, tolerance: 0 },
    ofRun: true,
    read: spreadPods,
  },
  episodes: {
    unit: 'count',
    help: 'outages: from the first impacted pod until resolved',
    parts: [],
    scales: 'nothing',
    better: 'lower',
    ofRun: true,
    read: ({ episodes }) => episodes.length,
  },
  timeToRecover: {
    unit: 'duration',
    help: 'of the longest episode, from its start until it was resolved; 0 without one, beyond any bound if it is open',
    parts: [],
    better: 'lower',
    ofOutage: true,
    headline: { place: 20, note: recoverNote },
    compared: { place: 30, head: 'time to recover' },
    kept: { place: 20, tolerance: 0.05 },
    ofRun: true,
    read: ({ episodes }) => {
      const longest = longestEpisode(episodes);
      return longest === undefined ? 0 : lengthMs(longest);
    },
    undecided: (ended) => {
      const longest = longestEpisode(ended.episodes);
      if (longest === undefined || longest.resolvedMs !== null) return null;
      return { low: openForMs(ended, longest), high: Infinity, reason: openInWords(ended, longest) };
    },
  },
  collapse: {
    unit: 'count',
    help: '1 if some episode was metastable: an overload that sustained itself for `metastableAfter`, until somebody did something about it or the run ended; 0 if none was; no value if the run ended too soon to say',
    parts: [],
    scales: 'nothing',
    better: 'lower',
    ofOutage: true,
    headline: { place: 10, words: collapseWords, note: collapseNote },
    kept: { place: 10, tolerance: 0 },
    ofRun: true,
    read: collapse,
    undecided: (ended) => someUndecided(ended, 'metastable', collapse(ended)),
    isFinal: isCertainCollapse,
  },
  outlivesTrigger: {
    unit: 'count',
    help: '1 if some episode was unresolved for `metastableAfter` after its trigger was over, in whatever order its sessions came back; 0 if none was; no value if the run ended too soon to say',
    parts: [],
    scales: 'nothing',
    better: 'lower',
    ofOutage: true,
    ofRun: true,
    read: outlivesTrigger,
    undecided: (ended) => someUndecided(ended, 'outlivesTrigger', outlivesTrigger(ended)),
    isFinal: (ended) => hasBegunAction(ended) && ofSome(ended, 'outlivesTrigger') === 1,
  },
  reproduction: {
    unit: 'factor',
    help: "drops that an action's drops (all actions' if none is named) caused directly, per drop of its own",
    parts: ['action'],
    better: 'lower',
    ofRun: true,
    read: ({ recorder }, [action]) => recorder.ledger.reproduction(action),
    none: 'no session dropped because of an action',
  },
};
