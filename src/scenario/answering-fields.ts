/** How hosts answer what is not an attempt, in the file: keepalives, leases, transports, and the probes of both kinds. */
import { ANSWERED, type Answered } from './answered.ts';
import { block, field, mapped, optional, type Field, type Kind } from './kind.ts';
import { unscaled } from './scale.ts';
import { count, duration, word } from './quantity-kinds.ts';

const above0 = { min: 0, exclusiveMin: true } as const;

/** How a host answers what is not an attempt: `unlike` says what else there is to say of it. */
export function answering(unlike: string): Kind<Answered> {
  return word(ANSWERED, {
    'in-queue': `by the same workers as attempts, behind those that wait${unlike}`,
    aside:
      'between attempts, however many wait, as an event loop does; a host that is frozen (paused, or u ≥ 1) answers none',
    'own-lane': 'by a thread of its own, whatever the load; a paused host answers none',
  });
}

/** How it opens transports. */
export const opening: Kind<Answered> = word(ANSWERED, {
  'in-queue': "by the same workers: when its service ends, and before the next tier's; so not the last tier's hosts",
  aside:
    'as soon as the attempt comes, however many wait, as an event loop does; a frozen host (paused, or u ≥ 1) once it goes on',
  'own-lane': 'as soon as the attempt comes, by a thread of its own, whatever the load; a paused host once it goes on',
});

const initialDelay = (what: string): Field<number | undefined, 'initialDelayMs'> =>
  field(optional(duration()), `how long after a boot the first probe is due; ${what} if not said`, {
    as: 'initialDelayMs',
  });

export const liveness = mapped(
  block({
    every: field(duration(above0), 'how often a host is probed', { as: 'everyMs' }),
    timeout: field(duration(above0), 'how long a probe waits for its answer', { as: 'timeoutMs' }),
    failures: field(count(unscaled, { min: 1 }), 'failed probes in a row that kill the host', { default: 3 }),
    initialDelay: initialDelay('`every`'),
    answered: field(
      answering('; where they find no place they are refused, and fail'),
      'how a host answers these probes, which decides whether a queue can get it killed: does it answer its health check while connects wait? `sim validate` asks until it is said',
      { default: 'in-queue' },
    ),
  }),
  ({ initialDelayMs, ...rules }) => ({ ...rules, initialDelayMs: initialDelayMs ?? rules.everyMs }),
);

export const readiness = mapped(
  block({
    every: field(duration(above0), 'how often a host is probed', { as: 'everyMs', default: '10s' }),
    timeout: field(duration(above0), 'how long a probe waits for its answer', { as: 'timeoutMs', default: '1s' }),
    failures: field(count(unscaled, { min: 1 }), 'failed probes in a row that take the host out of the balancer', {
      default: 3,
    }),
    successes: field(count(unscaled, { min: 1 }), 'good probes in a row that bring it back, also after a boot', {
      default: 1,
    }),
    initialDelay: initialDelay('0s'),
    answered: field(
      answering('; where they find no place they are refused, and fail'),
      'how a host answers these probes',
      { default: 'in-queue' },
    ),
  }),
  ({ initialDelayMs, ...rules }) => ({ ...rules, initialDelayMs: initialDelayMs ?? 0 }),
);
