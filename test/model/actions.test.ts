// What the timeline's actions do to a fleet: scaling, restarts, changes of a tier, roll-outs of clients.
import { describe, expect, it } from 'vitest';
import { arrivingAt, client, runLog, seconds, tier, triesOnce, type RunLog } from './run-log.ts';

const wide = (fields: Readonly<Record<string, unknown>> = {}): Record<string, unknown> =>
  tier({ parallelism: 10_000, boot: '5s', holdsSessions: true, ...fields });

describe('scaling', () => {
  const run = (timeline: readonly unknown[], hosts: number, look?: Parameters<typeof runLog>[1]): RunLog =>
    runLog(
      {
        clock: seconds(60),
        tiers: [wide({ hosts })],
        products: [{ name: 'chat', sessions: 30 }],
        clients: [client()],
        timeline,
      },
      look,
    );

  it('up boots new hosts, and leaves the sessions where they are', () => {
    const log = run([{ name: 'grow', at: '10s', action: 'scale', tier: 'api', hosts: 3 }], 1);
    expect(log.hosts).toEqual([
      { atMs: 10_000, host: 1, state: 'rebooting' },
      { atMs: 10_000, host: 2, state: 'rebooting' },
      { atMs: 15_000, host: 1, state: 'up' },
      { atMs: 15_000, host: 2, state: 'up' },
    ]);
    expect(log.drops).toEqual([]);
    expect(log.actions).toEqual([
      { atMs: 10_000, name: 'grow', done: false },
      { atMs: 15_000, name: 'grow', done: true },
    ]);
  });

  it('down drains the surplus hosts, which are gone then', () => {
    const held: number[][] = [];
    const log = run(
      [{ name: 'shrink', at: '10s', action: 'scale', tier: 'api', hosts: 1, drain: '10s' }],
      3,
      (fleet, second) => void (held[second] = [0, 1, 2].map((host) => fleet.hostSessions(host))),
    );
    expect(log.hosts.map(({ atMs, host, state }) => [atMs, host, state])).toEqual([
      [10_000, 1, 'draining'],
      [10_000, 2, 'draining'],
      [20_000, 1, 'absent'],
      [20_000, 2, 'absent'],
    ]);
    expect(log.drops.map(({ cause }) => cause)).toEqual(Array(20).fill('scale'));
    expect(log.drops.every(({ atMs }) => atMs > 10_000 && atMs < 20_000)).toBe(true);
    expect([held[10], held[30]]).toEqual([
      [10, 10, 10],
      [30, 0, 0],
    ]);
    expect(log.actions.map(({ atMs }) => atMs)).toEqual([10_000, 20_000]);
  });

  it('down lets no host come back that dies while it drains', () => {
    const shrink = { name: 'shrink', at: '10s', action: 'scale', tier: 'api', hosts: 1, drain: '20s' };
    const log = run([shrink, { name: 'loss', at: '20s', action: 'crash', target: { tier: 'api', hosts: [2] } }], 2);
    expect(log.hosts.map(({ atMs, host, state }) => [atMs, host, state])).toEqual([
      [10_000, 1, 'draining'],
      [20_000, 1, 'down'],
      [20_000, 1, 'absent'],
    ]);
    expect(
      log.actions
        .filter(({ done }) => done)
        .map(({ atMs, name }) => [atMs, name])
        .sort(),
    ).toEqual([
      [20_000, 'loss'],
      [20_000, 'shrink'],
    ]);
  });
});

describe('restarting a tier', () => {
  it('resets what waits and what is served, and its hosts and sessions stay', () => {
    const log = runLog({
      clock: seconds(30),
      tiers: [tier({ serviceTime: '5s', holdsSessions: true })],
      products: [{ name: 'initial', sessions: 5 }, arrivingAt(1000, 1001, 1002)],
      clients: [triesOnce],
      timeline: [{ name: 'restart', at: '4s', action: 'restart-tier', tier: 'api' }],
    });
    expect(log.ends).toEqual(Array(3).fill({ atMs: 4000, how: 'reset' }));
    expect([log.drops, log.hosts]).toEqual([[], []]);
  });

  it('leaves nothing of the old queue to whoever comes next', () => {
    const log = runLog({
      clock: seconds(60),
      tiers: [tier({ serviceTime: '5s' })],
      products: [arrivingAt(1000, 1001, 1002, 4001)],
      clients: [client({ connectTimeout: '6s', giveUp: { after: 1, then: 'stay' } })],
      timeline: [{ name: 'restart', at: '4s', action: 'restart-tier', tier: 'api' }],
    });
    expect(log.connects.map(({ atMs }) => atMs)).toEqual([4001 + 50 + 5000]);
  });
});

describe('changing a tier', () => {
  it('takes effect with the next service, and lets in who waits', () => {
    const timeline = [
      { name: 'widen', at: '2s', action: 'set', tier: 'api', change: { parallelism: 2, serviceTime: '1s' } },
    ];
    const log = runLog({
      clock: seconds(30),
      tiers: [tier({ serviceTime: '5s' })],
      products: [arrivingAt(1000, 1001, 1002)],
      clients: [triesOnce],
      timeline,
    });
    expect(log.services.map(({ atMs, serviceMs }) => [atMs, serviceMs])).toEqual([
      [1050, 5000],
      [2000, 1000],
      [3000, 1000],
    ]);
  });

  it('can switch liveness off, which saves a host that stands still', () => {
    const deaths = (change: unknown): number => {
      const tiers = [wide({ liveness: { every: '2s', timeout: '1s', failures: 3, answered: 'in-queue' } })];
      const timeline = [
        { name: 'stall', at: '10s', action: 'pause', target: { tier: 'api' }, for: '30s' },
        { name: 'off', at: '13s', action: 'set', tier: 'api', change },
      ];
      return runLog({
        clock: seconds(60),
        tiers,
        products: [{ name: 'chat', sessions: 1 }],
        clients: [client()],
        timeline,
      }).deaths.length;
    };
    expect([deaths({ liveness: 'none' }), deaths({ refusalWork: '1ms' })]).toEqual([0, 1]);
  });

  it('in one pod leaves the others as they are', () => {
    const timeline = [
      {
        name: 'close',
        at: '1ms',
        action: 'set',
        tier: 'api',
        pods: [2],
        change: { admission: { policy: 'token-bucket', rate: '0/s', burst: 1 } },
      },
    ];
    const products = [{ name: 'chat', arrivals: { process: 'constant', rate: '20/s' }, lifetime: '0s' }];
    const log = runLog({ clock: seconds(30), pods: 2, tiers: [wide()], products, clients: [triesOnce], timeline });
    const refused = log.ends.filter(({ how }) => how === 'admission').length;
    // 599 arrivals, one half each: standard deviation 12.2.
    expect(Math.abs(refused - 299)).toBeLessThan(3 * 12.2);
  });
});

describe('deploying a client', () => {
  const slow = client({ name: 'fixed', backoff: { policy: 'fixed', delay: '5s' } });
  const run = (deploy: Readonly<Record<string, unknown>>, rebootAt = '50s'): RunLog =>
    runLog({
      clock: seconds(60),
      tiers: [wide({ boot: '100ms' })],
      products: [{ name: 'chat', sessions: 2000 }],
      clients: [client({ share: 1 }), { ...slow, share: 0 }],
      timeline: [
        { name: 'fix', at: '10s', action: 'deploy', client: 'fixed', ...deploy },
        { name: 'loss', at: rebootAt, action: 'reboot', target: { tier: 'api' } },
      ],
    });
  const adopters = (log: RunLog): number =>
    log.connects.filter(({ reconnectTimeMs }) => reconnectTimeMs === 50 + 5000 + 50 + 100).length;

  it('drops nobody, and takes effect at a session’s next decision', () => {
    const log = run({ over: '20s' });
    expect(log.drops.filter(({ atMs }) => atMs < 50_000)).toEqual([]);
    expect(adopters(log)).toBe(2000);
  });

  it('has reached half of the sessions in the middle of its window', () => {
    // 2000 sessions, one half each: standard deviation 22.4.
    expect(Math.abs(adopters(run({ over: '20s' }, '20s')) - 1000)).toBeLessThan(3 * 22.4);
  });

  it('reaches only the share that adopts it', () => {
    // Standard deviation 19.4.
    expect(Math.abs(adopters(run({ fraction: 0.25 })) - 500)).toBeLessThan(3 * 19.4);
  });

  it('with reload drops each session at its own moment, evenly over the window, to start at attempt 1 at once', () => {
    const log = run({ over: '20s', reload: true }, '59s');
    const reloads = log.drops.filter(({ cause }) => cause === 'reload').map(({ atMs }) => atMs);
    expect(reloads).toHaveLength(2000);
    for (const quarter of [0, 1, 2, 3]) {
      const fromMs = 10_000 + 5000 * quarter;
      const count = reloads.filter((atMs) => atMs >= fromMs && atMs < fromMs + 5000).length;
      expect(Math.abs(count - 500)).toBeLessThan(4 * 19.4);
    }
    expect(log.connects.filter(({ reconnectTimeMs }) => reconnectTimeMs === 50 + 100)).toHaveLength(2000);
  });

  it('is over with its window', () => {
    expect(
      run({ over: '20s' })
        .actions.filter(({ name }) => name === 'fix')
        .map(({ atMs }) => atMs),
    ).toEqual([10_000, 30_000]);
  });
});
