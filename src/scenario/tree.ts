/**
 * A scenario file as a tree in which every value knows its place: line and
 * column in the file, or the `--set` that it came from. JSON and YAML become
 * the same tree, variants are new trees that share most of the file's, and
 * every problem is reported at the place of the value that caused it.
 */

/** Where a value was written. `set` is the text of a `--set`, and then line and column are 0. `preset` is the preset, written there, that brought it. */
export interface Place {
  readonly line: number;
  readonly column: number;
  readonly set: string | null;
  readonly preset?: string;
}

export interface Scalar {
  readonly form: 'scalar';
  readonly value: string | number | boolean | null;
  readonly place: Place;
  /** the variant that set it, or null for the file itself and for `--set` */
  readonly variant: string | null;
  /** columns from the place to a text's first character; null where its characters are not in the file one by one */
  readonly textAt: number | null;
}

export interface Entry {
  readonly keyPlace: Place;
  readonly tree: Tree;
}

export interface Mapping {
  readonly form: 'map';
  readonly entries: ReadonlyMap<string, Entry>;
  readonly place: Place;
  readonly variant: string | null;
}

export interface Sequence {
  readonly form: 'list';
  readonly items: readonly Tree[];
  readonly place: Place;
  readonly variant: string | null;
}

export type Tree = Scalar | Mapping | Sequence;

/** Plain values that a tree can hold. */
export type Plain = string | number | boolean | null | readonly Plain[] | { readonly [key: string]: Plain };

export function entryOf(tree: Tree | undefined, key: string): Tree | undefined {
  return tree?.form === 'map' ? tree.entries.get(key)?.tree : undefined;
}

export function scalarOf(tree: Tree | undefined): string | number | boolean | null | undefined {
  return tree?.form === 'scalar' ? tree.value : undefined;
}

/** The `name` of a map, where it is a text. */
export function nameOf(tree: Tree | undefined): string | null {
  const name = scalarOf(entryOf(tree, 'name'));
  return typeof name === 'string' ? name : null;
}

export function itemsOf(tree: Tree | undefined): readonly Tree[] {
  return tree?.form === 'list' ? tree.items : [];
}

/**
 * Where the names of a list's items stand. Lists that were made of each other
 * by changing or appending items share one map, so it knows every name of each
 * of them, but a place only for one of them: who asks looks whether it is so.
 */
const placesByName = new WeakMap<Sequence, Map<string, number>>();

function placesOf(tree: Sequence): Map<string, number> {
  let places = placesByName.get(tree);
  if (places === undefined) {
    places = new Map<string, number>();
    for (const [place, item] of tree.items.entries()) {
      const own = nameOf(item);
      if (own !== null && !places.has(own)) places.set(own, place);
    }
    placesByName.set(tree, places);
  }
  return places;
}

/** Where the item of a list that has the name stands; the first if there are two, −1 if there is none. */
export function placeNamed(tree: Sequence, name: string): number {
  const place = placesOf(tree).get(name);
  if (place === undefined || nameOf(tree.items[place]) === name) return place ?? -1;
  return tree.items.findIndex((item) => nameOf(item) === name);
}

/** The item of a list that has the name. */
export function itemNamed(tree: Sequence, name: string): Tree | undefined {
  const place = placeNamed(tree, name);
  return place < 0 ? undefined : tree.items[place];
}

/** The list with another item in one place, which may be the first after its end. */
export function withItem(tree: Sequence, place: number, item: Tree): Sequence {
  const items = [...tree.items];
  items[place] = item;
  const result: Sequence = { ...tree, items };
  const name = nameOf(item);
  const places = placesOf(tree);
  if (place === tree.items.length && name !== null && !places.has(name)) places.set(name, place);
  if (place === tree.items.length || name === nameOf(tree.items[place])) placesByName.set(result, places);
  return result;
}

const plainOfTree = new WeakMap<Mapping | Sequence, unknown>();

/**
 * Plain data, the same object for the same tree, so that what variants share is
 * known to be the same. Objects have no prototype, so that no key means
 * anything special. Nobody may change it.
 */
export function toPlain(tree: Tree): unknown {
  if (tree.form === 'scalar') return tree.value;
  let plain = plainOfTree.get(tree);
  if (plain !== undefined) return plain;
  if (tree.form === 'list') plain = tree.items.map(toPlain);
  else {
    const map = Object.create(null) as Record<string, unknown>;
    for (const [key, entry] of tree.entries) map[key] = toPlain(entry.tree);
    plain = map;
  }
  plainOfTree.set(tree, plain);
  return plain;
}

/** A tree of values that no file holds (defaults spelled out), all at one place. */
export function fromPlain(plain: Plain, place: Place, variant: string | null): Tree {
  if (Array.isArray(plain)) {
    const items = (plain as readonly Plain[]).map((item) => fromPlain(item, place, variant));
    return { form: 'list', items, place, variant };
  }
  if (typeof plain === 'object' && plain !== null) {
    const entries = new Map<string, Entry>();
    for (const [key, value] of Object.entries(plain))
      entries.set(key, { keyPlace: place, tree: fromPlain(value, place, variant) });
    return { form: 'map', entries, place, variant };
  }
  return { form: 'scalar', value: plain, place, variant, textAt: null };
}

/** The same tree, marked as set by a variant; with `place`, as if written there. */
export function rehomed(tree: Tree, variant: string | null, place?: Place): Tree {
  const home = { place: place ?? tree.place, variant };
  if (tree.form === 'scalar') return { ...tree, ...home, textAt: place === undefined ? tree.textAt : null };
  if (tree.form === 'list') return { ...tree, ...home, items: tree.items.map((item) => rehomed(item, variant, place)) };
  const entries = new Map<string, Entry>();
  for (const [key, entry] of tree.entries)
    entries.set(key, { keyPlace: place ?? entry.keyPlace, tree: rehomed(entry.tree, variant, place) });
  return { ...tree, ...home, entries };
}

/** A text of whatever length, as a message shows it. */
export function shortened(text: string): string {
  return text.length > 64 ? `${text.slice(0, 60)}…` : text;
}

/** A value in a line, as a message shows it: texts in quotes, long ones cut short. */
export function inline(tree: Tree | undefined): string {
  if (tree === undefined) return 'nothing';
  if (tree.form === 'list') return tree.items.length === 0 ? 'an empty list' : `a list of ${tree.items.length}`;
  if (tree.form === 'map') {
    const keys = [...tree.entries.keys()];
    return keys.length === 0
      ? 'an empty map'
      : `a map with ${keys.slice(0, 3).map(shortened).join(', ')}${keys.length > 3 ? ', …' : ''}`;
  }
  if (tree.value === null) return 'nothing';
  if (typeof tree.value !== 'string') return String(tree.value);
  return JSON.stringify(shortened(tree.value));
}

/** A value in the notation of a file, in one line. */
export function notation(tree: Tree): string {
  return plainNotation(toPlain(tree));
}

function plainNotation(plain: unknown): string {
  if (Array.isArray(plain)) return `[${plain.map(plainNotation).join(', ')}]`;
  if (typeof plain === 'object' && plain !== null) {
    const entries = Object.entries(plain).map(([key, value]) => `${key}: ${plainNotation(value)}`);
    return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
  }
  return String(plain);
}
