/**
 * What observations say of assumptions. One is identified where the posterior's
 * variance is less than half of the prior's, on the scale on which it is drawn,
 * and less than chance alone would make it of so few draws; narrowed where it is
 * less than by chance. The prior is what could be run at all: what arithmetic alone
 * rules out, no observation has told. Of those that are not,
 * sums and ratios may be: along the directions in which the posterior scatters
 * least (the eigenvectors of its covariance), and of every two of them, with
 * coefficients of one; of assumptions on a logarithmic scale these are products
 * and ratios.
 */
import { normalQuantile } from '../statistics.ts';
import { eigenvectors } from './matrix.ts';
import { effectiveSize, weightedMean, weightedVariance } from './weighted.ts';

/** The prior's variance of each coordinate of the unit cube. */
const PRIOR_VARIANCE = 1 / 12;
const IDENTIFIED = 0.5;
/** Of fewer draws the prior's variance is not known better than by the cube. */
const PRIOR_DRAWS_MIN = 40;
const CHANCE = 0.01;
/** Directions are looked at where there are so many draws for each assumption. */
const DRAWS_EACH = 5;
const PARTS_MAX = 4;
/** A coefficient counts as one from here, as none below. */
const ONE = 0.7;
const NONE = 0.2;

export interface Posterior {
  /** each within the unit cube */
  readonly points: readonly (readonly number[])[];
  readonly weights: readonly number[];
  /** draws of the prior, all alike; the whole cube if there are none */
  readonly prior?: readonly (readonly number[])[];
}

/** Of something that is said of each point, the prior's variance. */
function priorVariance(prior: Posterior['prior'], of: (point: readonly number[]) => number, whole: number): number {
  const values = prior?.map(of) ?? [];
  const variance = values.length < PRIOR_DRAWS_MIN ? NaN : weightedVariance(values, values.map(() => 1)); // prettier-ignore
  return variance > 0 ? variance : whole;
}

/** 1 − posterior variance / prior variance: 1 where it is known for certain, 0 where nothing was learnt. */
export function contraction(
  values: readonly number[],
  weights: readonly number[],
  priorVariance = PRIOR_VARIANCE,
): number {
  return 1 - weightedVariance(values, weights) / priorVariance;
}

/** How a sample's variance scatters for one draw, as a share of it: of a uniform value, and of a sum of some. */
const SCATTER = { one: 0.8, sum: 1.4 };

/** What chance alone contracts in one of `looks` looks in a hundred. */
function chanceContraction(size: number, looks: number, of: keyof typeof SCATTER = 'one'): number {
  return size <= 1 ? 1 : normalQuantile(1 - CHANCE / Math.max(1, looks)) * Math.sqrt(SCATTER[of] / size);
}

export interface Identification {
  readonly contraction: number;
  readonly identified: boolean;
  /** learnt more than chance would, though not enough */
  readonly narrowed: boolean;
}

export function identifications({ points, weights, prior }: Posterior): Identification[] {
  const dimensions = points[0]?.length ?? 0;
  const chance = chanceContraction(effectiveSize(weights), dimensions);
  const least = Math.max(IDENTIFIED, chance);
  return Array.from({ length: dimensions }, (_, i) => {
    const whole = priorVariance(prior, (point) => point[i], PRIOR_VARIANCE);
    const own = contraction(points.map((point) => point[i]), weights, whole); // prettier-ignore
    return { contraction: own, identified: own > least, narrowed: own > chance && own <= least };
  });
}

/** Σ sign·value over the parts, the values on their own scales. */
export interface Combination {
  readonly parts: readonly { readonly index: number; readonly sign: 1 | -1 }[];
  readonly contraction: number;
}

/**
 * Sums and differences that are identified though none of their parts is, the
 * best first, and none that has a part of a better one. `widths`: how wide each
 * prior is on its own scale; `mayMeet`: whether two have the same scale.
 */
export function identifiedCombinations(
  posterior: Posterior,
  widths: readonly number[],
  mayMeet: (one: number, other: number) => boolean,
): Combination[] {
  const alone = identifications(posterior);
  const open = alone.flatMap(({ identified }, i) => (identified ? [] : [i]));
  const size = effectiveSize(posterior.weights);
  const pairs = open.flatMap((i) => open.flatMap((j) => (i < j && mayMeet(i, j) ? [[i, j] as const] : [])));
  const least = Math.max(IDENTIFIED, chanceContraction(size, 2 * pairs.length, 'sum'));
  const found = [
    ...pairs.flatMap(([i, j]) =>
      ([1, -1] as const).map((sign) => [
        { index: i, sign: 1 as const },
        { index: j, sign },
      ]),
    ),
    ...(size >= DRAWS_EACH * open.length ? directions(posterior, open, widths, mayMeet) : []),
  ]
    .map((parts) => ({ parts, contraction: combined(posterior, widths, parts) }))
    .filter(
      (one) =>
        one.contraction > least && one.parts.every(({ index }) => one.contraction > alone[index].contraction + 0.1),
    )
    .sort((a, b) => b.contraction - a.contraction || a.parts.length - b.parts.length);
  const taken = new Set<number>();
  return found.filter(({ parts }) => {
    const isNew = parts.every(({ index }) => !taken.has(index));
    if (isNew) for (const { index } of parts) taken.add(index);
    return isNew;
  });
}

type Parts = Combination['parts'];

function combined({ points, weights, prior }: Posterior, widths: readonly number[], parts: Parts): number {
  const valueOf = (point: readonly number[]): number =>
    parts.reduce((sum, { index, sign }) => sum + sign * widths[index] * point[index], 0);
  const whole = parts.reduce((sum, { index }) => sum + widths[index] * widths[index] * PRIOR_VARIANCE, 0);
  return contraction(points.map(valueOf), weights, priorVariance(prior, valueOf, whole));
}

/** Eigenvectors of three or more parts whose coefficients, on the values' own scales, are all about one. */
function directions(
  { points, weights }: Posterior,
  open: readonly number[],
  widths: readonly number[],
  mayMeet: (one: number, other: number) => boolean,
): Parts[] {
  const centre = open.map((i) => weightedMean(points.map((point) => point[i]), weights)); // prettier-ignore
  const covariance = open.map(
    (i, a) =>
    open.map((j, b) => weightedMean(points.map((point) => (point[i] - centre[a]) * (point[j] - centre[b])), weights)), // prettier-ignore
  );
  return eigenvectors(covariance).flatMap(({ vector }): Parts[] => {
    const own = vector.map((one, a) => one / widths[open[a]]);
    const greatest = Math.max(...own.map(Math.abs));
    const shares = own.map((one) => one / greatest);
    const parts = shares.flatMap((one, a) => (Math.abs(one) >= ONE ? [{ index: open[a], sign: one > 0 ? (1 as const) : (-1 as const) }] : [])); // prettier-ignore
    const isPlain = shares.every((one) => Math.abs(one) >= ONE || Math.abs(one) <= NONE);
    if (!isPlain || parts.length < 3 || parts.length > PARTS_MAX) return [];
    return parts.every(({ index }) => mayMeet(parts[0].index, index)) ? [parts] : [];
  });
}
