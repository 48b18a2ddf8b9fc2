/**
 * `sim compare FILE`: all variants of a scenario, replicated with the same luck.
 * Here are only its flags; the work is in comparison-run.ts, which is loaded
 * when it is asked for.
 */
import { collected, filled, type AddCommand } from './command.ts';
import type { CompareFlags } from './comparison-run.ts';
import { addLimitFlags } from './limit-flags.ts';

export const addCompare: AddCommand = (program, context) => {
  const command = program
    .command('compare')
    .description('run every variant on the same seeds: which is better, by how much, how sure')
    .argument('<file>', 'the scenario (.json, .yaml or .yml); - for standard input')
    .option('--variants <names>', 'compare only these with the baseline, like full-jitter,more-hosts')
    .option('--replications <n>', 'runs of each variant, each with another seed', '20')
    .option('--jobs <n>', 'runs at the same time (default: as many as there are cores)')
    .option('--until <when>', 'end: run the whole clock; decided: cut a run once it has collapsed for certain, or after ten calm minutes', 'end')
    .option('--seed <text>', "the seed, instead of the scenario's own; replication i has SEED/i")
    .option('--set <path=value>', 'replace a value in all variants (repeatable)', collected)
    .option('--out <dir>', 'where results go, in DIR/<scenario>/compare/', filled('--out'), 'out')
    .option('--json', 'print the comparison as one JSON document, and nothing else')
    .option('--quiet', 'show no progress')
    .option('--no-charts', 'draw no charts');
  addLimitFlags(command, 'a run')
    .addHelpText(
      'after',
      `
Writes comparison.json, .csv and .md, replications.csv (every value of every run), curves.csv and
charts; the same bytes whatever --jobs says. Runs are kept as they end: after Ctrl-C or a crash the
same command goes on from there, and more replications or variants run only what is new.

Examples:
  sim compare scenarios/apr26.json --replications 20
  sim compare storm.yaml --variants full-jitter,more-hosts --json | jq .verdict
  sim compare storm.yaml --until decided --replications 200
`,
    )
    .action(
      context.act(async (file: string, flags: CompareFlags) => {
        const { compareFile } = await import('./comparison-run.ts');
        return compareFile(file, flags, context);
      }),
    );
};
