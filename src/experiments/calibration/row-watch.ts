/**
 * Whether a run need go on, for calibration: not once it has missed two of the
 * rows that it is held against by more than a tolerance. One that has missed a
 * single row goes on, for the probability of just that row, left out, is made of
 * such runs. A row is missed for certain when its window is over, so that whether
 * a run is cut does not depend on what would have come.
 */
import { endedRun } from '../../metrics/ended-run.ts';
import type { MetricsRecorder } from '../../metrics/metrics-recorder.ts';
import { decidedAtMs, rowReading, type RowReading } from '../../metrics/row-readings.ts';
import { seriesReading, type SeriesAsked } from '../../metrics/series-readings.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { longestWindowEndMs, rowLikelihood } from './row-likelihood.ts';

/** Plain data: workers get it. */
export interface RowsAsked {
  /** rows that it is held against */
  readonly against: readonly string[];
  /** Infinity: every run goes to its end */
  readonly withinMs: number;
  /** the tolerance that is aimed at, within which base rates are told */
  readonly toleranceMs: number;
  /** measured series that are looked at as well */
  readonly series: readonly SeriesAsked[];
}

/** So many missed rows end a run. */
const MISSED_ENDS = 2;

export class RowWatch {
  private readonly waiting: { readonly row: Scenario['observed'][number]; readonly atMs: number }[];
  private readonly withinMs: number;
  private missed = 0;

  constructor({ observed }: Scenario, { against, withinMs }: RowsAsked) {
    this.withinMs = withinMs;
    this.waiting = Number.isFinite(withinMs)
      ? observed
          .filter(({ name, expect }) => expect !== null && against.includes(name))
          .map((row) => ({ row, atMs: Math.max(decidedAtMs(row, withinMs), longestWindowEndMs(row, withinMs)) }))
          .sort((a, b) => a.atMs - b.atMs)
      : [];
  }

  isHopeless(recorder: MetricsRecorder, nowMs: number): boolean {
    if (this.waiting.length === 0 || this.waiting[0].atMs > nowMs) return false;
    const ended = endedRun(recorder);
    while (this.waiting.length > 0 && this.waiting[0].atMs <= nowMs) {
      const { row } = this.waiting[0];
      this.waiting.shift();
      if (rowLikelihood(row, rowReading(ended, row, false), this.withinMs) === 0) this.missed++;
    }
    return this.missed >= MISSED_ENDS;
  }
}

/** What a run made of every row that has a condition, and then of every series. */
export function rowReadings(
  ended: Parameters<typeof rowReading>[0],
  whole: boolean,
  { toleranceMs, series }: RowsAsked,
): RowReading[] {
  const rows = ended.scenario.observed.flatMap((row) =>
    row.expect === null ? [] : [rowReading(ended, row, whole, toleranceMs)],
  );
  return [...rows, ...series.map((one) => seriesReading(ended, one, whole, toleranceMs))];
}
