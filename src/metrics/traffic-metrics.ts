/**
 * Metrics of sessions and attempts: who came, dropped, tried, was refused,
 * gave up, got in, and how long that took.
 */
import { attemptEnds, dropCauses, rejectReasons, reloadCauses, sessionStates } from '../model/state/vocabulary.ts';
import type { EndedRun } from './ended-run.ts';
import { NO_SECOND, QUANTILES, ratio, statistic, windowMs, type Metric } from './metric.ts';
import { neverBackInWords, reconnectTime, reconnectUndecided, returnsOf } from './never-back.ts';
import { joined, sharesNote, tailNote } from './shown.ts';
import * as tally from './tally.ts';

/** The count of one of a family of counters, or of all of them. */
function family(ended: EndedRun, first: number, names: readonly string[], part: string | null): number {
  if (part !== null) return ended.recorder.counted(first + names.indexOf(part));
  return names.reduce((sum, _, index) => sum + ended.recorder.counted(first + index), 0);
}

function drops(ended: EndedRun): number {
  return family(ended, tally.DROPS, dropCauses, null);
}

const NOT_KEPT_APART = 'there are too many products or versions to keep them apart';

/** The product or client version that a name like `reconnectTime.chat.p50` has; null: everybody. */
function whoOf(name: string): string | null {
  const parts = name.split('.');
  return parts.length === 3 ? parts[1] : null;
}

/** The most attempts that arrived within one whole second of the window, and when it began; NaN without one. */
function attemptsPeak({ recorder }: EndedRun): { count: number; atMs: number } {
  const { history, windowFromMs } = recorder;
  const started = history.startedAttempts;
  let peak = { count: NaN, atMs: NaN };
  for (let i = 1; i < started.length; i++) {
    const atMs = history.instantOf(i - 1);
    const count = started.at(i) - started.at(i - 1);
    if (atMs >= windowFromMs && !(count <= peak.count)) peak = { count, atMs };
  }
  return peak;
}

export const trafficMetrics: Record<string, Metric> = {
  sessions: {
    unit: 'count',
    help: 'sessions ever admitted: those of the start and all arrivals',
    parts: [],
    better: null,
    ofRun: true,
    read: ({ recorder }) => recorder.fleet.admitted,
  },
  stateSessions: {
    unit: 'count',
    help: "sessions in a state; over a run, the mean of the window's whole seconds",
    parts: [sessionStates],
    better: null,
    gauge: true,
    read: ({ recorder }, [state]) => recorder.history.meanFrom(`stateSessions.${state}`, recorder.windowFromMs),
    none: `a state must be named, like stateSessions.waiting, or ${NO_SECOND}`,
  },
  arrivals: {
    unit: 'count',
    help: 'sessions that arrived',
    parts: [],
    better: null,
    headline: { place: 70, hideZero: true },
    read: ({ recorder }) => recorder.counted(tally.ARRIVALS),
  },
  left: {
    unit: 'count',
    help: 'sessions that left, their lifetime being over',
    parts: [],
    better: null,
    read: ({ recorder }) => recorder.counted(tally.LEFT),
  },
  drops: {
    unit: 'count',
    help: 'connected sessions that lost their connection, by cause',
    parts: [dropCauses],
    better: 'lower',
    headline: { place: 80, note: sharesNote },
    kept: { place: 80, tolerance: 0.05 },
    read: (ended, [cause]) => family(ended, tally.DROPS, dropCauses, cause),
  },
  attempts: {
    unit: 'count',
    help: 'tries to connect that ended, by how; `open`: not before the run did',
    parts: [attemptEnds],
    better: 'lower',
    headline: { place: 90, note: sharesNote },
    kept: { place: 90, tolerance: 0.05 },
    read: (ended, [end]) => family(ended, tally.ENDS, attemptEnds, end),
  },
  rejected: {
    unit: 'count',
    help: 'attempts that a server or balancer refused, by reason',
    parts: [rejectReasons],
    better: 'lower',
    headline: { place: 100, hideZero: true, note: sharesNote },
    read: (ended, [reason]) => family(ended, tally.REASONS, rejectReasons, reason),
  },
  gaveUp: {
    unit: 'count',
    help: 'times a session stopped trying',
    parts: ['who'],
    better: 'lower',
    headline: { place: 110, hideZero: true },
    read: (ended, [who]) => {
      const returns = returnsOf(ended, who);
      return returns === undefined ? NaN : returns.gaveUp - returns.gaveUpBefore;
    },
    none: NOT_KEPT_APART,
  },
  suppressed: {
    unit: 'count',
    help: 'attempts that were due, and held back by a retry gate; they are not among `attempts`',
    parts: [],
    better: null,
    read: ({ recorder }) => recorder.counted(tally.SUPPRESSED),
  },
  pageReloads: {
    unit: 'count',
    help: 'pages that were loaded again: for a new version, after giving up, or out of impatience',
    parts: [reloadCauses],
    better: 'lower',
    read: (ended, [cause]) => family(ended, tally.PAGE_RELOADS, reloadCauses, cause),
  },
  retryAmplification: {
    unit: 'factor',
    help: 'attempts / (arrivals + drops + sessions that were disconnected when the window began): 1 if everybody connects at the first try',
    parts: [],
    better: 'lower',
    headline: { place: 130, note: () => 'attempts per session that arrived, dropped or was disconnected before' },
    compared: { place: 50, head: 'retry amplification' },
    kept: { place: 100, tolerance: 0.05 },
    read: (ended) => {
      const { recorder } = ended;
      return ratio(recorder.attempts(), recorder.disconnectedBefore + recorder.counted(tally.ARRIVALS) + drops(ended));
    },
    none: 'nobody was disconnected, arrived or dropped',
  },
  attemptsPerSecondPeak: {
    unit: 'rate',
    help: 'the most attempts that arrived within one second of the clock',
    parts: [],
    better: 'lower',
    ofOutage: true,
    headline: { place: 120 },
    compared: { place: 45, head: 'peak attempts/s' },
    read: (ended) => attemptsPeak(ended).count,
    none: NO_SECOND,
  },
  attemptsPeakAt: {
    unit: 'instant',
    help: 'when the second began in which the most attempts arrived',
    parts: [],
    better: null,
    read: (ended) => attemptsPeak(ended).atMs,
    none: NO_SECOND,
  },
  goodput: {
    unit: 'rate',
    help: 'attempts per second that ended connected',
    parts: [],
    better: 'higher',
    headline: { place: 160 },
    read: (ended) => ratio(1000 * ended.recorder.counted(tally.ENDS), windowMs(ended)),
    none: 'the measured window is empty',
  },
  connectTime: {
    unit: 'duration',
    help: `from the start of an attempt until it is connected; ${QUANTILES}`,
    parts: ['quantile'],
    better: 'lower',
    read: ({ recorder }, [part]) => statistic(recorder.connectTimes, part),
    none: 'nobody connected',
  },
  reconnectTime: {
    unit: 'duration',
    help: `from a drop (of a session that starts disconnected: from the start) until it is connected again, of all who dropped: who had not come back when the run ended counts as away for longer than all others, and what falls among these is longer than so much, and no number; ${QUANTILES}`,
    parts: ['who', 'quantile'],
    better: 'lower',
    headline: {
      place: 150,
      part: 'p50',
      note: (row) => joined(tailNote(row), neverBackInWords(row.ended, whoOf(row.name))),
    },
    read: (ended, [who, part]) => {
      const returns = returnsOf(ended, who);
      return returns === undefined ? NaN : reconnectTime(returns, part);
    },
    none: ({ recorder }) =>
      recorder.returns.all.times.count === 0 ? 'nobody reconnected' : `nobody of it reconnected, or ${NOT_KEPT_APART}`,
    undecided: (ended, [who, part]) => reconnectUndecided(ended, who, part),
  },
  cameBack: {
    unit: 'count',
    help: 'times a session came back after a drop',
    parts: ['who'],
    better: null,
    read: (ended, [who]) => returnsOf(ended, who)?.times.count ?? NaN,
    none: NOT_KEPT_APART,
  },
  neverBack: {
    unit: 'count',
    help: 'sessions that dropped, or began the run disconnected, and had not come back when it ended; not those that left meanwhile',
    parts: ['who'],
    better: 'lower',
    ofRun: true,
    read: (ended, [who]) => returnsOf(ended, who)?.awayMs.length ?? NaN,
    none: NOT_KEPT_APART,
  },
};
