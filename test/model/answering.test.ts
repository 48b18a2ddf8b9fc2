// How a host answers what is not an attempt: behind the attempts that wait, between them, or in a lane of its own.
import { describe, expect, it } from 'vitest';
import { backoffs } from '../../src/policies/backoff.ts';
import { arrivingAt, client, runLog, seconds, tier, triesOnce } from './run-log.ts';

/** A session is connected from 1.1 s on; then twenty come, each of whom the host serves for ten seconds. */
const crowded = {
  clock: seconds(60),
  products: [
    { name: 'first', sessions: 1 },
    { ...arrivingAt(...Array.from({ length: 20 }, (_, i) => 2000 + i)), name: 'crowd' },
  ],
  clients: [client({ giveUp: { after: 1, then: 'stay' }, keepalive: { every: '5s', timeout: '3s' } })],
};
const busy = (fields: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  tier({ serviceTime: '10s', holdsSessions: true, boot: '5s', ...fields });
const paused = [{ name: 'pause', at: '20s', action: 'pause', target: { tier: 'api' }, for: '15s' }];
const words = ['in-queue', 'aside', 'own-lane'] as const;

describe('keepalives', () => {
  const dropsWith = (keepalives: string, more: Readonly<Record<string, unknown>> = {}): number[] =>
    runLog({ ...crowded, tiers: [busy({ keepalives, ...more })] })
      .drops.filter(({ cause }) => cause === 'keepalive')
      .map(({ atMs }) => atMs);

  it('fail behind a queue, and neither aside nor in a lane of their own', () => {
    expect(dropsWith('in-queue').length).toBeGreaterThan(0);
    expect(dropsWith('aside')).toEqual([]);
    expect(dropsWith('own-lane')).toEqual([]);
  });

  it('are answered aside unless a tier says otherwise', () => {
    expect(runLog({ ...crowded, tiers: [busy({})] }).drops).toEqual([]);
  });

  it.each(words)('fail on a host that stands still: %s', (keepalives) => {
    const log = runLog({
      ...crowded,
      products: [{ name: 'first', sessions: 1 }],
      tiers: [busy({ keepalives })],
      timeline: paused,
    });
    const [drop] = log.drops;
    expect([log.drops.length, drop.cause]).toEqual([1, 'keepalive']);
    // The first one due within the pause, and three seconds.
    expect(drop.atMs).toBeGreaterThanOrEqual(23_000);
    expect(drop.atMs).toBeLessThanOrEqual(28_000);
  });

  it.each([
    ['in-queue', 3],
    ['aside', 3],
    ['own-lane', 0],
  ])('on a host whose sessions use it up: %s, %i drop', (keepalives, drops) => {
    const full = busy({ keepalives, sessionsAtFullLoad: 3 });
    const log = runLog({
      ...crowded,
      products: [{ name: 'first', sessions: 3 }],
      tiers: [full],
      clients: [
        client({
          giveUp: { after: 1, then: 'stay' },
          keepalive: { every: '5s', timeout: '3s' },
          backoff: { policy: 'fixed', delay: '1h' },
        }),
      ],
    });
    // Once one has dropped the others are answered again, so only those whose keepalive was due before then follow.
    expect(log.drops.length > 0).toBe(drops > 0);
  });
});

describe('leases', () => {
  it.each([
    ['in-queue', true],
    ['aside', false],
    ['own-lane', false],
  ])('%s: fail behind a queue: %s', (answered, fail) => {
    const lease = { every: '5s', timeout: '3s', answered };
    const log = runLog({ ...crowded, tiers: [busy({ lease })] });
    expect(log.drops.some(({ cause }) => cause === 'lease')).toBe(fail);
  });

  it('wait in the queue unless it is said', () => {
    const log = runLog({ ...crowded, tiers: [busy({ lease: { every: '5s', timeout: '3s' } })] });
    expect(log.drops.some(({ cause }) => cause === 'lease')).toBe(true);
  });
});

describe('liveness probes', () => {
  const deathsWith = (
    liveness: Readonly<Record<string, unknown>>,
    more: Readonly<Record<string, unknown>> = {},
    timeline: readonly unknown[] = [],
  ): number[] =>
    runLog({
      ...crowded,
      clients: [triesOnce],
      tiers: [busy({ liveness: { every: '4s', timeout: '2s', failures: 2, ...liveness }, ...more })],
      timeline,
    }).deaths.map(({ atMs }) => atMs);

  it('kill a host behind whose queue they wait, and no other', () => {
    expect(deathsWith({ answered: 'in-queue' }).length).toBeGreaterThan(0);
    expect(deathsWith({ answered: 'aside' })).toEqual([]);
    expect(deathsWith({ answered: 'own-lane' })).toEqual([]);
  });

  it.each(words)('kill a host that stands still: %s', (answered) => {
    const deaths = deathsWith({ answered }, { serviceTime: '1ms' }, paused);
    expect(deaths).toHaveLength(1);
    // The second that fails: due at most 8 s after the pause begins, and 2 s.
    expect(deaths[0]).toBeGreaterThan(20_000 + 4000);
    expect(deaths[0]).toBeLessThanOrEqual(20_000 + 10_000);
  });

  it.each([
    ['aside', true],
    ['own-lane', false],
  ])('kill a host whose sessions use it up: %s, %s', (answered, dies) => {
    expect(deathsWith({ answered }, { serviceTime: '1ms', sessionsAtFullLoad: 10 }).length > 0).toBe(dies);
  });

  it('are refused where the queue has no place, and known to have failed at once', () => {
    // Two wait, and are served in time; but whatever comes between finds the queue full.
    const crowd = Array.from({ length: 400 }, (_, i) => 2000 + 50 * i);
    const full = { serviceTime: '500ms', queue: { limit: 2 } };
    const deaths = (limit: unknown): number[] =>
      runLog({
        clock: seconds(30),
        clients: [triesOnce],
        products: [arrivingAt(...crowd)],
        tiers: [
          tier({
            ...full,
            queue: { limit },
            boot: '1h',
            liveness: { every: '4s', timeout: '3s', failures: 2, answered: 'in-queue' },
          }),
        ],
      }).deaths.map(({ atMs }) => atMs);
    const [death] = deaths(2);
    // Due at phase, phase + 4 s, …: the second one that fails is known when it is due, not three seconds later.
    expect(death).toBeGreaterThan(2000 + 4000);
    expect(death).toBeLessThan(2000 + 8000);
    expect(deaths('none')[0]).toBeGreaterThan(death);
  });

  it('begin after their initial delay', () => {
    const booted = (initialDelay: Readonly<Record<string, unknown>>): number[] =>
      runLog({
        clock: seconds(60),
        clients: [triesOnce],
        products: [{ name: 'chat', sessions: 20 }],
        tiers: [
          tier({
            sessionsAtFullLoad: 10,
            boot: '1s',
            liveness: { every: '10s', timeout: '1s', failures: 1, answered: 'aside', ...initialDelay },
          }),
        ],
        timeline: [{ name: 'reboot', at: '1ms', action: 'reboot', target: { tier: 'api' } }],
      }).deaths.map(({ atMs }) => atMs);
    // Its sessions stay with a host that does not hold them: it comes back used up, and fails its first probe.
    expect(booted({})[0]).toBe(1001 + 10_000 + 1000);
    expect(booted({ initialDelay: '0s' })[0]).toBe(1001 + 1000);
    expect(booted({ initialDelay: '25s' })[0]).toBe(1001 + 25_000 + 1000);
  });
});

describe('the first retry of a page', () => {
  it.each(Object.keys(backoffs))(
    'waits for the first delay, as after a drop, unless the library counts otherwise: %s',
    (policy) => {
      const log = runLog({
        clock: seconds(600),
        clients: [client({ backoff: policy, giveUp: { after: 2, then: 'stay' } })],
        products: [arrivingAt(1000)],
        tiers: [tier({ boot: '1h' })],
        timeline: [{ name: 'reboot', at: '1ms', action: 'reboot', target: { tier: 'api' } }],
      });
      const [first, second] = log.ends.map(({ atMs }) => atMs);
      expect(first).toBe(1050);
      const entry = backoffs[policy];
      const values = Object.fromEntries(
        Object.entries(entry.parameters).map(([name, { default: one }]) => [name, one]),
      );
      const made = entry.create(values);
      const attempt = made.firstCounts === true ? 2 : 1;
      // Whatever the luck, the delay is within what the policy makes of any.
      const lucks = Array.from({ length: 999 }, (_, i) => (i + 1) / 1000);
      const bounds = lucks.map((u) => made.delayMs(attempt, 0, { uniform: () => u }));
      const networkMs = made.countsFromAttempt === true ? 0 : 100;
      expect(second - first - networkMs).toBeGreaterThanOrEqual(Math.min(...bounds) - 101);
      expect(second - first - networkMs).toBeLessThanOrEqual(Math.max(...bounds) + 101);
    },
  );
});
