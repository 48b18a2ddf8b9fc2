// What a balancer knows of its hosts, and whom it lets in.
import { describe, expect, it } from 'vitest';
import { HostState } from '../../src/model/state/vocabulary.ts';
import { client, runLog, seconds, tier, triesOnce, type RunLog } from './run-log.ts';

/** Ten sessions a second, evenly: the n-th reaches the balancer at n · 100 ms + 50 ms. */
const steady = (fields: Readonly<Record<string, unknown>> = {}): Record<string, unknown> => ({
  name: 'chat',
  arrivals: { process: 'constant', rate: '10/s' },
  ...fields,
});
const requests = steady({ lifetime: '0s' });
const pair = (fields: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  tier({ hosts: 2, parallelism: 1000, boot: '10s', ...fields });
const loss = (action: string, at: string): Record<string, unknown> => ({
  name: 'loss',
  at,
  action,
  target: { tier: 'api', hosts: [1] },
});

function instants(log: RunLog, how: string): number[] {
  return log.ends.filter((end) => end.how === how).map(({ atMs }) => atMs);
}

/** Sessions that the first host has at each second. */
function sessionsOfFirst(fields: Readonly<Record<string, unknown>>): number[] {
  const held: number[] = [];
  runLog(
    { clock: seconds(60), clients: [triesOnce], products: [steady()], ...fields },
    (fleet, second) => void (held[second] = fleet.hostSessions(0)),
  );
  return held;
}

describe('a balancer', () => {
  it('that knows at once never sends to a dead host', () => {
    const log = runLog({
      clock: seconds(60),
      tiers: [pair({})],
      products: [requests],
      clients: [triesOnce],
      timeline: [loss('crash', '30500ms')],
    });
    expect(instants(log, 'hostDown')).toEqual([]);
  });

  it('with checks of its own sends to a dead host until so many of them have failed', () => {
    const checks = { every: '2s', fall: 3, rise: 2 };
    const log = runLog({
      clock: seconds(60),
      tiers: [pair({ checks })],
      products: [requests],
      clients: [triesOnce],
      timeline: [loss('crash', '30500ms')],
    });
    // Checks at 32, 34 and 36 s fail; every second of the 55 attempts from 30.55 to 35.95 s goes to the dead host.
    const down = instants(log, 'hostDown');
    expect(down.length).toBeGreaterThanOrEqual(27);
    expect(down.length).toBeLessThanOrEqual(28);
    expect(down[0]).toBeLessThanOrEqual(30_650);
    expect(down.at(-1)).toBeGreaterThanOrEqual(35_850);
    expect(down.at(-1)).toBeLessThan(36_000);
  });

  it('with checks of its own takes a host back after so many have succeeded', () => {
    const held = sessionsOfFirst({
      tiers: [pair({ checks: { every: '2s', fall: 1, rise: 2 }, holdsSessions: true })],
      timeline: [loss('reboot', '10s')],
    });
    // Up at 20 s, checked at 22 and 24 s.
    expect([held[24], held[35] - held[25]]).toEqual([0, 50]);
  });

  it('rejects with noHost while no host is up', () => {
    const tiers = [tier({ parallelism: 1000, boot: '5s' })];
    const log = runLog({
      clock: seconds(20),
      tiers,
      products: [requests],
      clients: [triesOnce],
      timeline: [{ ...loss('reboot', '10s') }],
    });
    const refused = instants(log, 'noHost');
    expect([refused.length, refused[0], refused.at(-1)]).toEqual([50, 10_050, 14_950]);
  });

  it('gives a host that came back its full share at once', () => {
    const held = sessionsOfFirst({ tiers: [pair({ holdsSessions: true })], timeline: [loss('reboot', '10s')] });
    expect(held[31] - held[21]).toBe(50);
  });

  it('in slow start gives it less at first', () => {
    const held = sessionsOfFirst({
      tiers: [pair({ holdsSessions: true, slowStart: { for: '10s' } })],
      timeline: [loss('reboot', '10s')],
    });
    // Its weight w grows from 0.1 to 1 over ten seconds, its share is w / (1 + w): 31 of 100 attempts.
    expect(held[30]).toBeGreaterThanOrEqual(28);
    expect(held[30]).toBeLessThanOrEqual(34);
    expect(held[25]).toBeLessThan(15);
    expect(held[50] - held[40]).toBe(50);
  });

  it('of the random kind spreads attempts evenly, and of least-connections to the emptier host', () => {
    const random = sessionsOfFirst({ tiers: [pair({ balancing: 'random' })] });
    // 600 attempts, one half each: standard deviation 12.2.
    expect(Math.abs(random[60] - 299)).toBeLessThan(3 * 12.2);
    const least = sessionsOfFirst({
      tiers: [pair({ balancing: 'least-connections', holdsSessions: true })],
      timeline: [loss('reboot', '10s')],
    });
    // The other host has 100 sessions more when the first is back, and gets nothing until they are level.
    expect(least[30] - least[21]).toBe(90);
  });

  it('leaves a paused host in, unless its checks find it', () => {
    const states: number[] = [];
    const timeline = [{ ...loss('pause', '10s'), for: '20s' }];
    const run = (fields: Readonly<Record<string, unknown>>): RunLog =>
      runLog(
        { clock: seconds(60), tiers: [pair(fields)], products: [requests], clients: [triesOnce], timeline },
        (fleet, second) => void (states[second] = fleet.hostState(0)),
      );
    const waitedAtResume = (log: RunLog): number => log.services.filter(({ waitMs }) => waitMs > 0).length;
    expect(waitedAtResume(run({}))).toBe(100);
    expect(states[11]).toBe(HostState.paused);
    // Checks at 12 s and 14 s: two seconds' worth twice over.
    expect(waitedAtResume(run({ checks: { every: '2s', fall: 2, rise: 1 } }))).toBe(20);
  });
});

describe('a token bucket', () => {
  const admitted = (per: string): { admission: number; connected: number } => {
    const admission = { policy: 'token-bucket', rate: '1/s', burst: 3, per };
    const log = runLog({
      clock: seconds(10),
      tiers: [pair({ admission })],
      products: [requests],
      clients: [triesOnce],
    });
    return { admission: instants(log, 'admission').length, connected: instants(log, 'connected').length };
  };

  it('per balancer lets in its burst and then its rate, over all hosts', () => {
    // 99 attempts from 0.15 to 9.95 s: 3 tokens and 9.8 more.
    expect(admitted('balancer')).toEqual({ admission: 87, connected: 12 });
  });

  it('per host lets in that much at each of them', () => {
    // The first host is asked from 0.15 to 9.95 s, the second from 0.25 to 9.85 s.
    expect(admitted('host')).toEqual({ admission: 75, connected: 24 });
  });

  it('is one per pod', () => {
    const admission = { policy: 'token-bucket', rate: '0/s', burst: 4 };
    const log = runLog({
      clock: seconds(30),
      pods: 3,
      tiers: [pair({ admission })],
      products: [requests],
      clients: [triesOnce],
    });
    expect(instants(log, 'connected')).toHaveLength(3 * 4);
  });
});

describe('shedding logins', () => {
  const run = (fields: Readonly<Record<string, unknown>>): RunLog => {
    const timeline = [
      { name: 'shed', at: '10s', action: 'shed-logins', tier: 'api', for: '20s', ...fields },
      { name: 'loss', at: '15s', action: 'reboot', target: { tier: 'api' } },
    ];
    const tiers = [tier({ parallelism: 1000, boot: '500ms', holdsSessions: true })];
    return runLog({
      clock: seconds(60),
      tiers,
      products: [{ name: 'initial', sessions: 40 }, requests],
      clients: [client({ giveUp: { after: 1, then: 'stay' } })],
      timeline,
    });
  };

  it('refuses those who were never connected, and lets those who were come back', () => {
    const log = run({ whom: 'new' });
    expect(instants(log, 'shed')).toHaveLength(200 - 5);
    expect(log.connects.filter(({ reconnectTimeMs }) => reconnectTimeMs >= 0)).toHaveLength(40);
  });

  it('refuses everybody if it is told to', () => {
    const log = run({ whom: 'all' });
    expect(instants(log, 'shed')).toHaveLength(200 - 5 + 40);
    expect(log.connects.filter(({ reconnectTimeMs }) => reconnectTimeMs >= 0)).toEqual([]);
  });

  it('refuses a share of them', () => {
    // 195 attempts, each refused with probability 0.3: mean 58.5, standard deviation 6.4.
    const shed = instants(run({ whom: 'new', fraction: 0.3 }), 'shed').length;
    expect(Math.abs(shed - 58.5)).toBeLessThan(3 * 6.4);
  });

  it('is over after its time', () => expect(instants(run({ whom: 'all' }), 'shed').at(-1)).toBeLessThan(30_000));
});
