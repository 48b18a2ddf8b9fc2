// Scaling in the model: standbys join, the autoscaler adds and removes hosts, and fails where it is known to fail.
import { describe, expect, it } from 'vitest';
import type { FleetView } from '../../src/model/state/recorder.ts';
import { HostState } from '../../src/model/state/vocabulary.ts';
import { arrivingAt, client, runLog, seconds, tier, triesOnce } from './run-log.ts';

const steady = {
  name: 'request',
  arrivals: { process: 'constant', schedule: [{ from: '0s', rate: '20/s' }] },
  lifetime: '0s',
};

/** Hosts of a tier that are up, by second. */
function counter(tierIndex: number): { up: number[]; look: (fleet: FleetView, second: number) => void } {
  const up: number[] = [];
  const look = (fleet: FleetView, second: number): void => {
    up[second] = 0;
    for (let host = 0; host < fleet.hostCount; host++)
      if (fleet.hostTier(host) === tierIndex && fleet.hostState(host) <= HostState.warming) up[second]++;
  };
  return { up, look };
}

describe('a warm standby', () => {
  const tiers = [
    tier({ hosts: 2, boot: '200s', scaling: { policy: 'warm-standby', hosts: 1, after: '20s', every: '10s' } }),
  ];
  const timeline = [{ name: 'crash', at: '15s', action: 'crash', target: { tier: 'api' } }];

  it('joins at once when hosts have been missing for a while, and stays when they are back', () => {
    const { up, look } = counter(0);
    runLog(
      { clock: seconds(300), tiers, products: [{ name: 'chat', sessions: 0 }], clients: [client()], timeline },
      look,
    );
    // Seen missing at 20 s, and still at 40 s.
    expect([up[14], up[16], up[40], up[41], up[214], up[216], up[299]]).toEqual([2, 0, 0, 1, 1, 3, 3]);
  });

  it('takes nothing before it joins, and is no target of actions', () => {
    const { up, look } = counter(0);
    const reboot = [{ name: 'reboot', at: '5s', action: 'reboot', target: { tier: 'api' } }];
    const log = runLog(
      { clock: seconds(20), tiers, products: [arrivingAt(1000, 6000)], clients: [triesOnce], timeline: reboot },
      look,
    );
    expect(log.ends.map(({ how }) => how)).toEqual(['connected', 'noHost']);
    expect([up[0], up[6]]).toEqual([2, 0]);
  });

  it('lets attempts in at its instant, also those whose refusals were foreseen', () => {
    const log = runLog({ clock: seconds(100), tiers, products: [arrivingAt(16_000)], clients: [client()], timeline });
    expect(log.connects).toHaveLength(1);
    expect(log.connects[0].atMs).toBeGreaterThan(40_000);
    expect(log.connects[0].atMs).toBeLessThan(41_300);
  });
});

describe('an autoscaler', () => {
  const scaling = {
    policy: 'autoscaler',
    target: 0.5,
    min: 1,
    max: 6,
    every: '15s',
    drain: '5s',
    downAfter: '60s',
    initialisation: '30s',
  };

  it('boots hosts until the load is near its target', () => {
    // 20 attempts a second of 100 ms keep two slots busy: four hosts at half load.
    const { up, look } = counter(0);
    runLog(
      {
        clock: seconds(300),
        tiers: [tier({ hosts: 3, boot: '10s', scaling })],
        products: [steady],
        clients: [triesOnce],
      },
      look,
    );
    expect([up[14], up[299]]).toEqual([3, 4]);
  });

  it('lets hosts go only after its window', () => {
    const { up, look } = counter(0);
    const log = runLog(
      {
        clock: seconds(200),
        tiers: [tier({ hosts: 5, boot: '10s', holdsSessions: true, scaling })],
        products: [{ name: 'chat', sessions: 10 }],
        clients: [client()],
      },
      look,
    );
    // The start counts as a wish for five at 15 s; 60 s later it is out of the window. A second's sample comes before its events.
    expect([up[75], up[91], up[199]]).toEqual([5, 1, 1]);
    expect(new Set(log.drops.map(({ cause }) => cause))).toEqual(new Set(['scale']));
    expect(log.hosts.filter(({ state }) => state === 'absent')).toHaveLength(4);
  });

  // Slack, 4 January 2021: workers that wait for what lies behind them are idle, so an autoscaler that looks at their
  // load takes hosts away in the middle of the outage. Held slots (handOver: sync) would have told it the opposite.
  it('scales down in the middle of an outage, if hosts that wait for the next tier look idle', () => {
    const hosts = (handOver: string): [number, number] => {
      const { up, look } = counter(0);
      const front = tier({
        name: 'front',
        hosts: 4,
        handOver,
        boot: '10s',
        inFlightLimit: 40,
        serviceTime: '100ms',
        scaling,
      });
      const back = tier({ name: 'back', parallelism: 100, serviceTime: '10ms' });
      const timeline = [{ name: 'stuck', at: '60s', action: 'pause', target: { tier: 'back' }, for: '240s' }];
      runLog(
        {
          clock: seconds(300),
          tiers: [front, back],
          products: [steady],
          clients: [client({ connectTimeout: '5s' })],
          timeline,
        },
        look,
      );
      return [up[59], up[290]];
    };
    expect(hosts('async')).toEqual([4, 1]);
    expect(hosts('sync')).toEqual([4, 6]);
  });
});
