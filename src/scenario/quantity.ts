/**
 * Quantities as people write them: durations ("250ms", "1h30m"), rates
 * ("70/s", "2/h"), fractions (0.05, "5 %"). Reading turns them into
 * milliseconds, per second and 0…1; writing is the inverse, exactly. A number
 * without a unit is never a duration or a rate.
 */
import { MOST_CHARACTERS } from './size-limits.ts';

/** Milliseconds as a decimal shift and a whole factor, so that "1.1s" is exactly 1100. */
const durationUnits: Readonly<
  Record<string, { readonly shift: number; readonly factor: number; readonly ms: number }>
> = {
  d: { shift: 3, factor: 86_400, ms: 86_400_000 },
  h: { shift: 3, factor: 3600, ms: 3_600_000 },
  m: { shift: 3, factor: 60, ms: 60_000 },
  s: { shift: 3, factor: 1, ms: 1000 },
  ms: { shift: 0, factor: 1, ms: 1 },
  us: { shift: -3, factor: 1, ms: 0.001 },
};

const secondsByRateUnit: Readonly<Record<string, number>> = { s: 1, min: 60, m: 60, h: 3600, d: 86_400 };

export const durationPattern = '^(\\d+(\\.\\d+)?(e[+-]?\\d+)?(d|h|ms|m|s|us))+$';
export const ratePattern = '^\\d+(\\.\\d+)?(e[+-]?\\d+)?/(s|min|m|h|d)$';
export const percentPattern = '^\\d+(\\.\\d+)?(e[+-]?\\d+)? ?%$';
const number = '\\d+(?:\\.\\d+)?(?:e[+-]?\\d+)?';
const durationPart = new RegExp(`(${number})(d|h|ms|m|s|us)`, 'y');
const ratePart = new RegExp(`^(${number})/(s|min|m|h|d)$`);
const percentPart = new RegExp(`^(${number}) ?%$`);

/** A nanosecond; of what is less but not nothing, no clock's instant is a multiple any more. */
const DURATION_MIN_MS = 1e-6;
/** A million days; beyond it, sums and dates of clocks would end somewhere. */
const DURATION_MAX_MS = 1e6 * 86_400_000;
/** One a nanosecond for each of a million. */
const RATE_MAX_PER_SEC = 1e15;

/** Why a text is no quantity: what was expected, and perhaps what would help. */
export interface Misreading {
  readonly expected: string;
  readonly hint: string | null;
}

/** What was written, where it was a text or a number; empty for lists and maps, which have no text. */
export function writtenText(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

/** No quantity has so many characters. */
function isTooLong(text: string): boolean {
  return text.length > MOST_CHARACTERS.quantity;
}

const durationExpected = 'a duration like "250ms", "10s" or "1h30m"';

function durationHint(value: unknown): string | null {
  const text = writtenText(value).trim();
  if (text.startsWith('-')) return 'a duration cannot be negative';
  if (/^\d+(\.\d+)?$/.test(text)) return `missing unit; must be one of d | h | m | s | ms | us, like "${text}s"`;
  const unit = /^\d+(?:\.\d+)?\s*([a-zA-Zµ]+)$/.exec(text)?.[1];
  if (unit === undefined) return null;
  const known = Object.hasOwn(durationUnits, unit);
  return known ? 'no space between number and unit' : `unknown unit "${unit}"; must be one of d | h | m | s | ms | us`;
}

/** Milliseconds, finite and ≥ 0. The units of "1h30m" must fall. */
export function parseDuration(value: unknown): number | Misreading {
  const fail = { expected: durationExpected, hint: durationHint(value) };
  if (typeof value !== 'string' || value === '' || isTooLong(value)) return fail;
  let totalMs = 0;
  let isNothing = true;
  let lastMs = Infinity;
  durationPart.lastIndex = 0;
  while (durationPart.lastIndex < value.length) {
    const part = durationPart.exec(value);
    if (part === null) return fail;
    const unit = durationUnits[part[2]];
    if (unit.ms >= lastMs) return { expected: durationExpected, hint: 'the units must fall: hours, minutes, seconds' };
    lastMs = unit.ms;
    const [digits, exponent = '0'] = part[1].split('e');
    totalMs += Number(`${digits}e${Number(exponent) + unit.shift}`) * unit.factor;
    isNothing &&= !/[1-9]/.test(digits);
  }
  if (totalMs < DURATION_MIN_MS && !isNothing) return { expected: 'a duration of at least 0.001us, or 0s', hint: null };
  return totalMs <= DURATION_MAX_MS ? totalMs : { expected: 'a duration of at most a million days', hint: null };
}

/** The shortest usual notation that reads as exactly `ms`; `none` for Infinity. */
export function formatDuration(ms: number): string {
  if (ms === Infinity) return 'none';
  if (ms === 0) return '0s';
  if (ms < 1) {
    const micros = `${Number((ms * 1000).toPrecision(15))}us`;
    return parseDuration(micros) === ms ? micros : `${ms}ms`;
  }
  if (ms < 1000 || !Number.isInteger(ms) || ms >= 1e15) return `${ms}ms`;
  if (ms < 60_000) return `${ms / 1000}s`;
  const seconds = (ms % 60_000) / 1000;
  const minutes = Math.floor(ms / 60_000) % 60;
  const hours = Math.floor(ms / 3_600_000);
  const parts = [hours > 0 ? `${hours}h` : '', minutes > 0 ? `${minutes}m` : '', seconds > 0 ? `${seconds}s` : ''];
  return parts.join('');
}

const rateExpected = 'a rate like "70/s", "4/min" or "2/h"';

/** Per second, finite and ≥ 0. */
export function parseRate(value: unknown): number | Misreading {
  const text = writtenText(value).trim();
  const match = typeof value === 'string' && !isTooLong(value) ? ratePart.exec(text) : null;
  if (match !== null) {
    const perSec = Number(match[1]) / secondsByRateUnit[match[2]];
    if (perSec <= RATE_MAX_PER_SEC) return perSec;
    return { expected: 'a rate of at most 1e15/s', hint: null };
  }
  if (text.startsWith('-')) return { expected: rateExpected, hint: 'a rate cannot be negative' };
  const unitless = /^\d+(\.\d+)?$/.test(text);
  return {
    expected: rateExpected,
    hint: unitless ? `missing unit; must be one of /s | /min | /h | /d, like "${text}/s"` : null,
  };
}

/** The notation that reads as exactly `perSec`, in the unit with the fewest digits. */
export function formatRate(perSec: number): string {
  if (perSec === Infinity) return 'none';
  let best = `${perSec}/s`;
  for (const unit of ['min', 'h', 'd']) {
    const text = `${Number((perSec * secondsByRateUnit[unit]).toPrecision(12))}/${unit}`;
    const digits = text.slice(0, text.indexOf('/')).length;
    if (parseRate(text) === perSec && digits < best.indexOf('/') - 3) best = text;
  }
  return best;
}

/** 0…1, from a number or a percentage. */
export function parseFraction(value: unknown): number | Misreading {
  const expected = 'a fraction from 0 to 1, like 0.05 or "5 %"';
  const match = typeof value === 'string' && !isTooLong(value) ? percentPart.exec(value.trim()) : null;
  const fraction = match === null ? value : Number(`${match[1]}e-2`);
  if (typeof fraction === 'number' && fraction >= 0 && fraction <= 1) return fraction;
  const percentage = typeof value === 'number' && value > 1 && value <= 100;
  return { expected, hint: percentage ? `did you mean "${value} %"?` : null };
}
