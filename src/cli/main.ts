/**
 * The program: its commands, and what each kind of failure prints and returns.
 * Exit codes: 0 good, 1 a bug of sim, 2 wrong usage or scenario, 99 an
 * expectation or baseline failed, 130 interrupted. To add a command, write its
 * file and add its line to `commands`.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, CommanderError } from 'commander';
import { withoutPasswords } from '../experiments/queue/address.ts';
import { visibleLines } from '../scenario/safe-text.ts';
import { addCalibrate } from './calibrate-command.ts';
import { addCheck } from './check-command.ts';
import { addCompare } from './compare-command.ts';
import { commandLine, exitCodes, type AddCommand, type CommandContext } from './command.ts';
import { addEmulate } from './emulate-command.ts';
import { addExplain } from './explain-command.ts';
import { unexpectedErrorMessage, usageMessage } from './failure-message.ts';
import { addInit } from './init-command.ts';
import { packageFolder, shippedScenario } from './invocation.ts';
import { addKept } from './kept-command.ts';
import { addLearnClient } from './learn-client-command.ts';
import { addList } from './list-command.ts';
import { addMerge } from './merge-command.ts';
import { addWork } from './queue-work-command.ts';
import { addPlan } from './plan-command.ts';
import { addReport } from './report-command.ts';
import { addRun } from './run-command.ts';
import { addSchema } from './schema-command.ts';
import { addSensitivity } from './sensitivity-command.ts';
import { folded } from './table.ts';
import { openTerminal, type Side, type Terminal } from './terminal.ts';
import { isRefusal, reasonOf, UsageError } from './usage-error.ts';
import { addSweep } from './sweep-command.ts';
import { addValidate } from './validate-command.ts';

const commands: readonly AddCommand[] = [
  addRun,
  addReport,
  addCompare,
  addSweep,
  addPlan,
  addCheck,
  addSensitivity,
  addCalibrate,
  addValidate,
  addExplain,
  addList,
  addInit,
  addSchema,
  addLearnClient,
  addEmulate,
  addMerge,
  addKept,
  addWork,
];

function version(): string {
  const text = readFileSync(join(packageFolder, 'package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

/** Notes below the options are written for a wide terminal; on another one their paragraphs are filled anew. */
function helpText(text: string, { isTerminal, width }: Side): string {
  const longest = Math.max(...text.split('\n').map((line) => line.length));
  return !isTerminal || longest <= width ? text : folded(text.replaceAll(/^(\S.{59,})\n(?=\S)/gm, '$1 '), width);
}

function createProgram(terminal: Terminal): Command {
  const program = new Command('sim')
    .description('Replays outage cascades of long-lived sessions, and computes what would have prevented them.')
    .version(version(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand('help [command]', 'print help for a command')
    .addHelpText(
      'after',
      () =>
        `\nStart with:\n  ${commandLine(['run', shippedScenario('apr26.json') ?? 'my.yaml'])}\n  ${commandLine(['init', 'my.yaml'])}\n`,
    )
    .exitOverride()
    .configureHelp({ minWidthToWrap: 20 })
    .configureOutput({
      writeOut: (text) => terminal.out.write(helpText(text, terminal.out)),
      getOutHelpWidth: () => terminal.out.width,
      writeErr: (text) => terminal.err.write(text),
      getOutHasColors: () => terminal.out.colors.isColorSupported,
      getErrHasColors: () => terminal.err.colors.isColorSupported,
      outputError: (text, write) =>
        write(visibleLines(withoutPasswords(text)).replace(/^error:/, terminal.err.colors.red('error:'))),
    });
  return program;
}

/** A command was asked for that may not act here. */
class NotHere extends Error {}

/** Runs the program with the given arguments, and returns its exit code. */
export function main(argv: readonly string[], terminal: Terminal): Promise<number> {
  return runProgram(argv, terminal, () => true);
}

/** The same in this process's terminal, unless that needs a command that `mayAct` does not let: then null, and nothing has been done. */
export async function mainIf(mayAct: (command: string) => boolean, argv: readonly string[]): Promise<number | null> {
  try {
    return await runProgram(argv, openTerminal(), mayAct);
  } catch (error) {
    if (error instanceof NotHere) return null;
    throw error;
  }
}

async function runProgram(
  argv: readonly string[],
  terminal: Terminal,
  mayAct: (command: string) => boolean,
): Promise<number> {
  let exitCode: number = exitCodes.good;
  let repeat: string | null = null;
  const context: CommandContext = {
    terminal,
    act:
      (work) =>
      async (...args) => {
        exitCode = await work(...args);
      },
    repeatWith: (command) => {
      repeat = command;
    },
  };
  const program = createProgram(terminal);
  for (const add of commands) add(program, context);
  for (const command of program.commands) {
    command.copyInheritedSettings(program).showHelpAfterError(`see: sim ${command.name()} --help`);
  }
  program.showHelpAfterError('see: sim --help');
  program.hook('preAction', (_program, command) => {
    if (!mayAct(command.name())) throw new NotHere();
  });
  try {
    await program.parseAsync([...argv], { from: 'user' });
  } catch (error) {
    if (error instanceof NotHere) throw error;
    exitCode = failed(error, repeat ?? commandLine(argv), terminal);
  }
  const unwritten = await terminal.drained();
  if (unwritten !== null) {
    exitCode = failed(
      new UsageError(`cannot write to standard output: ${reasonOf(unwritten)}`),
      repeat ?? commandLine(argv),
      terminal,
    );
  }
  return exitCode;
}

/** Tells of a failure and returns its exit code. */
function failed(error: unknown, repeat: string, terminal: Terminal): number {
  const { colors } = terminal.err;
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.good : exitCodes.usage;
  if (error instanceof UsageError) {
    terminal.err.write(usageMessage(error, colors));
    return exitCodes.usage;
  }
  if (isRefusal(error)) {
    const what = error.path === undefined ? (error.syscall ?? 'a call') : error.path;
    terminal.err.write(usageMessage(new UsageError(`the system refused ${what}: ${reasonOf(error)}`), colors));
    return exitCodes.usage;
  }
  terminal.err.write(unexpectedErrorMessage(error, repeat, colors));
  return exitCodes.bug;
}
