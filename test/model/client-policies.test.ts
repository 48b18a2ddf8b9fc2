// What clients do of their own: hints honoured, attempts held back, the host asked for that was lost, pages loaded again.
// Each in a scenario so small that the instants can be told by hand. The network takes 50 ms each way, as by default.
import { describe, expect, it } from 'vitest';
import { arrivingAt, client, runLog, seconds, tier, type RunLog } from './run-log.ts';

/** An attempt that takes 30 s at a host that takes one at a time, so that others are refused. */
const busy = tier({ serviceTime: '30s', queue: { limit: 0 }, retryAfter: { delay: '7s' } });

function endsOf(log: RunLog, how: string): number[] {
  return log.ends.filter((end) => end.how === how).map(({ atMs }) => atMs);
}

describe('a Retry-After', () => {
  const refusedAt = (retryAfter: unknown, tiers: unknown = [busy]): number[] =>
    endsOf(
      runLog({ clock: seconds(30), tiers, products: [arrivingAt(1000, 2000)], clients: [client({ retryAfter })] }),
      'queueFull',
    );
  // The second session is refused on arrival, at 2.05 s, knows 50 ms later, waits, and arrives 50 ms after that.
  const every = (delayMs: number): number[] =>
    Array.from({ length: 1 + Math.floor(27_950 / (delayMs + 100)) }, (_, i) => 2050 + i * (delayMs + 100));

  it('is ignored by default', () => expect(refusedAt('ignore')).toEqual(every(1000)));
  it('is honoured', () => expect(refusedAt('honour')).toEqual(every(7000)));
  it('is honoured up to a cap', () => expect(refusedAt({ policy: 'capped', cap: '4s' })).toEqual(every(4000)));
  it('is clamped to so much beyond the own delay', () =>
    expect(refusedAt({ policy: 'clamped', beyond: '5s' })).toEqual(every(6000)));
  it('comes with the refusals of later tiers too', () => {
    const front = tier({ name: 'front', parallelism: 9, serviceTime: '0s' });
    expect(refusedAt('honour', [front, { ...busy, name: 'store' }])).toEqual(every(7000));
  });

  it('says nothing where a tier has none, and can be given while it runs', () => {
    const timeline = [{ name: 'hint', at: '10s', action: 'set', tier: 'api', change: { retryAfter: { delay: '7s' } } }];
    const log = runLog({
      clock: seconds(30),
      tiers: [{ ...busy, retryAfter: 'none' }],
      products: [arrivingAt(1000, 2000)],
      clients: [client({ retryAfter: 'honour' })],
      timeline,
    });
    const early = every(1000).filter((atMs) => atMs < 10_000);
    const first = early[early.length - 1] + 1100;
    expect(endsOf(log, 'queueFull')).toEqual([...early, first, first + 7100, first + 14_200]);
  });

  it('is spread, and honoured by a fraction of the sessions, always the same ones', () => {
    // 400 sessions are refused each second, but for those that honour the hint: half of them.
    const arrivals = {
      name: 'chat',
      arrivals: {
        process: 'constant',
        schedule: [
          { from: '0s', rate: '400/s' },
          { from: '1s', rate: '0/s' },
        ],
      },
    };
    const tiers = [tier({ serviceTime: '1h', queue: { limit: 0 }, retryAfter: { delay: '10s', spread: '10s' } })];
    const log = runLog({
      clock: seconds(22),
      tiers,
      products: [arrivals],
      clients: [client({ retryAfter: { policy: 'honour', by: 0.5 } })],
    });
    const within = (fromMs: number, toMs: number): number =>
      endsOf(log, 'queueFull').filter((atMs) => atMs >= fromMs && atMs < toMs).length;
    // In the 8.8 s before any hint is over there are eight rounds of those who ignore it: 200 of 400, give or take 3.9 σ (10).
    expect(Math.abs(within(1100, 9900) / 8 - 200)).toBeLessThanOrEqual(39);
    const ignoring = within(1100, 9900) / 8;
    expect(ignoring).toBe(Math.round(ignoring));
    // Those who honour it come once, evenly within 10 to 21 s: half of them before 15.6 s, give or take 3.9 σ (7).
    const honouring = 399 - ignoring;
    expect(Math.abs(within(10_000, 15_500) - 5 * ignoring - honouring / 2)).toBeLessThanOrEqual(40);
  });
});

describe('a retry gate', () => {
  const away = [{ name: 'outage', at: '10s', action: 'crash', target: { tier: 'api' } }];
  const closed = { clock: seconds(60), tiers: [tier({ boot: '1h' })], timeline: away };

  it('holds attempts back while its circuit breaker is open, then lets one through', () => {
    const breaker = { policy: 'circuit-breaker', failures: 2, open: '5500ms' };
    const log = runLog({ ...closed, products: [arrivingAt(20_000)], clients: [client({ retryGate: breaker })] });
    // The second failure is known at 21.2 s, so the breaker is open until 26.7 s. An attempt that is held back costs no
    // network, so another is due a second later. The one let through begins at 27.2 s, fails, and opens it until 32.8 s.
    expect(endsOf(log, 'noHost').slice(0, 3)).toEqual([20_050, 21_150, 27_250]);
    expect(log.suppressed.slice(0, 6)).toEqual([22_250, 23_250, 24_250, 25_250, 26_250, 28_350]);
  });

  it('that holds back what its budget does not cover makes no more attempts, and gives up as after failures', () => {
    const budget = { policy: 'retry-budget', capacity: 3, cost: 1 };
    const giveUp = { after: 6, then: 'reload', reloadAfter: '5s' };
    const log = runLog({
      ...closed,
      clock: seconds(35),
      products: [arrivingAt(20_000)],
      clients: [client({ retryGate: budget, giveUp })],
    });
    // The first is free, three are paid for, two are held back; then the page is loaded again, and its budget is full.
    expect(endsOf(log, 'noHost').slice(0, 4)).toEqual([20_050, 21_150, 22_250, 23_350]);
    expect(log.suppressed.slice(0, 2)).toEqual([24_450, 25_450]);
    expect(log.gaveUp[0]).toBe(25_450);
    expect(log.reloads[0]).toEqual({ atMs: 30_450, cause: 'gaveUp' });
    expect(endsOf(log, 'noHost').slice(4)).toEqual([30_500, 31_600, 32_700, 33_800]);
  });

  it('does not stop the clock where clients try again at once', () => {
    const gate = { policy: 'circuit-breaker', failures: 1, open: '1h' };
    const log = runLog({
      ...closed,
      clock: seconds(30),
      products: [arrivingAt(20_000)],
      clients: [client({ backoff: 'none', retryGate: gate })],
    });
    // Failed once, known at 20.1 s; from then on asked every 50 ms.
    expect(log.suppressed.slice(0, 2)).toEqual([20_150, 20_200]);
    expect(log.suppressed.length).toBe(197);
  });
});

describe('affinity', () => {
  it('asks for the lost host so often, then takes any', () => {
    const log = runLog({
      clock: seconds(40),
      tiers: [tier({ hosts: 2, parallelism: 9, holdsSessions: true, boot: '20s' })],
      products: [{ name: 'chat', sessions: 2 }],
      clients: [client({ affinity: { attempts: 3 } })],
      timeline: [{ name: 'maintenance', at: '10s', action: 'reboot', target: { tier: 'api', hosts: [1] } }],
    });
    expect(log.drops).toHaveLength(1);
    expect(endsOf(log, 'hostDown')).toEqual([11_100, 12_200, 13_300]);
    expect(endsOf(log, 'connected')).toEqual([14_500]);
  });

  it('finds the lost host again once it is back, though another would do', () => {
    const connectedTo: number[] = [];
    runLog(
      {
        clock: seconds(60),
        tiers: [tier({ hosts: 2, parallelism: 9, holdsSessions: true, boot: '5s' })],
        products: [{ name: 'chat', sessions: 100 }],
        clients: [client({ affinity: { attempts: 50 } })],
        timeline: [{ name: 'maintenance', at: '10s', action: 'reboot', target: { tier: 'api', hosts: [1] } }],
      },
      (fleet, second) => {
        if (second === 40) connectedTo.push(fleet.hostSessions(0), fleet.hostSessions(1));
      },
    );
    expect(connectedTo).toEqual([50, 50]);
  });

  it('is none to a host that asked its sessions to move', () => {
    const log = runLog({
      clock: seconds(40),
      tiers: [tier({ hosts: 2, parallelism: 9, holdsSessions: true, boot: '20s' })],
      products: [{ name: 'chat', sessions: 2 }],
      clients: [client({ affinity: { attempts: 3 } })],
      timeline: [
        {
          name: 'move',
          at: '10s',
          action: 'reboot',
          target: { tier: 'api', hosts: [1] },
          order: { policy: 'rolling', batch: 1, interval: '1s', drain: '5s' },
        },
      ],
    });
    expect(log.drops.map(({ cause }) => cause)).toEqual(['drain']);
    expect(endsOf(log, 'hostDown')).toEqual([]);
  });
});

describe('an impatient person', () => {
  const slow = { clock: seconds(60), tiers: [tier({ serviceTime: '1h', parallelism: 9 })] };

  it('reloads the page since it was loaded last, and the open attempt is cancelled', () => {
    const log = runLog({ ...slow, products: [arrivingAt(5000)], clients: [client({ impatience: { after: '20s' } })] });
    expect(log.reloads).toEqual([25_000, 45_000].map((atMs) => ({ atMs, cause: 'impatience' })));
    expect(endsOf(log, 'cancelled')).toEqual([25_000, 45_000]);
    expect(log.services.map(({ atMs }) => atMs)).toEqual([5050, 25_050, 45_050]);
  });

  it('starts again at attempt 1, and is patient from the drop on', () => {
    const log = runLog({
      clock: seconds(60),
      tiers: [tier({ boot: '1h', holdsSessions: true })],
      products: [{ name: 'chat', sessions: 1 }],
      clients: [client({ backoff: { policy: 'exponential', base: '1s', cap: '1h' }, impatience: { after: '20s' } })],
      timeline: [{ name: 'maintenance', at: '10s', action: 'reboot', target: { tier: 'api' } }],
    });
    expect(log.reloads.map(({ atMs }) => atMs)).toEqual([30_000, 50_000]);
    // Delays of 1, 2, 4, 8 s and 100 ms of network each; after the reload an attempt at once, then 1 s and 2 s again.
    expect(endsOf(log, 'noHost').filter((atMs) => atMs < 36_000)).toEqual([
      11_100, 13_200, 17_300, 25_400, 30_050, 31_150, 33_250,
    ]);
  });

  it('does nothing once connected, gone or given up', () => {
    const impatience = { after: '5s' };
    const quick = runLog({ clock: seconds(60), products: [arrivingAt(5000)], clients: [client({ impatience })] });
    expect(quick.reloads).toEqual([]);
    const gaveUp = runLog({
      ...slow,
      products: [arrivingAt(5000)],
      clients: [client({ connectTimeout: '1s', giveUp: { after: 1, then: 'stay' }, impatience })],
    });
    expect(gaveUp.gaveUp).toHaveLength(1);
    expect(gaveUp.reloads).toEqual([]);
  });
});

describe('who gives up', () => {
  const closed = (then: string): RunLog =>
    runLog({
      clock: seconds(60),
      tiers: [tier({ serviceTime: '1h', queue: { limit: 0 } })],
      products: [arrivingAt(1000, 5000)],
      clients: [client({ giveUp: { after: 2, then, reloadAfter: '20s' } })],
    });
  it('reloads the page after a while, for as many attempts again', () => {
    const log = closed('reload');
    expect(endsOf(log, 'queueFull')).toEqual([5050, 6150, 26_200, 27_300, 47_350, 48_450]);
    expect(log.reloads.map(({ atMs }) => atMs)).toEqual([26_150, 47_300]);
  });
  it('stays away', () => {
    const log = closed('stay');
    expect(endsOf(log, 'queueFull')).toEqual([5050, 6150]);
    expect([log.gaveUp, log.left, log.reloads]).toEqual([[6150], [], []]);
  });
  it('leaves', () => expect([closed('leave').gaveUp, closed('leave').left]).toEqual([[6150], [6150]]));
});

describe('the attempt counter', () => {
  /** A host that accepts, and is rebooted 4 s, or 10 s, after it is back: when its session's attempts arrive after each reboot. */
  const retries = (resetAfter: string): number[] => {
    const log = runLog({
      clock: seconds(120),
      tiers: [tier({ serviceTime: '0s', boot: '500ms', holdsSessions: true })],
      products: [{ name: 'chat', sessions: 1 }],
      clients: [client({ backoff: { policy: 'exponential', base: '1s', cap: '1h' }, resetAfter })],
      timeline: [10, 15, 30, 60].map((at) => ({
        name: `reboot-${at}`,
        at: `${at}s`,
        action: 'reboot',
        target: { tier: 'api' },
      })),
    });
    return endsOf(log, 'connected');
  };
  // The first connection held from the start, so the first retry is attempt 1 in any case.
  it('starts anew whenever a connection was there at all, by default', () =>
    expect(retries('0s')).toEqual([11_100, 16_100, 31_100, 61_100]));
  it('goes on where the connection did not hold long enough', () =>
    expect(retries('10s')).toEqual([11_100, 17_100, 31_100, 61_100]));
  it('goes on for ever if nothing resets it', () => expect(retries('none')).toEqual([11_100, 17_100, 34_100, 68_100]));
});
