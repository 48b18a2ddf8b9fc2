/**
 * `sim schema`: the JSON Schema of scenario files, for editors and other tools.
 */
import { jsonText } from '../scenario/safe-text.ts';
import { exitCodes, type AddCommand } from './command.ts';

const lineWidth = 120;

/** JSON with a line for what fits on one: a file that is read and compared, but not long. */
function jsonLines(value: unknown, indent = ''): string {
  const line = jsonText(value);
  if (typeof value !== 'object' || value === null || indent.length + line.length <= lineWidth) return line;
  const inner = `${indent} `;
  if (Array.isArray(value)) return `[\n${value.map((item) => inner + jsonLines(item, inner)).join(',\n')}\n${indent}]`;
  const entries = Object.entries(value).map(([key, one]) => `${inner}${jsonText(key)}: ${jsonLines(one, inner)}`);
  return `{\n${entries.join(',\n')}\n${indent}}`;
}

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
        const { scenarioJsonSchema } = await import('../scenario/json-schema.ts');
        terminal.out.write(`${jsonLines(scenarioJsonSchema())}\n`);
        return exitCodes.good;
      }),
    );
};
