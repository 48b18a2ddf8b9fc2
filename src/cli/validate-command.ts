/**
 * `sim validate FILE…`: all mistakes of scenario files, with line and column.
 * With `--sources` also the numbers for which a file names neither a source
 * nor an assumption, which counts as a mistake then.
 */
import type { UncoveredNumber } from '../scenario/explain.ts';
import { exitCodes, type AddCommand, type CommandContext } from './command.ts';
import type { Side } from './terminal.ts';

interface ValidateFlags {
  readonly sources?: boolean;
  readonly quiet?: boolean;
}

/** Places, paths and values of what no row covers. */
async function printUncovered(file: string, uncovered: readonly UncoveredNumber[], { write, colors, width }: Side): Promise<void> {
  const { tableText } = await import('./table.ts');
  const rows = uncovered.map(({ path, value, line, column }) => [`${file}:${line}:${column}`, colors.bold(path), value]);
  write(tableText(rows, { wraps: 2, width, colors }));
  write(`${colors.red(`${uncovered.length} numbers`)} of ${file} have neither a source nor an assumption\n`);
}

/** Each file is told on its own: the good ones on stdout, the others' problems on stderr. */
async function validate(files: readonly string[], flags: ValidateFlags, { terminal: { out, err } }: CommandContext): Promise<number> {
  const [{ arithmeticLegend, validatedArithmetic, warnOfArithmetic }, { loadScenarioFile }, { counted }, { uncoveredNumbers }] = await Promise.all([
    import('./arithmetic-text.ts'),
    import('./scenario-file.ts'),
    import('./value-text.ts'),
    import('../scenario/explain.ts'),
  ]);
  let exitCode: number = exitCodes.good;
  let goodFiles = 0;
  for (const file of files) {
    const loaded = loadScenarioFile(file, {}, err);
    const uncovered = loaded === null || flags.sources !== true ? [] : uncoveredNumbers(loaded);
    if (uncovered.length > 0) await printUncovered(file, uncovered, err);
    if (loaded === null || uncovered.length > 0) {
      exitCode = exitCodes.usage;
      continue;
    }
    const { sources, assumptions, name } = loaded.scenario;
    const told = [`${name}, baseline and ${counted(loaded.variants.length, 'variant')}`];
    if (flags.sources === true) told.push(`every number is in ${counted(sources.length, 'source')} or ${counted(assumptions.length, 'assumption')}`);
    if (flags.quiet !== true) out.write(`${out.colors.green('✓')} ${file}: ${told.join('; ')}\n${validatedArithmetic(loaded, out)}`);
    goodFiles++;
    if (flags.quiet !== true) warnOfArithmetic(file, loaded, err);
  }
  if (goodFiles > 0 && flags.quiet !== true) out.write(arithmeticLegend(out));
  return exitCode;
}

export const addValidate: AddCommand = (program, context) => {
  program
    .command('validate')
    .description('find mistakes in scenario files, with line and column')
    .argument('<files...>', 'scenario files')
    .option('--sources', 'also ask for a source or an assumption for each number')
    .option('--quiet', 'print mistakes only')
    .addHelpText('after', '\nExample:\n  sim validate scenarios/*\n')
    .action(context.act((files: string[], flags: ValidateFlags) => validate(files, flags, context)));
};
