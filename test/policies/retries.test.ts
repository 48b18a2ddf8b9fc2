// Retry gates and Retry-After: what every entry must keep to, with its defaults and random parameters, and the figures
// that the sources publish.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Stream } from '../../src/engine/luck.ts';
import type { PolicyEntry } from '../../src/policies/parameters.ts';
import { retryAfters } from '../../src/policies/retry-after.ts';
import { retryGates, throttlingProbability, type RetryGate } from '../../src/policies/retry-gate.ts';
import { defaultsOf } from './backoff-contract.ts';
import { parameterValues } from './random-parameters.ts';

const RUNS = { numRuns: 100, seed: 20230426 };

function always<Created>(entry: PolicyEntry<Created>, check: (created: Created, again: Created) => void): void {
  const defaults = defaultsOf(entry.parameters);
  check(entry.create(defaults), entry.create(defaults));
  fc.assert(
    fc.property(parameterValues(entry.parameters), (values) => check(entry.create(values), entry.create(values))),
    RUNS,
  );
}

/** What a gate decides for one session over ten minutes of attempts, of which every seventh connects. */
function decisions(gate: RetryGate, state: Float64Array, offset: number): boolean[] {
  const luck = new Stream('contract', 'gate');
  return Array.from({ length: 300 }, (_, i) => {
    const nowMs = i * 2000;
    const admitted = gate.admit(state, offset, nowMs, 1 + (i % 7), luck.at(3, i));
    if (admitted && i % 7 === 6) gate.succeeded(state, offset, nowMs + 500);
    else if (admitted) gate.failed(state, offset, nowMs + 500);
    return admitted;
  });
}

describe('every retry gate', () => {
  it.each(Object.entries(retryGates))(
    'decides by its own numbers alone, and leaves those of others: %s',
    (_, entry) => {
      always(entry, (gate, again) => {
        const alone = decisions(gate, new Float64Array(gate.size), 0);
        const shared = new Float64Array(3 * gate.size + 2).fill(-7);
        shared.fill(0, gate.size + 1, 2 * gate.size + 1);
        decisions(gate, new Float64Array(gate.size), 0);
        expect(decisions(again, shared, gate.size + 1)).toEqual(alone);
        const others = [...shared.slice(0, gate.size + 1), ...shared.slice(2 * gate.size + 1)];
        expect(others.every((value) => value === -7)).toBe(true);
        expect([...shared].every(Number.isFinite)).toBe(true);
      });
    },
  );

  it.each(Object.entries(retryGates))(
    'lets the very first attempt through, and everything if it is open: %s',
    (_, entry) => {
      always(entry, (gate) => {
        const decided = decisions(gate, new Float64Array(gate.size), 0);
        expect(decided[0]).toBe(true);
        if (gate.open) expect(decided).not.toContain(false);
      });
    },
  );

  it('is asked, but for the one that holds nothing back', () => {
    const open = Object.entries(retryGates).filter(([, entry]) => entry.create(defaultsOf(entry.parameters)).open);
    expect(open.map(([name]) => name)).toEqual(['none']);
  });
});

describe('a retry budget', () => {
  it('of the AWS SDK has 35 retries, and a success returns what one cost', () => {
    const gate = retryGates['retry-budget'].create({ capacity: 500, cost: 14, refill: 14, rate: 0 });
    const state = new Float64Array(gate.size);
    const luck = new Stream('budget', 'gate');
    const retry = (): boolean => gate.admit(state, 0, 0, 2, luck);
    expect(Array.from({ length: 40 }, retry).filter(Boolean)).toHaveLength(35);
    gate.succeeded(state, 0, 0);
    expect([retry(), retry()]).toEqual([true, false]);
    expect(gate.admit(state, 0, 0, 1, luck)).toBe(true);
  });

  it('fills again by its rate, up to its capacity', () => {
    const gate = retryGates['retry-budget'].create({ capacity: 10, cost: 5, refill: 0, rate: 1 });
    const state = new Float64Array(gate.size);
    const luck = new Stream('budget', 'gate');
    const retryAt = (nowMs: number): boolean => gate.admit(state, 0, nowMs, 2, luck);
    expect([0, 0, 0, 4999, 5000, 5000].map(retryAt)).toEqual([true, true, false, false, true, false]);
    expect([3_600_000, 3_600_000, 3_600_000].map(retryAt)).toEqual([true, true, false]);
  });
});

describe('a circuit breaker', () => {
  it('opens after failures in a row, and half open lets one attempt decide', () => {
    const gate = retryGates['circuit-breaker'].create({ failures: 3, open: 10_000 });
    const state = new Float64Array(gate.size);
    const luck = new Stream('breaker', 'gate');
    const asks = (nowMs: number): boolean => gate.admit(state, 0, nowMs, 2, luck);
    for (const nowMs of [0, 1000, 2000]) {
      expect(asks(nowMs)).toBe(true);
      gate.failed(state, 0, nowMs);
    }
    expect([2000, 11_999, 12_000].map(asks)).toEqual([false, false, true]);
    gate.failed(state, 0, 13_000);
    expect([13_000, 22_999, 23_000].map(asks)).toEqual([false, false, true]);
    gate.succeeded(state, 0, 23_500);
    gate.failed(state, 0, 24_000);
    expect(asks(24_000)).toBe(true);
  });

  it('closes at once when an attempt succeeds that was under way as it opened', () => {
    const gate = retryGates['circuit-breaker'].create({ failures: 1, open: 10_000 });
    const state = new Float64Array(gate.size);
    gate.failed(state, 0, 1000);
    gate.succeeded(state, 0, 2000);
    expect(gate.admit(state, 0, 2000, 2, new Stream('breaker', 'gate'))).toBe(true);
  });
});

describe('adaptive throttling', () => {
  it('holds back 0.7992 after 1000 requests of which 100 were accepted', () => {
    expect(throttlingProbability(1000, 100, 2)).toBeCloseTo(0.7992, 4);
    expect(throttlingProbability(1000, 500, 2)).toBe(0);
  });

  it('counts two minutes', () => {
    const gate = retryGates['adaptive-throttling'].create({ k: 2, window: 120_000 });
    const state = new Float64Array(gate.size);
    let next = 1;
    const draws = { uniform: () => next };
    for (let i = 0; i < 1000; i++) {
      gate.admit(state, 0, i * 60, 2, draws);
      if (i % 10 === 0) gate.succeeded(state, 0, i * 60);
    }
    const copy = (): Float64Array => state.slice();
    next = 0.79919;
    expect(gate.admit(copy(), 0, 60_000, 2, draws)).toBe(false);
    next = 0.79922;
    expect(gate.admit(copy(), 0, 60_000, 2, draws)).toBe(true);
    // Two minutes after the last of them nothing is left of them.
    next = 0.000001;
    expect(gate.admit(copy(), 0, 179_999, 2, draws)).toBe(true);
    expect(gate.admit(copy(), 0, 100_000, 2, draws)).toBe(false);
  });

  it('forgets what was accepted with what was requested, a twelfth of the window at a time', () => {
    const gate = retryGates['adaptive-throttling'].create({ k: 2, window: 120_000 });
    const state = new Float64Array(gate.size);
    const luck = { uniform: () => 0.5 };
    const request = (nowMs: number): boolean => gate.admit(state, 0, nowMs, 2, luck);
    for (let i = 0; i < 10; i++) {
      request(35_000);
      gate.succeeded(state, 0, 35_000);
    }
    for (let i = 0; i < 10; i++) request(95_000);
    // (20 − 2·10)/21; once those of the fourth part are out of it (11 − 0)/12.
    expect([request(149_999), request(150_000)]).toEqual([true, false]);
  });
});

describe('every rule of Retry-After', () => {
  it.each(Object.entries(retryAfters))(
    'never shortens the own delay, nor goes beyond the hint and it: %s',
    (_, entry) => {
      always(entry, (rule) => {
        expect(rule.by).toBeGreaterThanOrEqual(0);
        expect(rule.by).toBeLessThanOrEqual(1);
        for (const ownMs of [0, 1, 1000, 30_000, 1e9])
          for (const hintMs of [1, 500, 30_000, 1e9]) {
            const delayMs = rule.delayMs(ownMs, hintMs);
            expect(delayMs).toBeGreaterThanOrEqual(ownMs);
            expect(delayMs).toBeLessThanOrEqual(Math.max(ownMs, hintMs));
          }
      });
    },
  );

  it.each(Object.entries(retryAfters))(
    'ignores hints where nobody acts on them, and else nowhere: %s',
    (name, entry) => {
      for (const by of [0, 0.5, 1])
        expect(entry.create({ ...defaultsOf(entry.parameters), by }).ignores).toBe(name === 'ignore' || by === 0);
    },
  );

  it('caps and clamps as the formulas say', () => {
    expect(retryAfters.honour.create({ by: 1 }).delayMs(1000, 60_000)).toBe(60_000);
    expect(retryAfters.capped.create({ cap: 20_000, by: 1 }).delayMs(1000, 60_000)).toBe(20_000);
    expect(retryAfters.clamped.create({ beyond: 5000, by: 1 }).delayMs(1000, 60_000)).toBe(6000);
    expect(retryAfters.clamped.create({ beyond: 5000, by: 1 }).delayMs(1000, 3000)).toBe(3000);
  });
});
