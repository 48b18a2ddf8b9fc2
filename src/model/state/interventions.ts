/**
 * When somebody may intervene next: the instants of all pending steps of
 * actions and responders. Until then nothing but the cascade itself happens, so
 * that what is bound to happen to a waiting session can be worked off ahead.
 */
import type { Engine } from '../../engine/engine.ts';

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

  /** The next instant from now on; Infinity if there is none. One that is due at this very instant may have yet to act. */
  get nextMs(): number {
    const { nowMs } = this.engine;
    if (this.earliestMs < nowMs) {
      this.instantsMs = this.instantsMs.filter((atMs) => atMs >= nowMs);
      this.earliestMs = this.instantsMs.reduce((least, atMs) => Math.min(least, atMs), Infinity);
    }
    return this.earliestMs;
  }
}
