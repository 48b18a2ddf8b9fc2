/**
 * `sim calibrate FILE`: which values of its assumptions fit what was observed. Here
 * are only its flags; the work is in calibrate-run.ts, which is loaded when it is
 * asked for.
 */
import type { CalibrateFlags } from './calibrate-run.ts';
import type { AddCommand } from './command.ts';
import { addDrawFlags } from './draw-flags.ts';
import { addLimitFlags } from './limit-flags.ts';

export const addCalibrate: AddCommand = (program, context) => {
  const command = program
    .command('calibrate')
    .description('which values of the assumptions fit the observed rows, and what is certain in spite of the rest')
    .argument('<file>', 'the scenario (.json, .yaml or .yml); - for standard input')
    .option('--rows <names>', 'hold it against these observed rows only, separated by commas (default: all)')
    .option('--hold-out <names>', 'look at these rows, and give them no say: how well do the others tell them?')
    .option('--tolerance <duration>', 'how far off a run may be beyond what a row allows itself', '5m')
    .option('--particles <n>', 'draws that fit, to come to', '100')
    .option('--budget <duration>', 'stop looking for a smaller tolerance after so long, and tell which was reached')
    .option('--variants <names>', 'what these variants are worth, separated by commas (default: all; none: no variant)')
    .option('--draws <n>', 'draws that fit, over which each variant is run', '30');
  addLimitFlags(addDrawFlags(command, 'calibrate'), 'a run')
    .addHelpText(
      'after',
      `
What is drawn are the rows of \`assumptions\` that have a range or choices: first anywhere in their ranges,
then nearer and nearer to draws whose runs fit the observed rows, until they do within the tolerance.
It tells of each assumption whether the observations say anything of it, of each row how likely it is
by the others alone, and what each variant saves in the runs that fit.

Writes calibration.json, posterior.csv (each draw that fits, with its weight and its --set flags) and
charts; the same bytes whatever --jobs says, unless --budget ends it. Runs are kept as they end: after
Ctrl-C, a crash or a kill the same command goes on from there.

Examples:
  sim calibrate storm.yaml
  sim calibrate storm.yaml --hold-out resolved-again --particles 50
  sim calibrate storm.yaml --tolerance 10m --budget 30m --variants full-jitter,more-hosts
`,
    )
    .action(
      context.act(async (file: string, flags: CalibrateFlags) => {
        const { calibrateFile } = await import('./calibrate-run.ts');
        return calibrateFile(file, flags, context);
      }),
    );
};
