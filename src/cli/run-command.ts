/**
 * `sim run FILE`: one replay of a scenario. Here are only its flags; the work
 * is in replay.ts, which is loaded when it is asked for.
 */
import { collected, filled, type AddCommand } from './command.ts';
import { addLimitFlags } from './limit-flags.ts';
import type { RunFlags } from './replay.ts';

/** The tiers that were named; without a name, all. */
function collectedTiers(tier: string | true, before: readonly string[] | true = []): readonly string[] | true {
  return tier === true || before === true ? true : [...before, tier];
}

export const addRun: AddCommand = (program, context) => {
  const command = program
    .command('run')
    .description('replay a scenario once: what happened when, the outcome, charts')
    .argument('<file>', 'the scenario (.json, .yaml or .yml); - for standard input')
    .option('--variant <name>', 'run this variant of the scenario instead of its baseline')
    .option('--seed <text>', "the run's seed, instead of the scenario's own")
    .option('--set <path=value>', 'replace a value, like clients.current.backoff.cap=5m (repeatable)', collected)
    .option(
      '--assume <path=value>',
      "the same before the variant's own changes, which so come over it (repeatable)",
      collected,
    )
    .option(
      '--out <dir>',
      'where results go, in DIR/<scenario>/<variant>/; with --set or another --seed, in a folder beside it',
      filled('--out'),
      'out',
    )
    .option(
      '--headroom [tier]',
      'by further runs, the largest share of the hosts of this tier, or of each, whose loss it survives (repeatable)',
      collectedTiers,
    )
    .option('--json', 'print the outcome as one JSON document, and nothing else')
    .option('--quiet', 'show no progress')
    .option('--no-charts', 'draw no charts')
    .option('--no-report', 'write no report');
  addLimitFlags(command, 'the run')
    .addHelpText(
      'after',
      `
Writes outcome.json, timeseries.csv, events.jsonl, charts, and a report to look into with a browser
(report.html, of report.json). The same scenario and seed write the
same bytes. Ctrl-C stops and writes what there is so far; a second one stops at once. Charts come
last: one that cannot be drawn is a warning and exit code 1, and costs nothing else.

Examples:
  sim run scenarios/apr26.json
  sim run scenarios/apr26.json --variant fixed-client --seed apr26/3
  sim run storm.yaml --set clients.current.backoff=full-jitter --json | jq .metrics.timeToRecover
  sim run storm.yaml --headroom front
`,
    )
    .action(
      context.act(async (file: string, flags: RunFlags) => {
        const { replay } = await import('./replay.ts');
        return replay(file, flags, context);
      }),
    );
};
