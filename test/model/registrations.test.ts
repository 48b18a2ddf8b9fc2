// Registrations that a lost host leaves behind: in the way until they expire, unless somebody takes them back or over.
import { describe, expect, it } from 'vitest';
import { client, runLog, seconds, tier } from './run-log.ts';

/** Two sessions of each of two hosts, one of which goes down at 20 s. */
function run(
  fields: {
    action?: string;
    signsOff?: boolean;
    takesOverStale?: boolean;
    registersAbandoned?: boolean;
    connectTimeout?: string;
  } = {},
): ReturnType<typeof runLog> {
  const {
    action = 'reboot',
    signsOff,
    takesOverStale = false,
    registersAbandoned = false,
    connectTimeout = 'none',
  } = fields;
  const tiers = [
    tier({
      hosts: 2,
      parallelism: 10,
      boot: '60s',
      holdsSessions: true,
      registry: { expires: '10s', registersAbandoned },
    }),
  ];
  const timeline = [
    {
      name: 'loss',
      at: '20s',
      action,
      target: { tier: 'api', hosts: [1] },
      ...(signsOff === undefined ? {} : { signsOff }),
    },
  ];
  const clients = [client({ takesOverStale, connectTimeout, keepalive: { every: '4s', timeout: '1s' } })];
  return runLog({ clock: seconds(60), tiers, products: [{ name: 'chat', sessions: 4 }], clients, timeline });
}

describe('a stale registration', () => {
  it('rejects its session after the full work, again and again, until it expires', () => {
    const log = run({ signsOff: false });
    // Service ends at 21.2 s for the first time, and every 1.2 s after: 100 ms of service, 50 ms each way, 1 s of backoff.
    const once = [21_200, 22_400, 23_600, 24_800, 26_000, 27_200, 28_400, 29_600];
    expect(log.ends.filter(({ how }) => how === 'staleRegistration').map(({ atMs }) => atMs)).toEqual(
      once.flatMap((atMs) => [atMs, atMs]),
    );
    expect(log.connects.map(({ atMs }) => atMs)).toEqual([30_800, 30_800]);
    expect(log.services).toHaveLength(2 * 9);
  });

  it('is taken over by a client that knows how', () => {
    const log = run({ signsOff: false, takesOverStale: true });
    expect(log.connects.map(({ atMs }) => atMs)).toEqual([21_200, 21_200]);
  });

  it('is not left by a reboot that signs off, which is the usual one', () => {
    for (const signsOff of [true, undefined])
      expect(run(signsOff === undefined ? {} : { signsOff }).connects.map(({ atMs }) => atMs)).toEqual([
        21_200, 21_200,
      ]);
  });

  it('is left by a crash', () => {
    const log = run({ action: 'crash' });
    expect(log.ends.some(({ how }) => how === 'staleRegistration')).toBe(true);
    for (const { atMs } of log.connects) expect(atMs).toBeGreaterThanOrEqual(30_000);
  });
});

describe('a host that goes down in another way', () => {
  const rejected = (
    tierFields: Readonly<Record<string, unknown>>,
    action: Readonly<Record<string, unknown>>,
  ): boolean => {
    const tiers = [
      tier({
        hosts: 2,
        parallelism: 10,
        boot: '60s',
        holdsSessions: true,
        registry: { expires: '30s' },
        ...tierFields,
      }),
    ];
    const log = runLog({
      clock: seconds(60),
      tiers,
      products: [{ name: 'chat', sessions: 4 }],
      clients: [client()],
      timeline: [{ name: 'loss', at: '20s', ...action }],
    });
    expect(log.drops.length).toBeGreaterThan(0);
    return log.ends.some(({ how }) => how === 'staleRegistration');
  };

  it('leaves none if it drained before', () => {
    expect(
      rejected(
        {},
        {
          action: 'reboot',
          target: { tier: 'api', hosts: [1] },
          signsOff: false,
          order: { policy: 'rolling', drain: '5s' },
        },
      ),
    ).toBe(false);
  });
  it('leaves none if it leaves its tier', () => {
    for (const drain of ['0s', '5s'])
      expect(rejected({}, { action: 'scale', tier: 'api', hosts: 1, drain })).toBe(false);
  });
  it('leaves some if it is killed', () => {
    expect(
      rejected(
        { liveness: { every: '1s', timeout: '1s', failures: 1, answered: 'in-queue' } },
        { action: 'pause', target: { tier: 'api', hosts: [1] }, for: '10s' },
      ),
    ).toBe(true);
  });
});

describe('an attempt that is finished for a client who has left', () => {
  // The client waits 120 ms of which 50 are the way, and the service takes 100: each attempt is served for nobody.
  const ends = (registersAbandoned: boolean): Set<string> => {
    const tiers = [
      tier({
        hosts: 2,
        parallelism: 10,
        boot: '60s',
        holdsSessions: true,
        registry: { expires: '10s', registersAbandoned },
      }),
    ];
    const timeline = [
      { name: 'loss', at: '20s', action: 'reboot', target: { tier: 'api', hosts: [1] } },
      { name: 'quicker', at: '22s', action: 'set', tier: 'api', change: { serviceTime: '10ms' } },
    ];
    const log = runLog({
      clock: seconds(60),
      tiers,
      products: [{ name: 'chat', sessions: 4 }],
      clients: [client({ connectTimeout: '120ms' })],
      timeline,
    });
    return new Set(log.ends.map(({ how }) => how));
  };

  it('registers nothing', () => expect(ends(false)).toEqual(new Set(['timedOut', 'connected'])));
  it('registers a session all the same where the tier does that', () =>
    expect(ends(true)).toEqual(new Set(['timedOut', 'staleRegistration', 'connected'])));
});
