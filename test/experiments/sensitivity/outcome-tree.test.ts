import { describe, expect, it } from 'vitest';
import { latinHypercube } from '../../../src/experiments/sensitivity/latin-hypercube.ts';
import { outcomeTree, type TreeNode } from '../../../src/experiments/sensitivity/outcome-tree.ts';

const points = latinHypercube('tree', ['a', 'b', 'c'], 0, 300);
const columns = [0, 1, 2].map((i) => points.map((point) => point[i]));

function countsOf({ split, n }: TreeNode): number[] {
  return split === null ? [n] : [...countsOf(split.below), ...countsOf(split.above)];
}

describe('an outcome tree', () => {
  it('finds two inputs that only matter together', () => {
    const output = points.map(([a, b]) => (a > 0.6 && b < 0.3 ? 1 : 0));
    const tree = outcomeTree(columns, output)!;
    expect(new Set([tree.split!.input, (tree.split!.above.split ?? tree.split!.below.split)!.input])).toEqual(
      new Set([0, 1]),
    );
    const splits: number[] = [];
    const walk = ({ split }: TreeNode): void => {
      if (split === null) return;
      splits.push(split.at);
      walk(split.below);
      walk(split.above);
    };
    walk(tree);
    for (const truth of [0.6, 0.3]) expect(Math.min(...splits.map((at) => Math.abs(at - truth)))).toBeLessThan(0.01);
  });

  it('loses no run, has enough of them in each leaf and is no deeper than asked', () => {
    const output = points.map(([a, b, c]) => Math.sin(20 * a) + b * c);
    const tree = outcomeTree(columns, output, { depth: 3, leastRuns: 20 })!;
    const counts = countsOf(tree);
    expect(counts.reduce((a, b) => a + b)).toBe(300);
    expect(counts.length).toBeLessThanOrEqual(8);
    expect(Math.min(...counts)).toBeGreaterThanOrEqual(20);
  });

  it('is none where everything comes out the same, or there are too few runs', () => {
    expect(outcomeTree(columns, points.map(() => 1))).toBeNull(); // prettier-ignore
    expect(outcomeTree([[1, 2, 3]], [0, 1, 0])).toBeNull();
    expect(outcomeTree([[]], [])).toBeNull();
  });
});
