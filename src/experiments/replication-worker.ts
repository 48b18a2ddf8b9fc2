/**
 * What runs in a worker thread: replications, one after the other, as they are
 * asked for. It answers each with its record, or with what went wrong as plain
 * data, since errors lose their kind on the way to another thread. It prints
 * nothing and touches no disk.
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
export type WorkerAnswer = ({ readonly done: Replication } | { readonly failed: ToldError }) & { readonly spentMs: number };

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
  try {
    return { done: await replicate(task), spentMs: performance.now() - startedMs };
  } catch (error) {
    return { failed: told(error), spentMs: performance.now() - startedMs };
  }
}

parentPort?.on('message', (task: ReplicationTask) => {
  void answer(task).then((one) => parentPort?.postMessage(one));
});
