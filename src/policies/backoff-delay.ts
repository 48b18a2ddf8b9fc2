/** What a backoff is, whoever thought of it: literature (backoff.ts) or libraries (library-backoffs.ts). */
import type { Draws } from '../engine/luck.ts';

/** One client version's backoff in one run. Must keep no state of single sessions. */
export interface Backoff {
  /**
   * The delay in ms before attempt `attempt` (1 = the first after a drop, or after the first attempt of a page failed).
   * `previousMs` is what it said for the attempt before, 0 for attempt 1, and
   * anything if it does not say that it `usesPrevious`.
   * `draws` are the session's own for this attempt; with `drawsOncePerPage`
   * they are those of the page, the same at each of its attempts.
   */
  delayMs(attempt: number, previousMs: number, draws: Draws): number;
  /** The first attempt of a page is attempt 1 to it, so the one after that waits for the delay before attempt 2. */
  readonly firstCounts?: true;
  /** The delay depends on the one before, so that has to be remembered. */
  readonly usesPrevious?: true;
  /** The client draws its luck when its page is loaded, and keeps it for as long as the page lives. */
  readonly drawsOncePerPage?: true;
  /**
   * The delay is counted from the start of the attempt before, whether that
   * failed or connected: what that attempt or its connection lasted is taken
   * off, so a client whose connection held for long tries again at once.
   */
  readonly countsFromAttempt?: true;
}
