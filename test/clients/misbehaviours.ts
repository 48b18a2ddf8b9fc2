/**
 * What a server, a host or a network can do to a client: the rows of the matrix. Most
 * begin with a connection that is good for a minute and is then cut, as by a killed
 * process, so that every library has reset whatever it counts; what the later
 * attempts meet is the misbehaviour.
 */
import type { Subject } from './subject.ts';
import type { Treatment } from './world.ts';

export interface Misbehaviour {
  readonly name: string;
  /** how the attempts are treated, 0 being the very first */
  readonly plan: (attempt: number) => Treatment;
  /** what a transport must know for it to be something else than a refusal or a cut */
  readonly needs?: 'statuses' | 'codes' | 'halves';
  /** the first connection is not good */
  readonly isFromTheStart?: boolean;
}

const MINUTE_MS = 60_000;
const good: Treatment = { transport: 'opens' };
const goodForAMinute: Treatment = { ...good, upForMs: MINUTE_MS };

const later = (name: string, treatment: Treatment, needs?: Misbehaviour['needs']): Misbehaviour => ({
  name,
  ...(needs && { needs }),
  plan: (attempt) => (attempt === 0 ? goodForAMinute : treatment),
});
const fromTheStart = (name: string, treatment: Treatment): Misbehaviour => ({
  name: `${name} from the very first`,
  isFromTheStart: true,
  plan: () => treatment,
});

const refused: Treatment = { transport: 'refused' };
const hangs: Treatment = { transport: 'hangs' };
const silent: Treatment = { ...good, application: 'silent' };
const status = (code: number, retryAfterSec?: number): Treatment => ({
  transport: retryAfterSec === undefined ? { status: code } : { status: code, retryAfterSec },
});

/** RFC 6455 §7.4.1 and the registry; 3000 to 3999 are libraries', 4000 to 4999 applications'. */
export const CLOSE_CODES = [
  1000, 1001, 1006, 1008, 1011, 1012, 1013, 3500, 4000, 4001, 4100, 4200, 4401, 4500,
] as const;

/** 1006 is no code but the lack of one, and 1000 is what an orderly end is elsewhere. */
const needsCodes = (code: number): 'codes' | undefined => (code === 1006 || code === 1000 ? undefined : 'codes');

const RETRY_AFTER_SEC = 45;

export const misbehaviours: readonly Misbehaviour[] = [
  later('port closed', refused),
  later('accepts and is silent', hangs),
  later('opens and is silent', silent),
  later('opens and answers half', { ...good, application: 'half' }, 'halves'),
  later('401', status(401), 'statuses'),
  later('403', status(403), 'statuses'),
  later('429, Retry-After', status(429, RETRY_AFTER_SEC), 'statuses'),
  later('503', status(503), 'statuses'),
  later('503, Retry-After', status(503, RETRY_AFTER_SEC), 'statuses'),
  later('reset amid the handshake', { transport: 'reset' }),
  later('opens after 8 s', { ...good, opensAfterMs: 8000 }),
  later('opens, answers after 8 s', { ...good, answersAfterMs: 8000 }),
  ...CLOSE_CODES.map((code) =>
    later(`opens, closes with ${code}`, { ...good, application: { closes: code } }, needsCodes(code)),
  ),
  later('dies 100 ms after the answer', { ...good, upForMs: 100 }),
  later('dies a minute after the answer', goodForAMinute),
  ...[100, 4000, 6000].map((upForMs) => ({
    name: `three refusals, good for ${upForMs < 1000 ? `${upForMs} ms` : `${upForMs / 1000} s`}, refusals`,
    plan: (attempt: number) => (attempt === 0 ? goodForAMinute : attempt === 4 ? { ...good, upForMs } : refused),
  })),
  {
    name: 'three refusals, good for a minute, refusals',
    plan: (attempt) => (attempt === 0 || attempt === 4 ? goodForAMinute : refused),
  },
  {
    // Since it opened it has held for 5.5 s, since the answer for one.
    name: 'three refusals, answers after 4.5 s, good for 1 s, refusals',
    plan: (attempt) =>
      attempt === 0 ? goodForAMinute : attempt === 4 ? { ...good, answersAfterMs: 4500, upForMs: 1000 } : refused,
  },
  {
    name: 'three refusals, opens and closes with 1006, refusals',
    plan: (attempt) =>
      attempt === 0 ? goodForAMinute : attempt === 4 ? { ...good, application: { closes: 1006 } } : refused,
  },
  ...CLOSE_CODES.map((code): Misbehaviour => ({
    ...(needsCodes(code) && { needs: 'codes' }),
    name: `closes with ${code} after a good minute`,
    plan: (attempt) => (attempt === 0 ? { ...goodForAMinute, ends: { closes: code } } : good),
  })),
  fromTheStart('port closed', refused),
  fromTheStart('accepts and is silent', hangs),
  { ...fromTheStart('503', status(503)), needs: 'statuses' },
];

/** A host that vanishes without a word, at several points of a keepalive's round. */
export const vanishings: readonly Misbehaviour[] = Array.from({ length: 12 }, (_, i) => ({
  name: `vanishes ${(MINUTE_MS + i * 11_700) / 1000} s after the answer`,
  plan: (attempt: number) =>
    attempt === 0 ? { ...good, upForMs: MINUTE_MS + i * 11_700, ends: 'vanishes' as const } : good,
}));

/** The rows that tell something of a subject; of one request all attempts are misbehaved to. */
export function rowsOf({ knows = ['statuses', 'codes'], isOneRequest = false }: Subject): readonly Misbehaviour[] {
  const told = misbehaviours.filter(({ needs }) => needs === undefined || knows.includes(needs));
  if (!isOneRequest) return told;
  return told
    .filter(({ name, isFromTheStart }) => isFromTheStart !== true && /^(port|accepts|\d|reset)/.test(name))
    .map((row) => ({ ...row, isFromTheStart: true, plan: (attempt) => row.plan(attempt + 1) }));
}
