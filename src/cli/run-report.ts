/**
 * What `sim run` prints: what was replayed, what happened when, the outcome in
 * a few figures, how it compares with what was observed, whether the
 * expectations hold, and where the files are. It only tells what the outcome
 * holds; nothing is computed anew.
 */
import { metricCatalogue } from '../metrics/catalogue.ts';
import type { Figures } from '../metrics/figures.ts';
import type { ExpectationOutcome, ObservedOutcome, Outcome } from '../metrics/outcome.ts';
import { story } from '../metrics/story.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { formatClock } from '../scenario/wall-clock.ts';
import { headlineRows } from './headlines.ts';
import { noBreak, tableText, wrapped } from './table.ts';
import type { Colors, Side } from './terminal.ts';
import { counted, valueText } from './value-text.ts';

export interface RunReport {
  /** the variant's title, empty for the baseline */
  readonly variantTitle: string;
  readonly outcome: Outcome;
  readonly figures: Figures;
  readonly folder: string;
  readonly fileNames: readonly string[];
}

const indent = 2;

export function printRunReport(report: RunReport, side: Side): void {
  const { outcome } = report;
  side.write(headText(report, side));
  side.write(section('What happened', side));
  side.write(storyText(story(report.figures), side));
  side.write(section('Outcome', side));
  side.write(tableText(headlineRows(outcome, report.figures.scenario, side.colors), { width: side.width, wraps: 2, lead: 2, indent, align: ['left', 'right'], colors: side.colors }));
  if (outcome.observed.length > 0) side.write(observedText(outcome.observed, side));
  if (outcome.expectations.length > 0) side.write(expectationsText(outcome.expectations, side));
  side.write(section('Files', side));
  side.write(`  ${report.folder}/\n`);
  side.write(wrapped(report.fileNames.join(', '), side.width, 4));
}

function section(title: string, { colors, width }: Side, rest = ''): string {
  return `\n${wrapped(`${colors.bold(title)}${rest === '' ? '' : `${noBreak} ${colors.dim(rest)}`}`, width, 0, indent)}`;
}

function sizeText({ pods, tiers, products }: Scenario): string {
  const hosts = tiers.reduce((sum, tier) => sum + tier.hosts * (tier.scope === 'pod' ? pods.length : 1), 0);
  const sessions = products.reduce((sum, product) => sum + product.sessions, 0);
  return `${counted(pods.length, 'pod')}, ${counted(hosts, 'host')}, ${counted(sessions, 'session')} at the start`;
}

function headText({ variantTitle, outcome, figures }: RunReport, { colors, width }: Side): string {
  const { scenario, recorder } = figures;
  const { clock } = scenario;
  const date = new Intl.DateTimeFormat('en-CA', { timeZone: clock.timezone, dateStyle: 'short' }).format(clock.startMs);
  const span = `${formatClock(clock, 0, 'minutes')}–${formatClock(clock, clock.durationMs, 'minutes')}`;
  const identity = [`${outcome.scenario} / ${outcome.variant}`, `seed ${outcome.seed}`, `${date} ${span} ${clock.timezone}`];
  const line = (text: string): string => wrapped(text, width, 0, indent);
  let text = line(colors.bold(scenario.title));
  if (variantTitle !== '') text += line(colors.cyan(`with: ${variantTitle}`));
  text += line(colors.dim(identity.join(', '))) + line(colors.dim(sizeText(scenario)));
  if (!outcome.complete) {
    text += line(colors.yellow(`interrupted at ${formatClock(clock, recorder.endMs)}: what comes after is missing everywhere below`));
  }
  if (scenario.story !== '') text += `\n${wrapped(scenario.story, width, indent)}`;
  return text;
}

/** The lines of the story, each told under its clock time. */
function storyText(lines: readonly string[], { colors, width }: Side): string {
  const rows = lines.map((line) => {
    const [when, ...words] = line.split('  ');
    return [colors.cyan(when), words.join('  ').trim()];
  });
  return tableText(rows, { width, wraps: 1, indent, colors });
}

function mark(holds: boolean | null, colors: Colors): string {
  if (holds === null) return colors.dim('–');
  return holds ? colors.green('✓') : colors.red('✗');
}

/** `3 of 4 hold, 2 undecided` */
function tally(rows: readonly { readonly holds: boolean | null }[], undecidedWord: string): string {
  const decided = rows.filter(({ holds }) => holds !== null);
  const holding = decided.filter(({ holds }) => holds).length;
  const undecided = rows.length - decided.length;
  const parts = [decided.length > 0 ? `${holding} of ${decided.length} hold` : '', undecided > 0 ? `${undecided} ${undecidedWord}` : ''];
  return parts.filter((part) => part !== '').join(', ');
}

function simulatedText({ simulated, expect, kind }: ObservedOutcome): string {
  if (kind === 'record' || kind === 'unreached') return '–';
  if (typeof simulated === 'string') return simulated;
  const metric = /^\w+/.exec(expect ?? '')?.[0] ?? '';
  return valueText(simulated, metricCatalogue[metric]?.unit ?? 'count');
}

/** People post to the minute: 17:19, but 17:19:30 where there is a half. */
function withoutZeroSeconds(clock: string): string {
  return clock.replace(/^(\d\d:\d\d):00$/, '$1');
}

function observedText(observed: readonly ObservedOutcome[], side: Side): string {
  const { colors, width } = side;
  const rows = observed.map((row) => [
    mark(row.holds, colors),
    withoutZeroSeconds(row.at),
    row.says,
    row.expect ?? colors.dim('none'),
    simulatedText(row),
    row.since ?? '–',
    row.kind === 'predicted' ? row.kind : colors.dim(row.kind),
  ]);
  const head = ['', 'at', 'observed', 'condition', 'simulated', 'since', 'kind'];
  return (
    section('Observed against simulated', side, tally(observed, observed.some(({ kind }) => kind === 'unreached') ? 'on record only or not reached' : 'on record only')) +
    tableText(rows, { head, width, wraps: 2, lead: 3, indent, align: ['left', 'left', 'left', 'left', 'right'], colors })
  );
}

/** The expectations that this run decides; of the others, which compare variants, only how many there are. */
function expectationsText(expectations: readonly ExpectationOutcome[], side: Side): string {
  const { colors, width } = side;
  const decided = expectations.filter(({ holds }) => holds !== null);
  const rows = decided.map(({ expression, value, holds, reason }) => {
    const unit = metricCatalogue[/^\w+/.exec(expression)?.[0] ?? '']?.unit ?? 'count';
    return [mark(holds, colors), expression, valueText(value, unit), colors.dim(reason ?? '')];
  });
  const others = expectations.length - decided.length;
  const rest = others === 0 ? '' : wrapped(colors.dim(`– ${others} need${others === 1 ? 's' : ''} the run of another variant`), width, indent, 2);
  const table = tableText(rows, { width, wraps: 3, lead: 3, indent, align: ['left', 'left', 'right'], colors });
  return section('Expectations', side, tally(expectations, 'undecided')) + table + rest;
}
