// Limits on rates and on concurrency against what they must come to by hand.
import { describe, expect, it } from 'vitest';
import { admissions, type Admission, type Ending } from '../../src/policies/admission.ts';
import { defaultsOf } from './backoff-contract.ts';

/** How many more a gate lets in now. */
function room(gate: Admission, nowMs: number): number {
  let count = 0;
  while (gate.admit(nowMs)) {
    gate.begin(nowMs);
    count++;
  }
  for (let i = 0; i < count; i++) gate.end(nowMs, 0, 'lost');
  return count;
}

describe('every admission', () => {
  it.each(Object.entries(admissions))('stands where it is told to: %s', (_, entry) => {
    if (entry.parameters.per === undefined) return;
    for (const per of ['balancer', 'host'])
      expect(entry.create({ ...defaultsOf(entry.parameters), per }).per).toBe(per);
  });
  it('is asked, but for the one that lets everything in, and told only if it counts', () => {
    const ofKind = (kind: 'open' | 'listens'): string[] =>
      Object.keys(admissions).filter((name) => admissions[name].create(defaultsOf(admissions[name].parameters))[kind]);
    expect([ofKind('open'), ofKind('listens')]).toEqual([['none'], ['adaptive-concurrency', 'aimd']]);
  });
});

describe('none', () => {
  it('lets everybody in', () => expect(admissions.none.create({}).admit(0)).toBe(true));
});

describe('token-bucket', () => {
  it('lets in a burst, and then its rate; what it refuses costs nothing', () => {
    const gate = admissions['token-bucket'].create({ rate: 2, burst: 3, per: 'balancer' });
    const asked = [0, 0, 0, 0, 250, 500, 500, 750, 1000, 10_000, 10_000, 10_000, 10_000];
    expect(asked.filter((atMs) => gate.admit(atMs))).toEqual([0, 0, 0, 500, 1000, 10_000, 10_000, 10_000]);
  });
});

describe('the instant until which a token-bucket is closed', () => {
  it('is at most a hundredth of a millisecond before the first that it lets in', () => {
    for (const rate of [0.01, 1 / 3, 4, 977]) {
      const gate = admissions['token-bucket'].create({ rate, burst: 1, per: 'balancer' });
      for (let nowMs = 12_345.678; nowMs < 1e7; nowMs += 3e6 + 1 / 7) {
        expect(gate.closedUntilMs?.()).toBeLessThan(nowMs);
        expect(gate.admit(nowMs)).toBe(true);
        const untilMs = gate.closedUntilMs?.() ?? NaN;
        expect([gate.admit(nowMs), gate.admit(untilMs), gate.admit(untilMs + 0.01)]).toEqual([false, false, true]);
        expect(gate.closedUntilMs?.()).toBeGreaterThan(untilMs);
      }
    }
  });
  it('is past while it has tokens left', () => {
    const gate = admissions['token-bucket'].create({ rate: 1, burst: 3, per: 'balancer' });
    gate.admit(5000);
    expect(gate.closedUntilMs?.()).toBeLessThan(5000);
  });
});

describe('adaptive-concurrency', () => {
  const create = (fields: Record<string, unknown> = {}): Admission =>
    admissions['adaptive-concurrency'].create({
      samples: 4,
      quantile: 0.5,
      buffer: 0.25,
      minLimit: 3,
      maxLimit: 1000,
      measureEvery: 60_000,
      per: 'host',
      ...fields,
    });
  const serve = (gate: Admission, nowMs: number, times: readonly number[]): void => {
    for (const tookMs of times) {
      gate.begin(nowMs);
      gate.end(nowMs, tookMs, 'served');
    }
  };

  it('follows the gradient, with the square root as headroom', () => {
    const gate = create();
    const limits = [100, 100, 100, 500, 50].map((tookMs, i) => {
      serve(gate, 1000 * (i + 1), [tookMs, tookMs, tookMs, tookMs]);
      return room(gate, 1000 * (i + 1));
    });
    // Best 100 ms. g = 125/100: 3.75 + 1.94 → 5; 6.25 + 2.5 → 8; 125/500 counts as 0.5: 4 + 2 → 6; 125/50 as 2: 12 + 3.46 → 15.
    expect(limits).toEqual([3, 5, 8, 6, 15]);
  });
  it('takes the median, and no attempt that did not end well', () => {
    const gate = create();
    serve(gate, 9000, [100, 100, 9000, 100]);
    gate.begin(9000);
    gate.end(9000, 8000, 'abandoned');
    serve(gate, 9000, [100, 100, 8000, 100]);
    expect(room(gate, 9000)).toBe(5);
  });
  it('measures the best time again, at the least limit, and has its limit back afterwards', () => {
    const gate = create();
    for (let i = 1; i <= 3; i++) serve(gate, 1000 * i, [100, 100, 100, 100]);
    expect(room(gate, 3000)).toBe(8);
    gate.begin(61_000);
    gate.end(61_000, 0, 'lost');
    expect(room(gate, 61_000)).toBe(3);
    // These came before the measurement, and say nothing of the best time.
    serve(gate, 61_100, [200, 200, 200, 200]);
    expect(room(gate, 61_100)).toBe(3);
    serve(gate, 62_000, [100, 100, 100, 100]);
    expect(room(gate, 62_000)).toBe(8);
  });
  it('takes the quantile that it is told, whatever the order', () => {
    const limits = [0, 0.25, 0.5, 0.75, 1].map((quantile) => {
      const gate = create({ quantile, minLimit: 16 });
      serve(gate, 1000, [100, 100, 100, 100]);
      serve(gate, 2000, [200, 100, 140, 120]);
      return room(gate, 2000);
    });
    // 125/100: 20 + 4.5; 125/120: 16.7 + 4.1; 125/140: 14.3 + 3.8; 125/200: 10 + 3.2, less than the least.
    expect(limits).toEqual([24, 24, 20, 18, 16]);
  });
  it('grows as far as it can where attempts take no time at all', () => {
    const gate = create();
    serve(gate, 1000, [0, 0, 0, 0]);
    serve(gate, 2000, [0, 0, 0, 0]);
    // 2·3 + √6.
    expect(room(gate, 2000)).toBe(8);
  });
  /** The limits after windows of such times, a second apart; the first is the measurement. */
  const limitsAfter = (minLimit: number, ...times: readonly number[]): number[] => {
    const gate = create({ minLimit });
    return times.map((tookMs, i) => {
      serve(gate, 1000 * (i + 1), [tookMs, tookMs, tookMs, tookMs]);
      return room(gate, 1000 * (i + 1));
    });
  };
  it('measures anew after five changes at the least limit, and takes the new time for the best', () => {
    expect(limitsAfter(3, 100, 500, 500, 500, 500, 500, 500, 500)).toEqual([3, 3, 3, 3, 3, 3, 3, 5]);
    expect(limitsAfter(16, 100, 100, 500, 500, 500, 500, 500, 500, 500, 500)).toEqual([
      16, 24, 16, 16, 16, 16, 16, 16, 16, 24,
    ]);
  });
  it('does not measure anew for changes that leave the least limit or come back to it', () => {
    expect(limitsAfter(3, 100, 100, 100, 100, 100, 100, 100, 100)).toEqual([3, 5, 8, 13, 20, 30, 43, 61]);
    expect(limitsAfter(16, 100, 100, 500, 100, 500, 100, 500, 100)).toEqual([16, 24, 16, 24, 16, 24, 16, 24]);
    expect(limitsAfter(16, 100, 500, 500, 500, 500, 100)).toEqual([16, 16, 16, 16, 16, 24]);
  });
  it('stays within its limits', () => {
    const gate = create({ maxLimit: 6 });
    for (let i = 1; i <= 9; i++) serve(gate, 1000 * i, [100, 100, 100, 100]);
    expect(room(gate, 9000)).toBe(6);
  });
});

describe('aimd', () => {
  const limitsAfter = (
    ...windows: readonly (readonly [inFlight: number, tookMs: number, ending: Ending])[]
  ): number[] => {
    const gate = admissions.aimd.create({
      initial: 10,
      minLimit: 4,
      maxLimit: 12,
      increase: 1,
      decrease: 0.5,
      late: 1000,
      window: 1000,
      per: 'host',
    });
    return windows.map(([inFlight, tookMs, ending], i) => {
      const nowMs = 10_000 + 2000 * i;
      for (let n = 0; n < inFlight; n++) gate.begin(nowMs);
      for (let n = 0; n < inFlight; n++) gate.end(nowMs, tookMs, ending);
      let limit = 0;
      // The next ending closes this window.
      gate.begin(nowMs + 1000);
      gate.end(nowMs + 1000, 0, 'served');
      while (gate.admit(nowMs + 1000)) {
        gate.begin(nowMs + 1000);
        limit++;
      }
      for (let n = 0; n < limit; n++) gate.end(nowMs + 1000, 0, 'served');
      return limit;
    });
  };

  it('adds one in a window in which all were in time', () => {
    expect(limitsAfter([5, 900, 'served'], [6, 1000, 'served'])).toEqual([11, 12]);
  });
  it('stays within its limits', () => {
    expect(limitsAfter([5, 900, 'served'], [6, 900, 'served'], [6, 900, 'served'])).toEqual([11, 12, 12]);
    expect(limitsAfter([5, 10, 'lost'], [5, 10, 'lost'])).toEqual([5, 4]);
  });
  it('takes its share away in a window with a late, an abandoned or a lost one', () => {
    expect([limitsAfter([5, 1001, 'served']), limitsAfter([5, 10, 'abandoned']), limitsAfter([5, 10, 'lost'])]).toEqual(
      [[5], [5], [5]],
    );
  });
  it('adds nothing where less than half of the limit was used', () =>
    expect(limitsAfter([4, 900, 'served'])).toEqual([10]));
  it('looks at the fullest moment of its window', () => {
    const gate = admissions.aimd.create({
      initial: 10,
      minLimit: 4,
      maxLimit: 20,
      increase: 1,
      decrease: 0.5,
      late: 1000,
      window: 1000,
      per: 'host',
    });
    const serve = (nowMs: number, count: number): void => {
      for (let i = 0; i < count; i++) gate.begin(nowMs);
      for (let i = 0; i < count; i++) gate.end(nowMs, 10, 'served');
    };
    // The first ending begins a window; five are in the tier within it, and one when it is over.
    serve(10_000, 1);
    serve(10_500, 5);
    serve(11_000, 1);
    expect(room(gate, 11_000)).toBe(11);
  });
});

describe('limits in the wrong order', () => {
  it.each(['aimd', 'adaptive-concurrency'])('are a mistake: %s', (name) => {
    const check = (minLimit: number, maxLimit: number): unknown => admissions[name].check?.({ minLimit, maxLimit });
    expect([check(5, 6), check(5, 5)]).toEqual([null, null]);
    expect(check(6, 5)).toMatchObject({ parameter: 'minLimit', expected: 'at most maxLimit, which is 5' });
  });
});
