/**
 * The results of `sim check` in the words in which every report tells them: the
 * terminal, JSON, JUnit, Markdown and annotations differ in form only. Built
 * from what was run and from where in its file each expectation is written.
 */
import type { BaselineVerdict } from '../experiments/baseline.ts';
import { LEVEL, type ScenarioCheck } from '../experiments/check.ts';
import { variantsOf, type ExpectationVerdict } from '../experiments/expectation.ts';
import { INTERVAL_N_MIN } from '../experiments/statistics.ts';
import { metricOf, unitWord } from '../metrics/catalogue.ts';
import { BASELINE } from '../metrics/judgement.ts';
import { roughDuration } from '../metrics/rounding.ts';
import type { MetricCondition, MetricUnit } from '../scenario/expression.ts';
import type { LoadedScenario } from '../scenario/load.ts';
import type { Place } from '../scenario/tree.ts';
import { formatClock } from '../scenario/wall-clock.ts';
import { commandLine } from './command.ts';
import { expectationPlaces } from './expectation-places.ts';
import { formatDuration } from '../scenario/quantity.ts';
import { counted, numberText, valueText } from '../metrics/value-text.ts';

export interface CheckedExpectation {
  readonly expression: string;
  readonly file: string;
  /** 0 where it is not written in the file */
  readonly line: number;
  readonly column: number;
  readonly state: ExpectationVerdict['state'];
  readonly metric: string;
  readonly variants: readonly string[];
  /** what the numbers are in: `ms`, `fraction`, `count`, … */
  readonly unit: string;
  readonly statistic: ExpectationVerdict['statistic'];
  /** the left side's; null: none, or open at the end of the run */
  readonly value: number | null;
  /** of one that is open: how long it had lasted when the run ended */
  readonly censoredAtMs: number | null;
  /** what it may still turn out to be, where runs ended too soon to tell; null: it is as it is, or nothing bounds it */
  readonly atLeast: number | null;
  readonly atMost: number | null;
  readonly bound: number | null;
  /** runs that ended too soon to give the value or the bound */
  readonly undecidedRuns: number;
  /** null of a single run */
  readonly interval: CheckedInterval | null;
  readonly valueText: string;
  /** `expected == 0` */
  readonly expectedText: string;
  /** null of a single run */
  readonly intervalText: string | null;
  /** why there is no value, or what would decide it; empty if there is nothing to say */
  readonly note: string;
  readonly seed: string;
  /** commands that show it again */
  readonly repeat: readonly string[];
}

/** In the expectation's unit; an end that is null is beyond all bounds, or unknown. */
export interface CheckedInterval {
  readonly level: number;
  /** whether it is that of left − right */
  readonly ofDifference: boolean;
  readonly low: number | null;
  readonly high: number | null;
  /** of an end that is an outage which was still open: how long it had lasted at least */
  readonly highCensoredAtMs: number | null;
  readonly lowCensoredAtMs: number | null;
  readonly n: number;
}

/**
 * `wrong`: a mistake in the scenario, or a limit that refused it; `broken`: a
 * bug of the program; `slow`: stopped by --max-time.
 */
export type FileState = 'passed' | 'failed' | 'slow' | 'wrong' | 'broken';

export interface CheckedFile {
  readonly file: string;
  /** the scenario's name; empty if it could not be read */
  readonly name: string;
  readonly seed: string;
  readonly state: FileState;
  readonly runCount: number;
  readonly spentMs: number;
  readonly expectations: readonly CheckedExpectation[];
  readonly baseline: BaselineVerdict | null;
  /** why it was not judged; empty if it was */
  readonly problem: string;
}

/** How the check was asked for, as far as repeating it needs to know. */
export interface Asked {
  readonly replications: number | null;
  readonly set: readonly string[];
}

type Loaded = Pick<LoadedScenario, 'scenario' | 'tree'>;

function unitOf({ left }: MetricCondition): MetricUnit {
  return metricOf(left.metric)?.unit ?? 'count';
}

/** As far as JSON can say it. */
function plain(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

function figureText(value: number, unit: MetricUnit, { scenario: { clock } }: Loaded): string {
  if (Number.isNaN(value)) return 'no value';
  if (value === Infinity) return 'open when the run ends';
  if (value === -Infinity) return '−∞';
  // Whoever compares with a bound must see which side of it the value is on.
  if (unit === 'count' && !Number.isInteger(value)) return String(Number(value.toPrecision(6)));
  return (unit === 'instant' ? formatClock(clock, value) : valueText(value, unit)).replaceAll('\u00a0', ' ');
}

/** Both sides; to the last digit where rounding would make them look alike. */
function sideTexts(value: number, bound: number, unit: MetricUnit, loaded: Loaded): readonly [string, string] {
  const rough = [figureText(value, unit, loaded), figureText(bound, unit, loaded)] as const;
  if (value === bound || rough[0] !== rough[1] || !Number.isFinite(value) || !Number.isFinite(bound)) return rough;
  const exact = (one: number): string =>
    unit === 'duration'
      ? formatDuration(Math.round(one))
      : unit === 'instant'
        ? formatClock(loaded.scenario.clock, one, 'exact')
        : String(Number(one.toPrecision(12)));
  return [exact(value), exact(bound)];
}

function intervalText(
  { interval, ofDifference, statistic }: ExpectationVerdict,
  unit: MetricUnit,
  loaded: Loaded,
): string | null {
  if (interval === null) return null;
  // A difference of instants is a length of time, and may be negative.
  const of = (value: number): string =>
    unit === 'instant' && ofDifference
      ? figureText(value, 'duration', loaded)
      : value < 0 && Number.isFinite(value)
        ? `−${figureText(-value, unit, loaded)}`
        : figureText(value, unit, loaded);
  const what = ofDifference
    ? `left − right: ${statistic === 'median' ? 'median' : 'mean'} ${of(interval.value)}, `
    : '';
  if (Number.isNaN(interval.low))
    return `${what}none from ${counted(interval.n, 'replication')}: it takes ${INTERVAL_N_MIN}`;
  return `${what}95 % interval ${of(interval.low)} to ${of(interval.high)}, ${counted(interval.n, 'replication')}`;
}

const statisticWords = {
  value: '',
  probability: ' (share of the replications)',
  mean: ' (mean)',
  median: ' (median)',
} as const;

function expectedText({ operator, right }: MetricCondition, { statistic }: ExpectationVerdict, side: string): string {
  const from =
    right.kind === 'metric'
      ? `, from ${right.factor === 1 ? '' : `${right.factor} × `}${[right.reference.metric, ...right.reference.parts].join('.')}@${right.reference.variant ?? BASELINE}`
      : '';
  return `expected ${operator} ${side}${from}${right.kind === 'metric' ? statisticWords[statistic] : ''}`;
}

function noteOf({ state, reason, decidedBy, interval }: ExpectationVerdict): string {
  if (reason !== null) return `${state === 'undecided' ? 'undecided' : 'no value'}: ${reason}`;
  if (state !== 'undecided' || interval === null) return '';
  const until =
    decidedBy === null
      ? 'no number of replications is likely to decide it: it lies on the bound'
      : `about ${numberText(decidedBy)} replications would decide it: --replications ${decidedBy}`;
  const why = Number.isNaN(interval.low) ? `too few for an interval` : 'the interval has the bound in it';
  return `undecided with ${interval.n}: ${why}; ${until}`;
}

function repeatOf(
  file: string,
  seed: string,
  variants: readonly string[],
  { replications, set }: Asked,
): readonly string[] {
  const sets = set.flatMap((one) => ['--set', one]);
  if (replications !== null) return [commandLine(['check', file, '--replications', String(replications), ...sets])];
  return variants.map((variant) =>
    commandLine(['run', file, ...(variant === BASELINE ? [] : ['--variant', variant]), '--seed', seed, ...sets]),
  );
}

function checkedInterval({ interval, ofDifference, openMs }: ExpectationVerdict): CheckedInterval | null {
  if (interval === null) return null;
  const { low, high, n } = interval;
  const openAt = (end: number): number | null => (end === Infinity && !ofDifference ? openMs : null);
  return {
    level: LEVEL,
    ofDifference,
    low: plain(low),
    high: plain(high),
    lowCensoredAtMs: openAt(low),
    highCensoredAtMs: openAt(high),
    n,
  };
}

/** What is told of the value: where it is not known, between which it is. */
function toldFigure(verdict: ExpectationVerdict, told: string, unit: MetricUnit, loaded: Loaded): string {
  const { value, range, openMs, statistic } = verdict;
  if (value === Infinity && openMs !== null)
    return `open when the run ends, after ${roughDuration(openMs)} or more${statisticWords[statistic]}`;
  if (!Number.isNaN(value)) return `${told}${statisticWords[statistic]}`;
  if (range === null || statistic === 'value' || !Number.isFinite(range.low) || !Number.isFinite(range.high))
    return told;
  return `${figureText(range.low, unit, loaded)} to ${figureText(range.high, unit, loaded)}${statisticWords[statistic]}`;
}

function checkedExpectation(
  condition: MetricCondition,
  place: Place,
  verdict: ExpectationVerdict,
  { check, loaded, asked }: Judged,
): CheckedExpectation {
  const unit = unitOf(condition);
  const variants = variantsOf(condition);
  const { file } = check.scenario;
  const [value, bound] = sideTexts(verdict.value, verdict.bound, unit, loaded);
  return {
    expression: condition.text,
    file,
    line: place.line,
    column: place.column,
    state: verdict.state,
    metric: [condition.left.metric, ...condition.left.parts].join('.'),
    variants,
    unit: unitWord(condition.left.metric),
    statistic: verdict.statistic,
    value: plain(verdict.value),
    censoredAtMs: verdict.value === Infinity ? verdict.openMs : null,
    atLeast: verdict.range === null ? null : plain(verdict.range.low),
    atMost: verdict.range === null ? null : plain(verdict.range.high),
    bound: plain(verdict.bound),
    undecidedRuns: verdict.undecidedCount,
    interval: checkedInterval(verdict),
    valueText: toldFigure(verdict, value, unit, loaded),
    expectedText: expectedText(condition, verdict, bound),
    intervalText: intervalText(verdict, unit, loaded),
    note: noteOf(verdict),
    seed: asked.replications === null ? check.seed : `${check.seed}/0 to ${check.seed}/${asked.replications - 1}`,
    repeat: repeatOf(file, check.seed, variants, asked),
  };
}

interface Judged {
  readonly check: ScenarioCheck;
  readonly loaded: Loaded;
  readonly asked: Asked;
}

/** A scenario whose runs all ended. */
export function checkedFile(judged: Judged, baseline: BaselineVerdict | null): CheckedFile {
  const { check, loaded } = judged;
  const places = expectationPlaces(loaded);
  const expectations = check.verdicts.map((verdict, i) =>
    checkedExpectation(check.scenario.expectations[i], places[i], verdict, judged),
  );
  const hasMoved = baseline !== null && baseline.moves.length + baseline.missing.length > 0;
  return {
    file: check.scenario.file,
    name: loaded.scenario.name,
    seed: check.seed,
    state: hasMoved || expectations.some(({ state }) => state !== 'met') ? 'failed' : 'passed',
    runCount: [...check.runs.values()].reduce((sum, runs) => sum + runs.length, 0),
    spentMs: check.spentMs,
    expectations,
    baseline,
    problem: '',
  };
}

/** A file that could not be judged. */
export function unjudgedFile(
  file: string,
  state: FileState,
  problem: string,
  check: ScenarioCheck | null,
): CheckedFile {
  const runCount = [...(check?.runs.values() ?? [])].reduce((sum, runs) => sum + runs.length, 0);
  return {
    file,
    name: check?.scenario.variants[0].scenario.name ?? '',
    seed: check?.seed ?? '',
    state,
    runCount,
    spentMs: check?.spentMs ?? 0,
    expectations: [],
    baseline: null,
    problem,
  };
}

/** The lines that tell a failed expectation, each a word and what it is. */
export function failureLines(one: CheckedExpectation): readonly (readonly [string, string])[] {
  const lines: [string, string][] = [
    ['at', one.line > 0 ? `${one.file}:${one.line}:${one.column}` : one.file],
    [one.variants.length === 1 ? 'variant' : 'variants', one.variants.join(', ')],
    ['value', `${one.valueText}, ${one.expectedText}`],
  ];
  if (one.intervalText !== null) lines.push(['interval', one.intervalText]);
  if (one.note !== '') lines.push(['note', one.note]);
  lines.push(['seed', one.seed], ...one.repeat.map((command): [string, string] => ['repeat', command]));
  return lines;
}

/** In one line, for annotations and reports: `collapse@full-jitter == 0 is missed: …`. */
export function failureSummary(one: CheckedExpectation): string {
  const rest = [
    `${one.metric} of ${one.variants[0]} is ${one.valueText}`,
    one.expectedText,
    one.intervalText,
    one.note,
  ].filter((text) => text !== null && text !== '');
  return `${one.expression} is ${one.state}: ${rest.join('; ')} (seed ${one.seed})`;
}
