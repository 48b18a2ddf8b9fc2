/**
 * A problem of a scenario, for the person who wrote it: where, what was
 * expected, what was found, and what may help. Problems are data, found all at
 * once; this file sorts and prints them, with a frame of the source.
 */
import { codeFrameColumns } from '@babel/code-frame';
import { visible } from './safe-text.ts';
import { PROBLEMS_MAX } from './size-limits.ts';
import { toldHint, type Hint } from './suggestion.ts';
import type { Place } from './tree.ts';

export interface Problem {
  /** the file as the user named it, or the text of the flag */
  readonly file: string;
  /** 1-based; 0 where the problem is not in a file's text */
  readonly line: number;
  readonly column: number;
  /** like `clients.current.backoff.policy`; empty for the file as a whole */
  readonly path: string;
  readonly expected: string;
  /** as a message shows it: texts in quotes; empty if there is nothing to show */
  readonly found: string;
  readonly hint: string | null;
}

export function problemAt(
  file: string,
  place: Place,
  what: { readonly path: string; readonly expected: string; readonly found: string; readonly hint?: Hint | undefined },
): Problem {
  const { path, expected, found, hint = null } = what;
  const { line, column, set } = place;
  return {
    file: set ?? file,
    line,
    column,
    path,
    expected,
    found,
    get hint() {
      return toldHint(hint);
    },
  };
}

/** The same problem with another hint. */
export function hinted({ file, line, column, path, expected, found }: Problem, hint: Hint): Problem {
  return problemAt(file, { line, column, set: null }, { path, expected, found, hint });
}

/**
 * By position in the file; those of flags last. The same problem is kept once.
 * Of very many the first are told, and how many there are.
 */
export function sortProblems(problems: readonly Problem[]): Problem[] {
  const seen = new Set<string>();
  const kept = problems.filter((problem) => {
    const key = JSON.stringify([
      problem.file,
      problem.line,
      problem.column,
      problem.path,
      problem.expected,
      problem.found,
    ]);
    return seen.has(key) ? false : seen.add(key);
  });
  const order = (problem: Problem): number => (/^--(set|assume)\b/.test(problem.file) ? 1 : 0);
  const sorted = kept.sort((a, b) => order(a) - order(b) || a.line - b.line || a.column - b.column);
  const told = sorted.slice(0, PROBLEMS_MAX).map((problem) => ({ ...problem }));
  const left = sorted.length - told.length;
  const place = { line: 0, column: 0, set: null };
  if (left > 0)
    told.push({
      ...problemAt(sorted[0].file, place, {
        path: '',
        expected: `no problems beyond these ${PROBLEMS_MAX}`,
        found: `${left} more`,
        hint: 'mend these first',
      }),
    });
  return told;
}

const FRAME_WIDTH = 120;
const LINES_ABOVE = 2;
const LINES_BELOW = 3;

/** Some lines of a text, from 1, without cutting up all of it. */
function linesFrom(text: string, first: number, last: number): string[] {
  let start = 0;
  for (let line = 1; line < first && start >= 0; line++) start = text.indexOf('\n', start) + 1 || -1;
  const lines: string[] = [];
  for (let line = first; line <= last && start >= 0; line++) {
    const end = text.indexOf('\n', start);
    // What other programs take for the end of a line is none to the readers, and would shift what is below.
    lines.push(
      text
        .slice(start, end < 0 ? text.length : end)
        .replace(/\r$/, '')
        .replaceAll(/[\r\u2028\u2029]/g, ' '),
    );
    start = end < 0 ? -1 : end + 1;
  }
  return lines;
}

/** The lines around if they are short, else a window of the line around the column; `width` is that of the whole, in columns. */
function frame(problem: Problem, sourceText: string, width: number): string | null {
  const startLine = Math.max(1, problem.line - LINES_ABOVE);
  const lines = problem.line < 1 ? [] : linesFrom(sourceText, startLine, problem.line + LINES_BELOW);
  const text = lines[problem.line - startLine];
  if (text === undefined) return null;
  const nearby = lines.slice(0, problem.line - startLine + LINES_BELOW);
  const room = Math.max(10, Math.min(FRAME_WIDTH, width - `> ${problem.line + 2} | `.length));
  if (nearby.every((line) => line.length <= room)) {
    const options = { highlightCode: false, linesAbove: LINES_ABOVE, linesBelow: LINES_BELOW, startLine };
    return codeFrameColumns(lines.join('\n'), { start: { line: problem.line, column: problem.column } }, options);
  }
  const from = text.length <= room ? 0 : Math.max(0, problem.column - 1 - Math.floor(room / 2));
  const label = `> ${problem.line} | `;
  const cut = from > 0 ? '…' : '';
  const shown = `${label}${cut}${text.slice(from, from + room - cut.length)}`;
  return `${shown}\n${' '.repeat(label.length - 2)}| ${' '.repeat(Math.max(0, problem.column - 1 - from + cut.length))}^`;
}

/** Place and path, then expected and found, then the hint, then a frame of the source, no wider than `width`, if its text is given, as `visibleSource` makes it. */
export function formatProblem(problem: Problem, sourceText?: string, width = Infinity): string {
  const { line, column, hint } = problem;
  const [file, path, expected, found] = [problem.file, problem.path, problem.expected, problem.found].map(visible);
  const place = line > 0 ? `${file}:${line}:${column}` : file;
  const lines = [path === '' ? place : `${place}  ${path}`];
  lines.push(`  expected ${expected}${found === '' ? '' : `, found ${found}`}`);
  if (hint !== null) lines.push(`  ${visible(hint)}`);
  const shown = sourceText === undefined ? null : frame(problem, sourceText, width - 2);
  if (shown !== null) lines.push(shown.replaceAll(/^/gm, '  '));
  return lines.join('\n');
}
