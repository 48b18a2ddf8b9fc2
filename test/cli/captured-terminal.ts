// A terminal that keeps what is printed, and the program run on it in this process.
import picocolors from 'picocolors';
import { main } from '../../src/cli/main.ts';
import type { Side, Terminal } from '../../src/cli/terminal.ts';

export interface Captured {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

function side(lines: string[], width: number | null): Side {
  return { isTerminal: width !== null, width: width ?? 100, colors: picocolors.createColors(false), write: (text) => void lines.push(text) };
}

async function captured(width: number | null, argv: readonly string[]): Promise<Captured> {
  const out: string[] = [];
  const err: string[] = [];
  const terminal: Terminal = { out: side(out, width), err: side(err, width), drained: () => Promise.resolve(null) };
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

/** A line of a stack trace. */
export const stackLine = /^\s+at .+[:(]/m;
