/**
 * Functions whose sensitivities are known in closed form, for the tests: of
 * Ishigami & Homma (1990), of Sobol' (g, 1993) and of Morris (1991).
 */

/** Of three inputs in the unit cube, stretched to −π…π; a = 7, b = 0.1. */
export function ishigami(point: readonly number[]): number {
  const [x, y, z] = point.map((u) => Math.PI * (2 * u - 1));
  return Math.sin(x) + 7 * Math.sin(y) ** 2 + 0.1 * z ** 4 * Math.sin(x);
}

/** First-order indices in closed form. */
export function ishigamiIndices(): number[] {
  const [a, b] = [7, 0.1];
  const variance = a ** 2 / 8 + (b * Math.PI ** 4) / 5 + (b ** 2 * Math.PI ** 8) / 18 + 1 / 2;
  return [(1 + (b * Math.PI ** 4) / 5) ** 2 / 2 / variance, a ** 2 / 8 / variance, 0];
}

export const gWeights: readonly number[] = [0, 1, 4.5, 9, 99, 99, 99, 99];

export function sobolG(point: readonly number[]): number {
  return point.reduce((product, u, i) => (product * (Math.abs(4 * u - 2) + gWeights[i])) / (1 + gWeights[i]), 1);
}

export function sobolGIndices(): number[] {
  const parts = gWeights.map((a) => 1 / 3 / (1 + a) ** 2);
  const variance = parts.reduce((product, part) => product * (1 + part), 1) - 1;
  return parts.map((part) => part / variance);
}

/** Of twenty inputs: the first ten matter, the first seven of them not in a straight line, the last ten nearly not at all. */
export function morrisFunction(point: readonly number[]): number {
  const w = point.map((x, i) => ([2, 4, 6].includes(i) ? 2 * ((1.1 * x) / (x + 0.1) - 0.5) : 2 * (x - 0.5)));
  let y = 0;
  for (let i = 0; i < 20; i++) y += (i < 10 ? 20 : (-1) ** (i + 1)) * w[i];
  for (let i = 0; i < 20; i++)
    for (let j = i + 1; j < 20; j++) y += (i < 6 && j < 6 ? -15 : (-1) ** (i + j + 2)) * w[i] * w[j];
  for (let i = 0; i < 5; i++)
    for (let j = i + 1; j < 5; j++) for (let l = j + 1; l < 5; l++) y += -10 * w[i] * w[j] * w[l];
  return y + 5 * w[0] * w[1] * w[2] * w[3];
}
