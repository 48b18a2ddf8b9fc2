/**
 * The runs of one call, while they are out: which job stands for which, what
 * came of it, and what is to be handed out again. Nothing here knows of a
 * server; what is told of a job that stands for nothing any more is not heard.
 */
import { LimitError } from '../limits.ts';
import { parseReplication, type ReplicationTask } from '../replication.ts';
import { nameOf } from '../replications.ts';
import { errorOf, ReplicationError, type PoolOptions } from '../worker-pool.ts';
import { jobOf, sentAnswer, type SentAnswer, type SentJob } from './wire.ts';

/** Answers that are no records, before a run is given up. */
const TRIES = 3;
/** The same where some workers may do less than others: who is next is chance. */
const TRIES_AMONG_UNLIKE = 30;

export interface Errand {
  readonly task: ReplicationTask;
  job(commander: string): SentJob;
  /** answers so far that were no record */
  tries: number;
  /** workers to which it was too much */
  readonly tooMuchFor: Set<string>;
}

export interface ErrandsOptions {
  readonly build: string;
  /** jobs out at a time */
  readonly outMax: number;
  /** Hands them out, telling of each by `handedOut` first. */
  readonly handOut: (some: readonly Errand[]) => void;
  /** how many workers there are to take them, as far as is known */
  readonly workerCount: () => number;
}

export class Errands {
  /** when something was last heard of one */
  heardMs = performance.now();
  /** Whether all came back; rejects if one failed the whole. */
  readonly ended: Promise<boolean>;
  private end: (complete: boolean) => void = () => undefined;
  private fail: (error: unknown) => void = () => undefined;
  private readonly waiting: Errand[];
  private readonly out = new Map<string, { readonly errand: Errand; sinceMs: number; isStarted: boolean }>();
  private readonly options: PoolOptions;
  private readonly build: string;
  private readonly outMax: number;
  private readonly handOut: ErrandsOptions['handOut'];
  private readonly workerCount: ErrandsOptions['workerCount'];
  private isOver = false;

  constructor(
    tasks: readonly ReplicationTask[],
    options: PoolOptions,
    { build, outMax, handOut, workerCount }: ErrandsOptions,
  ) {
    this.workerCount = workerCount;
    this.options = options;
    this.build = build;
    this.outMax = outMax;
    this.handOut = handOut;
    this.waiting = tasks
      .map((task): Errand => ({
        task,
        job: (commander) => jobOf(task, build, commander),
        tries: 0,
        tooMuchFor: new Set(),
      }))
      .reverse();
    this.ended = new Promise((resolve, reject) => {
      this.end = resolve;
      this.fail = reject;
    });
  }

  /** Hands out what there is place for. */
  fill(): void {
    this.guarded(() => {
      const some: Errand[] = [];
      while (this.out.size + some.length < this.outMax) {
        const next = this.waiting.pop();
        if (next === undefined) break;
        if (this.options.skips?.(next.task) !== true) some.push(next);
      }
      if (some.length > 0) this.handOut(some);
      if (this.out.size === 0) this.over(() => this.end(true));
    });
  }

  handedOut(id: string, errand: Errand): void {
    this.out.set(id, { errand, sinceMs: performance.now(), isStarted: false });
  }

  stop(): void {
    this.over(() => this.end(false));
  }

  /** Hears nothing more; returns the jobs that are still out. */
  close(): readonly string[] {
    this.isOver = true;
    return [...this.out.keys()];
  }

  /** Jobs that have been out for so long. */
  outSince(ms: number): readonly string[] {
    const sinceMs = performance.now() - ms;
    return [...this.out].flatMap(([id, one]) => (one.sinceMs <= sinceMs ? [id] : []));
  }

  started(id: string): void {
    const one = this.heard(id);
    if (one !== undefined) this.start(one);
  }

  progressed(id: string, fraction: unknown): void {
    const one = this.heard(id);
    if (one === undefined || typeof fraction !== 'number' || !(fraction >= 0 && fraction <= 1)) return;
    this.start(one);
    this.guarded(() => this.options.onProgress?.(one.errand.task, fraction));
  }

  /** The server no longer knows it. */
  forgotten(id: string): void {
    const one = this.taken(id);
    if (one !== undefined) this.again(one.errand);
  }

  failed(id: string, reason: string): void {
    const one = this.taken(id);
    if (one === undefined) return;
    const { errand } = one;
    if (/stalled/.test(reason)) {
      this.giveUp(errand, 'workers died again and again while they ran this replication', 0);
      return;
    }
    this.retry(errand, () => this.giveUp(errand, `workers could not run this replication: ${reason}`, 0));
  }

  answered(id: string, value: unknown): void {
    const one = this.taken(id);
    if (one === undefined) return;
    const { errand } = one;
    const read = sentAnswer.safeParse(value);
    if (!read.success || read.data.build !== this.build) {
      this.retry(errand, () => this.giveUp(errand, 'what came back for this replication was no answer of a worker', 0));
      return;
    }
    this.start(one);
    this.take(errand, read.data);
  }

  private take(errand: Errand, answer: SentAnswer): void {
    const { task } = errand;
    switch (answer.is) {
      case 'done': {
        const replication = parseReplication(nameOf(task), answer.record, task);
        if (replication === null) {
          this.retry(errand, () => this.giveUp(errand, 'what came back for this replication was not its record', 0));
          return;
        }
        this.guarded(() => this.options.onDone(task, replication, answer.spentMs));
        this.fill();
        return;
      }
      case 'failed':
        this.failTask(errorOf(task, answer.error), task, answer.spentMs);
        return;
      case 'beyond': {
        const { limit, spentMs, by } = answer;
        const error = new ReplicationError(task, 'more than a worker of the queue may use', new LimitError(limit));
        errand.tooMuchFor.add(by);
        if (errand.tooMuchFor.size >= this.workerCount() || ++errand.tries >= TRIES_AMONG_UNLIKE)
          this.failTask(error, task, spentMs);
        else this.again(errand);
        return;
      }
      case 'refused':
        this.retry(errand, () => this.giveUp(errand, `workers refused this replication: ${answer.why}`, 0));
        return;
      case 'left':
        this.again(errand);
    }
  }

  private heard(id: string): { readonly errand: Errand; isStarted: boolean } | undefined {
    if (this.isOver) return undefined;
    const one = this.out.get(id);
    if (one !== undefined) this.heardMs = performance.now();
    return one;
  }

  private taken(id: string): { readonly errand: Errand; isStarted: boolean } | undefined {
    const one = this.heard(id);
    this.out.delete(id);
    return one;
  }

  private start(one: { readonly errand: Errand; isStarted: boolean }): void {
    if (one.isStarted) return;
    one.isStarted = true;
    this.guarded(() => this.options.onStart?.(one.errand.task));
  }

  private again(errand: Errand): void {
    this.waiting.push(errand);
    this.fill();
  }

  private retry(errand: Errand, givenUp: () => void): void {
    if (++errand.tries >= TRIES) givenUp();
    else this.again(errand);
  }

  private giveUp({ task }: Errand, message: string, spentMs: number): void {
    this.failTask(new ReplicationError(task, message), task, spentMs);
  }

  private failTask(error: ReplicationError, task: ReplicationTask, spentMs: number): void {
    this.guarded(() => {
      if (this.options.onFailed === undefined) throw error;
      this.options.onFailed(task, error, spentMs);
    });
    this.fill();
  }

  /** What is thrown, by a full disk perhaps, fails the whole. */
  private guarded(work: () => void): void {
    if (this.isOver) return;
    try {
      work();
    } catch (error) {
      this.over(() => this.fail(error));
    }
  }

  private over(end: () => void): void {
    if (this.isOver) return;
    this.isOver = true;
    end();
  }
}
