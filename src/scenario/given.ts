/**
 * What `given`, and the ratios that a user names, may speak of: values of the
 * file that are numbers, and the arithmetic's figures of tiers that there are.
 */
import { LeafError, leafAt, type Reading } from './assumption-leaf.ts';
import type { Context } from './context.ts';
import { figureHelps, leavesOf, parseGiven, type FigureNode } from './figure-expression.ts';
import type { Kind } from './kind.ts';
import { problemAt, type Problem } from './problem.ts';
import { didYouMean, oneOf, type Hint } from './suggestion.ts';
import { PathError } from './tree-path.ts';
import { entryOf, itemsOf, scalarOf, type Tree } from './tree.ts';

/** What is wrong with what `given` names: values of the file that are none, and tiers. */
export function givenProblems(file: string, root: Kind<unknown>, context: Context, tree: Tree): Problem[] {
  return itemsOf(entryOf(tree, 'given')).flatMap((row, i): Problem[] => {
    const parsed = parseGiven(String(scalarOf(row)));
    if ('mistake' in parsed) return [];
    return figureMistakes({ root, context, tree }, [parsed.left, parsed.right]).map((told) =>
      problemAt(file, row.place, { path: `given.${i + 1}`, ...told }),
    );
  });
}

interface Told {
  readonly expected: string;
  readonly found: string;
  readonly hint: Hint;
}

/** What an expression names that the file does not have. */
export function figureMistakes(reading: Reading, nodes: readonly FigureNode[]): Told[] {
  const { tierNames } = reading.context.outline.words;
  return nodes.flatMap(leavesOf).flatMap((leaf): Told[] => {
    if (leaf.kind === 'figure')
      return tierNames.includes(leaf.tier)
        ? []
        : [
            {
              expected: `a tier behind ${leaf.figure}: ${oneOf(tierNames)}`,
              found: JSON.stringify(leaf.tier),
              hint: () => didYouMean(leaf.tier, tierNames),
            },
          ];
    if (leaf.kind !== 'path') return [];
    try {
      leafAt(reading, leaf.path);
      return [];
    } catch (error) {
      if (error instanceof LeafError) return [error];
      if (!(error instanceof PathError)) throw error;
      const hint = leaf.path.includes('.') ? error.mistake.hint : () => didYouMean(leaf.path, Object.keys(figureHelps));
      return [{ expected: `a value of the file, or ${oneOf(Object.keys(figureHelps))} of a tier`, found: JSON.stringify(leaf.path), hint }]; // prettier-ignore
    }
  });
}
