// What every policy of a kind must keep to, whichever it is: the tests walk the registries, so that a new entry is
// tested by being there. Each with random parameters within their declared bounds, seed 20230426, and its defaults.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Stream } from '../../src/engine/luck.ts';
import { kinds as listedKinds } from '../../src/cli/registry-kinds.ts';
import { admissions } from '../../src/policies/admission.ts';
import { backoffs } from '../../src/policies/backoff.ts';
import { balancings, type Balancing, type HostPool } from '../../src/policies/balancing.ts';
import type { Registry } from '../../src/policies/parameters.ts';
import { queueings, type Line, type Queueing, type Verdict } from '../../src/policies/queueing.ts';
import { retryAfters } from '../../src/policies/retry-after.ts';
import { retryGates } from '../../src/policies/retry-gate.ts';
import { rebootOrders, type RebootOrder } from '../../src/policies/reboot-order.ts';
import { always, defaultsOf, keepsNoState, staysWithinBounds, usesPreviousOnlyIfItSaysSo } from './backoff-contract.ts';
import { scalings, type ScalingView } from '../../src/policies/scaling.ts';
import { MADE_UP } from './made-up-name.ts';
import { parameterValues } from './random-parameters.ts';

const RUNS = { numRuns: 100, seed: 20230426 };

const kinds: readonly (readonly [string, Registry<unknown>])[] = [
  ['backoff', backoffs],
  ['retry-after', retryAfters],
  ['retry gate', retryGates],
  ['balancing', balancings],
  ['queueing', queueings],
  ['admission', admissions],
  ['reboot order', rebootOrders],
  ['scaling', scalings],
];

describe.each(kinds)('every %s', (_, registry) => {
  it.each(Object.entries(registry))('says what it is: %s', (__, { help, formula, source, parameters }) => {
    for (const text of [help, formula, source, ...Object.values(parameters).map((parameter) => parameter.help)])
      expect(text.trim()).not.toBe('');
  });

  it.each(Object.entries(registry))('has defaults within its own bounds: %s', (__, { parameters }) => {
    for (const { default: value, min = -Infinity, max = Infinity, exclusiveMin = false, choices } of Object.values(
      parameters,
    )) {
      if (typeof value === 'number') {
        expect(value).toBeGreaterThanOrEqual(min);
        expect(value).toBeLessThanOrEqual(max);
        if (exclusiveMin) expect(value).not.toBe(min);
      }
      if (choices !== undefined) expect(choices).toContain(value);
    }
  });
});

describe('every registry', () => {
  it('has no entry whose name a test may use for one of its own', () => {
    const names = listedKinds.flatMap(({ entries }) => entries().map(({ name }) => name));
    expect(names.length).toBeGreaterThan(150);
    expect(names.filter((name) => name.startsWith(MADE_UP))).toEqual([]);
  });
});

describe('every backoff', () => {
  it.each(Object.entries(backoffs))('is finite, never negative, and within what its durations allow: %s', (_, entry) =>
    staysWithinBounds(entry),
  );
  it.each(Object.entries(backoffs))('keeps no state of single sessions: %s', (_, entry) => keepsNoState(entry));
  it.each(Object.entries(backoffs))('depends on the delay before only if it says so: %s', (_, entry) =>
    usesPreviousOnlyIfItSaysSo(entry),
  );
});

const hostLuck = new Stream('contract', 'affinity');

/** A pool of hosts with given loads, half of them open attempts; weights below 1 for those in slow start. */
function poolOf(loads: readonly number[], weights: readonly number[] | null, last = -1): HostPool {
  return {
    count: loads.length,
    weighted: weights !== null,
    weight: (i) => weights?.[i] ?? 1,
    load: (i) => loads[i],
    openAttempts: (i) => Math.floor(loads[i] / 2),
    affinity: (i, serial) => hostLuck.at(serial, i).uniform(),
    lastPosition: (session) => (session >= 0 && last < loads.length ? last : -1),
  };
}

describe('every balancing', () => {
  const pools = fc
    .record({
      hosts: fc.array(fc.tuple(fc.integer({ min: 0, max: 50 }), fc.integer({ min: 1, max: 100 })), {
        minLength: 1,
        maxLength: 8,
      }),
      weighted: fc.boolean(),
      last: fc.integer({ min: -1, max: 9 }),
    })
    .map(({ hosts, weighted, last }) =>
      poolOf(
        hosts.map(([load]) => load),
        weighted ? hosts.map(([, weight]) => weight / 100) : null,
        last,
      ),
    );
  const picks = (balancing: Balancing, pool: readonly HostPool[]): number[] => {
    const stream = new Stream('contract', 'balancing');
    return pool.map((each, i) => balancing.pick(each, stream.at(i, 0), i, i % 3 === 2 ? -1 : i));
  };

  it.each(Object.entries(balancings))(
    'picks a host that is there, whatever the pool becomes, and the same again: %s',
    (_, entry) => {
      fc.assert(
        fc.property(
          parameterValues(entry.parameters),
          fc.array(pools, { minLength: 1, maxLength: 30 }),
          (values, sequence) => {
            const [one, other] = [entry.create(values), entry.create(values)];
            const chosen = picks(one, sequence);
            const isThere = (position: number, i: number): boolean =>
              Number.isInteger(position) && position >= 0 && position < sequence[i].count;
            expect(chosen.every(isThere)).toBe(true);
            // A second instance starts afresh: nothing of the first is in it.
            expect(picks(other, sequence)).toEqual(chosen);
          },
        ),
        RUNS,
      );
    },
  );

  it.each(Object.entries(balancings))('leaves no host out that is as good as the others: %s', (_, entry) => {
    const balancing = entry.create(defaultsOf(entry.parameters));
    const loads = [0, 0, 0, 0];
    const stream = new Stream('contract', 'balancing');
    for (let i = 0; i < 4000; i++) loads[balancing.pick(poolOf(loads, null), stream.at(i, 0), i, i)]++;
    // Each gets a quarter of 4000; for one that draws, 4.4 standard deviations (27.4) off have a chance of 1e-5.
    for (const load of loads) expect(Math.abs(load - 1000)).toBeLessThanOrEqual(120);
  });

  it.each(Object.entries(balancings))(
    'gives a host in slow start less than the others, and something: %s',
    (_, entry) => {
      const balancing = entry.create(defaultsOf(entry.parameters));
      const loads = [0, 0, 0, 0];
      const stream = new Stream('contract', 'balancing');
      const weights = [1, 0.25, 1, 1];
      for (let i = 0; i < 3250; i++) loads[balancing.pick(poolOf(loads, weights), stream.at(i, 0), i, i)]++;
      // By weight it gets 250 of 3250, the others 1000 each. By lot its standard deviation is 15.2, so 66 off have a
      // chance of 1e-5. Where both the lot and the comparison weigh, as in HAProxy, it gets less.
      expect(loads[1]).toBeLessThanOrEqual(316);
      expect(loads[1]).toBeGreaterThanOrEqual(10);
    },
  );
});

describe('every queueing', () => {
  /** What a discipline says of a line of `length` whose oldest has waited for so long, and whose newest for half of that. */
  const verdicts = (discipline: Queueing): Verdict[] =>
    Array.from({ length: 400 }, (_, i) => {
      const [nowMs, waitedMs] = [100_000 + i * 25, (i * 37) % 1500];
      const line: Line = {
        length: 1 + (i % 17),
        sinceMs: nowMs - 2 * waitedMs,
        oldestMs: () => nowMs - waitedMs,
        newestMs: () => nowMs - waitedMs / 2,
      };
      return discipline.next(nowMs, line);
    });

  it.each(Object.entries(queueings))('serves or drops at one end of the line, and the same again: %s', (_, entry) => {
    always(entry, (_values, create) => {
      const [one, other] = [create(), create()];
      const said = verdicts(one);
      expect(
        said.filter((verdict) => !['serve-oldest', 'serve-newest', 'drop-oldest', 'drop-newest'].includes(verdict)),
      ).toEqual([]);
      expect(verdicts(other)).toEqual(said);
      expect(['oldest-first', 'since-last-start']).toContain(one.stall);
      // The age of the next to be served never goes back only if that is always the oldest.
      if (one.stall === 'oldest-first') expect(said.filter((verdict) => verdict.endsWith('newest'))).toEqual([]);
    });
  });
});

describe('every admission', () => {
  const instants = Array.from({ length: 600 }, (_, i) => Math.floor(i / 3) * 37);

  it.each(Object.entries(admissions))(
    'decides the same again, and shares nothing between two gates: %s',
    (_, entry) => {
      always(entry, (_values, create) => {
        const [one, other] = [create(), create()];
        const decided = instants.map((atMs) => one.admit(atMs));
        expect(instants.map((atMs) => other.admit(atMs))).toEqual(decided);
        if (one.open) expect(decided).not.toContain(false);
        expect(['balancer', 'host']).toContain(one.per);
      });
    },
  );

  it.each(Object.entries(admissions))(
    'that listens lets in again after whatever it heard, and never more than its limit: %s',
    (_, entry) => {
      always(entry, ({ maxLimit }, create) => {
        const gate = create();
        if (!gate.listens) return;
        let inFlight = 0;
        for (let i = 0; i < 300; i++) {
          const nowMs = i * 97;
          while (gate.admit(nowMs)) {
            gate.begin(nowMs);
            inFlight++;
            expect(inFlight).toBeLessThanOrEqual(maxLimit as number);
          }
          expect(inFlight).toBeGreaterThan(0);
          gate.end(nowMs, (i * 131) % 9000, (['served', 'served', 'abandoned', 'lost'] as const)[i % 4]);
          inFlight--;
        }
        while (inFlight-- > 0) gate.end(40_000, 10, 'lost');
        expect(gate.admit(40_000)).toBe(true);
      });
    },
  );

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

describe('every scaling', () => {
  const figures = fc.record({
    load: fc.integer({ min: 0, max: 24 }).map((eighths) => eighths / 8),
    upForMs: fc.constantFrom(-1, 0, 1000, 3_600_000),
    readyForMs: fc.constantFrom(-1, 0, 1000, 3_600_000),
    isNew: fc.boolean(),
  });
  const views = fc
    .array(fc.record({ hosts: fc.array(figures, { maxLength: 12 }), standbys: fc.integer({ min: 0, max: 3 }) }), {
      minLength: 1,
      maxLength: 20,
    })
    .map((all) => all.map((view, i): ScalingView => ({ ...view, nowMs: 15_000 * (i + 1) })));

  it.each(Object.entries(scalings))(
    'wants a number of hosts, and the same again, within its own bounds: %s',
    (_, entry) => {
      fc.assert(
        fc.property(parameterValues(entry.parameters), views, (values, sequence) => {
          if ((entry.check?.(values) ?? null) !== null) return;
          const [one, other] = [entry.create(values), entry.create(values)];
          expect(one.everyMs).toBeGreaterThan(0);
          expect(one.standbys).toBeGreaterThanOrEqual(0);
          const wanted = sequence.map((view) => one.decide(view));
          expect(wanted.filter((count) => !(Number.isInteger(count) && count >= 0))).toEqual([]);
          const { min = 0, max = Infinity } = values as { min?: number; max?: number };
          if ('min' in entry.parameters) expect(wanted.filter((count) => count < min || count > max)).toEqual([]);
          // A second instance starts afresh: nothing of the first is in it.
          expect(sequence.map((view) => other.decide(view))).toEqual(wanted);
        }),
        RUNS,
      );
    },
  );
});

describe('every reboot order', () => {
  const pods = [0, 0, 0, 0, 1, 1, 1, 2, 2, 2, 2, 2];
  interface Taken {
    readonly atMs: number;
    readonly pods: readonly number[];
  }

  /** Works through the hosts while the fleet is as `disconnected` says. */
  function workThrough(
    order: RebootOrder,
    disconnected: (atMs: number) => number,
    untilMs = Infinity,
  ): { taken: Taken[]; abortedMs: number | null; left: number } {
    const leftPods = [...pods];
    const taken: Taken[] = [];
    let nowMs = 500;
    while (leftPods.length > 0 && nowMs < untilMs) {
      const last =
        taken.length === 0 ? null : { atMs: taken[taken.length - 1].atMs, pod: taken[taken.length - 1].pods[0] };
      const view = { nowMs, leftPods: [...leftPods], last, disconnectedFraction: disconnected(nowMs) };
      const step = order.next(view);
      const again = order.next(view);
      if (again.take !== step.take || again.againAtMs !== step.againAtMs || again.aborts !== step.aborts)
        throw new Error(`at ${nowMs} ms it decides differently when asked again`);
      if (step.aborts) return { taken, abortedMs: nowMs, left: leftPods.length };
      if (!(step.take >= 0) || (step.take < leftPods.length && !(step.againAtMs > nowMs)))
        throw new Error(`at ${nowMs} ms it takes ${step.take}, to go on at ${step.againAtMs} ms`);
      if (step.take > 0) taken.push({ atMs: nowMs, pods: leftPods.splice(0, step.take) });
      nowMs = step.againAtMs;
    }
    return { taken, abortedMs: null, left: leftPods.length };
  }

  it.each(Object.entries(rebootOrders))(
    'comes to the end of its hosts in a calm fleet, each once, in order: %s',
    (_, entry) => {
      always(entry, (_values, create) => {
        const order = create();
        expect(order.drainMs).toBeGreaterThanOrEqual(0);
        const { taken, abortedMs } = workThrough(order, () => 0);
        expect([taken.flatMap((step) => step.pods), abortedMs]).toEqual([pods, null]);
        expect(workThrough(create(), () => 0).taken).toEqual(taken);
      });
    },
  );

  it.each(Object.entries(rebootOrders))(
    'takes no step while the fleet is not calm, and stops where its rule says: %s',
    (_, entry) => {
      const trouble = (atMs: number): number => (atMs < 100_500 ? 0 : atMs < 150_000 ? 0.3 : 0.6);
      always(entry, ({ calmBelow = Infinity, abortAbove = Infinity }, create) => {
        const { taken, abortedMs } = workThrough(create(), trouble, 300_000);
        for (const { atMs } of taken) {
          expect(trouble(atMs)).toBeLessThan(calmBelow as number);
          expect(trouble(atMs)).toBeLessThanOrEqual(abortAbove as number);
        }
        // It looks at every whole second and when a step is due, so it sees the trouble by the first one.
        const beginsMs = (abortAbove as number) < 0.3 ? 100_500 : 150_000;
        if (abortedMs !== null)
          expect(abortedMs >= beginsMs && abortedMs <= Math.ceil(beginsMs / 1000) * 1000).toBe(true);
      });
    },
  );

  it.each(['rolling', 'by-pod'])('keeps its distances: %s', (name) => {
    const values = {
      batch: 2,
      batchInterval: 7000,
      interval: 60_000,
      drain: 0,
      calmBelow: Infinity,
      abortAbove: Infinity,
    };
    const { taken } = workThrough(rebootOrders[name].create(values), () => 0);
    const told = taken.map(({ atMs, pods: ofStep }) => [(atMs - 500) / 1000, ofStep.join('')]);
    if (name === 'rolling')
      expect(told).toEqual([
        [0, '00'],
        [60, '00'],
        [120, '11'],
        [180, '12'],
        [240, '22'],
        [300, '22'],
      ]);
    else
      expect(told).toEqual([
        [0, '00'],
        [7, '00'],
        [67, '11'],
        [74, '1'],
        [134, '22'],
        [141, '22'],
        [148, '2'],
      ]);
  });
});
