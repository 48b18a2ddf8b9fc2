// What is foreseen of a run against what it does: no run handles fewer events than its bound, whatever its scenario and
// its luck; and where the bound speaks, it is near.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foresee, refuseHopeless } from '../../src/experiments/foresight.ts';
import { defaultLimits } from '../../src/experiments/limits.ts';
import { Simulation } from '../../src/model/simulation.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';
import { lawContent } from '../laws/law-scenario.ts';
import { scenarioOf } from '../small-scenario.ts';

function eventsOf(scenario: Scenario, seed: string): number {
  const simulation = new Simulation(scenario, { seed, recorder: null });
  simulation.run(scenario.clock.durationMs);
  return simulation.eventCount;
}

type Fields = Record<string, unknown>;

/** Scenarios whose bound is no trifle: many arrivals of all kinds, quick probes, with or without anything that takes hosts down. */
const busyContent: fc.Arbitrary<Fields> = fc
  .record({
    rate: fc.constantFrom('0.5/s', '40/s'),
    process: fc.constantFrom('poisson', 'constant'),
    crowd: fc.constantFrom(null, '1s', '10m'),
    profile: fc.boolean(),
    liveness: fc.constantFrom(
      'none',
      { every: '200ms', timeout: '100ms', failures: 1, answered: 'in-queue' },
      { every: '1s', timeout: '900ms', failures: 3, answered: 'aside' },
    ),
    readiness: fc.constantFrom('none', { every: '300ms', timeout: '100ms' }),
    parallelism: fc.constantFrom(1, 50),
    sessionsAtFullLoad: fc.constantFrom('none', 10),
    boot: fc.constantFrom('100ms', { uniform: ['0s', '5s'] }, { exponential: '3s' }),
  })
  .map(({ rate, process, crowd, profile, ...tier }) => ({
    clock: { from: '00:00', to: '61s' },
    tiers: [{ name: 'api', hosts: 3, serviceTime: { exponential: '100ms' }, holdsSessions: true, ...tier }],
    products: [
      { name: 'chat', sessions: 40, arrivals: { process, rate }, lifetime: '20s' },
      ...(profile
        ? [
            {
              name: 'day',
              profile: [
                { at: '0s', sessions: 10 },
                { at: '30s', sessions: 400 },
                { at: '45s', sessions: 300 },
              ],
              lifetime: { exponential: '20s' },
            },
          ]
        : []),
    ],
    clients: [{ name: 'current', backoff: { policy: 'fixed', delay: '1s' }, connectTimeout: '2s' }],
    timeline:
      crowd === null
        ? []
        : [{ name: 'crowd', at: '30s', action: 'add-arrivals', product: 'chat', rate: '100/s', for: crowd }],
  }));

const seeds = fc.integer({ min: 0, max: 1e6 }).map((n) => `foresight/${n}`);

describe('a bound of events', () => {
  it('is never undercut by random scenarios of all features', () => {
    fc.assert(
      fc.property(lawContent, seeds, (content, seed) => {
        const scenario = scenarioOf(content);
        expect(eventsOf(scenario, seed)).toBeGreaterThanOrEqual(foresee(scenario).eventsAtLeast);
      }),
      { numRuns: 25, seed: 12 },
    );
  });

  it('is never undercut by fleets of many arrivals and probes', () => {
    fc.assert(
      fc.property(busyContent, seeds, (content, seed) => {
        const scenario = scenarioOf(content);
        expect(eventsOf(scenario, seed)).toBeGreaterThanOrEqual(foresee(scenario).eventsAtLeast);
      }),
      { numRuns: 60, seed: 13 },
    );
  });

  it('is no trifle: of arrivals and probes that are certain nearly all are in it', () => {
    const scenario = scenarioOf({
      clock: { from: '00:00', to: '10m' },
      tiers: [
        { name: 'api', hosts: 20, parallelism: 50, serviceTime: '10ms', readiness: { every: '1s', timeout: '100ms' } },
      ],
      products: [{ name: 'chat', arrivals: { process: 'constant', rate: '100/s' }, lifetime: '0s' }],
    });
    const { eventsAtLeast, eventsEstimated } = foresee(scenario);
    // 60,000 arrivals and 12,000 probes; with each arrival's attempt and service it is three times as many.
    expect(eventsAtLeast).toBeGreaterThan(71_900);
    expect(eventsOf(scenario, 's')).toBeGreaterThanOrEqual(eventsAtLeast);
    expect(eventsEstimated).toBeGreaterThanOrEqual(eventsOf(scenario, 's'));
  });

  it('holds what an action adds at an instant of its own, until the clock ends, and nothing of what may never happen', () => {
    const bound = (timeline: readonly Fields[]): number =>
      foresee(scenarioOf({ products: [{ name: 'chat', lifetime: '0s' }], timeline })).eventsAtLeast;
    const crowd = { name: 'crowd', action: 'add-arrivals', product: 'chat', rate: '1000/s', for: '5m' };
    expect(bound([{ ...crowd, at: '1m' }])).toBeGreaterThan(295_000);
    expect(bound([{ ...crowd, at: '1m' }])).toBeLessThan(300_000);
    // One minute of it is left.
    expect(bound([{ ...crowd, at: '9m' }])).toBeLessThan(60_000);
    expect(
      bound([
        { name: 'first', at: '1m', action: 'reboot', target: { tier: 'api' } },
        { ...crowd, after: 'first' },
      ]),
    ).toBe(0);
  });
});

describe('an estimate', () => {
  const storm = { timeline: [{ name: 'boot', at: '1m', action: 'reboot', target: { tier: 'api' } }] };
  const many = { products: [{ name: 'chat', sessions: 1_000_000 }], ...storm };
  const clientOf = (multiplies: unknown): Fields => ({
    clients: [{ name: 'web', backoff: { policy: 'fixed', delay: '1s' }, multiplies }],
  });

  it('of memory has a place for each attempt that a client makes beside its own, as far as hosts have room', () => {
    const bytes = (fields: Fields): number => foresee(scenarioOf({ ...many, ...fields })).memoryBytes;
    const once = bytes(clientOf('none'));
    const often = clientOf({ adds: 1000, atMost: 1000 });
    // 999 million of them, at no less than a session's 90 bytes.
    expect(bytes(often) - once).toBeGreaterThan(999e6 * 90);
    const narrow = { tiers: [{ name: 'api', hosts: 2, parallelism: 1, serviceTime: '1s', queue: { limit: 100 } }] };
    expect(bytes({ ...often, ...narrow }) - bytes({ ...clientOf('none'), ...narrow })).toBeLessThan(100_000);
    expect(() => {
      refuseHopeless(scenarioOf({ ...many, ...often }), { ...defaultLimits(), memoryBytesMax: 8e9 });
    }).toThrow(/estimated to need/);
  });

  it('of events has those of sessions that ask and ask for a host, and find none', () => {
    const events = (asksAgain: string, moves: string): number =>
      foresee(
        scenarioOf({
          ...many,
          tiers: [
            { name: 'api', hosts: 2, parallelism: 1, serviceTime: '1s' },
            {
              name: 'back',
              hosts: 2,
              parallelism: 1,
              serviceTime: '1s',
              lease: { every: '1h', timeout: '1h', moves, asksAgain },
            },
          ],
        }),
      ).eventsEstimated;
    // Ten minutes of a million sessions that ask a thousand times a second, and no more often than that.
    expect(events('1ms', 'attempt') - events('1ms', 'free')).toBe(6e11);
    expect(events('1us', 'attempt') - events('1us', 'free')).toBe(6e11);
  });
});
