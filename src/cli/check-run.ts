/**
 * One check, from the files to the exit code: find and load them, run what
 * their expectations need in workers, print a line as each ends, then the
 * failures, and write the reports that were asked for. One that is interrupted
 * tells what had ended, and leaves the baseline file alone.
 */
import { appendFileSync } from 'node:fs';
import picocolors from 'picocolors';
import { SimulationError } from '../engine/simulation-error.ts';
import { compareWithBaseline, storedScenario, type Baseline } from '../experiments/baseline.ts';
import { neededVariants, runChecks, type CheckedScenario, type ScenarioCheck } from '../experiments/check.ts';
import { LimitError } from '../experiments/limits.ts';
import type { ReplicationStore } from '../experiments/replications.ts';
import { loadVariants } from '../experiments/variant-set.ts';
import { defaultJobs, ReplicationError } from '../experiments/worker-pool.ts';
import { vocabulary } from '../metrics/catalogue.ts';
import { BASELINE } from '../metrics/judgement.ts';
import { loadScenario, type LoadedScenario } from '../scenario/load.ts';
import { formatProblem, type Problem } from '../scenario/problem.ts';
import { visible } from '../scenario/safe-text.ts';
import type { ScenarioSource } from '../scenario/source-text.ts';
import { formatClock } from '../scenario/wall-clock.ts';
import { openBaseline, type OpenBaseline } from './baseline-file.ts';
import { checkedFile, unjudgedFile, type Asked, type CheckedFile } from './check-outcome.ts';
import { annotations, checkJson, checkMarkdown, type CheckIdentity } from './check-reports.ts';
import { failuresText, fileLine, summaryText } from './check-text.ts';
import { commandLine, exitCodes, type CommandContext } from './command.ts';
import { simulationErrorMessage, unexpectedErrorMessage } from './failure-message.ts';
import { interruptedExitCode, listenForInterruption } from './interruption.ts';
import { junitXml } from './junit.ts';
import type { LimitFlags } from './limit-flags.ts';
import { limitProblem, limitsOf, superviseLimits } from './met-limits.ts';
import { openQueue } from './open-queue.ts';
import { showProgress } from './progress.ts';
import type { QueueFlags } from './queue-flags.ts';
import { openSingleFile, type SingleFile } from './result-files.ts';
import { isProblem, namedFile, readScenarioFile, sourceText } from './scenario-file.ts';
import { scenarioFiles } from './scenario-search.ts';
import type { Side, Terminal } from './terminal.ts';
import { reasonOf, UsageError } from './usage-error.ts';
import { jobsMax, replicationsMax, wholeNumber } from './whole-number.ts';

export interface CheckFlags extends LimitFlags, QueueFlags {
  readonly replications?: string;
  readonly baseline?: string;
  readonly update?: boolean;
  readonly exclude?: readonly string[];
  readonly set?: readonly string[];
  readonly jobs?: string;
  readonly shard?: string;
  readonly out?: string;
  readonly json?: boolean;
  readonly junit?: string;
  readonly markdown?: string;
  readonly quiet?: boolean;
}

/** What a check is made with, if not as usual. */
export interface Given {
  /** for tests */
  readonly worker?: URL | undefined;
  /** scenarios by their files, and where all their runs are, if they have been made elsewhere */
  readonly given?: { readonly sources: ReadonlyMap<string, ScenarioSource>; readonly store: ReplicationStore };
}

interface Plan {
  readonly files: readonly string[];
  readonly asked: Asked;
  readonly jobs: number;
  readonly limits: ReturnType<typeof limitsOf>;
  readonly baseline: OpenBaseline | null;
  readonly junit: SingleFile | null;
  readonly markdown: SingleFile | null;
}

function planOf(args: readonly string[], flags: CheckFlags, { given }: Given): Plan {
  const { replications, jobs, update = false, set = [] } = flags;
  if (update && flags.baseline === undefined)
    throw new UsageError('--update needs --baseline FILE, the file to rewrite');
  if (update && set.length > 0)
    throw new UsageError('--update does not go with --set', 'a baseline is of scenarios as they are');
  const files = given === undefined ? scenarioFiles(args, flags.exclude).map(namedFile) : args;
  const asked = {
    replications: replications === undefined ? null : wholeNumber('--replications', replications, replicationsMax),
    set,
  };
  return {
    files,
    asked,
    jobs: jobs === undefined ? defaultJobs() : wholeNumber('--jobs', jobs, jobsMax),
    limits: limitsOf(flags),
    baseline: flags.baseline === undefined ? null : openBaseline(flags.baseline, update, asked.replications),
    junit: flags.junit === undefined ? null : openSingleFile(flags.junit),
    markdown: flags.markdown === undefined ? null : openSingleFile(flags.markdown),
  };
}

interface Loaded {
  readonly loaded: LoadedScenario;
  readonly checked: CheckedScenario;
}

function problemText(problems: readonly Problem[], source: ScenarioSource | null): string {
  const text = source === null || !problems.some(({ line }) => line > 0) ? undefined : sourceText(source);
  return (
    problems
      .slice(0, 20)
      .map((problem) => `${formatProblem(problem, problem.line > 0 ? text : undefined)}\n`)
      .join('') + (problems.length > 20 ? `${problems.length} problems\n` : '')
  );
}

/** The scenario and the variants that its expectations name, or its problems in print. */
function load(file: string, set: readonly string[], given: Given['given']): Loaded | string {
  const source = given?.sources.get(file) ?? readScenarioFile(file);
  if (isProblem(source)) return problemText([source], null);
  const loaded = loadScenario(source, vocabulary, { set });
  if (!loaded.ok) return problemText(loaded.problems, source);
  const expectations = loaded.scenario.expect;
  const variants = loadVariants(source, vocabulary, { variants: neededVariants(expectations), set });
  if (!variants.ok) return problemText(variants.problems, source);
  return { loaded, checked: { file, variants: variants.variants, expectations } };
}

/** What became of a scenario whose run failed. */
function failedFile(check: ScenarioCheck, { loaded }: Loaded, { set }: Asked): CheckedFile {
  const { file } = check.scenario;
  const { failure } = check;
  const cause = failure instanceof ReplicationError ? failure.cause : failure;
  if (cause instanceof LimitError) {
    const which = failure instanceof ReplicationError ? ` (variant ${failure.variant}, seed ${failure.seed})` : '';
    const text = formatProblem(limitProblem(file, loaded, cause, which));
    return unjudgedFile(file, cause.facts.limit === 'time' ? 'slow' : 'wrong', `${text}\n`, check);
  }
  const { variant, seed, message } = failure as ReplicationError;
  const repeat = commandLine([
    'run',
    file,
    ...(variant === BASELINE ? [] : ['--variant', variant]),
    '--seed',
    seed,
    ...set.flatMap((one) => ['--set', one]),
  ]);
  // Told to files and machines too, so without colours.
  const colors = picocolors.createColors(false);
  const clockTextOf = (atMs: number): string => formatClock(loaded.scenario.clock, atMs, 'exact');
  const text =
    cause instanceof SimulationError
      ? simulationErrorMessage(cause, clockTextOf, repeat, colors)
      : cause instanceof Error
        ? unexpectedErrorMessage(cause, repeat, colors)
        : `internal error: ${visible(message)}\n  variant ${visible(variant)}, seed ${visible(seed)}\n  repeat: ${visible(repeat)}\n`;
  return unjudgedFile(file, 'broken', text, check);
}

function judge(check: ScenarioCheck, own: Loaded, { asked, baseline }: Plan): CheckedFile {
  if (check.failure !== null) return failedFile(check, own, asked);
  const { name } = own.loaded.scenario;
  let verdict = null;
  if (baseline !== null) {
    const stored = storedScenario(check, baseline.current.tolerances);
    // With --update there is nothing to compare with: what stands in the file is about to go.
    if (baseline.updates) baseline.keep(name, stored);
    else verdict = compareWithBaseline(baseline.current, name, stored, process.version);
  }
  return checkedFile({ check, loaded: own.loaded, asked }, verdict);
}

interface Checked {
  readonly files: readonly CheckedFile[];
  readonly complete: boolean;
}

/** Loads and runs them all until the signal is given, and prints a line for each as it ends. */
async function checkAll(
  plan: Plan,
  flags: CheckFlags,
  { out, err }: Terminal,
  signal: AbortSignal,
  { worker, given }: Given,
): Promise<Checked> {
  const byFile = new Map<string, CheckedFile>();
  const tell = (checked: CheckedFile): void => {
    byFile.set(checked.file, checked);
    if (flags.json !== true && flags.quiet !== true) {
      progress.stop();
      out.write(fileLine(checked, out));
    }
  };
  const progress = await showProgress(
    err,
    'sim check',
    flags.quiet === true || (flags.json !== true && err.isTerminal),
  );
  const loadedFiles = new Map<string, Loaded>();
  for (const file of plan.files) {
    const own = load(file, plan.asked.set, given);
    if (typeof own === 'string') tell(unjudgedFile(file, 'wrong', own, null));
    else loadedFiles.set(file, own);
  }
  requireOwnNames([...loadedFiles.values()], plan.baseline?.current ?? null);
  signal.addEventListener('abort', () => progress.stop());
  const queue = await openQueue(flags, flags.quiet === true, err);
  try {
    const { complete } = await runChecks(
      {
        scenarios: [...loadedFiles.values()].map(({ checked }) => checked),
        replications: plan.asked.replications,
        limits: plan.limits,
        scenarioMsMax: plan.limits.wallMsMax,
      },
      {
        jobs: plan.jobs,
        signal,
        worker,
        queue,
        store: given?.store,
        onProgress: (done, total) => progress.at(done / total, `${done} of ${total} runs`),
        onChecked: (check) => tell(judge(check, loadedFiles.get(check.scenario.file)!, plan)),
      },
    );
    return { files: plan.files.flatMap((file) => byFile.get(file) ?? []), complete };
  } finally {
    await queue?.close();
    progress.stop();
  }
}

/** A baseline knows scenarios by their names. */
function requireOwnNames(all: readonly Loaded[], baseline: Baseline | null): void {
  if (baseline === null) return;
  const files = new Map<string, string>();
  for (const { loaded, checked } of all) {
    const { name } = loaded.scenario;
    const other = files.get(name);
    if (other !== undefined)
      throw new UsageError(
        `${other} and ${checked.file} are both named ${name}`,
        'a baseline knows scenarios by their names: give one another name',
      );
    files.set(name, checked.file);
  }
}

function discardOf({ baseline, junit, markdown }: Plan): () => void {
  return () => {
    for (const file of [baseline?.file, junit, markdown]) file?.discard();
  };
}

function writeReports(
  { files, complete }: Checked,
  plan: Plan,
  identity: CheckIdentity,
  startedAt: Date,
  isQuiet: boolean,
  err: Side,
): void {
  plan.junit?.write(junitXml(files, startedAt));
  plan.markdown?.write(checkMarkdown(files, identity));
  if (plan.baseline?.updates === true && complete) {
    const count = plan.baseline.save(process.version);
    if (!isQuiet) err.write(`${visible(plan.baseline.file.path)}: figures of ${count} written\n`);
  }
  const summaryFile = process.env.GITHUB_STEP_SUMMARY ?? '';
  if (summaryFile !== '') {
    try {
      appendFileSync(summaryFile, checkMarkdown(files, identity));
    } catch (error) {
      err.write(`warning: cannot write the job summary ${visible(summaryFile)}: ${visible(reasonOf(error))}\n`);
    }
  }
  if (process.env.GITHUB_ACTIONS === 'true') err.writeAsIs(annotations(files));
}

function exitCodeOf({ files, complete }: Checked): number {
  const has = (...states: CheckedFile['state'][]): boolean => files.some(({ state }) => states.includes(state));
  if (!complete) return interruptedExitCode;
  if (has('broken')) return exitCodes.bug;
  if (has('wrong')) return exitCodes.usage;
  return has('failed', 'slow') ? exitCodes.failed : exitCodes.good;
}

/** Checks the files, prints and writes. Returns the exit code. */
export async function check(
  args: readonly string[],
  flags: CheckFlags,
  context: CommandContext,
  way: Given = {},
): Promise<number> {
  const { terminal } = context;
  const { out, err } = terminal;
  if (flags.shard !== undefined) {
    const { checkShard } = await import('./check-shard.ts');
    return checkShard(args, { ...flags, shard: flags.shard }, context, way.worker);
  }
  const startedAt = new Date();
  const startedMs = performance.now();
  let discard = (): void => undefined;
  // Until everything is written: a polite kill leaves no temporary file, whenever it comes.
  const interruption = listenForInterruption(() =>
    err.write('interrupted: telling what has ended (once more to stop at once)\n'),
  );
  try {
    const plan = planOf(args, flags, way);
    superviseLimits('sim check', { ...plan.limits, wallMsMax: Infinity }, err);
    discard = discardOf(plan);
    const checked = await checkAll(plan, flags, terminal, interruption.signal, way);
    const identity = { node: process.version, ...plan.asked, complete: checked.complete };
    if (flags.json === true) out.write(checkJson(checked.files, identity));
    else {
      out.write(failuresText(checked.files, out));
      out.write(
        summaryText(
          checked.files,
          { elapsedMs: performance.now() - startedMs, jobs: plan.jobs, complete: checked.complete },
          out,
        ),
      );
    }
    writeReports(checked, plan, identity, startedAt, flags.quiet === true, err);
    return exitCodeOf(checked);
  } finally {
    discard();
    interruption.release();
  }
}
