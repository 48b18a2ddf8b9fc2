/**
 * Retry-After: what a client makes of a server's hint how long to stay away
 * (RFC 9110 §10.2.3). A hint never shortens the client's own delay. `by` is the
 * share of the version's sessions that act so (old builds, proxies that strip
 * the header); the others ignore it. Which ones is drawn once per session.
 */
import { policy, type Registry } from './parameters.ts';

export interface RetryAfter {
  /** True where no hint changes anything, so that nobody need ask. */
  readonly ignores: boolean;
  /** the fraction of the version's sessions that act so */
  readonly by: number;
  /** The delay before the next attempt, in ms, from the backoff's own and the hint. */
  delayMs(ownMs: number, hintMs: number): number;
}

const by = {
  unit: 'fraction',
  default: 1,
  min: 0,
  max: 1,
  help: 'the fraction of the sessions that act so; the others ignore it',
} as const;

export const retryAfters: Registry<RetryAfter> = {
  ignore: policy({
    help: 'waits its own delay, whatever the server says',
    formula: 'wait = delay',
    source: 'what most WebSocket clients do: the header of a refused upgrade is out of their reach',
    parameters: {},
    create: () => ({ ignores: true, by: 0, delayMs: (ownMs) => ownMs }),
  }),
  honour: policy({
    help: 'stays away for as long as the server says',
    formula: 'wait = max(delay, hint)',
    source: 'RFC 9110 §10.2.3',
    parameters: { by },
    create: (p) => ({ ignores: p.by === 0, by: p.by, delayMs: (ownMs, hintMs) => Math.max(ownMs, hintMs) }),
  }),
  capped: policy({
    help: 'honours the hint, but only up to a cap',
    formula: 'wait = max(delay, min(hint, cap))',
    source: 'definition; a guard against absurd hints',
    parameters: { cap: { unit: 'duration', default: 60_000, min: 0, help: 'a hint counts for no more than this' }, by },
    create: (p) => ({
      ignores: p.by === 0,
      by: p.by,
      delayMs: (ownMs, hintMs) => Math.max(ownMs, Math.min(hintMs, p.cap)),
    }),
  }),
  clamped: policy({
    help: 'lets the hint add no more than so much to its own delay',
    formula: 'wait = min(max(delay, hint), delay + beyond)',
    source: 'AWS SDK for JavaScript v3 (@smithy/core 3.41.0): the hint is clamped to [delay, delay + 5 s]',
    parameters: {
      beyond: { unit: 'duration', default: 5000, min: 0, help: 'the most that the hint adds to the own delay' },
      by,
    },
    create: (p) => ({
      ignores: p.by === 0,
      by: p.by,
      delayMs: (ownMs, hintMs) => Math.min(Math.max(ownMs, hintMs), ownMs + p.beyond),
    }),
  }),
};
