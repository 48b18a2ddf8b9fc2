/**
 * When somebody may intervene next: the instants of all pending steps of
 * actions and responders. Until then nothing but the cascade itself happens, so
 * that what is bound to happen to a waiting session can be worked off ahead.
 */
import type { Engine } from '../engine/engine.ts';

export class Interventions {
  private readonly engine: Engine;
  /** pending, in no order */
  private instantsMs: number[] = [];
  private earliestMs = Infinity;

  constructor(engine: Engine) {
    this.engine = engine;
  }

  add(atMs: number): void {
    this.instantsMs.push(atMs);
    this.earliestMs = Math.min(this.earliestMs, atMs);
  }

  /** Those that were due by now have passed. Called by each of them before it acts. */
  passed(): void {
    this.instantsMs = this.instantsMs.filter((atMs) => atMs > this.engine.nowMs);
    this.earliestMs = Math.min(...this.instantsMs);
  }

  /** The next pending instant; Infinity if there is none. */
  get nextMs(): number {
    return this.earliestMs;
  }
}
