/**
 * The clock of virtual time: what is due, by its instant and at the same instant in the order
 * of asking, in a binary heap, so that a crowd of clients with its thousands of timers costs no
 * more than it must; and timers as Node has them. A timer that is cleared stays until its
 * turn. Delays are whole ms.
 */

export interface Due {
  readonly atMs: number;
  readonly order: number;
  readonly act: () => void;
  isOff: boolean;
}

const isBefore = (a: Due, b: Due): boolean => a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);

export class VirtualClock {
  nowMs = 0;
  /** something that was due is being done */
  isStepping = false;
  private readonly heap: Due[] = [];
  private asked = 0;

  /** `act` is called then, unless it is off. */
  at(atMs: number, act: () => void): Due {
    const due: Due = { atMs, order: this.asked++, act, isOff: false };
    const { heap } = this;
    let place = heap.push(due) - 1;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (!isBefore(due, heap[parent])) break;
      heap[place] = heap[parent];
      place = parent;
    }
    heap[place] = due;
    return due;
  }

  /** Goes to the next instant at which something is due, and does all that is due then; false: nothing is. */
  step(): boolean {
    let due = this.next();
    if (due === undefined) return false;
    this.nowMs = due.atMs;
    this.isStepping = true;
    try {
      for (; due?.atMs === this.nowMs; due = this.next()) {
        this.pop();
        due.act();
      }
    } finally {
      this.isStepping = false;
    }
    return true;
  }

  /** The next that is not off. */
  private next(): Due | undefined {
    while (this.heap.at(0)?.isOff === true) this.pop();
    return this.heap.at(0);
  }

  private pop(): Due | undefined {
    const { heap } = this;
    const first = heap.at(0);
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return first;
    let place = 0;
    for (let child = 1; child < heap.length; child = 2 * place + 1) {
      if (child + 1 < heap.length && isBefore(heap[child + 1], heap[child])) child++;
      if (!isBefore(heap[child], last)) break;
      heap[place] = heap[child];
      place = child;
    }
    heap[place] = last;
    return first;
  }
}

/** As in Node, beyond 31 bits it is 1. A timer that asks for another at once gets it a ms later, so that time goes on. */
const delayOf = (ms: unknown, leastMs: number): number => {
  const whole = Math.trunc(Number(ms));
  if (whole > 2 ** 31 - 1) return 1;
  return whole > 0 ? whole : leastMs;
};

/** What setTimeout and setInterval give back. */
class VirtualTimer {
  private readonly clock: VirtualClock;
  private readonly delayMs: number;
  private readonly repeats: boolean;
  private readonly act: () => void;
  private due: Due;

  constructor(clock: VirtualClock, act: () => void, delay: unknown, repeats: boolean) {
    this.clock = clock;
    this.act = act;
    this.delayMs = delayOf(delay, clock.isStepping ? 1 : 0);
    this.repeats = repeats;
    this.due = this.next();
  }

  private next(): Due {
    return this.clock.at(this.clock.nowMs + this.delayMs, () => {
      if (this.repeats) this.due = this.next();
      this.act();
    });
  }

  refresh(): this {
    this.due.isOff = true;
    this.due = this.next();
    return this;
  }
  close(): this {
    this.due.isOff = true;
    return this;
  }
  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }
  hasRef(): boolean {
    return true;
  }
}

type Timers = Readonly<Record<'setTimeout' | 'clearTimeout' | 'setInterval' | 'clearInterval', unknown>>;

/** The global functions of this clock. */
export function timersOf(clock: VirtualClock): Timers {
  const starts =
    (repeats: boolean) =>
    (act: (...rest: unknown[]) => void, delay?: unknown, ...rest: unknown[]): VirtualTimer =>
      new VirtualTimer(clock, () => act(...rest), delay, repeats);
  const clear = (timer: unknown): void => {
    if (timer instanceof VirtualTimer) timer.close();
  };
  return { setTimeout: starts(false), clearTimeout: clear, setInterval: starts(true), clearInterval: clear };
}

/** Date at this clock, which began at `epochMs`. */
export function dateOf(clock: VirtualClock, epochMs: number): DateConstructor {
  const now = (): number => epochMs + Math.floor(clock.nowMs);
  return new Proxy(Date, {
    construct: (RealDate, values: [], newTarget) =>
      Reflect.construct(RealDate, values.length === 0 ? [now()] : values, newTarget) as object,
    apply: (RealDate) => new RealDate(now()).toString(),
    get: (RealDate, key, receiver) => (key === 'now' ? now : (Reflect.get(RealDate, key, receiver) as unknown)),
  });
}
