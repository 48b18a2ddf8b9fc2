/**
 * A comparison as files: JSON with every figure, a long CSV with one line per
 * variant and figure, the raw values per replication as CSV, the curves behind
 * the chart as CSV, and the tables as Markdown. All are the same bytes for the
 * same scenario, seed and replications, however they were computed.
 */
import { comparedMetrics, type Comparison, type VariantResult } from '../experiments/comparison.ts';
import { RESAMPLES, type Estimate } from '../experiments/statistics.ts';
import { BASELINE } from '../metrics/comparison.ts';
import { roughDuration, rounded } from '../metrics/rounding.ts';
import { formatClock } from '../scenario/wall-clock.ts';
import { comparisonNotes, comparisonTables, comparisonVerdict, orderText, type Cell } from './comparison-text.ts';

const TOOL = 'cascade-sim';
const FORMAT = 1;

/** Rounded, null where there is no value; beyond any bound as text: `> 1h20m`. */
function told(value: number, openMs: number | null): number | string | null {
  if (Number.isNaN(value)) return null;
  return Number.isFinite(value) ? rounded(value) : `> ${roughDuration(openMs ?? 0)}`;
}

function toldEstimate({ value, low, high, n }: Estimate, openMs: number | null): object {
  return { value: told(value, openMs), low: told(low, openMs), high: told(high, openMs), n };
}

function variantJson(variant: VariantResult): object {
  const { name, title, scenarioHash, collapse, sameLuck, cut, openMs, replications } = variant;
  const each = (of: (metric: string) => object): object => Object.fromEntries(comparedMetrics.map(({ metric }) => [metric, of(metric)]));
  return {
    name,
    title,
    scenarioHash,
    metrics: each((metric) => toldEstimate(variant.figures[metric], openMs)),
    differenceToBaseline: each((metric) => ({ ...toldEstimate(variant.differences[metric], null), excludesZero: variant.differences[metric].excludesZero })),
    collapse: { ...toldEstimate(collapse, null), count: collapse.count, undecided: collapse.undecided },
    withoutCollapse: each((metric) => toldEstimate(variant.withoutCollapse[metric], openMs)),
    sameLuck: { pairedWidth: told(sameLuck.pairedWidth, null), unpairedWidth: told(sameLuck.unpairedWidth, null), ratio: sameLuck.ratio === null ? null : rounded(sameLuck.ratio) },
    cut,
    fingerprints: replications.map(({ fingerprint }) => fingerprint),
  };
}

/** The text of comparison.json. */
export function comparisonJson(comparison: Comparison): string {
  const { scenario, set, seed, until, n, level, complete, variants } = comparison;
  const document = {
    tool: TOOL,
    format: FORMAT,
    scenario: scenario.name,
    set,
    seed,
    complete,
    replications: n,
    level,
    intervals: { means: `percentile bootstrap, ${RESAMPLES} resamples, widened for n values (Hesterberg 2015)`, probabilities: 'Wilson' },
    statistics: Object.fromEntries(comparedMetrics.map(({ metric, statistic }) => [metric, statistic])),
    until,
    baseline: BASELINE,
    order: orderText(comparison),
    verdict: comparisonVerdict(comparison),
    notes: comparisonNotes(comparison),
    variants: variants.map(variantJson),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function csv(rows: readonly (readonly (string | number | boolean | null)[])[]): string {
  const cell = (value: string | number | boolean | null): string => {
    const text = value === null ? '' : String(value);
    return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return rows.map((row) => `${row.map(cell).join(',')}\n`).join('');
}

/** One line per variant and figure; what compares with nothing is empty. */
export function comparisonCsv({ variants, level }: Comparison): string {
  const rows = variants.flatMap((variant) => {
    const { name, openMs, collapse } = variant;
    const estimate = ({ value, low, high, n }: Estimate): (number | string | null)[] => [n, told(value, openMs), told(low, openMs), told(high, openMs)];
    const figures = comparedMetrics.flatMap(({ metric, statistic }) => [
      [name, metric, statistic, level, ...estimate(variant.figures[metric]), null],
      [name, metric, `${statistic} of paired differences`, level, ...estimate(variant.differences[metric]), variant.differences[metric].excludesZero],
      [name, metric, `${statistic} without collapse`, level, ...estimate(variant.withoutCollapse[metric]), null],
    ]);
    return [...figures, [name, 'collapse', 'probability', level, ...estimate(collapse), null]];
  });
  return csv([['variant', 'metric', 'statistic', 'level', 'n', 'value', 'low', 'high', 'excludesZero'], ...rows]);
}

/** Every value of every replication, the compared ones first; `inf` for an outage that was still open. */
export function replicationsCsv({ variants }: Comparison): string {
  const rows = variants.flatMap(({ replications }) => replications);
  const compared = ['collapse', ...comparedMetrics.map(({ metric }) => metric)];
  const names = [...new Set([...compared, ...rows.flatMap(({ metrics }) => Object.keys(metrics))])];
  const value = (one: number | undefined): string | number | null => (one === undefined || Number.isNaN(one) ? null : Number.isFinite(one) ? rounded(one) : 'inf');
  return csv([
    ['variant', 'replication', 'seed', 'fingerprint', 'ending', 'endSec', ...names],
    ...rows.map(({ variant, index, seed, fingerprint, ending, endMs, metrics }) => [
      variant, index, seed, fingerprint, ending, endMs / 1000, ...names.map((name) => value(metrics[name])),
    ]), // prettier-ignore
  ]);
}

/** The disconnected share over time: median, 10 % and 90 % of the replications. Null where runs were cut. */
export function curvesCsv({ variants, curveStepMs, scenario: { clock } }: Comparison): string | null {
  const curves = variants.flatMap(({ name, curve }) => (curve === null ? [] : [{ name, curve }]));
  if (curves.length < variants.length) return null;
  const head = ['clock', 'atSec', ...curves.flatMap(({ name }) => [`${name}.median`, `${name}.p10`, `${name}.p90`])];
  const rows = curves[0].curve.median.map((_, i) => [
    formatClock(clock, i * curveStepMs),
    (i * curveStepMs) / 1000,
    ...curves.flatMap(({ curve }) => [curve.median[i], curve.low[i], curve.high[i]]),
  ]);
  return csv([head, ...rows]);
}

function markdownCell(cell: Cell | string): string {
  const text = typeof cell === 'string' ? cell : `${cell.figure}${cell.isCertain === true ? '\\*' : ''}${cell.interval === '' ? '' : `<br>${cell.interval}`}`;
  return text.replaceAll('|', '\\|').replaceAll('\u00a0', ' ');
}

/** The tables as Markdown. */
export function comparisonMarkdown(comparison: Comparison): string {
  const { scenario, set, complete, variants } = comparison;
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const tables = comparisonTables(comparison).map(({ title, about, head, rows }) =>
    [`## ${title}`, '', `${about}.`, '', line(head), line(head.map((_, i) => (i === 0 ? '---' : '---:'))), ...rows.map((row) => line(row.map(markdownCell)))].join('\n'),
  );
  const titles = variants.map(({ name, title }) => `- \`${name}\`: ${title}`).join('\n');
  return [
    `# ${scenario.title}: variants compared`,
    ...(set.length === 0 ? [] : [`In all variants: ${set.map((change) => `\`${change}\``).join(', ')}`]),
    ...(complete ? [] : ['Interrupted: this is what there was until then.']),
    comparisonVerdict(comparison),
    titles,
    ...tables,
    '## Notes',
    comparisonNotes(comparison).map((note) => `- ${note}`).join('\n'),
  ].join('\n\n') + '\n';
}
