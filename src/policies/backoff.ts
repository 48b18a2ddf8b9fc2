/**
 * Backoff: how long a client waits before it tries to connect again. First in
 * the names of the literature (Brooker, "Exponential Backoff And Jitter", AWS
 * Architecture Blog, 2015), then as libraries have it (library-backoffs.ts).
 * Attempt n = 1 is the first try after a drop, so delay(1) is what passes
 * between the notice of the drop and that try. U is one uniform draw from
 * (0, 1); a formula that names it twice means the same draw, U₁ and U₂ are two.
 */
import { createDistribution } from '../engine/distributions.ts';
import { power } from '../engine/power.ts';
import type { Backoff } from './backoff-delay.ts';
import { libraryBackoffs } from './library-backoffs.ts';
import { policy, type Registry } from './parameters.ts';

const base = { unit: 'duration', default: 1000, min: 0, help: 'the first delay, or its bound' } as const;
const cap = { unit: 'duration', default: 30_000, min: 0, help: 'no delay is longer' } as const;
const factor = {
  unit: 'factor',
  scales: 'nothing',
  default: 2,
  min: 1,
  max: 100,
  help: 'growth from one attempt to the next',
} as const;

/** min(cap, base·factor^(attempt − 1)) for any attempt; a power beyond all numbers is capped like any other. */
function expo(attempt: number, baseMs: number, capMs: number, growth: number): number {
  return baseMs === 0 ? 0 : Math.min(capMs, baseMs * power(growth, attempt - 1));
}

const literature: Registry<Backoff> = {
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
  'equal-jitter': policy({
    help: 'at least half of the exponential delay, the other half by luck',
    formula: 'delay(n) = (1 + U)/2 · min(cap, base·factor^(n−1))',
    source: 'Brooker 2015, "equal jitter"',
    parameters: { base, cap, factor },
    create: (p) => ({
      delayMs: (attempt, _previousMs, draws) => ((1 + draws.uniform()) / 2) * expo(attempt, p.base, p.cap, p.factor),
    }),
  }),
  'decorrelated-jitter': policy({
    help: 'anything between the base and a multiple of the delay before, so that two clients soon have nothing in common',
    formula: 'delay(n) = min(cap, base + U·max(0, factor·delay(n−1) − base)), where delay(0) = base',
    source: 'Brooker 2015, "decorrelated jitter": min(cap, random_between(base, 3·sleep))',
    parameters: { base, cap, factor: { ...factor, default: 3 } },
    create: (p) => ({
      usesPrevious: true,
      delayMs: (attempt, previousMs, draws) => {
        const before = attempt === 1 ? p.base : previousMs;
        return Math.min(p.cap, p.base + draws.uniform() * Math.max(0, p.factor * before - p.base));
      },
    }),
  }),
  linear: policy({
    help: 'grows by the same step from attempt to attempt, up to a cap; all clients stay in step',
    formula: 'delay(n) = min(cap, base + step·(n−1))',
    source: 'definition',
    parameters: {
      base,
      step: { unit: 'duration', default: 1000, min: 0, help: 'what each further attempt adds' },
      cap: { unit: 'durationOrNone', default: 30_000, min: 0, help: 'no delay is longer; none: it grows for ever' },
    },
    create: (p) => ({ delayMs: (attempt) => Math.min(p.cap, p.base + p.step * (attempt - 1)) }),
  }),
  random: policy({
    help: 'a new sample of any distribution each time, whatever happened before',
    formula: 'delay(n) = min(cap, X), X a sample of the distribution',
    source: 'definition; exponential delays are those of the classic retrial queues (Falin & Templeton 1997)',
    parameters: {
      delay: {
        unit: 'distribution',
        default: { name: 'exponential', parameters: { mean: 5000 } },
        help: 'what a delay is drawn from',
      },
      cap: { unit: 'durationOrNone', default: Infinity, min: 0, help: 'no delay is longer; none: whatever is drawn' },
    },
    create: (p) => {
      const delay = createDistribution(p.delay);
      return { delayMs: (_attempt, _previousMs, draws) => Math.min(p.cap, delay.sample(draws)) };
    },
  }),
  steps: policy({
    help: 'a list of delays, the last of which is repeated',
    formula: 'delay(n) = delays[min(n, length)]',
    source: 'definition; the form of phoenix, supabase and signalr',
    parameters: {
      delays: { unit: 'durations', default: [1000, 2000, 5000, 10_000], min: 0, help: 'the delays, in order' },
    },
    create: ({ delays }) => ({ delayMs: (attempt) => delays[Math.min(attempt, delays.length) - 1] }),
  }),
};

export const backoffs: Registry<Backoff> = { ...literature, ...libraryBackoffs };
