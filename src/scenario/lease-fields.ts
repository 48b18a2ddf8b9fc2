/**
 * Leases in the file: how often a session renews its own at its host of a tier,
 * how the host answers, and where it goes when that host is lost: for nothing,
 * or by work at another one, which is where a tier gets a herd of its own.
 */
import { answering } from './answering-fields.ts';
import { distribution, pause } from './distribution-kind.ts';
import { block, field } from './kind.ts';
import { duration, factor, word } from './quantity-kinds.ts';
import { unscaled } from './scale.ts';

const above0 = { min: 0, exclusiveMin: true } as const;

export const lease = block({
  every: field(duration(above0), 'how often a session renews its lease at its host of this tier', { as: 'everyMs' }),
  timeout: field(duration(above0), 'how long it waits for the answer before it drops', { as: 'timeoutMs' }),
  answered: field(answering(''), 'how a host answers renewals', { default: 'in-queue' }),
  moves: field(
    word(['free', 'attempt'], {
      free: 'to another host that is up, at once and for nothing',
      attempt: 'by work at another host: the session stalls until one has done it, or its lease fails',
    }),
    'where the sessions of a host that is lost go with their leases, in a tier that does not hold them',
    { default: 'free' },
  ),
  movesAfter: field(distribution, 'with `moves: attempt`: how long after the loss a session asks another host', {
    default: '0s',
  }),
  moveTimeout: field(
    duration(above0, 'none'),
    'with `moves: attempt`: how long it waits for that host before it asks again; what it had asked for stays in the line, as work for nobody; none: until its lease fails',
    { as: 'moveTimeoutMs', default: 'none' },
  ),
  asksAgain: field(
    pause,
    'with `moves: attempt`: how long after that, a refusal, or the loss of that host too, it asks again',
    { default: '1s' },
  ),
  moveWork: field(
    factor(unscaled, { min: 0 }),
    'with `moves: attempt`: what placing a session costs a host, as a multiple of a fresh attempt',
    { default: 1 },
  ),
});
