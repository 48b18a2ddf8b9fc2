/**
 * What may be drawn: the rows of `assumptions` that have a range or choices, each
 * of one value of the file. A range is read by the kind of its own field, so
 * that it takes what the field takes; values in between are written as the field
 * would be, and it is that text which a run is given: whoever sets it again
 * (`--set PATH=VALUE`) gets the same run. Values that are moved `together` with
 * it go by the same factor, and clock times by the same shift. A range used to be
 * a list of texts about anything: one of those is still good, and is told apart
 * from what can be drawn.
 */
import { baseText, LeafError, leafAt, type Leaf, type Reading } from './assumption-leaf.ts';
import { readOutline, type Context } from './context.ts';
import type { Kind } from './kind.ts';
import { problemAt, type Problem } from './problem.ts';
import { parseDuration, parseFraction, parseRate } from './quantity.ts';
import type { Hint } from './suggestion.ts';
import { PathError, requirePath } from './tree-path.ts';
import { entryOf, itemsOf, scalarOf, toPlain, type Plain, type Tree } from './tree.ts';
import { parseTimeOfDay } from './wall-clock.ts';

interface Row {
  readonly path: string;
  readonly why: string;
}

export interface RangedAssumption extends Row {
  readonly kind: 'range';
  readonly scale: 'log' | 'linear';
  readonly low: number;
  readonly high: number;
  readonly leaf: Leaf;
  readonly together: readonly Leaf[];
}

export interface ChosenAssumption extends Row {
  readonly kind: 'choices';
  readonly choices: readonly Plain[];
  /** what the file has, as `choiceText` writes it */
  readonly base: string;
}

export type Assumption = RangedAssumption | ChosenAssumption;

/** What is asked of a run, or only tells of it, is nothing that the fleet could have otherwise. */
const bookkeeping = new Set([
  'format', 'name', 'title', 'story', 'clock', 'seed', 'scale', 'measure', 'metastableAfter', 'observed', 'measured', 'expect',
  'given', 'sources', 'assumptions', 'variants', '$schema',
]); // prettier-ignore

function texts(tree: Tree | undefined): Plain[] {
  return itemsOf(tree).map((item) => toPlain(item) as Plain);
}

/** A range as it used to be: a text, of which nothing is drawn. */
class OldRange extends LeafError {}

/** What is read of a row is told to it: in which of its fields it is now, and what is to be said of a row that is good all the same. */
interface Listener {
  readonly at: (field: string) => void;
  readonly warn: (told: Told) => void;
}

/** No row of today has words, or other than two values, where a quantity is. */
function isQuantity(value: Plain): boolean {
  return (
    typeof value === 'number' ||
    [parseDuration, parseRate, parseFraction].some((parse) => typeof parse(value) === 'number') ||
    parseTimeOfDay(value) !== null
  );
}

/** Numbers used to be written as texts. */
function unquoted({ notation }: Leaf, value: Plain): Plain {
  const isText = typeof value === 'string' && value !== '' && !Number.isFinite(notation.read(value));
  return isText && Number.isFinite(notation.read(Number(value))) ? Number(value) : value;
}

/** An end of a range as a number. */
function endOf(leaf: Leaf, value: Plain, isOld: boolean): number {
  const read = leaf.notation.read(unquoted(leaf, value));
  if (Number.isFinite(read)) return read;
  const [expected, found] = [`a value that ${leaf.path} could have`, JSON.stringify(value)];
  if (isOld && !isQuantity(value)) throw new OldRange(expected, found, 'what is no quantity is one of its choices: [ … ]'); // prettier-ignore
  throw new LeafError(expected, found);
}

/** The least and the greatest, in their order. */
function endsOf(leaf: Leaf, values: readonly Plain[], isOld: boolean, { warn }: Listener): readonly [number, number] {
  const Mistake = isOld ? OldRange : LeafError;
  const expected = 'the least and the greatest plausible value';
  if (values.length !== 2)
    throw new Mistake(expected, values.length === 1 ? 'one value' : `${values.length} values`, 'other values are choices: [ … ]'); // prettier-ignore
  const ends = values.map((value) => endOf(leaf, value, isOld));
  const [low, high] = [Math.min(...ends), Math.max(...ends)];
  const text = `[${leaf.notation.write(low)}, ${leaf.notation.write(high)}]`;
  if (low === high) throw new Mistake('two values that differ', text);
  const as = { found: `[${values.map((value) => JSON.stringify(value)).join(', ')}], read as ${text}`, hint: `range: ${text}` }; // prettier-ignore
  if (values.some((value) => unquoted(leaf, value) !== value)) warn({ expected: 'numbers without quotes', ...as });
  else if (low !== ends[0]) warn({ expected: 'the least value first', ...as });
  return [low, high];
}

/** Throws a LeafError or a PathError. */
function rangeOf(reading: Reading, row: Tree, isOld: boolean, listener: Listener): RangedAssumption {
  const { at } = listener;
  const path = String(scalarOf(entryOf(row, 'path')));
  at('path');
  const leaf = leafAt(reading, path, true);
  at('range');
  const [low, high] = endsOf(leaf, texts(entryOf(row, 'range')), isOld, listener);
  for (const end of [low, high]) requireTaken(reading, path, leaf.notation.write(end));
  at('scale');
  const asked = scalarOf(entryOf(row, 'scale'));
  if (asked === 'log' && low <= 0)
    throw new LeafError('linear: a range from zero on has no logarithm', '"log"', `a least value above zero, or none`);
  const scale = asked === 'log' || asked === 'linear' ? asked : leaf.notation.byFactor && low > 0 ? 'log' : 'linear';
  at('together');
  const together = texts(entryOf(row, 'together')).map((other) =>
    leafAt(reading, typeof other === 'string' ? other : ''),
  );
  for (const other of together) {
    if ((other.notation.isTime === true) !== (leaf.notation.isTime === true))
      throw new LeafError('times together with times, or none', other.path);
    if (leaf.notation.isTime !== true && !(leaf.base > 0))
      throw new LeafError(`nothing together with it: from ${baseText(leaf)} leads no factor`, other.path); // prettier-ignore
  }
  return { kind: 'range', path, why: String(scalarOf(entryOf(row, 'why'))), scale, low, high, leaf, together };
}

/** Whether the field's own kind takes it: its bounds, and whether it must be whole. */
function requireTaken({ root, tree }: Reading, path: string, text: string): void {
  const { kind } = requirePath(root, tree, path);
  if (kind === null || kind.inside.form !== 'value') return;
  const value = /^-?[\d.]+(e[+-]?\d+)?$/.test(text) ? Number(text) : text;
  const read = kind.schema.safeParse(value, { jitless: true });
  if (!read.success) throw new LeafError(`what ${path} takes: ${read.error.issues[0].message}`, text);
}

/** As YAML reads it back. */
export function choiceText(choice: Plain): string {
  const isPlain =
    typeof choice === 'string' && /^[a-z][\w -]*$/i.test(choice) && !/^(true|false|null|yes|no|on|off)$/i.test(choice);
  return isPlain ? choice : JSON.stringify(choice);
}

function choicesOf(reading: Reading, row: Tree, at: (field: string) => void): ChosenAssumption {
  const path = String(scalarOf(entryOf(row, 'path')));
  at('path');
  const { kind, tree } = requirePath(reading.root, reading.tree, path);
  at('choices');
  const choices = texts(entryOf(row, 'choices'));
  if (choices.length < 2) throw new LeafError('two values at least', String(choices.length));
  for (const choice of choices) {
    const read = kind?.schema.safeParse(choice, { jitless: true });
    if (read?.success === false)
      throw new LeafError(`a value that ${path} could have`, JSON.stringify(choice), read.error.issues[0].message);
  }
  return {
    kind: 'choices',
    path,
    why: String(scalarOf(entryOf(row, 'why'))),
    choices,
    base: choiceText(toPlain(tree) as Plain),
  };
}

function isGiven(row: Tree, key: string): boolean {
  const tree = entryOf(row, key);
  return tree?.form === 'list' && tree.items.length > 0;
}

/** Null for a row that only says why. Throws an OldRange for one whose range is only a text, a LeafError or a PathError. */
function read(reading: Reading, row: Tree, listener: Listener): Assumption | null {
  const { at } = listener;
  const [hasRange, hasChoices] = [isGiven(row, 'range'), isGiven(row, 'choices')];
  if (!hasRange && !hasChoices) return null;
  at('path');
  const path = scalarOf(entryOf(row, 'path'));
  if (typeof path !== 'string') return null;
  // What says more than the old ones could was written for what is drawn.
  const isOld = ['choices', 'scale', 'together'].every((key) => entryOf(row, key) === undefined);
  const [first] = path.split('.');
  at(hasRange ? 'range' : 'choices');
  if (bookkeeping.has(first))
    throw new (isOld ? OldRange : LeafError)(`no range and no choices: ${first} is no assumption of the fleet`, path, 'leave them out; the row itself may stay'); // prettier-ignore
  if (hasRange && hasChoices) throw new LeafError('a range or choices', 'both');
  if (!hasRange) return choicesOf(reading, row, at);
  try {
    return rangeOf(reading, row, isOld, listener);
  } catch (error) {
    // A whole block, a distribution, a word.
    if (isOld && error instanceof LeafError && error.isNoLeaf) throw new OldRange(error.expected, error.found, error.hint); // prettier-ignore
    throw error;
  }
}

interface Told {
  readonly expected: string;
  readonly found: string;
  readonly hint: Hint;
}

interface Heard {
  /** null if it is only a reason, or wrong */
  readonly drawn: Assumption | null;
  /** what is wrong */
  readonly problems: readonly Problem[];
  /** what is good, though it is written as it used to be */
  readonly warnings: readonly Problem[];
}

function heard(file: string, reading: Reading, row: Tree, i: number): Heard {
  let field = 'path';
  const warnings: Problem[] = [];
  const told = ({ expected, found, hint }: Told): Problem =>
    problemAt(file, (entryOf(row, field) ?? row).place, { path: `assumptions.${i + 1}.${field}`, expected, found, hint }); // prettier-ignore
  try {
    const drawn = read(reading, row, { at: (now) => (field = now), warn: (one) => warnings.push(told(one)) });
    return { drawn, problems: [], warnings };
  } catch (error) {
    if (error instanceof OldRange) {
      const { expected, found, hint } = error;
      return { drawn: null, problems: [], warnings: [told({ expected, found: `${found}: the range is only a text, and nothing is drawn from it`, hint })] }; // prettier-ignore
    }
    // A path that leads nowhere is told of all rows (cross-checks.ts).
    if (error instanceof PathError && field !== 'together') return { drawn: null, problems: [], warnings: [] };
    if (error instanceof PathError) return { drawn: null, problems: [told(error.mistake)], warnings: [] };
    if (!(error instanceof LeafError)) throw error;
    return { drawn: null, problems: [told(error)], warnings: [] };
  }
}

function allHeard(file: string, reading: Reading): Heard[] {
  return itemsOf(entryOf(reading.tree, 'assumptions')).map((row, i) => heard(file, reading, row, i));
}

/** What is wrong with the file's ranges and choices, each at its place. */
export function assumptionProblems(file: string, root: Kind<unknown>, context: Context, tree: Tree): Problem[] {
  return allHeard(file, { root, context, tree }).flatMap(({ problems }) => problems);
}

/** Ranges as they used to be written, each with how it is written now. `reading` is sound. */
export function oldRanges(file: string, reading: Reading): Problem[] {
  reading.context.outline = readOutline(reading.tree);
  return allHeard(file, reading).flatMap(({ warnings }) => warnings);
}

/** The file's assumptions that can be drawn, in its order; of two of the same path the first. `reading` is sound. */
export function drawnAssumptions(reading: Reading): Assumption[] {
  reading.context.outline = readOutline(reading.tree);
  const drawn = new Map<string, Assumption>();
  for (const { drawn: one } of allHeard('', reading)) if (one !== null && !drawn.has(one.path)) drawn.set(one.path, one); // prettier-ignore
  return [...drawn.values()];
}
