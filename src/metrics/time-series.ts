/**
 * Time series: one row every so often, with the state of the fleet at that
 * instant and what happened since the row before, as rates per second. The
 * first row is that of the start. A column's name says what it is; a value
 * that does not exist (the wait of nobody) is NaN, and an empty cell in the
 * CSV file.
 */
import type { FleetView } from '../model/recorder.ts';
import { attemptEnds, HostState, rejectReasons, sessionStates } from '../model/vocabulary.ts';
import { formatClock, type WallClock } from '../scenario/wall-clock.ts';
import { Column } from './column.ts';
import type { Histogram } from './histogram.ts';
import { rounded } from './rounding.ts';
import type { SecondHistory } from './second-history.ts';
import { DROPS, ENDS, REASONS } from './tally.ts';

export interface TimeSeries {
  readonly everyMs: number;
  /** instants of the rows */
  readonly atMs: Float64Array;
  /** by name, in a fixed order; as long as `atMs` */
  readonly columns: Readonly<Record<string, Float64Array>>;
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

export class TimeSeriesRows {
  private readonly fleet: FleetView;
  private readonly everyMs: number;
  private readonly history: SecondHistory;
  private readonly instants = new Column();
  private readonly columns = new Map<string, Column>();
  private readonly hosts: Uint8Array[] = [];
  private nextMs = 0;
  private lastMs = 0;
  private lastStarted = 0;
  private lastCounts: Float64Array | null = null;

  constructor(fleet: FleetView, everyMs: number, history: SecondHistory) {
    this.fleet = fleet;
    this.everyMs = everyMs;
    this.history = history;
  }

  /** At a whole second, after the history took it: takes a row if one is due. */
  take(atMs: number, source: RowSource): void {
    if (atMs < this.nextMs) return;
    this.instants.push(atMs);
    this.takeStates();
    this.takeRates(atMs, source);
    this.takeTiers(source);
    this.takeHosts();
    this.nextMs = (Math.floor(atMs / this.everyMs) + 1) * this.everyMs;
    this.lastMs = atMs;
  }

  series(): TimeSeries {
    const rows = this.instants.length;
    const columns: Record<string, Float64Array> = {};
    for (const [name, column] of this.columns) columns[name] = column.values();
    const codes: Uint8Array[] = [];
    const hosts = Array.from({ length: this.fleet.hostCount }, (_, host) => host);
    for (const host of hosts) {
      codes.push(Uint8Array.from({ length: rows }, (_, row) => this.hosts[row][host] ?? HostState.absent));
    }
    return {
      everyMs: this.everyMs,
      atMs: this.instants.values(),
      columns,
      hostStates: {
        labels: hosts.map((host) => this.fleet.hostLabel(host)),
        tiers: hosts.map((host) => this.fleet.hostTier(host)),
        codes,
      },
    };
  }

  private put(name: string, value: number): void {
    let column = this.columns.get(name);
    if (column === undefined) {
      column = new Column(256);
      this.columns.set(name, column);
    }
    column.push(value);
  }

  private now(name: string): number {
    return this.history.column(name)?.at(this.history.length - 1) ?? NaN;
  }

  private takeStates(): void {
    for (const state of sessionStates) this.put(`sessions.${state}`, this.now(`stateSessions.${state}`));
    this.put('disconnectedFraction', this.now('disconnectedFraction'));
    for (const pod of this.fleet.podNames) this.put(`disconnectedFraction.${pod}`, this.now(`disconnectedFraction.${pod}`));
    this.put('impactedPods', this.now('impactedPods'));
  }

  private takeRates(atMs: number, { counts, startedAttempts }: RowSource): void {
    const seconds = (atMs - this.lastMs) / 1000;
    const before = this.lastCounts ?? counts;
    const rate = (place: number): number => (seconds === 0 ? 0 : (counts[place] - before[place]) / seconds);
    this.put('attemptsPerSec.started', seconds === 0 ? 0 : (startedAttempts - this.lastStarted) / seconds);
    END_NAMES.forEach((name, end) => this.put(`attemptsPerSec.${name}`, rate(ENDS + end)));
    rejectReasons.forEach((name, reason) => this.put(`rejectedPerSec.${name}`, rate(REASONS + reason)));
    let drops = 0;
    for (let place = DROPS; place < ENDS; place++) drops += rate(place);
    this.put('dropsPerSec', drops);
    this.lastStarted = startedAttempts;
    if (this.lastCounts === null) this.lastCounts = counts.slice();
    else this.lastCounts.set(counts);
  }

  private takeTiers({ waits }: RowSource): void {
    this.fleet.tierNames.forEach((tier, index) => {
      this.put(`queueWaitMs.${tier}.mean`, waits[index].mean);
      this.put(`queueWaitMs.${tier}.p95`, waits[index].quantile(0.95));
      this.put(`queueLength.${tier}`, this.now(`queueLength.${tier}`));
      this.put(`hostsUp.${tier}`, this.now(`hostsUp.${tier}`));
      waits[index].clear();
    });
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
  const lines = [['clock', 'atSec', ...names].join(',')];
  for (let row = 0; row < series.atMs.length; row++) {
    const cells = names.map((name) => {
      const value = series.columns[name][row];
      return Number.isNaN(value) ? '' : String(rounded(value));
    });
    lines.push([formatClock(clock, series.atMs[row]), String(series.atMs[row] / 1000), ...cells].join(','));
  }
  return `${lines.join('\n')}\n`;
}
