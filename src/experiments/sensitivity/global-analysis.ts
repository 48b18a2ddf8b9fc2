/**
 * What draws of all assumptions say, from the same runs: in how many each row
 * holds (Wilson), how each input goes with each output (partial rank
 * correlation), what of its variance it tells alone (first-order indices), each
 * against what chance would give over all inputs together, and a shallow tree in
 * words, since most of what decides a row is several inputs at once. Of under 150
 * runs there is no order, only what is beyond chance.
 */
import { numberAtPlace } from '../../scenario/assumption-values.ts';
import type { Assumption } from '../../scenario/assumptions.ts';
import { quantile, wilson, type Estimate } from '../statistics.ts';
import type { NamedFigure } from './draw-space.ts';
import { firstOrderIndices } from './first-order.ts';
import type { GlobalDraws } from './global-draws.ts';
import { outcomeTree, type TreeNode } from './outcome-tree.ts';
import { partialRankCorrelations } from './rank-correlation.ts';
import { isYesOrNo, type Target } from './targets.ts';

/** An assumption, or an expression that the user named. */
export interface Input {
  readonly name: string;
  readonly assumption: Assumption | null;
}

export interface InputEffect {
  readonly rank: Estimate;
  readonly firstOrder: number;
  /** by one of the two */
  readonly beyondChance: boolean;
}

export interface TargetAnalysis {
  readonly target: Target;
  /** runs that say */
  readonly n: number;
  /** share of the runs, or the median */
  readonly value: Estimate;
  /** of a figure, where 5 and 95 of 100 runs lie; NaN of yes and no */
  readonly low: number;
  readonly high: number;
  /** per input */
  readonly effects: readonly InputEffect[];
  /** what the largest first-order index would be by chance */
  readonly chance: number;
  /** what of the variance is told by inputs alone; the rest is several together */
  readonly alone: number;
  readonly tree: TreeNode | null;
}

export type GlobalVerdict = 'decides' | 'matters' | 'nothing seen';

export interface InputVerdict {
  readonly input: Input;
  readonly verdict: GlobalVerdict;
  /** the target that it goes with most */
  readonly strongest: number;
  /** its first-order index there, or the correlation's square, whichever is more */
  readonly strength: number;
}

export interface GlobalAnalysis {
  readonly n: number;
  readonly inputs: readonly Input[];
  readonly targets: readonly TargetAnalysis[];
  /** the strongest first, if there are runs enough for an order; else as in the file */
  readonly verdicts: readonly InputVerdict[];
  readonly isRanked: boolean;
  /** runs in which all rows hold; null without rows */
  readonly allRows: Estimate | null;
}

const LEVEL = 0.95;
/** One index from here on decides alone. */
const DECIDES = 0.1;

function analysed(
  target: Target,
  inputs: readonly (readonly number[])[],
  output: readonly number[],
  seed: string,
): TargetAnalysis {
  // prettier-ignore
  const { said, values } = saidOf(output);
  const columns = inputs.map((column) => said.map((i) => column[i]));
  const n = values.length;
  const { indices, chance } = firstOrderIndices(columns, values, `${seed}/${target.name}`);
  // Of so many inputs together no more than one in twenty tables has one by chance.
  const level = 1 - (1 - LEVEL) / Math.max(1, inputs.length);
  const sure = partialRankCorrelations(columns, values, level);
  const ranks = partialRankCorrelations(columns, values, LEVEL);
  const effects = ranks.map((rank, i): InputEffect => {
    const isSure = sure[i].low > 0 || sure[i].high < 0;
    return { rank, firstOrder: indices[i], beyondChance: isSure || indices[i] > chance };
  });
  const isShare = isYesOrNo(target);
  const value = isShare
    ? wilson(values.filter((one) => one === 1).length, n, LEVEL)
    : { value: quantile(values, 0.5), low: NaN, high: NaN, n };
  return {
    target,
    n,
    value,
    low: isShare ? NaN : quantile(values, 0.05),
    high: isShare ? NaN : quantile(values, 0.95),
    effects,
    chance,
    alone: Number.isNaN(chance) ? NaN : indices.reduce((sum, one) => sum + (one > chance ? one : 0), 0),
    tree: outcomeTree(columns, values),
  };
}

function verdictOf(input: Input, i: number, targets: readonly TargetAnalysis[]): InputVerdict {
  const strengths = targets.map(({ effects }) => {
    const { rank, firstOrder, beyondChance } = effects[i];
    return beyondChance ? Math.max(firstOrder || 0, rank.value * rank.value || 0) : 0;
  });
  const strength = Math.max(0, ...strengths);
  const decides = targets.some(
    ({ tree, effects, target }) =>
      effects[i].beyondChance && (tree?.split?.input === i || effects[i].firstOrder >= DECIDES) && isYesOrNo(target),
  );
  return {
    input,
    verdict: decides ? 'decides' : strength > 0 ? 'matters' : 'nothing seen',
    strongest: strengths.indexOf(strength),
    strength,
  };
}

export function analyse(
  { runs }: GlobalDraws,
  assumptions: readonly Assumption[],
  figures: readonly NamedFigure[],
  targets: readonly Target[],
  { seed, rankedFrom }: { readonly seed: string; readonly rankedFrom: number },
): GlobalAnalysis {
  // Values as the runs had them: two places of a whole number can be one.
  const inputs = [
    ...assumptions.map((assumption): Input => ({ name: assumption.path, assumption })),
    ...figures.map(({ name }): Input => ({ name, assumption: null })),
  ];
  const columns = inputs.map((_, i) =>
    runs.map(({ point, figures: own }) =>
      i < point.length ? numberAtPlace(assumptions[i], point[i]) : own[i - point.length],
    ),
  );
  const ofAssumptions = targets.map(
    (target, t) =>
    analysedWith(target, columns, assumptions.length, runs.map(({ record }) => record.values[t]), seed), // prettier-ignore
  );
  const verdicts = inputs.map((input, i) => verdictOf(input, i, ofAssumptions));
  const isRanked = runs.length >= rankedFrom;
  const rows = targets.flatMap(({ kind }, t) => (kind === 'row' ? [t] : []));
  const held = runs.filter(({ record }) => rows.every((t) => record.values[t] === 1)).length;
  return {
    n: runs.length,
    inputs,
    targets: ofAssumptions,
    verdicts: isRanked ? [...verdicts].sort((a, b) => b.strength - a.strength) : verdicts,
    isRanked,
    allRows: rows.length === 0 ? null : wilson(held, runs.length, LEVEL),
  };
}

/** Ratios are made of the assumptions, so what they do is not taken off each other: each ratio has its own table with nothing else in it. */
function analysedWith(
  target: Target,
  columns: readonly (readonly number[])[],
  own: number,
  output: readonly number[],
  seed: string,
): TargetAnalysis {
  const main = analysed(target, columns.slice(0, own), output, seed);
  const ratios = columns.slice(own).map((column) => analysed(target, [column], output, seed));
  const tree = ratios.length === 0 ? main.tree : analysedTree(columns, output);
  return { ...main, effects: [...main.effects, ...ratios.map(({ effects }) => effects[0])], tree };
}

function analysedTree(columns: readonly (readonly number[])[], output: readonly number[]): TreeNode | null {
  const { said, values } = saidOf(output);
  return outcomeTree(columns.map((column) => said.map((i) => column[i])), values); // prettier-ignore
}

/** The runs that say something, and what; what is beyond every bound is the largest of all. */
function saidOf(output: readonly number[]): { readonly said: readonly number[]; readonly values: readonly number[] } {
  const said = output.flatMap((value, i) => (Number.isNaN(value) ? [] : [i]));
  return { said, values: said.map((i) => (Number.isFinite(output[i]) ? output[i] : Number.MAX_SAFE_INTEGER)) };
}
