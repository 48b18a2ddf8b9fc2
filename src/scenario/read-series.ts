/**
 * A measured series as text to points on the scenario's clock. CSV: a line of
 * names (or none), then a time and a value a line. JSON: the answer of Prometheus
 * to a range query. Times are ISO 8601, seconds or milliseconds since 1970, or
 * clock times; those without a zone are of the one that the scenario says. What is
 * no number (empty, NaN, null) is a gap; nothing is made up in one.
 */
import type { Scenario } from './scenario.ts';
import { readCsv } from './read-csv.ts';
import { dateTimeText, epochMs, parseDate, parseInstant, parseTimeOfDay, type WallClock } from './wall-clock.ts';

export type Measured = NonNullable<Scenario['measured']>[number];

export interface SeriesPoint {
  /** since the scenario's start */
  readonly atMs: number;
  readonly value: number;
}

export interface SeriesMistake {
  /** in the file; 0: of the whole */
  readonly line: number;
  readonly expected: string;
  readonly found: string;
  readonly hint: string | null;
}

export interface ReadSeries {
  /** ascending, within the clock */
  readonly points: readonly SeriesPoint[];
  /** lines that have a time and no number */
  readonly gaps: number;
  /** points before or after the clock */
  readonly outside: number;
}

/** More are taken together, so many to one. */
export const SERIES_POINTS_MAX = 240;

class Mistake extends Error {
  readonly mistake: SeriesMistake;
  constructor(line: number, expected: string, found: string, hint: string | null = null) {
    super(expected);
    this.mistake = { line, expected, found, hint };
  }
}

const SECONDS_FROM = 1e8;
const MILLISECONDS_FROM = 1e11;
const dateTime = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?))?\s*(Z|UTC|[+-]\d\d:?\d\d)?$/;

function zoneMs(zone: string): number {
  if (zone === 'Z' || zone === 'UTC') return 0;
  const [, sign, hours, minutes] = /^([+-])(\d\d):?(\d\d)$/.exec(zone)!;
  return (sign === '-' ? -1 : 1) * (Number(hours) * 3_600_000 + Number(minutes) * 60_000);
}

/** Milliseconds since 1970; NaN: it is no time. */
function instantOf(text: string, clock: WallClock, timezone: string): number {
  const trimmed = text.trim();
  if (/^\d+(\.\d+)?(e\+?\d+)?$/i.test(trimmed)) {
    const number = Number(trimmed);
    if (number >= MILLISECONDS_FROM) return number;
    return number >= SECONDS_FROM ? number * 1000 : NaN;
  }
  const [, day, time = '00:00', zone] = dateTime.exec(trimmed) ?? [];
  if (day !== undefined) {
    const date = parseDate(day);
    const ofDay = parseTimeOfDay(time.replace(/(\.\d{3})\d+$/, '$1'));
    if (date === null || ofDay === null) return NaN;
    return zone === undefined ? epochMs(date, ofDay, timezone) : epochMs(date, ofDay, 'UTC') - zoneMs(zone);
  }
  const ofDay = trimmed.replace(/^(\d):/, '0$1:');
  if (parseTimeOfDay(ofDay) === null) return NaN;
  // The first such time at or after the start.
  return clock.startMs + Number(parseInstant(ofDay, { ...clock, timezone }));
}

/** NaN: a gap; null: it is no number at all. */
function valueOf(text: string): number | null {
  const trimmed = text.trim();
  if (/^(|nan|null|none|n\/a|-|undefined)$/i.test(trimmed)) return NaN;
  const isPercent = trimmed.endsWith('%');
  const plain = isPercent ? trimmed.slice(0, -1).trim() : trimmed;
  if (!/^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i.test(plain)) return null;
  return Number(plain) / (isPercent ? 100 : 1);
}

interface Line {
  readonly line: number;
  readonly time: string;
  readonly value: string;
}

function columnOf(wanted: string | number, head: readonly string[], what: string): number {
  const at = typeof wanted === 'number' ? wanted : head.indexOf(wanted);
  if (at >= 0 && at < head.length) return at;
  throw new Mistake(
    1,
    `a column of ${what}: ${typeof wanted === 'number' ? `one of ${head.length}, the first being 0` : head.map((one) => JSON.stringify(one)).join(' | ')}`,
    JSON.stringify(wanted),
    head.length === 1 && head[0].includes(';') ? 'columns are separated by commas, not by ;' : null,
  );
}

function csvLines(text: string, { time, column }: Measured, isTime: (text: string) => boolean): Line[] {
  const read = readCsv(text);
  if ('mistake' in read) throw new Mistake(read.mistake.line, 'CSV', read.mistake.found);
  const [first, ...rest] = read.rows;
  if (read.rows.length === 0) throw new Mistake(0, 'a series', 'an empty file');
  const head = first.cells.map((name) => name.trim());
  const [timeAt, valueAt] = [columnOf(time, head, 'times'), columnOf(column, head, 'values')];
  // A first line that has a time is none of names.
  const rows = isTime(head[timeAt]) ? read.rows : rest;
  return rows.map(({ line, cells }) => ({ line, time: cells[timeAt] ?? '', value: cells[valueAt] ?? '' }));
}

interface PrometheusSeries {
  readonly metric?: Readonly<Record<string, string>>;
  readonly values?: readonly (readonly [number, string])[];
}

const labelsOf = ({ metric = {} }: PrometheusSeries): string =>
  `{${Object.entries(metric)
    .map(([key, value]) => `${key}="${value}"`)
    .join(',')}}`;

function prometheusLines(text: string, { column }: Measured): Line[] {
  let answer: { readonly status?: string; readonly error?: string; readonly data?: { readonly resultType?: string; readonly result?: readonly PrometheusSeries[] } } | null; // prettier-ignore
  try {
    answer = JSON.parse(text) as typeof answer;
  } catch (error) {
    throw new Mistake(0, 'JSON', (error as Error).message);
  }
  const expected = 'the answer to a range query of Prometheus: { "status": "success", "data": { "resultType": "matrix", … } }'; // prettier-ignore
  if (answer?.status === 'error') throw new Mistake(0, expected, `an error: ${answer.error ?? 'without a reason'}`);
  const { resultType, result } = answer?.data ?? {};
  if (resultType !== 'matrix' || !Array.isArray(result))
    throw new Mistake(0, expected, resultType === undefined ? 'something else' : `resultType "${resultType}"`, 'ask /api/v1/query_range, not /api/v1/query'); // prettier-ignore
  const all = result as readonly PrometheusSeries[];
  if (all.length === 0) throw new Mistake(0, 'a series', 'an empty result');
  // Of one series there is nothing to choose; of several, the first is 0, or some of its labels are named.
  const chosen =
    all.length === 1
      ? all[0]
      : all.find((one, i) => (typeof column === 'number' ? i === column : labelsOf(one).includes(column)));
  if (chosen === undefined)
    throw new Mistake(0, `one of ${all.length} series: ${all.slice(0, 4).map(labelsOf).join(' ')}`, JSON.stringify(column), 'column: its number from 0, or a label like pod="p1"'); // prettier-ignore
  return (chosen.values ?? []).map(([time, value]) => ({ line: 0, time: String(time), value }));
}

/** Several points as one. */
function thinned(points: readonly SeriesPoint[]): SeriesPoint[] {
  const each = Math.ceil(points.length / SERIES_POINTS_MAX);
  if (each <= 1) return [...points];
  const groups = Array.from({ length: Math.ceil(points.length / each) }, (_, i) => points.slice(i * each, (i + 1) * each)); // prettier-ignore
  const mean = (values: readonly number[]): number => values.reduce((sum, one) => sum + one, 0) / values.length;
  return groups.map((group) => ({ atMs: mean(group.map(({ atMs }) => atMs)), value: mean(group.map(({ value }) => value)) })); // prettier-ignore
}

function pointsOf(lines: readonly Line[], measured: Measured, clock: WallClock, timezone: string): ReadSeries {
  const points: SeriesPoint[] = [];
  const [gaps, outside] = [{ count: 0 }, { count: 0, first: NaN, last: NaN }];
  for (const { line, time, value } of lines) {
    const instant = instantOf(time, clock, timezone);
    if (Number.isNaN(instant))
      throw new Mistake(line, 'a time: ISO 8601, seconds or milliseconds since 1970, or a clock time', JSON.stringify(time), 'time: names its column'); // prettier-ignore
    const read = valueOf(value);
    if (read === null) throw new Mistake(line, 'a number', JSON.stringify(value), 'column: names the one of the values'); // prettier-ignore
    const atMs = instant - clock.startMs;
    if (Number.isNaN(read)) gaps.count++;
    else if (atMs < 0 || atMs > clock.durationMs) {
      outside.count++;
      outside.first = Math.min(Number.isNaN(outside.first) ? Infinity : outside.first, instant);
      outside.last = Math.max(Number.isNaN(outside.last) ? -Infinity : outside.last, instant);
    } else points.push({ atMs, value: read * measured.factor });
  }
  if (points.length === 0) throw nothingWithin(lines.length, gaps.count, outside, clock);
  points.sort((a, b) => a.atMs - b.atMs);
  return { points: thinned(points), gaps: gaps.count, outside: outside.count };
}

function nothingWithin(
  count: number,
  gaps: number,
  outside: { readonly count: number; readonly first: number; readonly last: number },
  clock: WallClock,
): Mistake {
  if (count === 0) return new Mistake(0, 'a series', 'no line with a time and a value');
  if (outside.count === 0) return new Mistake(0, 'a number somewhere', `nothing but gaps in ${gaps} lines`);
  const text = (epoch: number): string => dateTimeText(epoch, clock.timezone);
  return new Mistake(
    0,
    `a point within the clock, ${text(clock.startMs)} to ${text(clock.startMs + clock.durationMs)} in ${clock.timezone}`,
    `all from ${text(outside.first)} to ${text(outside.last)}`,
    'times without a zone are of the clock’s; timezone: says another one, clock.date another day',
  );
}

function requireSensible({ points }: ReadSeries, { is }: Measured): void {
  const most = Math.max(...points.map(({ value }) => value));
  if (is.unit === 'fraction' && most > 1.5)
    throw new Mistake(0, `${is.text}, a fraction from 0 to 1`, `values up to ${most}`, 'factor: 0.01 makes a fraction of percent'); // prettier-ignore
}

export function readSeries(
  text: string,
  measured: Measured,
  clock: WallClock,
): ReadSeries | { readonly mistake: SeriesMistake } {
  const timezone = measured.timezone ?? clock.timezone;
  const isJson = /^\uFEFF?\s*[{[]/.test(text);
  try {
    const isTime = (cell: string): boolean => !Number.isNaN(instantOf(cell, clock, timezone));
    const lines = isJson ? prometheusLines(text.replace(/^\uFEFF/, ''), measured) : csvLines(text, measured, isTime);
    const read = pointsOf(lines, measured, clock, timezone);
    requireSensible(read, measured);
    return read;
  } catch (error) {
    if (error instanceof Mistake) return { mistake: error.mistake };
    throw error;
  }
}
