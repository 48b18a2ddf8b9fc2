/**
 * Numbers as `--vary` has them, in the notations of scenario files: whole numbers,
 * other numbers, durations, rates, percentages. What lies between two of them is
 * written as they are: whole numbers stay whole, and a rate keeps its unit.
 */
import { formatDuration, parseDuration } from '../../scenario/quantity.ts';

export interface Notation {
  readonly name: string;
  readonly isWhole: boolean;
  /** null: it is none of these */
  readonly read: (text: string) => number | null;
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

/** A number and what is written behind it. */
function suffixed(name: string, pattern: RegExp): Notation {
  return {
    name,
    isWhole: false,
    read: (text) => {
      const match = pattern.exec(text);
      return match === null ? null : Number(match[1]);
    },
    write: (value, like) => `${plain(value)}${pattern.exec(like)?.[2] ?? ''}`,
  };
}

const notations: readonly Notation[] = [
  {
    name: 'a whole number',
    isWhole: true,
    read: (text) => (whole.test(text) ? Number(text) : null),
    write: (value) => String(Math.round(value)),
  },
  { name: 'a number', isWhole: false, read: (text) => (number.test(text) ? Number(text) : null), write: plain },
  {
    name: 'a duration',
    isWhole: false,
    read: (text) => {
      const ms = parseDuration(text);
      return typeof ms === 'number' ? ms : null;
    },
    write: (value) => formatDuration(Number(value.toPrecision(DIGITS))),
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
