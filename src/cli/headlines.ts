/**
 * The figures of an outcome that an engineer looks at first, under the names
 * that expectations use. To show another metric, add its row; metrics that an
 * outcome lacks, or that would say nothing, are left out.
 */
import { metricCatalogue } from '../metrics/catalogue.ts';
import type { Outcome, OutcomeValue } from '../metrics/outcome.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { Colors } from './terminal.ts';
import { numberText, percentText, valueText } from './value-text.ts';

type Values = Outcome['metrics'];

interface Headline {
  readonly metric: string;
  /** true where nothing is worth a row */
  readonly hideZero?: boolean;
  readonly note?: (values: Values, scenario: Scenario) => string;
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
  {
    metric: 'collapse',
    note: (values) => (values.collapse === 1 ? 'metastable: it outlived its trigger' : 'nothing outlived its trigger'),
  },
  {
    metric: 'timeToRecover',
    note: (values) => {
      const count = numeric(values, 'episodes') ?? 0;
      return count === 0 ? 'there was no outage' : count > 1 ? `the longest of ${numberText(count)} episodes` : '';
    },
  },
  {
    metric: 'peakDisconnectedFraction',
    note: (values) => (values.peakDisconnectedFraction === 0 ? '' : `at ${valueText(values.peakDisconnectedAt ?? null, 'instant')}`),
  },
  { metric: 'sessionMinutesLost', note: () => 'session-minutes' },
  {
    metric: 'peakImpactedPods',
    note: (values, { pods }) => {
      const spread = numeric(values, 'spreadPods') ?? 0;
      return `of ${pods.length}${spread > 0 ? `; ${numberText(spread)} of them before any action touched them` : ''}`;
    },
  },
  { metric: 'hostDeaths', note: (values) => [parts(values, 'hostDeaths'), `${numberText(numeric(values, 'hostReboots') ?? 0)} planned reboots`].filter((text) => text !== '').join('; ') },
  { metric: 'arrivals', hideZero: true },
  { metric: 'drops', note: (values) => parts(values, 'drops') },
  { metric: 'attempts', note: (values) => parts(values, 'attempts') },
  { metric: 'rejected', hideZero: true, note: (values) => parts(values, 'rejected') },
  { metric: 'gaveUp', hideZero: true },
  { metric: 'attemptsPerSecondPeak' },
  { metric: 'retryAmplification', note: () => 'attempts per session that arrived, dropped or was disconnected before' },
  { metric: 'abandonedWorkFraction', note: () => 'of the service time was spent for clients who had left' },
  { metric: 'reconnectTime.p50', note: (values) => statistics(values, 'reconnectTime') },
  { metric: 'goodput' },
];

/** Rows of name, value, note. */
export function headlineRows({ metrics }: Outcome, scenario: Scenario, colors: Colors): string[][] {
  return headlines
    .filter(({ metric, hideZero }) => metric in metrics && metrics[metric] !== null && !(hideZero === true && metrics[metric] === 0))
    .map(({ metric, note }) => {
      const unit = metricCatalogue[metric.split('.')[0]]?.unit ?? 'count';
      const text = metric === 'collapse' ? (metrics[metric] === 1 ? colors.red('yes') : 'no') : valueText(metrics[metric], unit);
      return [metric, colors.bold(text), colors.dim(note?.(metrics, scenario) ?? '')];
    });
}
