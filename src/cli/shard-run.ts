/**
 * One shard: a part of an experiment's runs, kept for `sim merge`, and nothing
 * made of them yet. Interrupted, or failed in some of its runs, it keeps the
 * others, and the same command goes on from there.
 */
import { join } from 'node:path';
import { SimulationError } from '../engine/simulation-error.ts';
import { buildIdentity } from '../experiments/build-identity.ts';
import { LimitError, type RunLimits } from '../experiments/limits.ts';
import type { ReplicationTask } from '../experiments/replication.ts';
import { nameOf, runTasks, type ExperimentProgress } from '../experiments/replications.ts';
import { tasksOfShard } from '../experiments/shard.ts';
import type { ReplicationError } from '../experiments/worker-pool.ts';
import { BASELINE } from '../metrics/judgement.ts';
import { counted } from '../metrics/value-text.ts';
import { visible } from '../scenario/safe-text.ts';
import { formatClock } from '../scenario/wall-clock.ts';
import { commandLine, exitCodes, type CommandContext } from './command.ts';
import { simulationErrorMessage, unexpectedErrorMessage } from './failure-message.ts';
import { interruptedExitCode, listenForInterruption } from './interruption.ts';
import { openKeptReplications } from './kept-replications.ts';
import { limitProblem } from './met-limits.ts';
import { openQueue } from './open-queue.ts';
import { showProgress } from './progress.ts';
import type { QueueFlags } from './queue-flags.ts';
import { openResultFiles } from './result-files.ts';
import { printProblems } from './scenario-file.ts';
import { experimentFile, runsOf, type SharedExperiment } from './shared-experiment.ts';
import type { Side } from './terminal.ts';
import { UsageError } from './usage-error.ts';

export interface ShardFlags extends QueueFlags {
  readonly quiet?: boolean;
}

interface ShardRequest {
  readonly experiment: SharedExperiment;
  /** where the shard's own folder is to be, with the name that it gets there */
  readonly folder: string;
  readonly jobs: number | undefined;
  readonly limits: RunLimits;
  /** the module that a worker runs; for tests */
  readonly worker: URL | undefined;
}

/** `compare` as `compare-3-of-10`: a folder of its own, so that shards on one disk do not meet. */
export function shardName(command: string, { part, of }: SharedExperiment['shard']): string {
  return `${command}-${part}-of-${of}`;
}

/** Throws a UsageError if one of these flags was given, all of which are about a result. */
export function refuseBesideShard<Flag extends string>(
  flags: { readonly [flag in Flag]?: unknown },
  resultFlags: readonly Flag[],
): void {
  for (const flag of resultFlags)
    if (flags[flag] !== undefined)
      throw new UsageError(
        `--${flag} does not go with --shard`,
        'a shard only keeps its runs: `sim merge` makes the result',
      );
}

interface Failure {
  readonly task: ReplicationTask;
  readonly error: ReplicationError;
}

function tellFailure({ task, error }: Failure, file: string, { set }: SharedExperiment, err: Side): number {
  const { cause, variant, seed } = error;
  if (cause instanceof LimitError) {
    printProblems([limitProblem(file, null, cause, ` (variant ${variant}, seed ${seed})`)], null, err);
    return exitCodes.usage;
  }
  const which = variant === BASELINE ? [] : ['--variant', variant];
  const repeat = commandLine(['run', file, ...which, '--seed', seed, ...set.flatMap((one) => ['--set', one])]);
  const { clock } = task.variant.scenario;
  err.write(
    cause instanceof SimulationError
      ? simulationErrorMessage(cause, (atMs) => formatClock(clock, atMs, 'exact'), repeat, err.colors)
      : unexpectedErrorMessage(cause ?? error, repeat, err.colors),
  );
  return exitCodes.bug;
}

/** Runs and keeps them. Returns the exit code. */
export async function runShard(
  { experiment, folder, jobs, limits, worker }: ShardRequest,
  flags: ShardFlags,
  { terminal: { out, err } }: CommandContext,
): Promise<number> {
  const runs = runsOf(experiment, limits);
  if (!runs.ok) {
    printProblems(runs.problems, runs.source, err);
    return exitCodes.usage;
  }
  const { shard, command } = experiment;
  const what = `shard ${shard.part}/${shard.of}`;
  const files = openResultFiles(folder);
  const interruption = listenForInterruption(() => err.write('interrupted: what has ended is kept\n'));
  try {
    files.stage(experimentFile, `${JSON.stringify(experiment)}\n`);
    files.commit([]);
    const { complete, done, failures } = await runKept(runs.tasks, {
      experiment, folder, jobs, limits, worker, flags, err, signal: interruption.signal,
    }); // prettier-ignore
    const codes = failures.map((one) => tellFailure(one, runs.fileOf(one.task.variant), experiment, err));
    const own = new Set(tasksOfShard(runs.tasks, shard).map(nameOf)).size;
    out.write(`${what} of sim ${command}: ${done} of its ${counted(own, 'run')} kept in ${visible(folder)}/\n`);
    if (!complete) err.write(`interrupted: the same command goes on from there\n`);
    else if (codes.length === 0)
      out.write(`when all shards are there: ${visible(commandLine(['merge', join(folder, '..')]))}\n`);
    if (interruption.asked) return interruptedExitCode;
    return codes.length === 0 ? exitCodes.good : Math.min(...codes);
  } finally {
    files.discard();
    interruption.release();
  }
}

interface Way extends ShardRequest {
  readonly flags: ShardFlags;
  readonly err: Side;
  readonly signal: AbortSignal;
}

async function runKept(
  tasks: readonly ReplicationTask[],
  { experiment, folder, jobs, limits, worker, flags, err, signal }: Way,
): Promise<{ readonly complete: boolean; readonly done: number; readonly failures: readonly Failure[] }> {
  const { shard, command } = experiment;
  const isQuiet = flags.quiet === true;
  const store = openKeptReplications(folder);
  const failures: Failure[] = [];
  const queue = await openQueue(flags, isQuiet, err);
  const progress = await showProgress(err, `sim ${command} --shard ${shard.part}/${shard.of}`, isQuiet);
  signal.addEventListener('abort', () => progress.stop());
  let isTold = false;
  const onProgress = ({ done, total, kept, spoilt }: ExperimentProgress): void => {
    if (!isTold && spoilt > 0)
      err.write(
        `${err.colors.yellow('warning:')} ${counted(spoilt, 'kept run')} in ${visible(store.folder)} cannot be read, and ${spoilt === 1 ? 'is' : 'are'} run again\n`,
      );
    if (!isTold && kept > 0 && !isQuiet)
      err.write(`${kept} of ${counted(total, 'run')} kept from before in ${visible(store.folder)}\n`);
    isTold = true;
    progress.at(total === 0 ? 1 : done / total, `${done} of ${total} runs`);
  };
  try {
    const { complete, records } = await runTasks(tasks, {
      shard, store, jobs, limits, worker, queue, signal, onProgress,
      onFailed: (task, error) => void failures.push({ task, error }),
    }); // prettier-ignore
    return { complete, done: records.size, failures };
  } finally {
    progress.stop();
    await queue?.close();
  }
}

/** What is the same in all experiments that this program shares. */
export function sharedBy(): { readonly tool: 'cascade-sim'; readonly format: 1; readonly build: string } {
  return { tool: 'cascade-sim', format: 1, build: buildIdentity() };
}
