/**
 * How a search asks: round by round, all questions of a round together, so that
 * they can be run side by side; and after how many worlds it looks at what it has.
 */

/** A question: a value in a world. */
export interface Probe {
  readonly world: number;
  /** index of the value */
  readonly value: number;
}

/** Thrown within a search whose questions nobody answers any more. */
export class Stopped extends Error {}

/** How many worlds there are at each look. */
export function wavesUpTo(worlds: number, first: number, growth: number): number[] {
  const waves: number[] = [];
  for (let n = first; n < worlds; n = Math.max(n + first, Math.ceil(n * growth))) waves.push(n);
  return [...waves, worlds];
}

/** So many places all over the range, its ends among them. */
export function spread(count: number, of: number): number[] {
  if (of <= count) return Array.from({ length: of }, (_, i) => i);
  return Array.from({ length: count }, (_, i) => Math.round((i * (of - 1)) / (count - 1)));
}
