/**
 * Presets of a client version or a tier: a preset fills in the fields that its
 * owner leaves out. What the owner says itself wins: a value as a whole, a block
 * (`keepalive`, `ejection`) field by field, and a policy without its name, which
 * changes parameters of the preset's. Whether a file, a variant or a `set` says
 * it makes no difference, so a variant that sets only the preset keeps what the
 * file sets beside it.
 */
import { completing, type Fields, type Kind } from './kind.ts';
import { word } from './quantity-kinds.ts';
import { entryOf, fromPlain, scalarOf, type Entry, type Mapping, type Plain, type Tree } from './tree.ts';

type PlainMap = Readonly<Record<string, Plain>>;

/** A registry of presets: each with the fields that it fills in, in the notation of a file. */
export type Presets = Readonly<Record<string, { readonly help: string; readonly fields: unknown }>>;

export function presetName(presets: Presets): Kind<string> {
  const helps = Object.fromEntries(Object.entries(presets).map(([name, { help }]) => [name, help]));
  return { ...word(Object.keys(presets), helps), unit: 'preset' };
}

function fieldsOfPreset(presets: Presets, name: unknown): PlainMap | null {
  const isKnown = typeof name === 'string' && Object.hasOwn(presets, name);
  return isKnown ? (presets[name].fields as PlainMap) : null;
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether a map adds to the preset's map, instead of taking its place. */
function adds(kind: Kind<unknown> | undefined, has: (key: string) => boolean): boolean {
  if (kind?.inside.form === 'block') return true;
  return kind?.inside.form === 'choice' && !has(kind.inside.key);
}

/** The same for a value that was read and for its tree, which knows its places. */
function filledValue(
  presets: Presets,
  fields: Fields,
  value: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const filled: Record<string, unknown> = { ...value };
  const brought = fieldsOfPreset(presets, value.preset);
  // A preset that does not exist is the one problem: what it would have brought is not missing as well.
  if (brought === null) return { ...filled, ...fieldsOfPreset(presets, Object.keys(presets)[0]) };
  for (const [key, plain] of Object.entries(brought)) {
    const own = value[key];
    if (own === undefined) filled[key] = plain;
    else if (isMap(own) && isMap(plain) && adds(fields[key]?.kind, (one) => one in own))
      filled[key] = { ...plain, ...own };
  }
  return filled;
}

/** The value with what its preset brings, if it names one. */
export function filledIn(
  presets: Presets,
  fields: Fields,
  value: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  return 'preset' in value ? filledValue(presets, fields, value) : value;
}

function filledTree(presets: Presets, fields: Fields, tree: Mapping): Tree {
  const preset = entryOf(tree, 'preset');
  const name = scalarOf(preset);
  const brought = fieldsOfPreset(presets, name);
  if (preset === undefined || brought === null) return tree;
  const place = { ...preset.place, preset: String(name) };
  const entry = (plain: Plain): Entry => ({ keyPlace: place, tree: fromPlain(plain, place, preset.variant) });
  const entries = new Map(tree.entries);
  for (const [key, plain] of Object.entries(brought)) {
    const own = tree.entries.get(key);
    if (own === undefined) entries.set(key, entry(plain));
    else if (own.tree.form === 'map' && isMap(plain)) {
      const ownEntries = own.tree.entries;
      if (!adds(fields[key]?.kind, (one) => ownEntries.has(one))) continue;
      const missing = Object.entries(plain as PlainMap).filter(([one]) => !ownEntries.has(one));
      const merged = new Map([...missing.map(([one, part]) => [one, entry(part)] as const), ...ownEntries]);
      entries.set(key, { ...own, tree: { ...own.tree, entries: merged } });
    }
  }
  return { ...tree, entries };
}

/** A client version or a tier that may name a preset. */
export function withPreset<T>(presets: Presets, fields: Fields, kind: Kind<T>): Kind<T> {
  const completed = completing(kind, (value) => (isMap(value) ? filledIn(presets, fields, value) : value));
  const broughtByPreset = new Set(Object.values(presets).flatMap((preset) => Object.keys(preset.fields as PlainMap)));
  return {
    ...completed,
    broughtByPreset,
    filledIn: (tree) => (tree.form === 'map' ? filledTree(presets, fields, tree) : tree),
  };
}
