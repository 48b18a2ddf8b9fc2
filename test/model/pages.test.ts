// Pages of several connections: what falls together and what does not. Counted from the log alone: who belongs together
// shows in what happens at one instant, since all that is random here is drawn from continuous distributions.
import { describe, expect, it } from 'vitest';
import { client, runLog, seconds, wide } from './run-log.ts';

const page = (fields: Record<string, unknown>): unknown[] => [{ name: 'chat', ...fields }];
const kill = (at: string, hosts?: number[]): unknown => ({
  name: `kill-${at}`,
  at,
  action: 'kill',
  target: { tier: 'api', ...(hosts === undefined ? {} : { hosts }) },
});
/** One that answers nobody any more: who has lost its connection does not come back. */
const silent = (hosts: number): unknown[] => [wide({ hosts, serviceTime: '1h', boot: '1h' })];

/** How many there are at each instant. */
function groups(instants: readonly number[]): number[] {
  const counts = new Map<number, number>();
  for (const atMs of instants) counts.set(atMs, (counts.get(atMs) ?? 0) + 1);
  return [...counts.values()];
}

function dropsOf(log: ReturnType<typeof runLog>, cause: string): number[] {
  return log.drops.filter((drop) => drop.cause === cause).map(({ atMs }) => atMs);
}

describe('the connections of a page', () => {
  it('are lost one by one with their hosts', () => {
    const log = runLog({
      clock: seconds(20),
      tiers: [wide({ hosts: 4 })],
      products: page({ sessions: 400, connectionsPerPage: 4 }),
      timeline: [kill('10s', [1])],
    });
    expect(dropsOf(log, 'killed')).toHaveLength(100);
  });

  it('are cut off together, in all pods that are', () => {
    const cut = (k: number): number =>
      dropsOf(
        runLog({
          clock: seconds(20),
          pods: 2,
          tiers: [wide({ hosts: 3 })],
          products: page({ sessions: 1000, connectionsPerPage: k }),
          timeline: [{ name: 'cut', at: '10s', action: 'lose-network', fraction: 0.5, for: '5s' }],
        }),
        'network',
      ).length;
    expect(cut(5) % 5).toBe(0);
    // 200 pages: within four deviations of half of them, which are further apart than those of 1,000 sessions.
    expect(Math.abs(cut(5) - 500)).toBeLessThan(4 * 5 * Math.sqrt(200 / 4));
    expect(Math.abs(cut(1) - 500)).toBeLessThan(4 * Math.sqrt(1000 / 4));
  });

  it('flap together, at the rate of one, also while the first of them is away', () => {
    // Flaps at 60 per hour, and nobody comes back: of the pages that are there at 30 s e^−1 are untouched at 90 s.
    const log = runLog({
      clock: seconds(90),
      tiers: silent(4),
      products: page({ sessions: 8000, connectionsPerPage: 4, ambientDrops: '60/h' }),
      timeline: [kill('30s', [1])],
      clients: [client()],
    });
    const flaps = dropsOf(log, 'ambient');
    const before = groups(flaps.filter((atMs) => atMs < 30_000));
    const after = groups(flaps.filter((atMs) => atMs >= 30_000));
    expect(new Set(before)).toEqual(new Set([4]));
    expect(new Set(after)).toEqual(new Set([3]));
    const within = (count: number, of: number, share: number): void =>
      expect(Math.abs(count - of * share)).toBeLessThan(4 * Math.sqrt(of * share * (1 - share)));
    within(before.length, 2000, 1 - Math.exp(-0.5));
    within(after.length, 2000 - before.length, 1 - Math.exp(-1));
  });

  it('arrive and leave together, as many sessions in all as the rate says', () => {
    const log = runLog({
      clock: seconds(400),
      tiers: [wide()],
      products: page({ arrivals: '3/s', lifetime: { exponential: '40s' }, connectionsPerPage: 3 }),
    });
    expect(new Set(groups(log.arrivals))).toEqual(new Set([3]));
    expect(new Set(groups(log.left))).toEqual(new Set([3]));
    expect(Math.abs(log.arrivals.length / 3 - 400)).toBeLessThan(4 * Math.sqrt(400));
    // Little's law for pages: 1 a second, 40 s each, so some 40 are there at the end.
    const there = (log.arrivals.length - log.left.length) / 3;
    expect(Math.abs(there - 40)).toBeLessThan(4 * Math.sqrt(40));
  });

  it('arrive every so many sessions of a regular process', () => {
    const rate = { process: 'constant', rate: '1/s' };
    const log = runLog({
      clock: seconds(13),
      tiers: [wide()],
      products: page({ arrivals: rate, connectionsPerPage: 4 }),
    });
    expect(log.arrivals).toEqual([4000, 4000, 4000, 4000, 8000, 8000, 8000, 8000, 12_000, 12_000, 12_000, 12_000]);
  });

  it('are loaded again all at once when their person has waited too long for one of them', () => {
    const log = runLog({
      clock: seconds(60),
      tiers: silent(2),
      products: page({ sessions: 2, connectionsPerPage: 2 }),
      timeline: [kill('10s', [1])],
      clients: [client({ impatience: { after: '20s' } })],
    });
    expect(log.reloads).toEqual([30_000, 50_000].map((atMs) => ({ atMs, cause: 'impatience' })));
    expect(log.drops.map(({ atMs, cause }) => [atMs, cause])).toEqual([
      [10_000, 'killed'],
      [30_000, 'reload'],
    ]);
    expect(log.ends.filter(({ how }) => how === 'cancelled').map(({ atMs }) => atMs)).toEqual([30_000, 50_000, 50_000]);
  });

  it('are loaded again once, when several have given up', () => {
    const log = runLog({
      clock: seconds(30),
      tiers: [wide({ hosts: 3, boot: '1h' })],
      products: page({ sessions: 3, connectionsPerPage: 3 }),
      timeline: [kill('10s')],
      clients: [client({ giveUp: { after: 2, reloadAfter: '10s' } })],
    });
    // Out at 11.05 s and 12.15 s, refused at 12.2 s: who gave up first decides, ten seconds later.
    expect(log.gaveUp.filter((atMs) => atMs < 20_000)).toEqual([12_200, 12_200, 12_200]);
    expect(log.reloads).toEqual([{ atMs: 22_200, cause: 'gaveUp' }]);
  });

  it('leave with the one whose client gives up, and whose person leaves then', () => {
    const log = runLog({
      clock: seconds(30),
      tiers: silent(3),
      products: page({ sessions: 6, connectionsPerPage: 3 }),
      timeline: [kill('10s', [1])],
      clients: [client({ connectTimeout: '2s', giveUp: { after: 1, then: 'leave' } })],
    });
    expect(groups(log.left)).toEqual([6]);
    expect(log.drops.map(({ cause }) => cause)).toEqual(['killed', 'killed']);
  });

  it('take a new version together', () => {
    const log = runLog({
      clock: seconds(60),
      tiers: [wide({ hosts: 3 })],
      products: page({ sessions: 300, connectionsPerPage: 3 }),
      clients: [client({ share: 1 }), client({ name: 'new', share: 0 })],
      timeline: [
        { name: 'rollout', at: '10s', action: 'deploy', client: 'new', over: '30s', fraction: 0.5, reload: true },
      ],
    });
    const drops = dropsOf(log, 'reload');
    expect(new Set(groups(drops))).toEqual(new Set([3]));
    expect(log.reloads).toHaveLength(drops.length / 3);
    expect(Math.abs(log.reloads.length - 50)).toBeLessThan(4 * Math.sqrt(100 / 4));
  });

  it('ask for the page once', () => {
    const log = runLog({
      clock: seconds(60),
      tiers: [wide({ reloadedWork: 5 })],
      products: page({ sessions: 2, connectionsPerPage: 2 }),
      clients: [client({ share: 1 }), client({ name: 'new', share: 0 })],
      timeline: [{ name: 'rollout', at: '10s', action: 'deploy', client: 'new', over: '1ms', reload: true }],
    });
    expect(log.services.map(({ serviceMs }) => serviceMs).sort()).toEqual([100, 500]);
  });
});
