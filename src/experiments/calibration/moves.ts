/**
 * Where the next population looks: moves of the present one's draws. Points are
 * of the unit cube, in which every assumption is uniform; they are moved on the
 * scale of normal quantiles, which has no walls. There a draw is drawn back to the
 * mean of its neighbours and scattered by so much of their covariance that the
 * whole keeps its variance (Liu & West 2001; local covariance: Filippi et al.
 * 2013). Assumptions of which the population says no more than chance would are
 * drawn from the prior anew: they so leave the weights alone, which dozens of
 * them would spoil. One draw in ten is from the prior altogether, so that no weight
 * exceeds ten times that of the prior (Hesterberg 1995).
 */
import type { Stream } from '../../engine/luck.ts';
import { standardNormal } from '../../engine/variates.ts';
import { normalCdf, normalQuantile } from '../statistics.ts';
import { cholesky, logNormalDensity, times, type Matrix } from './matrix.ts';
import { effectiveSize, normalised, weightedMean } from './weighted.ts';

export interface Weighted {
  /** within (0, 1) in each coordinate */
  readonly point: readonly number[];
  readonly weight: number;
}

const PRIOR_SHARE = 0.1;
/** Neighbours are the nearer half, where that is so many for each assumption; else everybody. */
const NEAREST_SHARE = 0.5;
const NEIGHBOURS_EACH = 10;
/** An assumption counts as told of where chance alone would tell so of any in so many populations. */
const CHANCE = 0.05;

interface Move {
  readonly share: number;
  readonly centre: readonly number[];
  readonly factor: Matrix;
}

const clipped = (u: number): number => Math.min(1 - 1e-9, Math.max(1e-9, u));

/** Moves of weighted draws. */
export class Moves {
  /** the assumptions that are moved; the rest are drawn anew */
  readonly told: readonly number[];
  private readonly moves: readonly Move[];
  private readonly dimensions: number;

  constructor(draws: readonly Weighted[]) {
    const counting = draws.filter(({ weight }) => weight > 0);
    const shares = normalised(counting.map(({ weight }) => weight));
    const all = counting.map(({ point }) => point.map((u) => normalQuantile(clipped(u))));
    this.dimensions = draws[0].point.length;
    this.told = toldOf(all, shares);
    const points = all.map((point) => this.told.map((i) => point[i]));
    this.moves = points.map((point, i) => moveOf(point, shares[i], points, shares));
  }

  draw(luck: Stream): number[] {
    const pick = luck.uniform();
    const scatter = Array.from({ length: this.dimensions }, () => standardNormal(luck));
    const point = scatter.map((z) => clipped(normalCdf(z)));
    if (pick < PRIOR_SHARE) return point;
    let rest = (pick - PRIOR_SHARE) / (1 - PRIOR_SHARE);
    const { centre, factor } = this.moves.find(({ share }) => (rest -= share) < 0) ?? this.moves[this.moves.length - 1];
    const way = times(
      factor,
      this.told.map((i) => scatter[i]),
    );
    for (const [k, i] of this.told.entries()) point[i] = clipped(normalCdf(centre[k] + way[k]));
    return point;
  }

  /** The prior's density over that of the moves. */
  weightAt(point: readonly number[]): number {
    const z = this.told.map((i) => normalQuantile(clipped(point[i])));
    const prior = z.reduce((sum, one) => sum - (one * one) / 2, 0);
    const mixture = this.moves.reduce(
      (sum, { share, centre, factor }) => sum + share * Math.exp(logNormalDensity(z, centre, factor) - prior),
      0,
    );
    return 1 / (PRIOR_SHARE + (1 - PRIOR_SHARE) * mixture);
  }
}

/** Which coordinates have another mean, variance or correlation than independent standard normal ones have by chance. */
function toldOf(points: readonly (readonly number[])[], shares: readonly number[]): number[] {
  const n = effectiveSize(shares);
  const columns = points[0].map((_, i) => points.map((point) => point[i]));
  const means = columns.map((values) => weightedMean(values, shares));
  const variances = columns.map((values, i) => weightedMean(values.map((one) => (one - means[i]) * (one - means[i])), shares)); // prettier-ignore
  const beyond = (looks: number): number => normalQuantile(1 - CHANCE / (2 * looks));
  const own = beyond(2 * columns.length);
  const paired = beyond(Math.max(1, (columns.length * (columns.length - 1)) / 2));
  const correlation = (i: number, j: number): number =>
    weightedMean(
      columns[i].map((one, k) => (one - means[i]) * (columns[j][k] - means[j])),
      shares,
    ) / Math.sqrt(variances[i] * variances[j]);
  return columns.flatMap((_, i) => {
    const isOwn = Math.abs(means[i]) * Math.sqrt(n) > own || Math.abs(variances[i] - 1) * Math.sqrt(n / 2) > own;
    const isTold = isOwn || columns.some((__, j) => i !== j && Math.abs(correlation(i, j)) * Math.sqrt(n) > paired);
    return isTold ? [i] : [];
  });
}

/**
 * How much of its way to its neighbours' mean a draw keeps: less, the more
 * assumptions are moved, so that the moves of one draw lie among those of others.
 */
function keptOf(count: number, dimensions: number): number {
  const ratio = Math.log(count) / (2 * Math.max(1, dimensions));
  return Math.sqrt(ratio / (1 + ratio));
}

function moveOf(
  point: readonly number[],
  share: number,
  points: readonly (readonly number[])[],
  shares: readonly number[],
): Move {
  const half = Math.ceil(NEAREST_SHARE * points.length);
  const wanted = half >= NEIGHBOURS_EACH * point.length ? half : points.length;
  const distances = points.map((other) => other.reduce((sum, one, i) => sum + (one - point[i]) * (one - point[i]), 0));
  const near = distances
    .map((_, i) => i)
    .sort((a, b) => distances[a] - distances[b] || a - b)
    .slice(0, wanted);
  const own = near.map((i) => points[i]);
  const weights = normalised(near.map((i) => shares[i]));
  const mean = point.map((_, i) => weightedMean(own.map((one) => one[i]), weights)); // prettier-ignore
  const kept = keptOf(points.length, point.length);
  return {
    share,
    centre: point.map((one, i) => kept * one + (1 - kept) * mean[i]),
    factor: scatterOf(own, weights, mean, 1 - kept * kept),
  };
}

/**
 * Cholesky's factor of such a part of the covariance. Of as many draws as there
 * are assumptions, most of what seems to go together is chance: so covariances
 * are shrunk towards none the more, the fewer draws there are for so many.
 */
function scatterOf(
  points: readonly (readonly number[])[],
  weights: readonly number[],
  mean: readonly number[],
  part: number,
): Matrix {
  const together = points.length / (points.length + 2 * mean.length);
  const covariance = mean.map((_, i) =>
    mean.map((__, j) => {
      const own = points.reduce((all, one, k) => all + weights[k] * (one[i] - mean[i]) * (one[j] - mean[j]), 0);
      // A single draw has no scatter, and must have some.
      return i === j ? part * (own + 1e-6) : part * own * together;
    }),
  );
  const alone = mean.map((_, i) => mean.map((__, j) => (i === j ? Math.sqrt(covariance[i][i]) : 0)));
  return cholesky(covariance) ?? alone;
}
