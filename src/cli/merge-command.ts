/**
 * `sim merge DIR…`: the result of runs that shards have kept. Here are only its
 * flags; the work is in merge-run.ts, which is loaded when it is asked for.
 */
import { filled, type AddCommand } from './command.ts';
import type { MergeFlags } from './merge-run.ts';

export const addMerge: AddCommand = (program, context) => {
  program
    .command('merge')
    .description('make the result of runs that shards have kept (--shard), on whichever machines')
    .argument('<dirs...>', 'folders of shards, or folders that they are in')
    .option('--out <dir>', 'where results of sim compare go, as there', filled('--out'), 'out')
    .option('--json', 'print the result as one JSON document, and nothing else')
    .option('--junit <file>', 'of sim check: also write the results as a JUnit report', filled('--junit'))
    .option('--markdown <file>', 'of sim check: also write the results as Markdown', filled('--markdown'))
    .option(
      '--baseline <file>',
      'of sim check: also compare with the figures that this file holds',
      filled('--baseline'),
    )
    .option('--quiet', 'of sim check: print failures and the summary only')
    .option('--no-charts', 'of sim compare and sim sweep: draw no charts')
    .addHelpText(
      'after',
      `
Prints and writes what one machine would have that had made all the runs itself: for sim compare the
same bytes, for sim check all but the times. All runs must be there, once, unspoilt, and made by this
version of sim: what is not so is told, all at once, and then nothing is written.

Examples:
  sim compare storm.yaml --replications 200 --shard 3/10     on one of ten machines
  sim merge out/                                             once all folders are in out/
`,
    )
    .action(
      context.act(async (folders: string[], flags: MergeFlags) => {
        const { merge } = await import('./merge-run.ts');
        return merge(folders, flags, context);
      }),
    );
};
