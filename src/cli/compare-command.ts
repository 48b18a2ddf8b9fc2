/**
 * `sim compare FILE`: all variants of a scenario, replicated with the same luck.
 * Here are only its flags; the work is in comparison-run.ts, which is loaded
 * when it is asked for.
 */
import { collected, filled, type AddCommand } from './command.ts';
import type { CompareFlags } from './comparison-run.ts';
import { addLimitFlags } from './limit-flags.ts';
import { addQueueFlag, addShardFlag } from './queue-flags.ts';

export const addCompare: AddCommand = (program, context) => {
  const command = program
    .command('compare')
    .description('run every variant on the same seeds: which is better, by how much, how sure')
    .argument('<file>', 'the scenario (.json, .yaml or .yml); - for standard input')
    .option('--variants <names>', 'compare only these with the baseline, like full-jitter,more-hosts')
    .option('--against <name>', 'hold all variants against this one instead of the baseline')
    .option('--replications <n>', 'runs of each variant, each with another seed', '20')
    .option(
      '--over <csv>',
      'run each of them with another draw of the assumptions as well, like posterior.csv of sim calibrate',
    )
    .option(
      '--budget <time>',
      'as many of them as that takes, like 5m: every variant once first; runs are cut, or the fleet is scaled down, where not even that fits, and it is said',
    )
    .option('--jobs <n>', 'runs at the same time (default: as many as there are cores)')
    .option(
      '--until <when>',
      'end: run the whole clock; decided: cut a run once it has collapsed, or after ten calm minutes (default: end)',
    )
    .option('--seed <text>', "the seed, instead of the scenario's own; replication i has SEED/i")
    .option('--set <path=value>', 'replace a value in all variants (repeatable)', collected)
    .option(
      '--out <dir>',
      'where results go, in DIR/<scenario>/compare/; with --set or another --seed, in a folder beside it',
      filled('--out'),
      'out',
    )
    .option('--json', 'print the comparison as one JSON document, and nothing else')
    .option('--quiet', 'show no progress')
    .option('--no-charts', 'draw no charts');
  addShardFlag(command);
  addQueueFlag(command);
  addLimitFlags(command, 'a run')
    .addHelpText(
      'after',
      `
Writes comparison.json, .csv and .md, replications.csv (every value of every run), curves.csv and
charts; the same bytes whatever --jobs says. Runs are kept as they end: after Ctrl-C, which writes
what there is until then, a crash or a spent budget the same command goes on from there, and more
replications or variants run only what is new.

A star is a difference whose sign is certain at 95 %, corrected for all variants in its column.
There is no interval under 5 replications, and no star.

Examples:
  sim compare scenarios/apr26.json --replications 20
  sim compare storm.yaml --variants full-jitter,more-hosts --json | jq .verdict
  sim compare storm.yaml --against more-hosts
  sim compare storm.yaml --until decided --replications 200
  sim compare storm.yaml --budget 5m
  sim compare storm.yaml --over out/storm/calibrate/posterior.csv --replications 100
`,
    )
    .action(
      context.act(async (file: string, flags: CompareFlags) => {
        const { compareFile } = await import('./comparison-run.ts');
        return compareFile(file, flags, context);
      }),
    );
};
