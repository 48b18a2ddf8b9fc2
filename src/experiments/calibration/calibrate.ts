/**
 * Calibration of a file's assumptions to its observed rows: populations of draws
 * whose runs come nearer and nearer to the rows, up to a tolerance. Draws that are
 * impossible by arithmetic are not run. Rows that are held out are looked at and
 * have no say.
 */
import type { Assumption } from '../../scenario/assumptions.ts';
import type { SeriesAsked } from '../../metrics/series-readings.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import type { DrawSpace } from '../sensitivity/draw-space.ts';
import { runCalibrationDraws, type CalibrationRecord, type CalibrationRunOptions } from './calibration-runs.ts';
import { populations, type Evaluated, type Judge, type Population, type Proposal, type Stop } from './populations.ts';
import { rowLikelihood, rowMissedMs } from './row-likelihood.ts';

export type ObservedRow = Scenario['observed'][number];

export interface CalibrationRequest {
  readonly space: DrawSpace;
  /** the file as it stands */
  readonly scenario: Scenario;
  readonly seed: string;
  /** series that were measured: rows like the others */
  readonly series: readonly SeriesAsked[];
  /** names of the rows that it is held against */
  readonly against: readonly string[];
  readonly particles: number;
  readonly toleranceMs: number;
  /** false once there is no time for more */
  readonly mayGoOn?: (() => boolean) | undefined;
}

/** A draw's run: null where it cost too much. */
export interface DrawResult {
  readonly set: readonly string[];
  readonly record: CalibrationRecord | null;
}

export interface Calibration {
  readonly assumptions: readonly Assumption[];
  /** all rows with a condition, then the measured series */
  readonly rows: readonly ObservedRow[];
  readonly against: readonly string[];
  readonly toleranceMs: number;
  readonly populations: readonly Population<DrawResult>[];
  readonly stop: Stop;
  readonly impossible: number;
}

/** A series as a row: it holds all along, and is read as a whole (series-readings.ts). */
export function rowOfSeries({ name, reference, points, shiftMs }: SeriesAsked): ObservedRow {
  const text = [reference.metric, ...reference.parts].join('.');
  return {
    name,
    atMs: points[0].atMs,
    says: '',
    note: '',
    toleranceMs: shiftMs,
    expect: { kind: 'comparison', text, left: reference, operator: '>=', right: { kind: 'value', value: 0 } },
    means: 'holds',
    untilMs: points[points.length - 1].atMs,
    postedAfter: null,
  };
}

/** How the draws' runs are held against some of the rows. */
export function judgeOf(rows: readonly ObservedRow[], against: readonly string[]): Judge<DrawResult> {
  const judged = rows.flatMap((row, i) => (against.includes(row.name) ? [{ row, i }] : []));
  return {
    missedMs: ({ record }) =>
      record === null ? Infinity : Math.max(0, ...judged.map(({ row, i }) => rowMissedMs(row, record.readings[i]))),
    likelihood: ({ record }, withinMs) =>
      record === null
        ? 0
        : judged.reduce((product, { row, i }) => product * rowLikelihood(row, record.readings[i], withinMs), 1),
  };
}

/** Throws an EmptyBox where the prior leaves nothing to run, and a ReplicationError where a run fails. */
export async function calibrate(
  request: CalibrationRequest,
  options: CalibrationRunOptions & { readonly onPopulation?: (population: Population<DrawResult>) => void },
): Promise<Calibration> {
  const { space, scenario, seed, against, series, particles, toleranceMs } = request;
  const rows = [...scenario.observed.filter(({ expect }) => expect !== null), ...series.map(rowOfSeries)];
  let impossible = 0;
  const load = (point: readonly number[]) => space.load(space.settingsOf(point));
  const run = async (proposals: readonly Proposal[]): Promise<readonly Evaluated<DrawResult>[]> => {
    const draws = proposals.map(({ point, number }) => {
      const loaded = load(point);
      if (loaded.state !== 'runs') throw new Error(`a draw that was possible is not: ${loaded.why}`);
      return { number, ...loaded.draw };
    });
    const asked = { against, withinMs: proposals[0].toleranceMs, toleranceMs, series };
    const records = await runCalibrationDraws(draws, seed, asked, options);
    return records.map((record, i) => ({ proposal: proposals[i], result: { set: draws[i].set, record } }));
  };
  const found = await populations<DrawResult>({
    seed,
    names: space.assumptions.map(({ path }) => path),
    particles,
    toleranceMs,
    isPossible: (point) => {
      const isPossible = load(point).state === 'runs';
      if (!isPossible) impossible++;
      return isPossible;
    },
    judge: judgeOf(rows, against),
    run,
    mayGoOn: request.mayGoOn,
    onPopulation: options.onPopulation,
  });
  const { all, stop } = found;
  return { assumptions: space.assumptions, rows, against, toleranceMs, populations: all, stop, impossible };
}
