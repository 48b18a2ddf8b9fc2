/**
 * `sim schema`: the JSON Schema of scenario files, for editors and other tools.
 */
import { exitCodes, type AddCommand } from './command.ts';

export const addSchema: AddCommand = (program, { terminal, act }) => {
  program
    .command('schema')
    .description('print the JSON Schema of scenario files')
    .addHelpText(
      'after',
      `
An editor that knows it completes and explains fields, policies and the paths of variants. In VS Code,
with the YAML extension (redhat.vscode-yaml), a scenario names it in a comment, as \`sim init\` writes it:
  # yaml-language-server: $schema=./scenario.schema.json
In JSON, the key "$schema" does the same.

Example:
  sim schema > scenario.schema.json
`,
    )
    .action(
      act(async () => {
        const { schemaText } = await import('./schema-file.ts');
        terminal.out.write(schemaText());
        return exitCodes.good;
      }),
    );
};
