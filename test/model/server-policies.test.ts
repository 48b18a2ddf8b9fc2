// Disciplines, gates and kinds of attempts at a host, in milliseconds by hand. An attempt reaches the host 50 ms after it begins.
import { describe, expect, it } from 'vitest';
import { scenarioOf } from '../small-scenario.ts';
import { arrivingAt, client, runLog, seconds, tier, triesOnce, type RunLog } from './run-log.ts';

const clock = seconds(30);
const waits = (log: RunLog): number[] => log.services.map(({ waitMs }) => waitMs);
const one = (fields: Readonly<Record<string, unknown>>, ...instants: number[]): RunLog =>
  runLog({ clock, tiers: [tier(fields)], products: [arrivingAt(...instants)], clients: [triesOnce] });

describe('adaptive-lifo at a host', () => {
  it('serves the newest of a backlog, and the oldest of a short line', () => {
    const discipline = { policy: 'adaptive-lifo', backlog: 2, target: 'none' };
    expect(waits(one({ queue: { discipline } }, 1, 2, 3, 4, 5))).toEqual([0, 96, 197, 299, 398]);
  });
});

describe('codel at a host', () => {
  it('rejects what it drops, with a reason of its own', () => {
    const arrivals = Array.from({ length: 14 }, (_, i) => i + 1);
    const log = one({ queue: { discipline: { policy: 'codel', target: '5ms', interval: '200ms' } } }, ...arrivals);
    // Services end at 151, 251, …: above the target from 151 on, so the first drop is at 351; then after 200 ms, after 200/√2, and after 200/√3.
    const dropped = log.ends.filter(({ how }) => how === 'droppedFromQueue').map(({ atMs }) => atMs);
    expect(dropped).toEqual([351, 551, 751, 851]);
    expect(log.services).toHaveLength(10);
  });
});

describe('resumed attempts that go first', () => {
  const run = (resumedFirst: boolean, ...changes: readonly unknown[]): RunLog =>
    runLog({
      clock,
      tiers: [tier({ hosts: 2, holdsSessions: true, boot: '60s', resumedFirst })],
      products: [{ name: 'initial', sessions: 1 }, arrivingAt(11_000, 11_010, 11_020)],
      clients: [client({ resumesFor: '2m' })],
      timeline: [{ name: 'maintenance', at: '10s', action: 'reboot', target: { tier: 'api', hosts: [1] } }, ...changes],
    });

  // The fresh ones come at 11050, 11060 and 11070, the resumed one at 11100.
  it('are served before those that came earlier', () => expect(waits(run(true))).toEqual([0, 50, 190, 280]));
  it('wait their turn from the moment on that they no longer do', () => {
    const change = (at: string): unknown => ({
      name: 'as-they-come',
      at,
      action: 'set',
      tier: 'api',
      change: { resumedFirst: false },
    });
    expect([waits(run(true, change('11.12s'))), waits(run(true, change('11.16s')))]).toEqual([
      [0, 90, 180, 250],
      [0, 50, 190, 280],
    ]);
  });
  it('wait their turn elsewhere', () => expect(waits(run(false))).toEqual([0, 90, 180, 250]));
});

describe('a limit on concurrency', () => {
  const admission = { policy: 'aimd', initial: 2, minLimit: 2, maxLimit: 2, late: '10s' };
  it('counts those that wait and those in service, and lets in as they leave', () => {
    const log = one({ admission }, 1, 2, 3, 102);
    expect(log.ends).toEqual([
      { atMs: 53, how: 'admission' },
      { atMs: 151, how: 'connected' },
      { atMs: 251, how: 'connected' },
      { atMs: 351, how: 'connected' },
    ]);
  });

  it('that comes while attempts are under way counts them', () => {
    const change = { name: 'limit', at: '4s', action: 'set', tier: 'api', change: { admission } };
    const log = runLog({
      clock,
      tiers: [tier({ serviceTime: '5s' })],
      products: [arrivingAt(1, 2, 5000)],
      clients: [triesOnce],
      timeline: [change],
    });
    expect(log.ends.map(({ how }) => how)).toEqual(['admission', 'connected', 'connected']);
  });
});

describe('limits in the wrong order', () => {
  const load = (fields: Readonly<Record<string, unknown>>) => () => scenarioOf({ tiers: [tier(fields)] });
  it('are told at their place', () => {
    expect(load({ admission: { policy: 'adaptive-concurrency', minLimit: 9, maxLimit: 5 } })).toThrow(
      /small\.json:\d+:\d+ {2}tiers\.api\.admission\.minLimit\n.*at most maxLimit, which is 5, found 9/,
    );
    expect(load({ queue: { discipline: { policy: 'adaptive-lifo', target: '2s', interval: '1s' } } })).toThrow(
      /tiers\.api\.queue\.discipline\.target\n.*at most the interval, found "2s"/,
    );
    expect(load({ admission: { policy: 'aimd', decrease: 1.5 } })).toThrow(/tiers\.api\.admission\.decrease/);
  });
});
