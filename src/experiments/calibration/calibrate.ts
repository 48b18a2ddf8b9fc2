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
import {
  populations,
  type Evaluated,
  type Judge,
  type Particle,
  type Population,
  type Proposal,
  type Stop,
} from './populations.ts';
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
  readonly series: readonly SeriesAsked[];
  readonly against: readonly string[];
  readonly toleranceMs: number;
  readonly populations: readonly Population<DrawResult>[];
  /** all runs as one sample of the prior */
  readonly pooled: readonly Particle<DrawResult>[];
  readonly durationMs: number;
  readonly stop: Stop;
  readonly impossible: number;
}

/** A series as a row: it holds all along, and is read as a whole (series-readings.ts). */
function rowOfSeries({ name, reference, points, shiftMs }: SeriesAsked): ObservedRow {
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

/** What runs are held against rows by. */
export interface Asked {
  readonly rows: readonly ObservedRow[];
  readonly toleranceMs: number;
  readonly durationMs: number;
}

/**
 * How likely each row is taken to be simply wrong: not at all at the tolerance that
 * was asked for, and all of them at one as long as the clock. In between no run is
 * out of question that misses some rows and meets others, and the nearer they are
 * met, the better.
 */
export function doubtAt({ toleranceMs: asked, durationMs }: Omit<Asked, 'rows'>, toleranceMs: number): number {
  if (toleranceMs <= asked) return 0;
  return toleranceMs >= durationMs ? 1 : Math.log(toleranceMs / asked) / Math.log(durationMs / asked);
}

/** How the draws' runs are held against some of the rows. */
export function judgeOf({ rows, ...asked }: Asked, against: readonly string[]): Judge<DrawResult> {
  const judged = rows.flatMap((row, i) => (against.includes(row.name) ? [{ row, i }] : []));
  return {
    widestMs: Math.max(asked.toleranceMs, asked.durationMs),
    likelihood: ({ record }, withinMs) => {
      if (record === null) return 0;
      const doubt = doubtAt(asked, withinMs);
      const byChance = doubt * Math.min(1, (2 * withinMs) / asked.durationMs);
      return judged.reduce(
        (product, { row, i }) =>
          product * ((doubt === 1 ? 0 : (1 - doubt) * rowLikelihood(row, record.readings[i], withinMs)) + byChance),
        1,
      );
    },
  };
}

/** The least tolerance at which a run meets all of some rows; Infinity if none is wide enough. */
export function missedMsOf(rows: readonly ObservedRow[], names: readonly string[], { record }: DrawResult): number {
  if (record === null) return Infinity;
  return rows.reduce(
    (most, row, i) => (names.includes(row.name) ? Math.max(most, rowMissedMs(row, record.readings[i])) : most),
    0,
  );
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
    // While rows may be wrong, a run that misses two still counts.
    const isStrict = proposals[0].toleranceMs <= toleranceMs;
    const asked = { against, withinMs: isStrict ? toleranceMs : Infinity, toleranceMs, series };
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
    judge: judgeOf({ rows, toleranceMs, durationMs: scenario.clock.durationMs }, against),
    run,
    mayGoOn: request.mayGoOn,
    onPopulation: options.onPopulation,
  });
  const { all, pooled, stop } = found;
  const { durationMs } = scenario.clock;
  return {
    assumptions: space.assumptions,
    rows,
    series,
    against,
    toleranceMs,
    populations: all,
    pooled,
    durationMs,
    stop,
    impossible,
  };
}
