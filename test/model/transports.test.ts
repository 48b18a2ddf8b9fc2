/**
 * Transports that open before the answer, in milliseconds by hand (a network delay is 50 ms, a service 100 ms, so an
 * attempt that begins at 1 comes at 51, its client knows at 101 that the transport is open, and its login comes at
 * 151); and on random scenarios against a reference with an event for each step.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Simulation } from '../../src/model/simulation.ts';
import { Transports, type TransportsKind } from '../../src/model/serving/transports.ts';
import { attemptEnds, rejectReasons } from '../../src/model/state/vocabulary.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';
import { firstDifference } from '../first-difference.ts';
import { scenarioOf } from '../small-scenario.ts';
import { NaiveTransports } from './naive-transports.ts';
import { randomContent } from './random-scenario.ts';
import { arrivingAt, client, runLog, seconds, tier, triesOnce } from './run-log.ts';
import { silentRecorder } from './silent-recorder.ts';

const clock = seconds(10);
const once = { giveUp: { after: 1, then: 'stay' } };
const ends = (log: ReturnType<typeof runLog>): [number, string][] => log.ends.map(({ atMs, how }) => [atMs, how]);

describe('a host that opens transports beside its queue', () => {
  const run = (own: object, ofClient: object = {}, arrivals = [1, 2, 3], more: object = {}) =>
    runLog({
      clock,
      tiers: [tier({ opensTransport: 'aside', ...own })],
      products: [arrivingAt(...arrivals)],
      clients: [client({ ...once, ...ofClient })],
      ...more,
    });

  it('gets the login a round trip later, and serves in turn', () => {
    expect(run({}).connects.map(({ atMs }) => atMs)).toEqual([251, 351, 451]);
    expect(run({ opensTransport: 'own-lane' }).connects.map(({ atMs }) => atMs)).toEqual([251, 351, 451]);
    expect(run({ opensTransport: 'none' }).connects.map(({ atMs }) => atMs)).toEqual([151, 251, 351]);
  });

  it('is waited for in two stages: the first is over at once, the second counts from there', () => {
    const slow = { serviceTime: '1s' };
    const connectTimeout = { open: '60ms', answer: 'none' };
    expect(run(slow, { connectTimeout }).connects.map(({ atMs }) => atMs)).toEqual([1151, 2151, 3151]);
    // Open at 51 and 52.
    const second = ends(run(slow, { connectTimeout: { open: 'none', answer: '1150ms' } }, [1, 2]));
    expect(second).toEqual([
      [1151, 'connected'],
      [1202, 'timedOut'],
    ]);
    // One number is for both, and counts from the beginning.
    expect(ends(run(slow, { connectTimeout: '1149ms' }, [1, 2]))).toEqual([
      [1150, 'timedOut'],
      [1151, 'timedOut'],
    ]);
  });

  it('refuses the login, not the transport, when its queue is full', () => {
    expect(ends(run({ queue: { limit: 0 } }, {}, [1, 2]))).toEqual([
      [152, 'queueFull'],
      [251, 'connected'],
    ]);
  });

  it('opens none while it is paused, and who leaves meanwhile costs nothing after', () => {
    const pause = { timeline: [{ name: 'p', at: '10ms', action: 'pause', target: { tier: 'api' }, for: '2s' }] };
    const waits = run({}, {}, [1, 2], pause);
    expect(waits.connects.map(({ atMs }) => atMs)).toEqual([2010 + 100 + 100, 2010 + 100 + 200]);
    const leaves = run({}, { connectTimeout: { open: '500ms', answer: 'none' } }, [1, 2], pause);
    expect(ends(leaves)).toEqual([
      [501, 'timedOut'],
      [502, 'timedOut'],
    ]);
    expect([...leaves.abandoned, ...leaves.services]).toEqual([]);
    // Where the transport opens with the answer, both are worked off.
    const one = run({ opensTransport: 'none' }, { connectTimeout: '500ms' }, [1, 2], pause);
    expect(one.abandoned).toHaveLength(2);
  });

  it('is left without a login by who leaves before knowing that it is open, and with one after that', () => {
    // Known at 101.
    const before = run({}, { connectTimeout: '90ms' }, [1]);
    expect([...before.abandoned, ...before.services]).toEqual([]);
    const after = run({}, { connectTimeout: '100ms' }, [1]);
    expect(after.abandoned).toEqual([{ atMs: 151, waitMs: 0, serviceMs: 100 }]);
  });

  it('is waited for by one version, though another one is rolled out meanwhile', () => {
    // Whoever tries again at 1151 waits by the new version, which does not know of stages; nothing is left of the old one's.
    const log = runLog({
      clock: seconds(40),
      tiers: [tier({ opensTransport: 'aside', serviceTime: '600ms' })],
      products: [arrivingAt(1)],
      clients: [
        client({ name: 'current', share: 1, connectTimeout: { open: '20s', answer: '500ms' } }),
        client({ name: 'fixed', share: 0, connectTimeout: '20s' }),
      ],
      timeline: [{ name: 'fix', at: '1s', action: 'deploy', client: 'fixed' }],
    });
    expect(ends(log)).toEqual([
      [551, 'timedOut'],
      [551 + 1000 + 50 + 100 + 600, 'connected'],
    ]);
  });

  it('resets those whose login is under way when it crashes', () => {
    const crash = { timeline: [{ name: 'c', at: '120ms', action: 'crash', target: { tier: 'api' } }] };
    expect(ends(run({ boot: '5s' }, {}, [1], crash))).toEqual([[120, 'reset']]);
  });
});

describe('a tier that opens transports when its service ends', () => {
  const run = (connectTimeout: unknown) =>
    runLog({
      clock,
      tiers: [tier({ opensTransport: 'in-queue' }), tier({ name: 'store', serviceTime: '1s' })],
      products: [arrivingAt(1, 2)],
      clients: [client({ ...once, connectTimeout })],
    });

  it('hands over what its clients send once they know', () => {
    // Served at 151 and 251, logged in at 251 and 351.
    expect(run('none').connects.map(({ atMs }) => atMs)).toEqual([1251, 2251]);
  });

  it('hands nothing over for clients that left before', () => {
    const log = run({ open: '200ms', answer: 'none' });
    expect(ends(log)).toEqual([
      [202, 'timedOut'],
      [1251, 'connected'],
    ]);
    expect(log.services.filter((one) => one.tier === 1)).toHaveLength(1);
    expect(log.abandoned.map(({ serviceMs }) => serviceMs)).toEqual([]);
  });
});

describe('what resets the counter', () => {
  const delays = (resetOn: string, opensTransport: string, resetAfter = '0s'): number[] => {
    const log = runLog({
      clock: seconds(20),
      tiers: [tier({ opensTransport, queue: { limit: 0 }, serviceTime: '19s' })],
      // The first keeps the only slot.
      products: [arrivingAt(1, 2)],
      clients: [client({ backoff: { policy: 'exponential', base: '1s', factor: 2 }, resetOn, resetAfter })],
    });
    const atMs = log.ends.filter(({ how }) => how === 'queueFull').map((one) => one.atMs);
    return atMs.slice(1).map((ms, i) => ms - atMs[i]);
  };

  it('is the answer, or to some libraries that the transport opened, though the login is refused', () => {
    // A refusal is known after 50 ms; the next transport opens 50 ms after the delay, and the login comes 100 ms later.
    expect(delays('connected', 'aside').slice(0, 3)).toEqual([1200, 2200, 4200]);
    expect(delays('open', 'aside').slice(0, 3)).toEqual([1200, 1200, 1200]);
    expect(delays('open', 'aside', '1s').slice(0, 3)).toEqual([1200, 2200, 4200]);
    expect(delays('open', 'none').slice(0, 3)).toEqual([1100, 2100, 4100]);
  });
});

describe('what a file says of it', () => {
  const load = (opens: readonly string[]) => () =>
    scenarioOf({
      tiers: opens.map((opensTransport, i) => tier({ name: `t${i}`, opensTransport })),
      clients: [triesOnce],
    });
  it('is refused where a transport would open twice, or with the answer itself', () => {
    expect(load(['aside', 'aside'])).toThrow(/tiers.t1.opensTransport\s+expected none: a transport opens once/);
    expect(load(['none', 'in-queue'])).toThrow(/tiers.t1.opensTransport\s+expected none, aside or own-lane/);
    expect(load(['in-queue', 'none'])).not.toThrow();
  });
});

/** How many random scenarios. */
const RUNS = Number(process.env.TRANSPORTS_RUNS ?? 30);

/** Each attempt's end in words, in order of time. */
function endsOf(scenario: Scenario, transportsKind: TransportsKind): { told: string[]; opened: number } {
  const found: { readonly atMs: number; readonly what: string }[] = [];
  const recorder = silentRecorder({
    attemptEnded: (atMs, pod, end, reason) =>
      found.push({ atMs, what: `${pod} ${reason < 0 ? attemptEnds[end] : rejectReasons[reason]}` }),
    refusedAhead: (atMs, pod, reason) => found.push({ atMs, what: `${pod} ${rejectReasons[reason]}` }),
  });
  const simulation = new Simulation(scenario, { seed: 'transports', recorder, transportsKind, inspects: true });
  simulation.run(scenario.clock.durationMs);
  // Simultaneous ends may come in any order.
  found.sort((a, b) => a.atMs - b.atMs || (a.what < b.what ? -1 : 1));
  const opened = scenario.tiers.some(({ opensTransport }) => opensTransport !== null) ? found.length : 0;
  return { told: found.map(({ atMs, what }) => `${atMs} ${what}`), opened };
}

describe('two stages', () => {
  it('end the same attempts at the same times as an event for each step would', () => {
    let opened = 0;
    fc.assert(
      fc.property(randomContent, (content) => {
        const scenario = scenarioOf(content);
        const naive = endsOf(scenario, NaiveTransports);
        const quick = endsOf(scenario, Transports);
        expect(firstDifference(quick.told, naive.told)).toBeNull();
        opened += quick.opened;
      }),
      { numRuns: RUNS, seed: 20230426 },
    );
    expect(opened).toBeGreaterThan(2000);
  });
});
