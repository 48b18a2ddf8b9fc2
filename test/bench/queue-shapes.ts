/**
 * The event queue on the shapes of work that it meets, against the reference
 * heap. Each shape is written once over a small interface and runs on both with
 * the same numbers; the work's own cost (drawing increments) is the same on both
 * sides, from a table drawn before. HOLD (Jones 1986): take the first event, put
 * another one an increment later.
 */
import { DOUBLES, EventQueue, KEY, WORDS } from '../../src/engine/event-queue.ts';
import { ReferenceHeap } from './reference-heap.ts';
import { seededRandom } from '../seeded-random.ts';

/** What a shape needs of a queue. */
export interface Agenda {
  /** when the event was due that was taken last */
  nowMs: number;
  /** Returns the event's id, by which it can be cancelled. */
  push(timeMs: number, key: number): number;
  /** for timers of one constant delay */
  pushTimeout(timeMs: number, key: number): number;
  cancel(id: number): void;
  /** Takes the first event and returns its key. */
  pop(): number;
}

class ProductAgenda implements Agenda {
  nowMs = 0;
  private readonly queue = new EventQueue();
  private readonly lane = this.queue.openLane();
  private sequence = 0;

  push(timeMs: number, key: number): number {
    return this.queue.push(timeMs, this.sequence++, key);
  }
  pushTimeout(timeMs: number, key: number): number {
    return this.queue.pushOnLane(this.lane, timeMs, this.sequence++, key);
  }
  cancel(id: number): void {
    this.queue.cancel(id);
  }
  pop(): number {
    const slot = this.queue.popBefore(Infinity);
    this.nowMs = this.queue.records.doubles[slot * DOUBLES];
    return this.queue.records.words[slot * WORDS + KEY];
  }
}

class ReferenceAgenda implements Agenda {
  nowMs = 0;
  private readonly heap: ReferenceHeap;

  constructor(cancels: boolean) {
    this.heap = new ReferenceHeap({ cancels });
  }
  push(timeMs: number, key: number): number {
    return this.heap.push(timeMs, key);
  }
  pushTimeout(timeMs: number, key: number): number {
    return this.heap.push(timeMs, key);
  }
  cancel(id: number): void {
    this.heap.cancel(id);
  }
  pop(): number {
    this.heap.pop();
    this.nowMs = this.heap.timeMs;
    return this.heap.key;
  }
}

const TABLE = 1 << 16;

/** A repeatable table of increments, of numbers that are never 0. */
function table(draw: (uniform: () => number) => number): Float64Array {
  const random = seededRandom(42);
  const uniform = (): number => random() + 0.5 / 2 ** 32;
  return Float64Array.from({ length: TABLE }, () => draw(uniform));
}

const exponential = table((uniform) => -1000 * Math.log(uniform()));
const uniforms = table((uniform) => uniform());

/** Most within a second, a tenth at one instant (the next whole second), some hours away. */
const AT_ONE_INSTANT = -1;
const storm = table((uniform) => {
  const which = uniform();
  if (which < 0.1) return AT_ONE_INSTANT;
  return which < 0.97 ? 1000 * uniform() : 3_600_000 * (1 + 4 * uniform());
});

/** Fills the queue and turns it over once, then counts the time of `operations`. */
function hold(agenda: Agenda, pending: number, operations: number, increments: Float64Array): number {
  const next = (nowMs: number, i: number): number => {
    const increment = increments[i & (TABLE - 1)];
    return increment === AT_ONE_INSTANT ? Math.floor(nowMs / 1000) * 1000 + 1000 : nowMs + increment;
  };
  for (let i = 0; i < pending; i++) agenda.push(next(0, i), 1);
  const turnOver = (times: number): void => {
    for (let i = 0; i < times; i++) {
      agenda.pop();
      agenda.push(next(agenda.nowMs, i * 7), 1);
    }
  };
  turnOver(pending);
  const startMs = performance.now();
  turnOver(operations);
  return performance.now() - startMs;
}

/**
 * Clients that connect: an attempt takes a while or, `timesOut` of them, longer
 * than its timeout of 10 s. An answer cancels the timeout; a timeout cancels the
 * answer. Each end starts the client's next attempt.
 */
function timeouts(agenda: Agenda, clients: number, operations: number, timesOut: number): number {
  // By client: the ids of its two events; their keys say which client it is, and which event.
  const timeout = new Uint32Array(clients);
  const answer = new Uint32Array(clients);
  let draws = 0;
  const attempt = (client: number, nowMs: number): void => {
    const late = uniforms[draws++ & (TABLE - 1)] < timesOut;
    const forMs = late ? 11_000 + 1000 * uniforms[draws++ & (TABLE - 1)] : 200 * uniforms[draws++ & (TABLE - 1)];
    answer[client] = agenda.push(nowMs + forMs, 2 * client);
    timeout[client] = agenda.pushTimeout(nowMs + 10_000, 2 * client + 1);
  };
  for (let client = 0; client < clients; client++) attempt(client, 0);
  const goOn = (times: number): void => {
    for (let i = 0; i < times; i++) {
      const key = agenda.pop();
      const client = key >> 1;
      agenda.cancel((key & 1) === 0 ? timeout[client] : answer[client]);
      attempt(client, agenda.nowMs);
    }
  };
  goOn(clients);
  const startMs = performance.now();
  goOn(operations);
  return performance.now() - startMs;
}

export interface Shape {
  readonly name: string;
  /** pops counted */
  readonly operations: number;
  /** the ratio that is aimed at */
  readonly target: number;
  readonly cancels: boolean;
  /** Wall time of the operations, ms. */
  run(agenda: Agenda): number;
}

export const shapes: readonly Shape[] = [
  {
    name: 'HOLD, exponential, 1,000 pending',
    operations: 3_000_000,
    target: 2,
    cancels: false,
    run: (agenda) => hold(agenda, 1000, 3_000_000, exponential),
  },
  {
    name: 'HOLD, exponential, 100,000 pending',
    operations: 3_000_000,
    target: 3,
    cancels: false,
    run: (agenda) => hold(agenda, 100_000, 3_000_000, exponential),
  },
  {
    name: 'HOLD, exponential, 1,000,000 pending',
    operations: 3_000_000,
    target: 2,
    cancels: false,
    run: (agenda) => hold(agenda, 1_000_000, 3_000_000, exponential),
  },
  {
    name: 'HOLD, storm, 1,000 pending',
    operations: 2_000_000,
    target: 0.9,
    cancels: false,
    run: (agenda) => hold(agenda, 1000, 2_000_000, storm),
  },
  {
    name: 'HOLD, storm, 100,000 pending',
    operations: 2_000_000,
    target: 0.9,
    cancels: false,
    run: (agenda) => hold(agenda, 100_000, 2_000_000, storm),
  },
  {
    name: 'HOLD, storm, 1,000,000 pending',
    operations: 2_000_000,
    target: 0.9,
    cancels: false,
    run: (agenda) => hold(agenda, 1_000_000, 2_000_000, storm),
  },
  {
    name: 'timeouts in calm: 1 % fire, 20,000 clients',
    operations: 1_500_000,
    target: 0.9,
    cancels: true,
    run: (agenda) => timeouts(agenda, 20_000, 1_500_000, 0.01),
  },
  {
    name: 'timeouts in a storm: 90 % fire, 20,000 clients',
    operations: 1_500_000,
    target: 0.9,
    cancels: true,
    run: (agenda) => timeouts(agenda, 20_000, 1_500_000, 0.9),
  },
  {
    name: 'a calm day: 20 pending, minutes apart',
    operations: 3_000_000,
    target: 0.9,
    cancels: false,
    run: (agenda) =>
      hold(
        agenda,
        20,
        3_000_000,
        exponential.map((value) => value * 300),
      ),
  },
];

/** Million pops (with their pushes) per second of both, run one after the other. */
export function timeShape(shape: Shape): { product: number; reference: number; ratio: number } {
  const time = (agenda: Agenda): number => shape.operations / 1000 / shape.run(agenda);
  const reference = time(new ReferenceAgenda(shape.cancels));
  const product = time(new ProductAgenda());
  return { product, reference, ratio: product / reference };
}
