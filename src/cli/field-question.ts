/**
 * What `sim plan` and `sim sweep` share: their flags read, the field loaded with all
 * problems at once, where runs are kept, progress while nobody knows how many rounds
 * there will be, and what a failed run prints.
 */
import { SimulationError } from '../engine/simulation-error.ts';
import { LimitError, type RunLimits } from '../experiments/limits.ts';
import { NoInfluenceError } from '../experiments/no-influence.ts';
import type { ProbeProgress } from '../experiments/probes.ts';
import type { Looks } from '../experiments/thresholds/proportion.ts';
import { flagProblem } from '../experiments/vary/axis.ts';
import { loadField, type Field } from '../experiments/vary/points.ts';
import { ReplicationError } from '../experiments/worker-pool.ts';
import { vocabulary } from '../metrics/catalogue.ts';
import { roughDuration } from '../metrics/rounding.ts';
import { counted } from '../metrics/value-text.ts';
import type { Problem } from '../scenario/problem.ts';
import { visible } from '../scenario/safe-text.ts';
import type { ScenarioSource } from '../scenario/source-text.ts';
import { formatClock } from '../scenario/wall-clock.ts';
import { commandLine, exitCodes } from './command.ts';
import { simulationErrorMessage, unexpectedErrorMessage } from './failure-message.ts';
import { overOfSource, toldDrawError } from './over-draws.ts';
import type { LimitFlags } from './limit-flags.ts';
import { limitProblem, limitsOf, superviseLimits } from './met-limits.ts';
import { showProgress } from './progress.ts';
import { isProblem, printProblems, readScenarioFile } from './scenario-file.ts';
import type { Side } from './terminal.ts';
import { UsageError } from './usage-error.ts';
import type { QueueFlags } from './queue-flags.ts';
import { jobsMax, wholeNumber } from './whole-number.ts';

export interface FieldFlags extends LimitFlags, QueueFlags {
  readonly vary?: readonly string[];
  readonly variant?: string;
  readonly over?: string;
  readonly replications?: string;
  readonly until?: string;
  readonly seed?: string;
  readonly set?: readonly string[];
  readonly out: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

const WORLDS_MAX = 100_000;

export interface AskedWorlds {
  readonly worlds: number;
  readonly looks: Looks;
}

/** How many worlds, and whether it may end before. `usual`: without --replications, the number for --until decided, and else. */
export function worldsOf(
  { replications, until }: FieldFlags,
  usual: { decided: number; fixed: number | null },
): AskedWorlds {
  if (until !== undefined && until !== 'decided') throw new UsageError(`--until must be decided, not "${until}"`);
  const given = replications === undefined ? null : wholeNumber('--replications', replications, WORLDS_MAX);
  if (until === 'decided') return { worlds: given ?? usual.decided, looks: 'any-time' };
  if (given !== null) return { worlds: given, looks: 'once' };
  return usual.fixed === null ? { worlds: usual.decided, looks: 'any-time' } : { worlds: usual.fixed, looks: 'once' };
}

export function jobsOf({ jobs }: Pick<FieldFlags, 'jobs'>): number | undefined {
  return jobs === undefined ? undefined : wholeNumber('--jobs', jobs, jobsMax);
}

export function limitsFor(file: string, flags: LimitFlags, err: Side): RunLimits {
  const limits = limitsOf(flags);
  // The time is one of each run.
  superviseLimits(file, { ...limits, wallMsMax: Infinity }, err);
  return limits;
}

/** Texts of a flag that may not be empty. */
export function checkedSeed({ seed }: Pick<FieldFlags, 'seed'>): string | undefined {
  if (seed === '') throw new UsageError('--seed must not be empty');
  return seed;
}

export interface LoadedField {
  readonly field: Field;
  readonly source: ScenarioSource;
}

/** The field, or null after all problems have been printed; `more` finds those of other flags, once the scenario itself is sound. */
export function loadFieldFile(
  file: string,
  flags: FieldFlags,
  err: Side,
  more: (field: Field | null) => readonly Problem[],
): LoadedField | null {
  const source = readScenarioFile(file);
  if (!isProblem(source)) return loadFieldOf(source, flags, err, more);
  printProblems([source], null, err);
  return null;
}

/** The same of a text. */
export function loadFieldOf(
  source: ScenarioSource,
  flags: FieldFlags,
  err: Side,
  more: (field: Field | null) => readonly Problem[],
): LoadedField | null {
  const { vary = [], variant, set, seed } = flags;
  const over = flags.over === undefined ? undefined : overOfSource(source, flags.over, { set, seed }, err);
  if (over === null) return null;
  const loaded = loadField(source, vocabulary, { vary, variant, set, over });
  const problems = [...(loaded.ok ? [] : loaded.problems), ...more(loaded.ok ? loaded.field : null)];
  if (loaded.ok && problems.length === 0) return { field: loaded.field, source };
  printProblems(problems, source, err);
  return null;
}

const TELL_EVERY_MS = 30_000;

function progressWords({ runs, roundDone, roundTotal, roundLeftMs }: ProbeProgress): string {
  const left =
    roundLeftMs === null || roundLeftMs < 1000
      ? ''
      : `, about ${roughDuration(Math.round(roundLeftMs / 1000) * 1000)} left of it`;
  return `${counted(runs, 'run')}, ${roundDone} of ${roundTotal} of this round${left}`;
}

export interface FieldProgress {
  readonly at: (progress: ProbeProgress) => void;
  readonly stop: () => void;
}

/** A bar of the round under way for a person, a line now and then for a log; how many rounds there will be, the answers decide. */
export async function showFieldProgress(err: Side, what: string, kept: string, quiet: boolean): Promise<FieldProgress> {
  const bar = err.isTerminal ? await showProgress(err, what, quiet) : null;
  let [toldMs, toldKept, toldSpoilt] = [performance.now(), false, false];
  return {
    at: (progress) => {
      if (progress.spoilt > 0 && !toldSpoilt) {
        toldSpoilt = true;
        err.write(
          `${err.colors.yellow('warning:')} kept runs in ${visible(kept)} are not what was kept, and are run again\n`,
        );
      }
      if (quiet) return;
      if (progress.kept > 0 && !toldKept) {
        toldKept = true;
        err.write(`runs are kept from before in ${visible(kept)} (remove it to run them anew)\n`);
      }
      bar?.at(progress.roundTotal === 0 ? 1 : progress.roundDone / progress.roundTotal, progressWords(progress));
      if (bar !== null || performance.now() - toldMs < TELL_EVERY_MS) return;
      toldMs = performance.now();
      err.write(`${visible(what)}: ${progressWords(progress)}\n`);
    },
    stop: () => bar?.stop(),
  };
}

function repeatCommand(
  file: string,
  { field }: LoadedField,
  { variant, set = [] }: FieldFlags,
  error: ReplicationError,
): string {
  const point = field.points.find((one) => one.variant.name === error.variant);
  const changes = [...set, ...(point?.values.flatMap((value) => value.set) ?? [])].flatMap((one) => ['--set', one]);
  return commandLine([
    'run',
    file,
    ...(variant === undefined ? [] : ['--variant', variant]),
    '--seed',
    error.seed,
    ...error.assuming.flatMap((one) => ['--assume', one]),
    ...changes,
  ]);
}

/** What a failure of the runs prints, and the exit code; rethrows what is none. */
export function tellFailure(error: unknown, file: string, loaded: LoadedField, flags: FieldFlags, err: Side): number {
  const { source, field } = loaded;
  if (error instanceof NoInfluenceError) {
    const { values, worlds } = error;
    const problem = flagProblem(
      `--vary ${field.axes[0].given}`,
      field.axes[0].paths[0],
      'a field that changes what happens',
      `the same run, event for event, at ${values} of its values in ${counted(worlds, 'world')}`,
      'nothing in the scenario meets this field, or all is decided before it does: no target can depend on it',
    );
    printProblems([problem], source, err);
    return exitCodes.usage;
  }
  if (!(error instanceof ReplicationError)) throw toldDrawError(error);
  const { cause, variant, seed, message } = error;
  if (cause instanceof LimitError) {
    printProblems([limitProblem(file, null, cause, ` (${variant}, seed ${seed})`)], null, err);
    return exitCodes.usage;
  }
  const repeat = repeatCommand(file, loaded, flags, error);
  const { clock } = field.base.scenario;
  if (cause instanceof SimulationError)
    err.write(simulationErrorMessage(cause, (atMs) => formatClock(clock, atMs, 'exact'), repeat, err.colors));
  else if (cause instanceof Error) err.write(unexpectedErrorMessage(cause, repeat, err.colors));
  else err.write(`${err.colors.red('internal error:')} ${visible(message)}\n  repeat: ${visible(repeat)}\n`);
  return exitCodes.bug;
}
