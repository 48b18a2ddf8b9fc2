/** When the episodes of a run began, were everywhere, began to recover and were over, to compare two runs of one story. */
import type { RunResult } from '../../src/experiments/run.ts';

type Milestones = Readonly<Record<'started' | 'allPods' | 'recovering' | 'resolved', number | null>>;

/** ms since the start, per episode; null where it did not happen. */
export function milestonesOf({ ended }: RunResult): readonly Milestones[] {
  return ended.episodes.map(({ startedMs, allPodsMs, recoveringMs, resolvedMs }) => ({
    started: startedMs,
    allPods: allPodsMs,
    recovering: recoveringMs,
    resolved: resolvedMs,
  }));
}

/** The milestones of the second run that are not there, or further off than so long, told for people. */
export function strayed(one: RunResult, other: RunResult, withinMs: number): string[] {
  const [first, second] = [milestonesOf(one), milestonesOf(other)];
  if (first.length !== second.length) return [`${first.length} episodes against ${second.length}`];
  return first.flatMap((milestones, episode) =>
    (Object.keys(milestones) as (keyof Milestones)[]).flatMap((name) => {
      const [a, b] = [milestones[name], second[episode][name]];
      const isNear = a === null || b === null ? a === b : Math.abs(a - b) <= withinMs;
      return isNear ? [] : [`episode ${episode + 1}: ${name} at ${String(a)} against ${String(b)} ms`];
    }),
  );
}
