/**
 * Points spread evenly over the unit cube: a Latin hypercube (McKay, Beckman &
 * Conover 1979), in batches. Of each batch of n points every coordinate has one
 * point in each n-th of its range. A coordinate's luck is keyed by its own name:
 * so the draws of an assumption stay what they are whatever other assumptions a
 * file has, and a batch is the same however many come after it.
 */
import { Stream } from '../../engine/luck.ts';

/** The places 0…n−1 in a random order. */
export function shuffled(n: number, luck: Stream): number[] {
  const places = Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = Math.floor(luck.uniform() * (i + 1));
    [places[i], places[j]] = [places[j], places[i]];
  }
  return places;
}

/** The n points of a batch, each with a coordinate per name, within (0, 1). */
export function latinHypercube(
  seed: string,
  names: readonly string[],
  batch: number,
  n: number,
): readonly (readonly number[])[] {
  const columns = names.map((name) => {
    const luck = new Stream(seed, `assumption ${name}`).at(batch, n);
    return shuffled(n, luck).map((place) => (place + luck.uniform()) / n);
  });
  return Array.from({ length: n }, (_, i) => columns.map((column) => column[i]));
}
