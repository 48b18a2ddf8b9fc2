/**
 * The worker's side of a queue: takes runs, computes them in threads of its own,
 * and gives their records back. What it is handed is data, and is believed in
 * nothing: a job that does not parse is refused, a scenario is read and checked
 * as a file is, and the limits are the worker's own. Asked to end, it gives back
 * what it has not finished; if it dies, the queue notices.
 */
import { randomUUID } from 'node:crypto';
import type { Job, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import type { RunLimits } from '../limits.ts';
import { RunThreads } from '../run-threads.ts';
import type { QueueAddress } from './address.ts';
import { openConnection, reasonText, tryConnection } from './connection.ts';
import type { QueueNews } from './queue-news.ts';
import { SentRuns } from './sent-runs.ts';
import { beGone, bePresent, PRESENT_EVERY_MS, type PresentWorker } from './roll-call.ts';
import { commanderKey, prefix, queueName, sentJob, type SentAnswer } from './wire.ts';

export interface QueueWorkerOptions {
  readonly build: string;
  /** runs at a time */
  readonly jobs: number;
  /** what a run may cost here, whatever whoever wants it allows */
  readonly limits: RunLimits;
  /** ends it */
  readonly signal: AbortSignal;
  /** It ends by itself when there has been nothing to do for so long; null: never. */
  readonly idleMs: number | null;
  readonly onNews?: ((news: QueueNews) => void) | undefined;
  /** told of each run that it answered, with the variant, the seed and the time that it took */
  readonly onRun?: ((variant: string, seed: string, spentMs: number) => void) | undefined;
  /** told once it takes runs */
  readonly onReady?: (() => void) | undefined;
  /** the module that a thread runs; for tests */
  readonly worker?: URL | undefined;
}

/** A job whose worker has not renewed its hold on it for so long is another one's. */
const LOCK_MS = 10_000;
const STALLED_LOOK_MS = 5000;
/** Workers that may die over one job. A run that kills every worker must end somewhere. */
const DEATHS_MAX = 10;
const CLOSE_WITHIN_MS = 1000;

const sleep = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));

class QueueWorker {
  runCount = 0;
  private under = 0;
  private busyMs = performance.now();
  private readonly runs: SentRuns;
  private readonly options: QueueWorkerOptions;
  private readonly redis: Redis;
  private readonly interrupted: Promise<null>;

  constructor(id: string, redis: Redis, threads: RunThreads, options: QueueWorkerOptions) {
    this.redis = redis;
    this.options = options;
    this.runs = new SentRuns(id, threads, options.limits);
    this.interrupted = new Promise((resolve) => {
      if (options.signal.aborted) resolve(null);
      options.signal.addEventListener('abort', () => resolve(null));
    });
  }

  get idleMs(): number {
    return this.under > 0 ? 0 : performance.now() - this.busyMs;
  }

  /** What is answered to a job; null: this worker is asked to end, and the job is for another one. */
  async work(job: Job): Promise<SentAnswer | null> {
    this.under++;
    try {
      return await Promise.race([this.answer(job), this.interrupted]);
    } finally {
      this.under--;
      this.busyMs = performance.now();
    }
  }

  private async answer(job: Job): Promise<SentAnswer> {
    const { build, onNews, onRun } = this.options;
    const read = sentJob.safeParse(job.data);
    if (!read.success || read.data.build !== build) {
      const why = read.success ? 'it is for another version' : 'it does not parse';
      onNews?.({ is: 'refused', says: `a job was refused: ${why}` });
      return { is: 'refused', build, why };
    }
    const sent = read.data;
    if ((await this.redis.exists(commanderKey(sent.commander))) === 0) return { is: 'left', build };
    // How far it is, is only shown: that it could not be told is no reason to fail.
    const tell = (fraction: number): void => void job.updateProgress(fraction).catch(() => undefined);
    const answer = await this.runs.answer(sent, build, tell);
    if (answer.is === 'refused') onNews?.({ is: 'refused', says: `a job was refused: ${answer.why}` });
    else if (answer.is !== 'left') onRun?.(sent.variant, sent.seed, answer.spentMs);
    this.runCount++;
    return answer;
  }
}

/** Ends when the signal says so, or when it has been idle for long enough. */
async function untilDone(work: QueueWorker, { signal, idleMs }: QueueWorkerOptions): Promise<void> {
  while (!signal.aborted && (idleMs === null || work.idleMs < idleMs)) {
    let wake = (): void => undefined;
    const woken = new Promise<void>((resolve) => {
      wake = resolve;
      signal.addEventListener('abort', wake, { once: true });
    });
    await Promise.race([sleep(250), woken]);
    signal.removeEventListener('abort', wake);
  }
}

function stayPresent(id: string, redis: Redis, { build, jobs }: QueueWorkerOptions): () => Promise<void> {
  const self: PresentWorker = { id, build, jobs };
  const say = (): void => {
    if (redis.status === 'ready') void bePresent(redis, self).catch(() => undefined);
  };
  say();
  const timer = setInterval(say, PRESENT_EVERY_MS);
  return async () => {
    clearInterval(timer);
    if (redis.status === 'ready')
      await Promise.race([beGone(redis, self).catch(() => undefined), sleep(CLOSE_WITHIN_MS)]);
  };
}

/** Works until the signal, or until there is nothing to do. Returns how many runs it answered. Throws a QueueError if nothing answers at the address. */
export async function serveQueue(address: QueueAddress, options: QueueWorkerOptions): Promise<number> {
  await tryConnection(address);
  const { build, jobs, signal, onNews, onReady } = options;
  const { Worker: BullWorker, WaitingError } = await import('bullmq');
  const redis = await openConnection(address, onNews ?? null);
  const id = randomUUID();
  const threads = new RunThreads(options.worker);
  const work = new QueueWorker(id, redis, threads, options);
  const worker: Worker = new BullWorker(
    queueName(build),
    async (job, token) => {
      const answer = await work.work(job);
      if (answer !== null) return answer;
      await job.moveToWait(token);
      throw new WaitingError();
    },
    {
      connection: redis,
      prefix,
      skipVersionCheck: true,
      concurrency: jobs,
      lockDuration: LOCK_MS,
      stalledInterval: STALLED_LOOK_MS,
      maxStalledCount: DEATHS_MAX,
      drainDelay: 1,
      runRetryDelay: 500,
    },
  );
  worker.on('error', (error) => {
    if (redis.status === 'ready') onNews?.({ is: 'trouble', says: reasonText(error) });
  });
  const leave = stayPresent(id, redis, options);
  try {
    await worker.waitUntilReady();
    onReady?.();
    await untilDone(work, options);
    return work.runCount;
  } finally {
    await Promise.all([leave(), threads.end()]);
    const closing = worker.close().catch(() => undefined);
    await Promise.race([closing, sleep(signal.aborted ? CLOSE_WITHIN_MS : 2 * CLOSE_WITHIN_MS)]);
    redis.disconnect();
  }
}
