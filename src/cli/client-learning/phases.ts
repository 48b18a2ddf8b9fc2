/**
 * The phases of a course, in their order: what is done to the client in each, how
 * much of the time it may take, and what is told of it. Time that one does not
 * need is the others'. The last ones may end a client for good.
 */
import { secondsText } from '../../experiments/client-learning/told-times.ts';
import { AGREES_WITHIN_MS, type Arrival } from '../endpoints/arrival.ts';
import type { Course, Phase } from './course.ts';

const REFUSED_LEAST = 6;
const REFUSED_MOST = 12;
const HUNG_MOST = 3;
const UNANSWERED_MOST = 2;
/** Of the whole time: so long an attempt has to wait before it counts as one that is never given up. */
const WAITS_LEAST = 0.17;
/** Shares of the time that a connection is held for good, in rising order. */
const LIVES = [0.015, 0.45, 0.8];

function isLeft(course: Course, untilMs: number): boolean {
  return !course.over && performance.now() < untilMs;
}

function gapsText(attempts: readonly Arrival[], all: readonly Arrival[]): string {
  const gaps = attempts.flatMap((attempt) => {
    const before = all[all.indexOf(attempt) - 1];
    const isNext = before !== undefined && before.endMs !== null && before.page === attempt.page;
    return isNext ? [Math.max(0, attempt.startMs - before.endMs!)] : [];
  });
  if (gaps.length === 0) return `${attempts.length} attempt${attempts.length === 1 ? '' : 's'}`;
  const shown = gaps.slice(0, 12).map((ms) => (ms / 1000).toFixed(2));
  const more = gaps.length > shown.length ? ' …' : '';
  return `${attempts.length} attempt${attempts.length === 1 ? '' : 's'}, after ${shown.join(' ')}${more} s`;
}

/** Of more attempts than that, the others are only counted. */
const TOLD_MOST = 6;

function lastedText(attempts: readonly Arrival[], treatment: Arrival['treatment']): string {
  const such = attempts.filter((one) => one.treatment === treatment && one.endMs !== null);
  if (such.length === 0) return 'no attempt came';
  const more = such.length > TOLD_MOST ? `, and ${such.length - TOLD_MOST} more` : '';
  const told = such
    .slice(0, TOLD_MOST)
    .map(({ startMs, endMs, endedBy }) => {
      const lasted = secondsText(endMs! - startMs);
      return endedBy === 'client' ? `given up after ${lasted}` : `not given up in ${lasted}`;
    })
    .join(', ');
  return `${told}${more}`;
}

/** The delays have stopped to grow. */
function isSteady(course: Course): boolean {
  const [before, last] = course.delays().slice(-2);
  return last !== undefined && Math.abs(last.delayMs - before.delayMs) < 0.05 * last.delayMs + 5;
}

type Refusal = (arrival: Arrival) => void;

const with503: Refusal = (arrival) => arrival.refuse(503);
/** As a port that is closed would do, before any client takes an answer for final; requests are given a status. */
const asClosedPort: Refusal = (arrival) =>
  arrival.transport === 'http' || arrival.transport === 'polling' ? arrival.refuse(503) : arrival.reset();

async function refuseSome(course: Course, untilMs: number, refuse: Refusal): Promise<void> {
  for (let refused = 1; isLeft(course, untilMs); refused++) {
    const arrival = await course.next(untilMs);
    if (arrival === null) return;
    refuse(arrival);
    if (refused >= REFUSED_MOST || (refused >= REFUSED_LEAST && isSteady(course))) return;
  }
}

async function refuseTwice(course: Course, untilMs: number): Promise<void> {
  const halfMs = performance.now() + (untilMs - performance.now()) / 2;
  course.live?.cut();
  await refuseSome(course, halfMs, asClosedPort);
  if (!isLeft(course, untilMs)) return;
  await course.hold(untilMs);
  course.live?.cut();
  await refuseSome(course, untilMs, with503);
}

/** Lets some attempts wait, until the client gives them up; the last of them for a while beyond the time if need be. */
async function letWait(course: Course, untilMs: number, most: number, wait: (arrival: Arrival) => void): Promise<void> {
  course.live?.cut();
  for (let seen = 0; seen < most && isLeft(course, untilMs);) {
    const arrival = await course.next(untilMs);
    if (arrival === null) return;
    wait(arrival);
    const leastMs = performance.now() + WAITS_LEAST * course.totalMs;
    if (!(await course.endOf(arrival, Math.max(untilMs, leastMs)))) {
      arrival.cut();
      return;
    }
    // A request that is a step on the way to a connection was answered.
    if (arrival.endedBy === 'client') seen++;
  }
}

function lastTwo(course: Course): number {
  return Math.max(
    0,
    ...course
      .delays()
      .slice(-2)
      .map(({ delayMs }) => delayMs),
  );
}

/** Lets it connect, and cuts the connection, after longer and longer times until the client counts anew, and then once more. */
async function letDie(course: Course, untilMs: number): Promise<void> {
  course.live?.cut();
  const highMs = lastTwo(course);
  const all = course.delays().map(({ delayMs }) => delayMs);
  const grows = highMs > 1.5 * Math.min(...all, highMs);
  let life = 0;
  let anew = 0;
  while (isLeft(course, untilMs) && life < LIVES.length) {
    const arrival = await course.connected(untilMs);
    if (arrival === null) return;
    if (course.attempts.at(-2)?.treatment === 'die') {
      if (grows && (course.delays().at(-1)?.delayMs ?? 0) < 0.6 * highMs) anew++;
      else life++;
    }
    // It is connected now, and stays so.
    if (anew >= 2 || life >= LIVES.length || (!grows && life > 0)) return;
    await course.pause(LIVES[life] * course.holdMs);
    arrival.cut('die');
  }
  (await course.next(untilMs))?.accept();
}

/** More than any delay of its own would be by then, in whole seconds. */
function hintSec(course: Course): number {
  const own = course.delays().filter(({ number, after }) => number <= 3 && after.retryAfterSec === null);
  const longestMs = Math.max(0, ...own.map(({ delayMs }) => delayMs));
  return Math.max(1, Math.ceil((1.3 * longestMs) / 1000 + course.totalMs / 360_000));
}

async function sendHints(course: Course, untilMs: number): Promise<void> {
  await course.hold(untilMs);
  course.live?.cut();
  const hint = hintSec(course);
  for (const [status, sec] of [
    [503, hint],
    [429, hint + Math.ceil(hint / 2)],
  ]) {
    const arrival = await course.next(Math.max(untilMs, performance.now() + 1100 * hint));
    if (arrival === null) return;
    // One hint is worth more than what else could be seen in that time.
    const leftMs =
      status === 503 ? Math.max(untilMs - performance.now(), course.leftMs / 2) : untilMs - performance.now();
    if (sec * 1000 > leftMs) {
      arrival.accept();
      return;
    }
    arrival.refuse(status, sec);
  }
  (await course.next(Math.max(untilMs, performance.now() + 1100 * hint)))?.accept();
}

async function fallSilent(course: Course, untilMs: number): Promise<void> {
  const arrival = await course.connected(untilMs);
  if (arrival === null) return;
  arrival.held = true;
  arrival.fallSilent();
  if (!(await course.endOf(arrival, untilMs))) arrival.cut();
}

function silenceText(attempts: readonly Arrival[]): string {
  const silent = attempts.findLast(({ silentFromMs, treatment }) => silentFromMs !== null && treatment === 'accept');
  if (silent === undefined || silent.silentFromMs === null) return 'it was not connected';
  const { silentFromMs, endMs, endedBy, signs } = silent;
  const pings = signs.filter(({ atMs }) => atMs > silentFromMs).length;
  const said = pings === 0 ? 'it said nothing' : `it spoke ${pings} time${pings === 1 ? '' : 's'}`;
  const lasted = secondsText((endMs ?? performance.now()) - silentFromMs);
  return `${said}, and ${endedBy === 'client' ? `left after ${lasted}` : `stayed for ${lasted}`}`;
}

/** Statuses and codes of closes, those that clients are likely to be particular about first. */
const CODES = [1012, 401, 1001, 403, 1008, 1013, 1011, 1000, 429];
const isStatus = (code: number): boolean => code < 1000;

async function sendCodes(course: Course, untilMs: number): Promise<void> {
  const codes = course.usesWebSocket ? CODES : CODES.filter(isStatus);
  if (course.live?.transport !== 'websocket') course.live?.cut();
  for (const code of codes) {
    if (!isLeft(course, untilMs)) return;
    if (isStatus(code)) {
      course.live?.cut();
      (await course.next(untilMs))?.refuse(code);
      continue;
    }
    const arrival = await course.connected(untilMs);
    if (arrival === null) continue;
    await course.pause(0.01 * course.holdMs);
    arrival.close(code);
    await course.endOf(arrival, performance.now() + 2 * AGREES_WITHIN_MS);
  }
  (await course.next(untilMs))?.accept();
}

function codesText(course: Course, attempts: readonly Arrival[]): string {
  const tried = attempts.filter(
    ({ treatment, code }) => treatment === 'close' || (treatment === 'refuse' && code !== null),
  );
  const after = (attempt: Arrival): Arrival | undefined => course.attempts[course.attempts.indexOf(attempt) + 1];
  const back = tried.filter((attempt) => after(attempt)?.page === attempt.page).map(({ code }) => code);
  const away = tried.filter((attempt) => after(attempt)?.page !== attempt.page).map(({ code }) => code);
  const parts = [
    back.length === 0 ? '' : `it came again after ${back.join(' ')}`,
    away.length === 0 ? '' : `not, so far, after ${away.join(' ')}`,
  ];
  return parts.filter((part) => part !== '').join('; ');
}

export const phases: readonly Phase[] = [
  {
    says: 'connects: it is let in, and answered',
    share: 5,
    act: async (course, untilMs) => {
      await course.hold(untilMs);
    },
    saw: ({ live }) => (live?.held === true ? 'it stays connected' : ''),
  },
  {
    says: 'is refused: its connection is cut, and attempts are reset, then get a 503',
    share: 22,
    act: refuseTwice,
    saw: (course, attempts) => gapsText(attempts, course.attempts),
  },
  {
    says: 'hangs: attempts are taken, and never answered',
    share: 22,
    act: (course, untilMs) => letWait(course, untilMs, HUNG_MOST, (arrival) => arrival.hang()),
    saw: (_course, attempts) => lastedText(attempts, 'hang'),
  },
  {
    says: 'opens, and no more: the upgrade is answered, the login is not',
    share: 10,
    isFor: ({ waits }) => waits,
    act: (course, untilMs) =>
      letWait(course, untilMs, UNANSWERED_MOST, (arrival) =>
        arrival.transport === 'http' ? arrival.accept() : arrival.acceptInSilence(),
      ),
    saw: (_course, attempts) => lastedText(attempts, 'silent'),
  },
  {
    says: 'dies: it is let in, and cut off soon after',
    share: 12,
    isFor: ({ connects }) => connects,
    act: letDie,
    saw: (course, attempts) => gapsText(attempts, course.attempts),
  },
  {
    says: 'is told when to come again: 503 and 429 with Retry-After',
    share: 14,
    isFor: ({ attempts }) => attempts.some(({ transport }) => transport !== 'tcp'),
    act: sendHints,
    saw: (course, attempts) => gapsText(attempts, course.attempts),
  },
  {
    says: 'hears nothing: it is connected, and nothing is said or answered any more',
    share: 13,
    isFor: ({ connects }) => connects,
    act: fallSilent,
    saw: ({ attempts }) => silenceText(attempts),
  },
  {
    says: 'is sent away: with statuses and close codes that may be meant for good',
    share: 14,
    isFor: ({ attempts }) => attempts.some(({ transport }) => transport !== 'tcp'),
    act: sendCodes,
    saw: codesText,
  },
];
