/**
 * A client version's preset: it fills in the fields that the version leaves
 * out. What a version says itself wins: a value as a whole, a block
 * (`keepalive`, `giveUp`) field by field, and a `backoff` without a policy,
 * which changes parameters of the preset's. Whether a file, a variant or a
 * `set` says it makes no difference, so a variant that sets only the preset
 * keeps what the file sets beside it.
 */
import { clientPresets } from '../policies/client-presets.ts';
import { completing, type Fields, type Kind } from './kind.ts';
import { word } from './quantity-kinds.ts';
import { entryOf, fromPlain, scalarOf, type Entry, type Mapping, type Plain, type Tree } from './tree.ts';

type PlainMap = Readonly<Record<string, Plain>>;

export const presetName: Kind<string> = { ...word(Object.keys(clientPresets)), unit: 'preset' };

function fieldsOfPreset(name: unknown): PlainMap | null {
  const isKnown = typeof name === 'string' && Object.hasOwn(clientPresets, name);
  return isKnown ? (clientPresets[name].fields as unknown as PlainMap) : null;
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
function filledValue(fields: Fields, value: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const filled: Record<string, unknown> = { ...value };
  const brought = fieldsOfPreset(value.preset);
  // A preset that does not exist is the one problem: what it would have brought is not missing as well.
  if (brought === null) return { ...filled, ...fieldsOfPreset(Object.keys(clientPresets)[0]) };
  for (const [key, plain] of Object.entries(brought)) {
    const own = value[key];
    if (own === undefined) filled[key] = plain;
    else if (isMap(own) && isMap(plain) && adds(fields[key]?.kind, (one) => one in own)) filled[key] = { ...plain, ...own };
  }
  return filled;
}

function filledTree(fields: Fields, tree: Mapping): Tree {
  const preset = entryOf(tree, 'preset');
  const name = scalarOf(preset);
  const brought = fieldsOfPreset(name);
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

/** A client version that may name a preset. */
export function withPreset<T>(fields: Fields, kind: Kind<T>): Kind<T> {
  const completed = completing(kind, (value) => (isMap(value) && 'preset' in value ? filledValue(fields, value) : value));
  return { ...completed, filledIn: (tree) => (tree.form === 'map' ? filledTree(fields, tree) : tree) };
}
