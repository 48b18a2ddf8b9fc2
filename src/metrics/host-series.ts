/**
 * What each host did, looked at some six hundred times in a run: its state, what waits there, what is in flight
 * and how many sessions it holds; and the flow of attempts between two looks: of the fleet how many were started and
 * how they ended, of each tier how many came, were served for somebody, and for nobody. It is what a page shows at an
 * instant that somebody points at; runs that nobody will look at do without.
 */
import type { FleetView } from '../model/state/recorder.ts';
import { attemptEnds, HostState } from '../model/state/vocabulary.ts';
import { BEGAN, BEGAN_FOR_NOBODY, ENDS, ENTERED, tierPlace } from './tally.ts';

const LOOKS = 600;

/** A list of whole numbers as value, times, value, times …: most hosts do the same for long. */
export type Runs = readonly number[];

/** Attempts per second since the look before; services by when they began. */
export interface TierFlow {
  readonly arriving: readonly number[];
  readonly forSomebody: readonly number[];
  readonly forNobody: readonly number[];
}

export interface HostSeriesData {
  readonly atMs: readonly number[];
  readonly states: readonly Runs[];
  readonly queues: readonly Runs[];
  readonly inFlight: readonly Runs[];
  readonly sessions: readonly Runs[];
  readonly tiers: readonly TierFlow[];
  /** attempts per second since the look before that were `started`, and by their ends */
  readonly attempts: Readonly<Record<string, readonly number[]>>;
}

const looked = ['states', 'queues', 'inFlight', 'sessions'] as const;
const shownEnds = attemptEnds.filter((end) => end !== 'open');

export class HostSeries {
  private readonly everyMs: number;
  private readonly tierCount: number;
  private readonly atMs: number[] = [];
  /** by what is looked at, a list for each look with a value for each host */
  private readonly looks: Readonly<Record<(typeof looked)[number], Int32Array[]>> = {
    states: [],
    queues: [],
    inFlight: [],
    sessions: [],
  };
  private readonly counts: Float64Array[] = [];
  private readonly started: number[] = [];

  constructor(durationMs: number, tierCount: number) {
    this.everyMs = Math.max(1000, Math.ceil(durationMs / LOOKS / 1000) * 1000);
    this.tierCount = tierCount;
  }

  /** At a whole second; most of them are not looked at. */
  take(atMs: number, fleet: FleetView, counts: Float64Array, startedAttempts: number): void {
    if (atMs % this.everyMs !== 0 || this.atMs.at(-1) === atMs) return;
    const [states, queues, inFlight, sessions] = looked.map((what) => {
      const look = new Int32Array(fleet.hostCount);
      this.looks[what].push(look);
      return look;
    });
    for (let host = 0; host < fleet.hostCount; host++) {
      states[host] = fleet.hostState(host);
      queues[host] = fleet.hostQueueLength(host);
      inFlight[host] = fleet.hostInFlight(host);
      sessions[host] = fleet.hostSessions(host);
    }
    this.counts.push(counts.slice());
    this.started.push(startedAttempts);
    this.atMs.push(atMs);
  }

  data(): HostSeriesData {
    const hostCount = Math.max(0, ...this.looks.states.map(({ length }) => length));
    const runs = (looks: readonly Int32Array[], missing: number): Runs[] =>
      Array.from({ length: hostCount }, (_, host) => runsOf(looks.map((look) => look[host] ?? missing)));
    const flow = (place: number): number[] => this.perSec(this.counts.map((counts) => counts[place]));
    return {
      atMs: this.atMs,
      states: runs(this.looks.states, HostState.absent),
      queues: runs(this.looks.queues, 0),
      inFlight: runs(this.looks.inFlight, 0),
      sessions: runs(this.looks.sessions, 0),
      tiers: Array.from({ length: this.tierCount }, (_, tier) => {
        const forNobody = flow(tierPlace(tier) + BEGAN_FOR_NOBODY);
        return {
          arriving: flow(tierPlace(tier) + ENTERED),
          forSomebody: flow(tierPlace(tier) + BEGAN).map((began, at) => began - forNobody[at]),
          forNobody,
        };
      }),
      attempts: {
        started: this.perSec(this.started),
        ...Object.fromEntries(shownEnds.map((end, at) => [end, flow(ENDS + at)])),
      },
    };
  }

  /** Of sums since the start; 0 at the first look. */
  private perSec(sums: readonly number[]): number[] {
    return sums.map((sum, at) => (at === 0 ? 0 : (1000 * (sum - sums[at - 1])) / this.everyMs));
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
