/**
 * `sim kept [DIR…]`: runs that experiments have kept. Here are only its flags;
 * the work is in kept-runs.ts, which is loaded when it is asked for.
 */
import type { AddCommand } from './command.ts';
import type { KeptFlags } from './kept-runs.ts';

export const addKept: AddCommand = (program, context) => {
  program
    .command('kept')
    .description('list the runs that experiments have kept, and the room that they take; throw them away')
    .argument('[dirs...]', 'folders of experiments, or folders that they are in (default: out)')
    .option('--older-than <duration>', 'only those that nothing was added to for so long, like 7d')
    .option('--unusable', 'only those that this version of sim does not use')
    .option('--remove', 'throw them away; results stay')
    .option('--json', 'print them as one JSON document, and nothing else')
    .addHelpText(
      'after',
      `
Kept runs are what an interrupted command goes on from, and what one with more replications need not
run again. Without them it runs them anew, to the same result. Only files that sim has kept are
removed, and folders that are empty then.

Examples:
  sim kept
  sim kept out/apr26/compare --remove
  sim kept --older-than 7d --remove
`,
    )
    .action(
      context.act(async (folders: string[], flags: KeptFlags) => {
        const { kept } = await import('./kept-runs.ts');
        return kept(folders, flags, context);
      }),
    );
};
