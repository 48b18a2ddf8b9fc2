/**
 * One sweep, from the file to the printed table: load every point, run, write, print.
 * One that is interrupted writes what it knows, and goes on from there the next time.
 */
import { makeSweep, type Sweep } from '../experiments/sweep.ts';
import { sweptMetricProblem } from '../experiments/swept-metric.ts';
import { exitCodes, type CommandContext } from './command.ts';
import {
  checkedSeed,
  jobsOf,
  limitsFor,
  loadFieldFile,
  showFieldProgress,
  tellFailure,
  worldsOf,
  type FieldFlags,
} from './field-question.ts';
import { interruptedExitCode, listenForInterruption } from './interruption.ts';
import { openKeptReplications } from './kept-replications.ts';
import { openResultFiles, type ResultFiles } from './result-files.ts';
import { questionFolder, resultFolder } from './result-folder.ts';
import { namedFile } from './scenario-file.ts';
import { sweepCsv, sweepJson } from './sweep-files.ts';
import { printSweep } from './sweep-report.ts';

export interface SweepFlags extends FieldFlags {
  readonly metric: string;
  readonly full?: boolean;
}

const LEVEL = 0.95;

/** Loads, runs, writes and prints. Returns the exit code. `worker` is for tests. */
export async function sweepFile(
  argument: string,
  flags: SweepFlags,
  { terminal }: CommandContext,
  worker?: URL,
): Promise<number> {
  const { out, err } = terminal;
  const file = namedFile(argument);
  const { vary = [], variant = null, metric, full = false } = flags;
  const isCurve = metric === 'collapse' && vary.length === 1;
  const { worlds, looks } = worldsOf(flags, { decided: 1000, fixed: isCurve ? 100 : 20 });
  const [jobs, given] = [jobsOf(flags), checkedSeed(flags)];
  const limits = limitsFor(file, flags, err);
  const loaded = loadFieldFile(file, flags, err, () => sweptMetricProblem(metric));
  if (loaded === null) return exitCodes.usage;
  const { scenario } = loaded.field.base;
  const seed = given ?? scenario.seed;
  const set = flags.set ?? [];
  const command = resultFolder(flags.out, scenario, 'sweep', { set, seed });
  const files = openResultFiles(questionFolder(command, vary, { vary, variant, metric, full, worlds, looks }));
  const interruption = listenForInterruption(() =>
    err.write('interrupted: writing what there is (once more to stop at once)\n'),
  );
  const store = openKeptReplications(command);
  const progress = await showFieldProgress(err, `${scenario.name} / sweep`, store.folder, flags.quiet === true);
  try {
    const { signal } = interruption;
    signal.addEventListener('abort', () => progress.stop());
    const request = { field: loaded.field, metric, full, worlds, looks, seed, level: LEVEL };
    const sweep = await makeSweep(request, { jobs, worker, limits, signal, store, onProgress: progress.at });
    progress.stop();
    const fileNames = writeSweep(sweep, files);
    if (flags.json === true) out.write(sweepJson(sweep));
    else printSweep(sweep, files.folder, fileNames, set, out);
    return interruption.asked ? interruptedExitCode : exitCodes.good;
  } catch (error) {
    progress.stop();
    files.discard();
    return tellFailure(error, file, loaded, flags, err);
  } finally {
    progress.stop();
    interruption.release();
  }
}

function writeSweep(sweep: Sweep, files: ResultFiles): readonly string[] {
  files.stage('sweep.json', sweepJson(sweep));
  files.stage('sweep.csv', sweepCsv(sweep));
  return files.commit([]);
}
