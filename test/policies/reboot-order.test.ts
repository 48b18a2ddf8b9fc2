// The orders of reboots, step by step: when they take hosts, when they ask again, when they stop.
import { describe, expect, it } from 'vitest';
import { rebootOrders, type RebootStep, type RebootView } from '../../src/policies/reboot-order.ts';

const rest = { drain: 0, calmBelow: Infinity, abortAbove: Infinity };
const calm = { nowMs: 30_500, leftPods: [0, 0, 0], last: null, disconnectedFraction: 0 };
const rolling = (fields: Readonly<Record<string, number>>, view: Partial<RebootView> = {}): RebootStep =>
  rebootOrders.rolling.create({ batch: 2, interval: 60_000, ...rest, ...fields }).next({ ...calm, ...view });
const waits = (againAtMs: number): RebootStep => ({ take: 0, againAtMs, aborts: false });

describe('a rolling order', () => {
  it('takes its first batch at once, and asks again after its interval', () => {
    expect(rolling({})).toEqual({ take: 2, againAtMs: 90_500, aborts: false });
  });
  it('takes what is left, and is done', () => {
    expect([rolling({}, { leftPods: [0] }), rolling({}, { leftPods: [0, 0] })]).toEqual([
      { take: 1, againAtMs: Infinity, aborts: false },
      { take: 2, againAtMs: Infinity, aborts: false },
    ]);
  });
  it('waits until its interval is over', () => {
    const last = { atMs: 1000, pod: 0 };
    expect(rolling({}, { last })).toEqual(waits(61_000));
    expect(rolling({}, { last, nowMs: 61_000 }).take).toBe(2);
  });
  it.each([{ calmBelow: 0.1 }, { abortAbove: 0.3 }])(
    'with a rule looks at every whole second meanwhile: %j',
    (rule) => {
      expect(rolling(rule, { last: { atMs: 1000, pod: 0 } })).toEqual(waits(31_000));
      expect(rolling(rule, { last: { atMs: 1000, pod: 0 }, nowMs: 31_000 })).toEqual(waits(32_000));
      // Due in between.
      expect(rolling({ ...rule, interval: 29_700 }, { last: { atMs: 1000, pod: 0 } })).toEqual(waits(30_700));
    },
  );
  it('takes a step only below the bound of calm', () => {
    expect(rolling({ calmBelow: 0.1 }, { disconnectedFraction: 0.1 })).toEqual(waits(31_000));
    expect(rolling({ calmBelow: 0.1 }, { disconnectedFraction: 0.099 })).toEqual({
      take: 2,
      againAtMs: 90_500,
      aborts: false,
    });
  });
  it('stops only above its bound, and after a step looks whether it must', () => {
    expect(rolling({ abortAbove: 0.3 }, { disconnectedFraction: 0.3 })).toEqual({
      take: 2,
      againAtMs: 31_000,
      aborts: false,
    });
    expect(rolling({ abortAbove: 0.3 }, { disconnectedFraction: 0.31 })).toEqual({
      take: 0,
      againAtMs: Infinity,
      aborts: true,
    });
  });
});

describe('an order by pod', () => {
  const byPod = (fields: Readonly<Record<string, number>>, view: Partial<RebootView> = {}): RebootStep =>
    rebootOrders['by-pod']
      .create({ batch: Infinity, batchInterval: 7000, interval: 60_000, ...rest, ...fields })
      .next({ ...calm, leftPods: [0, 0, 1], ...view });

  it('takes a pod at once, or in batches, and no host of the next with it', () => {
    expect([byPod({}), byPod({ batch: 1 }), byPod({ batch: 5 })]).toEqual([
      { take: 2, againAtMs: 90_500, aborts: false },
      { take: 1, againAtMs: 37_500, aborts: false },
      { take: 2, againAtMs: 90_500, aborts: false },
    ]);
    expect(byPod({}, { leftPods: [1, 1, 1] })).toEqual({ take: 3, againAtMs: Infinity, aborts: false });
  });
  it('waits for its pod by the one interval, and between pods by the other', () => {
    expect([byPod({}, { last: { atMs: 30_000, pod: 0 } }), byPod({}, { last: { atMs: 30_000, pod: 3 } })]).toEqual([
      waits(37_000),
      waits(90_000),
    ]);
  });
});

describe('all at once', () => {
  it('is one step, without a drain', () => {
    const order = rebootOrders['all-at-once'].create({});
    expect([order.drainMs, order.next(calm)]).toEqual([0, { take: 3, againAtMs: Infinity, aborts: false }]);
  });
});

describe('the rules of an order', () => {
  const check = (calmBelow: number, abortAbove: number): unknown =>
    rebootOrders.rolling.check?.({ batch: 1, interval: 1, ...rest, calmBelow, abortAbove });
  it('go together unless it would stop before it ever waits for calm', () => {
    expect([
      check(Infinity, Infinity),
      check(Infinity, 0.1),
      check(0.1, Infinity),
      check(0.1, 0.1),
      check(0.1, 0.2),
    ]).toEqual(Array(5).fill(null));
    expect(check(0.2, 0.1)).toMatchObject({ parameter: 'abortAbove', expected: 'at least `calmBelow`' });
  });
  it('have the drain of their hosts with them', () => {
    expect(rebootOrders.rolling.create({ batch: 1, interval: 1, ...rest, drain: 5000 }).drainMs).toBe(5000);
  });
});
