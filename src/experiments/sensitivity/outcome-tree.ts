/**
 * A shallow tree in words: which inputs, split where, tell the runs in which
 * something holds from those in which it does not. Outcomes that jump come from
 * several inputs together, which no index of one input can say. Each split is
 * the one that leaves the least variance (of 0 and 1: the least Gini impurity,
 * Breiman et al. 1984) and has enough runs on both sides.
 */
import { mean } from '../statistics.ts';

export interface TreeNode {
  /** runs */
  readonly n: number;
  /** mean of the output: the share of runs in which it holds */
  readonly value: number;
  readonly split: TreeSplit | null;
}

export interface TreeSplit {
  /** place of the input */
  readonly input: number;
  /** half-way between the two values that it divides */
  readonly at: number;
  readonly below: TreeNode;
  readonly above: TreeNode;
}

interface Growing {
  readonly inputs: readonly (readonly number[])[];
  readonly output: readonly number[];
  readonly leastRuns: number;
}

interface Best {
  readonly gain: number;
  readonly input: number;
  readonly at: number;
}

/** The best split of one input: by the sum of squares that it takes off. */
function bestOf({ inputs, output, leastRuns }: Growing, runs: readonly number[], input: number): Best | null {
  const values = inputs[input];
  const order = [...runs].sort((a, b) => values[a] - values[b] || a - b);
  const n = order.length;
  const total = order.reduce((sum, i) => sum + output[i], 0);
  let sum = 0;
  let best: Best | null = null;
  for (let left = 1; left < n; left++) {
    sum += output[order[left - 1]];
    const [low, high] = [values[order[left - 1]], values[order[left]]];
    if (left < leastRuns || n - left < leastRuns || low === high) continue;
    const gain = (sum * sum) / left + ((total - sum) * (total - sum)) / (n - left) - (total * total) / n;
    if (gain > (best?.gain ?? 0) + 1e-12) best = { gain, input, at: (low + high) / 2 };
  }
  return best;
}

function grow(growing: Growing, runs: readonly number[], depth: number): TreeNode {
  const { inputs, output, leastRuns } = growing;
  const node = { n: runs.length, value: mean(runs.map((i) => output[i])) };
  const isPure = runs.every((i) => output[i] === output[runs[0]]);
  if (depth === 0 || isPure || runs.length < 2 * leastRuns) return { ...node, split: null };
  let best: Best | null = null;
  for (let input = 0; input < inputs.length; input++) {
    const own = bestOf(growing, runs, input);
    if (own !== null && own.gain > (best?.gain ?? 0) + 1e-12) best = own;
  }
  if (best === null) return { ...node, split: null };
  const { input, at } = best;
  const below = grow(growing, runs.filter((i) => inputs[input][i] < at), depth - 1); // prettier-ignore
  const above = grow(growing, runs.filter((i) => inputs[input][i] >= at), depth - 1); // prettier-ignore
  return { ...node, split: { input, at, below, above } };
}

/** Null where there is nothing to tell apart. */
export function outcomeTree(
  inputs: readonly (readonly number[])[],
  output: readonly number[],
  { depth = 3, leastRuns = 12 }: { readonly depth?: number; readonly leastRuns?: number } = {},
): TreeNode | null {
  if (output.length === 0) return null;
  const tree = grow({ inputs, output, leastRuns }, output.map((_, i) => i), depth); // prettier-ignore
  return tree.split === null ? null : tree;
}
