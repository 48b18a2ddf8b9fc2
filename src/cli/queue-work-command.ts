/**
 * `sim work [URL]`: computes runs that commands with --queue hand out. Here are
 * only its flags; the work is in queue-work.ts, which is loaded when it is asked
 * for.
 */
import type { AddCommand } from './command.ts';
import { addLimitFlags } from './limit-flags.ts';
import type { WorkFlags } from './queue-work.ts';

export const addWork: AddCommand = (program, context) => {
  const command = program
    .command('work')
    .description('compute runs that commands with --queue hand out, on as many machines as you like')
    .argument('[url]', 'the Redis or Valkey server, like redis://HOST (default: what REDIS_URL says)')
    .option('--jobs <n>', 'runs at the same time (default: as many as there are cores)')
    .option('--idle <duration>', 'end when there has been nothing to do for so long, like 10m (default: never)')
    .option('--quiet', 'say nothing of runs');
  addLimitFlags(command, 'a run')
    .addHelpText(
      'after',
      `
Runs of the same version of sim only are taken. They are data: scenarios are read and checked as
files are, and nothing of them is executed. The limits are those given here. Ctrl-C gives back what
is under way; what a worker leaves that dies is run by another one within a quarter of a minute.
A password goes into the address, before the host as in :PASSWORD@HOST, or into REDIS_URL; rediss://
is TLS.

Examples:
  sim work redis://queue.example.org
  REDIS_URL=rediss://:secret@queue.example.org sim work --jobs 8 --idle 10m --max-memory 16GB
`,
    )
    .action(
      context.act(async (url: string | undefined, flags: WorkFlags) => {
        const { work } = await import('./queue-work.ts');
        return work(url, flags, context);
      }),
    );
};
