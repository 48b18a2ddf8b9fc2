/**
 * Time series: one row every so often, with the state of the fleet at that
 * instant and what happened since the row before, as rates per second. The
 * first row is that of the start, and rows come at whole seconds only, so that
 * what happens after the last one is in no row. A column's name says what it is; a value
 * that does not exist (the wait of nobody) is NaN, and an empty cell in the
 * CSV file.
 */
import type { FleetView } from '../model/state/recorder.ts';
import { attemptEnds, dropCauses, HostState, rejectReasons, sessionStates } from '../model/state/vocabulary.ts';
import { csvText } from '../scenario/safe-text.ts';
import { formatClock, type WallClock } from '../scenario/wall-clock.ts';
import { Column } from './column.ts';
import type { Histogram } from './histogram.ts';
import { rounded } from './rounding.ts';
import type { SecondHistory } from './second-history.ts';
import { DROPS, ENDS, REASONS } from './tally.ts';

/** What a column's numbers are in. Its name tells it too: `…Ms`, `…PerSec`, `…Fraction`, and counts by what is counted. */
export type SeriesUnit = 'ms' | 'per second' | 'fraction' | 'count';

export interface TimeSeries {
  readonly everyMs: number;
  /** instants of the rows */
  readonly atMs: Float64Array;
  /** by name, in a fixed order; as long as `atMs` */
  readonly columns: Readonly<Record<string, Float64Array>>;
  /** of each column */
  readonly units: Readonly<Record<string, SeriesUnit>>;
  readonly hostStates: HostStateSeries;
}

export interface HostStateSeries {
  readonly labels: readonly string[];
  /** index of each host's tier */
  readonly tiers: readonly number[];
  /** per host, the code of its state at each row */
  readonly codes: readonly Uint8Array[];
}

const END_NAMES = attemptEnds.filter((end) => end !== 'open');

/** What a row needs besides the history: the counters now and the waits since the row before. */
export interface RowSource {
  readonly counts: Float64Array;
  readonly waits: readonly Histogram[];
  /** attempts started since the start of the run */
  readonly startedAttempts: number;
}

/** What the columns of a row are read from. */
interface Row extends RowSource {
  /** since the row before, 0 in the first one */
  readonly seconds: number;
  /** what a counter grew by per second since the row before; 0 in the first one */
  readonly rate: (place: number) => number;
}

type Read = (row: Row) => number;

type NewColumn = readonly [name: string, unit: SeriesUnit, read: Read];

interface SeriesColumn {
  readonly name: string;
  readonly unit: SeriesUnit;
  readonly column: Column;
  readonly read: Read;
}

export class TimeSeriesRows {
  private readonly fleet: FleetView;
  private readonly everyMs: number;
  private readonly history: SecondHistory;
  private readonly instants = new Column();
  private readonly columns: readonly SeriesColumn[];
  private readonly hosts: Uint8Array[] = [];
  private nextMs = 0;
  private lastMs = 0;
  private lastStarted = 0;
  private lastCounts: Float64Array | null = null;

  constructor(fleet: FleetView, everyMs: number, history: SecondHistory) {
    this.fleet = fleet;
    this.everyMs = everyMs;
    this.history = history;
    const columns = [...this.stateColumns(), ...this.rateColumns(), ...this.tierColumns()];
    this.columns = columns.map(([name, unit, read]) => ({ name, unit, read, column: new Column(256) }));
  }

  /** At a whole second, after the history took it: takes a row if one is due. */
  take(atMs: number, source: RowSource): void {
    if (atMs < this.nextMs) return;
    this.instants.push(atMs);
    const row = this.rowAt(atMs, source);
    for (const { column, read } of this.columns) column.push(read(row));
    for (const waits of source.waits) waits.clear();
    this.takeHosts();
    this.lastStarted = source.startedAttempts;
    if (this.lastCounts === null) this.lastCounts = source.counts.slice();
    else this.lastCounts.set(source.counts);
    this.nextMs = (Math.floor(atMs / this.everyMs) + 1) * this.everyMs;
    this.lastMs = atMs;
  }

  series(): TimeSeries {
    const rows = this.instants.length;
    const columns: Record<string, Float64Array> = {};
    for (const { name, column } of this.columns) columns[name] = column.values();
    const units = Object.fromEntries(this.columns.map(({ name, unit }) => [name, unit]));
    const codes: Uint8Array[] = [];
    const hosts = Array.from({ length: this.fleet.hostCount }, (_, host) => host);
    for (const host of hosts) {
      codes.push(Uint8Array.from({ length: rows }, (_, row) => this.hosts[row][host] ?? HostState.absent));
    }
    return {
      everyMs: this.everyMs,
      atMs: this.instants.values(),
      columns,
      units,
      hostStates: {
        labels: hosts.map((host) => this.fleet.hostLabel(host)),
        tiers: hosts.map((host) => this.fleet.hostTier(host)),
        codes,
      },
    };
  }

  private rowAt(atMs: number, source: RowSource): Row {
    const { lastCounts } = this;
    const seconds = (atMs - this.lastMs) / 1000;
    const rate = (place: number): number =>
      seconds === 0 || lastCounts === null ? 0 : (source.counts[place] - lastCounts[place]) / seconds;
    return { ...source, seconds, rate };
  }

  /** The last sample of one of the history's columns. */
  private latest(name: string): () => number {
    const column = this.history.column(name);
    return () => column?.at(this.history.length - 1) ?? NaN;
  }

  private stateColumns(): NewColumn[] {
    const fractions = ['disconnectedFraction', ...this.fleet.podNames.map((pod) => `disconnectedFraction.${pod}`)];
    return [
      ...sessionStates.map((state): NewColumn => [`sessions.${state}`, 'count', this.latest(`stateSessions.${state}`)]),
      ...fractions.map((name): NewColumn => [name, 'fraction', this.latest(name)]),
      ['impactedPods', 'count', this.latest('impactedPods')],
    ];
  }

  private rateColumns(): NewColumn[] {
    return [
      [
        'attemptsPerSec.started',
        'per second',
        ({ seconds, startedAttempts }) => (seconds === 0 ? 0 : (startedAttempts - this.lastStarted) / seconds),
      ],
      ...END_NAMES.map((name, end): NewColumn => [
        `attemptsPerSec.${name}`,
        'per second',
        ({ rate }) => rate(ENDS + end),
      ]),
      ...rejectReasons.map((name, reason): NewColumn => [
        `rejectedPerSec.${name}`,
        'per second',
        ({ rate }) => rate(REASONS + reason),
      ]),
      ['dropsPerSec', 'per second', ({ rate }) => dropCauses.reduce((sum, _, cause) => sum + rate(DROPS + cause), 0)],
    ];
  }

  private tierColumns(): NewColumn[] {
    return this.fleet.tierNames.flatMap((tier, index): NewColumn[] => [
      [`queueWaitMs.${tier}.mean`, 'ms', ({ waits }) => waits[index].mean],
      [`queueWaitMs.${tier}.p95`, 'ms', ({ waits }) => waits[index].quantile(0.95)],
      [`queueLength.${tier}`, 'count', this.latest(`queueLength.${tier}`)],
      [`hostsUp.${tier}`, 'count', this.latest(`hostsUp.${tier}`)],
    ]);
  }

  private takeHosts(): void {
    const states = new Uint8Array(this.fleet.hostCount);
    for (let host = 0; host < states.length; host++) states[host] = this.fleet.hostState(host);
    this.hosts.push(states);
  }
}

/** The series as CSV: a clock column, the seconds since the start, and one column per name. */
export function timeSeriesCsv(series: TimeSeries, clock: WallClock): string {
  const names = Object.keys(series.columns);
  const rows: (string | number)[][] = [['clock', 'atSec', ...names]];
  for (let row = 0; row < series.atMs.length; row++) {
    const cells = names.map((name) => {
      const value = series.columns[name][row];
      return Number.isNaN(value) ? '' : rounded(value);
    });
    rows.push([formatClock(clock, series.atMs[row]), series.atMs[row] / 1000, ...cells]);
  }
  return csvText(rows);
}
