/**
 * One `sim sensitivity`, from the file to the printed tables: load it, run what
 * is not kept yet, write the tables all at once, then draw, print. One that is
 * interrupted tells what its runs say by then, draws nothing, and goes on from
 * there the next time.
 */
import { type RunLimits } from '../experiments/limits.ts';
import type { DrawOptions } from '../experiments/sensitivity/draw-runs.ts';
import { DrawSpace, type NamedFigure } from '../experiments/sensitivity/draw-space.ts';
import { analyse } from '../experiments/sensitivity/global-analysis.ts';
import { globalDraws } from '../experiments/sensitivity/global-draws.ts';
import { oneAtATime } from '../experiments/sensitivity/one-at-a-time.ts';
import { screen } from '../experiments/sensitivity/screening.ts';
import { isComplete, type Sensitivity, type SensitivityHead } from '../experiments/sensitivity/sensitivity.ts';
import { RANKED_FROM } from '../experiments/sensitivity/stopping.ts';
import { targetsOf } from '../experiments/sensitivity/targets.ts';
import { counted } from '../metrics/value-text.ts';
import type { LoadedScenario } from '../scenario/load.ts';
import { visible } from '../scenario/safe-text.ts';
import { writeWithCharts, type ChartToDraw, type WrittenCharts } from './chart-files.ts';
import { exitCodes, type CommandContext } from './command.ts';
import { openDrawnFile, refusedByLimits, requireDrawable } from './drawn-file.ts';
import { checkedSeed, jobsOf, limitsFor } from './field-question.ts';
import { interruptedExitCode, listenForInterruption } from './interruption.ts';
import { openKeptReplications } from './kept-replications.ts';
import type { LimitFlags } from './limit-flags.ts';
import { showProgress } from './progress.ts';
import { openResultFiles, type ResultFiles } from './result-files.ts';
import { resultFolder } from './result-folder.ts';
import { namedFile } from './scenario-file.ts';
import { drawsCsv, sensitivityJson } from './sensitivity-files.ts';
import { askedOf, figuresOf, methodOf, runsOf, untilDecidedOf, type Method } from './sensitivity-question.ts';
import { printSensitivity } from './sensitivity-text.ts';
import type { Side } from './terminal.ts';
import { UsageError } from './usage-error.ts';

export interface SensitivityFlags extends LimitFlags {
  readonly method: string;
  readonly runs?: string;
  readonly until?: string;
  readonly of?: readonly string[];
  readonly per?: readonly string[];
  readonly jobs?: string;
  readonly seed?: string;
  readonly set?: readonly string[];
  readonly out: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly charts: boolean;
}

interface Question {
  readonly head: SensitivityHead;
  readonly space: DrawSpace;
  readonly figures: readonly NamedFigure[];
  readonly runs: number;
  readonly untilDecided: boolean;
}

function questionOf(
  space: DrawSpace,
  loaded: LoadedScenario,
  figures: readonly NamedFigure[],
  method: Method,
  flags: SensitivityFlags,
): Question {
  const { scenario } = loaded;
  const { all, leftOut } = targetsOf(scenario, askedOf(flags.of ?? [], loaded));
  return {
    head: { scenario, set: flags.set ?? [], seed: flags.seed ?? scenario.seed, targets: all, leftOut },
    space,
    figures,
    runs: runsOf(method, flags.runs, space.assumptions.length),
    untilDecided: untilDecidedOf(method, flags.until),
  };
}

/** Null if it was interrupted before there was anything to tell. */
async function answer(question: Question, method: Method, options: DrawOptions): Promise<Sensitivity | null> {
  const { head, space, figures, runs, untilDecided } = question;
  const { seed, targets } = head;
  const request = { seed, targets };
  if (method === 'oat') {
    const result = await oneAtATime(space, request, options);
    if (result.complete && result.base === null)
      throw new UsageError(
        'the file itself costs more than the limits allow',
        '--max-time and --max-events raise them',
      );
    return result.complete || result.base !== null ? { ...head, method, result } : null;
  }
  const { assumptions } = space;
  if (method === 'screen') {
    const result = await screen(space, request, runs, options);
    return result.complete || result.runs.length > 0 ? { ...head, method, assumptions, result } : null;
  }
  const draws = await globalDraws(space, request, { runs, untilDecided }, options);
  if (draws.runs.length === 0 && draws.complete) throw emptyBox(draws.drawn, draws.impossible, draws.failed);
  if (draws.runs.length === 0) return null;
  const analysis = analyse(draws, assumptions, figures, targets, { seed, rankedFrom: RANKED_FROM });
  return { ...head, method, draws, result: analysis };
}

function emptyBox(drawn: number, impossible: ReadonlyMap<string, number>, failed: number): UsageError {
  const [most] = [...impossible].sort((a, b) => b[1] - a[1]);
  if (failed > 0) return new UsageError(`each of ${counted(failed, 'draw')} costs more than the limits allow`, '--max-time and --max-events raise them'); // prettier-ignore
  return new UsageError(
    `the ranges of the assumptions leave nothing to run: all of ${counted(drawn, 'draw')} are impossible before anything happens`,
    ...(most === undefined ? [] : [`${counted(most[1], 'draw')}: ${most[0]}`]),
  );
}

/** Loads, runs, writes and prints. Returns the exit code. `worker` is for tests. */
export async function sensitivityOfFile(
  argument: string,
  flags: SensitivityFlags,
  { terminal }: CommandContext,
  worker?: URL,
): Promise<number> {
  const { err } = terminal;
  const file = namedFile(argument);
  checkedSeed(flags);
  const method = methodOf(flags.method);
  const jobs = jobsOf(flags);
  const limits = limitsFor(file, flags, err);
  const drawn = openDrawnFile(file, flags.set ?? [], err);
  if (drawn === null) return exitCodes.usage;
  const { opened, loaded } = drawn;
  const figures = figuresOf(flags.per ?? [], method, loaded);
  const space = new DrawSpace(opened, loaded, flags.set ?? [], figures);
  requireDrawable(space, file);
  const question = questionOf(space, loaded, figures, method, flags);
  const { scenario, seed } = question.head;
  const files = openResultFiles(
    resultFolder(flags.out, scenario, `sensitivity-${method}`, { set: flags.set ?? [], seed }),
  );
  return work(question, method, { flags, files, jobs, limits, worker, file }, terminal);
}

interface Way {
  readonly flags: SensitivityFlags;
  readonly files: ResultFiles;
  readonly jobs: number | undefined;
  readonly limits: RunLimits;
  readonly worker: URL | undefined;
  readonly file: string;
}

async function work(
  question: Question,
  method: Method,
  way: Way,
  terminal: CommandContext['terminal'],
): Promise<number> {
  // prettier-ignore
  const { out, err } = terminal;
  const { flags, files, jobs, limits, worker, file } = way;
  const interruption = listenForInterruption(() =>
    err.write('interrupted: writing what there is (once more to stop at once)\n'),
  );
  const { signal } = interruption;
  const progress = await showProgress(err, `${question.head.scenario.name} / sensitivity`, flags.quiet === true);
  signal.addEventListener('abort', () => progress.stop());
  let [done, total] = [0, 0];
  try {
    const store = openKeptReplications(files.folder);
    const onProgress = (now: number, all: number): void => {
      [done, total] = [now, all];
      progress.at(all === 0 ? 1 : now / all, `${now} of ${counted(all, 'run')}`);
    };
    const sensitivity = await answer(question, method, { jobs, limits, worker, signal, store, onProgress });
    progress.stop();
    if (sensitivity === null) files.discard();
    if (sensitivity === null || !isComplete(sensitivity))
      err.write(
        `interrupted: ${done} of ${counted(total, 'run')} done and kept; the same command goes on from there\n`,
      );
    if (sensitivity === null) return interruptedExitCode;
    const { fileNames, exitCode } = await writeFiles(sensitivity, question.space, way, signal, err);
    if (flags.json === true) out.write(sensitivityJson(sensitivity));
    else printSensitivity(sensitivity, files.folder, fileNames, out);
    return interruption.asked ? interruptedExitCode : exitCode;
  } catch (error) {
    files.discard();
    return refusedByLimits(error, file, err);
  } finally {
    progress.stop();
    interruption.release();
  }
}

/** Writes the tables, removes what an earlier one left and this one does not make, and only then draws. */
async function writeFiles(
  sensitivity: Sensitivity,
  space: DrawSpace,
  { flags, files, file }: Way,
  signal: AbortSignal,
  err: Side,
): Promise<WrittenCharts> {
  files.stage('sensitivity.json', sensitivityJson(sensitivity));
  files.stage('draws.csv', drawsCsv(sensitivity, space.assumptions, visible(file)));
  const { sensitivityCharts } = await import('../report/sensitivity-charts.ts');
  const own = sensitivityCharts.map(({ fileName }) => fileName);
  const draws = async (): Promise<ChartToDraw[]> => {
    const wanted =
      flags.charts && isComplete(sensitivity) ? sensitivityCharts.filter(({ canDraw }) => canDraw(sensitivity)) : [];
    if (wanted.length === 0) return [];
    const { drawSensitivityChart } = await import('../report/draw-sensitivity.ts');
    return wanted.map((entry) => ({ fileName: entry.fileName, draw: () => drawSensitivityChart(entry, sensitivity) }));
  };
  return writeWithCharts({ files, own, charts: draws, signal, err });
}
