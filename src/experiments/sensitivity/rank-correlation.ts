/**
 * Partial rank correlation: how monotonically an output goes with one input,
 * once what the other inputs do to both is taken away (McKay, Beckman & Conover
 * 1979; Marino et al. 2008). From the inverse C of the correlations of all
 * ranks, −C[j][y] / √(C[j][j] C[y][y]). The limits are Fisher's, with one degree
 * of freedom less for each other input.
 */
import { mean, normalQuantile, type Estimate } from '../statistics.ts';

/** Ranks from 0; equal values share the mean of theirs. */
export function ranks(values: readonly number[]): Float64Array {
  const order = values.map((_, i) => i).sort((a, b) => values[a] - values[b] || a - b);
  const result = new Float64Array(values.length);
  for (let from = 0; from < order.length;) {
    let to = from;
    while (to < order.length && values[order[to]] === values[order[from]]) to++;
    for (let i = from; i < to; i++) result[order[i]] = (from + to - 1) / 2;
    from = to;
  }
  return result;
}

/** Less its mean and of length one; null if all values are the same. */
function standardised(values: Float64Array): Float64Array | null {
  const centre = mean(values);
  const off = values.map((value) => value - centre);
  const length = Math.sqrt(off.reduce((sum, one) => sum + one * one, 0));
  return length <= 1e-12 * values.length ? null : off.map((one) => one / length);
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

/** Gauss and Jordan's, with the largest pivot; null if there is none. */
export function inverse(matrix: readonly (readonly number[])[]): number[][] | null {
  const n = matrix.length;
  const rows = matrix.map((row, i) => [...row, ...matrix.map((_, j) => (i === j ? 1 : 0))]);
  for (let column = 0; column < n; column++) {
    let pivot = column;
    for (let row = column + 1; row < n; row++)
      if (Math.abs(rows[row][column]) > Math.abs(rows[pivot][column])) pivot = row;
    const divisor = rows[pivot][column];
    if (Math.abs(divisor) < 1e-12) return null;
    [rows[column], rows[pivot]] = [rows[pivot], rows[column]];
    rows[column] = rows[column].map((value) => value / divisor);
    for (let row = 0; row < n; row++) {
      const factor = rows[row][column];
      if (row === column || factor === 0) continue;
      rows[row] = rows[row].map((value, j) => value - factor * rows[column][j]);
    }
  }
  return rows.map((row) => row.slice(n));
}

const nothing: Estimate = { value: NaN, low: NaN, high: NaN, n: 0 };

/**
 * Per input (a column of values) its partial rank correlation with the output,
 * with limits at `level`. NaN for an input or an output that never changes, and
 * for all of them where there are too few runs for so many inputs.
 */
export function partialRankCorrelations(
  inputs: readonly (readonly number[])[],
  output: readonly number[],
  level: number,
): Estimate[] {
  const n = output.length;
  const columns = inputs.map((values) => standardised(ranks(values)));
  const own = standardised(ranks(output));
  const there = columns.filter((column) => column !== null);
  const freedom = n - there.length - 2;
  if (own === null || freedom < 2) return inputs.map(() => ({ ...nothing, n }));
  const all = [...there, own];
  // So much of each rank is its own that two inputs which always move together have an inverse all the same.
  const correlations = all.map((a, i) => all.map((b, j) => (i === j ? 1 + 1e-9 : dot(a, b))));
  const found = inverse(correlations);
  if (found === null) return inputs.map(() => ({ ...nothing, n }));
  const last = all.length - 1;
  let place = 0;
  return columns.map((column) => {
    if (column === null) return { ...nothing, n };
    const j = place++;
    const value = Math.max(-1, Math.min(1, -found[j][last] / Math.sqrt(found[j][j] * found[last][last])));
    return { value, ...fisherLimits(value, freedom, level), n };
  });
}

/** Fisher's limits of a correlation: atanh(r) is about normal, with a variance of 1 / (freedom − 1). */
function fisherLimits(r: number, freedom: number, level: number): { readonly low: number; readonly high: number } {
  if (Math.abs(r) === 1) return { low: r, high: r };
  const half = normalQuantile((1 + level) / 2) / Math.sqrt(freedom - 1);
  const centre = Math.log((1 + r) / (1 - r)) / 2;
  const back = (z: number): number => 1 - 2 / (Math.exp(2 * z) + 1);
  return { low: back(centre - half), high: back(centre + half) };
}
