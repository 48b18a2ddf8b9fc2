/**
 * One plan, from the file to the printed answer: load every point, search, write,
 * print. One that is interrupted writes what it knows, and goes on from there the
 * next time.
 */
import { isCost, readCost, type Cost } from '../experiments/cost.ts';
import { makePlan, type Plan, type PlanRequest } from '../experiments/plan.ts';
import { isTarget, readShare, readTarget, type Target } from '../experiments/target.ts';
import { flagProblem } from '../experiments/vary/axis.ts';
import type { Field } from '../experiments/vary/points.ts';
import type { Problem } from '../scenario/problem.ts';
import { exitCodes, type CommandContext } from './command.ts';
import { checkedSeed, jobsOf, limitsFor, loadFieldFile, worldsOf, type FieldFlags } from './field-question.ts';
import { writeFieldFiles } from './field-charts.ts';
import { runField } from './field-run.ts';
import { planCsv, planJson } from './plan-files.ts';
import { printPlan } from './plan-report.ts';
import type { ResultFiles } from './result-files.ts';
import { namedFile } from './scenario-file.ts';
import { UsageError } from './usage-error.ts';

export interface PlanFlags extends FieldFlags {
  readonly target?: string;
  readonly confidence: string;
  readonly greatest?: boolean;
  readonly least?: boolean;
  readonly cost?: string;
  readonly charts: boolean;
}

const WORLDS_USUAL = 1000;

export function confidenceOf(text: string): number {
  const share = readShare(text);
  if (typeof share === 'number' && share >= 0.5 && share < 1) return share;
  throw new UsageError(`--confidence must be a share from 50% to less than 100%, like 95%, not "${text}"`);
}

/** What only a plan asks for. */
class Wishes {
  target: Target | null = null;
  cost: Cost | null = null;

  /** Reads them; their problems. Without a field the scenario is not known, and neither are its names. */
  problems(flags: PlanFlags, field: Field | null): Problem[] {
    const problems: Problem[] = [];
    if (flags.target === undefined || flags.target.trim() === '')
      problems.push(flagProblem('--target', '', 'what is to hold', 'nothing', 'like --target "collapse <= 10%"'));
    else if (field !== null) {
      const read = readTarget(flags.target, field.base.scenario);
      if (isTarget(read)) this.target = read;
      else problems.push(read);
    }
    if (flags.cost !== undefined) {
      const read = readCost(flags.cost);
      if (isCost(read)) this.cost = read;
      else problems.push(...read);
    }
    if (field !== null && !field.axes[0].isOrdered)
      problems.push(
        flagProblem(
          `--vary ${field.axes[0].given}`,
          field.axes[0].paths[0],
          'numbers, of which one can be the least that meets the target',
          'values without an order',
          'vary something that has one first, and this at a second --vary; or use sim sweep',
        ),
      );
    return problems;
  }
}

function sideOf({ greatest, least }: PlanFlags): boolean | null {
  if (greatest === true && least === true) throw new UsageError('--greatest and --least exclude each other');
  return greatest === true ? true : least === true ? false : null;
}

/** Loads, searches, writes and prints. Returns the exit code. `worker` is for tests. */
export async function planFile(
  argument: string,
  flags: PlanFlags,
  context: CommandContext,
  worker?: URL,
): Promise<number> {
  const { err } = context.terminal;
  const file = namedFile(argument);
  const given = {
    ...worldsOf(flags, { decided: WORLDS_USUAL, fixed: null }),
    confidence: confidenceOf(flags.confidence),
    greatest: sideOf(flags),
    jobs: jobsOf(flags),
    seed: checkedSeed(flags),
  };
  const limits = limitsFor(file, flags, err);
  const wishes = new Wishes();
  const loaded = loadFieldFile(file, flags, err, (field) => wishes.problems(flags, field));
  if (loaded === null || wishes.target === null) return exitCodes.usage;
  const { scenario } = loaded.field.base;
  const { target, cost } = wishes;
  const seed = given.seed ?? scenario.seed;
  const { confidence, greatest, worlds, looks, jobs } = given;
  const request: PlanRequest = { field: loaded.field, target, cost, confidence, greatest, worlds, looks, seed };
  const { vary = [], variant = null } = flags;
  const question = {
    vary,
    variant,
    over: loaded.field.over,
    target: target.text,
    cost: cost?.text,
    confidence,
    greatest,
    worlds,
    looks,
  };
  return runField(
    {
      command: 'plan',
      flags,
      loaded,
      seed,
      question,
      options: { jobs, worker, limits },
      make: (options) => makePlan(request, options),
      tell: (plan, files, signal) => tellPlan(plan, { files, signal, flags }, context),
    },
    context,
  );
}

interface Told {
  readonly files: ResultFiles;
  readonly signal: AbortSignal;
  readonly flags: PlanFlags;
}

/** Tables, then the charts, then what is printed. Returns the exit code. */
async function tellPlan(
  plan: Plan,
  { files, signal, flags }: Told,
  { terminal: { out, err } }: CommandContext,
): Promise<number> {
  const { over } = plan;
  const set = flags.set ?? [];
  files.stage('plan.json', planJson(plan));
  files.stage('plan.csv', planCsv(plan));
  const { planCharts } = await import('../report/field-charts.ts');
  const written = await writeFieldFiles(planCharts, plan, {
    files,
    set: over === undefined ? set : [...set, over],
    signal,
    err,
    withCharts: flags.charts,
  });
  if (flags.json === true) out.write(planJson(plan));
  else printPlan(plan, files.folder, written.fileNames, set, out);
  if (written.exitCode !== exitCodes.good) return written.exitCode;
  // That nothing meets the target is an answer; that nobody knows is none.
  return plan.answers.some(({ state }) => state === 'undecided') ? exitCodes.failed : exitCodes.good;
}
