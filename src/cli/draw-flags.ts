/** The flags of commands that draw the assumptions of a file: whose luck, what is changed before, where results go, how. */
import type { Command } from 'commander';
import { collected, filled } from './command.ts';

/** `folder` is where results go below that of the scenario. */
export function addDrawFlags(command: Command, folder: string): Command {
  return command
    .option('--jobs <n>', 'runs at the same time (default: as many as there are cores)')
    .option('--seed <text>', "the seed of the draws and of every run, instead of the scenario's own")
    .option('--set <path=value>', 'replace a value before anything is drawn (repeatable)', collected)
    .option(
      '--out <dir>',
      `where results go, in DIR/<scenario>/${folder}/; with --set or another --seed, in a folder beside it`,
      filled('--out'),
      'out',
    )
    .option('--json', 'print the result as one JSON document, and nothing else')
    .option('--quiet', 'show no progress')
    .option('--no-charts', 'draw no charts');
}
