/**
 * What each host did, looked at some six hundred times in a run: its state, what waits there, what is in flight
 * and how many sessions it holds; and of each tier what it served, and how much of that for nobody. It is what a
 * page shows at an instant that somebody points at; runs that nobody will look at do without.
 */
import type { FleetView } from '../model/state/recorder.ts';
import { HostState } from '../model/state/vocabulary.ts';
import { BEGAN, BEGAN_FOR_NOBODY, tierPlace } from './tally.ts';

const LOOKS = 600;

/** A list of whole numbers as value, times, value, times …: most hosts do the same for long. */
export type Runs = readonly number[];

export interface TierWork {
  /** services that began per second since the look before, for somebody and for nobody */
  readonly goodPerSec: readonly number[];
  readonly forNobodyPerSec: readonly number[];
}

export interface HostSeriesData {
  readonly atMs: readonly number[];
  readonly states: readonly Runs[];
  readonly queues: readonly Runs[];
  readonly inFlight: readonly Runs[];
  readonly sessions: readonly Runs[];
  readonly work: readonly TierWork[];
}

/** One look at all hosts: a value each. */
type Look = Int32Array;

export class HostSeries {
  private readonly everyMs: number;
  private readonly atMs: number[] = [];
  private readonly looks: Readonly<Record<'states' | 'queues' | 'inFlight' | 'sessions', Look[]>> = {
    states: [],
    queues: [],
    inFlight: [],
    sessions: [],
  };
  private readonly good: number[][];
  private readonly forNobody: number[][];
  private lastCounts: Float64Array;

  constructor(durationMs: number, tierCount: number) {
    this.everyMs = Math.max(1000, Math.ceil(durationMs / LOOKS / 1000) * 1000);
    this.good = Array.from({ length: tierCount }, () => []);
    this.forNobody = Array.from({ length: tierCount }, () => []);
    this.lastCounts = new Float64Array(0);
  }

  /** At a whole second; most of them are not looked at. */
  take(atMs: number, fleet: FleetView, counts: Float64Array): void {
    if (atMs % this.everyMs !== 0 || this.atMs.at(-1) === atMs) return;
    const { states, queues, inFlight, sessions } = this.looks;
    const hosts = Array.from({ length: fleet.hostCount }, (_, host) => host);
    states.push(Int32Array.from(hosts, (host) => fleet.hostState(host)));
    queues.push(Int32Array.from(hosts, (host) => fleet.hostQueueLength(host)));
    inFlight.push(Int32Array.from(hosts, (host) => fleet.hostInFlight(host)));
    sessions.push(Int32Array.from(hosts, (host) => fleet.hostSessions(host)));
    const seconds = this.everyMs / 1000;
    for (let tier = 0; tier < this.good.length; tier++) {
      const grown = (place: number): number =>
        this.atMs.length === 0 ? 0 : counts[tierPlace(tier) + place] - this.lastCounts[tierPlace(tier) + place];
      const began = grown(BEGAN);
      const forNobody = grown(BEGAN_FOR_NOBODY);
      this.good[tier].push((began - forNobody) / seconds);
      this.forNobody[tier].push(forNobody / seconds);
    }
    this.lastCounts = counts.slice();
    this.atMs.push(atMs);
  }

  data(): HostSeriesData {
    const hostCount = Math.max(0, ...this.looks.states.map(({ length }) => length));
    const runs = (looks: readonly Look[], missing: number): Runs[] =>
      Array.from({ length: hostCount }, (_, host) => runsOf(looks.map((look) => look[host] ?? missing)));
    return {
      atMs: this.atMs,
      states: runs(this.looks.states, HostState.absent),
      queues: runs(this.looks.queues, 0),
      inFlight: runs(this.looks.inFlight, 0),
      sessions: runs(this.looks.sessions, 0),
      work: this.good.map((goodPerSec, tier) => ({ goodPerSec, forNobodyPerSec: this.forNobody[tier] })),
    };
  }
}

function runsOf(values: readonly number[]): number[] {
  const runs: number[] = [];
  for (const value of values) {
    if (runs.length > 0 && runs[runs.length - 2] === value) runs[runs.length - 1]++;
    else runs.push(value, 1);
  }
  return runs;
}
