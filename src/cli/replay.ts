/**
 * One replay, from the file to the printed report: load, run with progress,
 * write the records all at once, then draw, print. A run that was interrupted
 * writes what there is, without charts.
 */
import { SimulationError } from '../engine/simulation-error.ts';
import { referencesOf, variantOf } from '../experiments/expectation.ts';
import { findHeadrooms, tiersNeeded } from '../experiments/headroom.ts';
import { LimitError, type RunLimits } from '../experiments/limits.ts';
import { runScenario, type RunResult } from '../experiments/run.ts';
import { flagProblem } from '../experiments/vary/axis.ts';
import { eventsJsonLines } from '../metrics/notable-events.ts';
import { outcomeJson } from '../metrics/outcome.ts';
import { timeSeriesCsv } from '../metrics/time-series.ts';
import type { PageRun } from '../page/run-page-data.ts';
import { hasOwnStory, type LoadedScenario } from '../scenario/load.ts';
import type { Problem } from '../scenario/problem.ts';
import { jsonText, visible } from '../scenario/safe-text.ts';
import { formatClock } from '../scenario/wall-clock.ts';
import { unsaidMoves, unsaidProbes } from './answer-warnings.ts';
import { unsaidBoots } from './boot-warnings.ts';
import { unnoticedLosses } from './unnoticed-warnings.ts';
import { arithmeticWarnings } from './arithmetic-text.ts';
import type { ChartToDraw, WrittenCharts } from './chart-files.ts';
import { clockWarningsOfRun } from './clock-warnings.ts';
import { commandLine, exitCodes, type CommandContext } from './command.ts';
import { simulationErrorMessage } from './failure-message.ts';
import { interruptedExitCode, listenForInterruption, type Interruption } from './interruption.ts';
import type { LimitFlags } from './limit-flags.ts';
import { limitProblem, limitsOf, superviseLimits } from './met-limits.ts';
import { packageVersion, REPORT_DATA_FILE, REPORT_FILE, reportHtml } from './page-file.ts';
import { showProgress } from './progress.ts';
import { openResultFiles, type ResultFiles } from './result-files.ts';
import { resultFolder } from './result-folder.ts';
import { printRunReport } from './run-report.ts';
import { loadScenarioFile, namedFile, printProblems } from './scenario-file.ts';
import type { Side } from './terminal.ts';
import { UsageError } from './usage-error.ts';
import { unsaidMeanings } from './old-form-warnings.ts';
import { printWarnings } from './warnings.ts';

export interface RunFlags extends LimitFlags {
  readonly variant?: string;
  readonly seed?: string;
  readonly assume?: readonly string[];
  readonly set?: readonly string[];
  readonly out: string;
  /** tiers; true: all */
  readonly headroom?: readonly string[] | true;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly charts: boolean;
  readonly report: boolean;
}

/** The command that does the same run again; where its files go does not matter. */
function repeatCommand(
  file: string,
  seed: string,
  { variant, assume = [], set = [], headroom = [] }: RunFlags,
): string {
  const flags = [
    ...(variant === undefined ? [] : ['--variant', variant]),
    ...assume.flatMap((one) => ['--assume', one]),
    ...set.flatMap((one) => ['--set', one]),
    ...(headroom === true ? ['--headroom'] : headroom.flatMap((tier) => ['--headroom', tier])),
  ];
  return commandLine(['run', file, '--seed', seed, ...flags]);
}

/** The tiers whose headroom is asked for, by flags or by what the scenario expects of this variant. */
function tiersOf({ scenario, variant }: LoadedScenario, { headroom = [] }: RunFlags): readonly string[] | Problem {
  const names = scenario.tiers.map(({ name }) => name);
  if (headroom === true) return names;
  const unknown = headroom.find((tier) => !names.includes(tier));
  if (unknown !== undefined)
    return flagProblem('--headroom', '', `a tier: ${names.join(' | ')}`, JSON.stringify(unknown), null);
  const expected = scenario.expect.flatMap(referencesOf).filter((reference) => variantOf(reference) === variant);
  return [...new Set([...headroom, ...tiersNeeded(scenario, expected)])];
}

/** Loads, runs, writes and prints. Returns the exit code. */
export async function replay(argument: string, flags: RunFlags, context: CommandContext): Promise<number> {
  const { out, err } = context.terminal;
  const file = namedFile(argument);
  if (flags.seed === '') throw new UsageError('--seed must not be empty');
  const limits = limitsOf(flags);
  superviseLimits(file, limits, err);
  const loaded = loadScenarioFile(file, flags, err);
  if (loaded === null) return exitCodes.usage;
  const warnings = [
    clockWarningsOfRun,
    arithmeticWarnings,
    unsaidProbes,
    unsaidMoves,
    unnoticedLosses,
    unsaidBoots,
    unsaidMeanings,
  ].flatMap((warn) => warn(file, loaded));
  printWarnings(warnings, err);
  const { scenario, variant } = loaded;
  const tiers = tiersOf(loaded, flags);
  if ('path' in tiers) {
    printProblems([tiers], null, err);
    return exitCodes.usage;
  }
  const seed = flags.seed ?? scenario.seed;
  const repeat = repeatCommand(file, seed, flags);
  context.repeatWith(repeat);
  const set = [...(flags.assume ?? []), ...(flags.set ?? [])];
  const files = openResultFiles(resultFolder(flags.out, scenario, variant, { set, seed }));
  const variantTitle = loaded.variants.find(({ name }) => name === variant)?.title ?? '';
  try {
    const run = await runWatched(
      loaded,
      { seed, set, limits, tiers, quiet: flags.quiet === true, looksAtHosts: flags.report },
      err,
    );
    const { outcome, ended } = run.result;
    // What it took to compute is over; writing and drawing are not counted.
    superviseLimits(file, { ...limits, wallMsMax: Infinity }, err);
    const { fileNames, exitCode } = await writeFiles(run, variantTitle, { flags, files, err, loaded, command: repeat });
    if (flags.json === true) out.write(outcomeJson(outcome));
    else
      printRunReport(
        {
          variantTitle,
          tellsStory: loaded.sameDay || hasOwnStory(loaded),
          outcome,
          ended,
          folder: files.folder,
          fileNames,
        },
        out,
      );
    run.interruption.release();
    return run.interruption.asked ? interruptedExitCode : exitCode;
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

interface WatchedOptions {
  readonly seed: string;
  readonly set: readonly string[];
  readonly limits: RunLimits;
  readonly tiers: readonly string[];
  readonly quiet: boolean;
  readonly looksAtHosts: boolean;
}

/** Runs with progress on stderr, and stops early if asked to. */
async function runWatched(
  { scenario, variant, hash, sameDay }: LoadedScenario,
  { seed, set, limits, tiers, quiet, looksAtHosts }: WatchedOptions,
  err: Side,
): Promise<WatchedRun> {
  const progress = await showProgress(err, `${scenario.name} / ${variant}`, quiet);
  const interruption = listenForInterruption(() => {
    progress.stop();
    err.write('interrupted: writing what there is (once more to stop at once)\n');
  });
  const shouldStop = (): boolean => interruption.asked;
  const identity = { seed, variant, scenarioHash: hash, limits, shouldStop };
  try {
    const headrooms = await findHeadrooms(scenario, tiers, {
      ...identity,
      onTier: (tier) => progress.at(0, `headroom of ${visible(tier)}`),
    });
    const result = await runScenario(scenario, {
      ...identity,
      set,
      sameDay,
      withMetrics: true,
      looksAtHosts,
      headrooms,
      onProgress: (fraction) => {
        progress.at(fraction, formatClock(scenario.clock, fraction * scenario.clock.durationMs, 'minutes'));
      },
    });
    return { result, interruption };
  } finally {
    progress.stop();
  }
}

interface Writing {
  readonly flags: RunFlags;
  readonly files: ResultFiles;
  readonly err: Side;
  readonly loaded: LoadedScenario;
  readonly command: string;
}

/** Writes the records of the run, removes charts of an earlier one, and only then draws: what draws must not cost the result. */
async function writeFiles(
  { result, interruption }: WatchedRun,
  variantTitle: string,
  { flags, files, err, loaded, command }: Writing,
): Promise<WrittenCharts> {
  const { outcome, series, events, ended } = result;
  const { clock } = ended.scenario;
  const { charts } = await import('../report/charts.ts');
  files.stage('outcome.json', outcomeJson(outcome));
  files.stage('timeseries.csv', timeSeriesCsv(series, clock));
  files.stage('events.jsonl', eventsJsonLines(events, clock));
  const records = files.commit([...charts.map(({ fileName }) => fileName), REPORT_FILE, REPORT_DATA_FILE]);
  const none: WrittenCharts = { fileNames: [], exitCode: exitCodes.good };
  const draws = async (): Promise<WrittenCharts> => {
    const { writeCharts } = await import('./chart-files.ts');
    return writeCharts(await chartsToDraw(result, variantTitle), files, () => interruption.asked, err);
  };
  const drawn = flags.charts && outcome.complete ? await draws() : none;
  const writesReport = flags.report && outcome.complete && !interruption.asked;
  const page = { ...result, loaded, variantTitle, command, version: packageVersion() };
  const told = writesReport ? await writeReport(page, files, err) : none;
  return {
    fileNames: [...records, ...drawn.fileNames, ...told.fileNames],
    exitCode: drawn.exitCode === exitCodes.good ? told.exitCode : drawn.exitCode,
  };
}

/** All else is written by then: a report that cannot be made is a warning, and costs nothing else. */
async function writeReport(page: PageRun, files: ResultFiles, err: Side): Promise<WrittenCharts> {
  try {
    const { pageDataOf } = await import('../page/run-page-data.ts');
    const json = `${jsonText(pageDataOf(page))}\n`;
    files.stage(REPORT_DATA_FILE, json);
    files.stage(REPORT_FILE, reportHtml(json));
    return { fileNames: files.commit([]), exitCode: exitCodes.good };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    err.write(
      `${err.colors.yellow('warning:')} ${visible(`${REPORT_FILE} is missing: ${reason}`)}\n  everything else is written; --no-report writes none\n`,
    );
    return { fileNames: [], exitCode: exitCodes.bug };
  }
}

async function chartsToDraw(result: RunResult, variantTitle: string): Promise<ChartToDraw[]> {
  const [{ charts }, { drawChart }, { chartDataOf }] = await Promise.all([
    import('../report/charts.ts'),
    import('../report/draw-charts.ts'),
    import('./chart-input.ts'),
  ]);
  const chartData = chartDataOf(result, variantTitle);
  return charts.map((entry) => ({
    fileName: entry.fileName,
    draw: async () => (await drawChart(entry, chartData)).png,
  }));
}
