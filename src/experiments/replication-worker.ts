/**
 * What runs in a worker thread: replications, one after the other, as they are
 * asked for. It says now and then how far it is, and answers each with its
 * record, or with what went wrong as plain data, since errors lose their kind on
 * the way to another thread. It prints nothing and touches no disk.
 */
import { parentPort } from 'node:worker_threads';
import { SimulationError } from '../engine/simulation-error.ts';
import { LimitError, type LimitFacts } from './limits.ts';
import { replicate, type Replication, type ReplicationTask } from './replication.ts';

/** An error as plain data. */
export interface ToldError {
  readonly message: string;
  readonly stack: string;
  /** the facts of a SimulationError; null for any other */
  readonly simulation: Pick<SimulationError, 'what' | 'atMs' | 'eventNumber' | 'label' | 'seed'> | null;
  /** the facts of a LimitError; absent for any other */
  readonly limit?: LimitFacts;
}

/** With the time on the wall that it took, without that of starting the thread. */
export type WorkerAnswer = ({ readonly done: Replication } | { readonly failed: ToldError }) & {
  readonly spentMs: number;
};

/** How far a run is, 0…1 of its clock: told before its answer. */
export interface WorkerProgress {
  readonly fraction: number;
}

/** How often that is told. */
const TELL_EVERY_MS = 500;

function told(error: unknown): ToldError {
  if (!(error instanceof Error)) return { message: String(error), stack: '', simulation: null };
  const { message, stack = '' } = error;
  if (error instanceof LimitError) return { message, stack, simulation: null, limit: error.facts };
  if (!(error instanceof SimulationError)) return { message, stack, simulation: null };
  const { what, atMs, eventNumber, label, seed } = error;
  return { message, stack, simulation: { what, atMs, eventNumber, label, seed } };
}

async function answer(task: ReplicationTask): Promise<WorkerAnswer> {
  const startedMs = performance.now();
  let toldMs = startedMs;
  const tell = (fraction: number): void => {
    if (performance.now() - toldMs < TELL_EVERY_MS) return;
    toldMs = performance.now();
    parentPort?.postMessage({ fraction } satisfies WorkerProgress);
  };
  try {
    return { done: await replicate(task, tell), spentMs: performance.now() - startedMs };
  } catch (error) {
    return { failed: told(error), spentMs: performance.now() - startedMs };
  }
}

parentPort?.on('message', (task: ReplicationTask) => {
  void answer(task).then((one) => parentPort?.postMessage(one));
});
