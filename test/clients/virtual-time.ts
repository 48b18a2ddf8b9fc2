/**
 * Virtual time: while `act` runs, timers, Date, performance and Math.random are ours,
 * and minutes pass in milliseconds. The clock is vitest's (fake-timers of Sinon); it
 * moves from timer to timer, and only when everything that was set off at this instant
 * has come to rest: promises, and what a fake transport still has to hand over.
 * Math.random gives one and the same number throughout, so that a delay depends on
 * the library's counter alone, and what resets the counter can be seen in the delays.
 */
import { vi } from 'vitest';

export interface VirtualTime {
  /** ms since the start */
  nowMs(): number;
  /** Calls back after so many ms of virtual time. */
  after(ms: number, act: () => void): void;
  /** Calls back at this instant, but after the code that runs now: as a network does. */
  soon(act: () => void): void;
  /** Moves on to that instant, or until `enough`. */
  advance(untilMs: number, enough?: () => boolean): Promise<void>;
}

const EPOCH_MS = Date.UTC(2026, 0, 1);
const realImmediate = setImmediate;

export interface VirtualOptions {
  /** what Math.random gives, in [0, 1) */
  readonly luck: number | (() => number);
  /** how many turns of the real event loop a step needs at least: streams need some */
  readonly turns: number;
}

export async function inVirtualTime<T>(
  { luck, turns }: VirtualOptions,
  act: (time: VirtualTime) => Promise<T>,
): Promise<T> {
  vi.useFakeTimers({
    toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date', 'performance'],
    now: EPOCH_MS,
  });
  const random = vi.spyOn(Math, 'random').mockImplementation(typeof luck === 'number' ? () => luck : luck);
  let underway = 0;
  const rest = async (): Promise<void> => {
    let quiet = 0;
    while (quiet < turns || underway > 0) {
      await new Promise<void>((resolve) => realImmediate(resolve));
      quiet = underway > 0 ? 0 : quiet + 1;
    }
  };
  const time: VirtualTime = {
    nowMs: () => Date.now() - EPOCH_MS,
    after: (ms, then) => void setTimeout(then, ms),
    soon: (then) => {
      underway++;
      realImmediate(() => {
        underway--;
        then();
      });
    },
    advance: async (untilMs, enough = () => false) => {
      let isOver = false;
      setTimeout(() => (isOver = true), untilMs - time.nowMs());
      await rest();
      while (!isOver && !enough()) {
        vi.advanceTimersToNextTimer();
        await rest();
      }
    },
  };
  try {
    return await act(time);
  } finally {
    vi.clearAllTimers();
    vi.useRealTimers();
    random.mockRestore();
  }
}
