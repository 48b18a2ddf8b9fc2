/**
 * `sim sensitivity FILE`: what comes of a scenario within its own assumptions.
 * Here are only its flags; the work is in sensitivity-run.ts, which is loaded
 * when it is asked for.
 */
import { collected, type AddCommand } from './command.ts';
import { addDrawFlags } from './draw-flags.ts';
import { addLimitFlags } from './limit-flags.ts';
import type { SensitivityFlags } from './sensitivity-run.ts';

export const addSensitivity: AddCommand = (program, context) => {
  const command = program
    .command('sensitivity')
    .description('which assumptions decide what comes out, within the ranges that the file gives them')
    .argument('<file>', 'the scenario (.json, .yaml or .yml); - for standard input')
    .option(
      '--method <name>',
      'oat: one assumption at a time; screen: steps from many places (Morris); global: all of them at once',
      'oat',
    )
    .option('--runs <n>', 'runs of screen or global (default: ten steps of each assumption, or 300)')
    .option('--until <when>', 'decided: stop a global one once more runs would tell nothing new')
    .option(
      '--of <expression>',
      'ask this as well: a metric, or a condition like "peakImpactedPods == 8" (repeatable)',
      collected,
    ) // prettier-ignore
    .option('--per <name=expression>', 'a ratio of values as an input of its own (global; repeatable)', collected);
  addLimitFlags(addDrawFlags(command, 'sensitivity-METHOD'), 'a run')
    .addHelpText(
      'after',
      `
What is drawn are the rows of \`assumptions\` that have a range or choices. What it is asked of are the
observed rows, the expectations, collapse and the session-minutes lost. Draws that are impossible by
arithmetic (a tier that cannot hold what it starts with, or what \`given\` says) are not run. Every run
has the same seed, so that they differ by the assumptions alone.

Writes sensitivity.json, draws.csv (each run with its --set flags, so that it can be run again) and
charts; the same bytes whatever --jobs says. Runs are kept as they end: after Ctrl-C, a crash or a kill
the same command goes on from there, and more runs run only what is new.

Examples:
  sim sensitivity scenarios/apr26-small.yaml
  sim sensitivity scenarios/apr26-small.yaml --method global --runs 300
  sim sensitivity storm.yaml --method screen --of "timeToRecover < 20m"
  sim sensitivity storm.yaml --method global --per "spare=products.chat.sessions / (tiers.api.hosts * tiers.api.sessionsAtFullLoad)"
`,
    )
    .action(
      context.act(async (file: string, flags: SensitivityFlags) => {
        const { sensitivityOfFile } = await import('./sensitivity-run.ts');
        return sensitivityOfFile(file, flags, context);
      }),
    );
};
