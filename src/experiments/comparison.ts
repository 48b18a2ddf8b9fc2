/**
 * What replications of several variants say: each figure with its interval, how
 * it differs from the baseline or another variant, replication by replication,
 * and how likely a collapse is. Variants met the same luck, so differences are
 * taken within each replication; how much that helps is told too. Near a cliff
 * outcomes are bimodal, and a mean over both kinds describes neither: so the
 * probability of collapse and the means without collapse stand apart.
 *
 * A comparison that was ended early, or whose time was up, has as many runs of
 * each variant as there were until then, none of some perhaps: figures are of a
 * variant's own runs, differences of the replications that both have.
 */
import type { Scenario } from '../scenario/scenario.ts';
import type { BoundedEstimate } from './median-interval.ts';
import { curveStepMs, type Replication, type Until } from './replication.ts';
import { Bootstrap } from './statistics.ts';
import {
  collapseDifference,
  corrected,
  differenceIn,
  heldAgainst,
  pairsOf,
  sameLuckOf,
  type BestVariant,
  type Difference,
  type Pair,
  type SameLuck,
} from './variant-differences.ts';
import {
  collapseOf,
  comparedMetrics,
  curveOf,
  estimateOf,
  SIZE_METRIC,
  withoutCollapse,
  type CollapseEstimate,
  type Curve,
} from './variant-estimates.ts';
import type { ComparedVariant } from './variant-set.ts';

export interface VariantResult {
  readonly name: string;
  readonly title: string;
  readonly scenarioHash: string;
  /** its place in the request; the baseline's is 0 */
  readonly place: number;
  /** its runs */
  readonly n: number;
  /** by metric */
  readonly estimates: Readonly<Record<string, BoundedEstimate>>;
  /** to the one that all are held against, by metric; zero for that one itself */
  readonly differences: Readonly<Record<string, Difference>>;
  readonly collapse: CollapseEstimate;
  /** of the probability of collapse; without an interval */
  readonly collapseDifference: Difference;
  /** over the replications that did not collapse for certain, by metric */
  readonly withoutCollapse: Readonly<Record<string, BoundedEstimate>>;
  /** of the difference in session-minutes lost */
  readonly sameLuck: SameLuck;
  /** how many runs ended early, everything being decided */
  readonly cut: { readonly collapsed: number; readonly calm: number };
  /** the disconnected share; null where runs were cut, or there are none */
  readonly curve: Curve | null;
  readonly replications: readonly Replication[];
}

/** What became of a budget of time on the wall. */
export interface BudgetUse {
  readonly budgetMs: number;
  /** whether its end came before that of the runs */
  readonly isSpent: boolean;
  /** what the sessions and hosts of the fleet were multiplied by, so that each variant could be run; 1: the fleet as it is */
  readonly scaledBy: number;
  /** why runs were cut or the fleet scaled, a sentence each */
  readonly reasons: readonly string[];
}

export interface Comparison {
  readonly scenario: Scenario;
  /** what was changed in all variants, as `path=value`; empty if nothing was */
  readonly set: readonly string[];
  /** what replications differ by beside luck, for people; absent: by nothing */
  readonly over?: string | undefined;
  readonly seed: string;
  readonly until: Until;
  /** the variant that all others are held against */
  readonly against: string;
  /** replications of each variant: as many as that with the fewest has */
  readonly n: number;
  /** replications that were asked for */
  readonly asked: number;
  readonly level: number;
  /** false: it was interrupted, and this is what there was until then */
  readonly complete: boolean;
  /** null: there was none */
  readonly budget: BudgetUse | null;
  readonly curveStepMs: number;
  /** the variant that loses the fewest session-minutes, if any certainly loses fewer than the one held against; null where runs were cut */
  readonly best: BestVariant | null;
  /** how many differences each correction is for, at most */
  readonly correctedFor: number;
  /** by outage size, the smallest first; where runs were cut, by the probability of collapse first */
  readonly variants: readonly VariantResult[];
}

export interface ComparisonInput {
  /** the baseline first */
  readonly variants: readonly ComparedVariant[];
  readonly byVariant: readonly (readonly Replication[])[];
  readonly set?: readonly string[] | undefined;
  readonly over?: string | undefined;
  readonly seed: string;
  readonly until: Until;
  readonly complete: boolean;
  /** the baseline if not said */
  readonly against?: string | undefined;
  /** as many as there are if not said */
  readonly asked?: number | undefined;
  readonly budget?: BudgetUse | null | undefined;
  readonly level?: number;
}

export function createComparison(input: ComparisonInput): Comparison {
  const { variants, byVariant, set = [], seed, until, complete, budget = null, level = 0.95 } = input;
  const { against = variants[0].name } = input;
  const reference = variants.findIndex(({ name }) => name === against);
  const bootstrap = new Bootstrap(seed, level);
  const alone = variants.map((variant, i) => ownResult(variant, i, byVariant[i], bootstrap));
  const compared = withDifferences(alone, reference, bootstrap);
  const counts = byVariant.map((rows) => rows.length);
  return {
    scenario: variants[0].scenario,
    set,
    ...(input.over === undefined ? {} : { over: input.over }),
    seed,
    until,
    against,
    n: Math.min(...counts),
    asked: input.asked ?? Math.max(...counts),
    level,
    complete,
    budget,
    curveStepMs: curveStepMs(variants[0].scenario.clock.durationMs),
    best: until === 'decided' ? null : bestOf(compared, reference, bootstrap),
    correctedFor: alone.filter((one, i) => isCompared(one, i, alone[reference], reference)).length,
    variants: sorted(compared, until),
  };
}

type OwnResult = Omit<VariantResult, 'differences' | 'collapseDifference' | 'sameLuck'>;

function eachMetric<T>(of: (metric: (typeof comparedMetrics)[number]) => T): Record<string, T> {
  return Object.fromEntries(comparedMetrics.map((metric) => [metric.metric, of(metric)]));
}

function ownResult(
  { name, title, hash }: ComparedVariant,
  place: number,
  rows: readonly Replication[],
  bootstrap: Bootstrap,
): OwnResult {
  const calm = withoutCollapse(rows);
  return {
    name,
    title,
    scenarioHash: hash,
    place,
    n: rows.length,
    estimates: eachMetric((metric) => estimateOf(metric, rows, bootstrap)),
    collapse: collapseOf(rows, bootstrap.level),
    withoutCollapse: eachMetric((metric) => estimateOf(metric, calm, bootstrap)),
    cut: {
      collapsed: rows.filter(({ ending }) => ending === 'collapsed').length,
      calm: rows.filter(({ ending }) => ending === 'calm').length,
    },
    curve: curveOf(rows),
    replications: rows,
  };
}

/** One that changes nothing needs no comparing, and no correction for it. */
function isCompared({ scenarioHash, n }: OwnResult, place: number, other: OwnResult, reference: number): boolean {
  return place !== reference && scenarioHash !== other.scenarioHash && n > 0 && other.n > 0;
}

function withDifferences(results: readonly OwnResult[], reference: number, bootstrap: Bootstrap): VariantResult[] {
  const other = results[reference];
  const pairs = results.map(({ replications }) => pairsOf(replications, other.replications));
  const places = results.flatMap((one, i) => (isCompared(one, i, other, reference) ? [i] : []));
  const column = (of: (pairs: readonly Pair[]) => Difference, needsInterval?: boolean): Difference[] => {
    const all = pairs.map(of);
    const tested = corrected(
      places.map((i) => all[i]),
      bootstrap.level,
      needsInterval,
    );
    return all.map((difference, i) => (places.includes(i) ? tested[places.indexOf(i)] : difference));
  };
  const columns = eachMetric((metric) => column((one) => differenceIn(metric, one, bootstrap)));
  const collapses = column(collapseDifference, false);
  return results.map((result, i) => ({
    ...result,
    differences: eachMetric(({ metric }) => columns[metric][i]),
    collapseDifference: collapses[i],
    sameLuck: sameLuckOf(pairs[i], bootstrap),
  }));
}

function bestOf(results: readonly VariantResult[], reference: number, bootstrap: Bootstrap): BestVariant | null {
  const sizeOf = ({ differences }: VariantResult): number => differences[SIZE_METRIC].value;
  const better = results.filter(
    ({ differences }) => differences[SIZE_METRIC].isCertain && differences[SIZE_METRIC].value < 0,
  );
  if (better.length === 0) return null;
  const best = better.reduce((a, b) => (sizeOf(b) < sizeOf(a) ? b : a));
  const contestants = new Set(results.filter(({ n }) => n > 0).map(({ scenarioHash }) => scenarioHash)).size;
  const others = results.filter(
    (one, i) => one !== best && i !== reference && one.n > 0 && one.scenarioHash !== results[reference].scenarioHash,
  );
  const rival = ({ name, replications }: VariantResult) => ({ name, rows: replications });
  return heldAgainst(rival(best), others.map(rival), contestants, bootstrap);
}

function sorted(results: readonly VariantResult[], until: Until): VariantResult[] {
  const last = (value: number): number => (Number.isNaN(value) ? Infinity : value);
  const keys = ({ estimates, collapse }: VariantResult): number[] => [
    ...(until === 'decided' ? [last(collapse.most), last(collapse.least)] : []),
    last(estimates[SIZE_METRIC].value),
  ];
  const order = (a: number[], b: number[]): number => {
    const i = a.findIndex((key, place) => key !== b[place]);
    return i < 0 ? 0 : a[i] < b[i] ? -1 : 1;
  };
  return [...results].sort((a, b) => order(keys(a), keys(b)));
}
