/**
 * What variants are worth within what fits the observations: each is run over the
 * same draws of the posterior, with the luck of the draw's number, beside the file
 * as it stands. Its worth is the share of the session-minutes lost that it saves,
 * with an interval over assumptions and luck alike; and of every two, how often
 * the one loses less than the other.
 */
import { Stream } from '../../engine/luck.ts';
import { BASELINE } from '../../metrics/judgement.ts';
import type { OpenedFile } from '../../scenario/load.ts';
import { runCalibrationDraws, type CalibrationDraw, type CalibrationRunOptions } from './calibration-runs.ts';
import type { Calibration } from './calibrate.ts';
import { lastPopulation } from './findings.ts';
import { resampled, weightedQuantile } from './weighted.ts';

export interface VariantWorth {
  readonly name: string;
  /** per draw; NaN where one of the two runs does not say */
  readonly saved: readonly number[];
  readonly median: number;
  readonly low: number;
  readonly high: number;
  /** of the draws, in how many it loses less than the file as it stands */
  readonly better: number;
}

export interface Worths {
  readonly draws: number;
  readonly variants: readonly VariantWorth[];
  /** P(row's variant loses less than column's), in the order of the variants; NaN on the diagonal */
  readonly beats: readonly (readonly number[])[];
  readonly complete: boolean;
}

export interface WorthRequest {
  readonly file: OpenedFile;
  readonly seed: string;
  readonly variants: readonly string[];
  readonly draws: number;
}

/**
 * Each variant over each draw: what it decides comes over what is assumed. Those that are no scenario together have none.
 */
function drawsOf({ file, variants }: WorthRequest, sets: readonly (readonly string[])[]): (CalibrationDraw | null)[][] {
  return [BASELINE, ...variants].map((variant) =>
    sets.map((set, number) => {
      const loaded = file.load({ variant, assuming: set });
      return loaded.ok ? { number, scenario: loaded.scenario, hash: loaded.hash } : null;
    }),
  );
}

export async function variantWorths(
  calibration: Calibration,
  request: WorthRequest,
  options: CalibrationRunOptions,
): Promise<Worths> {
  const { particles } = lastPopulation(calibration);
  const weights = particles.map(({ weight }) => weight);
  const uniform = new Stream(request.seed, 'posterior draws').at(0, 0).uniform();
  const sets = resampled(weights, request.draws, uniform).map((place) => particles[place].result.set);
  const byVariant = drawsOf(request, sets);
  const asked = byVariant.flat().filter((draw) => draw !== null);
  const seed = `${request.seed}/worth`;
  const records = await runCalibrationDraws(
    asked,
    seed,
    { against: [], withinMs: Infinity, toleranceMs: 0, series: [] },
    options,
  );
  const complete = records.length === asked.length;
  let place = 0;
  const lost = byVariant.map(
    (draws) =>
    draws.map((draw) => (draw === null ? NaN : (records[place++] as (typeof records)[number] | undefined)?.sessionMinutesLost ?? NaN)), // prettier-ignore
  );
  const [base, ...others] = lost;
  const variants = request.variants.map((name, v): VariantWorth => {
    const saved = others[v].map((one, i) => (base[i] > 0 ? 1 - one / base[i] : one === 0 ? 0 : NaN));
    const told = saved.filter((one) => !Number.isNaN(one));
    const at = (q: number): number => weightedQuantile(told, told.map(() => 1), q); // prettier-ignore
    return { name, saved, median: at(0.5), low: at(0.05), high: at(0.95), better: shareBelow(others[v], base) };
  });
  const beats = others.map((one, i) => others.map((other, j) => (i === j ? NaN : shareBelow(one, other))));
  return { draws: request.draws, variants, beats, complete };
}

/** In how many of the draws the one loses less than the other. */
function shareBelow(one: readonly number[], other: readonly number[]): number {
  const told = one.flatMap((lost, i) => (Number.isNaN(lost) || Number.isNaN(other[i]) ? [] : [lost < other[i]]));
  return told.length === 0 ? NaN : told.filter(Boolean).length / told.length;
}
