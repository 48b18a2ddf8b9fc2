/**
 * Explains a scenario: every field with its value in the file's notation, where
 * that came from, its unit and meaning, and what the file cites or assumes for
 * it. No default stays hidden. Also: the numbers that nothing covers.
 */
import { distributions } from '../engine/distributions.ts';
import { coveringPaths, readOutline } from './context.ts';
import { defaultOf, type Kind } from './kind.ts';
import type { LoadedScenario } from './load.ts';
import { formatRate, parseDuration, parseFraction, parseRate } from './quantity.ts';
import { entryOf, fromPlain, itemsOf, nameOf, notation, scalarOf, toPlain, type Place, type Tree } from './tree.ts';
import { fieldsOf, inFull, spelledOut } from './tree-path.ts';
import { parseTimeOfDay } from './wall-clock.ts';

/** What the file says of a value: published ones have a source, assumed ones a reason. */
export type Ground = { readonly kind: 'source'; readonly path: string; readonly cite: string } | AssumedGround;

interface AssumedGround {
  readonly kind: 'assumption';
  readonly path: string;
  readonly why: string;
  /** what could be as well, in words: `4 to 16`, or `in-queue or aside`; empty where the file does not say */
  readonly plausible: string;
}

export interface ExplainRow {
  readonly path: string;
  /** in the notation of a file; after scaling */
  readonly value: string;
  readonly origin: 'file' | 'default' | 'preset' | 'variant' | 'set';
  /** the variant that set it */
  readonly variant: string | null;
  /** true where `scale` made the value from the one that was written */
  readonly scaled: boolean;
  /** duration, rate, count, policy, …; empty for what has none */
  readonly unit: string;
  readonly help: string;
  /** the row of `sources` or `assumptions` that covers it most closely */
  readonly ground: Ground | null;
  /** where it was written; line 0 for defaults and `--set` */
  readonly line: number;
  readonly column: number;
}

const nowhere: Place = { line: 0, column: 0, set: null };
/** What speaks of the scenario and is no part of it. */
const remarks = new Set(['sources', 'assumptions', 'given', 'variants', '$schema']);

/** By the paths of their rows; of two for the same path the first. */
type Grounds = ReadonlyMap<string, Ground>;

interface Walk {
  readonly rows: ExplainRow[];
  readonly grounds: Grounds;
}

interface Value {
  readonly kind: Kind<unknown>;
  readonly tree: Tree;
  readonly path: string;
  readonly help: string;
  readonly isDefault: boolean;
  /** what its policy says of where its gates stand */
  readonly per?: unknown;
}

function groundOf(grounds: Grounds, path: string): Ground | null {
  for (const covering of coveringPaths(path)) {
    const ground = grounds.get(covering);
    if (ground !== undefined) return ground;
  }
  return null;
}

function isOff(value: Value): boolean {
  return value.tree.form === 'scalar' && value.tree.value === 'none' && value.kind.unit !== 'policy';
}

function scaledValue({ kind, tree, per }: Value): string | null {
  const factor = kind.scaling?.factor(per) ?? 1;
  if (factor === 1) return null;
  const result = kind.schema.safeParse(toPlain(tree));
  if (!result.success || typeof result.data !== 'number' || result.data === Infinity) return null;
  if (kind.scaling?.of === 'gate') return gateValue(kind, result.data * factor);
  return kind.unit === 'rate' ? formatRate(result.data) : String(result.data);
}

/** A gate's number is scaled by the policy around it, which knows where the gate stands. */
function gateValue(kind: Kind<unknown>, exact: number): string {
  return kind.unit === 'rate' ? formatRate(exact) : String(Math.max(1, Math.round(exact)));
}

function addRow(walk: Walk, value: Value, shown?: string): void {
  const { kind, tree, path, help, isDefault } = value;
  const { place, variant } = tree;
  const scaled = shown === undefined ? scaledValue(value) : null;
  const written =
    place.preset !== undefined ? 'preset' : place.set !== null ? 'set' : variant !== null ? 'variant' : 'file';
  walk.rows.push({
    path,
    value: (shown ?? scaled ?? notation(tree)).trim().replaceAll(/\s+/g, ' '),
    origin: isDefault ? 'default' : written,
    variant: isDefault ? null : variant,
    scaled: scaled !== null,
    unit: kind.unit,
    help,
    ground: groundOf(walk.grounds, path),
    line: isDefault ? 0 : place.line,
    column: isDefault ? 0 : place.column,
  });
}

function walkFields(walk: Walk, value: Value, tree: Tree): void {
  const fields = fieldsOf(value.kind.inside, tree) ?? {};
  const per = scalarOf(entryOf(tree, 'per')) ?? fields.per?.default;
  for (const [key, aField] of Object.entries(fields)) {
    const isRoot = value.path === '';
    if (isRoot ? remarks.has(key) : key === 'name') continue;
    const own = entryOf(tree, key);
    const fallback = own === undefined ? defaultOf(aField) : undefined;
    const child = own ?? (fallback === undefined ? undefined : fromPlain(fallback, nowhere, null));
    if (child === undefined) continue;
    const path = isRoot ? key : `${value.path}.${key}`;
    walkValue(walk, {
      kind: aField.kind,
      tree: child,
      path,
      help: aField.help,
      isDefault: value.isDefault || own === undefined,
      per,
    });
  }
}

function walkValue(walk: Walk, value: Value): void {
  const { inside } = value.kind;
  if (inside.form === 'value' || isOff(value)) {
    addRow(walk, value);
    return;
  }
  const tree = spelledOut(value.kind, value.tree);
  if (inside.form === 'list') {
    const items = itemsOf(tree);
    const isShort = tree !== value.tree;
    if (items.length === 0 || isShort) addRow(walk, value);
    for (const [i, item] of items.entries())
      walkValue(walk, {
        ...value,
        kind: inside.element,
        isDefault: value.isDefault || isShort,
        tree: item,
        path: `${value.path}.${nameOf(item) ?? i + 1}`,
      });
    return;
  }
  if (inside.form === 'choice') {
    const chosen = scalarOf(entryOf(tree, inside.key));
    const isAction = inside.key !== 'policy';
    const row = {
      ...value,
      tree: entryOf(tree, inside.key) ?? tree,
      path: isAction ? `${value.path}.${inside.key}` : value.path,
    };
    addRow(walk, isAction ? { ...row, help: 'what is done' } : row, String(chosen));
  }
  walkFields(walk, value, inFull(value.kind, tree));
}

function groundsOf(base: Tree): Grounds {
  const text = (row: Tree, key: string): string => String(scalarOf(entryOf(row, key)) ?? '');
  const sources = itemsOf(entryOf(base, 'sources')).map((row): Ground => ({
    kind: 'source',
    path: text(row, 'path'),
    cite: text(row, 'cite'),
  }));
  const own = [...sources.map((ground) => [ground.path, ground] as const)];
  const others: (readonly [string, Ground])[] = [];
  for (const row of itemsOf(entryOf(base, 'assumptions'))) {
    const [range, choices] = ['range', 'choices'].map((key) => itemsOf(entryOf(row, key)).map(notation));
    const plausible = choices.length > 0 ? choices.join(' or ') : range.join(' to ');
    const ground: Ground = { kind: 'assumption', path: text(row, 'path'), why: text(row, 'why'), plausible };
    own.push([ground.path, ground]);
    const together = itemsOf(entryOf(row, 'together')).map((path) => String(scalarOf(path)));
    // What moves with it is as assumed as it is, and so is the distribution of which it is a parameter.
    for (const path of [ground.path, ...together]) others.push([path, ground], [wholeDistribution(path), ground]);
  }
  return new Map([...own, ...others].reverse());
}

/** `serviceTime` for `serviceTime.exponential` and `serviceTime.lognormal.mean`; any other path as it is. */
function wholeDistribution(path: string): string {
  const words = path.split('.');
  const place = words.findLastIndex((word) => Object.hasOwn(distributions, word));
  return place > 0 && place >= words.length - 2 ? words.slice(0, place).join('.') : path;
}

function rowsOf(loaded: LoadedScenario, tree: Tree): ExplainRow[] {
  const walk: Walk = { rows: [], grounds: groundsOf(tree) };
  loaded.tree.context.outline = readOutline(tree);
  walkValue(walk, { kind: loaded.tree.root, tree, path: '', help: '', isDefault: false });
  return walk.rows;
}

/** Every field of the loaded variant, in the order of the schema; last, what the variant says of itself. */
export function explainScenario(loaded: LoadedScenario): ExplainRow[] {
  return [...rowsOf(loaded, loaded.tree.tree), ...variantRows(loaded)];
}

/** Its changes are told where they are made. */
function variantRows({ variant: name, tree: { root, base } }: LoadedScenario): ExplainRow[] {
  const kind = root.inside.form === 'block' ? root.inside.fields.variants.kind : undefined;
  const tree = itemsOf(entryOf(base, 'variants')).find((one) => nameOf(one) === name);
  if (tree === undefined || kind?.inside.form !== 'list') return [];
  const walk: Walk = { rows: [], grounds: groundsOf(base) };
  walkValue(walk, { kind: kind.inside.element, tree, path: `variants.${name}`, help: '', isDefault: false });
  return walk.rows.filter(({ path }) => path !== `variants.${name}.set`);
}

/** Units of values that hold no quantity. */
const wordUnits = new Set([
  '',
  'text',
  'name',
  'choice',
  'flag',
  'expression',
  'policy',
  'action',
  'tier',
  'client',
  'time zone',
]);

function holdsNumber(plain: unknown): boolean {
  if (typeof plain === 'number') return true;
  if (typeof plain === 'object' && plain !== null) return Object.values(plain).some(holdsNumber);
  if (typeof plain !== 'string') return false;
  const isQuantity = [parseDuration, parseRate, parseFraction].some((parse) => typeof parse(plain) === 'number');
  return isQuantity || parseTimeOfDay(plain) !== null || /^\d{4}-\d\d-\d\d$/.test(plain);
}

export interface UncoveredNumber {
  readonly path: string;
  readonly value: string;
  readonly line: number;
  readonly column: number;
}

/** Numbers of a variant's `set` for which no row covers their path or the variant. */
function uncoveredChanges(base: Tree, grounds: Grounds): UncoveredNumber[] {
  return itemsOf(entryOf(base, 'variants')).flatMap((variant) => {
    const set = entryOf(variant, 'set');
    const name = nameOf(variant) ?? '';
    if (set?.form !== 'map' || groundOf(grounds, `variants.${name}`) !== null) return [];
    return [...set.entries].flatMap(([path, { tree }]) => {
      if (!holdsNumber(toPlain(tree)) || groundOf(grounds, path) !== null) return [];
      return {
        path: `variants.${name}.set.${path}`,
        value: notation(tree),
        line: tree.place.line,
        column: tree.place.column,
      };
    });
  });
}

/**
 * The numbers that the file itself holds and no row of `sources` or
 * `assumptions` covers, by place. What is asked of the outcome (`expect`) is no
 * number of the model, and is left out.
 */
export function uncoveredNumbers(loaded: LoadedScenario): UncoveredNumber[] {
  const { base } = loaded.tree;
  const rows = rowsOf(loaded, base).filter(
    ({ origin, ground, unit, line }) => origin === 'file' && ground === null && !wordUnits.has(unit) && line > 0,
  );
  const numbers = rows.filter(({ value }) => /\d/.test(value) && value !== 'none');
  const uncovered = numbers.map(({ path, value, line, column }) => ({ path, value, line, column }));
  return [...uncovered, ...uncoveredChanges(base, groundsOf(base))].sort(
    (a, b) => a.line - b.line || a.column - b.column,
  );
}
