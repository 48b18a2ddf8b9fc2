/**
 * What a calibration says: of each assumption the prior and the posterior, and
 * whether the observations identify it; which products and ratios they do
 * identify; and what each row is worth.
 *
 * A row is judged by four figures, all within the tolerance that was asked for. Its base rate is the share of the clock at which
 * it would hold against the runs that fit. Its probability is the share of runs in
 * which it holds: of the prior's, of those that fit, and, left out, of those that fit all other rows.
 * From the last, with the posting delay, come its bits over knowing nothing. So it
 * is empty where it would hold nearly anywhere; given where it holds whatever is
 * assumed; predicted where the other rows tell it, and little else would; and else
 * it is fitted, by assumptions of its own, or missed.
 */
import type { Assumption } from '../../scenario/assumptions.ts';
import type { Calibration, DrawResult, ObservedRow } from './calibrate.ts';
import { judgeOf, missedMsOf } from './calibrate.ts';
import { identifications, identifiedCombinations, type Combination } from './identification.ts';
import { type Evaluated, type Particle, type Population } from './populations.ts';
import { agrees, baseLikelihood, bits, rowLikelihood } from './row-likelihood.ts';
import { effectiveSize, weightedMean, weightedQuantile, weightedShare } from './weighted.ts';

export type RowKind = 'predicted' | 'fitted' | 'given' | 'empty' | 'missed' | 'unknown';

export interface AssumptionFinding {
  readonly assumption: Assumption;
  /** places in its range below which 5, 50 and 95 % of the posterior lie */
  readonly places: readonly [number, number, number];
  /** of choices, the posterior share of each; empty for a range */
  readonly shares: readonly number[];
  readonly contraction: number;
  readonly identified: boolean;
  /** learnt more than chance would, though not half */
  readonly narrowed: boolean;
}

export interface RowFinding {
  readonly row: ObservedRow;
  readonly heldOut: boolean;
  readonly prior: number;
  readonly posterior: number;
  /** NaN where too few runs fit the other rows to tell */
  readonly leftOut: number;
  /** how many even runs that is made of */
  readonly leftOutSize: number;
  readonly baseRate: number;
  /** over knowing nothing, of the row left out */
  readonly bits: number;
  readonly kind: RowKind;
}

export interface Findings {
  readonly assumptions: readonly AssumptionFinding[];
  readonly combinations: readonly Combination[];
  readonly rows: readonly RowFinding[];
  /** the bits of all rows left out, of those that can be told */
  readonly bits: number;
  readonly effectiveSize: number;
}

const EMPTY = 0.5;
const LOW_BASE = 0.2;
const LIKELY = 0.5;
const GIVEN = 0.95;
/** Fewer even runs than these tell nothing of a row left out. */
const LEFT_OUT_MIN = 5;

export function lastPopulation({ populations }: Calibration): Population<DrawResult> {
  return populations[populations.length - 1];
}

/** How wide each prior is on the scale on which values are added up. */
function widthOf(assumption: Assumption): number {
  if (assumption.kind === 'choices') return 1;
  const { low, high, scale } = assumption;
  return scale === 'log' ? Math.log(high / low) : high - low;
}

/** Products are of factors, sums of what is of one notation. */
function mayMeet(one: Assumption, other: Assumption): boolean {
  if (one.kind === 'choices' || other.kind === 'choices') return false;
  if (one.scale !== other.scale) return false;
  return one.scale === 'log' || one.leaf.notation === other.leaf.notation;
}

function assumptionFindings(
  assumptions: readonly Assumption[],
  particles: readonly Particle<DrawResult>[],
  prior: readonly (readonly number[])[],
): AssumptionFinding[] {
  const points = particles.map(({ proposal }) => proposal.point);
  const weights = particles.map(({ weight }) => weight);
  const identified = identifications({ points, weights, prior });
  return assumptions.map((assumption, i) => {
    const values = points.map((point) => point[i]);
    const at = (q: number): number => weightedQuantile(values, weights, q);
    const count = assumption.kind === 'choices' ? assumption.choices.length : 0;
    const shares = Array.from({ length: count }, (_, k) =>
      weightedShare(
        values.map((u) => Math.floor(u * count) === k),
        weights,
      ),
    );
    return { assumption, places: [at(0.05), at(0.5), at(0.95)], shares, ...identified[i] };
  });
}

/** NaN stands for a run that does not say. */
function shareHolding(
  { rows, toleranceMs }: Calibration,
  runs: readonly Evaluated<DrawResult>[],
  weights: readonly number[],
  row: number,
): number {
  const told = runs.flatMap(({ result }, i) => {
    const { record } = result;
    const holds = record === null ? null : agrees(rows[row], record.readings[row], toleranceMs);
    return holds === null ? [] : [{ holds, weight: weights[i] }];
  });
  if (told.length === 0) return NaN;
  return weightedShare(
    told.map(({ holds }) => holds),
    told.map(({ weight }) => weight),
  );
}

function kindOf(finding: Omit<RowFinding, 'kind'>): RowKind {
  const { prior, posterior, leftOut, baseRate, heldOut } = finding;
  if (baseRate > EMPTY) return 'empty';
  if (prior > GIVEN) return 'given';
  if (Number.isNaN(leftOut)) return 'unknown';
  if (leftOut > LIKELY && baseRate < LOW_BASE) return 'predicted';
  return posterior > LIKELY && !heldOut ? 'fitted' : 'missed';
}

function rowFinding(calibration: Calibration, index: number, durationMs: number): RowFinding {
  const { rows, against, populations, pooled: run, toleranceMs: asked } = calibration;
  const row = rows[index];
  const last = lastPopulation(calibration);
  const { particles, toleranceMs } = last;
  const others = judgeOf(calibration, against.filter((name) => name !== row.name)); // prettier-ignore
  // Runs that were cut have missed two rows, so the others as well.
  const weights = run.map(({ weight, result }) => weight * others.likelihood(result, toleranceMs));
  const size = effectiveSize(weights);
  const own = particles.map(({ weight }) => weight);
  const rates = particles.map(({ result }) => result.record?.readings[index].baseRate ?? NaN);
  const baseRate = weightedMean(rates, own);
  const told = size >= LEFT_OUT_MIN;
  const likely = run.map(({ result: { record } }) =>
    record === null ? 0 : rowLikelihood(row, record.readings[index], asked),
  );
  const base = baseLikelihood(row, baseRate, asked, durationMs);
  const first = populations[0].run;
  const finding = {
    row,
    heldOut: !against.includes(row.name),
    prior: shareHolding(calibration, first, first.map(() => 1), index), // prettier-ignore
    posterior: shareHolding(calibration, particles, own, index),
    leftOut: told ? shareHolding(calibration, run, weights, index) : NaN,
    leftOutSize: size,
    baseRate,
    bits: told ? bits(weightedMean(likely, weights), base) : NaN,
  };
  return { ...finding, kind: kindOf(finding) };
}

export function findingsOf(calibration: Calibration, durationMs: number): Findings {
  const { assumptions } = calibration;
  const { particles, effectiveSize: size } = lastPopulation(calibration);
  const prior = calibration.populations[0].run.map(({ proposal }) => proposal.point);
  const posterior = {
    prior,
    points: particles.map(({ proposal }) => proposal.point),
    weights: particles.map(({ weight }) => weight),
  };
  const rows = calibration.rows.map((_, i) => rowFinding(calibration, i, durationMs));
  return {
    assumptions: assumptionFindings(assumptions, particles, prior),
    combinations: identifiedCombinations(posterior, assumptions.map(widthOf), (i, j) =>
      mayMeet(assumptions[i], assumptions[j]),
    ),
    rows,
    bits: rows.reduce((sum, { bits: own }) => (Number.isNaN(own) ? sum : sum + own), 0),
    effectiveSize: size,
  };
}

/**
 * Two rows that no draw of the prior comes near together, and how near the nearest
 * does; null where some draw comes as near as was asked.
 */
export function contradiction({
  rows,
  against,
  populations,
  toleranceMs,
}: Calibration): { readonly rows: readonly ObservedRow[]; readonly nearestMs: number } | null {
  const all = populations.flatMap(({ run }) => run);
  const judged = rows.filter(({ name }) => against.includes(name));
  const nearestOf = (names: readonly string[]): number =>
    all.reduce((best, { result }) => Math.min(best, missedMsOf(rows, names, result)), Infinity);
  const found = judged.flatMap((row, i) => [
    { rows: [row], nearestMs: nearestOf([row.name]) },
    ...judged.slice(i + 1).map((other) => ({ rows: [row, other], nearestMs: nearestOf([row.name, other.name]) })),
  ]);
  const beyond = found.filter(({ nearestMs }) => nearestMs > toleranceMs);
  // One that cannot be met alone explains every pair that it is in.
  beyond.sort((a, b) => b.nearestMs - a.nearestMs || a.rows.length - b.rows.length);
  return beyond[0] ?? null;
}
