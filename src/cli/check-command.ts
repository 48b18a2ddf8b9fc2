/**
 * `sim check FILE…`: whether scenarios still come out as their authors expect,
 * for continuous integration. Here are only its flags; the work is in
 * check-run.ts, which is loaded when it is asked for.
 */
import type { CheckFlags } from './check-run.ts';
import { collected, filled, type AddCommand } from './command.ts';
import { addLimitFlags } from './limit-flags.ts';
import { addQueueFlag, addShardFlag } from './queue-flags.ts';

export const addCheck: AddCommand = (program, context) => {
  const command = program
    .command('check')
    .description('run scenarios and fail if an expectation does not hold, or a figure has moved: for CI')
    .argument(
      '<files...>',
      'scenario files, folders of them, or patterns like "scenarios/**/*.yaml"; - for standard input',
    )
    .option(
      '--replications <n>',
      "judge over so many runs of each variant, by 95 % intervals, instead of one run with the scenario's seed",
    )
    .option('--baseline <file>', 'also compare headline figures with those that this file holds', filled('--baseline'))
    .option('--update', 'rewrite the baseline file with the figures of now')
    .option('--exclude <pattern>', 'leave out files that match (repeatable)', collected)
    .option('--set <path=value>', 'replace a value in all scenarios and variants (repeatable)', collected)
    .option('--jobs <n>', 'runs at the same time (default: as many as there are cores)')
    .option('--out <dir>', 'with --shard: where its runs are kept (default: out)', filled('--out'))
    .option('--json', 'print the results as one JSON document, and nothing else')
    .option('--junit <file>', 'also write the results as a JUnit report', filled('--junit'))
    .option('--markdown <file>', 'also write the results as Markdown', filled('--markdown'))
    .option('--quiet', 'print failures and the summary only');
  addShardFlag(command);
  addQueueFlag(command);
  addLimitFlags(command, 'a scenario, and let it fail,')
    .addHelpText(
      'after',
      `
Expectations are in the scenarios, under \`expect\`. Each is met, missed or undecided: the run ended
too soon to say, or more replications would tell. Undecided fails as well, with the reason. Exit
codes: 0 all is met, 99 something is not, or has moved; 2 a scenario or the usage is wrong; 1 a bug of
sim; 130 interrupted.
Under GitHub Actions, failures become annotations and a job summary.

Examples:
  sim check scenarios/
  sim check storm.yaml --replications 20
  sim check scenarios/ --baseline baseline.json --junit report.xml
  sim check scenarios/ --baseline baseline.json --update
`,
    )
    .action(
      context.act(async (files: string[], flags: CheckFlags) => {
        const { check } = await import('./check-run.ts');
        return check(files, flags, context);
      }),
    );
};
