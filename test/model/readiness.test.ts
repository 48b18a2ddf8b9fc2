// Readiness: a host that does not answer gets no attempts, keeps its sessions, and is back when it answers again.
import { describe, expect, it } from 'vitest';
import type { FleetView } from '../../src/model/state/recorder.ts';
import { Simulation } from '../../src/model/simulation.ts';
import { scenarioOf } from '../small-scenario.ts';
import { arrivingAt, client, runLog, seconds, tier, triesOnce } from './run-log.ts';
import { silentRecorder } from './silent-recorder.ts';

const readiness = { every: '2s', timeout: '1s', failures: 2, successes: 2 };
const pause = { name: 'pause', at: '30s', action: 'pause', target: { tier: 'api', hosts: [1] }, for: '20s' };

/** When hosts turned ready or unready. */
function turns(fields: Readonly<Record<string, unknown>>): { atMs: number; host: number; ready: boolean }[] {
  const scenario = scenarioOf(fields);
  const told: { atMs: number; host: number; ready: boolean }[] = [];
  const recorder = silentRecorder({ hostReady: (atMs, host, ready) => told.push({ atMs, host, ready }) });
  new Simulation(scenario, { seed: 'readiness', recorder, inspects: true }).run(scenario.clock.durationMs);
  return told;
}

describe('a host that fails its readiness probes', () => {
  const tiers = [tier({ hosts: 2, parallelism: 10, readiness, holdsSessions: true })];

  it('is unready after so many probes in a row, and ready after so many good ones', () => {
    const [out, back, ...more] = turns({
      clock: seconds(80),
      tiers,
      products: [{ name: 'chat', sessions: 4 }],
      clients: [client()],
      timeline: [pause],
    });
    // The first probe due in the pause fails a second later, the second one two seconds after that.
    expect([out.host, out.ready, back.host, back.ready, more]).toEqual([0, false, 0, true, []]);
    expect(out.atMs).toBeGreaterThanOrEqual(33_000);
    expect(out.atMs).toBeLessThan(35_000);
    // A probe that is due shortly before the pause ends has its answer in time; so two good ones take 1 to 5 s.
    expect(back.atMs).toBeGreaterThan(51_000);
    expect(back.atMs).toBeLessThan(55_000);
    expect((back.atMs - out.atMs) % 2000).toBeCloseTo(0, 6);
  });

  it('keeps its sessions, and gets no attempts meanwhile', () => {
    const held: number[] = [];
    const waiting: number[] = [];
    const look = (fleet: FleetView, second: number): void => {
      held[second] = fleet.hostSessions(0);
      waiting[second] = fleet.hostQueueLength(0);
    };
    const products = [{ name: 'initial', sessions: 4 }, arrivingAt(31_000, 31_001, 40_000, 40_001, 45_000, 45_001)];
    const log = runLog({ clock: seconds(80), tiers, products, clients: [triesOnce], timeline: [pause] }, look);
    // Two attempts came to the two hosts in turn while it was still in the balancer; four after that to the other alone.
    expect([held[49], waiting[32], waiting[49]]).toEqual([2, 1, 1]);
    expect([log.drops, log.deaths]).toEqual([[], []]);
    expect(log.connects.filter(({ atMs }) => atMs < 50_000)).toHaveLength(5);
  });

  it('stays in it while probes are off, and comes back when they are switched off', () => {
    const products = [{ name: 'chat', sessions: 4 }];
    const off = [tier({ hosts: 2, holdsSessions: true })];
    expect(turns({ clock: seconds(80), tiers: off, products, clients: [client()], timeline: [pause] })).toEqual([]);
    const timeline = [pause, { name: 'off', at: '40s', action: 'set', tier: 'api', change: { readiness: 'none' } }];
    expect(turns({ clock: seconds(80), tiers, products, clients: [client()], timeline }).at(-1)).toEqual({
      atMs: 40_000,
      host: 0,
      ready: true,
    });
  });
});

describe('a host that has booted', () => {
  it('gets nothing before it has passed its probes', () => {
    const timeline = [{ name: 'reboot', at: '10s', action: 'reboot', target: { tier: 'api' } }];
    const tiers = [tier({ boot: '10s', readiness: { every: '5s', timeout: '1s', failures: 3, successes: 2 } })];
    // Up at 20 s; probes are due then and at 25 s.
    const log = runLog({ clock: seconds(60), tiers, products: [arrivingAt(15_000)], clients: [client()], timeline });
    expect(log.hosts.map(({ atMs, state }) => [atMs, state])).toEqual([
      [10_000, 'rebooting'],
      [20_000, 'up'],
    ]);
    expect(log.ends.filter(({ how }) => how === 'noHost').every(({ atMs }) => atMs < 26_000)).toBe(true);
    expect(log.connects).toHaveLength(1);
    expect(log.connects[0].atMs).toBeGreaterThan(26_000);
    expect(log.connects[0].atMs).toBeLessThan(27_300);
  });
});
