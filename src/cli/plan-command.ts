/**
 * `sim plan FILE`: the least or greatest value that meets a target. Here are only
 * its flags; the work is in plan-run.ts, which is loaded when it is asked for.
 */
import { collected, filled, type AddCommand } from './command.ts';
import { addLimitFlags } from './limit-flags.ts';
import { addQueueFlag } from './queue-flags.ts';
import type { PlanFlags } from './plan-run.ts';

export const addPlan: AddCommand = (program, context) => {
  const command = program
    .command('plan')
    .description('how many, how long, how large: the value that meets a target, and how sure that is')
    .argument('<file>', 'the scenario (.json, .yaml or .yml); - for standard input')
    .option(
      '--vary <path=values>',
      'the field, like tiers.api.hosts=4..24; a second one: at each of its values',
      collected,
    )
    .option('--target <expression>', 'what is to hold, like "collapse <= 10%"')
    .option('--confidence <share>', 'how sure the answer is to be', '95%')
    .option(
      '--greatest',
      'the greatest value that meets it (default: the answers tell whether the least or the greatest)',
    )
    .option('--least', 'the least value that meets it')
    .option('--cost <sum>', 'prices every point, like "hostHours * 0.4"; times count in seconds')
    .option('--variant <name>', 'plan this variant instead of the baseline')
    .option('--over <csv>', 'run each world with another draw of the assumptions, like posterior.csv of sim calibrate')
    .option('--replications <n>', 'exactly so many worlds; with --until decided, at most so many')
    .option('--until <when>', 'decided: as soon as the answer is certain (default, up to 1000 worlds)')
    .option('--jobs <n>', 'runs at the same time (default: as many as there are cores)')
    .option('--seed <text>', "the seed, instead of the scenario's own; world i has SEED/i")
    .option('--set <path=value>', 'replace a value at all points (repeatable)', collected)
    .option(
      '--out <dir>',
      'where results go, in DIR/<scenario>/plan/, each question in a folder of its own',
      filled('--out'),
      'out',
    )
    .option('--no-charts', 'draw no chart')
    .option('--json', 'print the plan as one JSON document, and nothing else')
    .option('--quiet', 'show no progress');
  addQueueFlag(command);
  addLimitFlags(command, 'a run')
    .addHelpText(
      'after',
      `
Values: 4,6,8 is a list, 4..24 each whole number, 4..24:2 steps, 4..24/6 six values, 1s..10m/log:8
eight on a logarithmic scale, 08:00..17:00:30m clock times. a.hosts,b.hosts=2:4..16 ties b to a: two
for each one. Pods of an action (timeline.reboot.target.pods=1..8) are the first so many.

Targets: "collapse <= 10%" is a share of worlds, "reconnectTime.p95 <= 60s in 90%" as well;
times without a share are medians, all else are means.

Writes plan.json, plan.csv and a chart, plan-curve.png of one field and plan-frontier.png of two, over
the clock where the second is an instant; the same bytes whatever --jobs says. Runs are kept as they
end: after Ctrl-C or a crash the same command goes on from there, and other targets use them too.
If the answer is undecided, the exit code is 99; that nothing in the range meets the target is an answer.

Examples:
  sim plan storm.yaml --vary tiers.front.hosts=4..24 --target "collapse <= 10%"
  sim plan storm.yaml --vary clients.current.backoff.cap=5s..10m/log:12 --target "collapse <= 5%"
  sim plan storm.yaml --vary timeline.reboot.target.hosts=1..8 --target "timeToRecover <= 5m" --greatest
`,
    )
    .action(
      context.act(async (file: string, flags: PlanFlags) => {
        const { planFile } = await import('./plan-run.ts');
        return planFile(file, flags, context);
      }),
    );
};
