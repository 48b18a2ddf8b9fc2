// Memory: sessions and open attempts take their part of it, and a host that has too little dies at that instant.
import { describe, expect, it } from 'vitest';
import { arrivingAt, client, runLog, seconds, tier, triesOnce } from './run-log.ts';

describe('a host that runs out of memory', () => {
  // 10 sessions take 20 MiB; each attempt 10; the fourth open one is too much.
  const memory = { limit: 50, perSession: 2, perAttempt: 10 };
  const tiers = [tier({ parallelism: 2, serviceTime: '20s', boot: '10s', holdsSessions: true, memory })];

  it('dies with the attempt that is too much, with all its sessions and attempts, and boots again', () => {
    const products = [{ name: 'initial', sessions: 10 }, arrivingAt(1000, 2000, 3000, 4000)];
    const log = runLog({ clock: seconds(15), tiers, products, clients: [triesOnce] });
    expect(log.deaths).toEqual([{ atMs: 4050, cause: 'outOfMemory' }]);
    expect(log.drops).toEqual(Array(10).fill({ atMs: 4050, pod: 0, cause: 'outOfMemory' }));
    expect(log.ends.filter(({ how }) => how === 'reset').map(({ atMs }) => atMs)).toEqual([4050, 4050, 4050, 4050]);
    expect(log.hosts.map(({ atMs, state }) => [atMs, state])).toEqual([
      [4050, 'down'],
      [14_050, 'up'],
    ]);
  });

  it('lives with exactly what it has', () => {
    const products = [{ name: 'initial', sessions: 10 }, arrivingAt(1000, 2000, 3000)];
    expect(runLog({ clock: seconds(15), tiers, products, clients: [triesOnce] }).deaths).toEqual([]);
  });

  it('tells its clients at once: they try again after the network delay and their backoff', () => {
    const products = [{ name: 'initial', sessions: 10 }, arrivingAt(1000, 2000, 3000, 4000)];
    const log = runLog({ clock: seconds(10), tiers, products, clients: [client()] });
    expect(log.ends.filter(({ atMs, how }) => how === 'noHost' && atMs < 5200)).toEqual(
      Array(14).fill({ atMs: 4050 + 50 + 1000 + 50, how: 'noHost' }),
    );
  });

  it('may do so through the sessions that a dead neighbour leaves to it', () => {
    const store = tier({ name: 'store', scope: 'shared', hosts: 2, memory: { limit: 7, perSession: 1 }, boot: '30s' });
    const timeline = [{ name: 'crash', at: '5s', action: 'crash', target: { tier: 'store', hosts: [1] } }];
    const log = runLog({
      clock: seconds(20),
      tiers: [tier(), store],
      products: [{ name: 'initial', sessions: 10 }],
      clients: [client()],
      timeline,
    });
    expect(log.deaths).toEqual([
      { atMs: 5000, cause: 'crash' },
      { atMs: 5000, cause: 'outOfMemory' },
    ]);
  });

  it('may have been given less by an action', () => {
    const timeline = [
      { name: 'less', at: '5s', action: 'set', tier: 'api', change: { memory: { limit: 19, perSession: 2 } } },
    ];
    const log = runLog({
      clock: seconds(10),
      tiers,
      products: [{ name: 'initial', sessions: 10 }],
      clients: [client()],
      timeline,
    });
    expect(log.deaths).toEqual([{ atMs: 5000, cause: 'outOfMemory' }]);
  });
});
