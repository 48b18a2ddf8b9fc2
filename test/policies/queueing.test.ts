// The disciplines that drop, against schedules worked out by hand.
import { describe, expect, it } from 'vitest';
import { queueings, type Line, type Queueing, type Verdict } from '../../src/policies/queueing.ts';

/** A long line whose oldest has waited for `waitedMs` at every instant. */
const standing = (nowMs: number, waitedMs: number, length = 100): Line => ({
  length,
  sinceMs: 0,
  oldestMs: () => nowMs - waitedMs,
  newestMs: () => nowMs,
});

describe('codel', () => {
  const codel = (): Queueing => queueings.codel.create({ target: 5, interval: 100 });
  /** When it drops, asked every millisecond for one attempt to serve. */
  const drops = (
    discipline: Queueing,
    fromMs: number,
    toMs: number,
    waitedMs: (nowMs: number) => number,
    length = 100,
  ): number[] => {
    const at: number[] = [];
    for (let nowMs = fromMs; nowMs < toMs; nowMs++)
      while (discipline.next(nowMs, standing(nowMs, waitedMs(nowMs), length)) === 'drop-oldest') at.push(nowMs);
    return at;
  };

  it('drops after an interval, and then by the control law of RFC 8289', () => {
    // From the second drop at 1200 on: + 100/√2 = 1270.7, + 100/√3 = 1328.4, + 100/√4 = 1378.4, + 100/√5 = 1423.2.
    expect(drops(codel(), 1000, 1430, () => 50)).toEqual([1100, 1200, 1271, 1329, 1379, 1424]);
  });
  it('stops as soon as one has waited less than the target', () => {
    expect(drops(codel(), 1000, 1400, (nowMs) => (nowMs < 1250 ? 50 : 4))).toEqual([1100, 1200]);
  });
  it('goes on at the rate it had come to, if it must drop again soon', () => {
    // Five drops until 1400; calm at 1400; above the target from 1401 on, so the next is at 1501: count 5 − 1, and 1501 + 100/√4.
    expect(drops(codel(), 1000, 1560, (nowMs) => (nowMs === 1400 ? 4 : 50))).toEqual([
      1100, 1200, 1271, 1329, 1379, 1501, 1551,
    ]);
  });
  it('begins anew after a calm of more than sixteen intervals', () => {
    // The last drop of the first trouble is due again at 1424; the second begins at 4000.
    expect(drops(codel(), 1000, 4250, (nowMs) => (nowMs >= 1400 && nowMs < 4000 ? 4 : 50))).toEqual([
      1100, 1200, 1271, 1329, 1379, 4100, 4200,
    ]);
  });
  it('takes a wait of just the target for too long', () => expect(drops(codel(), 1000, 1101, () => 5)).toEqual([1100]));
  it('leaves a wait alone that is shorter than an interval', () => {
    expect(drops(codel(), 1000, 3000, (nowMs) => (nowMs % 100 === 0 ? 0 : 50))).toEqual([]);
  });
  it('never drops from a line of two', () => expect(drops(codel(), 1000, 3000, () => 500, 2)).toEqual([]));
});

describe('adaptive-lifo', () => {
  const says = (length: number, cameMs: { sinceMs: number; oldest: number; newest: number }, target = 5): Verdict =>
    queueings['adaptive-lifo']
      .create({ backlog: 3, target, interval: 100 })
      .next(1000, { length, sinceMs: cameMs.sinceMs, oldestMs: () => cameMs.oldest, newestMs: () => cameMs.newest });

  it('serves the oldest, and in a backlog the newest', () => {
    const fresh = { sinceMs: 990, oldest: 990, newest: 998 };
    expect([says(1, fresh), says(3, fresh), says(4, fresh)]).toEqual(['serve-oldest', 'serve-oldest', 'serve-newest']);
  });
  it('lets wait for an interval where the line was empty a short while before', () => {
    expect([
      says(4, { sinceMs: 900, oldest: 900, newest: 998 }),
      says(4, { sinceMs: 899, oldest: 899, newest: 998 }),
    ]).toEqual(['serve-newest', 'drop-oldest']);
  });
  it('lets wait for the target only where it was not', () => {
    const since = { sinceMs: 800, newest: 998 };
    expect([says(4, { ...since, oldest: 995 }), says(4, { ...since, oldest: 994 })]).toEqual([
      'serve-newest',
      'drop-oldest',
    ]);
  });
  it('lets wait for an interval whoever came just an interval after the line was empty', () => {
    expect(says(4, { sinceMs: 800, oldest: 900, newest: 998 })).toBe('serve-newest');
  });
  it('without a target drops nobody', () => {
    expect(says(3, { sinceMs: 100, oldest: 101, newest: 998 }, Infinity)).toBe('serve-oldest');
    expect(says(3, { sinceMs: 100, oldest: 900, newest: 998 }, Infinity)).toBe('serve-oldest');
  });
  it('has a target of at most the interval, or none', () => {
    const check = (target: number): unknown =>
      queueings['adaptive-lifo'].check?.({ backlog: 3, target, interval: 100 });
    expect([check(5), check(100), check(Infinity)]).toEqual([null, null, null]);
    expect(check(101)).toMatchObject({ parameter: 'target', expected: 'at most the interval' });
  });
  it('serves nobody at either end whose time is over', () => {
    // The oldest came while the line was young, and may wait longer than the newest.
    expect(says(4, { sinceMs: 890, oldest: 905, newest: 994 })).toBe('drop-newest');
  });
});
