/**
 * All replications of some variants with common random numbers: replication i
 * of every variant has the seed `s/i`, so that they meet the same luck. They are
 * run round by round, the first of each variant before the second of any: so an
 * interrupted experiment has about as many of each, and the time left is soon
 * known. Each record is kept as it comes, if there is a store, and what a store
 * has is not run again. Neither the store nor the number of jobs changes a bit
 * of the result.
 */
import { contentHash } from '../scenario/content-hash.ts';
import { inWorld } from './assumed-worlds.ts';
import type { RunLimits } from './limits.ts';
import {
  parseReplication,
  replicationSeed,
  replicationText,
  type ReplicatedVariant,
  type Replication,
  type ReplicationTask,
  type Until,
} from './replication.ts';
import { tasksOfShard, type Shard } from './shard.ts';
import { TimeLeft, type TimeEstimate } from './time-left.ts';
import { defaultJobs, runInWorkers, type ReplicationError, type RunQueue } from './worker-pool.ts';

/**
 * Keeps texts under names (letters, digits, `-`). It must never give back half
 * of a text, nor one that another version of the program has kept.
 */
export interface ReplicationStore {
  read(name: string): string | null;
  keep(name: string, text: string): void;
}

export interface ReplicationsRequest {
  readonly variants: readonly ReplicatedVariant[];
  readonly seed: string;
  readonly replications: number;
  readonly until: Until;
}

export interface ExperimentProgress {
  /** runs that have ended, those that were kept from before included */
  readonly done: number;
  readonly total: number;
  /** of which so many were kept from before */
  readonly kept: number;
  /** records that the store had and that were not what was kept; their runs are run again */
  readonly spoilt: number;
  /** time left, on the wall; null while some variant has not been seen */
  readonly leftMs: number | null;
  /** what it is at least */
  readonly leastLeftMs: number;
  /** variants of which no run has ended yet, though some are to come */
  readonly unseen: number;
  /** of the first run of each variant; null once all of them have ended */
  readonly firstRound: Pick<TimeEstimate, 'projectedMs' | 'ratio'> | null;
}

export interface ExperimentOptions {
  /** worker threads; as many as there are cores if not said */
  readonly jobs?: number | undefined;
  readonly store?: ReplicationStore | undefined;
  /** what each run may cost, if not the usual */
  readonly limits?: RunLimits | undefined;
  /** ends the experiment early, with what there is */
  readonly signal?: AbortSignal | undefined;
  /** told as runs end, and once a second meanwhile */
  readonly onProgress?: ((progress: ExperimentProgress) => void) | undefined;
  /** told of each record, those that were kept from before first */
  readonly onReplication?: ((replication: Replication) => void) | undefined;
  /** what a run of a variant is thought to cost, by its name */
  readonly foreseenMs?: ReadonlyMap<string, number> | undefined;
  /** the module that a worker runs; for tests */
  readonly worker?: URL | undefined;
  /** where runs are computed, if not in worker threads here */
  readonly queue?: RunQueue | undefined;
  /** only these of the runs */
  readonly shard?: Shard | undefined;
  /** told of a run that could not be made; without it the first one fails the whole */
  readonly onFailed?: ((task: ReplicationTask, error: ReplicationError) => void) | undefined;
}

export interface Replications {
  /** false: it was ended early */
  readonly complete: boolean;
  /** per variant, in the request's order, its replications in the order of their numbers */
  readonly byVariant: readonly (readonly Replication[])[];
}

/** Changes whenever a record of before could not be read as one of now. */
const RECORD_FORMAT = 2;

/** What a record is kept under: it names all that the record depends on but the program. */
export function nameOf({ variant, index, seed, until, references }: ReplicationTask): string {
  const { name, hash: scenario } = variant;
  const hash = contentHash({ format: RECORD_FORMAT, scenario, variant: name, seed, until, references });
  return `${name}-${index}-${hash.slice(0, 16)}`;
}

/** Round by round, the first of each variant before the second of any. */
export function tasksOf(
  { variants, seed, replications, until }: ReplicationsRequest,
  limits: RunLimits | undefined,
): ReplicationTask[] {
  const rounds = Array.from({ length: replications }, (_, index) => index);
  return rounds.flatMap((index) =>
    variants.map((variant) => ({
      variant: inWorld(variant, index),
      index,
      seed: replicationSeed(seed, index),
      until,
      ...(limits === undefined ? {} : { limits }),
    })),
  );
}

/** Keeps a record, if there is a store. */
export function keepRecord(store: ReplicationStore | undefined, task: ReplicationTask, record: Replication): void {
  store?.keep(nameOf(task), replicationText(nameOf(task), record));
}

/** A record that the store has; null if it has none, `spoilt` if what it has is not what was kept. */
export function keptRecord(store: ReplicationStore | undefined, task: ReplicationTask): Replication | 'spoilt' | null {
  const text = store?.read(nameOf(task)) ?? null;
  return text === null ? null : (parseReplication(nameOf(task), text, task) ?? 'spoilt');
}

export function isKept(record: Replication | 'spoilt' | null): record is Replication {
  return record !== null && record !== 'spoilt';
}

/** The variants whose first run the store does not have. */
export function withoutFirstRun(
  { variants, seed, until }: Omit<ReplicationsRequest, 'replications'>,
  store: ReplicationStore | undefined,
): readonly ReplicatedVariant[] {
  const firsts = tasksOf({ variants, seed, until, replications: 1 }, undefined);
  return firsts.flatMap((task, i) => (isKept(keptRecord(store, task)) ? [] : [variants[i]]));
}

/** Which runs are to come, and how long they will take. */
class Outlook {
  private readonly timeLeft: TimeLeft;
  private readonly waiting = new Map<string, number>();
  private readonly waitingFirst = new Map<string, number>();
  private readonly begun = new Set<string>();
  private firstsLeft: number;

  constructor(missing: readonly ReplicationTask[], jobs: number, foreseenMs: ReadonlyMap<string, number> | undefined) {
    this.timeLeft = new TimeLeft(Math.max(1, Math.min(jobs, missing.length)), foreseenMs);
    for (const task of missing) this.count(task, 1);
    this.firstsLeft = missing.filter(({ index }) => index === 0).length;
  }

  private count({ variant: { name }, index }: ReplicationTask, change: number): void {
    for (const counts of index === 0 ? [this.waiting, this.waitingFirst] : [this.waiting])
      counts.set(name, (counts.get(name) ?? 0) + change);
  }

  started(task: ReplicationTask): void {
    // One that is tried again has left the waiting ones already.
    if (!this.begun.has(nameOf(task))) this.count(task, -1);
    this.begun.add(nameOf(task));
    this.timeLeft.started(nameOf(task), task.variant.name, performance.now());
  }

  progressed(task: ReplicationTask, fraction: number): void {
    this.timeLeft.progressed(nameOf(task), fraction);
  }

  finished(task: ReplicationTask): void {
    if (task.index === 0) this.firstsLeft--;
    this.timeLeft.finished(nameOf(task), performance.now());
  }

  now(): Pick<ExperimentProgress, 'leftMs' | 'leastLeftMs' | 'unseen' | 'firstRound'> {
    const nowMs = performance.now();
    const { usualMs, leastMs, unseen } = this.timeLeft.estimate(this.waiting, nowMs);
    const { projectedMs, ratio } = this.timeLeft.estimate(this.waitingFirst, nowMs);
    return {
      leftMs: usualMs,
      leastLeftMs: leastMs,
      unseen,
      firstRound: this.firstsLeft === 0 ? null : { projectedMs, ratio },
    };
  }
}

/** How often progress is told while no run ends. */
const TELL_EVERY_MS = 1000;

/** Records by their names, and whether all tasks came to have one. */
export interface KeptRuns {
  readonly complete: boolean;
  readonly records: ReadonlyMap<string, Replication>;
}

/** Of the tasks, or of one shard's of them, runs what the store does not have. Throws ReplicationError, and whatever the store throws. */
export async function runTasks(all: readonly ReplicationTask[], options: ExperimentOptions = {}): Promise<KeptRuns> {
  const { store, shard, signal, worker, queue, jobs = defaultJobs(), onProgress, onReplication, onFailed } = options;
  const tasks = shard === undefined ? all : tasksOfShard(all, shard);
  const records = new Map<string, Replication>();
  let spoilt = 0;
  for (const task of tasks) {
    const kept = keptRecord(store, task);
    if (kept === 'spoilt') spoilt++;
    if (!isKept(kept)) continue;
    records.set(nameOf(task), kept);
    onReplication?.(kept);
  }
  const missing = tasks.filter((task) => !records.has(nameOf(task)));
  const kept = records.size;
  const outlook = new Outlook(missing, jobs, options.foreseenMs);
  const tell = (): void => onProgress?.({ done: records.size, total: tasks.length, kept, spoilt, ...outlook.now() });
  tell();
  const clock = setInterval(tell, TELL_EVERY_MS);
  try {
    const complete = await runInWorkers(missing, {
      jobs,
      signal,
      worker,
      queue,
      onStart: (task) => outlook.started(task),
      // Where one that may be cut will end, the share of its clock does not say.
      onProgress: (task, fraction) => (task.until === 'end' ? outlook.progressed(task, fraction) : undefined),
      onDone: (task, replication) => {
        outlook.finished(task);
        keepRecord(store, task, replication);
        records.set(nameOf(task), replication);
        onReplication?.(replication);
        tell();
      },
      ...(onFailed === undefined ? {} : { onFailed }),
    });
    return { complete, records };
  } finally {
    clearInterval(clock);
  }
}

/** All replications of all variants, as far as the store does not have them. Throws what `runTasks` throws. */
export async function runReplications(
  request: ReplicationsRequest,
  options: ExperimentOptions = {},
): Promise<Replications> {
  const tasks = tasksOf(request, options.limits);
  const { complete, records } = await runTasks(tasks, options);
  const byVariant = request.variants.map(({ name }) =>
    tasks.flatMap((task) => (task.variant.name === name ? (records.get(nameOf(task)) ?? []) : [])),
  );
  return { complete, byVariant };
}
