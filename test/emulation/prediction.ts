/**
 * What the product predicts of an experiment: its derived scenario run with many seeds, the
 * bands in which those runs lie, and how real runs are judged by them. In totals the middle
 * one of the real runs counts; of their curves each does, at every second.
 */
import { loadScenario, simulate, type Outcome } from '../../src/cascade-sim.ts';
import { median, quantile } from '../../src/experiments/statistics.ts';
import { derivedScenario } from './derived-scenario.ts';
import type { Experiment, ExperimentSpec } from './experiment.ts';
import type { Measured, Totals } from './measured.ts';
import type { EmulationRecord } from './record.ts';

/** Percentage points that a curve may be outside its band, and what near a threshold. */
const OUTSIDE_PP_MAX = 3;
const OUTSIDE_NEAR_THRESHOLD_PP_MAX = 8;
const TOTALS_LEVEL = 0.99;
const CURVE_LEVEL = 0.95;
/** Recovered is who is disconnected no more than this, and stays so. */
const RECOVERED_FRACTION = 0.01;

const METRICS_OF: Readonly<Record<keyof Totals, readonly string[]>> = {
  drops: ['drops'],
  attempts: ['attempts'],
  connected: ['attempts.connected'],
  timedOut: ['attempts.timedOut'],
  failed: ['attempts.rejected', 'attempts.reset'],
  livenessKills: ['hostDeaths.liveness'],
};
export const totalNames = Object.keys(METRICS_OF) as (keyof Totals)[];

function totalsOf({ metrics }: Outcome): Totals {
  const value = (name: string): number => {
    const found = metrics[name];
    if (typeof found !== 'number') throw new Error(`a run has no ${name}`);
    return found;
  };
  const sums = totalNames.map((name) => [name, METRICS_OF[name].reduce((sum, metric) => sum + value(metric), 0)]);
  return Object.fromEntries(sums) as Record<keyof Totals, number>;
}

/** One run of the product for each seed, told as a real one. */
export async function predict(
  { name, experiment, calibration }: Pick<EmulationRecord, 'name' | 'experiment' | 'calibration'>,
  seedCount: number,
): Promise<Measured[]> {
  const file = loadScenario(JSON.stringify(derivedScenario(name, experiment, calibration)), { file: `${name}.json` });
  const runs: Measured[] = [];
  for (let i = 0; i < seedCount; i++) {
    const { outcome, series } = await simulate(file, { seed: `emulation/${name}/${i}` });
    runs.push({ connected: [...series.columns['sessions.connected']], totals: totalsOf(outcome) });
  }
  return runs;
}

export interface Band {
  readonly low: number;
  readonly middle: number;
  readonly high: number;
}

function bandOf(values: readonly number[], level: number): Band {
  const tail = (1 - level) / 2;
  return { low: quantile(values, tail), middle: median(values), high: quantile(values, 1 - tail) };
}

export const totalBand = (predicted: readonly Measured[], name: keyof Totals): Band =>
  bandOf(
    predicted.map(({ totals }) => totals[name]),
    TOTALS_LEVEL,
  );

/** From the first kill to the first second from which on nearly all are connected; Infinity: not by the end. */
export function recoveredAfterSec({ clients, kills }: ExperimentSpec, { connected }: Measured): number {
  const last = connected.findLastIndex((count) => count < clients * (1 - RECOVERED_FRACTION));
  if (last === connected.length - 1) return Infinity;
  return Math.max(0, last + 1 - Math.floor(kills[0].atMs / 1000));
}

/** One that may be Infinity: quantiles are runs, and nothing between two of them. */
export function recoveryBand(experiment: ExperimentSpec, predicted: readonly Measured[]): Band {
  const sorted = predicted.map((run) => recoveredAfterSec(experiment, run)).sort((a, b) => a - b);
  const at = (fraction: number): number => sorted[Math.round(fraction * (sorted.length - 1))];
  const tail = (1 - CURVE_LEVEL) / 2;
  return { low: at(tail), middle: at(0.5), high: at(1 - tail) };
}

export interface Outside {
  /** percentage points of all clients, of the run that is furthest out */
  readonly pp: number;
  readonly atSec: number;
  /** seconds at which some run is outside by more than a percentage point */
  readonly seconds: number;
}

/** How far the curves of the real runs leave the band of the predicted ones. */
export function outsideBand(clients: number, real: readonly Measured[], predicted: readonly Measured[]): Outside {
  const pps = real[0].connected.map((_, second) => {
    const { low, high } = bandOf(
      predicted.map(({ connected }) => connected[second]),
      CURVE_LEVEL,
    );
    const beyond = real.map(({ connected }) => Math.max(low - connected[second], connected[second] - high, 0));
    return (100 * Math.max(...beyond)) / clients;
  });
  const pp = Math.max(...pps);
  return { pp, atSec: pps.indexOf(pp), seconds: pps.filter((one) => one > 1).length };
}

/** In what the record is not as predicted; nothing: it fits. */
export function misfits(
  { experiment: { clients }, runs }: Pick<EmulationRecord, 'experiment' | 'runs'>,
  predicted: readonly Measured[],
  { nearThreshold }: Pick<Experiment, 'nearThreshold'>,
): string[] {
  const found = totalNames.flatMap((name) => {
    const { low, high } = totalBand(predicted, name);
    const middle = median(runs.map(({ totals }) => totals[name]));
    const told = runs.map(({ totals }) => totals[name]).join(', ');
    return middle >= low && middle <= high ? [] : [`${name} ${told}, predicted ${low} to ${high}`];
  });
  const { pp, atSec } = outsideBand(clients, runs, predicted);
  const most = nearThreshold === undefined ? OUTSIDE_PP_MAX : OUTSIDE_NEAR_THRESHOLD_PP_MAX;
  if (pp > most) found.push(`the curve leaves the band by ${pp.toFixed(1)} pp at ${atSec} s, more than ${most}`);
  return found;
}
