/**
 * Runs that are asked for round by round, where the answers of one decide which
 * the next one asks for: points of a varied field, each in some worlds. World i has
 * the seed `s/i` at every point, as replications of variants have. A run is made
 * once, kept as it ends if there is a store, and what a store has is not run again,
 * so that who was interrupted goes on where it was. A round is answered in the order
 * of its questions, whichever run ended first.
 */
import type { Worker } from 'node:worker_threads';
import type { MetricReference } from '../scenario/expression.ts';
import { inWorld } from './assumed-worlds.ts';
import type { RunLimits } from './limits.ts';
import {
  replicationSeed,
  type ReplicatedVariant,
  type Replication,
  type ReplicationTask,
  type Until,
} from './replication.ts';
import { isKept, keepRecord, keptRecord, type ExperimentOptions } from './replications.ts';
import { defaultJobs, runInWorkers } from './worker-pool.ts';

/** A run's record, without the curve that nobody looks at here. */
export type ProbeRecord = Omit<Replication, 'curve'>;

export interface ProbesRequest {
  readonly variants: readonly ReplicatedVariant[];
  readonly seed: string;
  readonly until: Until;
  /** to read off each run; none if only the collapse matters */
  readonly references: readonly MetricReference[];
}

export interface ProbeProgress {
  /** runs that have ended, those that were kept from before included */
  readonly runs: number;
  /** of which so many were kept from before */
  readonly kept: number;
  readonly spoilt: number;
  /** of the round under way */
  readonly roundDone: number;
  readonly roundTotal: number;
  /** time that the round still takes, on the wall; null while nothing is known */
  readonly roundLeftMs: number | null;
}

export interface ProbeOptions extends Pick<
  ExperimentOptions,
  'jobs' | 'queue' | 'store' | 'limits' | 'signal' | 'worker'
> {
  readonly onProgress?: ((progress: ProbeProgress) => void) | undefined;
}

/** A point, by its index, in a world. */
export interface PointProbe {
  readonly world: number;
  readonly point: number;
  /** to the end of the clock, where the request cuts runs */
  readonly whole?: boolean;
}

const TELL_EVERY_MS = 1000;

function untilOf({ until }: Pick<ProbesRequest, 'until'>, { whole }: PointProbe): Until {
  return whole === true ? 'end' : until;
}

/** The run that answers a probe. */
export function probeTask(request: ProbesRequest, probe: PointProbe, limits: RunLimits | undefined): ReplicationTask {
  const { variants, seed, references } = request;
  const { world, point } = probe;
  return {
    variant: inWorld(variants[point], world),
    index: world,
    seed: replicationSeed(seed, world),
    until: untilOf(request, probe),
    ...(references.length === 0 ? {} : { references }),
    ...(limits === undefined ? {} : { limits }),
  };
}

export class Probes {
  private readonly request: ProbesRequest;
  private readonly options: ProbeOptions;
  private readonly records = new Map<string, ProbeRecord>();
  private readonly idle = new Set<Worker>();
  private kept = 0;
  private spoilt = 0;
  private spentMs = 0;
  private ran = 0;

  constructor(request: ProbesRequest, options: ProbeOptions) {
    this.request = request;
    this.options = options;
  }

  /** Runs that were asked for. */
  get count(): number {
    return this.records.size;
  }

  /** A run that was made already; a whole one answers what one that is cut would. */
  recordOf(probe: PointProbe): ProbeRecord | undefined {
    return this.records.get(this.keyOf(probe)) ?? this.records.get(this.keyOf({ ...probe, whole: true }));
  }

  private keyOf(probe: PointProbe): string {
    return `${probe.point}/${probe.world}/${untilOf(this.request, probe)}`;
  }

  /** Of the worlds from 0 on, as many as were run at a point without a gap; whole, or as the request has them. */
  recordsOf(point: number, { most = Infinity, whole = false } = {}): ProbeRecord[] {
    const rows: ProbeRecord[] = [];
    for (let world = 0; world < most; world++) {
      const record = this.recordOf({ world, point, whole });
      if (record === undefined) break;
      rows.push(record);
    }
    return rows;
  }

  private note(probe: PointProbe, { curve: _curve, ...record }: Replication): void {
    this.records.set(this.keyOf(probe), record);
  }

  private leftMs(waiting: number): number | null {
    const { jobs = defaultJobs() } = this.options;
    if (waiting === 0) return 0;
    return this.ran === 0 ? null : (Math.ceil(waiting / jobs) * this.spentMs) / this.ran;
  }

  /** Runs what was not run before. Null if it was stopped. Throws ReplicationError, and whatever the store throws. */
  async run(probes: readonly PointProbe[]): Promise<readonly ProbeRecord[] | null> {
    const { store, signal, worker, jobs, queue, onProgress } = this.options;
    const tasks = new Map<ReplicationTask, PointProbe>();
    for (const probe of probes) {
      if (this.recordOf(probe) !== undefined) continue;
      const task = probeTask(this.request, probe, this.options.limits);
      const kept = keptRecord(store, task);
      if (kept === 'spoilt') this.spoilt++;
      if (isKept(kept)) this.kept++;
      if (isKept(kept)) this.note(probe, kept);
      else tasks.set(task, probe);
    }
    let waiting = tasks.size;
    const tell = (): void =>
      onProgress?.({
        runs: this.records.size,
        kept: this.kept,
        spoilt: this.spoilt,
        roundDone: tasks.size - waiting,
        roundTotal: tasks.size,
        roundLeftMs: this.leftMs(waiting),
      });
    tell();
    const clock = setInterval(tell, TELL_EVERY_MS);
    try {
      const complete = await runInWorkers([...tasks.keys()], {
        jobs,
        signal,
        worker,
        queue,
        idle: this.idle,
        onDone: (task, replication, spentMs) => {
          keepRecord(store, task, replication);
          this.note(tasks.get(task)!, replication);
          waiting--;
          this.ran++;
          this.spentMs += spentMs;
          tell();
        },
      });
      return complete ? probes.map((probe) => this.recordOf(probe)!) : null;
    } finally {
      clearInterval(clock);
    }
  }

  /** Ends the threads. */
  async close(): Promise<void> {
    await Promise.all([...this.idle].map((worker) => worker.terminate()));
    this.idle.clear();
  }
}
