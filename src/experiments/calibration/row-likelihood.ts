/**
 * How likely an observed row is after a run. The row's time is the state's own
 * with an error: the posting delay where somebody posted, else anything within
 * the tolerance, either way. A row is met at a tolerance ε as often as the state
 * with such an error falls within ε of the row's time: F(d + ε) − F(d − ε), of the
 * error's distribution F and the distance d from the state to the row. That is
 * approximate Bayesian computation with the error integrated out (Wilkinson 2013),
 * and with ε → 0 the likelihood itself. A row that says only that something has
 * begun, or holds, is met or not.
 *
 * The score is in bits against "nobody knows", a row that could as well be at any
 * other time of the clock.
 */
import { postingDelaysMs, windowAround } from '../../metrics/observed-window.ts';
import { timeOf } from '../../metrics/observed.ts';
import type { RowReading } from '../../metrics/row-readings.ts';
import type { Observed } from '../../scenario/scenario.ts';

/** The share of delays up to one, between samples interpolated. */
function shareUpTo(ascending: Float64Array, valueMs: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle] <= valueMs) low = middle + 1;
    else high = middle;
  }
  if (low === 0 || low === ascending.length) return low / ascending.length;
  const gap = ascending[low] - ascending[low - 1];
  return (low + (gap > 0 ? (valueMs - ascending[low - 1]) / gap : 0)) / (ascending.length + 1);
}

/** P(error ≤ x), of a row's time less that of its state. */
function errorShare({ postedAfter, toleranceMs }: Observed, errorMs: number): number {
  if (postedAfter !== null) return shareUpTo(postingDelaysMs(postedAfter), errorMs);
  if (toleranceMs === 0) return errorMs >= 0 ? 1 : 0;
  return Math.max(0, Math.min(1, (errorMs + toleranceMs) / (2 * toleranceMs)));
}

function isOfInstant({ means }: Observed): boolean {
  return means === 'begins';
}

function atMsOf(row: Observed): number {
  return row.expect === null ? row.atMs : timeOf(row, row.expect);
}

/** 0 … 1. `withinMs` is above zero. */
export function rowLikelihood(row: Observed, reading: RowReading, withinMs: number): number {
  if (row.expect === null) return 1;
  if (!isOfInstant(row)) return reading.missedMs !== null && reading.missedMs <= withinMs ? 1 : 0;
  const atMs = atMsOf(row);
  return reading.beginsMs.reduce((best, beginMs) => {
    const errorMs = atMs - beginMs;
    return Math.max(best, errorShare(row, errorMs + withinMs) - errorShare(row, errorMs - withinMs));
  }, 0);
}

/** The least tolerance at which the row's likelihood is not zero; Infinity if there is none. */
export function rowMissedMs(row: Observed, reading: RowReading): number {
  if (row.expect === null) return 0;
  if (!isOfInstant(row)) return reading.missedMs ?? Infinity;
  const atMs = atMsOf(row);
  const longestMs = row.postedAfter === null ? row.toleranceMs : (postingDelaysMs(row.postedAfter).at(-1) ?? 0);
  const soonestMs = row.postedAfter === null ? -row.toleranceMs : postingDelaysMs(row.postedAfter)[0];
  return reading.beginsMs.reduce(
    (best, beginMs) => Math.min(best, Math.max(0, soonestMs - (atMs - beginMs), atMs - beginMs - longestMs)),
    Infinity,
  );
}

/** Whether a run agrees with a row, within a tolerance beyond the row's own; null where it ended too soon to say. */
export function agrees(row: Observed, reading: RowReading, withinMs: number): boolean | null {
  return reading.holds === null ? null : rowMissedMs(row, reading) <= withinMs;
}

/** Whether a row holds where nobody knows anything: at a time drawn over the whole clock, or as often as it would in such runs. */
export function baseLikelihood(row: Observed, baseRate: number, withinMs: number, durationMs: number): number {
  return isOfInstant(row) ? Math.min(1, (2 * withinMs) / durationMs) : baseRate;
}

/** Bits gained over knowing nothing: 0 where it is no better; −Infinity where it was held for impossible. */
export function bits(likelihood: number, base: number): number {
  return Math.log(likelihood / base) / Math.LN2;
}

/** The earliest and the latest time at which the row's state may have begun to agree with it, for people and for charts. */
function agreeingWindow(row: Observed): { readonly fromMs: number; readonly toMs: number } {
  return windowAround(row, atMsOf(row));
}

/** Beyond this, no state can begin that would still agree with the row. */
export function longestWindowEndMs(row: Observed, withinMs: number): number {
  return agreeingWindow(row).toMs + withinMs;
}
