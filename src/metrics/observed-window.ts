/**
 * When the state of an observed row may have begun, to agree with the row: within
 * the tolerance on both sides of a time that was told afterwards; or, where
 * somebody posted, from as long before the post as 19 of 20 delays are, up to the
 * post itself: nobody can post what has not come yet.
 */
import { createDistribution, type DistributionSpec } from '../engine/distributions.ts';
import { Stream } from '../engine/luck.ts';
import type { Observed } from '../scenario/scenario.ts';

export interface Window {
  readonly fromMs: number;
  readonly toMs: number;
}

const SAMPLES = 4001;
const SHARE = 0.95;

const drawn = new WeakMap<DistributionSpec, Float64Array>();

/** Posting delays, ascending: so many samples that are always the same. */
export function postingDelaysMs(spec: DistributionSpec): Float64Array {
  const known = drawn.get(spec);
  if (known !== undefined) return known;
  const delays = createDistribution(spec);
  const luck = new Stream('observed', 'posting delay');
  const samples = Float64Array.from({ length: SAMPLES }, (_, i) => delays.sample(luck.at(i, 0))).sort();
  drawn.set(spec, samples);
  return samples;
}

/** The delay that 19 of 20 do not exceed. */
export function longestDelayMs(spec: DistributionSpec): number {
  return postingDelaysMs(spec)[Math.ceil(SHARE * SAMPLES) - 1];
}

/** `aroundMs`: the row's own time, or the one that its condition names. */
export function windowAround({ toleranceMs, postedAfter }: Observed, aroundMs: number): Window {
  return postedAfter === null
    ? { fromMs: aroundMs - toleranceMs, toMs: aroundMs + toleranceMs }
    : { fromMs: aroundMs - longestDelayMs(postedAfter), toMs: aroundMs };
}

/** How far an instant lies outside; 0 within. */
export function missedBy({ fromMs, toMs }: Window, atMs: number): number {
  return Math.max(0, fromMs - atMs, atMs - toMs);
}
