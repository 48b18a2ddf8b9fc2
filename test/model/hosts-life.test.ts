// How hosts die, stand still, come back and are drained, and what becomes of their sessions.
import { describe, expect, it } from 'vitest';
import { arrivingAt, client, runLog, seconds, tier, triesOnce, wide } from './run-log.ts';

const initial = (sessions: number): Record<string, unknown> => ({ name: 'initial', sessions });
const act = (action: string, fields: Readonly<Record<string, unknown>> = {}): Record<string, unknown> => ({
  name: action,
  at: '30s',
  action,
  target: { tier: 'api', hosts: [1] },
  ...fields,
});

describe('liveness', () => {
  const liveness = { every: '2s', timeout: '1s', failures: 2, answered: 'in-queue' };

  it('kills a host that stands still after so many failed probes, and its sessions drop with it', () => {
    const log = runLog({
      clock: seconds(60),
      tiers: [wide({ liveness })],
      products: [initial(5)],
      clients: [client()],
      timeline: [act('pause', { for: '20s' })],
    });
    // The first probe due in the pause fails a second later, the one after it two seconds after that.
    const diedMs = log.deaths[0].atMs;
    expect(log.deaths).toEqual([{ atMs: diedMs, cause: 'liveness' }]);
    expect(diedMs).toBeGreaterThanOrEqual(33_000);
    expect(diedMs).toBeLessThan(35_000);
    expect(log.drops).toEqual(Array(5).fill({ atMs: diedMs, pod: 0, cause: 'killed' }));
    expect(log.hosts.map(({ state }) => state)).toEqual(['paused', 'down', 'up']);
    expect(log.hosts[2].atMs).toBe(diedMs + 10_000);
  });

  it('kills a host that its sessions alone use up', () => {
    const log = runLog({
      clock: seconds(10),
      tiers: [wide({ liveness, sessionsAtFullLoad: 5 })],
      products: [initial(5)],
      clients: [triesOnce],
    });
    expect(log.deaths[0].atMs).toBeLessThan(5000);
  });

  it('kills a host whose queue does not move, and spares one whose queue does', () => {
    const deaths = (serviceTime: string): number =>
      runLog({
        clock: seconds(30),
        tiers: [tier({ serviceTime, liveness })],
        products: [arrivingAt(1, 2, 3, 4, 5, 6)],
        clients: [triesOnce],
      }).deaths.length;
    expect([deaths('20s'), deaths('300ms')]).toEqual([1, 0]);
  });

  it('that is off kills nobody', () => {
    const log = runLog({
      clock: seconds(60),
      tiers: [wide()],
      products: [initial(5)],
      clients: [client()],
      timeline: [act('pause', { for: '20s' })],
    });
    expect([log.deaths, log.drops]).toEqual([[], []]);
  });
});

describe('a paused host', () => {
  it('goes on with its services where they were, and then with its queue', () => {
    const timeline = [act('pause', { at: '500ms', for: '2s' })];
    const log = runLog({
      clock: seconds(10),
      tiers: [tier({ serviceTime: '1s' })],
      products: [arrivingAt(1, 1001)],
      clients: [triesOnce],
      timeline,
    });
    expect(log.connects.map(({ atMs }) => atMs)).toEqual([1051 + 2000, 1051 + 2000 + 1000]);
    expect(log.hosts).toEqual([
      { atMs: 500, host: 0, state: 'paused' },
      { atMs: 2500, host: 0, state: 'up' },
    ]);
  });
});

describe('the clients of a host that', () => {
  const run = (action: string): ReturnType<typeof runLog> => {
    const clients = [client({ keepalive: { every: '20s', timeout: '5s' } })];
    return runLog({
      clock: seconds(120),
      tiers: [wide({ hosts: 2 })],
      products: [initial(200)],
      clients,
      timeline: [act(action)],
    });
  };

  it('reboots know after the network delay', () => {
    const log = run('reboot');
    expect(log.drops).toEqual(Array(100).fill({ atMs: 30_000, pod: 0, cause: 'reboot' }));
    expect(log.connects.map(({ reconnectTimeMs }) => reconnectTimeMs)).toEqual(Array(100).fill(50 + 1000 + 50 + 100));
  });

  it('killed processes know after the network delay: their connections are reset', () => {
    const log = run('kill');
    expect(log.drops).toEqual(Array(100).fill({ atMs: 30_000, pod: 0, cause: 'killed' }));
    expect(log.deaths).toEqual([{ atMs: 30_000, cause: 'killed' }]);
    expect(log.connects.map(({ reconnectTimeMs }) => reconnectTimeMs)).toEqual(Array(100).fill(50 + 1000 + 50 + 100));
  });

  it('crashes find out by their next keepalive, though they have lost their connection at once', () => {
    const log = run('crash');
    expect(log.drops).toEqual(Array(100).fill({ atMs: 30_000, pod: 0, cause: 'crash' }));
    const unawareMs = log.connects.map(({ reconnectTimeMs }) => reconnectTimeMs - 1000 - 50 - 100);
    expect(Math.min(...unawareMs)).toBeGreaterThanOrEqual(5000);
    expect(Math.max(...unawareMs)).toBeLessThan(25_000);
    // Uniform phases: mean 15 s, standard error 0.58 s.
    const meanMs = unawareMs.reduce((sum, ms) => sum + ms, 0) / unawareMs.length;
    expect(Math.abs(meanMs - 15_000)).toBeLessThan(3 * 580);
  });

  it('crashes never find out without a keepalive', () => {
    const unaware: number[] = [];
    const look = (fleet: { sessions(pod: number, state: number): number }, second: number): void =>
      void (unaware[second] = fleet.sessions(0, 1));
    const log = runLog(
      { clock: seconds(120), tiers: [wide()], products: [initial(3)], clients: [client()], timeline: [act('crash')] },
      look,
    );
    expect([unaware[30], unaware[31], unaware[119], log.connects.length]).toEqual([0, 3, 3, 0]);
  });
});

describe('a lease', () => {
  it('that a shared host does not answer drops sessions of every pod', () => {
    const tiers = [
      wide(),
      tier({ name: 'store', scope: 'shared', parallelism: 1000, lease: { every: '20s', timeout: '5s' } }),
    ];
    const timeline = [act('pause', { for: '40s', target: { tier: 'store' } })];
    const log = runLog({ clock: seconds(60), pods: 3, tiers, products: [initial(30)], clients: [client()], timeline });
    expect([0, 1, 2].map((pod) => log.drops.filter((drop) => drop.pod === pod).length)).toEqual([10, 10, 10]);
    expect(new Set(log.drops.map(({ cause }) => cause))).toEqual(new Set(['lease']));
    for (const { atMs } of log.drops) expect(atMs >= 35_000 && atMs < 55_000).toBe(true);
  });

  it('moves with its session to another host when its own dies', () => {
    const tiers = [
      wide(),
      wide({ name: 'store', scope: 'shared', hosts: 2, holdsSessions: false, lease: { every: '20s', timeout: '5s' } }),
    ];
    const held: number[] = [];
    const timeline = [act('crash', { target: { tier: 'store', hosts: [1] } })];
    const log = runLog(
      { clock: seconds(60), tiers, products: [initial(30)], clients: [client()], timeline },
      (fleet, second) => void (held[second] = fleet.hostSessions(2)),
    );
    expect([held[30], held[31], log.drops]).toEqual([15, 30, []]);
  });
});

describe('a host that comes back', () => {
  it('is slow at first, and less so with time', () => {
    const tiers = [tier({ boot: '10s', warmUp: { factor: 3, for: '20s' } })];
    // Up at 20 s: three times as long then, twice as long in the middle, as ever from 40 s on.
    const log = runLog({
      clock: seconds(60),
      tiers,
      products: [arrivingAt(19_950, 29_950, 39_950)],
      clients: [triesOnce],
      timeline: [act('reboot', { at: '10s' })],
    });
    expect(log.services.map(({ serviceMs }) => serviceMs)).toEqual([300, 200, 100]);
    expect(log.hosts.map(({ atMs, state }) => [atMs, state])).toEqual([
      [10_000, 'rebooting'],
      [20_000, 'warming'],
      [40_000, 'up'],
    ]);
  });

  it('or with what it serves, however long that takes', () => {
    const log = runLog({
      clock: seconds(100),
      tiers: [tier({ boot: '10s', warmUp: { factor: 3, byWork: 4 } })],
      products: [arrivingAt(19_950, 29_950, 59_950, 79_950, 89_950)],
      clients: [triesOnce],
      timeline: [act('reboot', { at: '10s' })],
    });
    expect(log.services.map(({ serviceMs }) => serviceMs)).toEqual([300, 250, 200, 150, 100]);
    expect(log.hosts.map(({ atMs, state }) => [atMs, state])).toEqual([
      [10_000, 'rebooting'],
      [20_000, 'warming'],
      [80_000, 'up'],
    ]);
  });

  it('takes as long in all as its services that warm it: N of S, and half of what they are slower by', () => {
    const work = { factor: 5, byWork: 100 };
    const log = runLog({
      clock: seconds(120),
      tiers: [tier({ boot: '10s', warmUp: work })],
      products: [
        {
          name: 'crowd',
          arrivals: {
            process: 'constant',
            schedule: [
              { from: '0s', rate: '0/s' },
              { from: '19s', rate: '500/s' },
              { from: '20s', rate: '0/s' },
            ],
          },
        },
      ],
      clients: [client({ backoff: { policy: 'fixed', delay: '1s' } })],
      timeline: [act('reboot', { at: '10s' })],
    });
    // The sum over k < N of S·(1 + (f − 1)·(N − k)/N) = N·S + S·(f − 1)·(N + 1)/2.
    const warmMs = 100 * 100 + (100 * 4 * 101) / 2;
    const sum = log.services.slice(0, 100).reduce((total, { serviceMs }) => total + serviceMs, 0);
    expect(sum).toBeCloseTo(warmMs, 6);
    expect(log.hosts.at(-1)!.state).toBe('up');
  });

  it.each([
    ['by time', { factor: 3, for: '60s' }, { factor: 1, for: '0s' }],
    ['by work', { factor: 3, byWork: 60 }, { factor: 1, byWork: 0 }],
  ])('is warm at once when that is set while it warms up %s', (_, warmUp, change) => {
    const log = runLog({
      clock: seconds(60),
      tiers: [tier({ boot: '10s', warmUp })],
      products: [arrivingAt(19_950, 39_950)],
      clients: [triesOnce],
      timeline: [
        act('reboot', { at: '10s' }),
        { name: 'warm', at: '30s', action: 'set', tier: 'api', change: { warmUp: change } },
      ],
    });
    expect(log.services.map(({ serviceMs }) => serviceMs)).toEqual([300, 100]);
    expect(log.hosts.at(-1)).toMatchObject({ atMs: 30_000, state: 'up' });
  });

  it('warms in one of the two ways', () => {
    const both = { tiers: [tier({ warmUp: { factor: 2, for: '10s', byWork: 10 } })] };
    expect(() => runLog({ clock: seconds(1), ...both })).toThrow(/warmUp.byWork\s+expected `for` or `byWork`/);
  });

  it('has lost what it was working on, and those clients try again at once', () => {
    const log = runLog({
      clock: seconds(60),
      tiers: [tier({ boot: '10s', serviceTime: '5s' })],
      products: [arrivingAt(1000, 1001)],
      clients: [client({ backoff: { policy: 'fixed', delay: '20s' } })],
      timeline: [act('reboot', { at: '3s' })],
    });
    expect(log.ends.map(({ atMs, how }) => [atMs, how])).toEqual([
      [3000, 'reset'],
      [3000, 'reset'],
      [28_100, 'connected'],
      [33_100, 'connected'],
    ]);
  });
});

describe('a rolling reboot', () => {
  const order = { policy: 'rolling', batch: 1, interval: '30s', drain: '10s' };
  const run = (fields: Readonly<Record<string, unknown>> = {}): ReturnType<typeof runLog> =>
    runLog({
      clock: seconds(120),
      tiers: [wide({ hosts: 3 })],
      products: [initial(60)],
      clients: [client()],
      timeline: [act('reboot', { at: '10s', target: { tier: 'api' }, order, ...fields })],
    });

  it('takes a host at a time, drains it, and reboots it when it is empty', () => {
    const log = run();
    const expected = [10, 40, 70].flatMap((at, host) => [
      { atMs: at * 1000, host, state: 'draining' },
      { atMs: at * 1000 + 10_000, host, state: 'rebooting' },
      { atMs: at * 1000 + 20_000, host, state: 'up' },
    ]);
    expect(log.hosts).toEqual(expected);
    expect(new Set(log.drops.map(({ cause }) => cause))).toEqual(new Set(['drain']));
    expect(log.actions).toEqual([
      { atMs: 10_000, name: 'reboot', done: false },
      { atMs: 90_000, name: 'reboot', done: true },
    ]);
  });

  it('asks the sessions to move one after the other during the drain', () => {
    const first = run()
      .drops.filter(({ atMs }) => atMs <= 20_000)
      .map(({ atMs }) => atMs);
    expect(first).toHaveLength(20);
    expect(Math.min(...first)).toBeGreaterThan(10_000);
    expect(new Set(first).size).toBe(20);
  });

  it('without a drain drops all of a host at once', () => {
    const log = run({ order: { ...order, drain: '0s' } });
    expect(log.drops.filter(({ atMs }) => atMs === 10_000)).toEqual(
      Array(20).fill({ atMs: 10_000, pod: 0, cause: 'reboot' }),
    );
  });

  it('does not drain a host that stands still, and reboots it at once', () => {
    const timeline = [
      act('pause', { at: '10s', for: '20s' }),
      act('reboot', { at: '20s', order: { ...order, drain: '30s' } }),
    ];
    const log = runLog({
      clock: seconds(100),
      tiers: [wide({ hosts: 2 })],
      products: [initial(10)],
      clients: [client()],
      timeline,
    });
    expect(log.hosts.map(({ atMs, state }) => [atMs, state])).toEqual([
      [10_000, 'paused'],
      [20_000, 'rebooting'],
      [30_000, 'up'],
    ]);
  });

  it('of a host that drains already waits for that drain', () => {
    const reboot = (name: string, at: string, drain: string): Record<string, unknown> =>
      act('reboot', { name, at, order: { ...order, drain } });
    const log = runLog({
      clock: seconds(100),
      tiers: [wide({ hosts: 2 })],
      products: [initial(10)],
      clients: [client()],
      timeline: [reboot('first', '10s', '20s'), reboot('second', '20s', '30s')],
    });
    expect(log.hosts.map(({ atMs, state }) => [atMs, state])).toEqual([
      [10_000, 'draining'],
      [30_000, 'rebooting'],
      [40_000, 'up'],
    ]);
    expect(log.actions.filter(({ done }) => done).map(({ atMs }) => atMs)).toEqual([40_000, 40_000]);
  });

  it('of a tier that holds no sessions moves them, and their connections flap as before', () => {
    const tiers = [wide(), wide({ name: 'store', scope: 'shared', hosts: 2, holdsSessions: false })];
    const drops = (timeline: readonly unknown[]): number =>
      runLog({
        clock: seconds(300),
        tiers,
        products: [{ ...initial(1000), ambientDrops: '12/h' }],
        clients: [client({ backoff: { policy: 'fixed', delay: '1h' } })],
        timeline,
      }).drops.length;
    // Everybody drops at most once: 1000 · (1 − 1/e), standard deviation 15.2.
    const expected = 1000 * (1 - Math.exp(-1));
    expect(Math.abs(drops([]) - expected)).toBeLessThan(3 * 15.2);
    expect(
      Math.abs(
        drops([
          act('reboot', { at: '1s', target: { tier: 'store' }, order: { ...order, interval: '10s', drain: '5s' } }),
        ]) - expected,
      ),
    ).toBeLessThan(3 * 15.2);
  });
});
