/**
 * Screening by elementary effects (Morris 1991): trajectories through a grid in
 * the unit cube that change one input at a time. Of each input the mean of the
 * effects' sizes (μ*, Campolongo, Cariboni & Saltelli 2007) says how much it
 * moves the output, and their standard deviation σ how much that depends on
 * where one is: interaction, or a bend. Of many trajectories those are taken
 * that lie farthest apart.
 */
import { Stream } from '../../engine/luck.ts';
import { mean } from '../statistics.ts';
import { shuffled } from './latin-hypercube.ts';

/** k + 1 points; from each to the next one input changes. */
export interface Trajectory {
  readonly points: readonly (readonly number[])[];
  /** which input changes after point i */
  readonly order: readonly number[];
}

/** Levels 0, 1/3, 2/3, 1; a step is two of them, so that each level is as likely. */
const LEVELS = 4;
const STEP = LEVELS / (2 * (LEVELS - 1));
const CANDIDATES_PER = 10;

function trajectory(k: number, luck: Stream): Trajectory {
  const start = Array.from({ length: k }, () => Math.floor(luck.uniform() * LEVELS) / (LEVELS - 1));
  const order = shuffled(k, luck);
  const points = [start];
  for (const input of order) {
    const next = [...points[points.length - 1]];
    next[input] += next[input] + STEP <= 1 + 1e-9 ? STEP : -STEP;
    points.push(next);
  }
  return { points, order };
}

function distance(a: Trajectory, b: Trajectory): number {
  let sum = 0;
  for (const p of a.points)
    for (const q of b.points)
      sum += Math.sqrt(p.reduce((square, value, i) => square + (value - q[i]) * (value - q[i]), 0));
  return sum;
}

/** So many trajectories through the cube of k inputs, far apart: each is the farthest from those before it. */
export function trajectories(seed: string, k: number, many: number): readonly Trajectory[] {
  const luck = new Stream(seed, 'sensitivity trajectories');
  const left = Array.from({ length: many * CANDIDATES_PER }, (_, i) => trajectory(k, luck.at(k, i)));
  const chosen = left.splice(0, 1);
  const apart = left.map(() => 0);
  while (chosen.length < many) {
    const last = chosen[chosen.length - 1];
    for (const [i, one] of left.entries()) apart[i] += distance(one, last);
    const farthest = apart.indexOf(Math.max(...apart));
    chosen.push(...left.splice(farthest, 1));
    apart.splice(farthest, 1);
  }
  return chosen;
}

export interface ElementaryEffects {
  /** mean size of the effects, per whole range of the input; NaN without any */
  readonly meanSize: number;
  /** their mean, with signs: where it is much smaller than the size, the effect turns round */
  readonly mean: number;
  readonly standardDeviation: number;
  readonly n: number;
}

/** Per input; `outputs` are those of each trajectory's points, NaN where there is none. */
export function elementaryEffects(
  walked: readonly Trajectory[],
  outputs: readonly (readonly number[])[],
  k: number,
): ElementaryEffects[] {
  const effects = Array.from({ length: k }, (): number[] => []);
  for (const [t, { points, order }] of walked.entries())
    for (const [i, input] of order.entries()) {
      const effect = (outputs[t][i + 1] - outputs[t][i]) / (points[i + 1][input] - points[i][input]);
      if (Number.isFinite(effect)) effects[input].push(effect);
    }
  return effects.map((own) => {
    const centre = mean(own);
    const squares = own.reduce((sum, one) => sum + (one - centre) * (one - centre), 0);
    return {
      meanSize: mean(own.map(Math.abs)),
      mean: centre,
      standardDeviation: own.length < 2 ? NaN : Math.sqrt(squares / (own.length - 1)),
      n: own.length,
    };
  });
}
