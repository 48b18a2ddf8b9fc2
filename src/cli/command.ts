/**
 * What a command gets from the program, and how it tells its exit code. A
 * command is one file that adds itself to the program; it imports what it works
 * with only when it is called, so that `sim --help` stays instant.
 */
import type { Command } from 'commander';
import { withoutPasswords } from '../experiments/queue/address.ts';
import { callingWords, ownStandpoint, shellQuoted, type Standpoint } from './invocation.ts';
import type { Terminal } from './terminal.ts';
import { UsageError } from './usage-error.ts';

export interface CommandContext {
  readonly terminal: Terminal;
  /** Wraps a command's work, which returns the exit code, as commander's action. */
  readonly act: <A extends unknown[]>(work: (...args: A) => Promise<number>) => (...args: A) => Promise<void>;
  /** From now on, a failure prints this as the command that repeats it. */
  readonly repeatWith: (command: string) => void;
}

export type AddCommand = (program: Command, context: CommandContext) => void;

export { exitCodes } from './exit-codes.ts';

/** What messages call a scenario that came by standard input. */
export const STDIN = '<stdin>';

/** The command line that does the same again, as one would type it here; a scenario from standard input has to come from there once more. */
export function commandLine(args: readonly string[], from: Standpoint = ownStandpoint()): string {
  const readsStdin = args[0] !== 'init' && args.some((arg) => arg === STDIN || arg === '-');
  const words = [...callingWords(from), ...args.map((arg) => (arg === STDIN ? '-' : arg))];
  // It is printed, into logs as well; whoever repeats it has the password.
  const command = words.map((one) => shellQuoted(withoutPasswords(one), from.isWindows)).join(' ');
  return readsStdin ? `${command} < FILE` : command;
}

/** Gathers a flag that may be repeated. */
export function collected(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

/** The value of a flag that names a file or a folder, which nothing does not. */
export function filled(flag: string): (value: string) => string {
  return (value) => {
    if (value.trim() === '') throw new UsageError(`${flag} must not be empty`);
    return value;
  };
}

/** The names that a flag gives, separated by commas; none of them empty. */
export function listedNames(text: string): string[] {
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}
