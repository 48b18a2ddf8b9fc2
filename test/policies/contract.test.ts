// What every policy of a kind must keep to, whichever it is: the tests walk the registries, so that a new entry is
// tested by being there. Each with random parameters within their declared bounds, seed 20230426, and its defaults.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Stream } from '../../src/engine/luck.ts';
import { admissions } from '../../src/policies/admission.ts';
import { backoffs } from '../../src/policies/backoff.ts';
import { balancings, type Balancing, type HostPool } from '../../src/policies/balancing.ts';
import type { Registry } from '../../src/policies/parameters.ts';
import { queueings } from '../../src/policies/queueing.ts';
import { rebootOrders } from '../../src/policies/reboot-order.ts';
import { always, defaultsOf, keepsNoState, staysWithinBounds } from './backoff-contract.ts';
import { parameterValues } from './random-parameters.ts';

const RUNS = { numRuns: 100, seed: 20230426 };

const kinds: readonly (readonly [string, Registry<unknown>])[] = [
  ['backoff', backoffs],
  ['balancing', balancings],
  ['queueing', queueings],
  ['admission', admissions],
  ['reboot order', rebootOrders],
];

describe.each(kinds)('every %s', (_, registry) => {
  it.each(Object.entries(registry))('says what it is: %s', (__, { help, formula, source, parameters }) => {
    for (const text of [help, formula, source, ...Object.values(parameters).map((parameter) => parameter.help)])
      expect(text.trim()).not.toBe('');
  });

  it.each(Object.entries(registry))('has defaults within its own bounds: %s', (__, { parameters }) => {
    for (const { default: value, min = -Infinity, max = Infinity, exclusiveMin = false, choices } of Object.values(parameters)) {
      if (typeof value === 'number') {
        expect(value).toBeGreaterThanOrEqual(min);
        expect(value).toBeLessThanOrEqual(max);
        if (exclusiveMin) expect(value).not.toBe(min);
      }
      if (choices !== undefined) expect(choices).toContain(value);
    }
  });
});

describe('every backoff', () => {
  it.each(Object.entries(backoffs))('is finite, never negative, and within what its durations allow: %s', (_, entry) => staysWithinBounds(entry));
  it.each(Object.entries(backoffs))('keeps no state of single sessions: %s', (_, entry) => keepsNoState(entry));
});

/** A pool of hosts with given loads; weights below 1 for those in slow start. */
function poolOf(loads: readonly number[], weights: readonly number[] | null): HostPool {
  return { count: loads.length, weighted: weights !== null, weight: (i) => weights?.[i] ?? 1, load: (i) => loads[i] };
}

describe('every balancing', () => {
  const pools = fc
    .array(fc.tuple(fc.integer({ min: 0, max: 50 }), fc.integer({ min: 1, max: 100 })), { minLength: 1, maxLength: 8 })
    .chain((hosts) => fc.boolean().map((weighted) => poolOf(hosts.map(([load]) => load), weighted ? hosts.map(([, weight]) => weight / 100) : null)));
  const picks = (balancing: Balancing, pool: readonly HostPool[]): number[] => {
    const stream = new Stream('contract', 'balancing');
    return pool.map((each, i) => balancing.pick(each, stream.at(i, 0)));
  };

  it.each(Object.entries(balancings))('picks a host that is there, whatever the pool becomes, and the same again: %s', (_, entry) => {
    fc.assert(
      fc.property(parameterValues(entry.parameters), fc.array(pools, { minLength: 1, maxLength: 30 }), (values, sequence) => {
        const [one, other] = [entry.create(values), entry.create(values)];
        const chosen = picks(one, sequence);
        const isThere = (position: number, i: number): boolean => Number.isInteger(position) && position >= 0 && position < sequence[i].count;
        expect(chosen.every(isThere)).toBe(true);
        // A second instance starts afresh: nothing of the first is in it.
        expect(picks(other, sequence)).toEqual(chosen);
      }),
      RUNS,
    );
  });

  it.each(Object.entries(balancings))('leaves no host out that is as good as the others: %s', (_, entry) => {
    const balancing = entry.create(defaultsOf(entry.parameters));
    const loads = [0, 0, 0, 0];
    const stream = new Stream('contract', 'balancing');
    for (let i = 0; i < 4000; i++) loads[balancing.pick(poolOf(loads, null), stream.at(i, 0))]++;
    // Each gets a quarter of 4000; for one that draws, 4.4 standard deviations (27.4) off have a chance of 1e-5.
    for (const load of loads) expect(Math.abs(load - 1000)).toBeLessThanOrEqual(120);
  });
});

describe('every queueing', () => {
  it.each(Object.entries(queueings))('serves one end of the line, and the same again: %s', (_, entry) => {
    always(entry, (_values, create) => {
      const [one, other] = [create(), create()];
      const moments = Array.from({ length: 50 }, (__, i) => [i * 10, 1 + (i % 7)] as const);
      const ends = moments.map(([nowMs, length]) => one.next(nowMs, length));
      expect(ends.filter((end) => !['oldest', 'newest'].includes(end))).toEqual([]);
      expect(moments.map(([nowMs, length]) => other.next(nowMs, length))).toEqual(ends);
      expect(['oldest-first', 'since-last-start']).toContain(one.stall);
    });
  });
});

describe('every admission', () => {
  const instants = Array.from({ length: 600 }, (_, i) => Math.floor(i / 3) * 37);

  it.each(Object.entries(admissions))('decides the same again, and shares nothing between two gates: %s', (_, entry) => {
    always(entry, (_values, create) => {
      const [one, other] = [create(), create()];
      const decided = instants.map((atMs) => one.admit(atMs));
      expect(instants.map((atMs) => other.admit(atMs))).toEqual(decided);
      if (one.open) expect(decided).not.toContain(false);
      expect(['balancer', 'host']).toContain(one.per);
    });
  });

  it.each(Object.entries(admissions))('lets in no more than a declared rate and burst: %s', (_, entry) => {
    always(entry, ({ rate, burst }, create) => {
      if (typeof rate !== 'number') return;
      const gate = create();
      let admitted = 0;
      const excess = instants.map((atMs) => {
        if (gate.admit(atMs)) admitted++;
        return admitted - (burst as number) - (rate * atMs) / 1000;
      });
      expect(Math.max(...excess)).toBeLessThanOrEqual(1e-6);
    });
  });
});

describe('every reboot order', () => {
  it.each(Object.entries(rebootOrders))('comes to the end of its hosts, step by step: %s', (_, entry) => {
    always(entry, (_values, create) => {
      const order = create();
      expect(order.drainMs).toBeGreaterThanOrEqual(0);
      let left = 20;
      while (left > 0) {
        const { take, againAfterMs } = order.next(left);
        expect(take).toBeGreaterThanOrEqual(1);
        expect(take).toBeLessThanOrEqual(left);
        expect(create().next(left)).toEqual({ take, againAfterMs });
        left -= take;
        if (left > 0) expect(againAfterMs).toBeGreaterThan(0);
        expect(againAfterMs).toBeLessThan(Infinity);
      }
    });
  });
});
