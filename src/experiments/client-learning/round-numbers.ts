/** Numbers as people choose them: a measurement of 4,003 ms is a setting of 4 s. */

const DIGITS_MAX = 4;

export function rounded(value: number, digits: number): number {
  return Number(value.toPrecision(digits));
}

/** How many significant digits a value has; 0 and infinity have none. */
export function digitsOf(value: number): number {
  if (value === 0 || !Number.isFinite(value)) return 0;
  for (let digits = 1; digits <= DIGITS_MAX; digits++)
    if (Math.abs(rounded(value, digits) - value) <= 1e-9 * Math.abs(value)) return digits;
  return DIGITS_MAX + 1;
}

/** The roundest number within the tolerance. */
export function roundest(value: number, tolerance: number): number {
  for (let digits = 1; digits <= DIGITS_MAX; digits++) {
    const candidate = rounded(value, digits);
    if (Math.abs(candidate - value) <= tolerance) return candidate;
  }
  return Math.round(value);
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The roundest number above `low` and up to `high`, the larger of two that are as round. */
export function roundestBetween(low: number, high: number): number {
  for (let digits = 1; digits <= DIGITS_MAX; digits++) {
    const unit = unitOf(high, digits);
    const candidate = Math.floor(high / unit + 1e-9) * unit;
    if (candidate > low) return candidate;
  }
  return high;
}

/** The last of so many digits of a value counts so much. */
function unitOf(value: number, digits: number): number {
  let unit = 1;
  while (unit * 10 <= value) unit *= 10;
  for (let i = 1; i < digits; i++) unit /= 10;
  return unit;
}
