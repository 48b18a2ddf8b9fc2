/**
 * What the attempts of a client say of the fields of a `clients:` entry, beside
 * its backoff: how long it waits for a connect, when it gives up, how it notices
 * silence. Each value comes with how it was seen; what was not seen has none.
 */
import type { Absence, ClientLog, SeenAttempt } from './seen-attempts.ts';
import { isAnswered } from './seen-attempts.ts';
import { median, roundest } from './round-numbers.ts';
import { secondsText } from './told-times.ts';
import { formatDuration } from '../../scenario/quantity.ts';

/** A value in the notation of a file. */
export type Written = string | number | readonly Written[] | { readonly [key: string]: Written };

export interface Finding {
  readonly field: string;
  /** null: it could not be seen, and the field stays at its default */
  readonly value: Written | null;
  readonly seen: readonly string[];
  /** of two stages only the first was seen, and the value is that one's */
  readonly isOfFirstStage?: true;
}

export function plural(count: number, one: string): string {
  return `${count} ${one}${count === 1 ? '' : 's'}`;
}

/** Measured durations that are the same are one, of which the roundest within the error is meant. */
export function settingMs(values: readonly number[]): number {
  const ms = median(values);
  return Math.max(0, roundest(ms, Math.max(15, 0.015 * ms)));
}

function spread(values: readonly number[]): number {
  return (Math.max(...values) - Math.min(...values)) / 2;
}

/** Whether durations scatter no more than a measurement does. */
function areOne(values: readonly number[]): boolean {
  return spread(values) <= Math.max(60, 0.03 * median(values));
}

/** "10.0 s ± 0.1" */
function measuredText(values: readonly number[]): string {
  const ms = median(values);
  return ms < 1000
    ? `${Math.round(ms)} ms ± ${Math.ceil(spread(values))}`
    : `${secondsText(ms)} ± ${(Math.ceil(spread(values) / 100) / 10).toFixed(1)}`;
}

function lastedMs({ startMs, endMs }: SeenAttempt): number {
  return endMs! - startMs;
}

interface Waits {
  readonly givenUp: readonly number[];
  /** not given up in such times */
  readonly held: readonly number[];
}

function waitsOf(logs: readonly ClientLog[], treatment: 'hang' | 'silent'): Waits {
  const such = logs.flatMap(({ attempts, untilMs }) =>
    attempts
      .filter((one) => one.treatment === treatment && !one.overlaps)
      .map((one) => ({ ...one, endMs: one.endMs ?? untilMs })),
  );
  return {
    givenUp: such.filter(({ endedBy }) => endedBy === 'client').map(lastedMs),
    held: such.filter(({ endedBy }) => endedBy !== 'client').map(lastedMs),
  };
}

/** So long an attempt must have hung before "not given up" is taken for "never". */
const NEVER_MS = 20_000;

function timeoutValue({ givenUp, held }: Waits): Written | null {
  if (givenUp.length > 0) {
    if (areOne(givenUp)) return formatDuration(settingMs(givenUp));
    const [from, to] = [Math.min(...givenUp), Math.max(...givenUp)].map((ms) => formatDuration(settingMs([ms])));
    return { uniform: [from, to] };
  }
  return Math.max(0, ...held) >= NEVER_MS ? 'none' : null;
}

function waitsText({ givenUp, held }: Waits, what: string): readonly string[] {
  const parts: string[] = [];
  if (givenUp.length > 0) {
    const told = areOne(givenUp)
      ? measuredText(givenUp)
      : `${secondsText(Math.min(...givenUp))} to ${secondsText(Math.max(...givenUp))}`;
    parts.push(`${plural(givenUp.length, 'attempt')} ${what}: given up after ${told}`);
  }
  const longest = Math.max(0, ...held);
  if (givenUp.length === 0 && held.length > 0)
    parts.push(`${plural(held.length, 'attempt')} ${what}: not given up in ${secondsText(longest)}`);
  return parts;
}

/** Until the transport is open, and from there; one number where both are the same, and whichever was seen. */
export function connectTimeoutFinding(logs: readonly ClientLog[]): Finding {
  const field = 'connectTimeout';
  const open = waitsOf(logs, 'hang');
  const answer = waitsOf(logs, 'silent');
  const openValue = timeoutValue(open);
  const answerValue = timeoutValue(answer);
  const isTcp = logs.every(({ attempts }) => attempts.every(({ transport }) => transport === 'tcp'));
  const seen = [...waitsText(open, 'hung'), ...waitsText(answer, 'got an answer to the upgrade and none to the login')];
  if (isTcp && open.givenUp.length === 0)
    return { field, value: null, seen: ['not seen: without HTTP, a connection that is taken is open'] };
  if (openValue !== null && answerValue !== null && JSON.stringify(openValue) !== JSON.stringify(answerValue)) {
    seen.push('the second counts where a tier says that it `opensTransport` before it answers');
    return { field, value: { open: openValue, answer: answerValue }, seen };
  }
  if (openValue === null && seen.length > 0) seen.push('too short to say that it never is');
  if (seen.length === 0) seen.push('not seen: no attempt hung');
  const isOfFirstStage = openValue !== null && answerValue === null;
  return { field, value: openValue ?? answerValue, seen, ...(isOfFirstStage ? { isOfFirstStage } : {}) };
}

/** Failed attempts up to and including this one, with nothing between that a client may take for a success; the loss of a connection is none. */
function failuresUpTo(attempts: readonly SeenAttempt[], place: number): number {
  let failures = 0;
  for (let i = place; i >= 0 && attempts[i].page === attempts[place].page; i--) {
    const one = attempts[i];
    if (isAnswered(one) || one.held || (one.openedMs !== null && i < place)) break;
    failures++;
  }
  return failures;
}

/** The most attempts that failed in a row after which it came again. */
function longestRun(logs: readonly ClientLog[]): number {
  return logs.reduce(
    (most, { attempts }) =>
      attempts.reduce(
        (more, { page }, i) => (attempts[i + 1]?.page === page ? Math.max(more, failuresUpTo(attempts, i)) : more),
        most,
      ),
    0,
  );
}

/** Whether it stayed away for what was said to it, rather than for how often it had failed. */
export function isSentAway(logs: readonly ClientLog[], { attempts }: ClientLog, { afterAttempt }: Absence): boolean {
  const last = attempts[afterAttempt];
  if (last === undefined || last.treatment === 'close') return true;
  if (last.treatment !== 'refuse') return false;
  return last.code !== 503 || failuresUpTo(attempts, afterAttempt) <= longestRun(logs);
}

export function giveUpFinding(logs: readonly ClientLog[]): Finding {
  const field = 'giveUp';
  const gaveUp = logs.flatMap((log) =>
    log.absences
      .filter((absence) => log.attempts[absence.afterAttempt] !== undefined && !isSentAway(logs, log, absence))
      .map(({ afterAttempt, forMs }) => ({ failures: failuresUpTo(log.attempts, afterAttempt), forMs }))
      .filter(({ failures }) => failures > 0),
  );
  if (gaveUp.length > 0) {
    const after = Math.min(...gaveUp.map(({ failures }) => failures));
    const { forMs } = gaveUp.find(({ failures }) => failures === after)!;
    const seen = [`${plural(after, 'attempt')} failed in a row, and none came in the ${secondsText(forMs)} after`];
    return { field, value: { after }, seen };
  }
  const longest = longestRun(logs);
  if (longest === 0) return { field, value: null, seen: ['not seen: no attempt failed'] };
  const seen = [`${plural(longest, 'attempt')} failed in a row, and it went on`];
  return { field, value: { after: 'unlimited' }, seen };
}

/** What a client says at once is its login, not a ping. */
const LOGIN_MS = 300;

interface Silence {
  readonly log: ClientLog;
  readonly forMs: number;
  readonly left: boolean;
  /** since the silence began, when it spoke */
  readonly pingsMs: readonly number[];
  /** whether it spoke as soon as it was connected */
  readonly logsIn: boolean;
  readonly every: number | null;
}

/** The distance of signs of life, where there are two. */
function periodOf({ signs, openedMs }: SeenAttempt): number | null {
  const later = signs.filter(({ atMs }) => atMs > (openedMs ?? 0) + LOGIN_MS);
  const gaps = later.slice(1).map(({ atMs }, i) => atMs - later[i].atMs);
  return gaps.length === 0 ? null : median(gaps);
}

function silencesOf(logs: readonly ClientLog[]): readonly Silence[] {
  return logs.flatMap((log) =>
    log.attempts
      .filter(({ treatment, silentFromMs }) => treatment === 'accept' && silentFromMs !== null)
      .map((attempt) => {
        const fromMs = attempt.silentFromMs!;
        const openedMs = attempt.openedMs ?? fromMs;
        const late = attempt.signs.filter(({ atMs }) => atMs > Math.max(fromMs, openedMs + LOGIN_MS));
        return {
          log,
          forMs: (attempt.endMs ?? log.untilMs) - fromMs,
          left: attempt.endedBy === 'client',
          pingsMs: late.map(({ atMs }) => atMs - fromMs),
          logsIn: attempt.signs.some(({ atMs }) => atMs <= openedMs + LOGIN_MS),
          every: periodOf(attempt) ?? (late.length === 0 ? null : late[0].atMs - openedMs),
        };
      }),
  );
}

function keepalive(everyMs: number, timeoutMs: number): Written {
  return {
    every: formatDuration(Math.max(1, settingMs([everyMs]))),
    timeout: formatDuration(Math.max(1, settingMs([timeoutMs]))),
  };
}

function serverPingsFinding({ log: { serverPings }, forMs }: Silence): Finding {
  const { toldEveryMs, toldTimeoutMs, usual } = serverPings!;
  const told =
    toldTimeoutMs === null
      ? `told to expect a ping every ${secondsText(toldEveryMs)}, it left after ${secondsText(forMs)} of silence`
      : `told ${secondsText(toldEveryMs)} and ${secondsText(toldTimeoutMs)}, it left after ${secondsText(forMs)} of silence`;
  const timeout =
    toldTimeoutMs === null ? formatDuration(Math.max(1, settingMs([forMs - toldEveryMs]))) : usual.timeout;
  return {
    field: 'keepalive',
    value: { every: usual.every, timeout },
    seen: [
      told,
      toldTimeoutMs === null
        ? `how often is the server's word: ${usual.every} unless yours says otherwise`
        : `both are the server's word: ${usual.every} and ${usual.timeout} unless yours says otherwise`,
    ],
  };
}

function pingsFinding({ every, pingsMs, forMs, left }: Silence): Finding {
  const period = every ?? pingsMs[0];
  const spoke = `it spoke every ${secondsText(period)} or so`;
  if (left) {
    const timeoutMs = forMs - pingsMs[0];
    const seen = [`${spoke}, and left ${secondsText(timeoutMs)} after it got no answer`];
    return { field: 'keepalive', value: keepalive(period, timeoutMs), seen };
  }
  const unansweredMs = forMs - pingsMs[0];
  if (unansweredMs > 3 * period)
    return {
      field: 'keepalive',
      value: 'none',
      seen: [`${spoke}, but did not leave in the ${secondsText(unansweredMs)} without an answer`],
    };
  return {
    field: 'keepalive',
    value: keepalive(period, period),
    seen: [
      `${spoke}; how long it waits for an answer was not seen in ${secondsText(unansweredMs)}: as long, it is assumed`,
    ],
  };
}

export function keepaliveFinding(logs: readonly ClientLog[]): Finding {
  const silences = silencesOf(logs);
  const best = silences.find(({ left }) => left) ?? silences.find(({ pingsMs }) => pingsMs.length > 0) ?? silences[0];
  if (best === undefined)
    return { field: 'keepalive', value: null, seen: ['not seen: it was never connected in silence'] };
  const { log, forMs, left, pingsMs, logsIn } = best;
  if (left && log.serverPings !== null) return serverPingsFinding(best);
  if (pingsMs.length > 0) return pingsFinding(best);
  if (!left)
    return {
      field: 'keepalive',
      value: 'none',
      seen: [`connected in silence for ${secondsText(forMs)}: it said nothing and stayed; a rarer ping was not seen`],
    };
  if (log.dialect === null && logsIn)
    return {
      field: 'keepalive',
      value: 'none',
      seen: [
        `it asked for something when it was connected, and left ${secondsText(forMs)} later: it may be waiting for an answer that this program cannot give`,
      ],
    };
  return {
    field: 'keepalive',
    value: keepalive(forMs / 2, forMs / 2),
    seen: [
      `it left after ${secondsText(forMs)} of silence, without a ping of its own: \`every\` is how often your server speaks, and the two are ${secondsText(forMs)} together`,
    ],
  };
}
