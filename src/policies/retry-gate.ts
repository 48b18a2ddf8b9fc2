/**
 * Retry gates: a client's own brake, which holds an attempt back that its
 * backoff would make now. Each session has a gate of its own, and a page load
 * starts it anew. A gate is pure over its numbers: `size` of them per session,
 * at `offset` in a column that the model keeps and hands in, all 0 at first. A
 * held-back attempt never leaves the client; its retry loop takes it for a
 * failure. Gates that many clients of one process share are left out.
 */
import type { Draws } from '../engine/luck.ts';
import { policy, type Registry } from './parameters.ts';

export interface RetryGate {
  /** True where it holds nothing back, so that nobody need ask. */
  readonly open: boolean;
  /** how many numbers it remembers per session */
  readonly size: number;
  /**
   * Asks for one attempt to be made, and takes note of it. `attempt` is its
   * number since the counter was last reset, 1 for the first. Times never go back.
   */
  admit(state: Float64Array, offset: number, nowMs: number, attempt: number, draws: Draws): boolean;
  /** An attempt that was let through connected. */
  succeeded(state: Float64Array, offset: number, nowMs: number): void;
  /** An attempt that was let through failed. */
  failed(state: Float64Array, offset: number, nowMs: number): void;
}

const nothing = (): void => undefined;

/** The window of adaptive throttling is kept in so many parts; the oldest is forgotten as a whole. */
const WINDOW_PARTS = 12;

/** Google's probability of holding a request back. */
export function throttlingProbability(requests: number, accepts: number, k: number): number {
  return Math.max(0, (requests - k * accepts) / (requests + 1));
}

/** State: tokens spent, and the instant for which that holds. Spent rather than left, so that 0 is a full bucket. */
function retryBudget(p: { capacity: number; cost: number; refill: number; rate: number }): RetryGate {
  const settle = (state: Float64Array, offset: number, nowMs: number): void => {
    state[offset] = Math.max(0, state[offset] - (p.rate * (nowMs - state[offset + 1])) / 1000);
    state[offset + 1] = nowMs;
  };
  return {
    open: false,
    size: 2,
    admit: (state, offset, nowMs, attempt) => {
      settle(state, offset, nowMs);
      if (attempt <= 1) return true;
      if (state[offset] + p.cost > p.capacity) return false;
      state[offset] += p.cost;
      return true;
    },
    succeeded: (state, offset, nowMs) => {
      settle(state, offset, nowMs);
      state[offset] = Math.max(0, state[offset] - p.refill);
    },
    failed: nothing,
  };
}

/** State: failures in a row, and until when the breaker is open. */
function circuitBreaker(p: { failures: number; open: number }): RetryGate {
  return {
    open: false,
    size: 2,
    admit: (state, offset, nowMs) => state[offset] < p.failures || nowMs >= state[offset + 1],
    succeeded: (state, offset) => {
      state[offset] = 0;
    },
    failed: (state, offset, nowMs) => {
      if (++state[offset] >= p.failures) state[offset + 1] = nowMs + p.open;
    },
  };
}

/** State: the current part's number, then requests and accepts of each part in a ring. */
function adaptiveThrottling(p: { k: number; window: number }): RetryGate {
  const partMs = p.window / WINDOW_PARTS;
  const requestsAt = 1;
  const acceptsAt = requestsAt + WINDOW_PARTS;
  /** Forgets what has left the window, and returns the current part's place in the ring. */
  const advance = (state: Float64Array, offset: number, nowMs: number): number => {
    const part = Math.floor(nowMs / partMs);
    for (let gone = Math.max(state[offset] + 1, part - WINDOW_PARTS + 1); gone <= part; gone++) {
      state[offset + requestsAt + (gone % WINDOW_PARTS)] = 0;
      state[offset + acceptsAt + (gone % WINDOW_PARTS)] = 0;
    }
    state[offset] = part;
    return part % WINDOW_PARTS;
  };
  const sum = (state: Float64Array, from: number): number => {
    let total = 0;
    for (let i = 0; i < WINDOW_PARTS; i++) total += state[from + i];
    return total;
  };
  return {
    open: false,
    size: 1 + 2 * WINDOW_PARTS,
    admit: (state, offset, nowMs, _attempt, draws) => {
      const place = advance(state, offset, nowMs);
      const chance = throttlingProbability(sum(state, offset + requestsAt), sum(state, offset + acceptsAt), p.k);
      // What is held back counts as requested: the client wanted it.
      state[offset + requestsAt + place]++;
      return draws.uniform() >= chance;
    },
    succeeded: (state, offset, nowMs) => {
      state[offset + acceptsAt + advance(state, offset, nowMs)]++;
    },
    failed: nothing,
  };
}

export const retryGates: Registry<RetryGate> = {
  none: policy({
    help: 'every attempt is made',
    formula: 'attempt always',
    source: 'definition',
    parameters: {},
    create: () => ({ open: true, size: 0, admit: () => true, succeeded: nothing, failed: nothing }),
  }),
  'retry-budget': policy({
    help: 'retries cost tokens, success returns some; the first attempt after a drop or page load is free',
    formula:
      'tokens = min(capacity, tokens + rate·Δt); retry if tokens ≥ cost, and take cost; a success returns refill; starts full',
    source: 'AWS SDK for JavaScript v3 (@smithy/core 3.41.0): 500 tokens, 14 a retry, success returns its cost',
    parameters: {
      capacity: {
        unit: 'factor',
        scales: 'nothing',
        default: 500,
        min: 0,
        max: 1_000_000,
        help: 'how many tokens the bucket holds',
      },
      cost: {
        unit: 'factor',
        scales: 'nothing',
        default: 14,
        min: 0,
        max: 1_000_000,
        help: 'tokens that a retry takes',
      },
      refill: {
        unit: 'factor',
        scales: 'nothing',
        default: 14,
        min: 0,
        max: 1_000_000,
        help: 'tokens that a successful attempt returns',
      },
      rate: { unit: 'rate', scales: 'nothing', default: 0, min: 0, help: 'tokens that come back by themselves' },
    },
    create: retryBudget,
  }),
  'circuit-breaker': policy({
    help: 'stops trying after failures in a row, and lets one attempt through from time to time',
    formula:
      'open for so long after `failures` in a row; then half open: one attempt, whose failure opens it again and whose success closes it',
    source: 'Nygard, Release It! (2007), "Circuit Breaker"',
    parameters: {
      failures: { unit: 'count', scales: 'nothing', default: 5, min: 1, help: 'failures in a row that open it' },
      open: { unit: 'duration', default: 30_000, min: 0, help: 'how long it holds attempts back' },
    },
    create: circuitBreaker,
  }),
  'adaptive-throttling': policy({
    help: 'holds attempts back at random, the more of them the fewer have lately been accepted',
    formula:
      'p = max(0, (requests − k·accepts) / (requests + 1)) over the window, which is kept in 12 parts; requests held back count too',
    source: 'Google, Site Reliability Engineering (2016), ch. 21, eq. 21-1: k = 2, two minutes',
    parameters: {
      k: {
        unit: 'factor',
        scales: 'nothing',
        default: 2,
        min: 1,
        max: 100,
        help: 'requests per accepted one that are not held back',
      },
      window: { unit: 'duration', default: 120_000, min: 1000, help: 'how far back it counts' },
    },
    create: adaptiveThrottling,
  }),
};
