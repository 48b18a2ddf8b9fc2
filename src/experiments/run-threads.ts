/**
 * Worker threads for runs that come one by one, whenever they come: as many as
 * there are runs at a time, kept from one run to the next. A thread that died
 * over a run is replaced, and the run tried once more.
 */
import { Worker } from 'node:worker_threads';
import { getHeapStatistics } from 'node:v8';
import { overHeap } from './limits.ts';
import type { ReplicationTask } from './replication.ts';
import type { WorkerAnswer } from './replication-worker.ts';
import { answerOf, compiledWorker } from './worker-pool.ts';

const TRIES = 2;

export class RunThreads {
  private readonly idle: Worker[] = [];
  private readonly all = new Set<Worker>();
  private readonly module: URL;

  constructor(module = compiledWorker()) {
    this.module = module;
  }

  private start(): Worker {
    const worker = new Worker(this.module);
    this.all.add(worker);
    worker.on('exit', () => this.all.delete(worker));
    // Without a listener, an error between two runs would end the whole program.
    worker.on('error', () => undefined);
    return worker;
  }

  private next(): Worker {
    for (let one = this.idle.pop(); one !== undefined; one = this.idle.pop()) if (this.all.has(one)) return one;
    return this.start();
  }

  /** Never throws: that a run killed its threads is an answer too. */
  async run(task: ReplicationTask, onProgress: (fraction: number) => void): Promise<WorkerAnswer> {
    let why = '';
    for (let tries = 0; tries < TRIES; tries++) {
      const worker = this.next();
      const answer = await answerOf(worker, task, onProgress);
      if (!('died' in answer)) {
        this.idle.push(worker);
        return answer;
      }
      this.all.delete(worker);
      if (answer.outOfHeap) {
        const { message, facts } = overHeap(getHeapStatistics().heap_size_limit, 'more');
        return { failed: { message, stack: '', simulation: null, limit: facts }, spentMs: 0 };
      }
      why = answer.died;
    }
    const message = `a worker died twice while it ran this replication: ${why}`;
    return { failed: { message, stack: '', simulation: null }, spentMs: 0 };
  }

  /** Ends them all, whatever they do. */
  async end(): Promise<void> {
    await Promise.all([...this.all].map((worker) => worker.terminate()));
  }
}
