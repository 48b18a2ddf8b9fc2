/**
 * A comparison as rows of words, once for the terminal and for Markdown: each
 * figure with its interval, the differences to the baseline with a mark where
 * they are certain, the probability of collapse, the means without collapse,
 * and what must be said beside them. Nothing is computed here.
 */
import { comparedMetrics, SIZE_METRIC, type ComparedMetric, type Comparison, type Difference, type VariantResult } from '../experiments/comparison.ts';
import type { Estimate } from '../experiments/statistics.ts';
import { BASELINE } from '../metrics/comparison.ts';
import { roughDuration } from '../metrics/rounding.ts';
import { numberText, percentText, valueText } from '../report/value-text.ts';

/** A figure and, in a second line, its interval. */
export interface Cell {
  readonly figure: string;
  readonly interval: string;
  /** the interval of a difference excludes zero */
  readonly isCertain?: boolean;
}

export interface ComparisonTable {
  readonly title: string;
  /** what the table is about, n and level included */
  readonly about: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly (Cell | string)[])[];
}

const headOf: Readonly<Record<string, string>> = {
  sessionMinutesLost: 'session-min lost',
  peakDisconnectedFraction: 'peak disconnected',
  timeToRecover: 'time to recover',
  hostDeaths: 'host deaths',
  retryAmplification: 'retry amplification',
  hostHours: 'host hours',
};

const nothing: Cell = { figure: '–', interval: '' };
const minus = '\u2212';

function figureText({ unit }: ComparedMetric, value: number, openMs: number | null): string {
  if (value === Infinity) return `>\u00a0${roughDuration(openMs ?? 0)}`;
  return valueText(value, unit).replace('-', minus);
}

function differenceText({ unit }: ComparedMetric, value: number): string {
  const sign = value > 0 ? '+' : value < 0 ? minus : '';
  const size = Math.abs(value);
  if (unit === 'fraction') return `${sign}${Number((size * 100).toFixed(1))}\u00a0pp`;
  return `${sign}${valueText(size, unit)}`;
}

function intervalText({ low, high, n }: Estimate, told: (value: number) => string): string {
  if (low === high) return '±\u00a00';
  return Number.isNaN(low) ? (n === 1 ? 'no interval' : '') : `${told(low)} to ${told(high)}`;
}

function figureCell(metric: ComparedMetric, estimate: Estimate, openMs: number | null): Cell {
  if (estimate.n === 0) return nothing;
  const told = (value: number): string => figureText(metric, value, openMs);
  return { figure: told(estimate.value), interval: intervalText(estimate, told) };
}

function differenceCell(metric: ComparedMetric, difference: Difference): Cell {
  if (difference.n === 0) return nothing;
  const told = (value: number): string => differenceText(metric, value);
  return { figure: told(difference.value), interval: intervalText(difference, told), isCertain: difference.excludesZero };
}

function collapseCell({ collapse }: VariantResult): Cell {
  return { figure: `${percentText(collapse.value)} (${collapse.count}/${collapse.n})`, interval: `${percentText(collapse.low)} to ${percentText(collapse.high)}` };
}

/** A metric is shown if any variant has it. */
function shownMetrics({ variants }: Comparison): ComparedMetric[] {
  return comparedMetrics.filter(({ metric }) => variants.some(({ figures }) => figures[metric].n > 0));
}

function sureness({ n, level }: Comparison): string {
  return `n = ${n} replications each, ${level * 100} % intervals`;
}

export function comparisonTables(comparison: Comparison): ComparisonTable[] {
  const { variants, until } = comparison;
  const metrics = shownMetrics(comparison);
  const heads = metrics.map(({ metric }) => headOf[metric] ?? metric);
  const cut = until === 'decided' ? '; figures other than P(collapse) are of the runs without collapse only' : '';
  const tables: ComparisonTable[] = [
    {
      title: 'Outcomes',
      about: `means (time to recover: median), ${sureness(comparison)}, ${orderText(comparison)}${cut}`,
      head: ['variant', 'P(collapse)', ...heads],
      rows: variants.map((variant) => [variant.name, collapseCell(variant), ...metrics.map((metric) => figureCell(metric, variant.figures[metric.metric], variant.openMs))]),
    },
  ];
  const others = variants.filter(({ name }) => name !== BASELINE);
  if (others.length > 0) {
    tables.push({
      title: 'Differences to the baseline',
      about: `paired by replication, ${sureness(comparison)}; * where the interval excludes zero`,
      head: ['variant', ...heads],
      rows: others.map((variant) => [variant.name, ...metrics.map((metric) => differenceCell(metric, variant.differences[metric.metric]))]),
    });
  }
  if (until === 'end' && variants.some(({ collapse }) => collapse.count > 0)) {
    tables.push({
      title: 'Given no collapse',
      about: `over the replications without collapse, as many as n says, ${comparison.level * 100} % intervals`,
      head: ['variant', 'n', ...heads],
      rows: variants.map((variant) => {
        const { withoutCollapse, collapse, openMs } = variant;
        return [variant.name, String(collapse.n - collapse.count), ...metrics.map((metric) => figureCell(metric, withoutCollapse[metric.metric], openMs))];
      }),
    });
  }
  return tables;
}

export function orderText({ until }: Comparison): string {
  return until === 'decided' ? 'least likely collapse first, then smallest outage' : 'smallest outage first';
}

/** What must be said beside the tables, a sentence each. */
export function comparisonNotes(comparison: Comparison): string[] {
  const { variants, until, n } = comparison;
  const notes: string[] = [];
  const baseline = variants.find(({ name }) => name === BASELINE)!;
  const alike = variants.filter((variant) => variant !== baseline && variant.scenarioHash === baseline.scenarioHash);
  const gains = variants.filter((variant) => variant !== baseline && !alike.includes(variant) && variant.sameLuck.ratio !== null);
  if (gains.length > 0) {
    const each = gains.map(({ name, sameLuck }) => `${name} ${numberText(sameLuck.ratio!)}`).join(', ');
    notes.push(`The same luck in all variants: the interval of the difference in session-minutes lost is this share of what independent runs would give (below 1 is a gain): ${each}.`);
  }
  if (variants.some(({ openMs }) => openMs !== null)) {
    notes.push('An outage that is still open when its run ends lasts longer than any other; in differences it counts as long as the run shows it.');
  }
  const undecided = variants.filter(({ collapse }) => collapse.undecided > 0);
  if (undecided.length > 0) {
    const each = undecided.map(({ name, collapse }) => `${name} ${collapse.undecided}`).join(', ');
    notes.push(`Runs that ended too soon to tell whether the outage outlives its trigger, counted as no collapse: ${each}.`);
  }
  if (until === 'decided') notes.push(cutNote(comparison));
  if (alike.length > 0) notes.push(`Changes nothing: ${alike.map(({ name }) => name).join(', ')}.`);
  if (n < 10) notes.push(`${n} replications are few: intervals from fewer than 10 promise more than they hold.`);
  notes.push(`Intervals: bootstrap (percentile, widened for few values) of means, medians and differences, Wilson of probabilities. Replication i has the seed ${comparison.seed}/i.`);
  return notes;
}

function cutNote({ variants, n }: Comparison): string {
  const collapsed = variants.reduce((sum, { cut }) => sum + cut.collapsed, 0);
  const calm = variants.reduce((sum, { cut }) => sum + cut.calm, 0);
  return (
    `Runs were cut (--until decided): of ${n * variants.length}, ${collapsed} once collapse was certain and ${calm} after ten calm minutes with no action pending. ` +
    'P(collapse) compares with that of whole runs. Other figures are of the runs that did not collapse, as of their cut: what a calm rest would have added is missing, ' +
    'and what depends on the length of a run (retry amplification, host hours) is left out, charts too.'
  );
}

/** The one sentence that says which is best. */
export function comparisonVerdict({ variants, level }: Comparison): string {
  const baseline = variants.find(({ name }) => name === BASELINE)!;
  const certain = variants.filter(({ name, differences }) => name !== BASELINE && differences[SIZE_METRIC].excludesZero);
  const better = certain.filter(({ differences }) => differences[SIZE_METRIC].value < 0);
  const worse = certain.length - better.length;
  const others = variants.length - 1;
  if (others === 0) return 'There is nothing to compare the baseline with: the scenario has no variants.';
  const lost = `the baseline's ${numberText(baseline.figures[SIZE_METRIC].value)} session-minutes lost`;
  if (better.length === 0) return `No variant loses fewer session-minutes than the baseline with ${level * 100} % confidence (${worse} of ${others} lose more).`;
  const best = better.reduce((a, b) => (b.differences[SIZE_METRIC].value < a.differences[SIZE_METRIC].value ? b : a));
  const { value, low, high } = best.differences[SIZE_METRIC];
  return (
    `${best.name} saves the most: ${numberText(-value)} (${numberText(-high)} to ${numberText(-low)}) of ${lost}. ` +
    `${better.length} of ${others} variants are better than the baseline, ${worse} worse, ${others - certain.length} undecided, at ${level * 100} % confidence each.`
  );
}
