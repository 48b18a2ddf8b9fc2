/**
 * The fleet second by second: every gauge with each of its parts, the sessions
 * in each state, and the size of the outage so far. Episodes, observed rows
 * and `metric at clock` are read from here. The samples come at whole seconds,
 * one after another; anything else is a mistake of the caller. An instant between
 * two of them means the one before, wherever the fleet is asked of it.
 */
import { SimulationError } from '../engine/simulation-error.ts';
import { gauges, type Gauge } from '../model/state/gauges.ts';
import type { FleetView } from '../model/state/recorder.ts';
import { sessionStates } from '../model/state/vocabulary.ts';
import { Column } from './column.ts';

export const SECOND_MS = 1000;

/** The instant at which the fleet was looked at last. */
export function lastWholeSecond(atMs: number): number {
  return Math.floor(atMs / SECOND_MS) * SECOND_MS;
}

interface Tracked {
  readonly gauge: Gauge;
  /** of the whole fleet */
  readonly whole: Column;
  readonly parts: readonly Column[];
}

export class SecondHistory {
  /** the instant of the first sample, NaN before it */
  firstMs = NaN;
  length = 0;
  /** disconnected session-milliseconds until then, exact */
  readonly lostSessionMs = new Column();
  readonly startedAttempts = new Column();
  private readonly fleet: FleetView;
  private readonly tracked: Tracked[] = [];
  /** by state */
  private readonly stateColumns: readonly Column[];
  private readonly byName = new Map<string, Column>();

  constructor(fleet: FleetView) {
    this.fleet = fleet;
    for (const [name, gauge] of Object.entries(gauges)) {
      const parts = gauge.part === 'pod' ? fleet.podNames : gauge.part === 'tier' ? fleet.tierNames : [];
      this.tracked.push({ gauge, whole: this.named(name), parts: parts.map((part) => this.named(`${name}.${part}`)) });
    }
    this.stateColumns = sessionStates.map((state) => this.named(`stateSessions.${state}`));
  }

  take(atMs: number, lostSessionMs: number, startedAttempts: number): void {
    if (this.length === 0) this.firstMs = atMs;
    const expectedMs = this.firstMs + this.length * SECOND_MS;
    if (atMs !== expectedMs) throw sampleError(atMs, `a sample at ${atMs} ms, expected at ${expectedMs} ms`);
    this.length++;
    for (const tracked of this.tracked) this.takeGauge(tracked);
    this.lostSessionMs.push(lostSessionMs);
    this.startedAttempts.push(startedAttempts);
    this.takeStates(atMs);
  }

  /** By a gauge's name and part, like `hostsUp.front`, or `stateSessions.waiting`; undefined if there is none. */
  column(name: string): Column | undefined {
    return this.byName.get(name);
  }

  /** The place of the sample at this instant, or of the last whole second before it; −1 outside. */
  indexAt(atMs: number): number {
    const index = Math.floor((atMs - this.firstMs) / SECOND_MS);
    return index >= 0 && index < this.length ? index : -1;
  }

  instantOf(index: number): number {
    return this.firstMs + index * SECOND_MS;
  }

  /** The mean of a column from an instant on; NaN if there is no sample. */
  meanFrom(name: string, fromMs: number): number {
    const column = this.byName.get(name);
    if (column === undefined) return NaN;
    const first = Math.max(0, Math.ceil((fromMs - this.firstMs) / SECOND_MS));
    let sum = 0;
    for (let i = first; i < this.length; i++) sum += column.at(i);
    return first < this.length ? sum / (this.length - first) : NaN;
  }

  private named(name: string): Column {
    const column = new Column();
    this.byName.set(name, column);
    return column;
  }

  /** What is counted host by host is looked at once: the fleet's is the sum of its tiers'. */
  private takeGauge({ gauge, whole, parts }: Tracked): void {
    let sum = 0;
    for (let part = 0; part < parts.length; part++) {
      const value = gauge.read(this.fleet, part);
      parts[part].push(value);
      sum += value;
    }
    whole.push(gauge.part === 'tier' ? sum : gauge.read(this.fleet, -1));
  }

  /** Reads the six states, and makes sure that they account for everybody. */
  private takeStates(atMs: number): void {
    let all = 0;
    for (let state = 0; state < sessionStates.length; state++) {
      let count = 0;
      for (let pod = 0; pod < this.fleet.podNames.length; pod++) count += this.fleet.sessions(pod, state);
      this.stateColumns[state].push(count);
      all += count;
    }
    if (all !== this.fleet.admitted)
      throw sampleError(
        atMs,
        `the sessions in the six states sum to ${all} at ${atMs} ms, but ${this.fleet.admitted} were admitted: ` +
          `each must be in exactly one`,
      );
  }
}

function sampleError(atMs: number, what: string): SimulationError {
  const error = new SimulationError(what);
  error.atMs = atMs;
  error.label = 'a sample is taken';
  return error;
}
