/**
 * A model of a few formulas in the place of runs, for the tests of calibration:
 * what it makes of a point of the unit cube, and how far that is from what was
 * observed. Its luck is keyed by population and number, as that of runs is by
 * their seed.
 */
import { Stream } from '../../../src/engine/luck.ts';
import { standardNormal } from '../../../src/engine/variates.ts';
import {
  populations,
  type Evaluated,
  type Judge,
  type Populations,
  type Proposal,
} from '../../../src/experiments/calibration/populations.ts';

export interface MadeUp {
  readonly seed: string;
  readonly names: readonly string[];
  readonly particles: number;
  readonly tolerance: number;
  /** what comes out at a point; `normal` is the run's own luck */
  readonly outcome: (point: readonly number[], normal: () => number) => number;
  readonly observed: number;
  /** how likely what was observed is after such an outcome; whether it is near enough, if not said */
  readonly likelihood?: Judge<number>['likelihood'];
  readonly isPossible?: (point: readonly number[]) => boolean;
  /** proposals that are run at a time, to show that it makes no difference */
  readonly atATime?: number;
}

export function calibrated(made: MadeUp): Promise<Populations<number>> {
  const { seed, names, particles, tolerance, outcome, observed } = made;
  const luck = new Stream(seed, 'outcome');
  const missedMs = (result: number): number => Math.abs(result - observed);
  return populations({
    seed,
    names,
    particles,
    toleranceMs: tolerance,
    isPossible: made.isPossible ?? (() => true),
    judge: { widestMs: 100, likelihood: made.likelihood ?? ((result, within) => (missedMs(result) <= within ? 1 : 0)) },
    run: (proposals) =>
      Promise.resolve(
        proposals.map((proposal: Proposal): Evaluated<number> => {
          const own = luck.at(proposal.population, proposal.number);
          return { proposal, result: outcome(proposal.point, () => standardNormal(own)) };
        }),
      ),
  });
}

/** Of the last population. */
export function lastOf(all: Populations<number>): { points: (readonly number[])[]; weights: number[]; size: number } {
  const { particles, effectiveSize } = all.all[all.all.length - 1];
  return {
    points: particles.map(({ proposal }) => proposal.point),
    weights: particles.map(({ weight }) => weight),
    size: effectiveSize,
  };
}

/** The greatest distance between a weighted sample and a law (Kolmogorov and Smirnov's). */
export function greatestDistance(
  values: readonly number[],
  weights: readonly number[],
  cdf: (x: number) => number,
): number {
  const sum = weights.reduce((all, one) => all + one, 0);
  const order = values.map((_, i) => i).sort((a, b) => values[a] - values[b]);
  let before = 0;
  let greatest = 0;
  for (const i of order) {
    const after = before + weights[i] / sum;
    const law = cdf(values[i]);
    greatest = Math.max(greatest, Math.abs(law - before), Math.abs(after - law));
    before = after;
  }
  return greatest;
}

/** What that distance does not exceed in 99 of 100 samples of the law (its limit for many). */
export function chanceDistance(size: number): number {
  return 1.628 / Math.sqrt(size);
}
