/**
 * Numbers as `--vary` has them, in the notations of scenario files: whole numbers,
 * other numbers, durations, clock times, rates, percentages. What lies between two of
 * them is written as they are: whole numbers stay whole, and a rate keeps its unit.
 */
import { formatDuration, parseDuration } from '../../scenario/quantity.ts';
import { parseTimeOfDay, timeOfDayText } from '../../scenario/wall-clock.ts';

export interface Notation {
  readonly name: string;
  readonly isWhole: boolean;
  /** whether a multiple of it means nothing */
  readonly isInstant: boolean;
  /** null: it is none of these */
  readonly read: (text: string) => number | null;
  /** A step of a range whose first end is `like`; null: it is none. */
  readonly readStep: (text: string, like: string) => number | null;
  /** The text of a number between two, in the notation of the first. */
  readonly write: (value: number, like: string) => string;
}

const DIGITS = 12;
const digits = '\\d+(?:\\.\\d+)?(?:e[+-]?\\d+)?';
const whole = /^\d+$/;
const number = new RegExp(`^-?${digits}$`);
const rate = new RegExp(`^(${digits})(/(?:s|min|m|h|d))$`);
const percent = new RegExp(`^(${digits})( ?%)$`);

const plain = (value: number): string => String(Number(value.toPrecision(DIGITS)));

const durationMs = (text: string): number | null => {
  const ms = parseDuration(text);
  return typeof ms === 'number' ? ms : null;
};

/** A number and what is written behind it; a step may do without. */
function suffixed(name: string, pattern: RegExp): Notation {
  return {
    name,
    isWhole: false,
    isInstant: false,
    read: (text) => {
      const match = pattern.exec(text);
      return match === null ? null : Number(match[1]);
    },
    readStep: (text, like) => {
      if (number.test(text)) return Number(text);
      const [match, own] = [pattern.exec(text), pattern.exec(like)];
      return match === null || match[2].trim() !== own?.[2].trim() ? null : Number(match[1]);
    },
    write: (value, like) => `${plain(value)}${pattern.exec(like)?.[2] ?? ''}`,
  };
}

const notations: readonly Notation[] = [
  {
    name: 'a whole number',
    isWhole: true,
    isInstant: false,
    read: (text) => (whole.test(text) ? Number(text) : null),
    readStep: (text) => (whole.test(text) ? Number(text) : null),
    write: (value) => String(Math.round(value)),
  },
  {
    name: 'a number',
    isWhole: false,
    isInstant: false,
    read: (text) => (number.test(text) ? Number(text) : null),
    readStep: (text) => (number.test(text) ? Number(text) : null),
    write: plain,
  },
  {
    name: 'a duration',
    isWhole: false,
    isInstant: false,
    read: durationMs,
    readStep: durationMs,
    write: (value) => formatDuration(Number(value.toPrecision(DIGITS))),
  },
  // Nobody does anything at a fraction of a second.
  {
    name: 'a clock time',
    isWhole: false,
    isInstant: true,
    read: parseTimeOfDay,
    readStep: durationMs,
    write: (value) => timeOfDayText(Math.round(value / 1000) * 1000),
  },
  suffixed('a rate', rate),
  suffixed('a percentage', percent),
];

/** What all of the texts are, in the first notation that takes them all; null: nothing that has an order. Rates must have one unit. */
export function notationOf(texts: readonly string[]): Notation | null {
  const unit = (text: string): string | undefined => rate.exec(text)?.[2];
  return (
    notations.find(
      ({ read }) => texts.every((text) => read(text) !== null) && texts.every((text) => unit(text) === unit(texts[0])),
    ) ?? null
  );
}
