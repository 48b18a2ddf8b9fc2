/**
 * `sim init [FILE]`: a commented scenario to start from, and beside it the
 * schema that its first line names for editors. Never overwrites a file unless
 * asked to.
 */
import { existsSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { visible } from '../scenario/safe-text.ts';
import { exitCodes, type AddCommand } from './command.ts';
import { shellQuoted } from './invocation.ts';
import { removeQuietly } from './made-files.ts';
import { reasonOf, UsageError } from './usage-error.ts';

/** Writes all or nothing. */
function writeWhole(file: string, text: string): void {
  const temporary = join(dirname(file), `.sim-${process.pid}-init.tmp`);
  try {
    writeFileSync(temporary, text, { flag: 'wx' });
    renameSync(temporary, file);
  } catch (error) {
    removeQuietly(temporary);
    throw new UsageError(`cannot write ${file}: ${reasonOf(error)}`);
  }
}

function writeScenario(file: string, text: string, force: boolean): void {
  if (file === '') throw new UsageError('the name of a file must not be empty');
  if (!/\.ya?ml$/i.test(file)) {
    throw new UsageError(
      `cannot write ${file}: expected a name that ends in .yaml or .yml`,
      'the starting scenario is YAML, because only YAML has comments',
    );
  }
  if (existsSync(file) && !force) {
    throw new UsageError(`${file} is there already`, 'use --force to overwrite it, or name another file');
  }
  writeWhole(file, text);
}

export const addInit: AddCommand = (program, { terminal, act }) => {
  program
    .command('init')
    .description('write a commented scenario to start from, and its schema for editors')
    .argument('[file]', 'where to; - for standard output', 'scenario.yaml')
    .option('--force', 'overwrite a file that is there already')
    .action(
      act(async (file: string, { force }: { force?: boolean }) => {
        const [{ schemaFileName, startingScenario }, { mayHoldSchema, schemaText }] = await Promise.all([
          import('./starting-scenario.ts'),
          import('./schema-file.ts'),
        ]);
        if (file === '-') {
          terminal.out.write(startingScenario);
          return exitCodes.good;
        }
        writeScenario(file, startingScenario, force === true);
        const schemaFile = join(dirname(file), schemaFileName);
        const writesSchema = force === true || mayHoldSchema(schemaFile);
        if (writesSchema) writeWhole(schemaFile, schemaText());
        else
          terminal.err.write(
            `warning: ${visible(schemaFile)} is something else, so the schema was not written: \`sim schema\` prints it\n`,
          );
        const wrote = writesSchema ? `wrote ${file}, and ${schemaFile} for editors` : `wrote ${file}`;
        const named = shellQuoted(file, process.platform === 'win32');
        terminal.out.write(`${visible(wrote)}\n\n  sim explain ${named}\n  sim run ${named}\n  sim compare ${named}\n`);
        return exitCodes.good;
      }),
    );
};
