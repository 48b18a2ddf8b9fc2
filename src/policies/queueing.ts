/**
 * Queueing: which of the attempts that wait at a host is served next, and
 * which is dropped from the line. A discipline sees the ends of its line, and
 * is asked again after each drop. A dropped attempt is rejected with the reason
 * `droppedFromQueue`. What it leaves out: an attempt whose time is over in the
 * middle of the line is dropped when it comes to an end of it.
 */
import { policy, type Registry } from './parameters.ts';

/** What to do with which end of the line. */
export type Verdict = 'serve-oldest' | 'serve-newest' | 'drop-oldest' | 'drop-newest';

/** A line in which somebody waits. */
export interface Line {
  readonly length: number;
  /** when it was empty last */
  readonly sinceMs: number;
  /** when the attempts at its ends joined it */
  oldestMs(): number;
  newestMs(): number;
}

/** The discipline of one line of one host, from one boot to the next. */
export interface Queueing {
  /**
   * How the host is seen to be stalled: by the age of the attempt it would
   * serve next (`oldest-first`), or by the time since a service began while
   * attempts waited (`since-last-start`). The instant must not go back while a
   * stall lasts, so a discipline that changes ends has the latter throughout.
   */
  readonly stall: 'oldest-first' | 'since-last-start';
  /** Asked when a slot is free, until an attempt is served or nobody waits. Times never go back. */
  next(nowMs: number, line: Line): Verdict;
}

/** CoDel as RFC 8289 has it, one packet being one attempt. */
function controlledDelay({ target, interval }: { readonly target: number; readonly interval: number }): Queueing {
  let firstAboveMs = 0;
  let isDropping = false;
  let hasJustDropped = false;
  let dropNextMs = 0;
  let count = 0;
  let lastCount = 0;
  const law = (fromMs: number): number => fromMs + interval / Math.sqrt(count);
  /** True if the wait has been at the target or above for an interval: the oldest may be dropped. */
  const isTooSlow = (nowMs: number, line: Line): boolean => {
    // At most one attempt would be left: too short a line to do something about.
    if (nowMs - line.oldestMs() < target || line.length <= 2) firstAboveMs = 0;
    else if (firstAboveMs === 0) firstAboveMs = nowMs + interval;
    else return nowMs >= firstAboveMs;
    return false;
  };
  const next = (nowMs: number, line: Line): Verdict => {
    const mayDrop = isTooSlow(nowMs, line);
    if (isDropping) {
      if (!mayDrop) isDropping = false;
      else if (hasJustDropped) dropNextMs = law(dropNextMs);
      hasJustDropped = false;
      if (!isDropping || nowMs < dropNextMs) return 'serve-oldest';
      count++;
      hasJustDropped = true;
      return 'drop-oldest';
    }
    if (!mayDrop) return 'serve-oldest';
    isDropping = true;
    // Dropping again soon after the last time goes on at the rate that it had come to.
    const gained = count - lastCount;
    count = gained > 1 && nowMs - dropNextMs < 16 * interval ? gained : 1;
    lastCount = count;
    dropNextMs = law(nowMs);
    return 'drop-oldest';
  };
  return { stall: 'oldest-first', next };
}

export const queueings: Registry<Queueing> = {
  fifo: policy({
    help: 'first in, first out: under overload everybody waits as long as the queue',
    formula: 'serves the oldest',
    source: 'definition',
    parameters: {},
    create: () => ({ stall: 'oldest-first', next: () => 'serve-oldest' }),
  }),
  lifo: policy({
    help: 'last in, first out: under overload the newest are served, the oldest starve',
    formula: 'serves the newest',
    source: 'definition',
    parameters: {},
    create: () => ({ stall: 'since-last-start', next: () => 'serve-newest' }),
  }),
  'adaptive-lifo': policy({
    help: 'the oldest first while few wait, the newest first in a backlog; what waited too long is dropped',
    formula:
      'serves the newest while more than `backlog` wait, else the oldest; drops what has waited longer than `target` if the line had not been empty for `interval` when it came, else longer than `interval`',
    source:
      'B. Maurer, "Fail at Scale", ACM Queue 13(8), 2015: adaptive LIFO with controlled delay, as at Facebook; `backlog` as the switch threshold of HHVM',
    parameters: {
      backlog: {
        unit: 'count',
        scales: 'hostSize',
        default: 10,
        min: 0,
        help: 'how many may wait before the newest goes first',
      },
      target: {
        unit: 'durationOrNone',
        default: 5,
        min: 0,
        exclusiveMin: true,
        help: 'the longest wait in a line that does not get empty; none: nothing is ever dropped',
      },
      interval: {
        unit: 'duration',
        default: 100,
        min: 0,
        exclusiveMin: true,
        help: 'how long a line may go without being empty, and the longest wait in one that gets empty',
      },
    },
    check: ({ target, interval }) =>
      target > interval && target < Infinity
        ? {
            parameter: 'target',
            expected: 'at most the interval',
            hint: 'a line that does not get empty must not let wait longer than one that does',
          }
        : null,
    create: ({ backlog, target, interval }) => {
      const isLate = (nowMs: number, cameMs: number, sinceMs: number): boolean =>
        target < Infinity && nowMs - cameMs > (cameMs - sinceMs > interval ? target : interval);
      const next = (nowMs: number, line: Line): Verdict => {
        if (isLate(nowMs, line.oldestMs(), line.sinceMs)) return 'drop-oldest';
        if (line.length <= backlog) return 'serve-oldest';
        return isLate(nowMs, line.newestMs(), line.sinceMs) ? 'drop-newest' : 'serve-newest';
      };
      return { stall: 'since-last-start', next };
    },
  }),
  codel: policy({
    help: 'controlled delay: drops the oldest, faster and faster, until the wait is short again',
    formula:
      'once the wait has been ≥ target for an interval: drops the oldest, and the next after interval/√k, k the drops so far, until a wait is below the target; never from a line of two or fewer',
    source: 'RFC 8289, section 5 (one packet is one attempt)',
    parameters: {
      target: { unit: 'duration', default: 5, min: 0, exclusiveMin: true, help: 'the wait that may stand' },
      interval: {
        unit: 'duration',
        default: 100,
        min: 0,
        exclusiveMin: true,
        help: 'how long it must stand before the first drop',
      },
    },
    create: controlledDelay,
  }),
};
