/**
 * One `sim calibrate`, from the file to the printed tables: load it, run what is
 * not kept yet, write the tables all at once, then draw, print. One that is
 * interrupted keeps its runs and goes on from there the next time.
 */
import type { Worker } from 'node:worker_threads';
import { calibrate, type Calibration } from '../experiments/calibration/calibrate.ts';
import type { CalibrationRunOptions } from '../experiments/calibration/calibration-runs.ts';
import { contradiction, findingsOf, lastPopulation } from '../experiments/calibration/findings.ts';
import { EmptyBox, type Population } from '../experiments/calibration/populations.ts';
import type { ToldCalibration } from '../experiments/calibration/told-calibration.ts';
import { variantWorths, type Worths } from '../experiments/calibration/variant-worth.ts';
import { DrawSpace } from '../experiments/sensitivity/draw-space.ts';
import type { SeriesAsked } from '../metrics/series-readings.ts';
import { roughDuration } from '../metrics/rounding.ts';
import { counted } from '../metrics/value-text.ts';
import type { LoadedScenario, OpenedFile } from '../scenario/load.ts';
import { visible } from '../scenario/safe-text.ts';
import { formatClock } from '../scenario/wall-clock.ts';
import { calibrationJson, posteriorCsv } from './calibrate-files.ts';
import { budgetOf, rowsAgainst, toleranceOf, variantsAsked } from './calibrate-question.ts';
import { printCalibration } from './calibrate-text.ts';
import { writeWithCharts, type ChartToDraw, type WrittenCharts } from './chart-files.ts';
import { exitCodes, type CommandContext } from './command.ts';
import { openDrawnFile, refusedByLimits, requireDrawable } from './drawn-file.ts';
import { checkedSeed, jobsOf, limitsFor } from './field-question.ts';
import { interruptedExitCode, listenForInterruption } from './interruption.ts';
import { openKeptReplications } from './kept-replications.ts';
import type { LimitFlags } from './limit-flags.ts';
import { readMeasured } from './measured-files.ts';
import { showProgress, type Progress } from './progress.ts';
import { openResultFiles, type ResultFiles } from './result-files.ts';
import { resultFolder } from './result-folder.ts';
import { namedFile, printProblems } from './scenario-file.ts';
import type { Side } from './terminal.ts';
import { UsageError } from './usage-error.ts';
import { wholeNumber } from './whole-number.ts';

export interface CalibrateFlags extends LimitFlags {
  readonly rows?: string;
  readonly holdOut?: string;
  readonly tolerance: string;
  readonly particles: string;
  readonly budget?: string;
  readonly variants?: string;
  readonly draws: string;
  readonly jobs?: string;
  readonly seed?: string;
  readonly set?: readonly string[];
  readonly out: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly charts: boolean;
}

const particlesMax = 10_000;

interface Question {
  readonly file: string;
  readonly opened: OpenedFile;
  readonly loaded: LoadedScenario;
  readonly space: DrawSpace;
  readonly set: readonly string[];
  readonly seed: string;
  readonly series: readonly SeriesAsked[];
  readonly against: readonly string[];
  readonly variants: readonly string[];
  readonly particles: number;
  readonly draws: number;
  readonly toleranceMs: number;
  readonly budgetMs: number | null;
}

/** Null after the file's problems have been printed. Throws a UsageError. */
function questionOf(file: string, flags: CalibrateFlags, err: Side): Question | null {
  const ownSeed = checkedSeed(flags);
  const numbers = {
    particles: wholeNumber('--particles', flags.particles, particlesMax),
    draws: wholeNumber('--draws', flags.draws, particlesMax),
    toleranceMs: toleranceOf(flags.tolerance),
    budgetMs: budgetOf(flags.budget),
  };
  const set = flags.set ?? [];
  const drawn = openDrawnFile(file, set, err);
  if (drawn === null) return null;
  const { source, opened, loaded } = drawn;
  const { scenario } = loaded;
  const space = new DrawSpace(opened, loaded, set, []);
  requireDrawable(space, file);
  const { series, problems, notes } = readMeasured(file, loaded);
  if (problems.length > 0) {
    printProblems(problems, source, err);
    return null;
  }
  for (const note of notes) err.write(`${visible(note)}\n`);
  const against = rowsAgainst(scenario, flags);
  const variants = variantsAsked(opened, flags.variants);
  return { file, opened, loaded, space, set, seed: ownSeed ?? scenario.seed, series, against, variants, ...numbers };
}

/** Loads, runs, writes and prints. Returns the exit code. `worker` is for tests. */
export async function calibrateFile(
  argument: string,
  flags: CalibrateFlags,
  { terminal }: CommandContext,
  worker?: URL,
): Promise<number> {
  const { out, err } = terminal;
  const file = namedFile(argument);
  const jobs = jobsOf(flags);
  const limits = limitsFor(file, flags, err);
  const question = questionOf(file, flags, err);
  if (question === null) return exitCodes.usage;
  const { scenario } = question.loaded;
  const { set, seed } = question;
  const files = openResultFiles(resultFolder(flags.out, scenario, 'calibrate', { set, seed }));
  const interruption = listenForInterruption(() =>
    err.write('interrupted: what has been run is kept (once more to stop at once)\n'),
  );
  const { signal } = interruption;
  const idle = new Set<Worker>();
  const progress = await showProgress(err, `${scenario.name} / calibrate`, flags.quiet === true);
  signal.addEventListener('abort', () => progress.stop());
  try {
    const store = openKeptReplications(files.folder);
    const note = (text: string): void => {
      if (flags.quiet !== true && !err.isTerminal) err.write(`${visible(`${scenario.name} / calibrate: ${text}`)}\n`);
    };
    const told = await answer(question, { jobs, limits, worker, signal, store, idle }, progress, note);
    progress.stop();
    if (told === null || interruption.asked) {
      files.discard();
      err.write('interrupted: what has been run is kept; the same command goes on from there\n');
      return interruptedExitCode;
    }
    const { fileNames, exitCode } = await writeFiles(told, question, files, { charts: flags.charts, signal, err });
    if (flags.json === true) out.write(calibrationJson(told));
    else printCalibration(told, files.folder, fileNames, out);
    return interruption.asked ? interruptedExitCode : exitCode;
  } catch (error) {
    files.discard();
    return refusedByLimits(error, file, err);
  } finally {
    progress.stop();
    await Promise.all([...idle].map((thread) => thread.terminate()));
    interruption.release();
  }
}

/** Null if it was interrupted. */
async function answer(
  question: Question,
  options: CalibrationRunOptions,
  progress: Progress,
  tell: (line: string) => void,
): Promise<ToldCalibration | null> {
  const { opened, loaded, set, seed, variants, draws, particles } = question;
  const { scenario, hash } = loaded;
  let stage = { done: 0, total: 4 * particles, label: 'anywhere in the ranges' };
  const onRun = (): void => {
    stage = { ...stage, done: stage.done + 1 };
    progress.at(Math.min(0.99, stage.done / stage.total), `${stage.label}: ${counted(stage.done, 'run')}`);
  };
  const onPopulation = ({ toleranceMs, number, effectiveSize }: Population<unknown>): void => {
    const reached = Number.isFinite(toleranceMs) ? `±${roughDuration(toleranceMs)}` : 'any distance';
    stage = { done: 0, total: particles, label: `population ${number + 2}, after ${reached}` };
    tell(`population ${number + 1}: ${reached}, draws worth ${Math.round(effectiveSize)} even ones`);
  };
  const calibration = await calibrated(question, { ...options, onRun, onPopulation });
  if (options.signal?.aborted === true || calibration === null) return null;
  refuseUnfit(question, calibration);
  let worths: Worths | null = null;
  if (variants.length > 0) {
    stage = { done: 0, total: draws * (variants.length + 1), label: 'variants' };
    worths = await variantWorths(calibration, { file: opened, seed, variants, draws }, { ...options, onRun });
    if (!worths.complete) return null;
  }
  const findings = findingsOf(calibration, scenario.clock.durationMs);
  return { scenario, hash, set, seed, calibration, findings, worths };
}

async function calibrated(
  { space, loaded, seed, series, against, particles, toleranceMs, budgetMs }: Question,
  options: Parameters<typeof calibrate>[1],
): Promise<Calibration | null> {
  const startedMs = performance.now();
  const mayGoOn = (): boolean => budgetMs === null || performance.now() - startedMs < budgetMs;
  try {
    const { scenario } = loaded;
    return await calibrate({ space, scenario, seed, series, against, particles, toleranceMs, mayGoOn }, options);
  } catch (error) {
    if (!(error instanceof EmptyBox)) throw error;
    throw new UsageError(
      'the ranges of the assumptions leave hardly anything to run: of a thousand draws not one is possible before anything happens',
      '`sim sensitivity` says why',
    );
  }
}

/** Where no draw comes near, there is nothing to tell but why. */
function refuseUnfit({ loaded: { scenario }, particles }: Question, calibration: Calibration): void {
  if (calibration.populations.length === 0)
    throw new UsageError(
      `fewer than ${particles} runs came to their end`,
      'what has been run is kept; the same command goes on from there',
    );
  // Where the time was over, another draw may yet come nearer.
  const against = calibration.stop === 'stopped' ? null : contradiction(calibration);
  if (against === null) return;
  const { rows, nearestMs } = against;
  const named = rows.map(({ name, atMs }) => `${name} (${formatClock(scenario.clock, atMs)})`).map(visible);
  const both = rows.length === 1 ? named[0] : `both ${named.join(' and ')}`;
  throw new UsageError(
    Number.isFinite(nearestMs)
      ? `no draw comes nearer than ${roughDuration(nearestMs)} to ${both}`
      : `in no draw there is anything like ${both}`,
    '--hold-out leaves a row out, --tolerance takes what is farther off, and wider ranges may help; what has been run is kept',
  );
}

interface Writing {
  readonly charts: boolean;
  readonly signal: AbortSignal;
  readonly err: Side;
}

/** Writes the tables, removes what an earlier calibration left and this one does not make, and only then draws. */
async function writeFiles(
  told: ToldCalibration,
  { file }: Question,
  files: ResultFiles,
  { charts, signal, err }: Writing,
): Promise<WrittenCharts> {
  files.stage('calibration.json', calibrationJson(told));
  files.stage('posterior.csv', posteriorCsv(told, visible(file)));
  const { calibrationCharts } = await import('../report/calibration-charts.ts');
  const own = calibrationCharts.map(({ fileName }) => fileName);
  const draws = async (): Promise<ChartToDraw[]> => {
    if (!charts || lastPopulation(told.calibration).particles.length === 0) return [];
    const { drawCalibrationChart } = await import('../report/draw-calibration.ts');
    return calibrationCharts.map((entry) => ({
      fileName: entry.fileName,
      draw: () => drawCalibrationChart(entry, told),
    }));
  };
  return writeWithCharts({ files, own, charts: draws, signal, err });
}
