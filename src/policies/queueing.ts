/**
 * Queueing: which of the attempts that wait at a host is served next. A
 * discipline sees the waiting line, oldest first, and may drop from it.
 */
import { policy, type Registry } from './parameters.ts';

/** Which end of the line is served next. */
export type LineEnd = 'oldest' | 'newest';

/** One host's discipline in one run. */
export interface Queueing {
  /**
   * How the host is seen to be stalled: by the age of the attempt it would
   * serve next (`oldest-first`), or by the time since a service began while
   * attempts waited (`since-last-start`).
   */
  readonly stall: 'oldest-first' | 'since-last-start';
  /** Which end to serve now; `length` ≥ 1 attempts wait. */
  next(nowMs: number, length: number): LineEnd;
}

export const queueings: Registry<Queueing> = {
  fifo: policy({
    help: 'first in, first out: under overload everybody waits as long as the queue',
    formula: 'serves the oldest',
    source: 'definition',
    parameters: {},
    create: () => ({ stall: 'oldest-first', next: () => 'oldest' }),
  }),
  lifo: policy({
    help: 'last in, first out: under overload the newest are served, the oldest starve',
    formula: 'serves the newest',
    source: 'definition',
    parameters: {},
    create: () => ({ stall: 'since-last-start', next: () => 'newest' }),
  }),
};
