/**
 * The library: what `import … from 'cascade-sim'` gives. Load a scenario from
 * its text, simulate it once, compare its variants, sweep its fields, or plan for a
 * target; the results are typed
 * plain data. The same scenario and seed give the same result as the command
 * line. Nothing here reads or writes a file.
 */
import { buildIdentity } from './experiments/build-identity.ts';
import { compareVariants } from './experiments/compare.ts';
import type { Comparison } from './experiments/comparison.ts';
import { defaultLimits, type RunLimits } from './experiments/limits.ts';
import { queueAddress } from './experiments/queue/address.ts';
import type { QueueNews } from './experiments/queue/queue-news.ts';
import type { OpenRunQueue } from './experiments/queue/run-queue.ts';
import { isCost, readCost } from './experiments/cost.ts';
import { makePlan, type Plan } from './experiments/plan.ts';
import type { ProbeOptions } from './experiments/probes.ts';
import { runScenario, type RunResult } from './experiments/run.ts';
import { makeSweep, type Sweep } from './experiments/sweep.ts';
import { sweptMetricProblem } from './experiments/swept-metric.ts';
import { isTarget, readTarget } from './experiments/target.ts';
import { referencesOf, variantOf } from './experiments/expectation.ts';
import { findHeadrooms, tiersNeeded } from './experiments/headroom.ts';
import { loadField, type Field } from './experiments/vary/points.ts';
import type { Until } from './experiments/replication.ts';
import type { ExperimentOptions } from './experiments/replications.ts';
import { loadVariants, type ComparedVariant, type VariantSet } from './experiments/variant-set.ts';
import { vocabulary } from './metrics/catalogue.ts';
import { BASELINE } from './metrics/judgement.ts';
import { formatProblem, type Problem } from './scenario/problem.ts';
import type { Scenario } from './scenario/scenario.ts';
import type { ScenarioSource } from './scenario/source-text.ts';

export type { Comparison, VariantResult } from './experiments/comparison.ts';
export type { BoundedEstimate } from './experiments/median-interval.ts';
export type { Replication, Until } from './experiments/replication.ts';
export type { ExperimentProgress, ReplicationStore } from './experiments/replications.ts';
export type { Plan, PlanAnswer, PlanPoint, PlanState } from './experiments/plan.ts';
export type { ProbeProgress } from './experiments/probes.ts';
export type { RunResult } from './experiments/run.ts';
export type { Boundary, Sweep, SweepPoint } from './experiments/sweep.ts';
export { NoInfluenceError } from './experiments/no-influence.ts';
export type { Estimate } from './experiments/statistics.ts';
export type { BestVariant, Difference } from './experiments/variant-differences.ts';
export type { CollapseEstimate } from './experiments/variant-estimates.ts';
export type { Outcome } from './metrics/outcome.ts';
export type { OutcomeValue } from './metrics/told-value.ts';
export type { Problem } from './scenario/problem.ts';
export type { Scenario } from './scenario/scenario.ts';
export type { LimitFacts, RunLimits } from './experiments/limits.ts';
export { LimitError } from './experiments/limits.ts';
export { ReplicationError, type RunQueue } from './experiments/worker-pool.ts';
export { QueueError } from './experiments/queue/address.ts';
export type { QueueNews } from './experiments/queue/queue-news.ts';
export type { OpenRunQueue } from './experiments/queue/run-queue.ts';
export { SimulationError } from './engine/simulation-error.ts';

/** A scenario's text is wrong: all problems, each with line, column, path, what was expected and found. */
export class ScenarioError extends Error {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[], text: string) {
    super(problems.map((problem) => formatProblem(problem, text)).join('\n'));
    this.name = 'ScenarioError';
    this.problems = problems;
  }
}

/** A scenario file, checked with all its variants. */
export interface ScenarioFile {
  readonly name: string;
  readonly title: string;
  /** the baseline, every default filled in */
  readonly scenario: Scenario;
  /** names of the variants, without the baseline's */
  readonly variants: readonly string[];
  /** what it was loaded from */
  readonly source: ScenarioSource;
  readonly set: readonly string[];
}

export interface LoadScenarioOptions {
  /** how messages name it; its ending says the format: .json, or YAML */
  readonly file?: string;
  /** changes like `clients.current.backoff.cap=5m`, in all variants */
  readonly set?: readonly string[];
}

function checked(set: VariantSet, { text }: ScenarioSource): readonly ComparedVariant[] {
  if (set.ok) return set.variants;
  throw new ScenarioError(set.problems, typeof text === 'string' ? text : new TextDecoder().decode(text));
}

/** Loads a scenario from its text. Throws a ScenarioError that tells all its problems. */
export function loadScenario(
  text: string | Uint8Array,
  { file = 'scenario.yaml', set = [] }: LoadScenarioOptions = {},
): ScenarioFile {
  const source = { file, text };
  const [baseline, ...others] = checked(loadVariants(source, vocabulary, { set }), source);
  const { scenario } = baseline;
  return {
    name: scenario.name,
    title: scenario.title,
    scenario,
    variants: others.map(({ name }) => name),
    source,
    set,
  };
}

/**
 * What a run may cost, if not the usual: events handled (2·10¹⁰), resident
 * memory of the whole process in bytes (three quarters of the machine's), time
 * on the wall in ms (as long as it takes). Infinity: no limit.
 */
export type Limits = Partial<RunLimits>;

/** All limits, those that were given checked. Throws a RangeError. */
function limitsOf(given: Limits): RunLimits {
  const limits = { ...defaultLimits(), ...given };
  for (const [name, value] of Object.entries(limits)) {
    if (!(typeof value === 'number' && value > 0))
      throw new RangeError(`limits.${name} must be a number above 0, or Infinity, not ${String(value)}`);
  }
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(defaultLimits(), name));
  if (unknown !== undefined)
    throw new RangeError(`there is no limit ${unknown}: ${Object.keys(defaultLimits()).join(', ')}`);
  return limits;
}

export interface SimulateOptions {
  /** the baseline if not said */
  readonly variant?: string;
  /** used verbatim; the scenario's own if not said */
  readonly seed?: string;
  /** tiers whose headroom is wanted, which takes further runs; those that an expectation names, always */
  readonly headroom?: readonly string[];
  /** what the run may cost, if not the usual */
  readonly limits?: Limits;
}

/** Simulates it once, in this thread. Throws a ScenarioError if there is no such variant, a LimitError if the run costs too much, a SimulationError if something impossible happens. */
export async function simulate(
  { source, set }: ScenarioFile,
  { variant = BASELINE, seed, headroom = [], limits = {} }: SimulateOptions = {},
): Promise<RunResult> {
  const allLimits = limitsOf(limits);
  const loaded = checked(loadVariants(source, vocabulary, { variants: [variant], set }), source);
  const { name, scenario, hash, sameDay } = loaded[loaded.length - 1];
  const unknown = headroom.find((tier) => !scenario.tiers.some((one) => one.name === tier));
  if (unknown !== undefined) throw new RangeError(`there is no tier ${JSON.stringify(unknown)}`);
  const expected = scenario.expect.flatMap(referencesOf).filter((reference) => variantOf(reference) === name);
  const identity = { seed: seed ?? scenario.seed, variant: name, scenarioHash: hash, limits: allLimits };
  const headrooms = await findHeadrooms(scenario, [...headroom, ...tiersNeeded(scenario, expected)], identity);
  return runScenario(scenario, { ...identity, set, sameDay, withMetrics: true, headrooms });
}

export interface CompareOptions extends Pick<ExperimentOptions, 'jobs' | 'store' | 'queue' | 'signal' | 'onProgress'> {
  /** names; all if not said. The baseline is always among them, and `against` */
  readonly variants?: readonly string[];
  /** the variant that all others are held against; the baseline if not said */
  readonly against?: string;
  /** runs of each variant; 20 if not said */
  readonly replications?: number;
  readonly seed?: string;
  /** how far runs go; `end` if not said */
  readonly until?: Until;
  /** what each run may cost, if not the usual */
  readonly limits?: Limits;
}

export interface OpenQueueOptions {
  /** told when the server is lost or back, and of the workers that there are */
  readonly onNews?: (news: QueueNews) => void;
}

/** Opens a queue, like `redis://HOST`, whose workers (`sim work`) compute the runs of whoever is given it as `queue`; close it in the end. Throws a QueueError if nothing answers there. */
export async function openQueue(url: string, { onNews }: OpenQueueOptions = {}): Promise<OpenRunQueue> {
  const { openRunQueue } = await import('./experiments/queue/run-queue.ts');
  return openRunQueue(queueAddress(url, undefined, 'openQueue'), { build: buildIdentity(), onNews });
}

/** Compares variants in worker threads, or where `queue` has them run. Throws a ScenarioError if there is no such variant, a ReplicationError if a run fails, whose cause is a LimitError if it costs too much. */
export async function compare(file: ScenarioFile, options: CompareOptions = {}): Promise<Comparison> {
  const {
    variants: names,
    against = BASELINE,
    replications = 20,
    seed = file.scenario.seed,
    until = 'end',
    limits,
    ...experiment
  } = options;
  if (!Number.isInteger(replications) || replications < 1)
    throw new RangeError(`replications must be a whole number of at least 1, not ${replications}`);
  const { jobs } = experiment;
  if (jobs !== undefined && (!Number.isInteger(jobs) || jobs < 1))
    throw new RangeError(`jobs must be a whole number of at least 1, not ${jobs}`);
  const variants = checked(
    loadVariants(file.source, vocabulary, { variants: names, against, set: file.set }),
    file.source,
  );
  return compareVariants(
    { variants, set: file.set, against, seed, replications, until },
    { ...experiment, ...(limits === undefined ? {} : { limits: limitsOf(limits) }) },
  );
}

interface FieldOptions extends Pick<ProbeOptions, 'jobs' | 'store' | 'signal' | 'onProgress'> {
  /** one field or two, like `tiers.api.hosts=4..24` */
  readonly vary: string | readonly string[];
  /** the baseline if not said */
  readonly variant?: string;
  /** worlds: exactly so many, or with `until`, at most so many */
  readonly replications?: number;
  /** ends as soon as the answer is certain */
  readonly until?: 'decided';
  readonly seed?: string;
  /** what each run may cost, if not the usual */
  readonly limits?: Limits;
}

function fieldOf({ source, set }: ScenarioFile, { vary, variant }: FieldOptions): Field {
  const loaded = loadField(source, vocabulary, { vary: typeof vary === 'string' ? [vary] : vary, variant, set });
  if (loaded.ok) return loaded.field;
  throw new ScenarioError(loaded.problems, '');
}

/** Worlds, and whether one may look before they are through. `decided`, `fixed`: how many if not said. */
function worldsOf({ replications, until }: FieldOptions, decided: number, fixed: number | null) {
  if (replications !== undefined && (!Number.isInteger(replications) || replications < 1))
    throw new RangeError(`replications must be a whole number of at least 1, not ${replications}`);
  const isOpen = until === 'decided' || (replications === undefined && fixed === null);
  return isOpen
    ? ({ worlds: replications ?? decided, looks: 'any-time' } as const)
    : ({ worlds: replications ?? fixed ?? decided, looks: 'once' } as const);
}

function probeOptions({ jobs, store, signal, onProgress, limits }: FieldOptions): ProbeOptions {
  if (jobs !== undefined && (!Number.isInteger(jobs) || jobs < 1))
    throw new RangeError(`jobs must be a whole number of at least 1, not ${jobs}`);
  return { jobs, store, signal, onProgress, ...(limits === undefined ? {} : { limits: limitsOf(limits) }) };
}

export interface PlanOptions extends FieldOptions {
  /** like `collapse <= 10%` */
  readonly target: string;
  /** 0.95 if not said */
  readonly confidence?: number;
  /** the greatest value that meets it, or the least; the answers tell if not said */
  readonly greatest?: boolean;
  /** like `hostHours * 0.4` */
  readonly cost?: string;
}

/** The value that meets a target, in worker threads. Throws a ScenarioError with all that is wrong with the field, the target or the cost, a NoInfluenceError if the field changes nothing, a ReplicationError if a run fails. */
export async function plan(file: ScenarioFile, options: PlanOptions): Promise<Plan> {
  const { confidence = 0.95, greatest = null, seed = file.scenario.seed } = options;
  if (!(confidence >= 0.5 && confidence < 1))
    throw new RangeError(`confidence must be a share from 0.5 to less than 1, not ${confidence}`);
  const field = fieldOf(file, options);
  const target = readTarget(options.target, field.base.scenario);
  const cost = options.cost === undefined ? null : readCost(options.cost);
  const problems = [...(isTarget(target) ? [] : [target]), ...(cost === null || isCost(cost) ? [] : cost)];
  if (!isTarget(target) || (cost !== null && !isCost(cost))) throw new ScenarioError(problems, '');
  if (!field.axes[0].isOrdered) throw new RangeError(`the values of ${field.axes[0].label} have no order`);
  const request = { field, target, cost, confidence, greatest, seed, ...worldsOf(options, 1000, null) };
  return makePlan(request, probeOptions(options));
}

export interface SweepOptions extends FieldOptions {
  /** `collapse` if not said */
  readonly metric?: string;
  /** every point in every world, though thresholds would do */
  readonly full?: boolean;
}

/** Every value of one field or two, in worker threads. Throws as `plan` does. */
export async function sweep(file: ScenarioFile, options: SweepOptions): Promise<Sweep> {
  const { metric = 'collapse', full = false, seed = file.scenario.seed } = options;
  const field = fieldOf(file, options);
  const problems = sweptMetricProblem(metric);
  if (problems.length > 0) throw new ScenarioError(problems, '');
  const usual = metric === 'collapse' && field.axes.length === 1 ? 100 : 20;
  const request = { field, metric, full, seed, level: 0.95, ...worldsOf(options, 1000, usual) };
  return makeSweep(request, probeOptions(options));
}
