/**
 * Where tables show a metric, and how: as a row of the outcome that `sim run`
 * prints, as a column of `sim compare`, as a figure that a new baseline of
 * `sim check` keeps. A metric's entry in the catalogue says it, and nobody else
 * does. Here also: what several entries say in the note beside their row.
 */
import type { EndedRun } from './ended-run.ts';
import type { Censored, OutcomeValue } from './told-value.ts';
import { roughDuration } from './rounding.ts';
import { percentText, valueText } from './value-text.ts';

interface Placed {
  /** tables are sorted by it, the smallest first; those without one come last, in the catalogue's order */
  readonly place?: number;
}

/** A row of an outcome, as its note and its words see it. */
export interface HeadlineRow {
  /** with its parts: `reconnectTime.p50` */
  readonly name: string;
  /** all values of the outcome, by name and parts */
  readonly values: Readonly<Record<string, OutcomeValue>>;
  /** those that had not ended when the run did */
  readonly censored: Readonly<Record<string, Censored>>;
  /** why a metric has no value, or no final one, by name and parts */
  readonly reasons: Readonly<Record<string, string>>;
  readonly ended: EndedRun;
}

/** A value that is told in words, and whether it is bad news or none. */
export interface ToldInWords {
  readonly text: string;
  readonly mood: 'bad' | 'unsure' | 'calm';
}

export interface Headline extends Placed {
  /** the last part of its name, where the bare name has no value: `p50`. If tiers must be named too, each has a row. */
  readonly part?: string;
  /** a row for each of its parts, if there are several, and none for the bare name */
  readonly everyPart?: true;
  /** nothing is worth no row */
  readonly hideZero?: true;
  /** whether this value is worth a row; it is if not said */
  readonly isTold?: (row: HeadlineRow) => boolean;
  /** instead of a number; also where there is no value, which without it has no row */
  readonly words?: (value: OutcomeValue) => ToldInWords;
  /** what else is to be said; empty if nothing is */
  readonly note?: (row: HeadlineRow) => string;
}

export interface Compared extends Placed {
  /** the last part of its name, where the bare name has no value: `p95` */
  readonly part?: string;
  /** the head of its column; the metric's name if not said */
  readonly head?: string;
}

export interface Kept extends Placed {
  /** by which share of the stored value it may move, if the baseline's file does not say otherwise */
  readonly tolerance: number;
}

/** What a metric's entry may say of tables. */
export interface ShownMetric {
  /** its row in the outcome that `sim run` prints; none if not said */
  readonly headline?: Headline;
  /** its column in what `sim compare` prints, draws and writes, as a mean or, for lengths of time, a median; none if not said */
  readonly compared?: Compared;
  /** kept by new baselines of `sim check`; not if not said */
  readonly kept?: Kept;
}

/** The entries that a table shows, by name and in its order. */
export function shownIn<T extends keyof ShownMetric>(
  catalogue: Readonly<Record<string, ShownMetric>>,
  table: T,
): readonly (readonly [name: string, entry: NonNullable<ShownMetric[T]>])[] {
  const shown = Object.entries(catalogue).flatMap(([name, { [table]: entry }]) =>
    entry === undefined ? [] : [[name, entry] as const],
  );
  const placeOf = ([, { place = Infinity }]: (typeof shown)[number]): number => place;
  return shown.sort((a, b) => (placeOf(a) === placeOf(b) ? 0 : placeOf(a) - placeOf(b)));
}

/** A value of the outcome, if it is a number. */
export function numberIn(values: HeadlineRow['values'], name: string): number | null {
  const value = values[name] ?? null;
  return typeof value === 'number' ? value : null;
}

/** The parts of a count, the greatest first: `killed 91 %, lease 5 %`. */
export function sharesNote({ name, values }: HeadlineRow): string {
  const total = numberIn(values, name) ?? 0;
  return Object.keys(values)
    .filter((key) => key.startsWith(`${name}.`))
    .map((key) => ({ part: key.slice(name.length + 1), count: numberIn(values, key) ?? 0 }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count)
    .map(({ part, count }) => `${part}\u00a0${percentText(count / total)}`)
    .join(', ');
}

/** The distribution's other statistics beside its median: `p95 1m46s, p99 1m49s`. */
export function tailNote({ name, values, censored }: HeadlineRow): string {
  const distribution = name.slice(0, name.lastIndexOf('.'));
  return ['p95', 'p99']
    .map((part) => [part, `${distribution}.${part}`])
    .filter(([, one]) => numberIn(values, one) !== null || one in censored)
    .map(([part, one]) => `${part} ${one in censored ? longerText(censored[one]) : valueText(values[one], 'duration')}`)
    .join(', ');
}

/** `> 12m59s` */
export function longerText({ atMs }: Censored, sign = '>'): string {
  return `${sign}\u00a0${roughDuration(atMs)}`;
}

/** Notes in one: those that say something. */
export function joined(...notes: readonly string[]): string {
  return notes.filter((note) => note !== '').join('; ');
}
