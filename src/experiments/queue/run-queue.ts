/**
 * The commander's side of a queue: hands runs out through BullMQ, a few hundred
 * at a time, and takes the records that come back. A job is only an errand: what
 * is to be run is known here, and so is what has come back. So a server that
 * forgets everything costs nothing but time: what it no longer knows is handed
 * out again, and what comes twice is the same and counts once.
 */
import { randomUUID } from 'node:crypto';
import type { Queue, QueueEvents } from 'bullmq';
import type { Redis } from 'ioredis';
import type { ReplicationTask } from '../replication.ts';
import type { PoolOptions, RunQueue } from '../worker-pool.ts';
import type { QueueAddress } from './address.ts';
import { openConnection, reasonText, tryConnection } from './connection.ts';
import type { QueueNews } from './queue-news.ts';
import { Errands, type Errand } from './errands.ts';
import { presentWorkers } from './roll-call.ts';
import { commanderKey, prefix, queueName, type SentJob } from './wire.ts';

export interface OpenRunQueue extends RunQueue {
  /** as it may be shown */
  readonly shown: string;
  close(): Promise<void>;
}

export interface RunQueueOptions {
  /** of this program: only workers of the same run what it hands out */
  readonly build: string;
  readonly onNews?: ((news: QueueNews) => void) | undefined;
}

/** Handed out at a time: enough for hundreds of cores, and few enough for a server's memory. */
const OUT_MAX = 256;
/** A commander that has not said for so long that it waits is thought to be gone. */
const WAITS_FOR_SEC = 60;
const SAY_EVERY_MS = 10_000;
/** With no event for so long, or at the latest after so long, jobs are asked for what became of them. */
const QUIET_MS = 1500;
const ASK_EVERY_MS = 15_000;
/** For what a server that is gone would never answer. */
const CLOSE_WITHIN_MS = 800;
/** What was answered is fetched at once. */
const KEEP_SEC = 600;
const EVENTS_MAX = 2000;

const within = (ms: number, work: Promise<unknown>): Promise<unknown> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  return Promise.race([work.catch(() => undefined), late]).finally(() => clearTimeout(timer));
};

class Commander implements OpenRunQueue {
  readonly shown: string;
  private readonly id = randomUUID();
  private readonly build: string;
  private readonly redis: Redis;
  private readonly queue: Queue<SentJob>;
  private readonly events: QueueEvents;
  private readonly news: (news: QueueNews) => void;
  private readonly heart: NodeJS.Timeout;
  /** who waits for a job's events, by its id */
  private readonly waits = new Map<string, Errands>();
  private jobCount = 0;
  /** workers of this build when they were last counted */
  private able = 0;

  constructor(
    shown: string,
    redis: Redis,
    { queue, events }: { queue: Queue<SentJob>; events: QueueEvents },
    { build, onNews = () => undefined }: RunQueueOptions,
  ) {
    this.shown = shown;
    this.build = build;
    this.redis = redis;
    this.queue = queue;
    this.events = events;
    this.news = onNews;
    queue.on('error', (error: unknown) => this.onTrouble(error));
    events.on('error', (error: unknown) => this.onTrouble(error));
    events.on('active', ({ jobId }) => this.waits.get(jobId)?.started(jobId));
    events.on('progress', ({ jobId, data }) => this.waits.get(jobId)?.progressed(jobId, data));
    events.on('completed', ({ jobId, returnvalue }) => this.waits.get(jobId)?.answered(jobId, returnvalue));
    events.on('failed', ({ jobId, failedReason }) => this.waits.get(jobId)?.failed(jobId, failedReason));
    this.heart = setInterval(
      () => void this.sayWaiting().catch((error: unknown) => this.onTrouble(error)),
      SAY_EVERY_MS,
    );
    this.heart.unref();
  }

  /** While the connection is lost each command fails; that it is lost has been told. */
  private onTrouble(error: unknown): void {
    if (this.redis.status === 'ready') this.news({ is: 'trouble', says: reasonText(error) });
  }

  private async sayWaiting(): Promise<void> {
    await this.redis.set(commanderKey(this.id), '1', 'EX', WAITS_FOR_SEC);
  }

  async run(tasks: readonly ReplicationTask[], options: PoolOptions): Promise<boolean> {
    const { signal } = options;
    if (tasks.length === 0) return signal?.aborted !== true;
    // Whether one to which a run is too much is the only one.
    if (this.able === 0) await within(CLOSE_WITHIN_MS, this.workersNews());
    if (signal?.aborted === true) return false;
    const errands = new Errands(tasks, options, {
      build: this.build,
      outMax: OUT_MAX,
      handOut: (some) => this.handOut(some, errands),
      workerCount: () => this.able,
    });
    const abort = (): void => errands.stop();
    signal?.addEventListener('abort', abort);
    const care = this.careFor(errands);
    try {
      errands.fill();
      return await errands.ended;
    } finally {
      care();
      signal?.removeEventListener('abort', abort);
      const left = errands.close();
      for (const id of left) this.waits.delete(id);
      await within(CLOSE_WITHIN_MS, Promise.all(left.map((id) => this.queue.remove(id).catch(() => 0))));
    }
  }

  /** Looks after jobs whose events were missed, and after whether there is anybody to run them; returns how to stop. */
  private careFor(errands: Errands): () => void {
    let askedMs = performance.now();
    let toldWorkers = '';
    let isAsking = false;
    const look = async (): Promise<void> => {
      const nowMs = performance.now();
      if (isAsking || this.redis.status !== 'ready') return;
      if (nowMs - Math.max(errands.heardMs, askedMs) < QUIET_MS && nowMs - askedMs < ASK_EVERY_MS) return;
      isAsking = true;
      try {
        askedMs = nowMs;
        const told = await this.workersNews();
        if (JSON.stringify(told) !== toldWorkers) this.news(told);
        toldWorkers = JSON.stringify(told);
        await Promise.all(errands.outSince(QUIET_MS).map((id) => this.ask(id, errands)));
      } finally {
        isAsking = false;
      }
    };
    const timer = setInterval(() => void look().catch((error: unknown) => this.onTrouble(error)), QUIET_MS / 3);
    return () => clearInterval(timer);
  }

  private async workersNews(): Promise<QueueNews & { is: 'workers' }> {
    const present = await presentWorkers(this.redis);
    const able = present.filter(({ build }) => build === this.build).length;
    this.able = able;
    const others = present.map(({ build }) => build).filter((build) => build !== this.build);
    return { is: 'workers', able, others: [...new Set(others)].sort() };
  }

  private async ask(id: string, errands: Errands): Promise<void> {
    const state = await this.queue.getJobState(id);
    if (state === 'unknown') errands.forgotten(id);
    if (state !== 'completed' && state !== 'failed') return;
    const job = await this.queue.getJob(id);
    if (job === undefined) errands.forgotten(id);
    else if (state === 'failed') errands.failed(id, job.failedReason);
    else errands.answered(id, job.returnvalue);
  }

  private handOut(some: readonly Errand[], errands: Errands): void {
    const jobs = some.map((errand) => {
      const jobId = `${this.id}-${++this.jobCount}`;
      this.waits.set(jobId, errands);
      errands.handedOut(jobId, errand);
      return { jobId, data: errand.job(this.id) };
    });
    const settings = { removeOnComplete: { age: KEEP_SEC }, removeOnFail: { age: KEEP_SEC }, attempts: 1 };
    const add = async (): Promise<void> => {
      // A worker leaves what nobody waits for.
      await this.sayWaiting();
      await this.queue.addBulk(jobs.map(({ jobId, data }) => ({ name: 'run', data, opts: { ...settings, jobId } })));
    };
    // What could not be handed out is found out when it is asked for.
    void add().catch((error: unknown) => this.onTrouble(error));
  }

  async close(): Promise<void> {
    clearInterval(this.heart);
    if (this.redis.status === 'ready') await within(CLOSE_WITHIN_MS, this.redis.del(commanderKey(this.id)));
    await within(CLOSE_WITHIN_MS, Promise.all([this.events.close(), this.queue.close()]));
    this.redis.disconnect();
  }
}

/** Throws a QueueError if nothing answers at the address. */
export async function openRunQueue(address: QueueAddress, options: RunQueueOptions): Promise<OpenRunQueue> {
  await tryConnection(address);
  const { Queue: BullQueue, QueueEvents: BullEvents } = await import('bullmq');
  const redis = await openConnection(address, options.onNews ?? null);
  const listening = await openConnection(address, null);
  const name = queueName(options.build);
  const queue = new BullQueue<SentJob>(name, {
    connection: redis,
    prefix,
    skipVersionCheck: true,
    streams: { events: { maxLen: EVENTS_MAX } },
  });
  const events = new BullEvents(name, { connection: listening, prefix, skipVersionCheck: true });
  const commander = new Commander(address.shown, redis, { queue, events }, options);
  await events.waitUntilReady();
  return {
    shown: commander.shown,
    run: (tasks, poolOptions) => commander.run(tasks, poolOptions),
    close: async () => {
      await commander.close();
      listening.disconnect();
    },
  };
}
