// Who comes, leaves, flaps and gives up.
import { describe, expect, it } from 'vitest';
import { client, runLog, seconds, tier, triesOnce, type RunLog } from './run-log.ts';

const tiers = [tier({ parallelism: 1000, boot: '30m', holdsSessions: true })];
const arriving = (arrivals: unknown, fields: Readonly<Record<string, unknown>> = {}): RunLog =>
  runLog({ clock: seconds(100), tiers, products: [{ name: 'chat', arrivals, ...fields }], clients: [triesOnce] });

describe('arrivals', () => {
  it('of the constant kind are evenly spaced, without drift', () => {
    const { arrivals } = arriving({ process: 'constant', rate: '4/s' });
    expect(arrivals).toEqual(Array.from({ length: 399 }, (_, i) => 250 * (i + 1)));
  });

  it('of the poisson kind are as many as the rate says, with exponential gaps', () => {
    const { arrivals } = arriving('50/s');
    // 5000 expected, standard deviation 70.7; of exponential gaps 36.8 % exceed their mean.
    expect(Math.abs(arrivals.length - 5000)).toBeLessThan(3 * 70.7);
    const long = arrivals.slice(1).filter((atMs, i) => atMs - arrivals[i] > 20).length / arrivals.length;
    expect(Math.abs(long - Math.exp(-1))).toBeLessThan(3 * 0.0068);
  });

  it('follow their schedule of rates', () => {
    const schedule = [
      { from: '0s', rate: '0/s' },
      { from: '10s', rate: '5/s' },
      { from: '30s', rate: '0/s' },
      { from: '90s', rate: '1/s' },
    ];
    const { arrivals } = arriving({ process: 'constant', schedule });
    expect([arrivals[0], arrivals[99], arrivals[100], arrivals.length]).toEqual([10_200, 30_000, 91_000, 109]);
  });

  it('are spread over pods by their shares', () => {
    const products = [{ name: 'chat', arrivals: '50/s' }];
    let counts: number[] = [];
    const pods = [
      { name: 'large', share: 3 },
      { name: 'small', share: 1 },
    ];
    runLog(
      { clock: seconds(100), pods, tiers, products, clients: [triesOnce] },
      (fleet) => void (counts = [fleet.sessions(0, 0), fleet.sessions(1, 0)]),
    );
    expect(Math.abs(counts[0] / (counts[0] + counts[1]) - 0.75)).toBeLessThan(3 * 0.0061);
  });
});

describe('a lifetime', () => {
  it('counts from the first connection', () => {
    const { arrivals, left } = arriving({ process: 'constant', rate: '1/s' }, { lifetime: '20s' });
    expect(left).toEqual(arrivals.map((atMs) => atMs + 50 + 100 + 20_000).filter((atMs) => atMs < 100_000));
  });

  it('of nothing makes a session a request', () => {
    const { connects, left } = arriving({ process: 'constant', rate: '1/s' }, { lifetime: '0s' });
    expect(left).toEqual(connects.map(({ atMs }) => atMs));
  });

  it('goes on while the session is disconnected, and ends its attempts', () => {
    const timeline = [{ name: 'loss', at: '95s', action: 'reboot', target: { tier: 'api' } }];
    const products = [
      {
        name: 'chat',
        arrivals: {
          process: 'constant',
          schedule: [
            { from: '0s', rate: '1/s' },
            { from: '3s', rate: '0/s' },
          ],
        },
        lifetime: '100s',
      },
    ];
    const log = runLog({
      clock: seconds(200),
      tiers: [tier({ parallelism: 1000, boot: '1s', serviceTime: '20s', holdsSessions: true })],
      products,
      clients: [client()],
      timeline,
    });
    expect(log.left).toEqual([121_050, 122_050, 123_050]);
    const slow = runLog({ clock: seconds(200), tiers, products, clients: [client()], timeline });
    expect([slow.left, slow.drops.length]).toEqual([[101_150, 102_150, 103_150], 3]);
  });
});

describe('ambient drops', () => {
  it('come to so many per session and hour', () => {
    const products = [{ name: 'chat', sessions: 1000, ambientDrops: '36/h' }];
    const { drops } = runLog({ clock: seconds(100), tiers, products, clients: [client()] });
    // 0.01 per second and session, which is away for 1.2 s after each: 1000 · 100 / 101.2, standard deviation 31.4.
    expect(Math.abs(drops.length - 100_000 / 101.2)).toBeLessThan(3 * 31.4);
    expect(drops.every(({ cause }) => cause === 'ambient')).toBe(true);
  });
});

describe('a client that gives up', () => {
  // Dropped at 10 s; refused at 11.1 s, 12.2 s and 13.3 s, when it gives up.
  const run = (giveUp: unknown): RunLog => {
    const timeline = [{ name: 'loss', at: '10s', action: 'reboot', target: { tier: 'api' } }];
    return runLog({
      clock: seconds(60),
      tiers,
      products: [{ name: 'chat', sessions: 1 }],
      clients: [client({ giveUp })],
      timeline,
    });
  };
  const refused = (log: RunLog): number[] => log.ends.filter(({ how }) => how === 'noHost').map(({ atMs }) => atMs);

  it('stays away', () => {
    const log = run({ after: 3, then: 'stay' });
    expect([refused(log), log.gaveUp, log.left]).toEqual([[11_100, 12_200, 13_300], [13_300], []]);
  });

  it('leaves', () => expect(run({ after: 3, then: 'leave' }).left).toEqual([13_300]));

  it('reloads its page after a while, and starts over', () => {
    const log = run({ after: 3, then: 'reload', reloadAfter: '20s' });
    expect(refused(log)).toEqual([11_100, 12_200, 13_300, 33_350, 34_450, 35_550, 55_600, 56_700, 57_800]);
    expect(log.gaveUp).toEqual([13_300, 35_550, 57_800]);
  });
});

describe('the attempt counter', () => {
  // Two losses, 20 s apart; the host is back before the first retry, which an exponential backoff makes after 1 s or later.
  const secondReconnectMs = (resetAfter: string): number => {
    const losses = [10, 20].map((at, i) => ({
      name: `loss-${i}`,
      at: `${at}s`,
      action: 'reboot',
      target: { tier: 'api' },
    }));
    const clients = [client({ backoff: { policy: 'exponential', base: '1s', cap: '60s' }, resetAfter })];
    return runLog({
      clock: seconds(60),
      tiers: [tier({ boot: '500ms', holdsSessions: true })],
      products: [{ name: 'chat', sessions: 1 }],
      clients,
      timeline: losses,
    }).connects[1].reconnectTimeMs;
  };

  it('starts over after a connection that held long enough', () =>
    expect(secondReconnectMs('5s')).toBe(50 + 1000 + 50 + 100));
  it('goes on after one that did not', () => expect(secondReconnectMs('30s')).toBe(50 + 2000 + 50 + 100));
});
