/**
 * One comparison, from the file to the printed tables: load every variant, run
 * what is not kept yet, write all files at once, print. One that is interrupted
 * compares what every variant has, and goes on from there the next time.
 */
import { join } from 'node:path';
import { SimulationError } from '../engine/simulation-error.ts';
import { compareVariants } from '../experiments/compare.ts';
import type { Comparison } from '../experiments/comparison.ts';
import { LimitError, type RunLimits } from '../experiments/limits.ts';
import type { Until } from '../experiments/replication.ts';
import type { ExperimentProgress } from '../experiments/replications.ts';
import { loadVariants, type ComparedVariant } from '../experiments/variant-set.ts';
import { ReplicationError } from '../experiments/worker-pool.ts';
import { vocabulary } from '../metrics/catalogue.ts';
import { BASELINE } from '../metrics/comparison.ts';
import { formatClock } from '../scenario/wall-clock.ts';
import { commandLine, exitCodes, type CommandContext } from './command.ts';
import { comparisonCsv, comparisonJson, comparisonMarkdown, curvesCsv, replicationsCsv } from './comparison-files.ts';
import { printComparison } from './comparison-report.ts';
import { simulationErrorMessage, unexpectedErrorMessage } from './failure-message.ts';
import { interruptedExitCode, listenForInterruption } from './interruption.ts';
import { openKeptReplications } from './kept-replications.ts';
import type { LimitFlags } from './limit-flags.ts';
import { limitProblem, limitsOf } from './met-limits.ts';
import { showProgress } from './progress.ts';
import { openResultFiles, type ResultFiles } from './result-files.ts';
import { isProblem, namedFile, printProblems, readScenarioFile } from './scenario-file.ts';
import type { Side } from './terminal.ts';
import { UsageError } from './usage-error.ts';
import { counted } from './value-text.ts';
import { wholeNumber } from './whole-number.ts';
import { roughDuration } from '../metrics/rounding.ts';

export interface CompareFlags extends LimitFlags {
  readonly variants?: string;
  readonly replications: string;
  readonly jobs?: string;
  readonly until: string;
  readonly seed?: string;
  readonly set?: readonly string[];
  readonly out: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly charts: boolean;
}

const replicationsMax = 100_000;
const jobsMax = 256;

function untilOf(text: string): Until {
  if (text === 'end' || text === 'decided') return text;
  throw new UsageError(`--until must be end or decided, not "${text}"`);
}

function namesOf(text: string): string[] {
  const names = text.split(',').map((name) => name.trim()).filter((name) => name !== '');
  if (names.length === 0) throw new UsageError('--variants names no variant', 'like --variants full-jitter,more-hosts');
  return names;
}

/** What is compared, or null after its problems have been printed. */
function loadCompared(file: string, flags: CompareFlags, err: Side): readonly ComparedVariant[] | null {
  const source = readScenarioFile(file);
  if (isProblem(source)) {
    printProblems([source], null, err);
    return null;
  }
  const names = flags.variants === undefined ? undefined : namesOf(flags.variants);
  const set = loadVariants(source, vocabulary, { variants: names, set: flags.set });
  if (set.ok) return set.variants;
  printProblems(set.problems, source, err);
  return null;
}

/** Runs one replication alone. */
function repeatCommand(file: string, { variant, seed }: ReplicationError, { set = [] }: CompareFlags): string {
  const which = variant === BASELINE ? [] : ['--variant', variant];
  return commandLine(['run', file, ...which, '--seed', seed, ...set.flatMap((one) => ['--set', one])]);
}

function failureText(error: ReplicationError, [{ scenario }]: readonly ComparedVariant[], repeat: string, { colors }: Side): string {
  const { cause, variant, seed, message } = error;
  if (cause instanceof SimulationError) return simulationErrorMessage(cause, (atMs) => formatClock(scenario.clock, atMs, 'exact'), repeat, colors);
  if (cause instanceof Error) return unexpectedErrorMessage(cause, repeat, colors);
  return `${colors.red('internal error:')} ${message}\n  variant ${variant}, seed ${seed}; the runs that ended before are kept\n  repeat: ${repeat}\n`;
}

function progressLabel({ done, total, leftMs }: ExperimentProgress): string {
  return `${done} of ${total} runs, ${leftMs === null ? 'time left unknown yet' : `about ${roughDuration(Math.max(1000, Math.round(leftMs / 1000) * 1000))} left`}`;
}

/** Loads, runs, writes and prints. Returns the exit code. `worker` is for tests. */
export async function compareFile(argument: string, flags: CompareFlags, { terminal }: CommandContext, worker?: URL): Promise<number> {
  const { out, err } = terminal;
  const file = namedFile(argument);
  if (flags.seed === '') throw new UsageError('--seed must not be empty');
  const replications = wholeNumber('--replications', flags.replications, replicationsMax);
  const jobs = flags.jobs === undefined ? undefined : wholeNumber('--jobs', flags.jobs, jobsMax);
  const until = untilOf(flags.until);
  const limits = limitsOf(flags);
  const variants = loadCompared(file, flags, err);
  if (variants === null) return exitCodes.usage;
  const { scenario } = variants[0];
  const files = openResultFiles(join(flags.out, scenario.name, 'compare'));
  // Until everything is written: a polite kill leaves no temporary file, whenever it comes.
  const interruption = listenForInterruption(
    () => err.write('interrupted: writing what there is (once more to stop at once)\n'),
    () => files.discard(),
  );
  const { signal } = interruption;
  try {
    const request = { variants, seed: flags.seed ?? scenario.seed, replications, until };
    const comparison = await compareWatched(request, { jobs, worker, limits, signal, quiet: flags.quiet === true }, files, err);
    if (comparison === null) {
      files.discard();
      return interruptedExitCode;
    }
    const fileNames = await writeFiles(comparison, flags.charts && comparison.complete, files, signal);
    if (flags.json === true) out.write(comparisonJson(comparison));
    else printComparison(comparison, files.folder, fileNames, out);
    return interruption.asked ? interruptedExitCode : exitCodes.good;
  } catch (error) {
    files.discard();
    if (!(error instanceof ReplicationError)) throw error;
    if (error.cause instanceof LimitError) {
      printProblems([limitProblem(file, null, error.cause, ` (variant ${error.variant}, seed ${error.seed})`)], null, err);
      return exitCodes.usage;
    }
    err.write(failureText(error, variants, repeatCommand(file, error, flags), err));
    return exitCodes.bug;
  } finally {
    interruption.release();
  }
}

type Request = Parameters<typeof compareVariants>[0];

interface Way {
  readonly jobs: number | undefined;
  readonly worker: URL | undefined;
  readonly limits: RunLimits;
  readonly signal: AbortSignal;
  readonly quiet: boolean;
}

/** Runs with progress on stderr, keeps what is done, and stops early at the signal. Null if there is too little to compare then. */
async function compareWatched(request: Request, { quiet, ...way }: Way, files: ResultFiles, err: Side): Promise<Comparison | null> {
  const store = openKeptReplications(files.folder);
  const progress = await showProgress(err, `${request.variants[0].scenario.name} / compare`, quiet);
  way.signal.addEventListener('abort', () => progress.stop());
  let told: ExperimentProgress | null = null;
  try {
    const comparison = await compareVariants(request, {
      ...way,
      store,
      onProgress: (now) => {
        if (told === null && now.kept > 0 && !quiet) err.write(`${now.kept} of ${counted(now.total, 'run')} kept from before in ${store.folder} (remove it to run them anew)\n`);
        told = now;
        progress.at(now.done / now.total, progressLabel(now));
      },
    });
    progress.stop();
    const { done, total } = told ?? { done: 0, total: 0 };
    if (!comparison.complete) err.write(`interrupted: ${done} of ${counted(total, 'run')} done and kept; the same command goes on from there\n`);
    return comparison.complete || comparison.n >= 2 ? comparison : null;
  } finally {
    progress.stop();
  }
}

/** Writes all files, without further charts after the signal, and removes those of an earlier comparison that this one does not make. Returns their names. */
async function writeFiles(comparison: Comparison, withCharts: boolean, files: ResultFiles, signal: AbortSignal): Promise<readonly string[]> {
  const curves = curvesCsv(comparison);
  files.stage('comparison.json', comparisonJson(comparison));
  files.stage('comparison.csv', comparisonCsv(comparison));
  files.stage('comparison.md', comparisonMarkdown(comparison));
  files.stage('replications.csv', replicationsCsv(comparison));
  if (curves !== null) files.stage('curves.csv', curves);
  const { comparisonCharts } = await import('../report/comparison-charts.ts');
  if (withCharts && comparison.until === 'end') {
    const { drawComparisonChart } = await import('../report/draw-comparison.ts');
    for (const entry of comparisonCharts) {
      // Gives the signals their turn.
      await new Promise((resolve) => setImmediate(resolve));
      if (signal.aborted) break;
      files.stage(entry.fileName, await drawComparisonChart(entry, comparison));
    }
  }
  return files.commit(['curves.csv', ...comparisonCharts.map(({ fileName }) => fileName)]);
}
