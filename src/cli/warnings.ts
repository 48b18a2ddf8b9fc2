/**
 * Warnings: what is no mistake in a scenario, but will not come out as its
 * author may think. They look like problems, say so in their first word, go to
 * stderr, and change no exit code.
 */
import { formatProblem, type Problem } from '../scenario/problem.ts';
import type { Side } from './terminal.ts';

export function printWarnings(warnings: readonly Problem[], { write, colors }: Side): void {
  for (const warning of warnings) write(`${colors.yellow('warning:')} ${formatProblem(warning)}\n`);
}
