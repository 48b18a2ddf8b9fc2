/**
 * What a run makes of an observed row, for those who weigh many runs against it:
 * every instant at which the row's state begins, so that any posting delay can be
 * held against it; how far the row is missed; and its base rate, the share of
 * the clock at which the same row would hold in this run, within a tolerance
 * beyond its own: a row that would hold nearly anywhere says nearly nothing.
 */
import type { Observed } from '../scenario/scenario.ts';
import type { EndedRun } from './ended-run.ts';
import { CALM_FOR_MS } from './episodes.ts';
import { judgeObserved, milestoneInstants, timeOf, trueAt } from './observed.ts';
import { windowAround } from './observed-window.ts';
import { lastWholeSecond, SECOND_MS } from './second-history.ts';

/** Plain data. */
export interface RowReading {
  readonly name: string;
  readonly holds: boolean | null;
  /** null: the run ended too soon to tell; Infinity: nothing comes near */
  readonly missedMs: number | null;
  /** ascending; of a row that `holds` for a while, none */
  readonly beginsMs: readonly number[];
  /** NaN where the run was not asked for it */
  readonly baseRate: number;
}

const MINUTE_MS = 60_000;
const BEGINS_MAX = 200;

/** Second by second from the start of the clock to where the run ended. */
function truthsOf(ended: EndedRun, row: Observed): Uint8Array {
  const { expect } = row;
  const truths = new Uint8Array(Math.floor(ended.recorder.endMs / SECOND_MS) + 1);
  if (expect === null || expect.kind === 'milestone') return truths;
  for (let i = 0; i < truths.length; i++) truths[i] = trueAt(ended, expect, i * SECOND_MS) ? 1 : 0;
  return truths;
}

function beginsOf(ended: EndedRun, row: Observed, truths: Uint8Array): number[] {
  const { expect } = row;
  if (expect === null || row.means === 'holds') return [];
  if (expect.kind === 'milestone')
    return milestoneInstants(ended, expect.milestone, lastWholeSecond(timeOf(row, expect))).sort((a, b) => a - b);
  const begins: number[] = [];
  for (let i = 0; i < truths.length && begins.length < BEGINS_MAX; i++)
    if (truths[i] === 1 && (i === 0 || truths[i - 1] === 0)) begins.push(i * SECOND_MS);
  return begins;
}

/** The share of whole minutes at which the row would hold, if it were of then. */
function baseRateOf(
  ended: EndedRun,
  row: Observed,
  truths: Uint8Array,
  begins: readonly number[],
  withinMs: number,
): number {
  const { durationMs } = ended.scenario.clock;
  const sums = new Uint32Array(truths.length + 1);
  for (let i = 0; i < truths.length; i++) sums[i + 1] = sums[i] + truths[i];
  const trueWithin = (fromMs: number, toMs: number): number => {
    const from = Math.max(0, Math.ceil(fromMs / SECOND_MS));
    const to = Math.min(truths.length, Math.floor(toMs / SECOND_MS) + 1);
    return from >= to ? 0 : sums[to] - sums[from];
  };
  const heldMs = (row.untilMs ?? row.atMs) - row.atMs;
  const slackMs = row.postedAfter === null ? Math.min(row.toleranceMs, heldMs / 2) : 0;
  const holdsAt = (atMs: number): boolean => {
    const own = windowAround(row, atMs);
    const window = { fromMs: own.fromMs - withinMs, toMs: own.toMs + withinMs };
    if (row.means === 'holds') {
      const [fromMs, toMs] = [atMs + slackMs, atMs + heldMs - slackMs];
      const seconds = Math.floor(toMs / SECOND_MS) - Math.ceil(fromMs / SECOND_MS) + 1;
      return trueWithin(fromMs, toMs) >= seconds - withinMs / SECOND_MS;
    }
    if (row.means === 'has-begun' && row.expect?.kind === 'milestone') return begins.some((one) => one <= window.toMs);
    return row.means === 'has-begun'
      ? trueWithin(window.fromMs, window.toMs) > 0
      : begins.some((one) => one >= window.fromMs && one <= window.toMs);
  };
  let count = 0;
  let all = 0;
  for (let atMs = 0; atMs + heldMs <= durationMs; atMs += MINUTE_MS) {
    all++;
    if (holdsAt(atMs)) count++;
  }
  return all === 0 ? NaN : count / all;
}

/** `whole`: the run went to the end of its clock, so that a base rate can be told, within a tolerance beyond the row's own. */
export function rowReading(ended: EndedRun, row: Observed, whole: boolean, withinMs = 0): RowReading {
  const { holds, missedMs } = judgeObserved(ended, row);
  const truths = row.means === 'begins' || whole ? truthsOf(ended, row) : new Uint8Array(0);
  const beginsMs = beginsOf(ended, row, truths);
  return {
    name: row.name,
    holds,
    missedMs,
    beginsMs,
    baseRate: whole ? baseRateOf(ended, row, truths, beginsMs, withinMs) : NaN,
  };
}

/** When a run knows whether a row can still be met, at a tolerance beyond the row's own. */
export function decidedAtMs(row: Observed, withinMs: number): number {
  const { expect } = row;
  if (expect === null) return Infinity;
  const overMs = Math.max(row.untilMs ?? 0, windowAround(row, timeOf(row, expect)).toMs) + withinMs;
  // That it is resolved is known only when it has been calm for a while.
  return expect.kind === 'milestone' ? overMs + CALM_FOR_MS + SECOND_MS : overMs + SECOND_MS;
}
