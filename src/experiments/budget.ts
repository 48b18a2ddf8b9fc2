/**
 * A comparison within so much time on the wall: every variant once first, round
 * by round, until the time is up. Whether that can be done is asked first of a
 * small fleet, a pilot: each variant is run once with a fraction of its sessions
 * and hosts, and what that costs is multiplied. If by that not even one whole
 * run of each variant fits, runs are cut once all is decided; if that does not
 * fit either, the fleet is scaled down. Either is told with its reason. If runs
 * then cost more than was foreseen, so that the first round would not end in
 * time, the same is done again with what is left.
 *
 * A pilot is told by its time on the wall, so what is run depends on the machine;
 * what a run says does not. Pilots are no results and are not kept.
 */
import { roughDuration } from '../metrics/rounding.ts';
import { choosePlan, Parts, type BudgetPlan, type Costs } from './budget-plan.ts';
import type { CompareRequest } from './compare.ts';
import { createComparison, type BudgetUse, type Comparison } from './comparison.ts';
import { defaultLimits, LimitError } from './limits.ts';
import { replicationSeed, type ReplicationTask, type Until } from './replication.ts';
import { runReplications, withoutFirstRun, type ExperimentOptions, type Replications } from './replications.ts';
import type { ComparedVariant, VariantSet } from './variant-set.ts';
import { defaultJobs, runInWorkers } from './worker-pool.ts';

export interface BudgetRequest extends CompareRequest {
  readonly budgetMs: number;
  /** whether runs may be cut where whole ones do not fit */
  readonly mayCut: boolean;
  /** the same variants with so much of the fleet */
  readonly scaled: (factor: number) => VariantSet;
}

export interface BudgetOptions extends ExperimentOptions {
  /** told of each plan before its runs begin, with the reasons for what it leaves out */
  readonly onPlan?: ((plan: BudgetPlan) => void) | undefined;
}

/** Of the budget, for the pilots of one kind. */
const PILOT_SHARE = 0.15;
/** What a run costs whatever its size. */
const START_MS = 100;
/** When so much of the time is left, runs under way begin to be held against what was foreseen. */
const GIVEN_UP_FROM = 0.8;

/** A budget while it is spent. */
class Purse {
  private readonly endMs: number;

  constructor(budgetMs: number) {
    this.endMs = performance.now() + budgetMs;
  }

  leftMs(): number {
    return Math.max(0, this.endMs - performance.now());
  }
}

/** A signal that comes with the user's, at a time, or when asked for. */
function endingAfter(
  ms: number,
  signal: AbortSignal | undefined,
): { signal: AbortSignal; end: () => void; release: () => void } {
  const controller = new AbortController();
  const end = (): void => controller.abort();
  const timer = setTimeout(end, ms);
  signal?.addEventListener('abort', end);
  if (signal?.aborted === true) end();
  const release = (): void => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', end);
  };
  return { signal: controller.signal, end, release };
}

/** What one run of each variant of the whole fleet costs, by pilots. Null if they cannot be run. */
async function pilotCosts(
  { variants, seed, budgetMs }: BudgetRequest,
  parts: Parts,
  until: Until,
  options: BudgetOptions,
  purse: Purse,
): Promise<Costs | null> {
  const { jobs = defaultJobs(), worker, queue, limits = defaultLimits() } = options;
  const factor = parts.pilot();
  const small = factor === null ? null : parts.set(factor);
  if (factor === null || small?.ok !== true) return null;
  const wallMsMax = Math.min(limits.wallMsMax, (budgetMs * PILOT_SHARE * jobs) / variants.length);
  const costs = new Map<string, number>();
  const note = ({ variant }: ReplicationTask, spentMs: number): void =>
    void costs.set(variant.name, START_MS + Math.max(0, spentMs - START_MS) / factor);
  const tasks = small.variants.map((variant): ReplicationTask => ({
    variant,
    index: 0,
    seed: replicationSeed(seed, 0),
    until,
    limits: { ...limits, wallMsMax },
  }));
  const ending = endingAfter(Math.min(purse.leftMs(), 2 * PILOT_SHARE * budgetMs), options.signal);
  try {
    await runInWorkers(tasks, {
      jobs,
      worker,
      queue,
      signal: ending.signal,
      onDone: (task, _replication, spentMs) => note(task, spentMs),
      onFailed: (task, error, spentMs) => {
        // It took its time, and would have taken more.
        if (!(error.cause instanceof LimitError) || error.cause.facts.limit !== 'time') throw error;
        note(task, spentMs);
      },
    });
  } finally {
    ending.release();
  }
  // One that was not even begun in time is as dear as the dearest.
  const dearest = Math.max(wallMsMax / factor, ...costs.values());
  for (const { name } of variants) if (!costs.has(name)) costs.set(name, dearest);
  return costs;
}

function multiplied(costs: Costs | null, factor: number): Costs | null {
  return costs === null ? null : new Map([...costs].map(([name, ms]) => [name, ms * factor]));
}

/** Why an attempt was given up. */
interface GivenUp {
  /** what the first round would have taken, as runs went on */
  readonly roundMs: number;
  /** how much dearer runs are than was foreseen; 1 if nothing was */
  readonly dearerBy: number;
}

interface Attempt {
  readonly replications: Replications;
  /** null: it was not */
  readonly givenUp: GivenUp | null;
}

/** Runs a plan until the purse is empty, or until its first round will not end in time although a smaller plan would. */
async function attempt(
  request: BudgetRequest,
  plan: BudgetPlan,
  variants: readonly ComparedVariant[],
  foreseenMs: Costs,
  options: BudgetOptions,
  purse: Purse,
  mayGiveUp: boolean,
): Promise<Attempt> {
  const hadMs = purse.leftMs();
  const ending = endingAfter(hadMs, options.signal);
  let givenUp: GivenUp | null = null;
  try {
    const replications = await runReplications(
      { ...request, variants, until: plan.until },
      {
        ...options,
        signal: ending.signal,
        foreseenMs,
        onProgress: (progress) => {
          options.onProgress?.(progress);
          const leftMs = purse.leftMs();
          if (!mayGiveUp || givenUp !== null || progress.firstRound === null) return;
          const { projectedMs, ratio } = progress.firstRound;
          if (leftMs > GIVEN_UP_FROM * hadMs || projectedMs <= leftMs) return;
          givenUp = { roundMs: hadMs - leftMs + projectedMs, dearerBy: Math.max(1, ratio) };
          ending.end();
        },
      },
    );
    return { replications, givenUp };
  } finally {
    ending.release();
  }
}

/** Finds out what runs cost, as far as it must be known, and plans with what is left. */
class Planner {
  private readonly request: BudgetRequest;
  private readonly options: BudgetOptions;
  private readonly purse: Purse;
  private readonly parts: Parts;
  private readonly piloted = new Map<Until, Costs | null>();
  /** how much dearer runs proved to be than pilots said */
  private dearness = 1;
  private givenUp: GivenUp | null = null;

  constructor(request: BudgetRequest, parts: Parts, options: BudgetOptions, purse: Purse) {
    [this.request, this.parts, this.options, this.purse] = [request, parts, options, purse];
  }

  /** Null if nobody can tell. */
  private async costs(until: Until): Promise<Costs | null> {
    if (!this.piloted.has(until))
      this.piloted.set(until, await pilotCosts(this.request, this.parts, until, this.options, this.purse));
    return this.known(until);
  }

  /** Those that were asked for before. */
  known(until: Until): Costs | null {
    const own = this.piloted.get(until) ?? null;
    const whole = this.piloted.get(this.request.until) ?? null;
    // A cut run is a part of a whole one, whatever time its pilot was left.
    const atMost =
      own === null || whole === null
        ? own
        : new Map([...own].map(([name, ms]) => [name, Math.min(ms, whole.get(name) ?? ms)]));
    return multiplied(atMost, this.dearness);
  }

  async plan(): Promise<BudgetPlan> {
    const { variants, seed, until, mayCut } = this.request;
    const { jobs = defaultJobs(), store } = this.options;
    const names = withoutFirstRun({ variants, seed, until }, store).map(({ name }) => name);
    if (names.length === 0) return { until, scaledBy: 1, reasons: [] };
    const facts = {
      until,
      mayCut,
      whole: await this.costs(until),
      cut: null,
      names,
      jobs,
      factors: this.parts.factors,
      isRunnable: (factor: number) => this.parts.has(factor),
      unscalable: this.parts.problem(),
    };
    const first = choosePlan({ ...facts, isRunnable: () => true, leftMs: this.purse.leftMs() });
    if (facts.whole === null && this.givenUp !== null && mayCut)
      return {
        until: 'decided',
        scaledBy: 1,
        reasons: [
          `Runs are cut once all is decided (--until decided). What they cost could not be estimated beforehand, since the fleet cannot be scaled down (${facts.unscalable}).`,
        ],
      };
    if (first.reasons.length === 0) return first;
    const cut = mayCut ? await this.costs('decided') : null;
    return choosePlan({ ...facts, cut, leftMs: this.purse.leftMs() });
  }

  /** Whether there is anything smaller than the plan. */
  isLeast({ until, scaledBy }: BudgetPlan): boolean {
    const least = this.parts.pilot();
    const isCut = until === 'decided' || !this.request.mayCut;
    return isCut && (least === null || scaledBy <= least);
  }

  /** From now on, plans are for runs as dear as they proved to be. Returns what there is to be said of it. */
  giveUp(plan: BudgetPlan, givenUp: GivenUp): string {
    this.givenUp = givenUp;
    this.dearness *= givenUp.dearerBy;
    const what =
      plan.scaledBy === 1 && plan.until === 'end' ? 'One whole run of each variant' : 'One such run of each variant';
    return `${what} would have taken about ${roughDuration(givenUp.roundMs)} at the pace of the first ones, too long for the budget.`;
  }
}

/** Throws what `compareVariants` throws. */
export async function compareWithin(request: BudgetRequest, options: BudgetOptions = {}): Promise<Comparison> {
  const { variants, against, set, seed, replications: asked, budgetMs } = request;
  const purse = new Purse(budgetMs);
  const parts = new Parts(request);
  const planner = new Planner(request, parts, options, purse);
  const isInterrupted = (): boolean => options.signal?.aborted === true;
  let earlier: readonly string[] = [];
  for (;;) {
    const chosen = await planner.plan();
    const plan = { ...chosen, reasons: [...earlier, ...chosen.reasons] };
    const part = plan.scaledBy === 1 ? null : parts.set(plan.scaledBy);
    const planned = part?.ok === true ? part.variants : variants;
    options.onPlan?.(plan);
    const costs = planner.known(plan.until);
    const mayGiveUp = earlier.length === 0 && !planner.isLeast(plan);
    const { replications, givenUp } = await attempt(
      request,
      plan,
      planned,
      multiplied(costs, plan.scaledBy) ?? new Map(),
      options,
      purse,
      mayGiveUp,
    );
    if (givenUp !== null && !isInterrupted()) {
      earlier = [planner.giveUp(plan, givenUp)];
      continue;
    }
    const budget: BudgetUse = {
      budgetMs,
      isSpent: !replications.complete && !isInterrupted(),
      scaledBy: plan.scaledBy,
      reasons: plan.reasons,
    };
    return createComparison({
      variants: planned,
      byVariant: replications.byVariant,
      against,
      set,
      seed,
      until: plan.until,
      asked,
      complete: !isInterrupted(),
      budget,
    });
  }
}
