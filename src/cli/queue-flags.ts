/**
 * The flag that has an experiment's runs computed elsewhere. What it opens is in
 * open-queue.ts, which is loaded when it is given.
 */
import type { Command } from 'commander';

export interface QueueFlags {
  /** true: the address is in REDIS_URL */
  readonly queue?: string | true;
  readonly jobs?: string;
}

export function addQueueFlag(command: Command): Command {
  return command.option(
    '--queue [url]',
    'hand the runs to whatever `sim work` has been started with the same Redis or Valkey server, like redis://HOST (default: what REDIS_URL says)',
  );
}
