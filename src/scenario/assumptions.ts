/**
 * What may be drawn: the rows of `assumptions` that have a range or choices, each
 * of one value of the file. A range is read by the kind of its own field, so
 * that it takes what the field takes; values in between are written as the field
 * would be, to four digits, and it is that text which a run is given: whoever
 * sets it again (`--set PATH=VALUE`) gets the same run. Values that are moved
 * `together` with it go by the same factor, and clock times by the same shift.
 */
import { readOutline, type Context } from './context.ts';
import { distributions } from '../engine/distributions.ts';
import { figureHelps, leavesOf, parseGiven, type FigureNode } from './figure-expression.ts';
import type { Kind } from './kind.ts';
import { problemAt, type Problem } from './problem.ts';
import { formatDuration, parseDuration, parseFraction, parseRate } from './quantity.ts';
import { didYouMean, oneOf, type Hint } from './suggestion.ts';
import { PathError, requirePath } from './tree-path.ts';
import { entryOf, inline, itemsOf, scalarOf, toPlain, type Plain, type Tree } from './tree.ts';
import { formatClock, parseInstant, parseTimeOfDay, type WallClock } from './wall-clock.ts';

/** How a quantity's text becomes a number, and a number its text. */
interface Notation {
  readonly read: (value: unknown) => number;
  readonly write: (value: number) => string;
  /** walked by factors, unless a row says otherwise */
  readonly byFactor: boolean;
  /** an instant: what moves together with it is shifted */
  readonly isTime?: true;
}

/** One value of the file, as a number. */
export interface Leaf {
  readonly path: string;
  readonly base: number;
  readonly notation: Notation;
}

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
  'format', 'name', 'title', 'story', 'clock', 'seed', 'scale', 'measure', 'metastableAfter', 'observed', 'expect',
  'given', 'sources', 'assumptions', 'variants', '$schema',
]); // prettier-ignore

const DIGITS = 4;

function digits(value: number): number {
  return Number(value.toPrecision(DIGITS));
}

const numberOrNaN = (read: unknown): number => (typeof read === 'number' ? read : NaN);

const duration: Notation = {
  read: (value) => numberOrNaN(parseDuration(value)),
  write: (value) => formatDuration(digits(value)),
  byFactor: true,
};

const plainNumber = (byFactor: boolean): Notation => ({
  read: (value) => (typeof value === 'number' ? value : NaN),
  write: (value) => String(digits(value)),
  byFactor,
});

const whole: Notation = {
  read: (value) => (Number.isInteger(value) ? (value as number) : NaN),
  write: (value) => String(Math.round(value)),
  byFactor: true,
};

/** In the unit in which it is not a small part of one. */
function rateText(perSec: number): string {
  if (perSec >= 0.1 || perSec === 0) return `${digits(perSec)}/s`;
  return perSec >= 1 / 600 ? `${digits(perSec * 60)}/min` : `${digits(perSec * 3600)}/h`;
}

const notations: Readonly<Record<string, Notation>> = {
  duration,
  rate: { read: (value) => numberOrNaN(parseRate(value)), write: rateText, byFactor: true },
  count: whole,
  factor: plainNumber(true),
  fraction: {
    read: (value) => numberOrNaN(parseFraction(value)),
    write: (value) => String(digits(value)),
    byFactor: false,
  },
};

/** Whole seconds; a clock time stays one. */
function instantNotation(clock: WallClock, asClock: boolean): Notation {
  return {
    read: (value) => numberOrNaN(parseInstant(value, clock)),
    write: (value) => {
      const atMs = Math.round(value / 1000) * 1000;
      return asClock ? formatClock(clock, atMs) : formatDuration(atMs);
    },
    byFactor: false,
    isTime: true,
  };
}

/** A parameter of a distribution, below the path of the whole. */
function parameterNotation(words: readonly string[]): Notation | null {
  const [name, key] = words;
  if (!Object.hasOwn(distributions, name)) return null;
  const { parameters } = distributions[name];
  const parameter = parameters[key ?? Object.keys(parameters)[0]] as { readonly unit: string } | undefined;
  if (parameter === undefined || words.length > 2) return null;
  return parameter.unit === 'durations' ? null : notations[parameter.unit];
}

class LeafError extends Error {
  readonly expected: string;
  readonly found: string;
  readonly hint: Hint;
  constructor(expected: string, found: string, hint: Hint = null) {
    super(expected);
    this.expected = expected;
    this.found = found;
    this.hint = hint;
  }
}

/** A file as a tree, and what reads it. */
export interface Reading {
  readonly root: Kind<unknown>;
  readonly context: Context;
  readonly tree: Tree;
}

function notationOf(reading: Reading, path: string, kind: Kind<unknown> | null, tree: Tree): Notation | null {
  if (kind === null) {
    const words = path.split('.');
    for (const count of [1, 2].filter((one) => one < words.length)) {
      const above = requirePath(reading.root, reading.tree, words.slice(0, -count).join('.'));
      if (above.kind?.unit === 'distribution') return parameterNotation(words.slice(-count));
    }
    return null;
  }
  const value = scalarOf(tree);
  const { clock } = reading.context.outline;
  if (kind.unit === 'instant' && clock !== null) return instantNotation(clock, parseTimeOfDay(value) !== null);
  if (kind.unit === 'distribution') return value === undefined ? null : duration;
  // Short for a list: a number of pods, a rate of arrivals.
  if (kind.spellOut !== undefined && typeof value === 'number') return whole;
  if (kind.spellOut !== undefined && typeof parseRate(value) === 'number') return notations.rate;
  return Object.hasOwn(notations, kind.unit) ? notations[kind.unit] : null;
}

const oneValue = 'a path that ends at one value: a duration, rate, count, fraction, number or time';

/** The value at a path as a number. Throws a LeafError or a PathError. */
function leafAt(reading: Reading, path: string): Leaf {
  const { kind, tree } = requirePath(reading.root, reading.tree, path);
  const notation = notationOf(reading, path, kind, tree);
  if (notation === null) throw new LeafError(oneValue, inline(tree), () => deeperHint(reading, path, tree));
  const base = notation.read(toPlain(tree));
  if (Number.isNaN(base))
    throw new LeafError(oneValue, inline(tree), tree.form === 'scalar' ? 'choices: [ … ] are for words' : null);
  return { path, base, notation };
}

/** What could have been meant below a block or a distribution. */
function deeperHint(reading: Reading, path: string, tree: Tree): string | null {
  if (tree.form === 'scalar') return 'what is no quantity has choices: [ … ] instead of a range';
  if (tree.form !== 'map') return null;
  const [key, inner] = [...tree.entries][0] ?? [];
  if (key !== undefined && inner.tree.form === 'list' && Object.hasOwn(distributions, key)) {
    const [from, to] = Object.keys(distributions[key].parameters);
    return `write ${key}: { ${from}: …, ${to}: … }, and the range of ${path}.${key}.${from} with together: [${path}.${key}.${to}]`;
  }
  const meant = firstLeaf(reading, path, tree);
  return meant === null ? null : `a range is of one value now, like ${meant}; a row without a range covers all of it`;
}

/** The first quantity below a path. */
function firstLeaf(reading: Reading, path: string, tree: Tree): string | null {
  if (tree.form !== 'map') return null;
  for (const [key, { tree: inner }] of tree.entries) {
    const below = `${path}.${key}`;
    try {
      return leafAt(reading, below).path;
    } catch {
      const deeper = firstLeaf(reading, below, inner);
      if (deeper !== null) return deeper;
    }
  }
  return null;
}

function texts(tree: Tree | undefined): Plain[] {
  return itemsOf(tree).map((item) => toPlain(item) as Plain);
}

function asNumberHint({ notation }: Leaf, value: Plain): string | null {
  return typeof value === 'string' && Number.isFinite(notation.read(Number(value))) ? `without quotes: ${value}` : null;
}

/** Throws a LeafError or a PathError; `at` says of which of the row's fields. */
function rangeOf(reading: Reading, row: Tree, at: (field: string) => void): RangedAssumption {
  const path = String(scalarOf(entryOf(row, 'path')));
  at('path');
  const leaf = leafAt(reading, path);
  at('range');
  const [low, high] = texts(entryOf(row, 'range')).map((value) => {
    const read = leaf.notation.read(value);
    if (Number.isNaN(read) || !Number.isFinite(read))
      throw new LeafError(`a value that ${path} could have`, JSON.stringify(value), asNumberHint(leaf, value));
    return read;
  });
  if (low >= high) throw new LeafError('the least value first, and a greater one', `[${leaf.notation.write(low)}, ${leaf.notation.write(high)}]`); // prettier-ignore
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
    if (leaf.notation.isTime !== true && leaf.base <= 0)
      throw new LeafError(`nothing together with it: from ${leaf.notation.write(leaf.base)} leads no factor`, other.path); // prettier-ignore
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

/** Null for a row that only says why. Throws a LeafError or a PathError. */
function read(reading: Reading, row: Tree, at: (field: string) => void): Assumption | null {
  const [hasRange, hasChoices] = [isGiven(row, 'range'), isGiven(row, 'choices')];
  // Told by the schema.
  if (hasRange && itemsOf(entryOf(row, 'range')).length !== 2) return null;
  if (!hasRange && !hasChoices) return null;
  at('path');
  const path = scalarOf(entryOf(row, 'path'));
  if (typeof path !== 'string') return null;
  const [first] = path.split('.');
  at(hasRange ? 'range' : 'choices');
  if (bookkeeping.has(first))
    throw new LeafError(`no range and no choices: ${first} is no assumption of the fleet`, path, 'leave them out; the row itself may stay'); // prettier-ignore
  if (hasRange && hasChoices) throw new LeafError('a range or choices', 'both');
  return hasRange ? rangeOf(reading, row, at) : choicesOf(reading, row, at);
}

/** What is wrong with the file's ranges and choices, each at its place. */
export function assumptionProblems(file: string, root: Kind<unknown>, context: Context, tree: Tree): Problem[] {
  return itemsOf(entryOf(tree, 'assumptions')).flatMap((row, i): Problem[] => {
    let field = 'path';
    try {
      read({ root, context, tree }, row, (at) => (field = at));
      return [];
    } catch (error) {
      // A path that leads nowhere is told of all rows (cross-checks.ts).
      if (error instanceof PathError && field !== 'together') return [];
      if (!(error instanceof LeafError) && !(error instanceof PathError)) throw error;
      const told = error instanceof PathError ? error.mistake : error;
      const { expected, found, hint } = told;
      const { place } = entryOf(row, field) ?? row;
      return [problemAt(file, place, { path: `assumptions.${i + 1}.${field}`, expected, found, hint })];
    }
  });
}

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

/** The file's assumptions that can be drawn, in its order; of two of the same path the first. `tree` is sound. */
export function drawnAssumptions(reading: Reading): Assumption[] {
  reading.context.outline = readOutline(reading.tree);
  const drawn = new Map<string, Assumption>();
  for (const row of itemsOf(entryOf(reading.tree, 'assumptions'))) {
    const one = read(reading, row, () => undefined);
    if (one !== null && !drawn.has(one.path)) drawn.set(one.path, one);
  }
  return [...drawn.values()];
}

/** The number at a path: seconds, per second, a count. `path` is sound. */
export function numberAt(reading: Reading, path: string): number {
  const { base, notation } = leafAt(reading, path);
  return notation === duration || notation.isTime === true ? base / 1000 : base;
}
