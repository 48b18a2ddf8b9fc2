/**
 * The scenario's clock: civil dates and times of day in a time zone, as epoch
 * milliseconds, and back. UTC is pure arithmetic (days from a civil date in the
 * proleptic Gregorian calendar); other zones ask Intl for the offset at an
 * instant. Nothing here reads the time of the machine.
 */
import type { Misreading } from './quantity.ts';
import { parseDuration, writtenText } from './quantity.ts';

interface CivilDate {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/** What clock times are relative to. */
export interface WallClock {
  /** epoch milliseconds of the scenario's start */
  readonly startMs: number;
  readonly durationMs: number;
  readonly timezone: string;
}

const DAY_MS = 86_400_000;

function isLeap(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
}

function daysInMonth(year: number, month: number): number {
  return month === 2 ? (isLeap(year) ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;
}

/** Days since 1970-01-01: years are counted from March, so that the leap day comes last. */
function epochDay({ year, month, day }: CivilDate): number {
  const marchYear = month <= 2 ? year - 1 : year;
  const monthFromMarch = (month + 9) % 12;
  const dayOfYear = Math.floor((153 * monthFromMarch + 2) / 5) + day - 1;
  const leapDays = Math.floor(marchYear / 4) - Math.floor(marchYear / 100) + Math.floor(marchYear / 400);
  return marchYear * 365 + leapDays + dayOfYear - 719_468;
}

/** The other way round. */
function civilDate(day: number): CivilDate {
  const sinceMarch = day + 719_468;
  // Of 400 years, so that the century that has a leap day is told from those that have none.
  const era = Math.floor(sinceMarch / 146_097);
  const ofEra = sinceMarch - era * 146_097;
  const year = Math.floor((ofEra - Math.floor(ofEra / 1460) + Math.floor(ofEra / 36_524) - Math.floor(ofEra / 146_096)) / 365); // prettier-ignore
  const ofYear = ofEra - (365 * year + Math.floor(year / 4) - Math.floor(year / 100));
  const monthFromMarch = Math.floor((5 * ofYear + 2) / 153);
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  const marchYear = year + era * 400;
  return {
    year: month <= 2 ? marchYear + 1 : marchYear,
    month,
    day: ofYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1,
  };
}

export function parseDate(value: unknown): CivilDate | null {
  const match = typeof value === 'string' ? /^(\d{4})-(\d\d)-(\d\d)$/.exec(value) : null;
  if (match === null) return null;
  const [year, month, day] = match.slice(1).map(Number);
  return month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month) ? { year, month, day } : null;
}

export const timeOfDayPattern = '^([01]\\d|2[0-3]):[0-5]\\d(:[0-5]\\d(\\.\\d{1,3})?)?$';
const timeOfDay = new RegExp(timeOfDayPattern);

/** "16:40" or "16:40:30" as milliseconds since midnight, or null. */
export function parseTimeOfDay(value: unknown): number | null {
  if (typeof value !== 'string' || !timeOfDay.test(value)) return null;
  const [hours, minutes, seconds = '0'] = value.split(':');
  return Number(hours) * 3_600_000 + Number(minutes) * 60_000 + Math.round(Number(seconds) * 1000);
}

/** The clock time of milliseconds since midnight, as short as it can be said: "16:40", "16:40:30". */
export function timeOfDayText(ofDayMs: number): string {
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  const seconds = (ofDayMs / 1000) % 60;
  return `${two(ofDayMs / 3_600_000)}:${two((ofDayMs / 60_000) % 60)}${seconds === 0 ? '' : `:${two(seconds)}`}`;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function zoneFormat(timezone: string): Intl.DateTimeFormat {
  let format = formats.get(timezone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: timezone,
      calendar: 'gregory',
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    formats.set(timezone, format);
  }
  return format;
}

export function isTimezone(timezone: string): boolean {
  if (timezone === 'UTC') return true;
  try {
    zoneFormat(timezone);
    return true;
  } catch {
    return false;
  }
}

/** What a zone's clocks are ahead of UTC at an epoch instant. */
function offsetMs(timezone: string, epochMs: number): number {
  if (timezone === 'UTC') return 0;
  const parts: Record<string, number> = {};
  for (const { type, value } of zoneFormat(timezone).formatToParts(epochMs)) parts[type] = Number(value);
  const date = { year: parts.year, month: parts.month, day: parts.day };
  const localMs = epochDay(date) * DAY_MS + parts.hour * 3_600_000 + parts.minute * 60_000 + parts.second * 1000;
  return localMs - Math.floor(epochMs / 1000) * 1000;
}

/** The epoch instant at which a zone's clocks show `localMs`. Of an hour that comes twice it is the first. */
function zonedEpochMs(localMs: number, timezone: string): number {
  const before = localMs - offsetMs(timezone, localMs - DAY_MS);
  if (before + offsetMs(timezone, before) === localMs) return before;
  return localMs - offsetMs(timezone, before);
}

export function epochMs(date: CivilDate, timeOfDayMs: number, timezone: string): number {
  return zonedEpochMs(epochDay(date) * DAY_MS + timeOfDayMs, timezone);
}

/** What a zone's clocks show at an instant of the scenario, as if it were UTC. */
function localMsAt(clock: WallClock, atMs: number): number {
  const instant = clock.startMs + atMs;
  return instant + offsetMs(clock.timezone, instant);
}

/** What a zone's calendars and clocks show: "2023-04-26 16:40". */
export function dateTimeText(epoch: number, timezone: string): string {
  const localMs = epoch + offsetMs(timezone, epoch);
  const { year, month, day } = civilDate(Math.floor(localMs / DAY_MS));
  const two = (value: number): string => String(value).padStart(2, '0');
  const ofDayMs = localMs - Math.floor(localMs / DAY_MS) * DAY_MS;
  const minutes = Math.floor(ofDayMs / 60_000);
  return `${year}-${two(month)}-${two(day)} ${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

const instantExpected = 'a clock time like "16:40" or "16:40:30", or a duration since the start like "10m"';

/** Milliseconds since the start. A clock time is the first such time at or after the start. */
export function parseInstant(value: unknown, clock: WallClock): number | Misreading {
  const timeOfDayMs = parseTimeOfDay(value);
  if (timeOfDayMs !== null) {
    const midnightMs = Math.floor(localMsAt(clock, 0) / DAY_MS) * DAY_MS;
    const today = zonedEpochMs(midnightMs + timeOfDayMs, clock.timezone) - clock.startMs;
    return today >= 0 ? today : zonedEpochMs(midnightMs + DAY_MS + timeOfDayMs, clock.timezone) - clock.startMs;
  }
  const sinceStart = parseDuration(value);
  if (typeof sinceStart === 'number') return sinceStart;
  const hint = /^\d:\d\d/.test(writtenText(value)) ? `two digits for the hour: "0${writtenText(value)}"` : null;
  return { expected: instantExpected, hint };
}

/** The clock time of an instant: "16:40:05", with milliseconds if there are any and `exact` is set. */
export function formatClock(
  clock: WallClock,
  atMs: number,
  style: 'minutes' | 'seconds' | 'exact' = 'seconds',
): string {
  const localMs = Math.floor(localMsAt(clock, atMs) + 1e-6);
  const ofDay = ((localMs % DAY_MS) + DAY_MS) % DAY_MS;
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  const minutes = `${two(ofDay / 3_600_000)}:${two((ofDay / 60_000) % 60)}`;
  if (style === 'minutes') return minutes;
  const seconds = `${minutes}:${two((ofDay / 1000) % 60)}`;
  return style === 'exact' && ofDay % 1000 > 0 ? `${seconds}.${String(ofDay % 1000).padStart(3, '0')}` : seconds;
}
