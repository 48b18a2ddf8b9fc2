/**
 * A server's work: connects wait in one queue, first in, first out, for as many workers as
 * there are. The work is a time that passes, aside or with the whole event loop blocked.
 * Probes that stand in the queue are no work: they are answered when their turn comes.
 */
import type { ServerSpec } from './experiment.ts';
import { nowMs } from './wall-clock.ts';

export interface Work {
  /** its client is no longer there */
  hasLeft(): boolean;
  done(): void;
  refused(): void;
}

/** When a service began and ended, and how long it was meant to take. */
export type Service = readonly [startMs: number, endMs: number, drawnMs: number];

type Waiting = Work | { readonly answer: () => void };

export class WorkQueue {
  /** Until then all are let in without any work, so that the clients of the start come quickly. */
  letsIn = true;
  /** kept only where somebody will ask for them */
  readonly services: Service[] | null;
  private readonly spec: ServerSpec;
  private readonly waiting: Waiting[] = [];
  private busyCount = 0;
  private readonly blocked = new Int32Array(new SharedArrayBuffer(4));

  constructor(spec: ServerSpec, keepsServices: boolean) {
    this.spec = spec;
    this.services = keepsServices ? [] : null;
  }

  add(work: Work): void {
    const { workers, queueLimit = Infinity } = this.spec;
    if (this.letsIn) work.done();
    else if (this.busyCount >= workers && this.waiting.length >= queueLimit) work.refused();
    else {
      this.waiting.push(work);
      this.goOn();
    }
  }

  /** False: it found no place. */
  addProbe(answer: () => void): boolean {
    const { workers, queueLimit = Infinity } = this.spec;
    if (this.busyCount >= workers && this.waiting.length >= queueLimit) return false;
    this.waiting.push({ answer });
    this.goOn();
    return true;
  }

  private goOn(): void {
    while (this.waiting.length > 0 && this.busyCount < this.spec.workers) {
      const next = this.waiting.shift()!;
      if ('answer' in next) next.answer();
      else if (this.spec.discardsAbandoned && next.hasLeft()) next.refused();
      else this.serve(next);
    }
  }

  private drawMs(): number {
    const { service, serviceMs } = this.spec;
    return service === 'constant' ? serviceMs : -Math.log(1 - Math.random()) * serviceMs;
  }

  private serve(work: Work): void {
    const startMs = nowMs();
    const drawnMs = this.drawMs();
    this.busyCount++;
    const end = (): void => {
      this.busyCount--;
      this.services?.push([startMs, nowMs(), drawnMs]);
      work.done();
    };
    if (this.spec.work === 'blocks') {
      Atomics.wait(this.blocked, 0, 0, drawnMs);
      end();
    } else
      setTimeout(() => {
        end();
        this.goOn();
      }, drawnMs);
  }
}
