/**
 * Powers that are the same on every machine. `**` and Math.pow are not: V8
 * changed how it computes them between Node 22 and 24, and the last bit of a
 * delay is enough to make another run of the same seed. Math.log and Math.exp
 * are V8's own port of fdlibm, and have been the same bits in all versions.
 * Lint forbids the operator and the function wherever their operands are not
 * written out as whole numbers.
 */

/** Beyond it, repeated squaring would leave the range of doubles for every base but those next to 1. */
const WHOLE_MAX = 2 ** 31;

/**
 * base ** exponent for base ≥ 0. A whole exponent is worked off by repeated
 * squaring, so powers of two are exact; any other by exp(exponent · ln base),
 * with a relative error of at most (2 + |exponent · ln base|) · 2⁻⁵².
 */
export function power(base: number, exponent: number): number {
  if (Number.isInteger(exponent) && Math.abs(exponent) <= WHOLE_MAX) return wholePower(base, exponent);
  return Math.exp(exponent * Math.log(base));
}

function wholePower(base: number, exponent: number): number {
  if (exponent < 0) return 1 / wholePower(base, -exponent);
  let result = 1;
  let square = base;
  for (let left = exponent; left > 0; left >>>= 1) {
    if ((left & 1) === 1) result *= square;
    square *= square;
  }
  return result;
}
