/**
 * Reads expressions (grammar in expression.ts) against a vocabulary of metrics:
 * names, parts, units. The first mistake ends the reading, with its place in
 * the text. A bare number is never a duration, a rate or a clock time. Where
 * `scale` makes the fleet smaller or larger, bounds of what counts a part of it
 * are scaled too.
 */
import { placesOf } from './context.ts';
import {
  isStatistic,
  operators,
  suggestedStatistics,
  type MetricCondition,
  type Expression,
  type MetricReference,
  type MetricUnit,
  type MetricWord,
  type Operand,
  type Operator,
  type PartKind,
  type Vocabulary,
} from './expression.ts';
import { parseDuration, parseFraction, parseRate } from './quantity.ts';
import { factorOf, type Scale } from './scale.ts';
import { didYouMean, oneOf, toldHint, type Hint } from './suggestion.ts';
import { shortened } from './tree.ts';
import { parseInstant, type WallClock } from './wall-clock.ts';

/** What an expression may name, beside metrics. */
export interface ExpressionScope {
  readonly vocabulary: Vocabulary;
  readonly clock: WallClock | null;
  readonly podNames: readonly string[];
  readonly tierNames: readonly string[];
  /** products and client versions */
  readonly whoNames: readonly string[];
  /** variants that may follow `@`; null where variants mean nothing */
  readonly variantNames: readonly string[] | null;
  /** observed and detect: compared at an instant given from outside, so gauges only; an observed row may also name a milestone */
  readonly place: 'expect' | 'observed' | 'detect';
  /** what bounds are scaled by; not at all if not said */
  readonly scale?: Scale;
}

interface ExpressionMistake {
  readonly expected: string;
  readonly found: string;
  readonly hint: string | null;
  /** characters from the start of the text */
  readonly offset: number;
}

class Mistake extends Error {
  readonly mistake: ExpressionMistake;
  constructor(mistake: ExpressionMistake) {
    super(mistake.expected);
    this.mistake = mistake;
  }
}

interface Reader {
  readonly text: string;
  at: number;
  readonly scope: ExpressionScope;
}

function fail(reader: Reader, expected: string, hint: Hint = null, offset = reader.at, found?: string): never {
  const rest = reader.text.slice(offset).trim();
  const shown =
    found ?? (rest === '' ? 'the end of the expression' : JSON.stringify(/^[^\s<>=!*]+|^./.exec(rest)?.[0] ?? rest));
  throw new Mistake({
    expected,
    found: shown,
    get hint() {
      return toldHint(hint);
    },
    offset,
  });
}

function skipSpace(reader: Reader): void {
  while (/\s/.test(reader.text[reader.at] ?? '')) reader.at++;
}

/** Takes what matches at this place, or null. The pattern is a sticky one. */
function take(reader: Reader, pattern: RegExp): string | null {
  pattern.lastIndex = reader.at;
  const match = pattern.exec(reader.text)?.[0] ?? null;
  if (match !== null) reader.at += match.length;
  return match;
}

function partWords(kind: PartKind, scope: ExpressionScope): readonly string[] {
  if (kind === 'pod') return scope.podNames;
  if (kind === 'tier') return scope.tierNames;
  if (kind === 'who') return scope.whoNames;
  return kind === 'quantile' ? suggestedStatistics : kind;
}

function fits(part: string, kind: PartKind, scope: ExpressionScope): boolean {
  if (kind === 'quantile') return isStatistic(part);
  const words = partWords(kind, scope);
  return typeof kind === 'string' ? placesOf(words).has(part) : words.includes(part);
}

function readParts(reader: Reader, metric: string, word: MetricWord): string[] {
  const parts: string[] = [];
  let next = 0;
  while (reader.text[reader.at] === '.') {
    reader.at++;
    const offset = reader.at;
    const part = take(reader, /[A-Za-z0-9-]+/y) ?? fail(reader, `a part of ${metric} after the dot`);
    const slot = word.parts.findIndex((kind, i) => i >= next && fits(part, kind, reader.scope));
    if (slot < 0) {
      const known = word.parts.slice(next).flatMap((kind) => partWords(kind, reader.scope));
      const expected =
        known.length === 0
          ? `no ${next > 0 ? 'further ' : ''}part after ${metric}`
          : `a part of ${metric}: ${oneOf(known)}`;
      fail(reader, expected, () => didYouMean(part, known), offset, JSON.stringify(part));
    }
    parts.push(part);
    next = slot + 1;
  }
  return parts;
}

function readVariant(reader: Reader): string | null {
  if (reader.text[reader.at] !== '@') return null;
  const offset = ++reader.at;
  const variant = take(reader, /[a-z0-9-]+/y) ?? fail(reader, 'the name of a variant after @');
  const { variantNames } = reader.scope;
  if (variantNames === null) return fail(reader, 'no variant here', 'only `expect` compares variants', offset - 1);
  const known = (): string[] => ['baseline', ...variantNames];
  if (variant !== 'baseline' && !placesOf(variantNames).has(variant))
    fail(reader, `a variant: ${oneOf(known())}`, () => didYouMean(variant, known()), offset);
  return variant;
}

function readInstant(reader: Reader): number {
  skipSpace(reader);
  const offset = reader.at;
  const written = take(reader, /[0-9a-z:.]+/y) ?? '';
  const clock = reader.scope.clock ?? { startMs: 0, durationMs: Infinity, timezone: 'UTC' };
  const atMs = parseInstant(written, clock);
  if (typeof atMs !== 'number') return fail(reader, atMs.expected, atMs.hint, offset);
  return atMs < clock.durationMs ? atMs : fail(reader, 'a time within the clock', null, offset);
}

function readAt(reader: Reader): number | null {
  return take(reader, /\s+at\b/y) === null ? null : readInstant(reader);
}

function readMetric(reader: Reader): { reference: MetricReference; word: MetricWord } {
  const offset = reader.at;
  const { metrics } = reader.scope.vocabulary;
  const metric = take(reader, /[A-Za-z][A-Za-z0-9]*/y) ?? fail(reader, 'the name of a metric');
  const names = Object.keys(metrics);
  if (!Object.hasOwn(metrics, metric)) {
    const hint = (): string => didYouMean(metric, names) ?? '`sim list metric` names them all';
    fail(reader, 'a metric', hint, offset, JSON.stringify(metric));
  }
  const word = metrics[metric];
  const parts = readParts(reader, metric, word);
  const variant = readVariant(reader);
  const atOffset = reader.at;
  const atMs = readAt(reader);
  if (atMs !== null && reader.scope.place === 'detect')
    fail(reader, 'no `at` here', 'a rule watches the present', atOffset, 'one');
  if (atMs !== null && !word.gauge && word.milestone !== true)
    fail(reader, `no \`at\` after ${metric}`, 'it is a figure of the whole run, not of an instant', atOffset, 'one');
  return { reference: { metric, parts, variant, atMs }, word };
}

const unitWords: Readonly<Record<MetricUnit, string>> = {
  duration: 'a duration like 30s',
  fraction: 'a fraction like 0.05 or 5 %',
  count: 'a number',
  rate: 'a rate like 70/s',
  factor: 'a number',
  instant: 'a clock time like 17:30',
};

/** Some number of many digits would be infinite here, or nothing, and whatever is compared with it would be decided. */
function requireInRange(reader: Reader, value: number, written: string, offset: number): void {
  const isNothing = value === 0 && /[1-9]/.test(written.replace(/e.*/, ''));
  if (Number.isFinite(value) && !isNothing) return;
  fail(
    reader,
    'a number that a double can hold, up to 1.8e308',
    null,
    offset,
    JSON.stringify(shortened(written.trim())),
  );
}

function readValue(reader: Reader, metric: string, unit: MetricUnit): number {
  const offset = reader.at;
  const written = take(reader, /[^\s*]+(?:\s*%)?/y) ?? '';
  if (written === '') fail(reader, unitWords[unit]);
  const plain = /^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/.test(written) ? Number(written) : written;
  if (typeof plain === 'number') requireInRange(reader, plain, written, offset);
  if (unit === 'instant') {
    reader.at = offset;
    return readInstant(reader);
  }
  const parse = { duration: parseDuration, rate: parseRate, fraction: parseFraction, count: Number, factor: Number }[
    unit
  ];
  const read = unit === 'count' || unit === 'factor' ? plain : parse(plain);
  if (typeof read === 'number' && Number.isFinite(read)) return read;
  const hint = typeof read === 'object' ? read.hint : null;
  return fail(reader, `${unitWords[unit]}, for ${metric} is a ${unit}`, hint, offset, JSON.stringify(written));
}

function readOperand(reader: Reader, left: MetricReference, word: MetricWord): Operand {
  const offset = reader.at;
  if (take(reader, /all\b/y) !== null) {
    if (word.unit !== 'count') fail(reader, unitWords[word.unit], '`all` is the number of pods', offset);
    return { kind: 'all' };
  }
  const factor = take(reader, /\d+(?:\.\d+)?\s*\*/y);
  skipSpace(reader);
  if (factor === null && !/[A-Za-z]/.test(reader.text[reader.at] ?? ''))
    return { kind: 'value', value: readValue(reader, left.metric, word.unit) };
  const metricOffset = reader.at;
  if (reader.scope.place === 'detect') fail(reader, unitWords[word.unit], 'a rule compares with a fixed bound');
  const right = readMetric(reader);
  if (reader.scope.place === 'observed' && !right.word.gauge)
    fail(reader, 'a metric that has a value at each instant', null, metricOffset, right.reference.metric);
  if (right.word.unit !== word.unit)
    fail(
      reader,
      `a ${word.unit}, like ${left.metric}`,
      null,
      metricOffset,
      `${right.reference.metric}, a ${right.word.unit}`,
    );
  const times = factor === null ? 1 : Number.parseFloat(factor);
  requireInRange(reader, times, factor ?? '1', offset);
  return { kind: 'metric', factor: times, reference: right.reference };
}

function readExpression(reader: Reader): Expression {
  skipSpace(reader);
  const { place } = reader.scope;
  const { reference, word } = readMetric(reader);
  skipSpace(reader);
  const text = reader.text.trim();
  const operatorAt = reader.at;
  if (
    place === 'observed' &&
    word.milestone === true &&
    operatorAt === reader.text.length &&
    reference.parts.length === 0
  )
    return { kind: 'milestone', text, milestone: reference.metric, atMs: reference.atMs };
  if (place === 'observed' && reference.atMs !== null)
    fail(reader, 'no `at` in the comparison', 'the row says when', 0, 'one');
  if (place !== 'expect' && !word.gauge)
    fail(
      reader,
      'a metric that has a value at each instant',
      null,
      0,
      `${reference.metric}, a figure of the whole run`,
    );
  const operator = operators.find((candidate) => reader.text.startsWith(candidate, operatorAt));
  if (operator === undefined)
    fail(reader, oneOf(operators), reader.text[operatorAt] === '=' ? 'did you mean "=="?' : null);
  reader.at += operator.length;
  skipSpace(reader);
  const right = readOperand(reader, reference, word);
  skipSpace(reader);
  if (reader.at < reader.text.length) fail(reader, 'the end of the expression', 'one comparison per expression');
  return {
    kind: 'comparison',
    text,
    left: reference,
    operator: operator,
    right,
    ...scaledBound(reader, { operator, right, at: operatorAt }, word),
  };
}

/** The bound in a scaled fleet, and a text that says so. What is to be hit exactly must be a whole number then, too. */
function scaledBound(
  reader: Reader,
  { operator, right, at }: { operator: Operator; right: Operand; at: number },
  word: MetricWord,
): Pick<MetricCondition, 'text' | 'right'> | null {
  const { scale } = reader.scope;
  const factor = scale === undefined ? 1 : factorOf(scale, word.scales ?? 'nothing');
  if (right.kind !== 'value' || right.value === 0 || factor === 1) return null;
  const exact = right.value * factor;
  const whole = Math.round(exact);
  const isWhole = whole !== 0 && Math.abs(exact - whole) <= 1e-9 * Math.abs(whole);
  const isHit = operator === '==' || operator === '!=';
  if (isHit && !isWhole)
    fail(
      reader,
      oneOf(['<=', '>=', '<', '>']),
      `in a fleet that \`scale\` makes ${factor} × as large, ${right.value} is ${exact}, which no count can be`,
      at,
      `"${operator}"`,
    );
  return { text: `${reader.text.trim()} (× ${factor})`, right: { kind: 'value', value: isHit ? whole : exact } };
}

/** The expression, or its first mistake. */
/** A metric alone, that has a value at each instant. */
export function parseGauge(
  text: string,
  scope: ExpressionScope,
): { readonly reference: MetricReference; readonly unit: MetricUnit } | { readonly mistake: ExpressionMistake } {
  const reader: Reader = { text, at: 0, scope };
  try {
    skipSpace(reader);
    const { reference, word } = readMetric(reader);
    if (!word.gauge || reference.atMs !== null)
      return fail(reader, 'a metric that has a value at each instant', null, 0, JSON.stringify(text.trim()));
    skipSpace(reader);
    if (reader.at < text.length) return fail(reader, 'the end of the name', 'a metric alone, without a comparison');
    return { reference, unit: word.unit };
  } catch (error) {
    if (error instanceof Mistake) return { mistake: error.mistake };
    throw error;
  }
}

export function parseExpression(
  text: string,
  scope: ExpressionScope,
): Expression | { readonly mistake: ExpressionMistake } {
  try {
    return readExpression({ text, at: 0, scope });
  } catch (error) {
    if (error instanceof Mistake) return { mistake: error.mistake };
    throw error;
  }
}
