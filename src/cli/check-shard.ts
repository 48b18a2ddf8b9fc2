/**
 * One shard of a check: a part of the runs that its expectations need, kept. A
 * scenario that is wrong is told, and then nothing is run: a merge needs them
 * all.
 */
import { join } from 'node:path';
import type { LimitFlags } from './limit-flags.ts';
import type { ScenarioSource } from '../scenario/source-text.ts';
import { exitCodes, type CommandContext } from './command.ts';
import { limitsOf, superviseLimits } from './met-limits.ts';
import { isProblem, namedFile, printProblems, readScenarioFile } from './scenario-file.ts';
import { scenarioFiles } from './scenario-search.ts';
import { runShard, shardName, sharedBy, type ShardFlags } from './shard-run.ts';
import { plainSource, shardFlag } from './shared-experiment.ts';
import { UsageError } from './usage-error.ts';
import { jobsMax, replicationsMax, wholeNumber } from './whole-number.ts';

export interface CheckShardFlags extends LimitFlags, ShardFlags {
  readonly shard: string;
  readonly out?: string;
  readonly replications?: string;
  readonly exclude?: readonly string[];
  readonly set?: readonly string[];
  readonly json?: boolean;
  readonly junit?: string;
  readonly markdown?: string;
  readonly baseline?: string;
}

/** Returns the exit code. */
export async function checkShard(
  args: readonly string[],
  flags: CheckShardFlags,
  context: CommandContext,
  worker: URL | undefined,
): Promise<number> {
  const shard = shardFlag(flags.shard);
  for (const flag of ['json', 'junit', 'markdown', 'baseline'] as const)
    if (flags[flag] !== undefined)
      throw new UsageError(`--${flag} does not go with --shard`, 'a shard only keeps its runs: it is for `sim merge`');
  if (flags.replications === undefined)
    throw new UsageError('--shard needs --replications N', 'one run of each variant is hardly worth sharing');
  const limits = limitsOf(flags);
  superviseLimits('sim check', { ...limits, wallMsMax: Infinity }, context.terminal.err);
  const read = scenarioFiles(args, flags.exclude).map(namedFile).map(readScenarioFile);
  const problems = read.filter(isProblem);
  if (problems.length > 0) {
    printProblems(problems, null, context.terminal.err);
    return exitCodes.usage;
  }
  const experiment = {
    ...sharedBy(),
    command: 'check' as const,
    shard,
    scenarios: read.filter((one): one is ScenarioSource => !isProblem(one)).map(plainSource),
    set: [...(flags.set ?? [])],
    replications: wholeNumber('--replications', flags.replications, replicationsMax),
  };
  const jobs = flags.jobs === undefined ? undefined : wholeNumber('--jobs', flags.jobs, jobsMax);
  const folder = join(flags.out ?? 'out', shardName('check', shard));
  return runShard({ experiment, folder, jobs, limits, worker }, flags, context);
}
