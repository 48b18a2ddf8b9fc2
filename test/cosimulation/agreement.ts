/**
 * How well two sides agree about a storm: their mean curves by the second, and their totals, of which those
 * of the real libraries must lie in the band in which the model's own seeds lie.
 */
import type { StormRecord } from './played-storm.ts';
import type { Totals } from './storm-world.ts';

/** In percentage points of the connected fraction. */
export const CURVE_MOST_PP = 2;
/** of the model's seeds */
const BAND = 0.99;

export interface Total {
  readonly name: keyof Totals;
  /** mean over the seeds, as a whole number */
  readonly real: number;
  readonly middle: number;
  readonly band: readonly [low: number, high: number];
}

export interface Agreement {
  /** where the curves differ most: by how much, the real one less the model's, and when */
  readonly curvePp: number;
  readonly curveAtSec: number;
  readonly totals: readonly Total[];
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Of values in ascending order, between neighbours in proportion. */
function quantile(sorted: readonly number[], fraction: number): number {
  const place = (sorted.length - 1) * fraction;
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (sorted[above] - sorted[below]) * (place - below);
}

const NAMES = ['attempts', 'connected', 'timedOut', 'rejected', 'reset'] as const satisfies readonly (keyof Totals)[];

export function agreementOf(real: readonly StormRecord[], model: readonly StormRecord[]): Agreement {
  let [curvePp, curveAtSec] = [0, 0];
  for (let second = 0; second < real[0].connected.length; second++) {
    const at = ({ connected }: StormRecord): number => connected[second];
    const differencePp = 100 * (mean(real.map(at)) - mean(model.map(at)));
    if (Math.abs(differencePp) > Math.abs(curvePp)) [curvePp, curveAtSec] = [differencePp, second];
  }
  const totals = NAMES.map((name): Total => {
    const sorted = model.map((run) => run.totals[name]).sort((a, b) => a - b);
    const [low, middle, high] = [(1 - BAND) / 2, 0.5, (1 + BAND) / 2].map((part) => quantile(sorted, part));
    return {
      name,
      real: Math.round(mean(real.map((run) => run.totals[name]))),
      middle: Math.round(middle),
      band: [Math.floor(low), Math.ceil(high)],
    };
  });
  return { curvePp, curveAtSec, totals };
}

export function totalText({ real, middle, band: [low, high] }: Total): string {
  if (real === middle && low === high) return String(real);
  return `${real} → ${middle} [${low}, ${high}]`;
}

/** What of it is beyond what is allowed, in words; none: they agree. */
export function misfitsOf({ curvePp, curveAtSec, totals }: Agreement): readonly string[] {
  const misfits: string[] = [];
  if (Math.abs(curvePp) > CURVE_MOST_PP)
    misfits.push(`the curves are ${curvePp.toFixed(1)} pp apart after ${curveAtSec} s`);
  for (const total of totals) {
    const { name, real, band } = total;
    if (real < band[0] || real > band[1]) misfits.push(`${name}: ${totalText(total)}`);
  }
  return misfits;
}
