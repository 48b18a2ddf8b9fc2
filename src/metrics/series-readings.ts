/**
 * What a run makes of a measured series. A point agrees with the run at a tolerance
 * in time if, within so long of it, the metric comes within three standard deviations
 * of the point's value, or passes through it; the series agrees if all but one in
 * fifty of its points do. So a curve that is right but early or late is missed by how
 * early or late it is, in time, as an observed row is; one that never comes to the
 * height that was measured is missed by more than any time. The base rate is the share
 * of shifts of the series around the clock at which it would agree all the same.
 */
import type { MetricReference } from '../scenario/expression.ts';
import type { EndedRun } from './ended-run.ts';
import type { RowReading } from './row-readings.ts';
import { SECOND_MS } from './second-history.ts';
import { valueAt } from './catalogue.ts';

/** Plain data: workers get it. */
export interface SeriesAsked {
  readonly name: string;
  readonly reference: MetricReference;
  readonly points: readonly { readonly atMs: number; readonly value: number }[];
  /** in the unit of the metric */
  readonly sd: number;
  readonly shiftMs: number;
}

const DEVIATIONS = 3;
const DISAGREEING = 0.02;
const SHIFTS = 60;

/** The metric at whole seconds, as far as the run went. */
function valuesOf(ended: EndedRun, { reference }: SeriesAsked): Float64Array {
  const count = Math.floor(ended.recorder.endMs / SECOND_MS) + 1;
  return Float64Array.from({ length: count }, (_, i) => valueAt(ended, reference, i * SECOND_MS).value);
}

/** Whether the metric comes to a value within a second, or passes it from one to the next. */
function comesTo(values: Float64Array, second: number, low: number, high: number): boolean {
  const here = values[second];
  if (here >= low && here <= high) return true;
  const before = second > 0 ? values[second - 1] : here;
  return (before < low && here > high) || (before > high && here < low);
}

/** How far in time the nearest second is at which a point agrees; Infinity beyond `mostMs`. */
function pointMissedMs(values: Float64Array, atMs: number, value: number, sd: number, mostMs: number): number {
  const [low, high] = [value - DEVIATIONS * sd, value + DEVIATIONS * sd];
  const centre = Math.round(atMs / SECOND_MS);
  const most = Math.min(values.length, Math.floor(mostMs / SECOND_MS));
  for (let away = 0; away <= most; away++) {
    const [before, after] = [centre - away, centre + away];
    if (before >= 0 && before < values.length && comesTo(values, before, low, high)) return away * SECOND_MS;
    if (after >= 0 && after < values.length && comesTo(values, after, low, high)) return away * SECOND_MS;
  }
  return Infinity;
}

/** So that all but so many of the points agree. */
function missedMsOf(missed: readonly number[], shiftMs: number): number {
  const ascending = [...missed].sort((a, b) => a - b);
  const may = Math.floor(DISAGREEING * ascending.length);
  return Math.max(0, ascending[ascending.length - 1 - may] - shiftMs);
}

function baseRateOf(
  values: Float64Array,
  { points, sd, shiftMs }: SeriesAsked,
  durationMs: number,
  toleranceMs: number,
): number {
  let agreeing = 0;
  for (let i = 0; i < SHIFTS; i++) {
    const byMs = (i / SHIFTS) * durationMs;
    const mostMs = toleranceMs + shiftMs;
    const missed = points.map(({ atMs, value }) =>
      pointMissedMs(values, (atMs + byMs) % durationMs, value, sd, mostMs),
    );
    if (missedMsOf(missed, shiftMs) <= toleranceMs) agreeing++;
  }
  return agreeing / SHIFTS;
}

/** `whole`: the run went to the end of its clock; else it says nothing of a series. */
export function seriesReading(ended: EndedRun, series: SeriesAsked, whole: boolean, toleranceMs: number): RowReading {
  const { name, points, sd, shiftMs } = series;
  if (!whole) return { name, holds: null, missedMs: null, beginsMs: [], baseRate: NaN };
  const { durationMs } = ended.scenario.clock;
  const values = valuesOf(ended, series);
  const missed = points.map(({ atMs, value }) => pointMissedMs(values, atMs, value, sd, durationMs));
  const missedMs = missedMsOf(missed, shiftMs);
  return {
    name,
    holds: missedMs === 0,
    missedMs,
    beginsMs: [],
    baseRate: baseRateOf(values, series, durationMs, toleranceMs),
  };
}
