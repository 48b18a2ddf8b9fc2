/**
 * The figures of an outcome that an engineer looks at first, under the names
 * that expectations use. To show another metric, add its row; metrics that an
 * outcome lacks, or that would say nothing, are left out. What the run ended
 * too soon to say is told as such, with the reason.
 */
import { metricCatalogue } from '../metrics/catalogue.ts';
import type { EndedRun } from '../metrics/ended-run.ts';
import { neverBackInWords } from '../metrics/never-back.ts';
import { untriggeredInWords } from '../metrics/notable-events.ts';
import type { Outcome, OutcomeValue } from '../metrics/outcome.ts';
import { roughDuration } from '../metrics/rounding.ts';
import { clockText } from '../metrics/unfinished.ts';
import type { Colors } from './terminal.ts';
import { numberText, percentText, valueText } from '../report/value-text.ts';

type Values = Outcome['metrics'];

interface Headline {
  readonly metric: string;
  /** true where nothing is worth a row */
  readonly hideZero?: boolean;
  readonly note?: (values: Values, outcome: Outcome, ended: EndedRun) => string;
}

/** What kind of outage a collapse was, or why nobody knows. */
function collapseNote(values: Values, { reasons }: Outcome, ended: EndedRun): string {
  if (values.collapse === null) return reasons.collapse ?? '';
  if (values.collapse === 0)
    return ended.episodes.length === 0 ? 'there was no outage' : 'nothing outlived its trigger';
  const metastable = ended.episodes.filter((episode) => episode.metastable === true);
  if (metastable.some(({ trigger }) => trigger !== null)) return 'metastable: it outlived its trigger';
  return `metastable, without a trigger: it began at ${clockText(ended, metastable[0].startedMs)}${untriggeredInWords(ended, metastable[0])}`;
}

function recoverNote(values: Values, { reasons }: Outcome): string {
  const count = numeric(values, 'episodes') ?? 0;
  const which = count === 0 ? 'there was no outage' : count > 1 ? `the longest of ${numberText(count)} episodes` : '';
  // Where a collapse is undecided, the row above has said it already.
  const open = values.collapse === null ? '' : (reasons.timeToRecover ?? '');
  return [which, open].filter((text) => text !== '').join('; ');
}

/** A duration that had not ended: `> 1h20m`. Where all may be over by then, it is at least that long, but perhaps no longer. */
function censoredText({ censored }: Outcome, metric: string, { episodes }: EndedRun): string {
  const isCalm = episodes.some(({ calmFromMs }) => calmFromMs !== null);
  return `${isCalm ? '≥' : '>'}\u00a0${roughDuration(censored[metric].atMs)}`;
}

function numeric(values: Values, name: string): number | null {
  const value: OutcomeValue = values[name] ?? null;
  return typeof value === 'number' ? value : null;
}

/** The parts of a counted metric, the greatest first: `killed 91 %, lease 5 %`. */
function parts(values: Values, metric: string): string {
  const total = numeric(values, metric) ?? 0;
  return Object.keys(values)
    .filter((name) => name.startsWith(`${metric}.`))
    .map((name) => ({ part: name.slice(metric.length + 1), count: numeric(values, name) ?? 0 }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count)
    .map(({ part, count }) => `${part}\u00a0${percentText(count / total)}`)
    .join(', ');
}

/** The distribution's other statistics beside its median. */
function statistics(values: Values, metric: string): string {
  return ['p95', 'p99']
    .filter((part) => numeric(values, `${metric}.${part}`) !== null)
    .map((part) => `${part} ${valueText(values[`${metric}.${part}`], 'duration')}`)
    .join(', ');
}

const headlines: readonly Headline[] = [
  { metric: 'collapse', note: collapseNote },
  { metric: 'timeToRecover', note: recoverNote },
  {
    metric: 'peakDisconnectedFraction',
    note: (values) =>
      values.peakDisconnectedFraction === 0 ? '' : `at ${valueText(values.peakDisconnectedAt ?? null, 'instant')}`,
  },
  { metric: 'sessionMinutesLost', note: () => 'session-minutes' },
  {
    metric: 'peakImpactedPods',
    note: (values, _outcome, { scenario: { pods } }) => {
      const spread = numeric(values, 'spreadPods') ?? 0;
      return `of ${pods.length}${spread > 0 ? `; ${numberText(spread)} of them before any action touched them` : ''}`;
    },
  },
  {
    metric: 'hostDeaths',
    note: (values) =>
      [parts(values, 'hostDeaths'), `${numberText(numeric(values, 'hostReboots') ?? 0)} planned reboots`]
        .filter((text) => text !== '')
        .join('; '),
  },
  { metric: 'arrivals', hideZero: true },
  { metric: 'drops', note: (values) => parts(values, 'drops') },
  { metric: 'attempts', note: (values) => parts(values, 'attempts') },
  { metric: 'rejected', hideZero: true, note: (values) => parts(values, 'rejected') },
  { metric: 'gaveUp', hideZero: true },
  { metric: 'attemptsPerSecondPeak' },
  { metric: 'retryAmplification', note: () => 'attempts per session that arrived, dropped or was disconnected before' },
  { metric: 'abandonedWorkFraction', note: () => 'of the service time was spent for clients who had left' },
  {
    metric: 'reconnectTime.p50',
    note: (values, _outcome, ended) =>
      [statistics(values, 'reconnectTime'), neverBackInWords(ended)].filter((text) => text !== '').join('; '),
  },
  { metric: 'goodput' },
];

/** Rows of name, value, note. */
export function headlineRows(outcome: Outcome, ended: EndedRun, colors: Colors): string[][] {
  const { metrics, censored } = outcome;
  const isTold = (metric: string): boolean =>
    metric in metrics && (metrics[metric] !== null || metric in censored || metric === 'collapse');
  return headlines
    .filter(({ metric, hideZero }) => isTold(metric) && !(hideZero === true && metrics[metric] === 0))
    .map(({ metric, note }) => {
      const unit = metricCatalogue[metric.split('.')[0]]?.unit ?? 'count';
      const text =
        metric === 'collapse'
          ? collapseText(metrics.collapse, colors)
          : metric in censored
            ? censoredText(outcome, metric, ended)
            : valueText(metrics[metric], unit);
      return [metric, colors.bold(text), colors.dim(note?.(metrics, outcome, ended) ?? '')];
    });
}

function collapseText(collapse: OutcomeValue, colors: Colors): string {
  return collapse === null ? colors.yellow('undecided') : collapse === 1 ? colors.red('yes') : 'no';
}
