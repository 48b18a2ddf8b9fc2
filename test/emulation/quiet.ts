/**
 * What says nothing about an experiment is made again: a run in which some process was late,
 * for then it is the machine that is seen, or in which something else went wrong. After so
 * many tries in vain it is given up.
 */

/** Later than this at the 99th percentile is too late. */
const LOOP_DELAY_MS_MAX = 30;
const TRIES = 3;

export class NoQuietRun extends Error {}

/** How the machine has disturbed it; null: not noticeably. */
export function lateness(loopDelayMs: number, lateBoots: readonly string[]): string | null {
  if (lateBoots.length > 0) return lateBoots[0];
  if (loopDelayMs <= LOOP_DELAY_MS_MAX) return null;
  return `a process was ${loopDelayMs} ms late at the 99th percentile, and not ${LOOP_DELAY_MS_MAX} ms at most`;
}

/** Tries until it was not disturbed; whoever listens is told of each try that was in vain. */
export async function undisturbed<T>(
  what: string,
  attempt: () => Promise<{ readonly result: T; readonly disturbedBy: string | null }>,
  thrownAway: (why: string) => void,
): Promise<T> {
  for (let tries = 1; tries <= TRIES; tries++) {
    const { result, disturbedBy } = await attempt();
    if (disturbedBy === null) return result;
    thrownAway(disturbedBy);
  }
  throw new NoQuietRun(
    `${what} was disturbed ${TRIES} times: try again when the machine has less to do, or at a higher priority\n` +
      '  (as root: nice -n -15; where /proc/self/autogroup is there, write -15 to it, for nice then counts within a session only)',
  );
}
