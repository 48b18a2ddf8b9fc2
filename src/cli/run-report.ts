/**
 * What `sim run` prints: what was replayed, what happened when, the outcome in
 * a few figures, how it compares with what was observed, whether the
 * expectations hold, and where the files are. It only tells what the outcome
 * holds; nothing is computed anew.
 */
import { BASELINE } from '../metrics/judgement.ts';
import type { EndedRun } from '../metrics/ended-run.ts';
import type { ExpectationOutcome, Outcome } from '../metrics/outcome.ts';
import { expectationText, simulatedText } from '../metrics/outcome-text.ts';
import { story } from '../metrics/story.ts';
import { visible, visibleLines, visibleProse, withTexts } from '../scenario/safe-text.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { formatClock } from '../scenario/wall-clock.ts';
import { arithmeticSection } from './arithmetic-text.ts';
import { headlineRows } from './headlines.ts';
import { noBreak, tableText, wrapped } from './table.ts';
import type { Colors } from './colors.ts';
import type { Side } from './terminal.ts';
import { counted } from '../metrics/value-text.ts';

export interface RunReport {
  /** the variant's title, empty for the baseline */
  readonly variantTitle: string;
  /** whether the scenario's story is told of this run, and not of the day that a variant or --set has changed */
  readonly tellsStory: boolean;
  readonly outcome: Outcome;
  readonly ended: EndedRun;
  readonly folder: string;
  readonly fileNames: readonly string[];
}

const indent = 2;

export function printRunReport(told: RunReport, side: Side): void {
  const outcome = withTexts(told.outcome, visibleProse);
  const report = { ...told, outcome };
  side.write(headText(report, side));
  side.write(arithmeticSection(report.ended.scenario, side));
  side.write(section('What happened', side));
  side.write(storyText(story(report.ended).map(visibleProse), side));
  side.write(section('Outcome', side));
  side.write(
    tableText(headlineRows(outcome, report.ended, side.colors), {
      width: side.width,
      wraps: 2,
      lead: 2,
      indent,
      align: ['left', 'right'],
      colors: side.colors,
    }),
  );
  if (outcome.observed.length > 0) side.write(observedText(outcome, side));
  if (outcome.expectations.length > 0) side.write(expectationsText(outcome.expectations, side));
  side.write(section('Files', side));
  side.write(`  ${visible(report.folder)}/\n`);
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

function headText({ variantTitle, tellsStory, outcome, ended }: RunReport, { colors, width }: Side): string {
  const { scenario, recorder } = ended;
  const { clock } = scenario;
  const date = new Intl.DateTimeFormat('en-CA', { timeZone: clock.timezone, dateStyle: 'short' }).format(clock.startMs);
  const span = `${formatClock(clock, 0, 'minutes')}–${formatClock(clock, clock.durationMs, 'minutes')}`;
  const identity = [
    `${outcome.scenario} / ${outcome.variant}`,
    `seed ${outcome.seed}`,
    `${date} ${span} ${clock.timezone}`,
  ];
  const line = (text: string): string => wrapped(text, width, 0, indent);
  let text = line(colors.bold(visibleProse(scenario.title)));
  if (variantTitle !== '') text += line(colors.cyan(`with: ${visibleProse(variantTitle)}`));
  for (const change of outcome.set) text += line(colors.cyan(`set: ${change}`));
  text += line(colors.dim(identity.join(', '))) + line(colors.dim(sizeText(scenario)));
  if (!outcome.complete) {
    text += line(
      colors.yellow(
        `interrupted at ${formatClock(clock, recorder.endMs)}: what comes after is missing everywhere below`,
      ),
    );
  }
  if (tellsStory && scenario.story !== '') text += `\n${wrapped(visibleLines(scenario.story), width, indent)}`;
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

function mark(holds: boolean | null, colors: Colors, unjudged = '–'): string {
  if (holds === null) return colors.dim(unjudged);
  return holds ? colors.green('✓') : colors.red('✗');
}

/** `3 of 4 hold, 2 undecided` */
function tally(rows: readonly { readonly holds: boolean | null }[], undecidedWord: string): string {
  const decided = rows.filter(({ holds }) => holds !== null);
  const holding = decided.filter(({ holds }) => holds).length;
  const undecided = rows.length - decided.length;
  const parts = [
    decided.length > 0 ? `${holding} of ${decided.length} hold` : '',
    undecided > 0 ? `${undecided} ${undecidedWord}` : '',
  ];
  return parts.filter((part) => part !== '').join(', ');
}

/** People post to the minute: 17:19, but 17:19:30 where there is a half. */
function withoutZeroSeconds(clock: string): string {
  return clock.replace(/^(\d\d:\d\d):00$/, '$1');
}

/** What was observed judges the day on which it was. With changes of --set it is only shown; of a variant that is another day not even that. */
function observedText({ observed, variant }: Outcome, side: Side): string {
  const { colors, width } = side;
  const isCounterfactual = observed.some(({ kind }) => kind === 'counterfactual');
  if (isCounterfactual && variant !== BASELINE)
    return `\n${wrapped(colors.dim('What was observed is no measure of this variant, which is not that day (one that claims to be says sameDay: true).'), width)}`;
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
    section(
      'Observed against simulated',
      side,
      isCounterfactual
        ? 'not judged: changed by --set, it is not the day that was observed'
        : tally(
            observed,
            observed.some(({ kind }) => kind === 'unreached') ? 'on record only or not reached' : 'on record only',
          ),
    ) +
    tableText(rows, {
      head,
      width,
      wraps: 2,
      lead: 3,
      indent,
      align: ['left', 'left', 'left', 'left', 'right'],
      colors,
    })
  );
}

/** The expectations that this run is to decide, and why it did not decide some; of the others, which compare variants, only how many there are. */
function expectationsText(expectations: readonly ExpectationOutcome[], side: Side): string {
  const { colors, width } = side;
  const own = expectations.filter(({ needs }) => needs === undefined);
  const rows = own.map((one) => {
    const reason = one.holds === null ? `undecided: ${one.reason ?? ''}` : (one.reason ?? '');
    return [
      mark(one.holds, colors, '?'),
      one.expression,
      expectationText(one),
      one.holds === null ? colors.yellow(reason) : colors.dim(reason),
    ];
  });
  const others = expectations.length - own.length;
  const rest =
    others === 0
      ? ''
      : wrapped(colors.dim(`– ${others} need${others === 1 ? 's' : ''} the run of another variant`), width, indent, 2);
  const table = tableText(rows, { width, wraps: 3, lead: 3, indent, align: ['left', 'left', 'right'], colors });
  return section('Expectations', side, tally(own, 'undecided')) + table + rest;
}
