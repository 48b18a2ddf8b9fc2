/**
 * From the schema's issues to problems: the path in names instead of numbers,
 * the place of the value or key that caused it, what was found there, and a
 * suggestion for what was probably meant.
 */
import type { z } from 'zod';
import { fieldsOf, inFull } from './tree-path.ts';
import type { Kind } from './kind.ts';
import { problemAt, type Problem } from './problem.ts';
import { UNKNOWN_KEYS_MAX } from './size-limits.ts';
import { didYouMean, oneOf, type Hint } from './suggestion.ts';
import { inline, nameOf, shortened, type Place, type Tree } from './tree.ts';

/** Where a path leads in the tree, as far as it goes. */
interface Spot {
  readonly path: string;
  readonly place: Place;
  readonly keyPlace: Place;
  /** undefined if the path goes on and the tree does not */
  readonly tree: Tree | undefined;
  /** the last value on the way */
  readonly nearest: Tree;
  readonly kind: Kind<unknown> | null;
}

function wordOf(tree: Tree | undefined, index: number): string {
  return shortened(nameOf(tree) ?? String(index + 1));
}

function spotOf(root: Kind<unknown>, tree: Tree, path: readonly PropertyKey[]): Spot {
  let at: Tree | undefined = tree;
  let nearest = tree;
  let kind: Kind<unknown> | null = root;
  let keyPlace = tree.place;
  const words: string[] = [];
  for (const step of path) {
    const full: Tree | undefined = at === undefined ? undefined : kind === null ? at : inFull(kind, at);
    const key = String(step);
    if (typeof step === 'number') {
      kind = kind?.inside.form === 'list' ? kind.inside.element : null;
      at = full?.form === 'list' ? full.items[step] : undefined;
      words.push(wordOf(at, step));
      keyPlace = at?.place ?? keyPlace;
    } else {
      const fields: ReturnType<typeof fieldsOf> = kind === null ? null : fieldsOf(kind.inside, full);
      kind = fields !== null && Object.hasOwn(fields, key) ? fields[key].kind : null;
      const entry = full?.form === 'map' ? full.entries.get(key) : undefined;
      at = entry?.tree;
      words.push(shortened(key));
      keyPlace = entry?.keyPlace ?? keyPlace;
    }
    if (at !== undefined) nearest = at;
  }
  return { path: words.join('.'), place: nearest.place, keyPlace, tree: at, nearest, kind };
}

type Issue = z.core.$ZodIssue;

const typeWords: Readonly<Record<string, string>> = {
  object: 'a map of fields',
  array: 'a list',
  string: 'a text',
  number: 'a number',
};

/** Keys that are known where the path leads, for suggestions. */
function knownKeys(spot: Spot): string[] {
  if (spot.kind === null || spot.tree === undefined) return [];
  const { inside } = spot.kind;
  const fields = fieldsOf(inside, spot.tree);
  return [...(inside.form === 'choice' ? [inside.key] : []), ...Object.keys(fields ?? {})];
}

function unknownKeys(
  file: string,
  root: Kind<unknown>,
  tree: Tree,
  path: readonly PropertyKey[],
  keys: readonly string[],
): Problem[] {
  const spot = spotOf(root, tree, path);
  const known = knownKeys(spot);
  const expected = known.length === 0 ? 'no further keys' : oneOf(known);
  const told = keys.slice(0, UNKNOWN_KEYS_MAX).map((key) => {
    const one = spotOf(root, tree, [...path, key]);
    return problemAt(file, one.keyPlace, {
      path: one.path,
      expected,
      found: JSON.stringify(shortened(key)),
      hint: () => didYouMean(key, known) ?? 'unknown key',
    });
  });
  const left = keys.length - told.length;
  if (left > 0)
    told.push(
      problemAt(file, spot.place, {
        path: spot.path,
        expected,
        found: `${left} more unknown ${left === 1 ? 'key' : 'keys'}`,
      }),
    );
  return told;
}

interface Params {
  readonly hint?: Hint;
  readonly found?: string;
  readonly offset?: number;
  readonly atKey?: boolean;
  /** of the map at the path */
  readonly unknownKeys?: readonly string[];
}

function customProblems(file: string, root: Kind<unknown>, tree: Tree, issue: Issue): Problem[] {
  const {
    hint,
    found,
    offset,
    atKey = false,
    unknownKeys: unknown,
  } = ('params' in issue ? (issue.params ?? {}) : {}) as Params;
  if (unknown !== undefined) return unknownKeys(file, root, tree, issue.path, unknown);
  const spot = spotOf(root, tree, issue.path);
  let place = atKey ? spot.keyPlace : spot.place;
  const textAt = spot.tree?.form === 'scalar' ? spot.tree.textAt : null;
  if (offset !== undefined && textAt !== null && place.set === null)
    place = { ...place, column: place.column + textAt + offset };
  return [
    problemAt(file, place, { path: spot.path, expected: issue.message, found: found ?? inline(spot.tree), hint }),
  ];
}

/** All problems of one issue: unknown keys are one each. */
export function problemsOf(file: string, root: Kind<unknown>, tree: Tree, issue: Issue): Problem[] {
  if (issue.code === 'unrecognized_keys') return unknownKeys(file, root, tree, issue.path, issue.keys);
  const spot = spotOf(root, tree, issue.path);
  const found = inline(spot.tree);
  const { path, place } = spot;
  if (issue.code === 'custom') return customProblems(file, root, tree, issue);
  if (issue.code === 'invalid_union') {
    const options = 'options' in issue && Array.isArray(issue.options) ? issue.options.map(String) : [];
    const given = spot.tree ?? spot.nearest;
    const value = given.form === 'scalar' ? String(given.value) : '';
    const shown = spot.tree === undefined && given.form === 'scalar' ? inline(given) : found;
    return [
      problemAt(file, place, { path, expected: oneOf(options), found: shown, hint: () => didYouMean(value, options) }),
    ];
  }
  if (issue.code === 'too_small') return [problemAt(file, place, { path, expected: 'at least one item', found })];
  const expected = issue.code === 'invalid_type' ? (typeWords[issue.expected] ?? issue.expected) : issue.message;
  return [problemAt(file, place, { path, expected, found })];
}
