/**
 * The results of `sim check` for machines and for review: one JSON document,
 * Markdown (also the job summary of GitHub Actions), and the annotations that
 * GitHub shows beside the lines of a change.
 */
import { figureText } from '../experiments/baseline.ts';
import {
  jsonText,
  markdownBlock,
  markdownCode,
  markdownText,
  workflowMessage,
  workflowProperty,
} from '../scenario/safe-text.ts';
import { failureLines, failureSummary, type CheckedExpectation, type CheckedFile } from './check-outcome.ts';
import { changeText, fileSummary, secondsText, verdictText } from './check-text.ts';
import { counted } from '../metrics/value-text.ts';

export interface CheckIdentity {
  readonly node: string;
  readonly replications: number | null;
  /** what was changed in all scenarios, as `path=value` */
  readonly set: readonly string[];
  /** false: it was interrupted */
  readonly complete: boolean;
}

/** Numbers with their unit, and the same in words. */
function expectationJson(one: CheckedExpectation): object {
  const {
    expression,
    state,
    line,
    column,
    metric,
    variants,
    unit,
    statistic,
    value,
    censoredAtMs,
    atLeast,
    atMost,
    bound,
    undecidedRuns,
    interval,
  } = one;
  const { valueText, expectedText, intervalText, note, seed, repeat } = one;
  return {
    expression, state, line, column, metric, variants,
    unit, statistic, value, censoredAtMs, atLeast, atMost, bound, undecidedRuns, interval,
    says: [`${valueText}, ${expectedText}`, intervalText].filter((text) => text !== null).join('; '), note: note === '' ? null : note, seed, repeat,
  }; // prettier-ignore
}

/** The text of --json. */
export function checkJson(files: readonly CheckedFile[], { node, replications, set, complete }: CheckIdentity): string {
  const scenarios = files.map(({ file, name, seed, state, runCount, spentMs, expectations, baseline, problem }) => ({
    file,
    scenario: name,
    seed,
    state,
    problem: problem === '' ? null : problem.trim(),
    runs: runCount,
    seconds: Number((spentMs / 1000).toFixed(3)),
    expectations: expectations.map(expectationJson),
    baseline,
  }));
  const passed = complete && files.every(({ state }) => state === 'passed');
  return `${jsonText({ tool: 'cascade-sim', format: 1, node, replications, set, complete, passed, scenarios }, 2)}\n`;
}

/** Places and commands are copied, so they are code. */
const copied = new Set(['at', 'repeat', 'seed']);

function expectationMarkdown(one: CheckedExpectation): string {
  const lines = failureLines(one).map(
    ([word, text]) => `  - ${word}: ${copied.has(word) ? markdownCode(text) : markdownText(text)}\n`,
  );
  return `- **${markdownCode(one.expression)}** is ${one.state}\n${lines.join('')}`;
}

function failureMarkdown(checked: CheckedFile): string {
  const expectations = checked.expectations.filter(({ state }) => state !== 'met').map(expectationMarkdown);
  const moves = checked.baseline?.moves ?? [];
  const table = moves.map(
    (move) =>
      `| ${[move.variant, move.metric, figureText(move.metric, move.from), figureText(move.metric, move.to), changeText(move), verdictText(move)].map(markdownText).join(' | ')} |\n`,
  );
  const moved =
    moves.length === 0
      ? ''
      : `\nMoved from the baseline:\n\n| variant | figure | from | to | change | |\n|---|---|--:|--:|--:|---|\n${table.join('')}`;
  const missing = (checked.baseline?.missing ?? []).map((text) => `- ${markdownText(text)}\n`).join('');
  const problem = checked.problem === '' ? '' : markdownBlock(checked.problem.trim());
  return `\n### ${markdownText(checked.file)}\n\n${expectations.join('')}${missing}${moved}${problem}`;
}

/** The text of --markdown. */
export function checkMarkdown(files: readonly CheckedFile[], { replications, set, complete }: CheckIdentity): string {
  const failed = files.filter(({ state }) => state !== 'passed');
  const head = !complete
    ? 'interrupted'
    : failed.length === 0
      ? 'passed'
      : `${failed.length} of ${counted(files.length, 'scenario')} failed`;
  const runs =
    replications === null
      ? "one run of each variant, with the scenario's seed"
      : `${replications} replications of each variant`;
  const how =
    set.length === 0 ? runs : `${runs}; set in all scenarios: ${set.map((change) => markdownCode(change)).join(', ')}`;
  const rows = files.map(
    (checked) =>
      `| ${[checked.state === 'passed' ? '✅' : '❌', markdownCode(checked.file, true), fileSummary(checked), String(checked.runCount), secondsText(checked.spentMs)].join(' | ')} |\n`,
  );
  return `## sim check: ${head}\n\n${how}\n\n| | scenario | outcome | runs | computing time |\n|---|---|---|--:|--:|\n${rows.join('')}${failed.map(failureMarkdown).join('')}`;
}

function annotation(
  file: string,
  place: { readonly line: number; readonly column: number },
  title: string,
  message: string,
): string {
  const at = place.line > 0 ? `,line=${place.line},col=${place.column}` : '';
  return `::error file=${workflowProperty(file)}${at},title=${workflowProperty(title)}::${workflowMessage(message)}\n`;
}

/** A workflow command for each failure. */
export function annotations(files: readonly CheckedFile[]): string {
  const start = { line: 1, column: 1 };
  return files
    .filter(({ state }) => state !== 'passed')
    .flatMap(({ file, expectations, baseline, problem }) => {
      const at = /:(\d+):(\d+)/.exec(problem);
      const place = at === null ? start : { line: Number(at[1]), column: Number(at[2]) };
      return [
        ...expectations
          .filter(({ state }) => state !== 'met')
          .map((one) => annotation(file, one, `expectation ${one.state}`, failureSummary(one))),
        ...(baseline?.moves ?? []).map((move) =>
          annotation(
            file,
            start,
            'moved from the baseline',
            `${move.metric} of ${move.variant} moved from ${figureText(move.metric, move.from)} to ${figureText(move.metric, move.to)} (${changeText(move)}, ${verdictText(move)})`,
          ),
        ),
        ...(baseline?.missing ?? []).map((text) => annotation(file, start, 'not in the baseline', text)),
        ...(problem === '' ? [] : [annotation(file, place, 'not judged', problem.trim())]),
      ];
    })
    .join('');
}
