/**
 * Reboot order: in which steps an action works through the hosts it was given.
 * The order is asked at the start and again after each interval until no host
 * is left.
 */
import { policy, type Registry } from './parameters.ts';

/** What to do now: reboot the next `take` hosts, and ask again after `againAfterMs`. */
export interface RebootStep {
  readonly take: number;
  readonly againAfterMs: number;
}

export interface RebootOrder {
  /** How long a host drains before it goes down; 0: it goes down at once. */
  readonly drainMs: number;
  /** `left` ≥ 1 hosts have not been taken yet. */
  next(left: number): RebootStep;
}

export const rebootOrders: Registry<RebootOrder> = {
  'all-at-once': policy({
    help: 'all hosts in one moment',
    formula: 'take all',
    source: 'definition',
    parameters: {},
    create: () => ({ drainMs: 0, next: (left) => ({ take: left, againAfterMs: 0 }) }),
  }),
  rolling: policy({
    help: 'a batch at a time, each drained before it goes down if you like',
    formula: 'take `batch` hosts every `interval`; sessions are asked to move at U·drain',
    source: 'Kubernetes rolling update; Phoenix drainer',
    parameters: {
      batch: { unit: 'count', default: 1, min: 1, help: 'hosts per batch' },
      interval: { unit: 'duration', default: 300_000, min: 1, help: 'from one batch to the next' },
      drain: { unit: 'duration', default: 0, min: 0, help: 'sessions move away over so long before the host goes down' },
    },
    create: (p) => ({
      drainMs: p.drain,
      next: (left) => ({ take: Math.min(p.batch, left), againAfterMs: p.interval }),
    }),
  }),
};
