/**
 * `sim schema`: the JSON Schema of scenario files, for editors and other tools.
 */
import { exitCodes, type AddCommand } from './command.ts';

export const addSchema: AddCommand = (program, { terminal, act }) => {
  program
    .command('schema')
    .description('print the JSON Schema of scenario files')
    .addHelpText('after', '\nExample:\n  sim schema > scenario.schema.json\n')
    .action(
      act(async () => {
        const { scenarioJsonSchema } = await import('../scenario/json-schema.ts');
        terminal.out.write(`${JSON.stringify(scenarioJsonSchema(), null, 2)}\n`);
        return exitCodes.good;
      }),
    );
};
