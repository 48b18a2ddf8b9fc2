/**
 * Backoff: how long a client waits before it tries to connect again, in the
 * names of the literature. Attempt n = 1 is the first try after a drop, so
 * delay(1) is what passes between the drop and that try. Formulas: Brooker,
 * "Exponential Backoff And Jitter" (AWS Architecture Blog, 2015).
 */
import type { Draws } from '../engine/luck.ts';
import { policy, type Registry } from './parameters.ts';

/** One client version's backoff in one run. Must keep no state of single sessions. */
export interface Backoff {
  /**
   * The delay in ms before attempt `attempt` (1 = the first after a drop).
   * `previousMs` is the delay before the attempt before, 0 for attempt 1.
   * `draws` are the session's own for this attempt.
   */
  delayMs(attempt: number, previousMs: number, draws: Draws): number;
}

const base = { unit: 'duration', default: 1000, min: 0, help: 'the first delay, or its bound' } as const;
const cap = { unit: 'duration', default: 30_000, min: 0, help: 'no delay is longer' } as const;
const factor = { unit: 'factor', default: 2, min: 1, max: 100, help: 'growth from one attempt to the next' } as const;

/** min(cap, base·factor^(attempt − 1)) for any attempt; a power beyond all numbers is capped like any other. */
function expo(attempt: number, baseMs: number, capMs: number, growth: number): number {
  return baseMs === 0 ? 0 : Math.min(capMs, baseMs * growth ** (attempt - 1));
}

export const backoffs: Registry<Backoff> = {
  none: policy({
    help: 'tries again at once',
    formula: 'delay(n) = 0',
    source: 'definition',
    parameters: {},
    create: () => ({ delayMs: () => 0 }),
  }),
  fixed: policy({
    help: 'waits the same time always, with a jitter if you like',
    formula: 'delay(n) = delay + jitter·U',
    source: 'definition',
    parameters: {
      delay: { unit: 'duration', default: 1000, min: 0, help: 'the delay' },
      jitter: { unit: 'duration', default: 0, min: 0, help: 'up to this much longer, uniformly' },
    },
    create: ({ delay, jitter }) =>
      jitter === 0
        ? { delayMs: () => delay }
        : { delayMs: (_attempt, _previousMs, draws) => delay + jitter * draws.uniform() },
  }),
  exponential: policy({
    help: 'doubles up to a cap; all clients stay in step',
    formula: 'delay(n) = min(cap, base·factor^(n−1))',
    source: 'Brooker 2015, "no jitter"',
    parameters: { base, cap, factor },
    create: (p) => ({ delayMs: (attempt) => expo(attempt, p.base, p.cap, p.factor) }),
  }),
  'full-jitter': policy({
    help: 'anything between nothing and the exponential delay',
    formula: 'delay(n) = U·min(cap, base·factor^(n−1))',
    source: 'Brooker 2015, "full jitter"',
    parameters: { base, cap, factor },
    create: (p) => ({
      delayMs: (attempt, _previousMs, draws) => draws.uniform() * expo(attempt, p.base, p.cap, p.factor),
    }),
  }),
};
