/**
 * Which runs fit into a budget: whole ones, cut ones, or ones of a part of the
 * fleet. It knows what runs are estimated to cost, and runs none.
 */
import { roughDuration } from '../metrics/rounding.ts';
import type { Until } from './replication.ts';
import type { ComparedVariant, VariantSet } from './variant-set.ts';

export interface BudgetPlan {
  readonly until: Until;
  /** 1: the fleet as it is */
  readonly scaledBy: number;
  readonly reasons: readonly string[];
}

/** What a run of each variant of the whole fleet costs, by the variant's name, as far as runs go. */
export type Costs = ReadonlyMap<string, number>;

/** Sessions of a pilot: enough for a storm, few enough for a second or so. */
const PILOT_SESSIONS = 2500;
/** The largest part of a fleet that is a pilot. */
const PILOT_MAX = 1 / 4;
/** A large fleet leaves the processor's caches, and machines are shared: what is foreseen may be so much less than the truth. */
const MARGIN = 1.5;

/** Parts of a fleet: 1/2, 1/4, … Round numbers, so that of counts that must stay whole some part can be taken. */
const PARTS = [2, 4, 5, 8, 10, 16, 20, 25, 32, 40, 50, 64, 80, 100, 128, 160, 200, 250, 400, 500, 1000];

/** Below this part of the fleet there is no storm left to tell of. */
export function pilotPart({ scenario: { products } }: ComparedVariant): number {
  const sessions = products.reduce((sum, product) => sum + product.sessions, 0);
  return Math.min(PILOT_MAX, PILOT_SESSIONS / Math.max(1, sessions));
}

/** What can be scaled. */
export interface PartsRequest {
  readonly variants: readonly ComparedVariant[];
  /** the same variants with so much of the fleet */
  readonly scaled: (factor: number) => VariantSet;
}

/** The parts of a fleet, loaded when they are asked for, and once. */
export class Parts {
  /** the largest first, down to that of the pilots */
  readonly factors: readonly number[];
  private readonly request: PartsRequest;
  private readonly loaded = new Map<number, VariantSet>();
  private readonly pilotPart: number;

  constructor(request: PartsRequest) {
    this.request = request;
    this.pilotPart = pilotPart(request.variants[0]);
    const all = PARTS.map((part) => 1 / part);
    const least = all.find((factor) => factor <= this.pilotPart) ?? all[all.length - 1];
    this.factors = all.filter((factor) => factor >= least);
  }

  set(factor: number): VariantSet {
    let set = this.loaded.get(factor);
    if (set === undefined) this.loaded.set(factor, (set = this.request.scaled(factor)));
    return set;
  }

  has(factor: number): boolean {
    return this.set(factor).ok;
  }

  /** That of the pilots: as near to what they should be as the scenario can be scaled; null if it cannot. */
  pilot(): number | null {
    return this.factors.findLast((factor) => this.has(factor)) ?? null;
  }

  /** Why it cannot. */
  problem(): string {
    const set = this.set(this.factors[this.factors.length - 1]);
    if (set.ok) return '';
    const [{ path, expected, found }] = set.problems;
    return `${path}: expected ${expected}, found ${found}`;
  }
}

/** The time on the wall of one run each. */
export function roundMs(costs: Costs, names: readonly string[], jobs: number): number {
  const each = names.map((name) => costs.get(name) ?? 0);
  return Math.max(0, ...each, each.reduce((sum, ms) => sum + ms, 0) / jobs);
}

export interface PlanFacts {
  readonly until: Until;
  readonly mayCut: boolean;
  /** of whole runs, and of cut ones if that was looked at; null: nobody could tell */
  readonly whole: Costs | null;
  readonly cut: Costs | null;
  /** names of the variants whose first run is still to come */
  readonly names: readonly string[];
  readonly jobs: number;
  readonly leftMs: number;
  /** parts of the fleet, the largest first */
  readonly factors: readonly number[];
  /** whether one can be run */
  readonly isRunnable: (factor: number) => boolean;
  /** why none can */
  readonly unscalable: string;
}

/** The first of whole runs, cut ones, and smaller and smaller fleets of which each variant can be run once. */
export function choosePlan({
  until,
  mayCut,
  whole,
  cut,
  names,
  jobs,
  leftMs,
  factors,
  isRunnable,
  unscalable,
}: PlanFacts): BudgetPlan {
  const reasons: string[] = [];
  const told = (costs: Costs, scaledBy = 1): string =>
    `about ${roughDuration(Math.max(1000, roundMs(costs, names, jobs) * scaledBy))}`;
  const fits = (costs: Costs, scaledBy = 1): boolean => roundMs(costs, names, jobs) * scaledBy * MARGIN <= leftMs;
  const left = roughDuration(Math.max(1000, leftMs));
  if (whole === null || fits(whole)) return { until, scaledBy: 1, reasons };
  const cuts = mayCut && cut !== null;
  const one = `One ${until === 'end' ? 'whole ' : ''}run of each variant is estimated to take ${told(whole)}, which does not fit safely into the ${left} that are left of the budget`;
  if (cuts) reasons.push(`${one}: runs are cut once all is decided (--until decided).`);
  const costs = cuts ? cut : whole;
  const how = cuts ? 'decided' : until;
  if (fits(costs)) return { until: how, scaledBy: 1, reasons };
  const still = cuts ? `Even so they would take ${told(costs)}` : one;
  const scaledBy = factors.find((factor) => fits(costs, factor) && isRunnable(factor)) ?? factors.findLast(isRunnable);
  if (scaledBy === undefined)
    return {
      until: how,
      scaledBy: 1,
      reasons: [
        ...reasons,
        `${still}, and the fleet cannot be scaled down (${unscalable}): some variants may be left without a run.`,
      ],
    };
  reasons.push(
    `${still}: the fleet is scaled to 1/${Math.round(1 / scaledBy)} of its sessions and of what its hosts serve (scale). Counts and session-minutes are those of the small fleet, which is not the same as the whole one: a few sessions more or less weigh more in it.`,
  );
  return { until: how, scaledBy, reasons };
}
