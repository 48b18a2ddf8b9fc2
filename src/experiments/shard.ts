/**
 * A part of an experiment's runs, for one of several machines: every n-th of
 * them in the order in which one machine would begin them, so that each has
 * about as many of every variant. What is in a shard depends on the experiment
 * only, and each run is in exactly one of the n.
 */
export interface Shard {
  /** from 1 */
  readonly part: number;
  readonly of: number;
}

export function tasksOfShard<T>(tasks: readonly T[], { part, of }: Shard): readonly T[] {
  return tasks.filter((_, place) => place % of === part - 1);
}
