/**
 * Leases that move by work: the sessions of a lost host are placed anew one by
 * one, and what they queue up meanwhile fills their hosts' memory. Held against
 * closed forms: with M sessions, c slots and a service of D the last is placed
 * after M · D / c; a memory is full after (limit − sessions) / (stalled · rate).
 */
import { describe, expect, it } from 'vitest';
import type { Fleet } from '../../src/model/state/fleet.ts';
import { Session } from '../../src/model/state/vocabulary.ts';
import { ranCase } from '../cases/ran-case.ts';
import { client, runLog, seconds, tier, wide, type RunLog } from './run-log.ts';

type Fields = Readonly<Record<string, unknown>>;

const lease = { every: '300s', timeout: '100s', moves: 'attempt' };

/** 1,000 sessions on two hosts of presence, one of which is lost at 10 s. */
function losing({
  presence = {},
  front = {},
  clock = 200,
  ...others
}: Fields & { presence?: Fields; front?: Fields; clock?: number } = {}): Fields {
  return {
    clock: seconds(clock),
    tiers: [
      wide({ name: 'front', ...front }),
      tier({ name: 'presence', scope: 'shared', hosts: 2, boot: '1h', lease, ...presence }),
    ],
    products: [{ name: 'user', sessions: 1000 }],
    clients: [client()],
    timeline: [{ name: 'lost', at: '10s', action: 'kill', target: { tier: 'presence', hosts: [1] } }],
    ...others,
  };
}

/** When the host of so many slots has served the last of them. */
function lastPlacedMs(log: RunLog): number {
  return Math.max(...log.services.map(({ atMs, serviceMs }) => atMs + serviceMs));
}

/** The times at which sessions drop because of their leases. */
function failedMs(log: RunLog): number[] {
  return log.drops.filter(({ cause }) => cause === 'lease').map(({ atMs }) => atMs);
}

describe('the sessions of a lost host whose leases move by work', () => {
  it.each([
    [1, '100ms', 50],
    [4, '100ms', 12.5],
    [5, '200ms', 20],
  ])('are placed, with %i slots and %s each, after %d s', (parallelism, serviceTime, afterSec) => {
    const log = runLog(losing({ presence: { parallelism, serviceTime } }));
    expect(log.services).toHaveLength(500);
    expect(lastPlacedMs(log)).toBe(10_000 + 1000 * afterSec);
    expect(log.drops).toEqual([]);
  });

  it('stall until they are, one after the other', () => {
    const stalled: number[] = [];
    runLog(losing(), (fleet) => stalled.push(fleet.stalledSessions(0)));
    // Those that end at a whole second have not by then.
    expect(stalled.slice(9, 14)).toEqual([0, 0, 491, 481, 471]);
    expect(stalled.slice(59, 62)).toEqual([11, 1, 0]);
  });

  it('cost what a fresh attempt costs, times what the tier says', () => {
    expect(lastPlacedMs(runLog(losing({ presence: { lease: { ...lease, moveWork: 0.25 } } })))).toBe(22_500);
  });

  it.each([
    [6, 3],
    [4, 6],
    [5, 3],
    [1, 4],
  ])('are spread over all %i hosts of the front, with %i of presence', (fronts, hosts) => {
    const counts: number[] = [];
    runLog(losing({ front: { hosts: fronts }, presence: { hosts, serviceTime: '1h' } }), (view, second) => {
      if (second !== 20) return;
      for (const host of (view as unknown as Fleet).hosts) if (host.tier === 0) counts.push(host.stalled.count);
    });
    const fair = 1000 / hosts / fronts;
    expect(counts).toHaveLength(fronts);
    expect(Math.max(...counts.map((count) => Math.abs(count - fair)))).toBeLessThan(2);
  });

  it('move at once and for nothing where leases are free', () => {
    const log = runLog(losing({ presence: { lease: { ...lease, moves: 'free' } } }), (fleet) =>
      expect(fleet.stalledSessions(0)).toBe(0),
    );
    expect(log.services).toEqual([]);
    expect(log.drops).toEqual([]);
  });

  it.each(['reboot', 'crash', 'kill'])('have lost it by a %s', (action) => {
    const timeline = [{ name: 'lost', at: '10s', action, target: { tier: 'presence', hosts: [1] } }];
    expect(lastPlacedMs(runLog(losing({ timeline })))).toBe(60_000);
  });

  it('have lost it by a drain: each asks when it is told to move, and has not waited long when hosts keep up', () => {
    const order = { policy: 'rolling', batch: 1, interval: '1s', drain: '60s' };
    const target = { tier: 'presence', hosts: [1] };
    const log = runLog(losing({ timeline: [{ name: 'drain', at: '10s', action: 'reboot', target, order }] }));
    expect(log.services).toHaveLength(500);
    expect(log.services.every(({ waitMs }) => waitMs < 5000)).toBe(true);
    expect(log.drops).toEqual([]);
  });

  it('ask after a while of their own if they are to spread', () => {
    const spread = { ...lease, movesAfter: { uniform: ['0s', '100s'] } };
    const log = runLog(losing({ presence: { lease: spread } }));
    const asked = log.services.map(({ atMs, waitMs }) => atMs - waitMs);
    expect(asked).toHaveLength(500);
    const mean = asked.reduce((sum, atMs) => sum + atMs, 0) / asked.length;
    // 500 draws, uniform from 10 to 110 s: the mean's deviation is 100 / √12 / √500 = 1.3 s; three of them.
    expect(Math.abs(mean - 60_000)).toBeLessThan(3900);
  });

  it('ask again where they are refused, which their own line is not', () => {
    // Ten wait and one is served; 489 are refused, and ask again each second: ten a second get in, and none waits longer than for ten.
    const log = runLog(losing({ presence: { queue: { limit: 10 } } }));
    expect(log.services).toHaveLength(500);
    expect(log.services.every(({ waitMs }) => waitMs <= 1000)).toBe(true);
    expect(lastPlacedMs(log)).toBe(60_000);
    const seldom = { ...lease, asksAgain: '20s' };
    const slow = runLog(losing({ presence: { lease: seldom, queue: { limit: 10 } } }));
    // Eleven every 20 s until the leases fail.
    expect(slow.services.filter(({ atMs }) => atMs < 95_000)).toHaveLength(5 * 11);
  });

  it('ask again if the host that was to place them is lost too', () => {
    const timeline = ['10s', '30s'].map((at, n) => ({
      name: `lost-${n}`,
      at,
      action: 'kill',
      target: { tier: 'presence', hosts: [n + 1] },
    }));
    const log = runLog(losing({ presence: { hosts: 3 }, products: [{ name: 'user', sessions: 900 }], timeline }));
    // 300 of the first host, 150 at each of the others; after 20 s each has placed 199 and more than its own are left.
    expect(log.drops).toEqual([]);
    expect(log.services.length).toBeGreaterThan(300 + 300 - 1);
  });
});

describe('a session that waits only so long for the host that is to place it', () => {
  // 500 sessions at ten a second; each waits for 4 s, and asks again 1 s later.
  const impatient = { ...lease, moveTimeout: '4s', asksAgain: '1s' };

  it('leaves work for nobody in the line, behind which nobody is placed in time', () => {
    const log = runLog(losing({ presence: { lease: impatient }, clock: 100 }));
    // Whoever asks first is among the first 40; after that the line is 46 s long.
    expect(log.services.filter(({ atMs }) => atMs > 14_000)).toEqual([]);
    // The 40th ends its service as its time is over, which counts, for completions come first; the 41st has just begun.
    expect(log.services).toHaveLength(41);
    // From 14.1 s on one a tenth of a second, up to 99.9 s.
    expect(log.abandoned).toHaveLength(859);
  });

  it('is placed soon enough where that costs nothing', () => {
    const log = runLog(losing({ presence: { lease: impatient, abandonedWorkCost: 0 } }));
    // 40 in each round of 5 s; in each of the twelve rounds but the last one begins that is not placed in time.
    expect(log.services).toHaveLength(500 + 12);
    expect(lastPlacedMs(log)).toBe(10_000 + 12 * 5000 + 20 * 100);
  });
});

describe('a session that is not placed in time', () => {
  it('drops when its lease would have failed at a host that stands still', () => {
    // Renewals every 40 s, each at its own phase; one that is due at t after the loss at 10 s fails at t + 15 s.
    const short = { ...lease, every: '40s', timeout: '15s' };
    const log = runLog(losing({ presence: { lease: short, serviceTime: '1h', abandonedWorkCost: 0 }, clock: 100 }));
    const failed = failedMs(log).filter((atMs) => atMs <= 65_000);
    expect(Math.min(...failed)).toBeGreaterThanOrEqual(25_000);
    // Those of the host that is left fail as well, for it is behind: in-queue.
    expect(log.drops.filter(({ atMs }) => atMs <= 65_000)).toHaveLength(1000);
  });

  it('is work for nobody when the host comes to it', () => {
    const short = { ...lease, every: '20s', timeout: '5s', answered: 'own-lane' };
    const log = runLog(
      losing({ presence: { lease: short }, clients: [{ ...client(), giveUp: { after: 1, then: 'stay' } }] }),
    );
    const placed = 500 - failedMs(log).length;
    expect(failedMs(log).length).toBeGreaterThan(200);
    // Whoever dropped tries once, behind those that it has left in the line.
    expect(log.services.filter(({ tier: at }) => at === 1)).toHaveLength(placed + failedMs(log).length);
    expect(log.abandoned.length).toBeGreaterThan(200);
  });
});

describe('what stalled sessions queue up', () => {
  // 1,000 sessions of one front host take 1,000 MiB; 500 stall, and none is placed: 10 MiB a second in all.
  const memory = { limit: 1500, perSession: 1, perStalledSecond: 0.02 };
  const never = { serviceTime: '1h' };

  it('fills the memory of their front host after (limit − sessions) / (stalled · rate)', () => {
    const log = runLog(losing({ front: { memory }, presence: never, clock: 100 }));
    expect(log.deaths.filter(({ cause }) => cause === 'outOfMemory')).toEqual([
      { atMs: 10_000 + (1000 * (1500 - 1000)) / (500 * 0.02), cause: 'outOfMemory' },
    ]);
    expect(log.drops.filter(({ cause }) => cause === 'outOfMemory')).toHaveLength(1000);
  });

  it('goes when they are placed: n left of 500 after t, and the memory is as full as their waits are long', () => {
    // Ten are placed a second. By t the others have queued up (500 − 10·t) · t · r, whose largest value is 6,250 · r at 25 s.
    const filling = (limit: number): number =>
      runLog(losing({ front: { memory: { ...memory, limit } } })).deaths.filter(({ cause }) => cause === 'outOfMemory')
        .length;
    expect(filling(1000 + 6250 * 0.02 + 2)).toBe(0);
    expect(filling(1000 + 6250 * 0.02 - 2)).toBe(1);
  });

  it('is full sooner with what else comes, and later with what goes', () => {
    const arrives = {
      name: 'more',
      arrivals: {
        process: 'constant',
        schedule: [
          { from: '0s', rate: '0/s' },
          { from: '20s', rate: '10/s' },
          { from: '30s', rate: '0/s' },
        ],
      },
    };
    // Their attempts are stuck behind those that are to be placed, and take 1 MiB each at the front: 100 in all.
    const log = runLog(
      losing({
        front: { memory: { ...memory, perAttempt: 1 } },
        presence: never,
        products: [{ name: 'user', sessions: 1000 }, arrives],
        clock: 100,
      }),
    );
    expect(log.deaths.filter(({ cause }) => cause === 'outOfMemory')[0].atMs).toBe(50_000);
    // A host that gives its memory more room a second before the end has it for as long again.
    const roomier = {
      name: 'room',
      at: '59s',
      action: 'set',
      tier: 'front',
      change: { memory: { ...memory, limit: 1700 } },
    };
    const lost = { name: 'lost', at: '10s', action: 'kill', target: { tier: 'presence', hosts: [1] } };
    const later = runLog(losing({ front: { memory }, presence: never, clock: 100, timeline: [lost, roomier] }));
    expect(later.deaths.filter(({ cause }) => cause === 'outOfMemory')[0].atMs).toBe(80_000);
  });

  it('is as a plain count says, host by host and second by second', () => {
    // A naive reference: at each second of a run the queued-up memory of all that stall, from when each began to.
    const began = new Map<number, number>();
    let worst = 0;
    runLog(losing({ presence: { parallelism: 2, serviceTime: { exponential: '150ms' } } }), (view, second) => {
      const fleet = view as unknown as Fleet;
      let queuedMs = 0;
      for (let session = 0; session < fleet.roster.slots; session++) {
        const stalls = fleet.roster.state(session) === Session.connected && fleet.roster.host[1][session] < 0;
        if (!stalls) began.delete(session);
        else if (!began.has(session)) began.set(session, 10_000);
        queuedMs += stalls ? second * 1000 - (began.get(session) ?? 0) : 0;
      }
      const { count, sinceSumMs } = fleet.hosts[0].stalled;
      expect(count * second * 1000 - sinceSumMs).toBeCloseTo(queuedMs, 3);
      worst = Math.max(worst, queuedMs);
    });
    expect(worst).toBeGreaterThan(1e6);
  });
});

describe('half of the hosts of a backend tier gone', () => {
  const short = { '"10:30"': '"10:07"' };
  const asAttempts = { 'timeout: 10s': 'timeout: 10s, moves: attempt' };
  const case_ = 'minimal/min-lease.yaml';

  it('is nothing where leases move for free', async () => {
    const { metrics } = (await ranCase(case_, short)).outcome;
    expect(metrics.drops).toBe(0);
  });

  it('is more work than the other half can do before the leases fail, and everybody drops', async () => {
    const { metrics } = (await ranCase(case_, { ...short, ...asAttempts })).outcome;
    // A lease fails within 40 s, and in 40 s one host of one slot places 200 of 2,500; its own sessions wait behind that.
    expect(Number(metrics['drops.lease'])).toBeGreaterThanOrEqual(5000 - 200);
    expect(Number(metrics.peakDisconnectedFraction)).toBeGreaterThan(0.95);
  });

  it('is over in time where the other half can: 2,500 · 200 ms / 100 slots', async () => {
    const { outcome } = await ranCase(case_, { ...short, ...asAttempts, 'parallelism: 1,': 'parallelism: 100,' });
    expect(outcome.metrics.drops).toBe(0);
    // The last of them waits for all but its own 200 ms.
    expect(outcome.metrics['queueWait.presence.max']).toBeCloseTo(4800, 6);
  });
});
