/**
 * Paths into a scenario (`tiers.api.hosts`, `clients.current.backoff.cap`):
 * words of the schema, and names of things in lists. Setting returns a new tree
 * that shares the rest; the schema says which words exist, what a short form is
 * short for, and what to suggest.
 */
import { defaultOf, type Field, type Fields, type Inside, type Kind } from './kind.ts';
import { MOST_CHARACTERS } from './size-limits.ts';
import { didYouMean, oneOf, type Hint } from './suggestion.ts';
import {
  entryOf,
  fromPlain,
  inline,
  itemNamed,
  nameOf,
  placeNamed,
  scalarOf,
  withItem,
  type Entry,
  type Mapping,
  type Place,
  type Plain,
  type Sequence,
  type Tree,
} from './tree.ts';

interface PathMistake {
  readonly expected: string;
  readonly found: string;
  readonly hint: Hint;
}

/** A change of one path: its new value (null removes it), and where that was written. */
export interface Change {
  readonly path: string;
  readonly value: Tree | null;
  readonly place: Place;
  readonly variant: string | null;
}

export class PathError extends Error {
  readonly mistake: PathMistake;
  constructor(mistake: PathMistake) {
    super(mistake.expected);
    this.mistake = mistake;
  }
}

/** The fields that a value may have: of a block, or of the block that its policy or action chooses. */
export function fieldsOf(inside: Inside, tree: Tree | undefined): Fields | null {
  if (inside.form === 'block') return inside.fields;
  if (inside.form !== 'choice') return null;
  const chosen = scalarOf(entryOf(tree, inside.key));
  return typeof chosen === 'string' && Object.hasOwn(inside.options, chosen) ? inside.options[chosen] : null;
}

/** The short form spelled out, so that there is something to go below. */
export function spelledOut(kind: Kind<unknown>, tree: Tree): Tree {
  const short = scalarOf(tree);
  if (
    kind.spellOut === undefined ||
    (typeof short !== 'string' && typeof short !== 'number') ||
    (short === 'none' && kind.unit !== 'policy')
  )
    return tree;
  return fromPlain(kind.spellOut(short), tree.place, tree.variant);
}

/** What a value is in full, to look at it: short forms spelled out, and what a preset brings. */
export function inFull(kind: Kind<unknown>, tree: Tree): Tree {
  const full = spelledOut(kind, tree);
  return kind.filledIn?.(full) ?? full;
}

/** A preset's policy is there to be changed below, but what the preset says of it stays the preset's. */
function belowPreset(
  kind: Kind<unknown>,
  aField: Field<unknown> | null,
  tree: Mapping,
  word: string,
): Tree | undefined {
  const full = aField?.kind.inside.form === 'choice' ? entryOf(kind.filledIn?.(tree), word) : undefined;
  const isBrought =
    full?.form === 'map' && [...full.entries.values()].some((entry) => entry.tree.place.preset !== undefined);
  return isBrought ? full : undefined;
}

function withoutPreset(tree: Tree): Tree {
  if (tree.form !== 'map') return tree;
  return { ...tree, entries: new Map([...tree.entries].filter(([, entry]) => entry.tree.place.preset === undefined)) };
}

/** The path goes on with a word that nothing below `where` has. */
function stranger(word: string, known: readonly string[], where: string): PathError {
  const beginning = where === '' ? 'a path that begins with' : `below ${where}:`;
  const expected = known.length === 0 ? `nothing below ${where}` : `${beginning} ${oneOf(known)}`;
  return new PathError({ expected, found: JSON.stringify(word), hint: () => didYouMean(word, known) });
}

interface Step {
  readonly words: readonly string[];
  readonly at: number;
  readonly change: Change;
}

function where(step: Step): string {
  return step.words.slice(0, step.at).join('.');
}

function below(tree: Mapping, key: string, value: Tree | null, change: Change): Mapping {
  const entries = new Map<string, Entry>(tree.entries);
  const keyPlace = entries.get(key)?.keyPlace ?? change.place;
  if (value === null) entries.delete(key);
  else
    entries.set(key, {
      keyPlace: value.place.set === null && value.variant === null ? keyPlace : change.place,
      tree: value,
    });
  return { ...tree, entries };
}

function emptyMap(change: Change): Mapping {
  return { form: 'map', entries: new Map(), place: change.place, variant: change.variant };
}

/** What a field that the file leaves out is, to go below it. */
function fallback(aField: Field<unknown>, change: Change): Tree {
  const plain: Plain | undefined = defaultOf(aField);
  if (plain === undefined || (plain === 'none' && aField.kind.unit !== 'policy')) return emptyMap(change);
  return fromPlain(plain, change.place, change.variant);
}

function setInMap(kind: Kind<unknown> | null, tree: Mapping, step: Step): Mapping {
  const word = step.words[step.at];
  const inside = kind?.inside ?? { form: 'value' };
  const fields = fieldsOf(inside, tree);
  const known = fields === null ? [...tree.entries.keys()] : Object.keys(fields);
  const selector = inside.form === 'choice' ? [inside.key] : [];
  const aField = fields !== null && Object.hasOwn(fields, word) ? fields[word] : null;
  const own = tree.entries.get(word)?.tree;
  if (fields !== null && aField === null && !selector.includes(word))
    throw stranger(word, [...selector, ...known], where(step));
  const last = step.at === step.words.length - 1;
  if (last) {
    if (step.change.value === null && own === undefined && aField === null) throw stranger(word, known, where(step));
    return below(tree, word, step.change.value, step.change);
  }
  if (own === undefined && aField === null) throw stranger(word, known, where(step));
  const deeper = { ...step, at: step.at + 1 };
  const brought = kind === null ? undefined : belowPreset(kind, aField, tree, word);
  if (brought !== undefined && aField !== null) {
    const changedBelow = withoutPreset(set(aField.kind, brought, deeper));
    return below(tree, word, { ...changedBelow, place: step.change.place, variant: step.change.variant }, step.change);
  }
  const next = own ?? fallback(aField as Field<unknown>, step.change);
  return below(tree, word, set(aField?.kind ?? null, next, deeper), step.change);
}

function named(value: Tree, name: string, change: Change): Tree {
  if (value.form !== 'map' || value.entries.has('name')) return value;
  const entries = new Map<string, Entry>([
    ['name', { keyPlace: change.place, tree: fromPlain(name, change.place, change.variant) }],
    ...value.entries,
  ]);
  return { ...value, entries };
}

function setInList(kind: Kind<unknown> | null, tree: Sequence, step: Step): Sequence {
  const word = step.words[step.at];
  const element = kind?.inside.form === 'list' ? kind.inside.element : null;
  const place = placeNamed(tree, word);
  const own = place < 0 ? undefined : tree.items[place];
  const last = step.at === step.words.length - 1;
  const { value } = step.change;
  const canBeNamed =
    element?.inside.form === 'choice' ||
    (element?.inside.form === 'block' && Object.hasOwn(element.inside.fields, 'name'));
  if (!canBeNamed)
    throw new PathError({
      expected: `a path that ends at ${where(step)}`,
      found: JSON.stringify(step.words.join('.')),
      hint: 'its items have no names: set the whole list',
    });
  if (own === undefined && (!last || value === null))
    throw stranger(
      word,
      tree.items.flatMap((item) => nameOf(item) ?? []),
      where(step),
    );
  if (!last && own !== undefined) return withItem(tree, place, set(element, own, { ...step, at: step.at + 1 }));
  if (value === null) return { ...tree, items: tree.items.filter((item) => item !== own) };
  const item = named(value, word, step.change);
  const name = nameOf(item);
  if (item.form === 'map' && name !== word)
    throw new PathError({
      expected: `the name ${word}, as in the path`,
      found: JSON.stringify(name),
      hint: 'leave out the name: the path says it',
    });
  return withItem(tree, place < 0 ? tree.items.length : place, item);
}

function set(kind: Kind<unknown> | null, tree: Tree, step: Step): Tree {
  const full = kind === null ? tree : spelledOut(kind, tree);
  if (full.form === 'map') return setInMap(kind, full, step);
  if (full.form === 'list') return setInList(kind, full, step);
  const off = full.value === 'none' && kind?.inside.form === 'block';
  if (off) return setInMap(kind, emptyMap(step.change), step);
  throw new PathError({
    expected: `nothing below ${where(step)}`,
    found: JSON.stringify(step.words[step.at]),
    hint: `${where(step)} is ${inline(full)}: set it as a whole`,
  });
}

/**
 * Throws a PathError where the path has numbers in places of names, as other
 * programs' paths do (`tiers[0].hosts`, `tiers.0.hosts`), with the names that
 * were meant.
 */
function requireNames(tree: Tree, path: string): void {
  const given = path
    .replaceAll(/\[["']?([^[\]"']*)["']?\]/g, '.$1')
    .replace(/^\.(?=\w)/, '')
    .split('.');
  let at: Tree | undefined = tree;
  const words: string[] = [];
  for (const word of given) {
    if (at?.form === 'list' && /^\d+$/.test(word) && itemNamed(at, word) === undefined) {
      const names: readonly string[] = at.items.flatMap((one) => nameOf(one) ?? []);
      const list = words.join('.');
      if (names.length === 0)
        throw new PathError({
          expected: `a path that ends at ${list}`,
          found: JSON.stringify(path),
          hint: 'its items have no names: set the whole list',
        });
      const item: Tree | undefined = at.items[Number(word)];
      const name = nameOf(item);
      if (name === null)
        throw new PathError({
          expected: `below ${list}: ${oneOf(names)}`,
          found: JSON.stringify(path),
          hint: 'paths use names',
        });
      at = item;
      words.push(name);
    } else {
      at = at?.form === 'list' ? itemNamed(at, word) : entryOf(at, word);
      words.push(word);
    }
  }
  const meant = words.join('.');
  if (meant !== path)
    throw new PathError({
      expected: 'a path of words and names',
      found: JSON.stringify(path),
      hint: `paths use names: ${meant}`,
    });
}

/** The tree with the change made. Throws a PathError. */
export function changed(root: Kind<unknown>, tree: Tree, change: Change): Tree {
  if (change.path.length > MOST_CHARACTERS.path)
    throw new PathError({
      expected: `a path of at most ${MOST_CHARACTERS.path} characters`,
      found: `one of ${change.path.length}`,
      hint: null,
    });
  const words = change.path.split('.');
  requireNames(tree, change.path);
  if (words.some((word) => word === ''))
    throw new PathError({
      expected: 'a path of words and names, like tiers.api.hosts',
      found: JSON.stringify(change.path),
      hint: null,
    });
  if (['variants', 'format', '$schema'].includes(words[0]))
    throw new PathError({
      expected: 'a path to something of the scenario',
      found: JSON.stringify(change.path),
      hint: `${words[0]} cannot be set`,
    });
  if (tree.form === 'list' || tree.form === 'scalar') return tree;
  return set(root, tree, { words, at: 0, change });
}

/** What a path leads to: its value as written, or as it is by default; the kind is null below a value that is a map of its own. */
export interface Reached {
  readonly kind: Kind<unknown> | null;
  readonly tree: Tree;
}

/** Throws a PathError if the path leads nowhere, be it in the file or among the defaults. */
export function requirePath(root: Kind<unknown>, tree: Tree, path: string): Reached {
  const place = { line: 0, column: 0, set: null };
  const change: Change = { path, value: null, place, variant: null };
  requireNames(tree, path);
  let kind: Kind<unknown> | null = root;
  let at: Tree = tree;
  let isOff = false;
  for (const [i, word] of path.split('.').entries()) {
    isOff = false;
    const before = path.split('.').slice(0, i).join('.');
    const inside: Inside = kind?.inside ?? { form: 'value' };
    if (kind !== null) at = inFull(kind, at);
    if (at.form === 'scalar' && at.value === 'none' && inside.form === 'block') at = emptyMap(change);
    if (at.form === 'list') {
      const item = itemNamed(at, word);
      if (item === undefined)
        throw stranger(
          word,
          at.items.flatMap((one) => nameOf(one) ?? []),
          before,
        );
      kind = inside.form === 'list' ? inside.element : null;
      at = item;
    } else {
      const fields: Fields | null = fieldsOf(inside, at);
      const selector = inside.form === 'choice' ? [inside.key] : [];
      const aField = fields !== null && Object.hasOwn(fields, word) ? fields[word] : null;
      const own = entryOf(at, word);
      if (own === undefined && aField === null) throw stranger(word, [...selector, ...knownWords(fields, at)], before);
      kind = aField?.kind ?? null;
      at = own ?? fallback(aField as Field<unknown>, change);
      isOff = own === undefined && aField !== null && defaultOf(aField) === 'none' && kind?.unit !== 'policy';
    }
  }
  return { kind, tree: isOff ? fromPlain('none', place, null) : at };
}

/** Where the value at a path is written, or the last on the way to it that the file has. */
export function placeOfPath(tree: Tree, path: string): Place {
  let at: Tree = tree;
  for (const word of path === '' ? [] : path.split('.')) {
    const next = at.form === 'list' ? itemNamed(at, word) : entryOf(at, word);
    if (next === undefined) break;
    at = next;
  }
  return at.place;
}

function knownWords(fields: Fields | null, tree: Tree): string[] {
  if (fields !== null) return Object.keys(fields);
  return tree.form === 'map' ? [...tree.entries.keys()] : [];
}
