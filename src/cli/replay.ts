/**
 * One replay, from the file to the printed report: load, run with progress,
 * write all files at once, print. A run that was interrupted writes what there
 * is, without charts; a second interruption leaves nothing new behind.
 */
import { join } from 'node:path';
import { SimulationError } from '../engine/simulation-error.ts';
import { LimitError, type RunLimits } from '../experiments/limits.ts';
import { runScenario, type RunResult } from '../experiments/run.ts';
import { eventsJsonLines } from '../metrics/notable-events.ts';
import { outcomeJson } from '../metrics/outcome.ts';
import { timeSeriesCsv } from '../metrics/time-series.ts';
import type { LoadedScenario } from '../scenario/load.ts';
import { formatClock } from '../scenario/wall-clock.ts';
import { commandLine, exitCodes, type CommandContext } from './command.ts';
import { simulationErrorMessage } from './failure-message.ts';
import { interruptedExitCode, listenForInterruption, type Interruption } from './interruption.ts';
import type { LimitFlags } from './limit-flags.ts';
import { limitProblem, limitsOf } from './met-limits.ts';
import { showProgress } from './progress.ts';
import { openResultFiles, type ResultFiles } from './result-files.ts';
import { printRunReport } from './run-report.ts';
import { loadScenarioFile, namedFile, printProblems } from './scenario-file.ts';
import type { Side } from './terminal.ts';
import { UsageError } from './usage-error.ts';

export interface RunFlags extends LimitFlags {
  readonly variant?: string;
  readonly seed?: string;
  readonly set?: readonly string[];
  readonly out: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly charts: boolean;
}

/** The command that does the same run again; where its files go does not matter. */
function repeatCommand(file: string, seed: string, { variant, set = [] }: RunFlags): string {
  const flags = [...(variant === undefined ? [] : ['--variant', variant]), ...set.flatMap((one) => ['--set', one])];
  return commandLine(['run', file, '--seed', seed, ...flags]);
}

/** Loads, runs, writes and prints. Returns the exit code. */
export async function replay(argument: string, flags: RunFlags, context: CommandContext): Promise<number> {
  const { out, err } = context.terminal;
  const file = namedFile(argument);
  if (flags.seed === '') throw new UsageError('--seed must not be empty');
  const limits = limitsOf(flags);
  const loaded = loadScenarioFile(file, flags, err);
  if (loaded === null) return exitCodes.usage;
  const { scenario, variant } = loaded;
  const seed = flags.seed ?? scenario.seed;
  const repeat = repeatCommand(file, seed, flags);
  context.repeatWith(repeat);
  const files = openResultFiles(join(flags.out, scenario.name, variant));
  const variantTitle = loaded.variants.find(({ name }) => name === variant)?.title ?? '';
  try {
    const run = await runWatched(loaded, { seed, limits, quiet: flags.quiet === true }, files, err);
    const { outcome, figures } = run.result;
    const fileNames = await writeFiles(run, variantTitle, flags, files);
    if (flags.json === true) out.write(outcomeJson(outcome));
    else printRunReport({ variantTitle, outcome, figures, folder: files.folder, fileNames }, out);
    run.interruption.release();
    return run.interruption.asked ? interruptedExitCode : exitCodes.good;
  } catch (error) {
    files.discard();
    if (error instanceof LimitError) {
      printProblems([limitProblem(file, loaded, error)], null, err);
      return exitCodes.usage;
    }
    if (!(error instanceof SimulationError)) throw error;
    const clockTextOf = (atMs: number): string => formatClock(scenario.clock, atMs, 'exact');
    err.write(simulationErrorMessage(error, clockTextOf, repeat, err.colors));
    return exitCodes.bug;
  }
}

interface WatchedRun {
  readonly result: RunResult;
  readonly interruption: Interruption;
}

/** Runs with progress on stderr, and stops early if asked to. */
async function runWatched({ scenario, variant, hash }: LoadedScenario, { seed, limits, quiet }: { seed: string; limits: RunLimits; quiet: boolean }, files: ResultFiles, err: Side): Promise<WatchedRun> {
  const progress = await showProgress(err, `${scenario.name} / ${variant}`, quiet);
  const interruption = listenForInterruption(
    () => {
      progress.stop();
      err.write('interrupted: writing what there is (once more to stop at once)\n');
    },
    () => {
      progress.stop();
      files.discard();
    },
  );
  try {
    const result = await runScenario(scenario, {
      seed,
      variant,
      scenarioHash: hash,
      withMetrics: true,
      limits,
      onProgress: (fraction) => {
        progress.at(fraction, formatClock(scenario.clock, fraction * scenario.clock.durationMs, 'minutes'));
      },
      shouldStop: () => interruption.asked,
    });
    return { result, interruption };
  } finally {
    progress.stop();
  }
}

/** Writes all files of the run, and removes charts of an earlier one. Returns their names. */
async function writeFiles({ result, interruption }: WatchedRun, variantTitle: string, flags: RunFlags, files: ResultFiles): Promise<readonly string[]> {
  const { outcome, series, events, figures } = result;
  const { clock } = figures.scenario;
  const { charts } = await import('../report/charts.ts');
  files.stage('outcome.json', outcomeJson(outcome));
  files.stage('timeseries.csv', timeSeriesCsv(series, clock));
  files.stage('events.jsonl', eventsJsonLines(events, clock));
  if (flags.charts && outcome.complete) {
    const [{ drawChart }, { chartDataOf }] = await Promise.all([import('../report/draw-charts.ts'), import('./chart-input.ts')]);
    const chartData = chartDataOf(result, variantTitle);
    for (const entry of charts) {
      // Gives the signals their turn.
      await new Promise((resolve) => setImmediate(resolve));
      if (interruption.asked) break;
      const { fileName, png } = await drawChart(entry, chartData);
      files.stage(fileName, png);
    }
  }
  return files.commit(charts.map(({ fileName }) => fileName));
}
