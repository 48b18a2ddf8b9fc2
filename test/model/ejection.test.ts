// Ejection: who is taken out of the balancer's pool, for how long, how many at once; and panic, its counterweight.
import { describe, expect, it } from 'vitest';
import { Simulation } from '../../src/model/simulation.ts';
import { scenarioOf } from '../small-scenario.ts';
import { client, seconds, tier, triesOnce } from './run-log.ts';
import { silentRecorder } from './silent-recorder.ts';

type Fields = Readonly<Record<string, unknown>>;

interface Told {
  readonly ejected: { atMs: number; host: number; forMs: number; times: number }[];
  readonly readmitted: { atMs: number; host: number }[];
  readonly rejected: number[];
  /** by second, of each host */
  readonly sessions: number[][];
  readonly attempts: number[][];
}

/** Ten requests a second, evenly: the n-th reaches the balancer at n · 100 ms + 50 ms. */
const requests = { name: 'chat', arrivals: { process: 'constant', rate: '10/s' }, lifetime: '0s' };

function run(fields: Fields): Told {
  const scenario = scenarioOf({ clock: seconds(60), products: [requests], clients: [triesOnce], ...fields });
  const told: Told = { ejected: [], readmitted: [], rejected: [], sessions: [], attempts: [] };
  const recorder = silentRecorder({
    hostEjected: (atMs, host, forMs, times) => told.ejected.push({ atMs, host, forMs, times }),
    hostReadmitted: (atMs, host) => told.readmitted.push({ atMs, host }),
    attemptEnded: (atMs, _pod, _end, reason) => {
      if (reason >= 0) told.rejected.push(atMs);
    },
    refusedAhead: (atMs) => told.rejected.push(atMs),
    sample: () => {
      const { fleet } = simulation;
      const hosts = Array.from({ length: fleet.hostCount }, (_, host) => host);
      told.sessions.push(hosts.map((host) => fleet.hostSessions(host)));
      told.attempts.push(hosts.map((host) => fleet.hostQueueLength(host) + fleet.hostInFlight(host)));
    },
  });
  const simulation: Simulation = new Simulation(scenario, { seed: 'ejection', recorder, inspects: true });
  simulation.run(scenario.clock.durationMs);
  simulation.finish();
  return told;
}

/** So quick that no attempt is under way when a host crashes. */
const pair = (fields: Fields): Fields => tier({ hosts: 2, parallelism: 1000, serviceTime: '10ms', ...fields });
const ejection = (fields: Fields = {}): Fields => ({
  consecutive: 3,
  every: '1s',
  for: '4s',
  longest: '10s',
  share: 0.5,
  ...fields,
});
/** A balancer that will not see by itself that a host is down, for the length of the run. */
const blind = { every: '5m', fall: 1, rise: 1 };
const crash = (at: string, hosts: readonly number[]): Fields => ({
  name: `loss-${hosts.join('-')}`,
  at,
  action: 'crash',
  target: { tier: 'api', hosts },
});
const forEver = '1h';

describe('a host at which attempts fail in a row', () => {
  it('is out from the last of them on, and back at a sweep after its time', () => {
    const told = run({
      tiers: [pair({ checks: blind, boot: forEver, ejection: ejection() })],
      timeline: [crash('10s', [1])],
    });
    // Every second attempt goes there: it refuses those of 10.15, 10.35 and 10.55 s.
    expect(told.ejected[0]).toEqual({ atMs: 10_550, host: 0, forMs: 4000, times: 1 });
    expect(told.readmitted[0]).toEqual({ atMs: 15_000, host: 0 });
    expect(told.rejected.filter((atMs) => atMs < 15_000)).toHaveLength(3);
  });

  it('is out longer each time, up to the longest', () => {
    const told = run({
      clock: seconds(120),
      tiers: [pair({ checks: blind, boot: forEver, ejection: ejection() })],
      timeline: [crash('10s', [1])],
    });
    expect(told.ejected.slice(0, 4).map(({ forMs, times }) => [forMs, times])).toEqual([
      [4000, 1],
      [8000, 2],
      [10_000, 3],
      [10_000, 4],
    ]);
  });

  it('is forgiven a time with each sweep that finds it in', () => {
    const outages = ['10s', '30s'].map((at) => ({
      name: `loss-${at}`,
      at,
      action: 'crash',
      target: { tier: 'api', hosts: [1] },
    }));
    const told = run({ tiers: [pair({ checks: blind, boot: '2s', ejection: ejection() })], timeline: outages });
    expect(told.ejected.map(({ times }) => times)).toEqual([1, 1]);
  });

  it('is let alone where a success comes between the failures', () => {
    // One attempt is served for 350 ms, and of the next three all are refused; then one is served again.
    const tiers = (consecutive: number): Fields[] => [
      tier({ serviceTime: '350ms', queue: { limit: 0 }, ejection: ejection({ consecutive }) }),
    ];
    expect(run({ tiers: tiers(4) }).ejected).toEqual([]);
    expect(run({ tiers: tiers(3) }).ejected.length).toBeGreaterThan(5);
  });

  it('counts clients who stop waiting, and attempts that are reset', () => {
    const impatient = client({ connectTimeout: '300ms', giveUp: { after: 1, then: 'stay' } });
    const slow = run({ clients: [impatient], tiers: [pair({ serviceTime: '1s', ejection: ejection({ share: 1 }) })] });
    // The third attempt of the first host began at 0.5 s by its client's clock.
    expect(slow.ejected[0]).toMatchObject({ host: 0, atMs: 800 });
    const reboot = { name: 'loss', at: '10s', action: 'reboot', target: { tier: 'api', hosts: [2] } };
    const reset = run({ tiers: [pair({ serviceTime: '1s', boot: '1s', ejection: ejection() })], timeline: [reboot] });
    expect(reset.ejected).toMatchObject([{ host: 1, atMs: 10_000 }]);
  });

  it('keeps its sessions and gets no new ones', () => {
    const sessions = { name: 'chat', sessions: 40, arrivals: { process: 'constant', rate: '10/s' } };
    const told = run({
      products: [sessions],
      tiers: [
        pair({
          admission: { policy: 'token-bucket', rate: '0/s', burst: 20, per: 'host' },
          ejection: ejection({ for: '30s', longest: '30s' }),
        }),
      ],
    });
    const { host, atMs } = told.ejected[0];
    const after = told.sessions
      .slice(Math.ceil(atMs / 1000) + 1, Math.floor(atMs / 1000) + 25)
      .map((counts) => counts[host]);
    expect([...new Set(after)]).toEqual([40]);
  });
});

describe('of all hosts', () => {
  const lost = (share: number, hosts: number): Told =>
    run({
      tiers: [pair({ hosts, checks: blind, boot: forEver, ejection: ejection({ share, for: '60s', longest: '60s' }) })],
      timeline: [crash('10s', [1, 2, 3])],
    });

  it.each([
    [0.5, 6, 3],
    [0.34, 6, 2],
    [0.1, 6, 1],
    [0.01, 6, 1],
  ])('at most the share is out at once, and always one may be: %f of %i', (share, hosts, most) => {
    expect(new Set(lost(share, hosts).ejected.map(({ host }) => host)).size).toBe(most);
  });

  it('the only one may be out too: then nobody is let in', () => {
    const told = run({
      tiers: [pair({ hosts: 1, checks: blind, boot: forEver, ejection: ejection({ for: '10s' }) })],
      timeline: [crash('10s', [1])],
    });
    expect(told.ejected[0].atMs).toBe(10_250);
    // Refused with noHost until it is back at 21 s, and by the host after that.
    expect(told.rejected.filter((atMs) => atMs > 10_250 && atMs < 21_000)).toHaveLength(107);
  });
});

describe('panic', () => {
  it('sends to every host in service when too few are eligible', () => {
    const four = (panic: number | string): Told =>
      run({ tiers: [pair({ hosts: 4, boot: forEver, panic })], timeline: [crash('10s', [1, 2])] });
    // Half of them are left: from 10.05 to 59.95 s, 500 attempts, half of which go to the dead.
    expect(four('none').rejected).toEqual([]);
    expect(four(0.5).rejected).toEqual([]);
    expect(four(0.51).rejected).toHaveLength(250);
  });

  it('ends when enough are back', () => {
    const told = run({ tiers: [pair({ boot: '5s', panic: 1 })], timeline: [crash('10s', [1])] });
    expect(told.rejected).toHaveLength(25);
    expect(told.rejected.at(-1)).toBeLessThan(15_000);
  });

  it('does not send to hosts that drain or have left', () => {
    const scale = { name: 'less', at: '10s', action: 'scale', tier: 'api', hosts: 1, drain: '5s' };
    const told = run({ tiers: [pair({ hosts: 4, panic: 1 })], timeline: [scale] });
    expect(told.rejected).toEqual([]);
    expect(told.attempts.at(-1)?.slice(1)).toEqual([0, 0, 0]);
  });
});
