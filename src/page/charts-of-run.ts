/**
 * The curves that a page shows of a run: the rows of its time series, as many as a wide screen can show, and what the
 * looks at its hosts add up to.
 */
import type { HostSeriesData } from '../metrics/host-series.ts';
import { REPRODUCTION_WINDOW_MS, type ReproductionCurve } from '../metrics/reproduction.ts';
import type { SeriesUnit, TimeSeries } from '../metrics/time-series.ts';
import { attemptEnds, hostStates, sessionStates } from '../model/state/vocabulary.ts';
import type { PageChart, PageCurve } from './page-data.ts';

/** About as many as the widest screens have columns. */
const ROWS_MAX = 3600;
const DIGITS = 4;

export function short(value: number): number | null {
  return Number.isFinite(value) ? Number(value.toPrecision(DIGITS)) : null;
}

/** Every so many rows are one: of rates and waits their mean, of what is counted at an instant the last. */
export class ThinnedRows {
  readonly atMs: readonly number[];
  private readonly series: TimeSeries;
  private readonly step: number;

  constructor(series: TimeSeries) {
    this.series = series;
    this.step = Math.ceil(series.atMs.length / ROWS_MAX);
    this.atMs = Array.from(this.places(), (place) => series.atMs[place]);
  }

  curve(column: string, name: string): PageCurve[] {
    const values: Float64Array | undefined = this.series.columns[column];
    if (values === undefined) return [];
    const unit: SeriesUnit = this.series.units[column];
    const isMean = unit === 'per second' || unit === 'ms';
    const of = (place: number): number => (isMean ? meanOf(values, place - this.step + 1, place) : values[place]);
    return [{ name, values: this.places().map((place) => short(of(place))) }];
  }

  /** The first row, and then the last of each so many. */
  private places(): number[] {
    const rows = this.series.atMs.length;
    return Array.from({ length: Math.ceil(rows / this.step) }, (_, at) => at * this.step);
  }
}

function meanOf(values: Float64Array, from: number, until: number): number {
  let sum = 0;
  let count = 0;
  for (let at = Math.max(0, from); at <= until; at++) {
    if (Number.isNaN(values[at])) continue;
    sum += values[at];
    count++;
  }
  return count === 0 ? NaN : sum / count;
}

export function chartsOf(
  rows: ThinnedRows,
  looks: HostSeriesData,
  { podNames, tierNames }: { readonly podNames: readonly string[]; readonly tierNames: readonly string[] },
): PageChart[] {
  const curves = (names: readonly string[], column: (name: string) => string): PageCurve[] =>
    names.flatMap((name) => rows.curve(column(name), name));
  return [
    {
      title: 'Disconnected, by pod',
      help: 'The share of the sessions of the fleet, and of each pod, that should be connected and are not.',
      unit: 'fraction',
      times: 'rows',
      showsObserved: true,
      curves: [
        ...rows.curve('disconnectedFraction', 'fleet'),
        ...(podNames.length > 1 ? curves(podNames, (pod) => `disconnectedFraction.${pod}`) : []),
      ],
    },
    {
      title: 'Sessions, by state',
      help: 'How many sessions are connected, unaware that they are not, waiting for their next attempt, connecting, and have given up.',
      unit: 'count',
      times: 'rows',
      curves: seen(curves(sessionStates, (state) => `sessions.${state}`)),
    },
    {
      title: 'Attempts, by how they end',
      help: 'Attempts to connect that end per second.',
      unit: 'per second',
      times: 'rows',
      curves: seen(
        curves(
          attemptEnds.filter((end) => end !== 'open'),
          (end) => `attemptsPerSec.${end}`,
        ),
      ),
    },
    {
      title: 'Wait in the queue, mean by tier',
      help: 'How long attempts waited in the queue of a tier before their service began, those for nobody included.',
      unit: 'ms',
      times: 'rows',
      curves: curves(tierNames, (tier) => `queueWaitMs.${tier}.mean`),
    },
    {
      title: 'Work for somebody, and for nobody',
      help: 'Services that begin per second: for clients who still wait (goodput), and for clients who have left (abandoned work).',
      unit: 'per second',
      times: 'looks',
      curves: tierNames.flatMap((tier, at): PageCurve[] => [
        { name: `${tier}, for somebody`, values: looks.tiers[at].forSomebody.map(short) },
        { name: `${tier}, for nobody`, values: looks.tiers[at].forNobody.map(short) },
      ]),
    },
    {
      title: 'Hosts, by state',
      help: 'How many hosts of all tiers are in each state.',
      unit: 'count',
      times: 'looks',
      curves: seen(hostStates.map((name, state) => ({ name, values: inState(looks, state) }))),
    },
  ];
}

/** Without those that are nothing at all times. */
function seen(curves: readonly PageCurve[]): PageCurve[] {
  return curves.filter(({ values }) => values.some((value) => value !== null && value > 0));
}

function inState({ atMs, states }: HostSeriesData, state: number): number[] {
  const counts = atMs.map(() => 0);
  for (const runs of states)
    for (let run = 0, at = 0; run < runs.length; at += runs[run + 1], run += 2)
      if (runs[run] === state) for (let i = at; i < at + runs[run + 1]; i++) counts[i]++;
  return counts;
}

export function reproductionChart({ values }: ReproductionCurve): PageChart {
  return {
    title: `Reproduction number: losses per loss, over ${REPRODUCTION_WINDOW_MS / 60_000} minutes`,
    help: 'How many further losses a loss leads to in the pods that are impacted: the failing of the attempt that it sends, and the drops that the load of attempts brings about. Above 1 the storm grows, at 1 it keeps itself up, below 1 more sessions get back than it takes.',
    unit: 'factor',
    times: 'reproduction',
    curves: [
      {
        name: 'losses per loss',
        values: values.map((value) => (Number.isFinite(value) ? Number(value.toPrecision(6)) : null)),
      },
      { name: 'at 1 it keeps itself up', values: values.map(() => 1) },
    ],
  };
}
