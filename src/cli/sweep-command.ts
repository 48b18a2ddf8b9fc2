/**
 * `sim sweep FILE`: what comes of every value of a field. Here are only its flags;
 * the work is in sweep-run.ts, which is loaded when it is asked for.
 */
import { collected, filled, type AddCommand } from './command.ts';
import { addLimitFlags } from './limit-flags.ts';
import { addQueueFlag, addShardFlag } from './queue-flags.ts';
import type { SweepFlags } from './sweep-run.ts';

export const addSweep: AddCommand = (program, context) => {
  const command = program
    .command('sweep')
    .description('one field or two over their values: where the fleet recovers, and where it collapses')
    .argument('<file>', 'the scenario (.json, .yaml or .yml); - for standard input')
    .option('--vary <path=values>', 'a field, like tiers.api.hosts=4..24 (once or twice)', collected)
    .option('--metric <name>', 'what is told of each point, like sessionMinutesLost', 'collapse')
    .option('--full', 'run every point in every world, though thresholds would do')
    .option('--variant <name>', 'sweep this variant instead of the baseline')
    .option('--over <csv>', 'run each world with another draw of the assumptions, like posterior.csv of sim calibrate')
    .option('--replications <n>', 'worlds (default: 100 for the collapse along one field, else 20)')
    .option('--until <when>', 'decided: as soon as it is certain where the collapse passes one half')
    .option('--jobs <n>', 'runs at the same time (default: as many as there are cores)')
    .option('--seed <text>', "the seed, instead of the scenario's own; world i has SEED/i")
    .option('--set <path=value>', 'replace a value at all points (repeatable)', collected)
    .option(
      '--out <dir>',
      'where results go, in DIR/<scenario>/sweep/, each question in a folder of its own',
      filled('--out'),
      'out',
    )
    .option('--no-charts', 'draw no chart')
    .option('--json', 'print the sweep as one JSON document, and nothing else')
    .option('--quiet', 'show no progress');
  addQueueFlag(command);
  addShardFlag(command);
  addLimitFlags(command, 'a run')
    .addHelpText(
      'after',
      `
Values are given as to sim plan (see sim plan --help). Policies and presets are values too:
clients.current.backoff=full-jitter,phoenix,socket.io.

Along an ordered field the collapse is found by each world's threshold, in a fraction of the runs
that every value in every world takes.

Writes sweep.json, sweep.csv and a chart, sweep-curve.png of one field and sweep-map.png of two; the
same bytes whatever --jobs says. Runs are kept as they end: after Ctrl-C or a crash the same command
goes on from there.

Examples:
  sim sweep storm.yaml --vary tiers.front.hosts=4..24
  sim sweep storm.yaml --vary tiers.front.hosts=4..15 --vary clients.current.backoff.delay=1s..30s/log:12
  sim sweep storm.yaml --vary clients.current.backoff=full-jitter,phoenix --metric sessionMinutesLost
`,
    )
    .action(
      context.act(async (file: string, flags: SweepFlags) => {
        const { sweepFile } = await import('./sweep-run.ts');
        return sweepFile(file, flags, context);
      }),
    );
};
