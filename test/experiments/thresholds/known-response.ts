// Worlds whose answers are known: each fails at a value with a given probability, by one uniform number of its own, so
// that a world that fails at a value fails at all harder ones.
import { Stream } from '../../../src/engine/luck.ts';
import type { Probe } from '../../../src/experiments/thresholds/rounds.ts';
import type { Ask } from '../../../src/experiments/thresholds/search.ts';
import type { Answer } from '../../../src/experiments/thresholds/world.ts';

export interface KnownResponse {
  readonly ask: Ask;
  /** every question, in the order in which they were put */
  readonly asked: readonly Probe[];
  /** how many questions were put at a time */
  readonly rounds: readonly number[];
}

/** A world's luck at its value decides: `holds(value, uniform, world)`. */
export function respondsBy(
  seed: string,
  holds: (value: number, uniform: number, world: number) => Answer,
): KnownResponse {
  const luck = new Stream(seed, 'worlds');
  const asked: Probe[] = [];
  const rounds: number[] = [];
  return {
    asked,
    rounds,
    ask: (probes) => {
      asked.push(...probes);
      rounds.push(probes.length);
      return Promise.resolve(probes.map(({ world, value }) => holds(value, luck.at(world, 0).uniform(), world)));
    },
  };
}

/** Fails at value i with probability `failing[i]`. */
export function failsWith(seed: string, failing: readonly number[]): KnownResponse {
  return respondsBy(seed, (value, uniform) => uniform >= failing[value]);
}
