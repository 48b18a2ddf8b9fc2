/**
 * One sweep, from the file to the printed table: load every point, run, write, print.
 * One that is interrupted writes what it knows, and goes on from there the next time.
 */
import { makeSweep, type Sweep } from '../experiments/sweep.ts';
import { sweptMetricProblem } from '../experiments/swept-metric.ts';
import type { ScenarioSource } from '../scenario/source-text.ts';
import { exitCodes, type CommandContext } from './command.ts';
import { checkedSeed, jobsOf, limitsFor, loadFieldOf, worldsOf, type FieldFlags } from './field-question.ts';
import { limitsOf } from './met-limits.ts';
import { writeFieldFiles } from './field-charts.ts';
import { runField } from './field-run.ts';
import type { GivenRuns } from './kept-replications.ts';
import type { ResultFiles } from './result-files.ts';
import { resultFolder } from './result-folder.ts';
import { isProblem, namedFile, printProblems, readScenarioFile } from './scenario-file.ts';
import { sweepCsv, sweepJson } from './sweep-files.ts';
import { printSweep } from './sweep-report.ts';
import { UsageError } from './usage-error.ts';

export interface SweepFlags extends FieldFlags {
  readonly metric: string;
  readonly full?: boolean;
  readonly shard?: string;
  readonly charts: boolean;
}

const LEVEL = 0.95;

/** Reads the file and sweeps it. Returns the exit code. `worker` is for tests. */
export async function sweepFile(
  argument: string,
  flags: SweepFlags,
  context: CommandContext,
  worker?: URL,
): Promise<number> {
  const { err } = context.terminal;
  const file = namedFile(argument);
  askedFor(flags);
  limitsFor(file, flags, err);
  const source = readScenarioFile(file);
  if (!isProblem(source))
    return flags.shard === undefined
      ? sweepSource(source, flags, context, { worker })
      : sweepShard(source, flags.shard, flags, context, worker);
  printProblems([source], null, err);
  return exitCodes.usage;
}

function askedFor(flags: SweepFlags) {
  const { vary = [], variant = null, metric, full = false } = flags;
  const isCurve = metric === 'collapse' && vary.length === 1;
  const { worlds, looks } = worldsOf(flags, { decided: 1000, fixed: isCurve ? 100 : 20 });
  return { vary, variant, metric, full, worlds, looks, jobs: jobsOf(flags), given: checkedSeed(flags) };
}

/** One shard of it: where every point is run in every world, which runs there are is known beforehand. */
async function sweepShard(
  source: ScenarioSource,
  shardText: string,
  flags: SweepFlags,
  context: CommandContext,
  worker: URL | undefined,
): Promise<number> {
  const { shardFlag, plainSource } = await import('./shared-experiment.ts');
  const { refuseBesideShard, runShard, shardName, sharedBy } = await import('./shard-run.ts');
  const shard = shardFlag(shardText);
  const { vary, variant, metric, full, worlds, jobs, given } = askedFor(flags);
  if (!full || flags.until !== undefined)
    throw new UsageError(
      full ? '--until does not go with --shard' : '--shard needs --full',
      'which runs thresholds need, the answers decide: share them by --queue',
    );
  refuseBesideShard(flags, ['json', 'over']);
  const { err } = context.terminal;
  const loaded = loadFieldOf(source, flags, err, () => sweptMetricProblem(metric));
  if (loaded === null) return exitCodes.usage;
  const { scenario } = loaded.field.base;
  const seed = given ?? scenario.seed;
  const set = [...(flags.set ?? [])];
  const experiment = {
    ...sharedBy(),
    command: 'sweep' as const,
    shard,
    scenario: plainSource(source),
    variant,
    vary: [...vary],
    metric,
    set,
    seed,
    replications: worlds,
  };
  const folder = resultFolder(flags.out, scenario, shardName('sweep', shard), { set, seed });
  return runShard({ experiment, folder, jobs, limits: limitsOf(flags), worker }, flags, context);
}

/** Loads, runs, writes and prints. Returns the exit code. */
export async function sweepSource(
  source: ScenarioSource,
  flags: SweepFlags,
  context: CommandContext,
  { worker, store }: GivenRuns,
): Promise<number> {
  const { err } = context.terminal;
  const { vary, variant, metric, full, worlds, looks, jobs, given } = askedFor(flags);
  const limits = limitsOf(flags);
  const loaded = loadFieldOf(source, flags, err, () => sweptMetricProblem(metric));
  if (loaded === null) return exitCodes.usage;
  const { field } = loaded;
  const seed = given ?? field.base.scenario.seed;
  return runField(
    {
      command: 'sweep',
      flags,
      loaded,
      seed,
      question: { vary, variant, over: field.over, metric, full, worlds, looks },
      options: { jobs, worker, limits },
      store,
      make: (options) => makeSweep({ field, metric, full, worlds, looks, seed, level: LEVEL }, options),
      tell: (sweep, files, signal) => tellSweep(sweep, { files, signal, flags }, context),
    },
    context,
  );
}

interface Told {
  readonly files: ResultFiles;
  readonly signal: AbortSignal;
  readonly flags: SweepFlags;
}

/** Tables, then the charts, then what is printed. */
async function tellSweep(
  sweep: Sweep,
  { files, signal, flags }: Told,
  { terminal: { out, err } }: CommandContext,
): Promise<number> {
  const { over } = sweep;
  const set = flags.set ?? [];
  files.stage('sweep.json', sweepJson(sweep));
  files.stage('sweep.csv', sweepCsv(sweep));
  const { sweepCharts } = await import('../report/field-charts.ts');
  const written = await writeFieldFiles(sweepCharts, sweep, {
    files,
    set: over === undefined ? set : [...set, over],
    signal,
    err,
    withCharts: flags.charts,
  });
  if (flags.json === true) out.write(sweepJson(sweep));
  else printSweep(sweep, files.folder, written.fileNames, set, out);
  return written.exitCode;
}
