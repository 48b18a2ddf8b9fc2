/**
 * One comparison, from the file to the printed tables: load every variant, run
 * what is not kept yet, write the tables all at once, then draw, print. One that
 * is interrupted compares what every variant has, and goes on from there the
 * next time.
 */
import { SimulationError } from '../engine/simulation-error.ts';
import { compareWithin } from '../experiments/budget.ts';
import { compareVariants, type CompareRequest } from '../experiments/compare.ts';
import type { Comparison } from '../experiments/comparison.ts';
import { LimitError, type RunLimits } from '../experiments/limits.ts';
import type { Until } from '../experiments/replication.ts';
import type { ExperimentProgress, ReplicationStore } from '../experiments/replications.ts';
import { loadVariants, type ComparedVariant, type VariantSet } from '../experiments/variant-set.ts';
import { ReplicationError } from '../experiments/worker-pool.ts';
import { vocabulary } from '../metrics/catalogue.ts';
import { BASELINE } from '../metrics/judgement.ts';
import { visible } from '../scenario/safe-text.ts';
import type { ScenarioSource } from '../scenario/source-text.ts';
import { formatClock } from '../scenario/wall-clock.ts';
import { writeWithCharts, type ChartToDraw, type WrittenCharts } from './chart-files.ts';
import { commandLine, exitCodes, listedNames, type CommandContext } from './command.ts';
import { comparisonCsv, comparisonJson, comparisonMarkdown, curvesCsv, replicationsCsv } from './comparison-files.ts';
import { printComparison } from './comparison-report.ts';
import { simulationErrorMessage, unexpectedErrorMessage } from './failure-message.ts';
import { interruptedExitCode, listenForInterruption } from './interruption.ts';
import { openKeptReplications, type GivenRuns } from './kept-replications.ts';
import type { LimitFlags } from './limit-flags.ts';
import { showComparison } from './live-comparison.ts';
import { overOfSource, toldDrawError, type Over } from './over-draws.ts';
import { openQueue } from './open-queue.ts';
import type { QueueFlags } from './queue-flags.ts';
import { durationFlag, limitProblem, limitsOf, superviseLimits } from './met-limits.ts';
import { openResultFiles, type ResultFiles } from './result-files.ts';
import { resultFolder } from './result-folder.ts';
import { isProblem, namedFile, printProblems, readScenarioFile } from './scenario-file.ts';
import { screen } from './supervised.ts';
import type { Side } from './terminal.ts';
import { UsageError } from './usage-error.ts';
import { counted } from '../metrics/value-text.ts';
import { jobsMax, replicationsMax, wholeNumber } from './whole-number.ts';

export interface CompareFlags extends LimitFlags, QueueFlags {
  readonly variants?: string;
  readonly against?: string;
  readonly replications: string;
  readonly budget?: string;
  readonly jobs?: string;
  readonly until?: string;
  readonly shard?: string;
  readonly over?: string;
  readonly seed?: string;
  readonly set?: readonly string[];
  readonly out: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly charts: boolean;
}

function untilOf(text: string): Until {
  if (text === 'end' || text === 'decided') return text;
  throw new UsageError(`--until must be end or decided, not "${text}"`);
}

function namesOf(text: string): string[] {
  const names = listedNames(text);
  if (names.length === 0) throw new UsageError('--variants names no variant', 'like --variants full-jitter,more-hosts');
  return names;
}

interface Loader {
  readonly variants: readonly ComparedVariant[];
  readonly over: Over | undefined;
  /** the same with a part of the fleet */
  readonly scaled: (factor: number) => VariantSet;
}

/** What is compared, or null after its problems have been printed. */
function loadCompared(source: ScenarioSource, flags: CompareFlags, err: Side): Loader | null {
  const { over: draws, set: changes, seed } = flags;
  const over = draws === undefined ? undefined : overOfSource(source, draws, { set: changes, seed }, err);
  if (over === null) return null;
  const names = flags.variants === undefined ? undefined : namesOf(flags.variants);
  const load = (scaledBy: number): VariantSet =>
    loadVariants(source, vocabulary, {
      variants: names,
      against: flags.against,
      set: flags.set,
      scaledBy,
      over: over?.worlds,
    });
  const set = load(1);
  if (set.ok) return { variants: set.variants, scaled: load, over };
  printProblems(set.problems, source, err);
  return null;
}

/** Runs one replication alone. */
function repeatCommand(file: string, error: ReplicationError, { set = [] }: CompareFlags): string {
  const { variant, seed, assuming } = error;
  const which = variant === BASELINE ? [] : ['--variant', variant];
  const assumed = assuming.flatMap((one) => ['--assume', one]);
  return commandLine(['run', file, ...which, '--seed', seed, ...assumed, ...set.flatMap((one) => ['--set', one])]);
}

function failureText(
  error: ReplicationError,
  [{ scenario }]: readonly ComparedVariant[],
  repeat: string,
  { colors }: Side,
): string {
  const { cause, variant, seed, message } = error;
  if (cause instanceof SimulationError)
    return simulationErrorMessage(cause, (atMs) => formatClock(scenario.clock, atMs, 'exact'), repeat, colors);
  if (cause instanceof Error) return unexpectedErrorMessage(cause, repeat, colors);
  return `${colors.red('internal error:')} ${visible(message)}\n  variant ${visible(variant)}, seed ${visible(seed)}; the runs that ended before are kept\n  repeat: ${visible(repeat)}\n`;
}

interface Asked {
  readonly request: CompareRequest;
  /** null: as long as it takes */
  readonly budgetMs: number | null;
  readonly jobs: number | undefined;
  readonly limits: RunLimits;
}

/** What the flags ask for. Throws a UsageError. */
function askedFor(flags: CompareFlags): Omit<Asked, 'request'> & { replications: number; until: Until } {
  if (flags.seed === '') throw new UsageError('--seed must not be empty');
  if (flags.over !== undefined && flags.budget !== undefined)
    throw new UsageError('--over and --budget exclude each other', 'the time of a run differs from draw to draw');
  return {
    replications: wholeNumber('--replications', flags.replications, replicationsMax),
    jobs: flags.jobs === undefined ? undefined : wholeNumber('--jobs', flags.jobs, jobsMax),
    until: untilOf(flags.until ?? 'end'),
    budgetMs: flags.budget === undefined ? null : durationFlag('--budget', flags.budget),
    limits: limitsOf(flags),
  };
}

/** Reads the file and compares its variants. Returns the exit code. `worker` is for tests. */
export async function compareFile(
  argument: string,
  flags: CompareFlags,
  context: CommandContext,
  worker?: URL,
): Promise<number> {
  const { err } = context.terminal;
  const file = namedFile(argument);
  // The time is one of each run.
  superviseLimits(file, { ...askedFor(flags).limits, wallMsMax: Infinity }, err);
  const source = readScenarioFile(file);
  if (!isProblem(source))
    return flags.shard === undefined
      ? compareSource(source, flags, context, { worker })
      : compareShard(source, flags.shard, flags, context, worker);
  printProblems([source], null, err);
  return exitCodes.usage;
}

/** One shard of it. */
async function compareShard(
  source: ScenarioSource,
  shardText: string,
  flags: CompareFlags,
  context: CommandContext,
  worker: URL | undefined,
): Promise<number> {
  const { shardFlag, plainSource } = await import('./shared-experiment.ts');
  const { refuseBesideShard, runShard, shardName, sharedBy } = await import('./shard-run.ts');
  const shard = shardFlag(shardText);
  refuseBesideShard(flags, ['budget', 'json', 'over']);
  const { replications, until, jobs, limits } = askedFor(flags);
  const loader = loadCompared(source, flags, context.terminal.err);
  if (loader === null) return exitCodes.usage;
  const [{ scenario }] = loader.variants;
  const seed = flags.seed ?? scenario.seed;
  const set = [...(flags.set ?? [])];
  const experiment = {
    ...sharedBy(),
    command: 'compare' as const,
    shard,
    scenario: plainSource(source),
    variants: flags.variants === undefined ? null : namesOf(flags.variants),
    against: flags.against ?? null,
    set,
    seed,
    replications,
    until,
  };
  const folder = resultFolder(flags.out, scenario, shardName('compare', shard), { set, seed });
  return runShard({ experiment, folder, jobs, limits, worker }, flags, context);
}

/** Loads, runs, writes and prints. Returns the exit code. */
export async function compareSource(
  source: ScenarioSource,
  flags: CompareFlags,
  { terminal }: CommandContext,
  { worker, store }: GivenRuns,
): Promise<number> {
  const { out, err } = terminal;
  const { file } = source;
  const { replications, until, budgetMs, jobs, limits } = askedFor(flags);
  const loader = loadCompared(source, flags, err);
  if (loader === null) return exitCodes.usage;
  const { variants, over } = loader;
  const { scenario } = variants[0];
  const seed = flags.seed ?? scenario.seed;
  const set = flags.set ?? [];
  const files = openResultFiles(
    resultFolder(flags.out, scenario, 'compare', { set: over === undefined ? set : [...set, over.mark], seed }),
  );
  // Until everything is written: a polite kill leaves no temporary file, whenever it comes.
  const interruption = listenForInterruption(() =>
    err.write('interrupted: writing what there is (once more to stop at once)\n'),
  );
  const { signal } = interruption;
  try {
    const request = { variants, set, over: over?.text, against: flags.against, seed, replications, until };
    const comparison = await compareWatched({ request, budgetMs, jobs, limits }, loader, {
      signal,
      worker,
      store: store ?? openKeptReplications(files.folder),
      flags,
      err,
    });
    const { fileNames, exitCode } = await writeFiles(comparison, {
      withCharts: flags.charts && comparison.complete,
      files,
      signal,
      err,
    });
    if (flags.json === true) out.write(comparisonJson(comparison));
    else printComparison(comparison, files.folder, fileNames, out);
    return interruption.asked ? interruptedExitCode : exitCode;
  } catch (error) {
    files.discard();
    if (!(error instanceof ReplicationError)) throw toldDrawError(error);
    if (error.cause instanceof LimitError) {
      printProblems(
        [limitProblem(file, null, error.cause, ` (variant ${error.variant}, seed ${error.seed})`)],
        null,
        err,
      );
      return exitCodes.usage;
    }
    err.write(failureText(error, variants, repeatCommand(file, error, flags), err));
    return exitCodes.bug;
  } finally {
    interruption.release();
  }
}

interface Way {
  readonly signal: AbortSignal;
  readonly worker: URL | undefined;
  readonly store: ReplicationStore & { readonly folder?: string };
  readonly flags: CompareFlags;
  readonly err: Side;
}

/** Runs with a table or progress on stderr, keeps what is done, and stops early at the signal or when the budget is spent. */
async function compareWatched(
  { request, budgetMs, jobs, limits }: Asked,
  { scaled }: Loader,
  { signal, worker, store, flags, err }: Way,
): Promise<Comparison> {
  const quiet = flags.quiet === true;
  const names = request.variants.map(({ name }) => name);
  const live = showComparison(
    err,
    {
      variants: names,
      what: `${request.variants[0].scenario.name} / compare`,
      budgetMs,
      height: () => screen().rows || 24,
    },
    quiet,
  );
  signal.addEventListener('abort', () => live.stop());
  let told: ExperimentProgress | null = null;
  const onProgress = (now: ExperimentProgress): void => {
    if (told === null && now.spoilt > 0)
      err.write(
        `${err.colors.yellow('warning:')} ${counted(now.spoilt, 'kept run')} in ${visible(store.folder ?? '')} ${now.spoilt === 1 ? 'is not what was kept, and is' : 'are not what was kept, and are'} run again\n`,
      );
    if (told === null && now.kept > 0 && !quiet)
      err.write(
        `${now.kept} of ${counted(now.total, 'run')} kept from before in ${visible(store.folder ?? '')} (remove it to run them anew)\n`,
      );
    told = now;
    live.at(now);
  };
  const queue = await openQueue(flags, quiet, err);
  const options = { jobs, worker, queue, limits, signal, store, onProgress, onReplication: live.replication };
  try {
    const comparison =
      budgetMs === null
        ? await compareVariants(request, options)
        : await compareWithin(
            { ...request, budgetMs, scaled, mayCut: flags.until === undefined },
            { ...options, onPlan: live.plan },
          );
    live.stop();
    const { done, total } = (told as ExperimentProgress | null) ?? {
      done: 0,
      total: request.variants.length * request.replications,
    };
    if (!comparison.complete)
      err.write(
        `interrupted: ${done} of ${counted(total, 'run')} done and kept; the same command goes on from there\n`,
      );
    return comparison;
  } finally {
    live.stop();
    await queue?.close();
  }
}

/** What was cut has no curves, and without runs of the baseline and the one held against nothing can be drawn. */
function hasCharts({ until, against, variants }: Comparison): boolean {
  return until === 'end' && variants.every(({ name, n }) => n > 0 || (name !== BASELINE && name !== against));
}

interface Writing {
  readonly withCharts: boolean;
  readonly files: ResultFiles;
  readonly signal: AbortSignal;
  readonly err: Side;
}

/** Writes the tables, removes what an earlier comparison left and this one does not make, and only then draws, until the signal. */
async function writeFiles(comparison: Comparison, { withCharts, files, signal, err }: Writing): Promise<WrittenCharts> {
  const curves = curvesCsv(comparison);
  files.stage('comparison.json', comparisonJson(comparison));
  files.stage('comparison.csv', comparisonCsv(comparison));
  files.stage('comparison.md', comparisonMarkdown(comparison));
  files.stage('replications.csv', replicationsCsv(comparison));
  if (curves !== null) files.stage('curves.csv', curves);
  const { comparisonCharts } = await import('../report/comparison-charts.ts');
  const own = ['curves.csv', ...comparisonCharts.map(({ fileName }) => fileName)];
  const charts = async (): Promise<ChartToDraw[]> => {
    if (!withCharts || !hasCharts(comparison)) return [];
    const { drawComparisonChart } = await import('../report/draw-comparison.ts');
    return comparisonCharts.map((entry) => ({
      fileName: entry.fileName,
      draw: () => drawComparisonChart(entry, comparison),
    }));
  };
  return writeWithCharts({ files, own, charts, signal, err });
}
