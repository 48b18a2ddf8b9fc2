/**
 * What `sim check` prints: a line for each file as it ends, then the failures
 * at length, then a summary with the time of each scenario.
 */
import { figureText, type Move } from '../experiments/baseline.ts';
import { failureLines, type CheckedExpectation, type CheckedFile } from './check-outcome.ts';
import { folded, noBreak, tableText, wrapped } from './table.ts';
import type { Side } from './terminal.ts';
import { counted, percentText } from '../metrics/value-text.ts';
import { visible, visibleLines, visibleProse, withTexts } from '../scenario/safe-text.ts';

export function secondsText(ms: number): string {
  return ms < 9950 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms / 1000)} s`;
}

function stateCounts(expectations: readonly CheckedExpectation[]): string {
  if (expectations.length === 0) return 'nothing expected';
  const count = (state: CheckedExpectation['state']): number =>
    expectations.filter((one) => one.state === state).length;
  const parts = [`${count('met')} of ${counted(expectations.length, 'expectation')} met`];
  for (const state of ['missed', 'undecided'] as const) if (count(state) > 0) parts.push(`${count(state)} ${state}`);
  return parts.join(', ');
}

const stateWords = {
  passed: '',
  failed: '',
  slow: 'took too long',
  wrong: 'cannot be run',
  broken: 'failed with a bug of sim',
} as const;

/** What became of the file, in a few words. */
export function fileSummary({ state, expectations, baseline }: CheckedFile): string {
  if (stateWords[state] !== '') return stateWords[state];
  const moved = baseline === null ? 0 : baseline.moves.length;
  const missing = baseline === null ? 0 : baseline.missing.length;
  return [
    stateCounts(expectations),
    moved > 0 ? `${counted(moved, 'figure')} moved` : '',
    missing > 0 ? 'not in the baseline' : '',
  ]
    .filter((text) => text !== '')
    .join('; ');
}

/** The file's line. */
export function fileLine(checked: CheckedFile, { colors, width, isTerminal }: Side): string {
  const mark = checked.state === 'passed' ? colors.green('✓') : colors.red('✗');
  const cost =
    checked.runCount > 0 ? colors.dim(`  ${counted(checked.runCount, 'run')}, ${secondsText(checked.spentMs)}`) : '';
  const line = `${mark} ${visible(checked.file)}: ${fileSummary(checked)}${cost}\n`;
  // In a log, a file is a line.
  return isTerminal ? folded(line, width) : line;
}

function expectationText(one: CheckedExpectation, { colors, width: columns, isTerminal }: Side): string {
  // In a log, whose lines are searched, nothing is broken; on a terminal not what may be copied: places and commands.
  const width = isTerminal ? columns : Infinity;
  const kept = new Set(['at', 'repeat']);
  const rows = failureLines(one).map(([word, text]) => [
    colors.dim(word),
    kept.has(word) ? text.replaceAll(' ', noBreak) : word === 'value' ? colors.bold(text) : text,
  ]);
  const head = `${colors.red('✗')} ${colors.bold(one.expression)}${noBreak} ${colors.red(one.state)}`;
  return wrapped(head, width, 2, 2) + tableText(rows, { width, wraps: 1, indent: 4, colors });
}

export function changeText({ change, direction }: Move): string {
  const arrow = { up: '↑', down: '↓', other: '≠' }[direction];
  return change === null ? arrow : `${arrow} ${percentText(Math.abs(change))}`;
}

export function verdictText({ better }: Move): string {
  return better === null ? 'other' : better ? 'better' : 'worse';
}

function movesText(moves: readonly Move[], { colors, width }: Side): string {
  if (moves.length === 0) return '';
  const rows = moves.map((move) => [
    move.variant,
    move.metric,
    figureText(move.metric, move.from),
    figureText(move.metric, move.to),
    changeText(move),
    move.better === false
      ? colors.red(verdictText(move))
      : move.better === true
        ? colors.green(verdictText(move))
        : verdictText(move),
    colors.dim(move.tolerance === 0 ? 'none' : percentText(move.tolerance)),
  ]);
  const head = ['variant', 'figure', 'from', 'to', 'change', '', 'tolerance'];
  return tableText(rows, {
    head,
    lead: 2,
    width,
    indent: 4,
    align: ['left', 'left', 'right', 'right', 'right', 'left', 'right'],
    colors,
  });
}

function baselineText({ baseline }: CheckedFile, side: Side): string {
  if (baseline === null || baseline.moves.length + baseline.missing.length === 0) return '';
  const moved =
    baseline.moves.length > 0
      ? `  ${side.colors.red('✗')} ${side.colors.bold('moved from the baseline')}\n${movesText(baseline.moves, side)}`
      : '';
  return (
    moved +
    baseline.missing
      .map((text) => wrapped(`${side.colors.red('✗')} ${text}; --update adds it`, side.width, 2, 2))
      .join('')
  );
}

/** Everything that failed, at length; empty if nothing did. */
export function failuresText(files: readonly CheckedFile[], side: Side): string {
  const failed = files.filter(({ state }) => state !== 'passed');
  return failed
    .map(({ problem, ...checked }) => ({ ...withTexts(checked, visibleProse), problem: visibleLines(problem) }))
    .map((checked) => {
      const expectations = checked.expectations
        .filter(({ state }) => state !== 'met')
        .map((one) => expectationText(one, side));
      const problem =
        checked.problem === ''
          ? ''
          : folded(
              `${checked.problem.replace(/\n$/, '').replaceAll(/^/gm, '  ')}\n`,
              side.isTerminal ? side.width : Infinity,
            );
      return `\n${side.colors.bold(checked.file)}\n${expectations.join('')}${baselineText(checked, side)}${problem}`;
    })
    .join('');
}

export interface Summary {
  readonly elapsedMs: number;
  readonly jobs: number;
  readonly complete: boolean;
}

/** How many of what, and how long each took. */
export function summaryText(
  checkedFiles: readonly CheckedFile[],
  { elapsedMs, jobs, complete }: Summary,
  { colors, width }: Side,
): string {
  const files = withTexts(checkedFiles, visibleLines);
  const failed = files.filter(({ state }) => state !== 'passed').length;
  const all = files.flatMap(({ expectations }) => expectations);
  const counts = `${counted(files.length, 'scenario')}${all.length === 0 ? '' : `, ${stateCounts(all)}`}${failed > 0 ? colors.red(`; ${failed} failed`) : ''}`;
  const times = [...files].sort((a, b) => b.spentMs - a.spentMs).filter(({ spentMs }) => spentMs > 0);
  const slowest = times.slice(0, 5).map(({ name, spentMs }) => [name, secondsText(spentMs)]);
  const notes = files
    .flatMap(({ name, baseline }) =>
      (baseline?.notes ?? []).map((note) => wrapped(colors.dim(`${name}: ${note}`), width, 2, 2)),
    )
    .join('');
  const word = complete ? (failed === 0 ? colors.green('passed') : colors.red('failed')) : colors.yellow('interrupted');
  const table = times.length < 2 ? '' : tableText(slowest, { width, indent: 4, align: ['left', 'right'], colors });
  const cost = `${secondsText(elapsedMs)} with ${counted(jobs, 'job')}${times.length < 2 ? '' : '; computing time, the longest:'}`;
  return `\n${wrapped(`${word}: ${counts}`, width, 0, 2)}${notes}${wrapped(colors.dim(cost), width, 2)}${table}`;
}
