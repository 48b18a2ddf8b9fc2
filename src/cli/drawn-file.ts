/**
 * A scenario file whose assumptions are drawn, for `sim sensitivity` and `sim
 * calibrate`: read, with the warnings of how it says them; and what both tell where
 * there is nothing to draw, or where a run costs more than the limits allow.
 */
import { LimitError } from '../experiments/limits.ts';
import type { DrawSpace } from '../experiments/sensitivity/draw-space.ts';
import { ReplicationError } from '../experiments/worker-pool.ts';
import { vocabulary } from '../metrics/catalogue.ts';
import { openScenario, type LoadedScenario, type OpenedFile } from '../scenario/load.ts';
import type { ScenarioSource } from '../scenario/source-text.ts';
import { exitCodes } from './command.ts';
import { limitProblem } from './met-limits.ts';
import { oldFormRanges, unsaidMeanings } from './old-form-warnings.ts';
import { isProblem, printProblems, readScenarioFile } from './scenario-file.ts';
import type { Side } from './terminal.ts';
import { UsageError } from './usage-error.ts';
import { printWarnings } from './warnings.ts';

interface DrawnFile {
  readonly source: ScenarioSource;
  readonly opened: OpenedFile;
  readonly loaded: LoadedScenario;
}

/** Null after the file's problems have been printed. */
export function openDrawnFile(file: string, set: readonly string[], err: Side): DrawnFile | null {
  const source = readScenarioFile(file);
  if (isProblem(source)) {
    printProblems([source], null, err);
    return null;
  }
  const opened = openScenario(source, vocabulary);
  const loaded = opened.load({ set });
  if (!loaded.ok) {
    printProblems(loaded.problems, source, err);
    return null;
  }
  printWarnings(
    [unsaidMeanings, oldFormRanges].flatMap((warn) => warn(file, loaded)),
    err,
  );
  return { source, opened, loaded };
}

/** Throws a UsageError where the file assumes nothing that could be otherwise. */
export function requireDrawable({ assumptions }: DrawSpace, file: string): void {
  if (assumptions.length > 0) return;
  throw new UsageError(
    `${file} has nothing to draw: no row of its assumptions has a range or choices`,
    'like assumptions: [{ path: tiers.api.hosts, range: [4, 16], why: not published }]',
  );
}

/** Tells of a run that met a limit. Returns the exit code; throws on whatever else it was. */
export function refusedByLimits(error: unknown, file: string, err: Side): number {
  if (!(error instanceof ReplicationError) || !(error.cause instanceof LimitError)) throw error;
  printProblems([limitProblem(file, null, error.cause)], null, err);
  return exitCodes.usage;
}
