/**
 * An estimate of a comparison as words for a cell: its value, or what is known of
 * it where runs ended too soon, and its interval in a second line. Nothing is
 * computed here.
 */
import type { BoundedEstimate } from '../experiments/median-interval.ts';
import { INTERVAL_N_MIN } from '../experiments/statistics.ts';
import type { Difference } from '../experiments/variant-differences.ts';
import type { CollapseEstimate, ComparedMetric } from '../experiments/variant-estimates.ts';
import { roughDuration } from '../metrics/rounding.ts';
import { percentText, valueText } from '../metrics/value-text.ts';

/** A figure and, in a second line, its interval. */
export interface Cell {
  readonly figure: string;
  readonly interval: string;
  /** of a difference: whether its sign is certain */
  readonly isCertain?: boolean;
  /** what else is to be said, in a line of its own */
  readonly note?: string;
}

export const nothing: Cell = { figure: '–', interval: '' };
const minus = '\u2212';
const nbsp = '\u00a0';

type Told = (value: number) => string;

function toldFigure({ unit }: ComparedMetric): Told {
  return (value) => (unit === 'duration' ? roughDuration(value) : valueText(value, unit)).replace('-', minus);
}

function toldDifference({ unit }: Pick<ComparedMetric, 'unit'>): Told {
  return (value) => {
    const sign = value > 0 ? '+' : value < 0 ? minus : '';
    const size = Math.abs(value);
    if (unit === 'fraction') return `${sign}${Number((size * 100).toFixed(1))}${nbsp}pp`;
    return `${sign}${valueText(size, unit)}`;
  };
}

/** `12m`, `> 12m`, `< −3m`, `1m to 2m`, `unknown` */
function valueWords({ least, most }: BoundedEstimate, told: Told): string {
  if (least === most) return told(least);
  if (least === -Infinity) return most === Infinity ? 'unknown' : `<${nbsp}${told(most)}`;
  return most === Infinity ? `>${nbsp}${told(least)}` : `${told(least)}${nbsp}to${nbsp}${told(most)}`;
}

function intervalWords({ low, high }: BoundedEstimate, told: Told): string {
  if (Number.isNaN(low)) return 'no interval';
  if (low === high) return `±${nbsp}0`;
  if (low === -Infinity) return high === Infinity ? 'unbounded' : `${told(high)} or less`;
  return high === Infinity ? `${told(low)} or more` : `${told(low)} to ${told(high)}`;
}

export function estimateCell(metric: ComparedMetric, estimate: BoundedEstimate): Cell {
  if (estimate.n === 0) return nothing;
  const told = toldFigure(metric);
  return { figure: valueWords(estimate, told), interval: intervalWords(estimate, told) };
}

export function differenceCell(metric: ComparedMetric, difference: Difference): Cell {
  if (difference.n === 0) return nothing;
  const told = toldDifference(metric);
  return {
    figure: valueWords(difference, told),
    interval: intervalWords(difference, told),
    isCertain: difference.isCertain,
  };
}

export function collapseDifferenceCell(difference: Difference): Cell {
  if (difference.n === 0) return nothing;
  return {
    figure: valueWords(difference, toldDifference({ unit: 'fraction' })),
    interval: '',
    isCertain: difference.isCertain,
  };
}

export function collapseCell(collapse: CollapseEstimate): Cell {
  const { count, undecided, n } = collapse;
  if (n === 0) return { figure: 'no run', interval: '' };
  const note = undecided === 0 ? {} : { note: `${undecided}${nbsp}undecided` };
  return {
    figure: `${valueWords(collapse, percentText)} (${count}/${n})`,
    interval: intervalWords(collapse, percentText),
    ...note,
  };
}

/** `0 of 20`, `2 of 20, 3 undecided` */
export function collapseCount({ count, undecided, n }: CollapseEstimate): string {
  return `${count} of ${n}${undecided === 0 ? '' : `, ${undecided} undecided`}`;
}

/** What a bounded value is, within a sentence. */
export function estimateWords(metric: ComparedMetric, estimate: BoundedEstimate): string {
  return valueWords(estimate, toldFigure(metric));
}

/** `n = 2: no interval under 5 replications` */
export function fewWords(n: number): string {
  return `n = ${n}: no interval under ${INTERVAL_N_MIN} replications`;
}
