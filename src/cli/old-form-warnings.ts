/**
 * Warnings for files that are written as they were before ranges could be drawn
 * and observed rows said what they mean: how they are read, and how it is written
 * now. Ranges are told where they are used or looked at; a run uses none.
 */
import { oldRanges } from '../scenario/assumptions.ts';
import type { LoadedScenario } from '../scenario/load.ts';
import { usualMeaning } from '../scenario/observed-fields.ts';
import { problemAt, type Problem } from '../scenario/problem.ts';
import { entryOf, itemsOf, nameOf } from '../scenario/tree.ts';

/** Ranges that are only texts, or are read otherwise than they are written. */
export function oldFormRanges(file: string, { tree }: LoadedScenario): Problem[] {
  return oldRanges(file, tree);
}

/** Rows told by name; the others are counted. */
const NAMES_MAX = 8;

const reading = {
  'has-begun': 'true at some second within the tolerance',
  begins: 'the milestone falls within the tolerance',
} as const;

/** Observed rows that do not say what they mean: one warning for all that are read alike. */
export function unsaidMeanings(file: string, { tree: { tree }, scenario }: LoadedScenario): Problem[] {
  const rows = itemsOf(entryOf(tree, 'observed')).flatMap((row) => {
    const read = scenario.observed.find(({ name }) => name === nameOf(row));
    const isUnsaid = entryOf(row, 'expect') !== undefined && entryOf(row, 'means') === undefined;
    return isUnsaid && read !== undefined && read.expect !== null
      ? [{ name: read.name, row, means: usualMeaning(read.expect) }]
      : [];
  });
  return (['has-begun', 'begins'] as const).flatMap((means) => {
    const own = rows.filter((one) => one.means === means);
    if (own.length === 0) return [];
    const names = own.slice(0, NAMES_MAX).map(({ name }) => name);
    const rest = own.length > NAMES_MAX ? ` and ${own.length - NAMES_MAX} more` : '';
    const [first] = own;
    return [
      problemAt(file, first.row.place, {
        path: `observed.${first.name}.means`,
        expected: 'what the time says of the condition: begins, has-begun or holds',
        found: `nothing in ${names.join(', ')}${rest}, which means ${means}: ${reading[means]}`,
        hint: `means: ${means} says so; means: begins is for a state that begins there, means: holds with until: for one that goes on until then, and posted: for a time at which somebody posted`,
      }),
    ];
  });
}
