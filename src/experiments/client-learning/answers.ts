/**
 * What a client makes of what it is told, and of connections that do not last:
 * found by holding its delays against its own backoff, once that is known.
 */
import { backoffs } from '../../policies/backoff.ts';
import { createPolicy } from '../../policies/parameters.ts';
import { formatDuration } from '../../scenario/quantity.ts';
import type { BackoffFit } from './backoff-fit.ts';
import type { Delay } from './delays.ts';
import { isSentAway, plural, settingMs, type Finding } from './findings.ts';
import { logLikelihood, seenMean, seenRange } from './likelihood.ts';
import { roundestBetween } from './round-numbers.ts';
import type { ClientLog } from './seen-attempts.ts';
import { secondsText } from './told-times.ts';

/** In nats: as good as certain. */
const CLEAR = 2;

/** By how much likelier a delay is if the client has begun to count anew. */
function forReset(fit: BackoffFit, delay: Delay): number {
  const backoff = createPolicy(backoffs, fit.best.spec);
  const anew: Delay = { ...delay, number: 1, previousDelayMs: 0, previousSinceStartMs: 0 };
  return logLikelihood(backoff, [anew]) - logLikelihood(backoff, [delay]);
}

interface Life {
  readonly lifeMs: number;
  readonly anew: boolean;
}

/** How long connections lived before they were cut, and whether the client counted anew after them. */
function livesOf(delays: readonly Delay[], fit: BackoffFit): readonly Life[] {
  const lives: Life[] = [];
  for (const delay of delays) {
    const { treatment, openedMs, answeredMs, endMs } = delay.after;
    if (treatment !== 'die' || openedMs === null || delay.number < 2) continue;
    const clear = forReset(fit, delay);
    if (Math.abs(clear) < CLEAR) continue;
    lives.push({ lifeMs: endMs! - (answeredMs ?? openedMs), anew: clear > 0 });
  }
  return lives.sort((a, b) => a.lifeMs - b.lifeMs);
}

export function resetFinding(logs: readonly ClientLog[], delays: readonly Delay[], fit: BackoffFit | null): Finding {
  const field = 'resetAfter';
  const lives = fit === null ? [] : livesOf(delays, fit);
  if (lives.length === 0) {
    const died = delays.some(({ after }) => after.treatment === 'die');
    const why = died ? 'its delays do not tell attempts apart' : 'no connection was cut soon after it opened';
    return { field, value: null, seen: [`not seen: ${why}`] };
  }
  const counted = lives.filter(({ anew }) => anew);
  const kept = lives.filter(({ anew }) => !anew);
  const shortest = counted.at(0);
  if (shortest !== undefined && kept.length === 0) {
    const seen = [`${plural(counted.length, 'connection')} cut after ${secondsText(shortest.lifeMs)}: it counts anew`];
    return { field, value: '0s', seen };
  }
  const longestKept = kept.at(-1)!.lifeMs;
  const held = logs.flatMap(({ attempts }) =>
    attempts
      .filter((one) => one.held && one.answeredMs !== null && one.endMs !== null && one.transport !== 'http')
      .map(({ answeredMs, endMs }) => endMs! - answeredMs!),
  );
  const later = [...counted.map(({ lifeMs }) => lifeMs), ...held].filter((ms) => ms > longestKept);
  const until = Math.min(...later);
  const said = `${plural(kept.length, 'connection')} cut after up to ${secondsText(longestKept)}: it counts on`;
  if (!Number.isFinite(until)) return { field, value: null, seen: [said, 'when it counts anew was not seen'] };
  return {
    field,
    value: formatDuration(roundestBetween(longestKept, until)),
    seen: [said, `after ${secondsText(until)} it counts anew; anything between would fit`],
  };
}

interface Hint {
  readonly hintMs: number;
  readonly delayMs: number;
  /** what its own backoff would have said, at most and on average */
  readonly mostMs: number;
  readonly meanMs: number;
}

function hintsOf(delays: readonly Delay[], fit: BackoffFit): readonly Hint[] {
  const backoff = createPolicy(backoffs, fit.best.spec);
  return delays
    .filter(({ after }) => after.retryAfterSec !== null)
    .map((delay) => ({
      hintMs: delay.after.retryAfterSec! * 1000,
      delayMs: delay.delayMs,
      mostMs: seenRange(backoff, delay)[1],
      meanMs: seenMean(backoff, delay),
    }))
    .filter(({ hintMs, mostMs }) => hintMs > mostMs + 200);
}

export function retryAfterFinding(delays: readonly Delay[], fit: BackoffFit | null): Finding {
  const field = 'retryAfter';
  const hints = fit === null ? [] : hintsOf(delays, fit);
  if (hints.length === 0)
    return { field, value: null, seen: ['not seen: no hint was given that its own delay does not hide'] };
  const seen = hints.map(
    ({ hintMs, delayMs }) => `told to come again in ${secondsText(hintMs)}, it came in ${secondsText(delayMs)}`,
  );
  const honoured = hints.filter(({ hintMs, delayMs }) => delayMs >= hintMs - 50);
  const ignored = hints.filter(({ delayMs, mostMs }) => delayMs <= mostMs + 100 + 0.05 * mostMs);
  if (honoured.length === hints.length) return { field, value: 'honour', seen };
  if (ignored.length === hints.length) return { field, value: 'ignore', seen };
  if (honoured.length > 0)
    return { field, value: null, seen: [...seen, 'it does not always do the same: choose for yourself'] };
  const between = hints.filter((one) => !ignored.includes(one));
  const waits = between.map(({ delayMs }) => delayMs);
  if (between.length > 1 && Math.max(...waits) - Math.min(...waits) < 0.05 * Math.max(...waits))
    return { field, value: { policy: 'capped', cap: formatDuration(settingMs(waits)) }, seen };
  const beyond = settingMs(between.map(({ delayMs, meanMs }) => Math.max(0, delayMs - meanMs)));
  return { field, value: { policy: 'clamped', beyond: formatDuration(beyond) }, seen };
}

/** What the client was told when it was sent away, and whether it came again. */
export interface SentAway {
  readonly told: string;
  readonly cameAgain: boolean;
}

export function sentAwayOf(logs: readonly ClientLog[]): readonly SentAway[] {
  const cameAgain = new Map<string, boolean>();
  for (const log of logs) {
    const { attempts, absences } = log;
    for (const [i, { treatment, code, page }] of attempts.entries()) {
      if (code === null || (treatment !== 'close' && treatment !== 'refuse')) continue;
      const told = treatment === 'close' ? `close ${code}` : `status ${code}`;
      const absence = absences.find(({ afterAttempt }) => afterAttempt === i);
      if (attempts[i + 1]?.page === page) cameAgain.set(told, cameAgain.get(told) ?? true);
      else if (absence !== undefined && isSentAway(logs, log, absence)) cameAgain.set(told, false);
    }
  }
  return [...cameAgain].map(([told, again]) => ({ told, cameAgain: again }));
}
