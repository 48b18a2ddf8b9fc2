/**
 * Where the expectations of a scenario are written, for whoever tells what
 * became of them, or will: line 0 where one is not in the file.
 */
import type { LoadedScenario } from '../scenario/load.ts';
import { entryOf, itemsOf, type Place } from '../scenario/tree.ts';

/** In the order of the expectations. */
export function expectationPlaces({ tree, scenario }: Pick<LoadedScenario, 'scenario' | 'tree'>): readonly Place[] {
  const items = itemsOf(entryOf(tree.tree, 'expect'));
  return scenario.expect.map((_, i) => items[i]?.place ?? { line: 0, column: 0, set: null });
}
