/**
 * What the program says when it fails. A user's mistake is told in words; a
 * mistake of the program is told with all that is needed to repeat it, and, if
 * nothing better is known, with its stack.
 */
import type { SimulationError } from '../engine/simulation-error.ts';
import { withoutPasswords } from '../experiments/queue/address.ts';
import { visible, visibleLines } from '../scenario/safe-text.ts';
import type { Colors } from './colors.ts';
import type { UsageError } from './usage-error.ts';

export function usageMessage(error: UsageError, colors: Colors): string {
  const lines = [
    `${colors.red('error:')} ${visible(withoutPasswords(error.message))}`,
    ...error.hints.map((hint) => `  ${visible(withoutPasswords(hint))}`),
  ];
  return lines.join('\n') + '\n';
}

/** `clockTextOf` turns the error's instant into the scenario's clock time. */
export function simulationErrorMessage(
  error: SimulationError,
  clockTextOf: (atMs: number) => string,
  repeat: string,
  colors: Colors,
): string {
  const label = error.label === '' ? '' : ` (${error.label})`;
  return [
    `${colors.red('internal error:')} ${visible(error.what)}`,
    `  at ${clockTextOf(error.atMs)}, event ${error.eventNumber}${visible(label)}, seed ${visible(error.seed)}`,
    `  repeat: ${visible(repeat)}`,
    '',
  ].join('\n');
}

export function unexpectedErrorMessage(error: unknown, repeat: string, colors: Colors): string {
  const message = error instanceof Error ? error.message : String(error);
  const stack = error instanceof Error ? (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line)) : [];
  return [
    `${colors.red('internal error:')} ${visibleLines(withoutPasswords(message))}`,
    '  this is a bug in sim',
    ...stack.map((line) => `  ${visible(line.trim())}`),
    `  repeat: ${visible(repeat)}`,
    '',
  ].join('\n');
}
