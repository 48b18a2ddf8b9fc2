// A terminal that keeps what is printed, and the program run on it in this process.
import picocolors from 'picocolors';
import { main } from '../../src/cli/main.ts';
import type { Side, Terminal } from '../../src/cli/terminal.ts';

export interface Captured {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

function side(lines: string[], color: boolean): Side {
  return { isTerminal: false, width: 100, colors: picocolors.createColors(color), write: (text) => void lines.push(text) };
}

/** Runs `sim` with the given arguments. */
export async function sim(...argv: string[]): Promise<Captured> {
  const out: string[] = [];
  const err: string[] = [];
  const terminal: Terminal = { out: side(out, false), err: side(err, false), drained: () => Promise.resolve(null) };
  const exitCode = await main(argv, terminal);
  return { exitCode, stdout: out.join(''), stderr: err.join('') };
}

/** A line of a stack trace. */
export const stackLine = /^\s+at .+[:(]/m;
