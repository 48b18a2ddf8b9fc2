// A terminal that keeps what is printed, and the program run on it in this process.
import picocolors from 'picocolors';
import { main } from '../../src/cli/main.ts';
import { guardedSide, type Side, type Terminal } from '../../src/cli/terminal.ts';

export interface Captured {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

function side(lines: string[], width: number | null, hasColors: boolean): Side {
  return guardedSide(
    { isTerminal: width !== null, width: width ?? 100, colors: picocolors.createColors(hasColors) },
    (text) => void lines.push(text),
  );
}

async function captured(width: number | null, argv: readonly string[], hasColors = false): Promise<Captured> {
  const out: string[] = [];
  const err: string[] = [];
  const terminal: Terminal = {
    out: side(out, width, hasColors),
    err: side(err, width, hasColors),
    drained: () => Promise.resolve(null),
  };
  const exitCode = await main(argv, terminal);
  return { exitCode, stdout: out.join(''), stderr: err.join('') };
}

/** Runs `sim` with the given arguments, as in a log. */
export function sim(...argv: string[]): Promise<Captured> {
  return captured(null, argv);
}

/** Runs it in front of a person whose terminal has so many columns. */
export function simAt(width: number, ...argv: string[]): Promise<Captured> {
  return captured(width, argv);
}

/** The same in colours. */
export function simInColors(width: number, ...argv: string[]): Promise<Captured> {
  return captured(width, argv, true);
}

/** What is told beside progress, which shows where a run takes more than two seconds: where a machine does much else. */
export function withoutProgress(stderr: string): string {
  return stderr.replaceAll(/^.+: [1-9]0 % \(.*\)\n/gm, '');
}

/** A line of a stack trace: it ends in a place of the code. Sentences, too, may begin a line with `at`. */
export const stackLine = /^\s+at (?! ).*:\d+:\d+\)?$/m;
