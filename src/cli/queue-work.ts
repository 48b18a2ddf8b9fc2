/**
 * One worker of a queue, from its flags to its end: by a signal, by having
 * nothing to do, or because nothing answers at the address. It prints to stderr
 * only: its results go back by the queue.
 */
import { buildIdentity } from '../experiments/build-identity.ts';
import { serveQueue } from '../experiments/queue/queue-worker.ts';
import { defaultJobs } from '../experiments/worker-pool.ts';
import { counted } from '../metrics/value-text.ts';
import { visible } from '../scenario/safe-text.ts';
import { exitCodes, type CommandContext } from './command.ts';
import { interruptedExitCode, listenForInterruption } from './interruption.ts';
import type { LimitFlags } from './limit-flags.ts';
import { durationFlag, limitsOf, superviseLimits } from './met-limits.ts';
import { addressOf, asUsage, newsTeller } from './open-queue.ts';
import { jobsMax, wholeNumber } from './whole-number.ts';

export interface WorkFlags extends LimitFlags {
  readonly jobs?: string;
  readonly idle?: string;
  readonly quiet?: boolean;
}

/** Returns the exit code. `worker` is for tests. */
export async function work(
  url: string | undefined,
  flags: WorkFlags,
  { terminal: { err } }: CommandContext,
  worker?: URL,
): Promise<number> {
  const address = await addressOf(url, 'sim work');
  const jobs = flags.jobs === undefined ? defaultJobs() : wholeNumber('--jobs', flags.jobs, jobsMax);
  const idleMs = flags.idle === undefined ? null : durationFlag('--idle', flags.idle);
  const limits = limitsOf(flags);
  // The time is one of each run.
  superviseLimits('sim work', { ...limits, wallMsMax: Infinity }, err);
  const interruption = listenForInterruption(() => err.write('interrupted: giving back what is under way\n'));
  const isQuiet = flags.quiet === true;
  try {
    const count = await asUsage(() =>
      serveQueue(address, {
        build: buildIdentity(),
        jobs,
        limits,
        signal: interruption.signal,
        idleMs,
        worker,
        onNews: newsTeller(address.shown, err),
        onReady: () => {
          if (!isQuiet) err.write(`waiting for runs at ${visible(address.shown)}, ${jobs} at a time\n`);
        },
        onRun: (variant, seed, spentMs) => {
          if (!isQuiet) err.write(`${visible(variant)}, seed ${visible(seed)}: ${(spentMs / 1000).toFixed(1)} s\n`);
        },
      }),
    );
    if (!isQuiet) err.write(`${counted(count, 'run')} computed\n`);
    return interruption.asked ? interruptedExitCode : exitCodes.good;
  } finally {
    interruption.release();
  }
}
