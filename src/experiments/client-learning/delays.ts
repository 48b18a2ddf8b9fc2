/**
 * The delays between attempts: what passes between a failure (a connection that
 * was lost, an attempt that failed) and the attempt after it, numbered as the
 * simulator does: 1 is the first after the drop. Where the client may have
 * started to count anew in between, the number is uncertain, and the delay says
 * nothing about the backoff until the reset rule is known.
 */
import { isAnswered, type ClientLog, type SeenAttempt } from './seen-attempts.ts';

export interface Delay {
  /** which client and which life of it: luck that is drawn once per page is the same within */
  readonly page: string;
  /** counted from the last connection that held */
  readonly number: number;
  readonly delayMs: number;
  /** how long the attempt or connection before lasted */
  readonly lastedMs: number;
  /** the delay before this one; 0 before the first */
  readonly previousDelayMs: number;
  /** the same from start to start */
  readonly previousSinceStartMs: number;
  /** false if a connection since opened but did not hold, so that the client may count otherwise */
  readonly isCertain: boolean;
  /** what it follows */
  readonly after: SeenAttempt;
}

/** Clocks of two sides may differ by so little. */
const SLACK_MS = 5;

interface Count {
  failures: number;
  isCertain: boolean;
  previousDelayMs: number;
  previousSinceStartMs: number;
}

function fresh(failures: number): Count {
  return { failures, isCertain: true, previousDelayMs: 0, previousSinceStartMs: 0 };
}

/** The count after an attempt has ended. */
function counted(count: Count, attempt: SeenAttempt): Count {
  if (isAnswered(attempt)) return fresh(0);
  if (attempt.held) return fresh(1);
  const mayReset = attempt.openedMs !== null;
  return { ...count, failures: count.failures + 1, isCertain: count.isCertain && !mayReset };
}

function delayBetween(before: SeenAttempt, next: SeenAttempt): number | null {
  if (before.endMs === null || isAnswered(before) || next.overlaps || next.page !== before.page) return null;
  const delayMs = next.startMs - before.endMs;
  return delayMs < -SLACK_MS ? null : Math.max(0, delayMs);
}

export function delaysOf({ name, attempts }: ClientLog): readonly Delay[] {
  const delays: Delay[] = [];
  // Before the first connection that held nobody knows how often it has tried.
  let count: Count = { ...fresh(0), isCertain: false };
  for (const [i, before] of attempts.entries()) {
    count = counted(count, before);
    if (i + 1 === attempts.length) break;
    const next = attempts[i + 1];
    const delayMs = delayBetween(before, next);
    if (next.page !== before.page) count = { ...fresh(0), isCertain: false };
    if (delayMs === null) continue;
    const lastedMs = before.endMs! - before.startMs;
    const { failures, isCertain, previousDelayMs, previousSinceStartMs } = count;
    const page = `${name}/${before.page}`;
    delays.push({
      page,
      number: failures,
      delayMs,
      lastedMs,
      previousDelayMs,
      previousSinceStartMs,
      isCertain,
      after: before,
    });
    count = { ...count, previousDelayMs: delayMs, previousSinceStartMs: lastedMs + delayMs };
  }
  return delays;
}

/** Those that tell of the backoff alone. */
export function plainDelays(delays: readonly Delay[]): readonly Delay[] {
  return delays.filter(({ isCertain, after }) => isCertain && after.retryAfterSec === null);
}
