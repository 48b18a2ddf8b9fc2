/**
 * The flags that have an experiment's runs computed elsewhere. What they do is in
 * open-queue.ts and shard-run.ts, which are loaded when one is given.
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

/** The flag that makes a part of an experiment's runs only. */
export function addShardFlag(command: Command): Command {
  return command.option(
    '--shard <part/whole>',
    'make a part of the runs only, like 3/10, and keep them for `sim merge`: on each of ten machines another part',
  );
}
