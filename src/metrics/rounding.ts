/**
 * Rounding: for files that are compared with one another to six significant
 * digits, so that the last bits of a sum do not show; for people to what they
 * can take in.
 */
import { formatDuration } from '../scenario/quantity.ts';

const DIGITS = 6;

/** To six significant digits; whole numbers stay as they are, and so do NaN and infinities. */
export function rounded(value: number): number {
  return Number.isInteger(value) || !Number.isFinite(value) ? value : Number(value.toPrecision(DIGITS));
}

/** A duration in its two greatest units, like `1h20m`, `4m30s`, `12s`, `250ms`. */
export function roughDuration(durationMs: number): string {
  const gridMs = durationMs >= 3_600_000 ? 60_000 : durationMs >= 10_000 ? 1000 : durationMs >= 1000 ? 100 : 1;
  return formatDuration(Math.round(durationMs / gridMs) * gridMs);
}
