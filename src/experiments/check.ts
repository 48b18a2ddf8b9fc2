/**
 * Checks scenarios: runs of each the variants that its expectations name, once
 * with the scenario's seed or some replications of each, in worker threads, and
 * judges the expectations on them. A run that several expectations need is
 * shared. A scenario whose run fails or costs too much is not judged, and the
 * others go on.
 */
import type { MetricValue } from '../metrics/catalogue.ts';
import { BASELINE } from '../metrics/judgement.ts';
import type { MetricCondition, MetricReference } from '../scenario/expression.ts';
import { judgeExpectation, referencesOf, variantOf, type ExpectationVerdict } from './expectation.ts';
import { LimitError, raiseHints, type RunLimits } from './limits.ts';
import { replicationSeed, type Replication, type ReplicationTask } from './replication.ts';
import { isKept, keepRecord, keptRecord, type ReplicationStore } from './replications.ts';
import { Bootstrap } from './statistics.ts';
import type { ComparedVariant } from './variant-set.ts';
import { runInWorkers, type ReplicationError, type RunQueue } from './worker-pool.ts';

export interface CheckedScenario {
  /** names it to the caller: its file */
  readonly file: string;
  /** those that are run, the baseline first */
  readonly variants: readonly ComparedVariant[];
  readonly expectations: readonly MetricCondition[];
}

export interface CheckRequest {
  readonly scenarios: readonly CheckedScenario[];
  /** null: one run, with the scenario's seed */
  readonly replications: number | null;
  readonly limits: RunLimits;
  /** computing time of all runs of one scenario; Infinity: any */
  readonly scenarioMsMax: number;
}

export interface CheckOptions {
  readonly jobs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** the module that a worker runs; for tests */
  readonly worker?: URL | undefined;
  /** where runs are computed, if not in worker threads here */
  readonly queue?: RunQueue | undefined;
  /** what it has is not run again, and what is run it keeps */
  readonly store?: ReplicationStore | undefined;
  readonly onProgress?: (done: number, total: number) => void;
  /** called as each scenario ends */
  readonly onChecked?: (result: ScenarioCheck) => void;
}

export interface ScenarioCheck {
  readonly scenario: CheckedScenario;
  readonly seed: string;
  /** in the order of the expectations; empty if a run failed */
  readonly verdicts: readonly ExpectationVerdict[];
  /** per variant, in the order of their numbers */
  readonly runs: ReadonlyMap<string, readonly Replication[]>;
  /** computing time of all its runs */
  readonly spentMs: number;
  /** why it could not be judged; null if it was */
  readonly failure: ReplicationError | LimitError | null;
}

export interface CheckResult {
  /** false: it was ended early */
  readonly complete: boolean;
  /** those that ended, in the request's order */
  readonly scenarios: readonly ScenarioCheck[];
}

/** of all intervals */
export const LEVEL = 0.95;

/** By variant, the references that its run is to be read for, each with its place among the readings. */
function referencesByVariant(expectations: readonly MetricCondition[]): Map<string, Map<MetricReference, number>> {
  const byVariant = new Map<string, Map<MetricReference, number>>();
  for (const reference of expectations.flatMap(referencesOf)) {
    const variant = variantOf(reference);
    const places = byVariant.get(variant) ?? new Map<MetricReference, number>();
    byVariant.set(variant, places);
    if (!places.has(reference)) places.set(reference, places.size);
  }
  return byVariant;
}

/** One scenario while its runs are under way. */
class Check {
  readonly scenario: CheckedScenario;
  readonly tasks: readonly ReplicationTask[];
  readonly seed: string;
  readonly done = new Map<ReplicationTask, Replication>();
  spentMs = 0;
  failure: ReplicationError | LimitError | null = null;
  private readonly references: ReturnType<typeof referencesByVariant>;
  private told = false;

  constructor(scenario: CheckedScenario, { replications, limits, scenarioMsMax }: CheckRequest) {
    this.scenario = scenario;
    this.references = referencesByVariant(scenario.expectations);
    this.seed = scenario.variants[0].scenario.seed;
    const seeds =
      replications === null
        ? [this.seed]
        : Array.from({ length: replications }, (_, i) => replicationSeed(this.seed, i));
    const runLimits = { ...limits, wallMsMax: Math.min(limits.wallMsMax, scenarioMsMax) };
    this.tasks = seeds.flatMap((seed, index) =>
      scenario.variants.map((variant): ReplicationTask => ({
        variant,
        index,
        seed,
        until: 'end',
        references: [...(this.references.get(variant.name)?.keys() ?? [])],
        limits: runLimits,
      })),
    );
  }

  /** Whether it has just ended, for better or worse; true once. */
  endsNow(): boolean {
    if (this.told || (this.failure === null && this.done.size < this.tasks.length)) return false;
    return (this.told = true);
  }

  result(): ScenarioCheck {
    const { scenario, seed, spentMs, failure } = this;
    const runs = new Map(
      scenario.variants.map(({ name }) => [
        name,
        this.tasks.flatMap((task) => (task.variant.name === name ? (this.done.get(task) ?? []) : [])),
      ]),
    );
    const bootstrap = new Bootstrap(seed, LEVEL);
    const verdicts =
      failure !== null ? [] : scenario.expectations.map((condition) => this.verdict(condition, runs, bootstrap));
    return { scenario, seed, verdicts, runs, spentMs, failure };
  }

  private verdict(condition: MetricCondition, runs: ScenarioCheck['runs'], bootstrap: Bootstrap): ExpectationVerdict {
    const { variants } = this.scenario;
    const columns = referencesOf(condition).map((reference) => {
      const variant = variantOf(reference);
      const place = this.references.get(variant)!.get(reference)!;
      return runs.get(variant)!.map(({ readings }) => readings![place]);
    });
    const readings = columns[0].map((_, i): MetricValue[] => columns.map((column) => column[i]));
    return judgeExpectation({ condition, podCount: variants[0].scenario.pods.length, readings, bootstrap });
  }
}

/** The names of the variants that a scenario's expectations need, the baseline first. */
export function neededVariants(expectations: readonly MetricCondition[]): readonly string[] {
  return [...new Set([BASELINE, ...expectations.flatMap((condition) => referencesOf(condition).map(variantOf))])];
}

/** All runs that a check needs, in the order in which they are begun. */
export function checkTasks(request: CheckRequest): readonly ReplicationTask[] {
  return request.scenarios.flatMap((scenario) => new Check(scenario, request).tasks);
}

export async function runChecks(request: CheckRequest, options: CheckOptions = {}): Promise<CheckResult> {
  const { jobs, signal, worker, queue, store, onProgress, onChecked } = options;
  const checks = request.scenarios.map((scenario) => new Check(scenario, request));
  const checkOf = new Map(checks.flatMap((check) => check.tasks.map((task) => [task, check] as const)));
  const results = new Map<Check, ScenarioCheck>();
  let ended = 0;
  const end = (task: ReplicationTask, spentMs: number, note: (check: Check) => void): void => {
    const check = checkOf.get(task)!;
    check.spentMs += spentMs;
    note(check);
    if (check.spentMs > request.scenarioMsMax) check.failure ??= tooLong(request.scenarioMsMax);
    onProgress?.(++ended, checkOf.size);
    if (!check.endsNow()) return;
    const result = check.result();
    results.set(check, result);
    onChecked?.(result);
  };
  const done = (task: ReplicationTask, replication: Replication, spentMs: number): void =>
    end(task, spentMs, (check) => check.done.set(task, replication));
  const missing: ReplicationTask[] = [];
  for (const task of checkOf.keys()) {
    const record = keptRecord(store, task);
    if (isKept(record)) done(task, record, 0);
    else missing.push(task);
  }
  const complete = await runInWorkers(missing, {
    jobs,
    signal,
    worker,
    queue,
    onDone: (task, replication, spentMs) => {
      keepRecord(store, task, replication);
      done(task, replication, spentMs);
    },
    onFailed: (task, error, spentMs) => end(task, spentMs, (check) => (check.failure ??= error)),
    skips: (task) => checkOf.get(task)!.failure !== null,
  });
  return { complete, scenarios: checks.flatMap((check) => results.get(check) ?? []) };
}

function tooLong(msMax: number): LimitError {
  const text = `${Math.round(msMax / 100) / 10} s`;
  return new LimitError({
    limit: 'time',
    path: '',
    expected: `all runs of the scenario in ${text}`,
    found: 'more',
    hint: raiseHints.time,
  });
}
