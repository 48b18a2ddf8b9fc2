/** Plays one subject against one misbehaviour: ten minutes of virtual time, or as many attempts as tell enough. */
import type { Misbehaviour } from './misbehaviours.ts';
import type { Subject } from './subject.ts';
import { undone } from './undone.ts';
import { inVirtualTime } from './virtual-time.ts';
import { World, type Attempt } from './world.ts';

/** Not a whole number of minutes, so that nothing happens at the very end. */
export const PLAYED_MS = 15 * 60_000 + 7300;
export const ATTEMPTS_MOST = 16;
/** In the middle: no library's bounds, and socket.io's deviation is added there. */
export const LUCK = 0.5;

export interface PlayOptions {
  /** see VirtualOptions */
  readonly luck?: number | (() => number);
  readonly attemptsMost?: number;
}

export async function play(
  subject: Subject,
  { plan }: Misbehaviour,
  { luck = LUCK, attemptsMost = ATTEMPTS_MOST }: PlayOptions = {},
): Promise<readonly Attempt[]> {
  return undone((undo) =>
    inVirtualTime({ luck, turns: subject.turns ?? 3 }, async (time) => {
      const world = new World(time, plan);
      await subject.start(world, undo);
      await time.advance(PLAYED_MS, () => world.attempts.length > attemptsMost);
      // One more was awaited, so that the end of the last that is told is known.
      return world.attempts.slice(0, attemptsMost).map((attempt) => ({ ...attempt }));
    }),
  );
}
