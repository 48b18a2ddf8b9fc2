/**
 * One value of the file as a number: a path that ends at a duration, rate, count,
 * fraction, number or time, or at one parameter of a distribution, read and
 * written as its own field is. Values in between are written to four digits.
 */
import type { Context } from './context.ts';
import { distributions } from '../engine/distributions.ts';
import type { Kind } from './kind.ts';
import { formatDuration, parseDuration, parseFraction, parseRate } from './quantity.ts';
import type { Hint } from './suggestion.ts';
import { requirePath } from './tree-path.ts';
import { inline, nameOf, scalarOf, toPlain, type Tree } from './tree.ts';
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
  /** NaN: it is `none` */
  readonly base: number;
  readonly notation: Notation;
}

/** What the file has. */
export function baseText({ base, notation }: Leaf): string {
  return Number.isNaN(base) ? 'none' : notation.write(base);
}

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
      if (!asClock) return formatDuration(atMs);
      return formatClock(clock, atMs, atMs % 60_000 === 0 ? 'minutes' : 'seconds');
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

export class LeafError extends Error {
  readonly expected: string;
  readonly found: string;
  readonly hint: Hint;
  /** the path ends at no quantity, whatever is said of it */
  readonly isNoLeaf: boolean;
  constructor(expected: string, found: string, hint: Hint = null, isNoLeaf = false) {
    super(expected);
    this.expected = expected;
    this.found = found;
    this.hint = hint;
    this.isNoLeaf = isNoLeaf;
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

/** The value at a path as a number. Throws a LeafError or a PathError. `mayBeOff`: what is `none` now could be a number. */
export function leafAt(reading: Reading, path: string, mayBeOff = false): Leaf {
  const { kind, tree } = requirePath(reading.root, reading.tree, path);
  const notation = notationOf(reading, path, kind, tree);
  if (notation === null) throw new LeafError(oneValue, inline(tree), () => deeperHint(reading, path, tree), true);
  const base = notation.read(toPlain(tree));
  if (Number.isNaN(base) && !(mayBeOff && scalarOf(tree) === 'none'))
    throw new LeafError(oneValue, inline(tree), tree.form === 'scalar' ? 'choices: [ … ] are for words' : null, true);
  return { path, base, notation };
}

/** What could have been meant below a block or a distribution. */
function deeperHint(reading: Reading, path: string, tree: Tree): string | null {
  if (tree.form === 'scalar') return 'what is no quantity has choices: [ … ] instead of a range';
  const [key, inner] = partsOf(tree)[0] ?? [];
  if (key !== undefined && inner.form === 'list' && Object.hasOwn(distributions, key)) {
    const [from, to] = Object.keys(distributions[key].parameters);
    return `write ${key}: { ${from}: …, ${to}: … }, and the range of ${path}.${key}.${from} with together: [${path}.${key}.${to}]`;
  }
  const meant = firstLeaf(reading, path, tree);
  return meant === null ? null : `a range is of one value now, like ${meant}; a row without a range covers all of it`;
}

/** What a path may go on with. */
function partsOf(tree: Tree): readonly (readonly [string, Tree])[] {
  if (tree.form === 'map') return [...tree.entries].map(([key, { tree: inner }]) => [key, inner]);
  if (tree.form !== 'list') return [];
  return tree.items.flatMap((item) => {
    const name = nameOf(item);
    return name === null ? [] : [[name, item] as const];
  });
}

/** The first quantity below a path. */
function firstLeaf(reading: Reading, path: string, tree: Tree): string | null {
  for (const [key, inner] of partsOf(tree)) {
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

/** The number at a path: seconds, per second, a count. `path` is sound. */
export function numberAt(reading: Reading, path: string): number {
  const { base, notation } = leafAt(reading, path);
  return notation === duration || notation.isTime === true ? base / 1000 : base;
}
