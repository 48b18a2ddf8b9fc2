/**
 * What stands behind the `=` of `--vary PATH=VALUES`:
 *
 *     4,6,8              a list; of policies and presets as well
 *     4..24              a range: each whole number, or 16 values of anything else
 *     4..24:2            in steps of 2
 *     4..24/6            6 values, evenly apart
 *     1s..10m/log        16 values, each the same multiple of the one before
 *     1s..10m/log:8      8 of them
 *     20:00..21:00:10m   clock times, in steps of ten minutes; or so many, with /7
 *
 * A range ends at its end: the last step may be shorter. How many values there are
 * is known before any is made, so that a thousand million are refused at once.
 */
import { notationOf, type Notation } from './notation.ts';

export interface Values {
  readonly texts: readonly string[];
  /** of an ordered field; null of one without an order */
  readonly numbers: readonly number[] | null;
  /** of an ordered field */
  readonly notation: Notation | null;
}

export interface ValuesMistake {
  readonly expected: string;
  readonly found: string;
  readonly hint: string | null;
}

export const MOST_VALUES = 1000;
const USUAL_COUNT = 16;

/** What may follow a range. */
const ladderEnd = /^(.+?)(?::([^:]+)|\/(\d+)|\/(log)(?::(\d+))?)$/;
/** A clock time and what may follow it; a step of it has a unit, so that seconds are none. */
const clockLadderEnd = /^(\d\d:\d\d(?::\d\d)?)(?::([^/:]+)|\/(\d+))?$/;

/** Cut at commas that are in no bracket and no quotes. */
export function cutList(text: string): string[] {
  const items: string[] = [''];
  let [depth, quote] = [0, ''];
  for (const character of text) {
    if (quote !== '') quote = character === quote ? '' : quote;
    else if (character === '"' || character === "'") quote = character;
    else if ('[{('.includes(character)) depth++;
    else if (')}]'.includes(character)) depth--;
    if (character === ',' && depth === 0 && quote === '') items.push('');
    else items[items.length - 1] += character;
  }
  return items.map((item) => item.trim());
}

function mistake(expected: string, found: string, hint: string | null = null): ValuesMistake {
  return { expected, found, hint };
}

export function isMistake(read: Values | ValuesMistake): read is ValuesMistake {
  return 'expected' in read;
}

function tooMany(count: number): ValuesMistake {
  return mistake(
    `at most ${MOST_VALUES} values`,
    count.toLocaleString('en-US'),
    'give a step or a count, like 1..1000:50 or 1..1000/20',
  );
}

interface Ends {
  readonly notation: Notation;
  readonly from: string;
  readonly low: number;
  readonly high: number;
}

/** How many values a range has, and the value at a place. */
interface Ladder {
  readonly count: number;
  at(place: number): number;
}

function byStep({ notation, from, low, high }: Ends, step: string): Ladder | ValuesMistake {
  const by = notation.readStep(step, from) ?? NaN;
  const like = notation.isInstant ? 'a duration like 10m' : `${notation.name} like the ends`;
  if (!(by > 0)) return mistake(`a step of more than nothing, ${like}`, JSON.stringify(step));
  const steps = Math.floor((high - low) / by + 1e-9);
  const isWholeNumber = Math.abs(low + steps * by - high) <= 1e-9 * Math.abs(high);
  return {
    count: steps + (isWholeNumber ? 1 : 2),
    at: (place) => (place > steps || (isWholeNumber && place === steps) ? high : low + place * by),
  };
}

function byCount({ notation, low, high }: Ends, count: number, isLog: boolean): Ladder | ValuesMistake {
  if (count < 2) return mistake('at least 2 values', String(count), 'for one value, use --set and sim compare');
  if (isLog && low <= 0) return mistake('a logarithmic range that begins above nothing', String(low));
  const ratio = high / low;
  // Three digits are as many as anybody would choose.
  const digits = isLog || notation.name === 'a duration' ? 3 : 6;
  return {
    count,
    at: (place) => {
      if (place === 0) return low;
      if (place === count - 1) return high;
      const share = place / (count - 1);
      return Number((isLog ? low * Math.exp(Math.log(ratio) * share) : low + (high - low) * share).toPrecision(digits));
    },
  };
}

function readRange(text: string): Values | ValuesMistake | null {
  const dots = text.indexOf('..');
  if (dots < 1 || dots + 2 >= text.length) return null;
  const from = text.slice(0, dots).trim();
  const rest = text.slice(dots + 2).trim();
  const match = (clockLadderEnd.exec(rest) ?? ladderEnd.exec(rest)) as (string | undefined)[] | null;
  const [, to = rest, step, count, log, logCount] = match ?? [];
  const notation = notationOf([from, to]);
  if (notation === null)
    return mistake(
      'two numbers of one notation, like 4..24, 1s..10m, 5%..50% or 08:00..17:00',
      JSON.stringify(text),
      /^\d:\d\d/.test(text) ? `two digits for the hour: 0${text}` : null,
    );
  const [low, high] = [notation.read(from)!, notation.read(to)!];
  if (high === low)
    return mistake(
      'more than one value',
      `${JSON.stringify(text)}, which is one`,
      'for one value, use --set and sim compare',
    );
  if (high < low)
    return mistake(
      'a range that ascends',
      JSON.stringify(text),
      `${to}..${from}${notation.isInstant ? '; past midnight, durations since the start, like 6h..8h' : ''}`,
    );
  if (notation.isInstant && log !== undefined)
    return mistake('a step like 10m, or a count like /7', JSON.stringify(text), 'clock times have no beginning');
  const ends: Ends = { notation, from, low, high };
  const ladder =
    step !== undefined
      ? byStep(ends, step.trim())
      : count !== undefined || log !== undefined
        ? byCount(ends, Number(count ?? logCount ?? USUAL_COUNT), log !== undefined)
        : notation.isWhole
          ? byStep(ends, '1')
          : byCount(ends, USUAL_COUNT, false);
  if ('expected' in ladder) return ladder;
  if (ladder.count > MOST_VALUES) return tooMany(ladder.count);
  const texts = Array.from({ length: ladder.count }, (_, place) => notation.write(ladder.at(place), from));
  // Of whole numbers close together, several round to one.
  const kept = [...new Set(texts)];
  return { texts: kept, numbers: kept.map((one) => notation.read(one)!), notation };
}

function readList(text: string): Values | ValuesMistake {
  const texts = cutList(text);
  if (texts.some((one) => one === '')) return mistake('values between commas', JSON.stringify(text));
  if (texts.length === 1)
    return mistake(
      'more than one value: a range like 4..24, or a list like 4,6,8',
      JSON.stringify(text),
      'for one value, use --set and sim compare',
    );
  if (texts.length > MOST_VALUES) return tooMany(texts.length);
  const twice = texts.find((one, i) => texts.indexOf(one) !== i);
  if (twice !== undefined) return mistake('each value once', `${JSON.stringify(twice)} twice`);
  const notation = notationOf(texts);
  if (notation === null) return { texts, numbers: null, notation: null };
  const numbers = texts.map((one) => notation.read(one)!);
  if (numbers.some((one, i) => i > 0 && one <= numbers[i - 1])) {
    const sorted = texts.map((one, i) => ({ one, number: numbers[i] })).sort((a, b) => a.number - b.number);
    return mistake('values that ascend', JSON.stringify(text), sorted.map(({ one }) => one).join(','));
  }
  return { texts, numbers, notation };
}

export function readValues(text: string): Values | ValuesMistake {
  return readRange(text.trim()) ?? readList(text.trim());
}
