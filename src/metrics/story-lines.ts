/**
 * What a line of the story is, and those of scaling policies: what they did to a
 * tier, step after step, is one line, as long as it goes one way.
 */
import type { EndedRun } from './ended-run.ts';
import type { Happening } from './happenings.ts';

/** Steps closer together than this, and in one direction, are one line. */
const SAME_CLIMB_MS = 600_000;

/** Rank 0 is told always, higher ranks only while there is room. */
export interface Line {
  readonly atMs: number;
  /** end of what the line tells, if it lasts */
  readonly untilMs?: number;
  readonly rank: number;
  readonly text: string;
}

type Step = Happening & { kind: 'scaled' };

export function stepLines({ recorder }: EndedRun): Line[] {
  const climbs: Step[][] = [];
  for (const step of recorder.happenings) {
    if (step.kind !== 'scaled') continue;
    const current = climbs.findLast(([{ name }]) => name === step.name);
    const last = current?.at(-1);
    if (current !== undefined && last !== undefined && goesOn(last, step)) current.push(step);
    else climbs.push([step]);
  }
  return climbs.map((steps): Line => {
    const [first, last] = [steps[0], steps[steps.length - 1]];
    const howOften = steps.length === 1 ? '' : `, in ${steps.length} steps`;
    return {
      atMs: first.atMs,
      ...(steps.length === 1 ? {} : { untilMs: last.atMs }),
      rank: 2,
      text: `${first.name} is scaled from ${first.fromHosts} to ${last.toHosts} hosts${howOften}`,
    };
  });
}

function goesOn(last: Step, next: Step): boolean {
  const isUp = ({ fromHosts, toHosts }: Step): boolean => toHosts > fromHosts;
  return next.atMs - last.atMs <= SAME_CLIMB_MS && isUp(last) === isUp(next);
}
