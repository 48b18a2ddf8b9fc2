// What the timeline does beyond reboots at once: orders with rules, lost networks, added arrivals, starts amid an outage.
import { describe, expect, it } from 'vitest';
import { client, runLog, seconds, tier, triesOnce, type RunLog } from './run-log.ts';

const api = (fields: Readonly<Record<string, unknown>> = {}): Record<string, unknown> =>
  tier({ parallelism: 1000, boot: '30s', holdsSessions: true, ...fields });
const chat = { name: 'chat', sessions: 1000 };

describe('an order of reboots', () => {
  /** Each host is up again after 30 s, and its sessions a second later; a fifth of all drop with each. */
  const run = (order: unknown, fields: Readonly<Record<string, unknown>> = {}): RunLog =>
    runLog({
      clock: seconds(400),
      tiers: [api({ hosts: 5 })],
      products: [chat],
      clients: [client({ backoff: { policy: 'fixed', delay: '20.5s' } })],
      timeline: [{ name: 'maintenance', at: '10s', action: 'reboot', target: { tier: 'api' }, order }],
      ...fields,
    });
  const reboots = (log: RunLog): number[] =>
    log.hosts.filter(({ state }) => state === 'rebooting').map(({ atMs }) => atMs);

  it('goes on at its interval', () => {
    expect(reboots(run({ policy: 'rolling', interval: '10s' }))).toEqual([10_000, 20_000, 30_000, 40_000, 50_000]);
  });

  it('waits for calm, and looks at every whole second', () => {
    // The sessions of a host are back 20.5 s + 50 ms + 50 ms + 50 ms + 100 ms after it went down.
    expect(reboots(run({ policy: 'rolling', interval: '10s', calmBelow: 0.1 }))).toEqual([
      10_000, 31_000, 52_000, 73_000, 94_000,
    ]);
  });

  it('aborts when too many are disconnected: the others stay up, and it is over when the touched are', () => {
    const log = run({ policy: 'rolling', interval: '10s', abortAbove: 0.3 });
    expect(reboots(log)).toEqual([10_000, 20_000]);
    expect(log.actions.filter(({ done }) => done)).toEqual([{ atMs: 50_000, name: 'maintenance', done: true }]);
  });

  it('goes from pod to pod', () => {
    const log = run({ policy: 'by-pod', interval: '60s' }, { pods: 2, tiers: [api({ hosts: 2 })] });
    expect(reboots(log)).toEqual([10_000, 10_000, 70_000, 70_000]);
  });
});

describe('a lost network', () => {
  const run = (fields: Readonly<Record<string, unknown>>, more: Readonly<Record<string, unknown>> = {}): RunLog =>
    runLog({
      clock: seconds(100),
      pods: 2,
      tiers: [api()],
      products: [chat],
      clients: [client({ keepalive: { every: '10s', timeout: '5s' } })],
      timeline: [{ name: 'cut', at: '20s', action: 'lose-network', for: '30s', ...fields }],
      ...more,
    });

  it('drops its share of the sessions of its pods', () => {
    const { drops } = run({ pods: [2], fraction: 0.4 });
    // 500 sessions, 0.4 each: standard deviation 11.
    expect(Math.abs(drops.length - 200)).toBeLessThan(3 * 11);
    expect(new Set(drops.map(({ atMs, pod, cause }) => `${atMs} ${pod} ${cause}`))).toEqual(
      new Set(['20000 1 network']),
    );
  });

  it('is noticed by the next keepalive; attempts fail until it is over, and then succeed', () => {
    const log = run({});
    const failures = log.ends.filter(({ how }) => how === 'noNetwork').map(({ atMs }) => atMs);
    // A keepalive is due within 10 s, and fails 5 s later; the first attempt is 1 s and a network delay after that.
    expect(Math.min(...failures)).toBeGreaterThanOrEqual(26_050);
    expect(Math.min(...failures)).toBeLessThan(27_000);
    expect(Math.max(...failures)).toBeLessThan(50_000);
    expect(log.connects).toHaveLength(1000);
    expect(Math.min(...log.connects.map(({ reconnectTimeMs }) => reconnectTimeMs))).toBeGreaterThanOrEqual(30_000);
    expect(Math.max(...log.connects.map(({ reconnectTimeMs }) => reconnectTimeMs))).toBeLessThan(
      30_000 + 1050 + 100 + 50,
    );
    expect(log.actions.map(({ atMs, done }) => [atMs, done])).toEqual([
      [20_000, false],
      [50_000, true],
    ]);
  });

  it('ends the attempts under way, which their hosts go on with', () => {
    const timeline = [{ name: 'cut', at: '20s', action: 'lose-network', for: '1s' }];
    const products = [{ name: 'chat', arrivals: { process: 'constant', rate: '1/s' } }];
    const log = runLog({
      clock: seconds(30),
      tiers: [tier({ serviceTime: '1h', parallelism: 15 })],
      products,
      clients: [triesOnce],
      timeline,
    });
    // Those that arrived at 1 s … 19 s have their attempts under way; the one of 20 s fails a network delay later.
    expect(log.ends.filter(({ how }) => how === 'noNetwork').map(({ atMs }) => atMs)).toEqual([
      ...Array.from({ length: 19 }, () => 20_000),
      20_050,
    ]);
  });
});

describe('added arrivals', () => {
  it('come on top of all others, whose luck they leave alone', () => {
    const products = [{ name: 'chat', arrivals: '5/s' }, { name: 'other' }];
    const run = (timeline: readonly unknown[]): RunLog =>
      runLog({ clock: seconds(100), pods: 2, tiers: [api()], products, clients: [client()], timeline });
    const [without, added] = [
      run([]),
      run([{ name: 'rush', at: '20s', action: 'add-arrivals', product: 'other', rate: '50/s', for: '40s' }]),
    ];
    const extra = added.arrivals.filter((atMs) => !without.arrivals.includes(atMs));
    // 2000 expected, standard deviation 44.7.
    expect(Math.abs(extra.length - 2000)).toBeLessThan(3 * 44.7);
    expect([Math.min(...extra) >= 20_000, Math.max(...extra) < 60_000]).toEqual([true, true]);
    expect(without.arrivals.every((atMs) => added.arrivals.includes(atMs))).toBe(true);
  });
});

describe('a start amid an outage', () => {
  const counts = (fields: Readonly<Record<string, unknown>>, atSecond = 0): Record<string, number> => {
    let found = {};
    runLog(
      {
        clock: seconds(60),
        tiers: [api({ hosts: 4 })],
        products: [chat],
        clients: [client({ backoff: { policy: 'fixed', delay: '10s' } })],
        ...fields,
      },
      (fleet, second) => {
        if (second !== atSecond) return;
        const hosts = Array.from({ length: fleet.hostCount }, (_, host) => host);
        found = {
          connected: fleet.sessions(0, 0),
          waiting: fleet.sessions(0, 2),
          queued: hosts.reduce((sum, host) => sum + fleet.hostQueueLength(host), 0),
          up: hosts.filter((host) => fleet.hostState(host) === 0).length,
          least: Math.min(...hosts.map((host) => fleet.hostSessions(host))),
        };
      },
    );
    return found;
  };

  it('is none by default', () =>
    expect(counts({})).toEqual({ connected: 1000, waiting: 0, queued: 0, up: 4, least: 250 }));

  it('has its share of the sessions waiting, its hosts booting, and its queues full', () => {
    const start = { disconnected: 0.8, down: { api: 1 }, queued: { api: 1100 } };
    // Each of the three hosts that are up serves 1000 at once.
    expect(counts({ start })).toEqual({ connected: 200, waiting: 800, queued: 300, up: 3, least: 0 });
  });

  it('lets the disconnected try again within one delay, evenly, as their backoff says', () => {
    // The sixth delay of 1 s, 2 s, 4 s … is 32 s; a uniform part of it is left.
    const clients = [client({ backoff: { policy: 'exponential', base: '1s', cap: '60s' } })];
    const log = runLog({
      clock: seconds(60),
      tiers: [api()],
      products: [chat],
      clients,
      start: { disconnected: 1, attempt: 5 },
    });
    expect(log.connects).toHaveLength(1000);
    const half = log.connects.filter(({ reconnectTimeMs }) => reconnectTimeMs < 16_000 + 150).length;
    expect(Math.abs(half - 500)).toBeLessThan(3 * 15.8);
    expect(Math.max(...log.connects.map(({ reconnectTimeMs }) => reconnectTimeMs))).toBeLessThan(32_000 + 151);
  });

  it('brings hosts back in what is left of their boots', () => {
    const log = runLog({
      clock: seconds(60),
      tiers: [api({ hosts: 4 })],
      products: [chat],
      clients: [client()],
      start: { disconnected: 1, down: { api: 4 } },
    });
    const up = log.hosts.filter(({ state }) => state === 'up').map(({ atMs }) => atMs);
    expect([up.length, Math.max(...up) < 30_000, new Set(up).size]).toEqual([4, true, 4]);
  });

  it('meets boots at a random instant of them, the long ones more often', () => {
    const tiers = [api({ hosts: 2000, boot: { exponential: '10s' } })];
    const log = runLog({
      clock: seconds(200),
      tiers,
      products: [{ name: 'chat', sessions: 0 }],
      clients: [client()],
      start: { disconnected: 1, down: { api: 2000 } },
    });
    const up = log.hosts.filter(({ state }) => state === 'up').map(({ atMs }) => atMs);
    // Memoryless: 10 s are left of a boot, however long it has taken. Standard error of the mean 10 s / √2000.
    const meanMs = up.reduce((sum, atMs) => sum + atMs, 0) / up.length;
    expect(up).toHaveLength(2000);
    expect(Math.abs(meanMs - 10_000)).toBeLessThan(4 * 224);
  });
});
