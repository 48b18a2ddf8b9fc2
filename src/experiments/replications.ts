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
import type { RunLimits } from './limits.ts';
import { parseReplication, replicationSeed, replicationText, type ReplicatedVariant, type Replication, type ReplicationTask, type Until } from './replication.ts';
import { TimeLeft } from './time-left.ts';
import { defaultJobs, runInWorkers } from './worker-pool.ts';

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
  /** null while nothing is known */
  readonly leftMs: number | null;
}

export interface ExperimentOptions {
  /** worker threads; as many as there are cores if not said */
  readonly jobs?: number | undefined;
  readonly store?: ReplicationStore | undefined;
  /** what each run may cost, if not the usual */
  readonly limits?: RunLimits | undefined;
  /** ends the experiment early, with what there is */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: ExperimentProgress) => void) | undefined;
  /** the module that a worker runs; for tests */
  readonly worker?: URL | undefined;
}

export interface Replications {
  /** false: it was ended early */
  readonly complete: boolean;
  /** per variant, in the request's order, its replications in the order of their numbers */
  readonly byVariant: readonly (readonly Replication[])[];
}

/** Changes whenever a record of before could not be read as one of now. */
const RECORD_FORMAT = 1;

/** What a record is kept under: it names all that the record depends on but the program. */
function nameOf({ variant, index, seed, until }: ReplicationTask): string {
  return `${variant.name}-${index}-${contentHash({ format: RECORD_FORMAT, scenario: variant.hash, variant: variant.name, seed, until }).slice(0, 16)}`;
}

function tasksOf({ variants, seed, replications, until }: ReplicationsRequest, limits: RunLimits | undefined): ReplicationTask[] {
  const rounds = Array.from({ length: replications }, (_, index) => index);
  return rounds.flatMap((index) => variants.map((variant) => ({ variant, index, seed: replicationSeed(seed, index), until, ...(limits === undefined ? {} : { limits }) })));
}

/** Runs what the store does not have. Throws ReplicationError, and whatever the store throws. */
export async function runReplications(request: ReplicationsRequest, options: ExperimentOptions = {}): Promise<Replications> {
  const { store, signal, worker, jobs = defaultJobs(), onProgress } = options;
  const tasks = tasksOf(request, options.limits);
  const records = new Map<string, Replication>();
  for (const task of tasks) {
    const text = store?.read(nameOf(task)) ?? null;
    const kept = text === null ? null : parseReplication(text, task);
    if (kept !== null) records.set(nameOf(task), kept);
  }
  const missing = tasks.filter((task) => !records.has(nameOf(task)));
  const kept = records.size;
  const timeLeft = new TimeLeft(Math.max(1, Math.min(jobs, missing.length)));
  const waiting = new Map<string, number>();
  for (const { variant } of missing) waiting.set(variant.name, (waiting.get(variant.name) ?? 0) + 1);
  const begun = new Set<string>();
  const tell = (): void => onProgress?.({ done: records.size, total: tasks.length, kept, leftMs: timeLeft.estimateMs(waiting, performance.now()) });
  tell();
  const complete = await runInWorkers(missing, {
    jobs,
    signal,
    worker,
    onStart: (task) => {
      // One that is tried again has left the waiting ones already.
      if (!begun.has(nameOf(task))) waiting.set(task.variant.name, waiting.get(task.variant.name)! - 1);
      begun.add(nameOf(task));
      timeLeft.started(nameOf(task), task.variant.name, performance.now());
    },
    onDone: (task, replication) => {
      timeLeft.finished(nameOf(task), performance.now());
      store?.keep(nameOf(task), replicationText(replication));
      records.set(nameOf(task), replication);
      tell();
    },
  });
  const byVariant = request.variants.map((variant) => tasks.flatMap((task) => (task.variant === variant ? (records.get(nameOf(task)) ?? []) : [])));
  return { complete, byVariant };
}
