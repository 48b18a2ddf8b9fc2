/**
 * `sim validate FILE…`: all mistakes of scenario files, with line and column,
 * and warnings of what will not come out as their authors may think.
 * With `--sources` also the numbers for which a file names neither a source
 * nor an assumption, which counts as a mistake then.
 */
import { visible } from '../scenario/safe-text.ts';
import { collected, exitCodes, type AddCommand, type CommandContext } from './command.ts';
import type { Side, Terminal } from './terminal.ts';
import type { Validation } from './validation.ts';

interface ValidateFlags {
  readonly sources?: boolean;
  readonly exclude?: readonly string[];
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** Places, paths and values of what no row covers. */
async function printUncovered({ file, uncovered }: Validation, { write, colors, width }: Side): Promise<void> {
  const { tableText } = await import('./table.ts');
  const rows = uncovered.map(({ path, found, line, column }) => [
    `${visible(file)}:${line}:${column}`,
    colors.bold(visible(path)),
    visible(found),
  ]);
  write(tableText(rows, { wraps: 2, lead: 2, width, colors }));
  write(`${colors.red(`${uncovered.length} numbers`)} of ${visible(file)} have neither a source nor an assumption\n`);
}

/** A good file's line, and its arithmetic beneath. */
async function printGood({ file, loaded }: Validation, flags: ValidateFlags, side: Side): Promise<void> {
  const { write, colors, width, isTerminal } = side;
  if (loaded === null) return;
  const [{ counted }, { folded }, { validatedArithmetic }] = await Promise.all([
    import('../metrics/value-text.ts'),
    import('./table.ts'),
    import('./arithmetic-text.ts'),
  ]);
  const { sources, assumptions, name } = loaded.scenario;
  const told = [`${visible(name)}, baseline and ${counted(loaded.variants.length, 'variant')}`];
  if (flags.sources === true)
    told.push(
      `every number is in ${counted(sources.length, 'source')} or ${counted(assumptions.length, 'assumption')}`,
    );
  const line = `${colors.green('✓')} ${visible(file)}: ${told.join('; ')}\n`;
  write(isTerminal ? folded(line, width) : line);
  write(validatedArithmetic(loaded, side));
}

/** Each file is told on its own: the good ones on stdout, problems and warnings on stderr. */
async function print(validation: Validation, flags: ValidateFlags, { out, err }: Terminal): Promise<void> {
  const { problems, source, uncovered } = validation;
  if (problems.length > 0) {
    const { printProblems } = await import('./scenario-file.ts');
    printProblems(problems, source, err);
  } else if (uncovered.length > 0) await printUncovered(validation, err);
  else if (flags.quiet !== true) await printGood(validation, flags, out);
  if (flags.quiet === true) return;
  const { printWarnings } = await import('./warnings.ts');
  printWarnings(validation.warnings, err);
}

async function validate(args: readonly string[], flags: ValidateFlags, { terminal }: CommandContext): Promise<number> {
  const [{ isGood, validateFile, validationJson }, { scenarioFiles }] = await Promise.all([
    import('./validation.ts'),
    import('./scenario-search.ts'),
  ]);
  const validations: Validation[] = [];
  for (const file of scenarioFiles(args, flags.exclude)) {
    const validation = validateFile(file, flags.sources === true);
    validations.push(validation);
    if (flags.json !== true) await print(validation, flags, terminal);
  }
  if (flags.json === true) terminal.out.write(validationJson(validations));
  else if (flags.quiet !== true && validations.some(isGood)) {
    const { arithmeticLegend } = await import('./arithmetic-text.ts');
    terminal.out.write(arithmeticLegend(terminal.out));
  }
  return validations.every(isGood) ? exitCodes.good : exitCodes.usage;
}

export const addValidate: AddCommand = (program, context) => {
  program
    .command('validate')
    .description('find mistakes in scenario files, with line and column')
    .argument(
      '<files...>',
      'scenario files, folders of them, or patterns like "scenarios/**/*.yaml"; - for standard input',
    )
    .option('--sources', 'also ask for a source or an assumption for each number')
    .option('--exclude <pattern>', 'leave out files that match (repeatable)', collected)
    .option('--json', 'print what was found as one JSON document, and nothing else')
    .option('--quiet', 'print mistakes only')
    .addHelpText(
      'after',
      '\nExamples:\n  sim validate scenarios/\n  sim validate storm.yaml --json | jq .files[0].problems\n',
    )
    .action(context.act((files: string[], flags: ValidateFlags) => validate(files, flags, context)));
};
