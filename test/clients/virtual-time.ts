/**
 * Virtual time: while `act` runs, timers, Date, performance and Math.random are ours,
 * and minutes pass in milliseconds. The clock moves from timer to timer, and only when
 * everything that was set off at this instant has come to rest: promises, and what a fake
 * transport still has to hand over. Math.random may give one and the same number throughout,
 * so that a delay depends on the library's counter alone, and what resets the counter can be
 * seen in the delays.
 */
import { replace } from './subject.ts';
import { dateOf, timersOf, VirtualClock } from './virtual-clock.ts';

export interface VirtualTime {
  /** ms since the start */
  nowMs(): number;
  /** Calls back after so many ms of virtual time. */
  after(ms: number, act: () => void): void;
  /** Calls back after the code that runs now, at this instant or after `networkMs`: as a network does. */
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
  /** how long a network takes one way; absent: no time */
  readonly networkMs?: number;
}

class SteppedTime implements VirtualTime {
  readonly clock = new VirtualClock();
  private readonly turns: number;
  private readonly networkMs: number;
  private underway = 0;

  constructor({ turns, networkMs = 0 }: VirtualOptions) {
    this.turns = turns;
    this.networkMs = networkMs;
  }

  nowMs(): number {
    return this.clock.nowMs;
  }

  after(ms: number, act: () => void): void {
    this.clock.at(this.clock.nowMs + ms, act);
  }

  soon(act: () => void): void {
    if (this.networkMs > 0) {
      this.after(this.networkMs, act);
      return;
    }
    this.underway++;
    realImmediate(() => {
      this.underway--;
      act();
    });
  }

  async advance(untilMs: number, enough = (): boolean => false): Promise<void> {
    let isOver = false;
    this.clock.at(untilMs, () => (isOver = true));
    await this.rest();
    while (!isOver && !enough()) {
      this.clock.step();
      await this.rest();
    }
  }

  private async rest(): Promise<void> {
    let quiet = 0;
    while (quiet < this.turns || this.underway > 0) {
      await new Promise<void>((resolve) => realImmediate(resolve));
      quiet = this.underway > 0 ? 0 : quiet + 1;
    }
  }
}

export async function inVirtualTime<T>(options: VirtualOptions, act: (time: VirtualTime) => Promise<T>): Promise<T> {
  const { luck } = options;
  const time = new SteppedTime(options);
  const undoings: (() => void)[] = [];
  const replaces = (owner: object, key: string, value: unknown): void =>
    replace(owner, key, value, (undo) => undoings.push(undo));
  for (const [name, value] of Object.entries(timersOf(time.clock))) replaces(globalThis, name, value);
  replaces(globalThis, 'Date', dateOf(time.clock, EPOCH_MS));
  replaces(performance, 'now', () => time.clock.nowMs);
  replaces(Math, 'random', typeof luck === 'number' ? () => luck : luck);
  try {
    return await act(time);
  } finally {
    for (const undo of undoings.reverse()) undo();
  }
}
