/**
 * Replications in worker threads, as many at a time as there are jobs. A worker
 * whose thread dies (a crash of the runtime) is replaced and its task tried once
 * more; a task on which two workers died, or one for which V8's heap is too
 * small, fails the whole. The
 * order in which tasks end is chance, so nothing may depend on it. Workers run
 * the compiled code, also when this file itself is run from its source by a test.
 */
import { availableParallelism } from 'node:os';
import { getHeapStatistics } from 'node:v8';
import { Worker } from 'node:worker_threads';
import { SimulationError } from '../engine/simulation-error.ts';
import { originOf } from '../scenario/origin.ts';
import { LimitError, overHeap } from './limits.ts';
import type { Replication, ReplicationTask } from './replication.ts';
import type { ToldError, WorkerAnswer, WorkerProgress } from './replication-worker.ts';

export interface PoolOptions {
  /** workers at a time; as many as the machine has cores if not said */
  readonly jobs?: number | undefined;
  /** Ends the work early: what is under way is dropped. */
  readonly signal?: AbortSignal | undefined;
  /** the module that a worker runs; for tests */
  readonly worker?: URL | undefined;
  readonly onStart?: (task: ReplicationTask) => void;
  /** Told now and then of a task under way: how far it is, 0…1 of its clock. */
  readonly onProgress?: (task: ReplicationTask, fraction: number) => void;
  /** Called with each record as it comes; what it throws fails the whole. */
  readonly onDone: (task: ReplicationTask, replication: Replication, spentMs: number) => void;
  /** Called with a replication that could not be run; without it, the first one fails the whole. */
  readonly onFailed?: (task: ReplicationTask, error: ReplicationError, spentMs: number) => void;
  /** Whether a task need not be run any more; asked before it begins. */
  readonly skips?: (task: ReplicationTask) => boolean;
  /** Where they are run, if not in threads of this process. */
  readonly queue?: RunQueue | undefined;
  /** Workers of before, and for later: who runs many short lists one after the other keeps them; whoever made it ends them. */
  readonly idle?: Set<Worker>;
}

/**
 * Takes runs to where they are computed. It does with the tasks and the options
 * what `runInWorkers` does with threads, but for `jobs`, `worker` and what else
 * says how: whoever wants runs asks `runInWorkers`, and need not know.
 */
export interface RunQueue {
  run(tasks: readonly ReplicationTask[], options: PoolOptions): Promise<boolean>;
}

/** A replication could not be run: which one, and why. `cause` is the SimulationError or LimitError, if it was one. */
export class ReplicationError extends Error {
  readonly variant: string;
  readonly seed: string;
  /** what is assumed in its world, beneath the variant */
  readonly assuming: readonly string[];

  constructor({ variant, seed }: ReplicationTask, message: string, cause?: Error) {
    super(message, { cause });
    this.name = 'ReplicationError';
    this.variant = variant.name;
    this.seed = seed;
    this.assuming = originOf(variant.scenario)?.assuming ?? [];
  }
}

/** Workers that may die of one task before it is given up. */
const TRIES = 2;

/** The module that a worker runs. One level up from src/ to the compiled code; beside this file, if this is the compiled code. */
export function compiledWorker(): URL {
  const fromSource = import.meta.url.endsWith('.ts');
  return new URL(
    fromSource ? '../../dist/experiments/replication-worker.js' : './replication-worker.js',
    import.meta.url,
  );
}

export function defaultJobs(): number {
  return availableParallelism();
}

/** An error that a worker told, as what it was. */
export function errorOf(task: ReplicationTask, { message, stack, simulation, limit }: ToldError): ReplicationError {
  if (limit !== undefined) return new ReplicationError(task, message, new LimitError(limit));
  const cause =
    simulation === null ? new Error(message) : Object.assign(new SimulationError(simulation.what), simulation);
  cause.stack = stack;
  return new ReplicationError(task, message, cause);
}

/** Why a task whose worker died for the so-many-th time is not tried again; null: it is. */
function fatalDeath(task: ReplicationTask, { died, outOfHeap }: Death, times: number): ReplicationError | null {
  if (outOfHeap) return new ReplicationError(task, died, overHeap(getHeapStatistics().heap_size_limit, 'more'));
  return times >= TRIES
    ? new ReplicationError(task, `a worker died twice while it ran this replication: ${died}`)
    : null;
}

/** Runs all tasks, in their order as far as there are jobs. Returns whether it came to the end. */
export async function runInWorkers(tasks: readonly ReplicationTask[], options: PoolOptions): Promise<boolean> {
  const { jobs = defaultJobs(), signal, queue } = options;
  if (queue !== undefined) return queue.run(tasks, options);
  const waiting = tasks.map((task) => ({ task, deaths: 0 })).reverse();
  const workers = new Set<Worker>();
  let stop: (error?: Error) => void = () => undefined;
  const stopped = new Promise<void>((resolve, reject) => {
    stop = (error) => (error === undefined ? resolve() : reject(error));
  });
  let ended = false;

  const failed = (task: ReplicationTask, error: ReplicationError, spentMs: number): void => {
    if (options.onFailed === undefined) throw error;
    options.onFailed(task, error, spentMs);
  };

  const runOne = async (worker: Worker, { task, deaths }: (typeof waiting)[number]): Promise<boolean> => {
    options.onStart?.(task);
    const answer = await answerOf(worker, task, (fraction) => options.onProgress?.(task, fraction));
    if (ended) return false;
    if ('died' in answer) {
      workers.delete(worker);
      const times = deaths + 1;
      const error = fatalDeath(task, answer, times);
      if (error === null) waiting.push({ task, deaths: times });
      else failed(task, error, 0);
      return false;
    }
    if ('failed' in answer) failed(task, errorOf(task, answer.failed), answer.spentMs);
    else options.onDone(task, answer.done, answer.spentMs);
    return true;
  };

  const start = (): Worker => {
    const worker = idleWorker(options.idle) ?? newWorker(options.worker);
    workers.add(worker);
    return worker;
  };

  const lane = async (): Promise<void> => {
    let worker: Worker | null = null;
    for (let next = waiting.pop(); next !== undefined && !ended; next = waiting.pop()) {
      if (options.skips?.(next.task) === true) continue;
      // One that ended meanwhile would never answer.
      if (worker === null || hasEnded(worker)) worker = start();
      if (!(await runOne(worker, next))) worker = null;
    }
  };

  const abort = (): void => stop();
  signal?.addEventListener('abort', abort);
  try {
    if (signal?.aborted === true) return false;
    const lanes = Promise.all(Array.from({ length: Math.min(jobs, tasks.length) }, lane));
    // The lanes' own failure is told by the race; after it, nobody listens to them any more.
    lanes.catch(() => undefined);
    await Promise.race([lanes, stopped]);
    if (signalled(signal)) return false;
    if (options.idle !== undefined) becomeIdle(workers, options.idle);
    return true;
  } finally {
    ended = true;
    signal?.removeEventListener('abort', abort);
    await Promise.all([...workers].map((worker) => worker.terminate()));
  }
}

function hasEnded({ threadId }: Worker): boolean {
  return threadId < 0;
}

function newWorker(module: URL | undefined): Worker {
  const worker = new Worker(module ?? compiledWorker());
  // Without a listener, an error that comes after the answer would end the whole program.
  worker.on('error', () => undefined);
  return worker;
}

/** One of those that wait, and whose thread still runs. */
function idleWorker(idle: Set<Worker> = new Set()): Worker | null {
  for (const worker of idle) {
    idle.delete(worker);
    if (!hasEnded(worker)) return worker;
  }
  return null;
}

/** All wait, once nobody is at work any more. */
function becomeIdle(workers: Set<Worker>, idle: Set<Worker>): void {
  for (const worker of workers) idle.add(worker);
  workers.clear();
}

function signalled(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true;
}

export interface Death {
  /** why */
  readonly died: string;
  /** It would again. */
  readonly outOfHeap: boolean;
}

/** What the worker says to the task in the end, or how it died over it. */
export function answerOf(
  worker: Worker,
  task: ReplicationTask,
  onProgress: (fraction: number) => void,
): Promise<WorkerAnswer | Death> {
  return new Promise((resolve) => {
    const settle = (answer: WorkerAnswer | Death): void => {
      worker.off('message', hear);
      worker.off('error', onError);
      worker.off('exit', onExit);
      resolve(answer);
    };
    const hear = (message: WorkerAnswer | WorkerProgress): void => {
      if ('fraction' in message) onProgress(message.fraction);
      else settle(message);
    };
    const onError = ({ message, code }: NodeJS.ErrnoException): void =>
      settle({ died: message, outOfHeap: code === 'ERR_WORKER_OUT_OF_MEMORY' });
    const onExit = (code: number): void => settle({ died: `its thread ended with code ${code}`, outOfHeap: false });
    worker.on('message', hear);
    worker.once('error', onError);
    worker.once('exit', onExit);
    worker.postMessage(task);
  });
}
