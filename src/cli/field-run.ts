/**
 * How `sim plan` and `sim sweep` run: with a queue if one is asked for, a folder for
 * the question, runs that are kept, progress, and an end by Ctrl-C that writes what
 * there is. Whatever comes to pass, all of it is closed again.
 */
import type { ProbeOptions } from '../experiments/probes.ts';
import type { ReplicationStore } from '../experiments/replications.ts';
import type { CommandContext } from './command.ts';
import { showFieldProgress, tellFailure, type FieldFlags, type LoadedField } from './field-question.ts';
import { interruptedExitCode, listenForInterruption } from './interruption.ts';
import { openKeptReplications } from './kept-replications.ts';
import { openQueue } from './open-queue.ts';
import { openResultFiles, type ResultFiles } from './result-files.ts';
import { questionFolder, resultFolder } from './result-folder.ts';

interface FieldRun<Result> {
  readonly command: 'plan' | 'sweep';
  readonly flags: FieldFlags;
  readonly loaded: LoadedField;
  readonly seed: string;
  /** all that its answer depends on, beside the scenario and the seed: names the folder */
  readonly question: object;
  readonly options: Pick<ProbeOptions, 'jobs' | 'limits' | 'worker'>;
  /** where all its runs are, if they have been made elsewhere */
  readonly store?: ReplicationStore | undefined;
  readonly make: (options: ProbeOptions) => Promise<Result>;
  /** Writes and prints. Returns the exit code of a run that was not interrupted. */
  readonly tell: (result: Result, files: ResultFiles, signal: AbortSignal) => Promise<number>;
}

/** Returns the exit code. */
export async function runField<Result>(run: FieldRun<Result>, { terminal: { err } }: CommandContext): Promise<number> {
  const { command, flags, loaded, seed, question, make, tell } = run;
  const { scenario } = loaded.field.base;
  const quiet = flags.quiet === true;
  const folder = resultFolder(flags.out, scenario, command, { set: flags.set ?? [], seed });
  const queue = await openQueue(flags, quiet, err);
  const files = openResultFiles(questionFolder(folder, flags.vary ?? [], question));
  const interruption = listenForInterruption(() =>
    err.write('interrupted: writing what there is (once more to stop at once)\n'),
  );
  const kept = run.store === undefined ? openKeptReplications(folder) : null;
  const store = run.store ?? kept ?? undefined;
  const progress = await showFieldProgress(err, `${scenario.name} / ${command}`, kept?.folder ?? '', quiet);
  try {
    const { signal } = interruption;
    signal.addEventListener('abort', () => progress.stop());
    const result = await make({ ...run.options, queue, signal, store, onProgress: progress.at });
    progress.stop();
    const exitCode = await tell(result, files, signal);
    return interruption.asked ? interruptedExitCode : exitCode;
  } catch (error) {
    progress.stop();
    files.discard();
    return tellFailure(error, loaded.source.file, loaded, flags, err);
  } finally {
    progress.stop();
    await queue?.close();
    interruption.release();
  }
}
