/**
 * A comparison as files: JSON with every figure, a long CSV with one line per
 * variant and figure, the raw values per replication as CSV, the curves behind
 * the chart as CSV, and the tables as Markdown. All are the same bytes for the
 * same scenario, seed and replications, however they were computed. A value that
 * runs ended too soon to give is null, with its bounds beside it.
 */
import type { Comparison, VariantResult } from '../experiments/comparison.ts';
import type { BoundedEstimate } from '../experiments/median-interval.ts';
import { INTERVAL_N_MIN, RESAMPLES } from '../experiments/statistics.ts';
import type { Difference } from '../experiments/variant-differences.ts';
import { comparedMetrics, SIZE_METRIC } from '../experiments/variant-estimates.ts';
import { metricOf, unitWord } from '../metrics/catalogue.ts';
import { rounded } from '../metrics/rounding.ts';
import { csvText, jsonText, markdownCode, markdownText } from '../scenario/safe-text.ts';
import { formatClock } from '../scenario/wall-clock.ts';
import type { Cell } from './comparison-cells.ts';
import { comparisonNotes, comparisonPreface, comparisonVerdict } from './comparison-notes.ts';
import { comparisonTables, orderText } from './comparison-text.ts';

const TOOL = 'cascade-sim';
const FORMAT = 1;

/** Rounded; null where there is no value, or no bound. */
function told(value: number): number | null {
  return Number.isFinite(value) ? rounded(value) : null;
}

const isDuration = (metric: string): boolean => metricOf(metric)?.unit === 'duration';

/** On which sides an interval has no end; null if it has both, or is none. */
function unboundedSide({ low, high }: BoundedEstimate): 'below' | 'above' | 'both' | null {
  if (low === -Infinity) return high === Infinity ? 'both' : 'below';
  return high === Infinity ? 'above' : null;
}

/** What is known of a value that runs ended too soon to give; absent where it is known. */
function toldBounds({ least, most, n }: BoundedEstimate): object {
  return n === 0 || least === most ? {} : { atLeast: told(least), atMost: told(most) };
}

/** Of an outage that was open: how long it had lasted. */
function toldCensoring(metric: string, { most, least, high, highLeast }: BoundedEstimate): object {
  if (!isDuration(metric)) return {};
  return {
    ...(most === Infinity ? { censoredAtMs: told(least) } : {}),
    ...(high === Infinity ? { highCensoredAtMs: told(highLeast) } : {}),
  };
}

/** What a compared value is in. Of many runs, the collapse is a probability. */
function comparedUnit(metric: string): string {
  return metric === 'collapse' ? 'fraction' : unitWord(metric);
}

function toldEstimate(metric: string, estimate: BoundedEstimate): object {
  const { value, low, high, n, open } = estimate;
  return {
    value: told(value),
    ...toldBounds(estimate),
    low: told(low),
    high: told(high),
    ...toldCensoring(metric, estimate),
    n,
    ...(open === 0 ? {} : { open }),
    unit: comparedUnit(metric),
  };
}

function toldDifference(metric: string, difference: Difference): object {
  const { value, low, high, n, open, excludesZero, p, pCorrected, isCertain } = difference;
  const unbounded = unboundedSide(difference);
  return {
    value: told(value),
    ...toldBounds(difference),
    low: told(low),
    high: told(high),
    ...(unbounded === null ? {} : { unbounded }),
    n,
    ...(open === 0 ? {} : { open }),
    unit: comparedUnit(metric),
    excludesZero,
    p: told(p),
    pCorrected: told(pCorrected),
    isCertain,
  };
}

function variantJson(variant: VariantResult): object {
  const { name, title, scenarioHash, n, collapse, sameLuck, cut, replications } = variant;
  const each = (of: (metric: string) => object): object =>
    Object.fromEntries(comparedMetrics.map(({ metric }) => [metric, of(metric)]));
  return {
    name,
    title,
    scenarioHash,
    n,
    metrics: each((metric) => toldEstimate(metric, variant.estimates[metric])),
    difference: {
      ...each((metric) => toldDifference(metric, variant.differences[metric])),
      collapse: toldDifference('collapse', variant.collapseDifference),
    },
    collapse: {
      value: told(collapse.value),
      ...toldBounds(collapse),
      low: told(collapse.low),
      high: told(collapse.high),
      n: collapse.n,
      count: collapse.count,
      undecided: collapse.undecided,
      unit: comparedUnit('collapse'),
    },
    withoutCollapse: each((metric) => toldEstimate(metric, variant.withoutCollapse[metric])),
    sameLuck: {
      pairedWidth: told(sameLuck.pairedWidth),
      unpairedWidth: told(sameLuck.unpairedWidth),
      ratio: sameLuck.ratio === null ? null : rounded(sameLuck.ratio),
      unit: comparedUnit(SIZE_METRIC),
    },
    cut,
    fingerprints: replications.map(({ fingerprint }) => fingerprint),
  };
}

/** The text of comparison.json. */
export function comparisonJson(comparison: Comparison): string {
  const { scenario, set, over, seed, until, against, n, asked, level, complete, budget, best, correctedFor, variants } =
    comparison;
  const document = {
    tool: TOOL,
    format: FORMAT,
    scenario: scenario.name,
    set,
    ...(over === undefined ? {} : { over }),
    seed,
    complete,
    replications: n,
    asked,
    budget,
    level,
    intervals: {
      means: `percentile bootstrap, ${RESAMPLES} resamples, widened for n values (Hesterberg 2015)`,
      medians: 'order statistics, exact binomial',
      probabilities: 'Wilson; where runs are undecided, from none of them to all',
      fewest: `null under ${INTERVAL_N_MIN} values`,
    },
    tests: {
      means: 'sign flips of paired differences',
      mediansAndProbabilities: 'signs of paired differences',
      correction: 'Holm, per metric',
      correctedFor,
    },
    statistics: Object.fromEntries(comparedMetrics.map(({ metric, statistic }) => [metric, statistic])),
    until,
    against,
    order: orderText(comparison),
    preface: comparisonPreface(comparison),
    verdict: comparisonVerdict(comparison),
    best,
    notes: comparisonNotes(comparison),
    variants: variants.map(variantJson),
  };
  return `${jsonText(document, 2)}\n`;
}

type CsvRow = readonly (string | number | boolean | null)[];

const estimateHead = [
  'n',
  'value',
  'low',
  'high',
  'unit',
  'valueCensoredAtMs',
  'lowCensoredAtMs',
  'highCensoredAtMs',
  'atLeast',
  'atMost',
  'unbounded',
  'note',
];

function estimateColumns(metric: string, estimate: BoundedEstimate, isDifference: boolean): CsvRow {
  const { n, value, low, high, least, most, highLeast } = estimate;
  const isCensored = isDuration(metric) && !isDifference;
  const isKnown = n === 0 || least === most;
  const note = n > 0 && n < INTERVAL_N_MIN ? `no interval under ${INTERVAL_N_MIN} replications` : null;
  return [
    n, told(value), told(low), told(high), comparedUnit(metric),
    isCensored && most === Infinity ? told(least) : null, null, isCensored && high === Infinity ? told(highLeast) : null,
    isKnown ? null : told(least), isKnown ? null : told(most), unboundedSide(estimate), note,
  ]; // prettier-ignore
}

/** One line per variant and figure; what compares with nothing is empty. */
export function comparisonCsv({ variants, level }: Comparison): string {
  const none = [null, null, null, null];
  const rows = variants.flatMap((variant): CsvRow[] => {
    const { name, collapse, collapseDifference } = variant;
    const difference = (metric: string, statistic: string, one: Difference): CsvRow => [
      name, metric, `${statistic} of paired differences`, level, ...estimateColumns(metric, one, true), one.excludesZero, told(one.p), told(one.pCorrected), one.isCertain,
    ]; // prettier-ignore
    const figures = comparedMetrics.flatMap(({ metric, statistic }): CsvRow[] => [
      [name, metric, statistic, level, ...estimateColumns(metric, variant.estimates[metric], false), ...none],
      difference(metric, statistic, variant.differences[metric]),
      [
        name,
        metric,
        `${statistic} without collapse`,
        level,
        ...estimateColumns(metric, variant.withoutCollapse[metric], false),
        ...none,
      ],
    ]);
    return [
      ...figures,
      [name, 'collapse', 'probability', level, ...estimateColumns('collapse', collapse, false), ...none],
      difference('collapse', 'mean', collapseDifference),
    ];
  });
  return csvText([
    ['variant', 'metric', 'statistic', 'level', ...estimateHead, 'excludesZero', 'p', 'pCorrected', 'isCertain'],
    ...rows,
  ]);
}

/** Of instants, since the start of the run. */
const unitSuffixes: Readonly<Record<string, string>> = { duration: 'Ms', instant: 'Ms', rate: 'PerSec' };

/** Every value of every replication, the compared ones first. An outage that was open has no value, and beside it how long it had lasted. */
export function replicationsCsv({ variants }: Comparison): string {
  const rows = variants.flatMap(({ replications }) => replications);
  const compared = ['collapse', ...comparedMetrics.map(({ metric }) => metric)];
  const names = [...new Set([...compared, ...rows.flatMap(({ metrics }) => Object.keys(metrics))])];
  const open = names.filter((name) => rows.some(({ metrics }) => metrics[name] === Infinity));
  // Asked for each cell.
  const mayBeOpen = new Set(['timeToRecover', ...open]);
  const column = (name: string): string => `${name}${unitSuffixes[metricOf(name)?.unit ?? ''] ?? ''}`;
  return csvText([
    [
      'variant',
      'replication',
      'seed',
      'fingerprint',
      'ending',
      'endSec',
      ...names.flatMap((name) => [column(name), ...(mayBeOpen.has(name) ? [`${name}.censoredAtMs`] : [])]),
    ],
    ...rows.map(({ variant, index, seed, fingerprint, ending, endMs, metrics, openMs }) => [
      variant, index, seed, fingerprint, ending, endMs / 1000,
      ...names.flatMap((name) => [told(metrics[name] ?? NaN), ...(mayBeOpen.has(name) ? [metrics[name] === Infinity ? openMs : null] : [])]),
    ]), // prettier-ignore
  ]);
}

/** The disconnected share over time: median, 10 % and 90 % of the replications. Null where runs were cut, or none had ended. */
export function curvesCsv({ variants, until, curveStepMs, scenario: { clock } }: Comparison): string | null {
  const curves = variants.flatMap(({ name, curve }) => (curve === null ? [] : [{ name, curve }]));
  if (until === 'decided' || curves.length === 0) return null;
  const head = ['clock', 'atSec', ...curves.flatMap(({ name }) => [`${name}.median`, `${name}.p10`, `${name}.p90`])];
  const rows = curves[0].curve.median.map((_, i) => [
    formatClock(clock, i * curveStepMs),
    (i * curveStepMs) / 1000,
    ...curves.flatMap(({ curve }) => [curve.median[i], curve.low[i], curve.high[i]]),
  ]);
  return csvText([head, ...rows]);
}

function markdownCell(cell: Cell | string): string {
  if (typeof cell === 'string') return markdownText(cell);
  // Figures are the program's own words.
  const lines = [`${cell.figure}${cell.isCertain === true ? '\\*' : ''}`, cell.note ?? '', cell.interval];
  return lines
    .filter((line) => line !== '')
    .join('<br>')
    .replaceAll('\u00a0', ' ');
}

/** The tables as Markdown. */
export function comparisonMarkdown(comparison: Comparison): string {
  const { scenario, set, over, variants } = comparison;
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const tables = comparisonTables(comparison).map(({ title, about, head, rows }) =>
    [
      `## ${title}`,
      '',
      `${about}.`,
      '',
      line(head),
      line(head.map((_, i) => (i === 0 ? '---' : '---:'))),
      ...rows.map((row) => line(row.map(markdownCell))),
    ].join('\n'),
  );
  const titles = variants.map(({ name, title }) => `- ${markdownCode(name)}: ${markdownText(title)}`).join('\n');
  return (
    [
      `# ${markdownText(scenario.title)}: variants compared`,
      ...(set.length === 0 ? [] : [`In all variants: ${set.map((change) => markdownCode(change)).join(', ')}`]),
      ...(over === undefined ? [] : [markdownText(`${over.charAt(0).toUpperCase()}${over.slice(1)}.`)]),
      ...comparisonPreface(comparison).map((told) => `> ${markdownText(told)}`),
      markdownText(comparisonVerdict(comparison)),
      titles,
      ...tables,
      '## Notes',
      comparisonNotes(comparison)
        .map((note) => `- ${markdownText(note)}`)
        .join('\n'),
    ].join('\n\n') + '\n'
  );
}
