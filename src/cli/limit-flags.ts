/**
 * The flags that raise or lower the limits of a run. What they mean is in
 * met-limits.ts, which is loaded when a command is.
 */
import type { Command } from 'commander';

export interface LimitFlags {
  readonly maxTime?: string;
  readonly maxEvents?: string;
  readonly maxMemory?: string;
}

/** `whose`: what the time is one of, like "the run". */
export function addLimitFlags(command: Command, whose: string): Command {
  return command
    .option('--max-time <duration>', `stop ${whose} if it takes longer to compute, like 5m (default: never)`)
    .option('--max-events <n>', 'stop a run after so many events, like 1e11 (default: 2e10)')
    .option(
      '--max-memory <size>',
      'stop a run when the process uses more, like 8GB (default: three quarters of the memory)',
    );
}
