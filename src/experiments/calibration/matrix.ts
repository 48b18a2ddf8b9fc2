/**
 * What calibration needs of linear algebra, for symmetric matrices of some dozen
 * rows: Cholesky's factor, to draw from a normal distribution and to say its
 * density, and eigenvectors by Jacobi's rotations, to find the directions in
 * which draws scatter least.
 */

export type Matrix = readonly (readonly number[])[];

/** The lower factor; null if the matrix is not positive definite. */
export function cholesky(matrix: Matrix): number[][] | null {
  const factor = matrix.map(() => new Array<number>(matrix.length).fill(0));
  for (let i = 0; i < matrix.length; i++)
    for (let j = 0; j <= i; j++) {
      let rest = matrix[i][j];
      for (let k = 0; k < j; k++) rest -= factor[i][k] * factor[j][k];
      if (i === j) {
        if (!(rest > 0)) return null;
        factor[i][i] = Math.sqrt(rest);
      } else factor[i][j] = rest / factor[j][j];
    }
  return factor;
}

export function times(factor: Matrix, vector: readonly number[]): number[] {
  return factor.map((row) => row.reduce((sum, one, j) => sum + one * vector[j], 0));
}

/** The logarithm of a normal density, but for −n/2·ln 2π. `factor` is Cholesky's of its covariance. */
export function logNormalDensity(point: readonly number[], centre: readonly number[], factor: Matrix): number {
  const solved: number[] = [];
  let result = 0;
  for (let i = 0; i < point.length; i++) {
    let rest = point[i] - centre[i];
    for (let k = 0; k < i; k++) rest -= factor[i][k] * solved[k];
    solved.push(rest / factor[i][i]);
    result -= (solved[i] * solved[i]) / 2 + Math.log(factor[i][i]);
  }
  return result;
}

export interface Eigen {
  readonly value: number;
  readonly vector: readonly number[];
}

const SWEEPS_MAX = 60;

/** Ascending by their values; of a symmetric matrix. */
export function eigenvectors(matrix: Matrix): Eigen[] {
  const n = matrix.length;
  const a = matrix.map((row) => [...row]);
  const v = matrix.map((_, i) => matrix.map((__, j) => (i === j ? 1 : 0)));
  for (let sweep = 0; sweep < SWEEPS_MAX; sweep++) {
    let off = 0;
    let all = 0;
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++) {
        const square = a[i][j] * a[i][j];
        all += square;
        if (i !== j) off += square;
      }
    if (off <= 1e-24 * all) break;
    for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) rotate(a, v, p, q);
  }
  return a
    .map((row, i) => ({ value: row[i], vector: v.map((one) => one[i]) }))
    .sort((one, other) => one.value - other.value);
}

function rotate(a: number[][], v: number[][], p: number, q: number): void {
  if (a[p][q] === 0) return;
  const theta = (a[q][q] - a[p][p]) / (2 * a[p][q]);
  const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const c = 1 / Math.sqrt(t * t + 1);
  const s = t * c;
  const turn = (rows: number[][], i: number, j: number, k: number, l: number): void => {
    const [one, other] = [rows[i][j], rows[k][l]];
    rows[i][j] = c * one - s * other;
    rows[k][l] = s * one + c * other;
  };
  for (let k = 0; k < a.length; k++) turn(a, k, p, k, q);
  for (let k = 0; k < a.length; k++) turn(a, p, k, q, k);
  for (let k = 0; k < a.length; k++) turn(v, k, p, k, q);
}
