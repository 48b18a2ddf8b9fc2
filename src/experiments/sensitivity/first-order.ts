/**
 * First-order indices from runs that are there anyway: the share of an output's
 * variance that is known once one input is, V(E(y|x)) / V(y) (Sobol' 1993), from
 * the means of bins of that input with what scatter within them adds taken off
 * (after Plischke, Borgonovo & Smith 2013). What chance alone would give is found
 * by shuffling the outputs: an index beyond the bound is beyond what the largest
 * of all inputs would have had in 95 of 100 shuffles.
 */
import { Stream } from '../../engine/luck.ts';
import { mean, quantile } from '../statistics.ts';
import { shuffled } from './latin-hypercube.ts';

/** Bins of some ten values at least, and not more than this many. */
const BINS_MAX = 32;
const VALUES_PER_BIN = 18;

/** Which bin each value falls in: as many in each, but equal values together. */
export function binsOf(values: readonly number[]): Int32Array {
  const n = values.length;
  const count = Math.max(2, Math.min(BINS_MAX, Math.floor(n / VALUES_PER_BIN)));
  const order = values.map((_, i) => i).sort((a, b) => values[a] - values[b] || a - b);
  const distinct = new Set(values);
  const bins = new Int32Array(n);
  let bin = 0;
  for (let place = 0; place < n; place++) {
    const isNew = place > 0 && values[order[place]] !== values[order[place - 1]];
    // A choice of a few words has a bin for each.
    if (isNew && (distinct.size <= count || Math.floor((place * count) / n) > bin)) bin++;
    bins[order[place]] = bin;
  }
  return bins;
}

/** Of outputs in bins; NaN if the output never changes. */
function indexOf(bins: Int32Array, output: ArrayLike<number>, variance: number, centre: number): number {
  const n = output.length;
  const most = bins.reduce((a, b) => Math.max(a, b), 0) + 1;
  const sums = new Float64Array(most);
  const squares = new Float64Array(most);
  const counts = new Int32Array(most);
  for (let i = 0; i < n; i++) {
    const off = output[i] - centre;
    sums[bins[i]] += off;
    squares[bins[i]] += off * off;
    counts[bins[i]]++;
  }
  let between = 0;
  let scatter = 0;
  for (let bin = 0; bin < most; bin++) {
    const count = counts[bin];
    if (count === 0) continue;
    const own = sums[bin] / count;
    between += (count / n) * own * own;
    // The mean of so few is off by so much.
    if (count > 1) scatter += ((squares[bin] / count - own * own) * count) / (count - 1) / n;
  }
  return (between - scatter + variance / n) / variance;
}

export interface FirstOrder {
  /** per input; below zero by chance only, NaN where the output never changes */
  readonly indices: readonly number[];
  /** what the largest of all inputs would have had by chance, in 95 of 100 shuffles */
  readonly chance: number;
}

const SHUFFLES = 200;

export function firstOrderIndices(
  inputs: readonly (readonly number[])[],
  output: readonly number[],
  seed: string,
): FirstOrder {
  const centre = mean(output);
  const variance = mean(output.map((value) => (value - centre) * (value - centre)));
  if (!(variance > 0)) return { indices: inputs.map(() => NaN), chance: NaN };
  const bins = inputs.map(binsOf);
  const luck = new Stream(seed, 'sensitivity shuffles');
  const largest = Array.from({ length: inputs.length === 0 ? 0 : SHUFFLES }, (_, round) => {
    const places = shuffled(output.length, luck.at(output.length, round));
    const mixed = places.map((place) => output[place]);
    return bins.reduce((most, one) => Math.max(most, indexOf(one, mixed, variance, centre)), -Infinity);
  });
  return { indices: bins.map((one) => indexOf(one, output, variance, centre)), chance: quantile(largest, 0.95) };
}
