/**
 * The half-width of Student's t interval for a mean. The quantile is the
 * expansion of Abramowitz & Stegun 26.7.5 around the normal quantile, which
 * from 9 degrees of freedom on is right to 0.1 %.
 */

/** The normal quantile of 1 − (1 − level)/2. */
const normalQuantiles: Readonly<Record<number, number>> = {
  0.95: 1.959963984540054,
  0.99: 2.5758293035489004,
  0.999: 3.290526731491896,
};

/** The two-sided quantile of Student's t with the given degrees of freedom, at least 9. */
export function tQuantile(freedom: number, level: 0.95 | 0.99 | 0.999): number {
  if (!(freedom >= 9)) throw new Error(`the expansion needs 9 degrees of freedom at least, not ${freedom}`);
  const z = normalQuantiles[level];
  const z2 = z * z;
  const terms = [
    (z * (z2 + 1)) / 4,
    (z * ((5 * z2 + 16) * z2 + 3)) / 96,
    (z * (((3 * z2 + 19) * z2 + 17) * z2 - 15)) / 384,
    (z * ((((79 * z2 + 776) * z2 + 1482) * z2 - 1920) * z2 - 945)) / 92_160,
  ];
  return terms.reduce((sum, term, i) => sum + term / freedom ** (i + 1), z);
}

/** Half the width of the interval for the mean of what the values were drawn from. */
export function tHalfWidth(values: readonly number[], level: 0.95 | 0.99 | 0.999): number {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
  return tQuantile(n - 1, level) * Math.sqrt(variance / n);
}
