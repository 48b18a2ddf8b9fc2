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

/** The number above `low` and up to `high` that people would choose: 1, 2 or 5 of a power of ten if there is one, and the largest of such. */
export function roundestBetween(low: number, high: number): number {
  const unit = unitOf(high);
  for (const steps of [
    [5, 2, 1, 0.5, 0.2, 0.1],
    [9, 8, 7, 6, 4, 3],
  ])
    for (const step of steps) if (step * unit > low && step * unit <= high) return step * unit;
  for (let part = unit / 10; part >= unit / 10_000; part /= 10) {
    const candidate = Math.floor(high / part + 1e-9) * part;
    if (candidate > low) return candidate;
  }
  return high;
}

/** The power of ten that its first digit counts. */
function unitOf(value: number): number {
  let unit = 1;
  while (unit * 10 <= value) unit *= 10;
  return unit;
}
