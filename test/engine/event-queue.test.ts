/** The event queue against a sorted array, under random schedules, cancellations and pops, with ties and skew. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventQueue, DOUBLES, KEY, WORDS } from '../../src/engine/event-queue.ts';
import { Stream } from '../../src/engine/luck.ts';

const DEADLINE_SEQUENCE = 2 ** 52;

interface Pending {
  timeMs: number;
  sequence: number;
  slot: number;
}

type Operation =
  | { kind: 'push'; afterMs: number }
  | { kind: 'pushOnLane'; lane: number; deadline: boolean }
  | { kind: 'cancel'; which: number }
  | { kind: 'pop'; count: number }
  | { kind: 'look'; withinMs: number };

const gapsMs = fc.oneof(
  fc.constant(0),
  fc.constantFrom(1, 10, 1000, 10_000),
  fc.double({ min: 0, max: 1, noNaN: true }),
  fc.double({ min: 0, max: 5000, noNaN: true }),
  fc.double({ min: 0, max: 1e8, noNaN: true }),
);
const operation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('push' as const), afterMs: gapsMs }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('pushOnLane' as const), lane: fc.nat(1), deadline: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('cancel' as const), which: fc.nat() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('pop' as const), count: fc.integer({ min: 1, max: 4 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('look' as const), withinMs: gapsMs }) },
);

/** Runs the operations on the queue and on a sorted array; fails where they differ. */
function compare(operations: readonly Operation[]): void {
  const queue = new EventQueue();
  const reference: Pending[] = [];
  const lanes = [queue.openLane(), queue.openLane()];
  let nowMs = 0;
  let sequence = 0;
  const popBoth = (): void => {
    reference.sort((a, b) => a.timeMs - b.timeMs || a.sequence - b.sequence);
    const expected = reference.shift();
    const slot = queue.popBefore(Infinity);
    if (expected === undefined) {
      expect(slot).toBe(0);
      return;
    }
    expect(queue.records.words[slot * WORDS + KEY]).toBe(expected.sequence % DEADLINE_SEQUENCE);
    nowMs = queue.records.doubles[slot * DOUBLES];
    expect(nowMs).toBe(expected.timeMs);
  };
  for (const op of operations) {
    if (op.kind === 'push') {
      const timeMs = nowMs + op.afterMs;
      reference.push({ timeMs, sequence, slot: queue.push(timeMs, sequence, sequence) });
      sequence++;
    } else if (op.kind === 'pushOnLane') {
      // Deadlines come after all others of their instant, on whichever lane.
      const timeMs = nowMs + [10, 1000][op.lane];
      const rank = op.deadline ? DEADLINE_SEQUENCE + sequence : sequence;
      reference.push({ timeMs, sequence: rank, slot: queue.pushOnLane(lanes[op.lane], timeMs, rank, sequence) });
      sequence++;
    } else if (op.kind === 'cancel' && reference.length > 0) {
      const [gone] = reference.splice(op.which % reference.length, 1);
      queue.cancel(gone.slot);
    } else if (op.kind === 'pop') for (let i = 0; i < op.count; i++) popBoth();
    else if (op.kind === 'look') {
      const limitMs = nowMs + op.withinMs;
      const firstMs = Math.min(...reference.map(({ timeMs }) => timeMs));
      expect(queue.nextMs(limitMs)).toBe(firstMs < limitMs ? firstMs : Infinity);
    }
    expect(queue.size).toBe(reference.length);
  }
  while (reference.length > 0) popBoth();
  expect(queue.popBefore(Infinity)).toBe(0);
}

describe('the event queue', () => {
  it('pops in the order of a stable sort, whatever is scheduled, cancelled and looked at', () => {
    fc.assert(fc.property(fc.array(operation, { maxLength: 300 }), compare), { numRuns: 300, seed: 1 });
  });

  it('keeps its order when a crowd at one instant follows hours of calm, through every change of its width', () => {
    const draws = new Stream('skew', 'test').at(0, 0);
    const queue = new EventQueue();
    const popped: [number, number][] = [];
    let sequence = 0;
    const push = (timeMs: number): void => {
      queue.push(timeMs, sequence, sequence);
      sequence++;
    };
    for (let i = 0; i < 20_000; i++) push(draws.uniform() * 3.6e7);
    for (let i = 0; i < 20_000; i++) push(1.8e7);
    for (let i = 0; i < 20_000; i++) push(1.8e7 + draws.uniform() * 1000);
    for (let slot = queue.popBefore(Infinity); slot !== 0; slot = queue.popBefore(Infinity)) {
      const timeMs = queue.records.doubles[slot * DOUBLES];
      popped.push([timeMs, queue.records.words[slot * WORDS + KEY]]);
      if (sequence < 120_000) push(timeMs + (sequence % 3 === 0 ? 0 : draws.uniform() * 50));
    }
    expect(popped.length).toBe(120_000);
    for (let i = 1; i < popped.length; i++) {
      const inOrder =
        popped[i - 1][0] < popped[i][0] || (popped[i - 1][0] === popped[i][0] && popped[i - 1][1] < popped[i][1]);
      if (!inOrder) expect.fail(`${popped[i - 1].join('#')} came before ${popped[i].join('#')}`);
    }
  });

  it('sorts a crowd that is scheduled from its last to its first', () => {
    const queue = new EventQueue();
    for (let i = 0; i < 200; i++) queue.push(5.9 - i * 0.004, i, i);
    const popped = Array.from({ length: 200 }, () => queue.records.words[queue.popBefore(Infinity) * WORDS + KEY]);
    expect(popped).toEqual(Array.from({ length: 200 }, (_, i) => 199 - i));
  });

  it('holds back what is due at or after the limit', () => {
    const queue = new EventQueue();
    queue.push(10, 0, 0);
    queue.push(20, 1, 1);
    expect(queue.popBefore(10)).toBe(0);
    expect(queue.records.words[queue.popBefore(20) * WORDS + KEY]).toBe(0);
    expect(queue.popBefore(20)).toBe(0);
    expect(queue.size).toBe(1);
  });

  it('keeps its order while most of what is scheduled, near and far, is cancelled, in memory of what is pending', () => {
    const draws = new Stream('cancel', 'test').at(0, 0);
    const queue = new EventQueue();
    const pending: Pending[] = [];
    let nowMs = 0;
    for (let sequence = 0; sequence < 200_000; sequence++) {
      const reach = [1, 100, 10_000, 1e7][Math.floor(draws.uniform() * 4)];
      const timeMs = nowMs + (draws.uniform() < 0.1 ? 0 : draws.uniform() * reach);
      pending.push({ timeMs, sequence, slot: queue.push(timeMs, sequence, sequence) });
      if (pending.length < 2000) continue;
      const kept = pending.splice(0).filter((one) => {
        if (draws.uniform() < 0.1) return true;
        queue.cancel(one.slot);
        return false;
      });
      kept.sort((a, b) => a.timeMs - b.timeMs || a.sequence - b.sequence);
      for (const one of kept.splice(0, 150)) {
        const slot = queue.popBefore(Infinity);
        expect(queue.records.words[slot * WORDS + KEY]).toBe(one.sequence);
        nowMs = one.timeMs;
      }
      pending.push(...kept);
      expect(queue.size).toBe(pending.length);
    }
    // 2,000 are pending at the most; marked ones may be as many again in each of three places.
    expect(queue.records.words.length).toBeLessThanOrEqual(8192 * WORDS);
  });

  it('recycles the memory of cancelled timers', () => {
    const queue = new EventQueue();
    for (let i = 0; i < 200_000; i++) queue.cancel(queue.push(10_000 + i, i, 0));
    expect(queue.size).toBe(0);
    expect(queue.records.words.length).toBeLessThanOrEqual(1024 * WORDS);
  });

  it('keeps the order of timeouts of one delay, while most are cancelled and some are not, in memory of what is pending', () => {
    const draws = new Stream('timeouts', 'test').at(0, 0);
    const queue = new EventQueue();
    const lane = queue.openLane();
    const pending = new Map<number, number>();
    const due: number[] = [];
    const before = process.memoryUsage().arrayBuffers;
    for (let sequence = 0; sequence < 1_000_000; sequence++) {
      const timeMs = sequence / 10 + 10_000;
      pending.set(sequence, queue.pushOnLane(lane, timeMs, sequence, sequence));
      if (draws.uniform() < 0.99) {
        queue.cancel(pending.get(sequence) ?? 0);
        pending.delete(sequence);
      } else due.push(sequence);
      for (let slot = queue.popBefore(sequence / 10); slot !== 0; slot = queue.popBefore(sequence / 10)) {
        const popped = queue.records.words[slot * WORDS + KEY];
        if (popped !== due.shift() || !pending.delete(popped)) expect.fail(`${popped} came, out of its turn`);
      }
      if (queue.size !== pending.size) expect.fail(`${queue.size} pending, expected ${pending.size}`);
    }
    // A thousand are pending at a time, and a hundred thousand are set within a delay.
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 20);
  });

  it('knows what it has in a lane by its id, once more than sixteen million have gone through it', () => {
    const queue = new EventQueue();
    const lane = queue.openLane();
    const ids = [0, 1, 2].map((n) => queue.pushOnLane(lane, n, n, n));
    for (let n = 3; n < 2 ** 24 + 100; n++) {
      ids[n % 3] = 0;
      const slot = queue.popBefore(Infinity);
      if (queue.records.doubles[slot * DOUBLES] !== n - 3) expect.fail(`${n - 3} is missing`);
      ids[n % 3] = queue.pushOnLane(lane, n, n, n);
    }
    const last = 2 ** 24 + 99;
    expect(ids.map((id) => queue.timeOf(id)).sort()).toEqual([last - 2, last - 1, last]);
    expect(ids.map((id) => queue.keyOf(id)).sort()).toEqual([last - 2, last - 1, last]);
    queue.cancel(ids[(last - 1) % 3]);
    expect(() => queue.cancel(ids[(last - 1) % 3])).toThrow('not pending');
    expect(queue.size).toBe(2);
  });

  it('finds each of many in a lane by its id, whatever was cancelled before, and none that is gone', () => {
    const queue = new EventQueue();
    const lane = queue.openLane();
    const first = queue.pushOnLane(lane, 5, 0, 0);
    queue.popBefore(Infinity);
    expect(() => queue.cancel(first)).toThrow('not pending');
    const ids = Array.from({ length: 1000 }, (_, n) => queue.pushOnLane(lane, 10 + n, n + 1, 7 * n));
    expect(ids.map((id) => [queue.timeOf(id), queue.keyOf(id)])).toEqual(ids.map((_, n) => [10 + n, 7 * n]));
    for (let n = 0; n < 1000; n += 3) queue.cancel(ids[n]);
    expect(() => queue.cancel(ids[3])).toThrow('not pending');
    expect(queue.size).toBe(666);
    const popped: [number, number][] = [];
    for (let slot = queue.popBefore(Infinity); slot !== 0; slot = queue.popBefore(Infinity))
      popped.push([queue.records.doubles[slot * DOUBLES], queue.records.words[slot * WORDS + KEY]]);
    expect(popped).toEqual(ids.flatMap((_, n) => (n % 3 === 0 ? [] : [[10 + n, 7 * n]])));
    // An empty lane takes what is due before all that it has had.
    queue.pushOnLane(lane, 6, 2000, 1);
    queue.push(5, 2001, 2);
    queue.pushOnLane(lane, 4, 2002, 3);
    expect([1, 2, 3].map(() => queue.records.words[queue.popBefore(Infinity) * WORDS + KEY])).toEqual([3, 2, 1]);
  });

  it('takes any number of lanes, and what goes back in time on one', () => {
    const queue = new EventQueue();
    const lanes = Array.from({ length: 100 }, () => queue.openLane());
    let sequence = 0;
    for (const timeMs of [30, 10, 20]) for (const lane of lanes) queue.pushOnLane(lane, timeMs, sequence, sequence++);
    const order: number[] = [];
    for (let slot = queue.popBefore(Infinity); slot !== 0; slot = queue.popBefore(Infinity))
      order.push(queue.records.words[slot * WORDS + KEY]);
    const inTurn = (from: number): number[] => lanes.map((_, i) => from + i);
    expect(order).toEqual([...inTurn(100), ...inTurn(200), ...inTurn(0)]);
  });
});
