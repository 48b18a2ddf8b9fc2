/**
 * A comparison as tables of words, once for the terminal and for Markdown: each
 * figure with its interval, the differences with a mark where their sign is
 * certain, the probability of collapse, and the means without collapse.
 */
import type { Comparison, VariantResult } from '../experiments/comparison.ts';
import { INTERVAL_N_MIN } from '../experiments/statistics.ts';
import { comparedMetrics, type ComparedMetric } from '../experiments/variant-estimates.ts';
import { collapseCell, collapseDifferenceCell, differenceCell, estimateCell, type Cell } from './comparison-cells.ts';
import { againstWords, countWords } from './comparison-notes.ts';

export interface ComparisonTable {
  readonly title: string;
  /** what the table is about, n and level included */
  readonly about: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly (Cell | string)[])[];
}

/** Of the compared metrics, those that are told by their median. */
const medians = comparedMetrics.filter(({ statistic }) => statistic === 'median').map(({ head }) => head);

/** What the numbers of the first table are. */
const statisticsText = medians.length === 0 ? 'means' : `means (${medians.join(', ')}: median)`;

/** A metric is shown if any variant has it. */
function shownMetrics({ variants }: Comparison): ComparedMetric[] {
  return comparedMetrics.filter(({ metric }) => variants.some(({ estimates }) => estimates[metric].n > 0));
}

function sureness(comparison: Comparison): string {
  const { n, level } = comparison;
  return n < INTERVAL_N_MIN
    ? `${countWords(comparison)} (no interval under ${INTERVAL_N_MIN} replications)`
    : `${countWords(comparison)}, ${level * 100} % intervals`;
}

export function orderText({ until }: Comparison): string {
  return until === 'decided' ? 'least likely collapse first, then smallest outage' : 'smallest outage first';
}

export function comparisonTables(comparison: Comparison): ComparisonTable[] {
  const { variants, until, against } = comparison;
  const tables = [outcomes(comparison)];
  const others = variants.filter(({ name, collapseDifference }) => name !== against && collapseDifference.n > 0);
  if (others.length > 0) tables.push(differences(comparison, others));
  if (until === 'end' && variants.some(({ collapse }) => collapse.count + collapse.undecided > 0))
    tables.push(givenNoCollapse(comparison));
  return variants.every(({ n }) => n < INTERVAL_N_MIN) ? tables.map(withoutIntervals) : tables;
}

/** Where no cell has an interval, it is said above the table, once. */
function withoutIntervals(table: ComparisonTable): ComparisonTable {
  return {
    ...table,
    rows: table.rows.map((row) => row.map((cell) => (typeof cell === 'string' ? cell : { ...cell, interval: '' }))),
  };
}

/** A column for n, where not all have the same. */
function countColumn({ variants }: Comparison): { head: string[]; cell: (variant: VariantResult) => string[] } {
  const differs = variants.some(({ n }) => n !== variants[0].n);
  return differs ? { head: ['n'], cell: ({ n }) => [String(n)] } : { head: [], cell: () => [] };
}

function outcomes(comparison: Comparison): ComparisonTable {
  const metrics = shownMetrics(comparison);
  const count = countColumn(comparison);
  const cut =
    comparison.until === 'decided' ? '; figures other than P(collapse) are of the runs without collapse only' : '';
  return {
    title: 'Outcomes',
    about: `${statisticsText}, ${sureness(comparison)}, ${orderText(comparison)}${cut}`,
    head: ['variant', ...count.head, 'P(collapse)', ...metrics.map(({ head }) => head)],
    rows: comparison.variants.map((variant) => [
      variant.name,
      ...count.cell(variant),
      collapseCell(variant.collapse),
      ...metrics.map((metric) => estimateCell(metric, variant.estimates[metric.metric])),
    ]),
  };
}

function differences(comparison: Comparison, others: readonly VariantResult[]): ComparisonTable {
  const metrics = shownMetrics(comparison);
  const { level, correctedFor, n } = comparison;
  const together = correctedFor > 1 ? ` for all ${correctedFor} variants of a column together (Holm)` : '';
  const star =
    n < INTERVAL_N_MIN
      ? 'no star'
      : `* where the sign is certain at ${level * 100} %${together}; each interval is of its difference alone`;
  return {
    title: `Differences to ${againstWords(comparison)}`,
    about: `paired by replication, ${sureness(comparison)}; ${star}`,
    head: ['variant', 'P(collapse)', ...metrics.map(({ head }) => head)],
    rows: others.map((variant) => [
      variant.name,
      collapseDifferenceCell(variant.collapseDifference),
      ...metrics.map((metric) => differenceCell(metric, variant.differences[metric.metric])),
    ]),
  };
}

function givenNoCollapse(comparison: Comparison): ComparisonTable {
  const metrics = shownMetrics(comparison);
  const undecided = comparison.variants.some(({ collapse }) => collapse.undecided > 0)
    ? ', undecided ones left out'
    : '';
  return {
    title: 'Given no collapse',
    about: `over the replications without collapse${undecided}, as many as n says, ${comparison.level * 100} % intervals from n = ${INTERVAL_N_MIN} on`,
    head: ['variant', 'n', ...metrics.map(({ head }) => head)],
    rows: comparison.variants.map(({ name, withoutCollapse, collapse }) => [
      name,
      String(collapse.n - collapse.count - collapse.undecided),
      ...metrics.map((metric) => estimateCell(metric, withoutCollapse[metric.metric])),
    ]), // prettier-ignore
  };
}
