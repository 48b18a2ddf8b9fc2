/** Whole numbers that flags give. */
import { UsageError } from './usage-error.ts';

/** The most that commands take. */
export const replicationsMax = 100_000;
export const jobsMax = 256;

/** From 1 to `max`. Throws a UsageError. */
export function wholeNumber(flag: string, text: string, max: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : NaN;
  if (value >= 1 && value <= max) return value;
  throw new UsageError(`${flag} must be a whole number from 1 to ${max}, not "${text}"`);
}
