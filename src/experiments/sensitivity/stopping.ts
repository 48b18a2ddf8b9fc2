/**
 * When more draws would tell nothing new: the five inputs that go farthest with
 * what is lost are the same after each of the last three batches, and each row's
 * share of draws is known to five points.
 */
import { wilson } from '../statistics.ts';
import type { DrawRecord } from './draw-runs.ts';
import { lostOf } from './one-at-a-time.ts';
import { partialRankCorrelations } from './rank-correlation.ts';
import type { Target } from './targets.ts';

/** A run, and where in the unit cube it was. */
interface PointRun {
  readonly point: readonly number[];
  readonly record: DrawRecord;
}

const HALF_WIDTH = 0.05;
const STRONGEST = 5;
const BATCHES = 3;
/** Draws of a batch. */
export const BATCH = 50;

/** Of under so many runs nothing is ranked. */
export const RANKED_FROM = 150;

function strongest(runs: readonly PointRun[], targets: readonly Target[]): string {
  const inputs = runs[0].point.map((_, i) => runs.map(({ point }) => point[i]));
  const found = partialRankCorrelations(inputs, runs.map(({ record }) => lostOf(targets, record)), 0.95); // prettier-ignore
  const order = found.map((_, i) => i).sort((a, b) => Math.abs(found[b].value) - Math.abs(found[a].value) || a - b);
  return order.slice(0, STRONGEST).sort((a, b) => a - b).join(' '); // prettier-ignore
}

export function isMet(runs: readonly PointRun[], targets: readonly Target[]): boolean {
  if (runs.length < RANKED_FROM) return false;
  const shares = targets.flatMap(({ kind }, t) => {
    if (kind !== 'row') return [];
    const values = runs.map(({ record }) => record.values[t]).filter((value) => !Number.isNaN(value));
    return [wilson(values.filter((value) => value === 1).length, values.length, 0.95)];
  });
  if (shares.some(({ low, high }) => !(high - low < 2 * HALF_WIDTH))) return false;
  const sets = Array.from({ length: BATCHES }, (_, back) => strongest(runs.slice(0, runs.length - back * BATCH), targets)); // prettier-ignore
  return new Set(sets).size === 1;
}
