/**
 * Plans and sweeps that nobody ran: of 100 worlds each, so many fail at each value.
 * Verdicts and boundaries are made from these counts by plain loops, as if all that
 * is 8 worlds away from the bound were certain.
 */
import type { Plan, PlanAnswer, PlanPoint } from '../../src/experiments/plan.ts';
import type { Boundary, Sweep, SweepPoint } from '../../src/experiments/sweep.ts';
import { isTarget, readTarget } from '../../src/experiments/target.ts';
import { readAxis, type Axis } from '../../src/experiments/vary/axis.ts';
import { vocabulary } from '../../src/metrics/catalogue.ts';
import { openScenario, type LoadedScenario } from '../../src/scenario/load.ts';
import { comparedText } from '../experiments/compared-scenario.ts';

const text = comparedText.replace(
  'variants:',
  `  - { name: second, title: a second loss, at: "10:11", action: crash, target: { tier: front, hosts: 1 } }
variants:`,
);

/** How far from a bound a share is certain. */
export const MARGIN = 0.08;

export function madeUpBase(): LoadedScenario {
  const loaded = openScenario({ file: 'made-up.yaml', text }, vocabulary).load();
  if (!loaded.ok) throw new Error('made up wrongly');
  return loaded;
}

export function axisOf(given: string): Axis {
  const axis = readAxis(given);
  if (!('given' in axis)) throw new Error('made up wrongly');
  return axis;
}

/** Worlds that fail, and that are undecided; null: not looked at. */
export type Counts = number | { readonly failed: number; readonly undecided: number } | null;

function figuresOf(counts: Counts) {
  if (counts === null) return { n: 0, failed: 0, undecided: 0, estimate: NaN, low: NaN, high: NaN };
  const { failed, undecided } = typeof counts === 'number' ? { failed: counts, undecided: 0 } : counts;
  return {
    n: 100,
    failed,
    undecided,
    estimate: undecided > 0 ? NaN : failed / 100,
    low: Math.max(0, failed / 100 - MARGIN),
    high: Math.min(1, (failed + undecided) / 100 + MARGIN),
  };
}

export interface MadeUpPlan {
  readonly vary: readonly string[];
  readonly target?: string;
  /** of each value of the second field, or once: at each value of the first */
  readonly counts: readonly (readonly Counts[])[];
  readonly seeks?: 'least' | 'greatest';
  /** of each point, by its answer's place and its own */
  readonly costs?: (column: number, place: number) => number;
}

function answerOf(points: readonly PlanPoint[], at: string | null, seeks: 'least' | 'greatest'): PlanAnswer {
  const order = seeks === 'least' ? points : [...points].reverse();
  const first = order.findIndex(({ meets }) => meets === true);
  const lastMiss = order.findLastIndex(({ meets }) => meets === false);
  const value = order[first] ?? null;
  const neighbour = order[lastMiss] ?? null;
  const isOpen = order.slice(lastMiss + 1, first < 0 ? undefined : first).some(({ meets }) => meets === null);
  const state = isOpen
    ? 'undecided'
    : value === null
      ? 'nothing meets it'
      : neighbour === null
        ? 'everything meets it'
        : 'decided';
  return {
    at, state, value, neighbour, closest: order[order.length - 1], seeks, sideFound: true, method: 'thresholds', gridReason: null, n: 100,
    lookedAt: null, beside: null, step: null, points, runs: 1, gridRuns: 1,
  }; // prettier-ignore
}

export function madeUpPlan({ vary, target = 'collapse <= 10%', counts, seeks = 'least', costs }: MadeUpPlan): Plan {
  const base = madeUpBase();
  const read = readTarget(target, base.scenario);
  if (!isTarget(read) || read.kind !== 'share') throw new Error('made up wrongly');
  const axes = vary.map(axisOf);
  const answers = counts.map((column, at) => {
    const points = column.map((one, place): PlanPoint => {
      const { n, failed, undecided, estimate, low, high } = figuresOf(one);
      const meets = n === 0 ? null : high <= read.share + MARGIN ? true : low > read.share ? false : null;
      const { text: value, number } = axes[0].values[place];
      return { value, number, meets, n, failed, undecided, estimate, low, high, cost: costs?.(at, place) ?? null };
    });
    return answerOf(points, axes[1]?.values[at].text ?? null, seeks);
  });
  const prices = answers.map(({ value }) => value?.cost ?? NaN);
  const least = Math.min(...prices.filter((one) => !Number.isNaN(one)));
  return {
    base, axes, target: read, cost: costs === undefined ? null : { text: 'hostHours * 0.4', hasTimes: false, of: () => 0 }, seed: 's', confidence: 0.95,
    looks: 'any-time', worldsMax: 100, complete: true, answers, cheapest: Number.isFinite(least) ? prices.indexOf(least) : null, runs: 1, gridRuns: 1,
  }; // prettier-ignore
}

export interface MadeUpSweep {
  readonly vary: readonly string[];
  /** of each value of the first field, at each of the second, or once */
  readonly counts: (places: readonly number[]) => Counts;
  /** the field along which the boundary is looked for; null: none */
  readonly along?: number | null;
  readonly own?: readonly number[];
  /** another metric, with its figures */
  readonly metric?: { readonly name: string; readonly figure: (places: readonly number[]) => number };
}

/** Where at most half collapse from a value on. */
function boundaryOf(column: readonly SweepPoint[], which: number, at: string | null): Boundary {
  const known = (holds: (point: SweepPoint) => boolean): string | null => {
    const point = column.find(holds);
    return point === undefined ? null : point.values[which];
  };
  const misses = column.filter(({ low }) => low > 0.5);
  return {
    at,
    method: 'thresholds',
    gridReason: null,
    recoversAbove: true,
    value: known(({ estimate }) => estimate <= 0.5),
    collapsesAt: misses[misses.length - 1]?.values[which] ?? null,
    recoversAt: known(({ high }) => high < 0.5),
    lookedAt: { worlds: 10, broken: 0 },
  };
}

export function madeUpSweep({ vary, counts, along = 0, own, metric }: MadeUpSweep): Sweep {
  const axes = vary.map(axisOf);
  const all = axes.reduce<number[][]>((rows, { values }) => rows.flatMap((row) => values.map((_, i) => [...row, i])), [[]]); // prettier-ignore
  const points = all.map((places): SweepPoint => {
    const values = places.map((place, i) => axes[i].values[place]);
    const { n, failed, undecided, ...figures } = figuresOf(counts(places));
    const figure = metric?.figure(places) ?? NaN;
    return {
      values: values.map(({ text: one }) => one),
      numbers: values.map(({ number }) => number),
      n,
      ...(metric === undefined
        ? { collapsed: failed, undecided, ...figures }
        : { collapsed: null, undecided: null, estimate: figure, low: figure * 0.9, high: figure * 1.1 }),
    };
  });
  const side = metric === undefined ? along : null;
  const columns = side === null ? [] : axes.length < 2 ? [null] : axes[1 - side].values.map(({ text: one }) => one);
  return {
    base: madeUpBase(), axes, metric: metric?.name ?? 'collapse', statistic: metric === undefined ? 'probability' : 'mean', seed: 's', level: 0.95,
    looks: 'once', complete: true, n: 100, points, along: side, isFull: side === null, own: own ?? null, runs: 1, gridRuns: 1,
    boundaries: columns.map((at) => boundaryOf(points.filter(({ values }) => at === null || values[1 - (side ?? 0)] === at), side ?? 0, at)),
  }; // prettier-ignore
}
