/**
 * The kinds of single values: durations, rates, counts, fractions, instants,
 * names and texts, each with its unit's word and its bounds. `none` stands for
 * "without limit" and is Infinity. Counts, rates and factors are read with what
 * `scale` makes of them.
 */
import {
  formatDuration,
  formatRate,
  parseDuration,
  parseFraction,
  parseRate,
  durationPattern,
  percentPattern,
  ratePattern,
  writtenText,
  type Misreading,
} from './quantity.ts';
import { leaf, type JsonSchema, type Kind, type Report } from './kind.ts';
import { characterCount, linePattern, linesPattern, unreadable } from './readable-text.ts';
import { MOST_CHARACTERS } from './size-limits.ts';
import { type Scaling } from './scale.ts';
import { scaledCount } from './scaling.ts';
import { didYouMean, oneOf } from './suggestion.ts';
import { parseInstant, timeOfDayPattern } from './wall-clock.ts';
import { placesOf, type Context } from './context.ts';

interface Bounds {
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  /** must lie above `min`, not on it */
  readonly exclusiveMin?: boolean | undefined;
}

function withinBounds(value: number, bounds: Bounds, format: (value: number) => string, report: Report): number {
  const { min = -Infinity, max = Infinity, exclusiveMin = false } = bounds;
  if (exclusiveMin && value <= min) return report(`more than ${format(min)}`);
  if (value < min) return report(`at least ${format(min)}`);
  return value > max ? report(`at most ${format(max)}`) : value;
}

/** A notation of which zero is none, where it must be more than that. */
function positive(pattern: string, { min, exclusiveMin }: Bounds): string {
  return min === 0 && exclusiveMin === true ? pattern.replace('^', '^(?=.*[1-9])') : pattern;
}

function quantity(options: {
  readonly unit: string;
  readonly parse: (value: unknown) => number | Misreading;
  readonly format: (value: number) => string;
  readonly pattern: string;
  readonly bounds: Bounds;
  /** the word for Infinity, where that makes sense */
  readonly none?: string | undefined;
  readonly scaling?: Scaling;
}): Kind<number> {
  const { unit, parse, format, bounds, none, scaling } = options;
  const pattern = positive(options.pattern, bounds);
  return leaf({
    unit,
    jsonSchema: {
      type: 'string',
      maxLength: MOST_CHARACTERS.quantity,
      pattern: none === undefined ? pattern : `${pattern}|^${none}$`,
    },
    read: (value, report) => {
      if (none !== undefined && value === none) return Infinity;
      const read = parse(value);
      if (typeof read === 'number')
        return withinBounds(read, bounds, format, report) * (scaling === undefined ? 1 : ownFactor(scaling));
      const expected = none === undefined ? read.expected : `${read.expected}, or ${none}`;
      const meantNone =
        none !== undefined && typeof value === 'string' && /^[a-z]+$/i.test(value) ? didYouMean(value, [none]) : null;
      return report(expected, { hint: meantNone ?? read.hint });
    },
    ...(scaling === undefined ? {} : { scaling }),
  });
}

/** What a number knows to be multiplied by; a gate's numbers depend on the policy around them (policy-kind.ts). */
function ownFactor(scaling: Scaling): number {
  return scaling.of === 'gate' ? 1 : scaling.factor();
}

/** Milliseconds. */
export function duration(bounds: Bounds = {}, none?: string): Kind<number> {
  return quantity({
    unit: 'duration',
    parse: parseDuration,
    format: formatDuration,
    pattern: durationPattern,
    bounds,
    none,
  });
}

/** Per second. */
export function rate(scaling: Scaling, bounds: Bounds = {}): Kind<number> {
  return quantity({ unit: 'rate', parse: parseRate, format: formatRate, pattern: ratePattern, bounds, scaling });
}

function numberHint(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value)) ? 'without quotes' : null;
}

/** What JSON Schema can say of a number's bounds. */
function numberNotation(type: 'integer' | 'number', { min, max, exclusiveMin }: Bounds): JsonSchema {
  const from = min === undefined ? {} : exclusiveMin === true ? { exclusiveMinimum: min } : { minimum: min };
  return { type, ...from, ...(max === undefined ? {} : { maximum: max }) };
}

interface CountBounds extends Bounds {
  readonly leastStays?: true | undefined;
  /** True where what `scale` makes of it need not be whole. */
  readonly keepsFraction?: true;
}

/** A whole number. */
export function count(scaling: Scaling, bounds: CountBounds = {}, none?: string): Kind<number> {
  const { min = 0, max = Number.MAX_SAFE_INTEGER, leastStays, keepsFraction = false } = bounds;
  const number = numberNotation('integer', { min, max });
  return leaf({
    unit: 'count',
    jsonSchema: none === undefined ? number : { anyOf: [number, { const: none }] },
    read: (value, report) => {
      if (none !== undefined && value === none) return Infinity;
      if (typeof value !== 'number' || !Number.isInteger(value)) {
        const hint = none !== undefined && typeof value === 'string' ? didYouMean(value, [none]) : null;
        return report(`a whole number${none === undefined ? '' : `, or ${none}`}`, { hint: hint ?? numberHint(value) });
      }
      const given = withinBounds(value, { min, max }, String, report);
      if (typeof given !== 'number' || scaling.of === 'gate') return given;
      return keepsFraction
        ? given * scaling.factor()
        : scaledCount(given, { scaling, stays: leastStays === true ? min : undefined }, report);
    },
    scaling,
  });
}

/** Products of a few factors and durations are far from where doubles end. */
export const FACTOR_MAX = 1e9;

/** Any number from 0 to a thousand million, unless bounded otherwise. */
export function factor(scaling: Scaling, given: Bounds = {}, none?: string): Kind<number> {
  const bounds = { min: 0, max: FACTOR_MAX, ...given };
  const number = numberNotation('number', bounds);
  return leaf({
    unit: 'factor',
    jsonSchema: none === undefined ? number : { anyOf: [number, { const: none }] },
    read: (value, report) => {
      if (none !== undefined && value === none) return Infinity;
      if (typeof value !== 'number')
        return report(`a number${none === undefined ? '' : `, or ${none}`}`, { hint: numberHint(value) });
      return withinBounds(value, bounds, String, report) * ownFactor(scaling);
    },
    scaling,
  });
}

/** 0…1, as a number or a percentage. */
export function fraction(bounds: Bounds = {}, none?: string): Kind<number> {
  const forms = [
    numberNotation('number', { min: 0, max: 1, ...bounds }),
    { type: 'string', maxLength: MOST_CHARACTERS.quantity, pattern: positive(percentPattern, bounds) },
  ];
  return leaf({
    unit: 'fraction',
    jsonSchema: { anyOf: none === undefined ? forms : [...forms, { const: none }] },
    read: (value, report) => {
      if (none !== undefined && value === none) return Infinity;
      const read = parseFraction(value);
      if (typeof read === 'number') return withinBounds(read, bounds, String, report);
      if (none === undefined) return report(read.expected, { hint: read.hint });
      return report(`${read.expected}, or ${none}`, { hint: read.hint ?? didYouMean(writtenText(value), [none]) });
    },
  });
}

export const flag: Kind<boolean> = leaf({
  unit: 'flag',
  jsonSchema: { type: 'boolean' },
  read: (value, report) =>
    typeof value === 'boolean'
      ? value
      : report('true or false', { hint: didYouMean(writtenText(value), ['true', 'false']) }),
});

/** Says what is wrong with a text that a message, a chart or a table is to show; true if nothing is. */
export function isReadable(
  value: string,
  most: number,
  lines: 'one' | 'several',
  report: Report,
  path: readonly (string | number)[] = [],
): boolean {
  const count = characterCount(value);
  const bad = count > most ? null : unreadable(value, lines);
  const expected =
    lines === 'one' ? 'a text in one line, without control characters' : 'a text without control characters';
  if (count > most) report(`a text of at most ${most} characters`, { path, found: `one of ${count}` });
  else if (bad !== null)
    report(expected, {
      path,
      found: bad.found,
      hint: 'terminals, logs and tables would obey it instead of showing it',
      offset: bad.offset,
    });
  return count <= most && bad === null;
}

function text(most: number, lines: 'one' | 'several'): Kind<string> {
  return leaf({
    unit: 'text',
    jsonSchema: { type: 'string', maxLength: most, pattern: lines === 'one' ? linePattern : linesPattern },
    read: (value, report) => {
      if (typeof value !== 'string') return report('a text', { hint: typeof value === 'number' ? 'in quotes' : null });
      return isReadable(value, most, lines, report) ? value.trim() : '';
    },
  });
}

/** One line: what people call a thing. */
export const title = text(MOST_CHARACTERS.title, 'one');
/** A path that a row of `sources` or `assumptions` covers. */
export const coveredPath = text(MOST_CHARACTERS.path, 'one');
/** Sentences, in one line or several. */
export const prose = text(MOST_CHARACTERS.prose, 'several');

/**
 * The JSON Schema of some words; where it is known what each means, editors tell it. `enumDescriptions` is the word
 * of editors' language servers; with constants for alternatives a field's own meaning would be hidden behind its value's.
 */
export function wordNotation(words: readonly string[], helps?: Readonly<Record<string, string>>): JsonSchema {
  return { enum: words, ...(helps === undefined ? {} : { enumDescriptions: words.map((one) => helps[one]) }) };
}

/** One of some words. `helps` says what each means. */
export function word<const W extends string>(words: readonly W[], helps?: Readonly<Record<W, string>>): Kind<W> {
  return leaf({
    unit: 'choice',
    jsonSchema: wordNotation(words, helps),
    read: (value, report) => {
      const known = words.find((candidate) => candidate === value);
      return known ?? report(oneOf(words), { hint: () => didYouMean(writtenText(value), words) });
    },
  });
}

/** A name that paths can use. `constructor` is every JavaScript object's, so it is nobody's here. */
export const name: Kind<string> = leaf({
  unit: 'name',
  jsonSchema: { type: 'string', maxLength: MOST_CHARACTERS.name, pattern: '^(?!constructor$)[a-z0-9-]+$' },
  read: (value, report) => {
    if (typeof value === 'string' && value.length > MOST_CHARACTERS.name)
      return report(`a name of at most ${MOST_CHARACTERS.name} characters`, {
        found: `one of ${characterCount(value)}`,
      });
    if (typeof value === 'string' && /^[a-z0-9-]+$/.test(value) && value !== 'constructor') return value;
    const slug =
      typeof value === 'string'
        ? value
            .toLowerCase()
            .replaceAll(/[^a-z0-9]+/g, '-')
            .replaceAll(/^-|-$/g, '')
        : '';
    return report('a name of lower-case letters, digits and hyphens', {
      hint: slug === '' || slug === value ? null : `like "${slug}"`,
    });
  },
});

/** Milliseconds since the start; within the run, its end included only if `toEnd`. */
export function instant(context: Context, options: { readonly toEnd?: true } = {}): Kind<number> {
  return leaf({
    unit: 'instant',
    jsonSchema: {
      type: 'string',
      maxLength: MOST_CHARACTERS.quantity,
      pattern: `${timeOfDayPattern}|${durationPattern}`,
    },
    read: (value, report) => {
      const clock = context.outline.clock;
      const read = parseInstant(value, clock ?? { startMs: 0, durationMs: Infinity, timezone: 'UTC' });
      if (typeof read !== 'number') return report(read.expected, { hint: read.hint });
      if (clock === null || read < clock.durationMs || (options.toEnd === true && read === clock.durationMs))
        return read;
      return report(`a time within the clock (${context.outline.clockText})`);
    },
  });
}

/** The name of something that the file defines elsewhere. */
export function reference(context: Context, what: 'tier' | 'client' | 'product' | 'variant'): Kind<string> {
  return leaf({
    unit: what,
    jsonSchema: { type: 'string', maxLength: MOST_CHARACTERS.name },
    read: (value, report) => readReference(value, what, context.outline[`${what}Names`], report),
  });
}

export function readReference(
  value: unknown,
  what: string,
  names: readonly string[],
  report: Report,
  path: readonly (string | number)[] = [],
): string {
  if (typeof value === 'string' && placesOf(names).has(value)) return value;
  const article = /^[aeiou]/.test(what) ? 'an' : 'a';
  const known =
    names.length === 0 ? `the name of ${article} ${what}, and there is none` : `${article} ${what}: ${oneOf(names)}`;
  return report(known, { path, hint: typeof value === 'string' ? () => didYouMean(value, names) : null });
}
