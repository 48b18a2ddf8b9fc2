// The arithmetic before the storm, against numbers worked out by hand, and its least time against a run.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { arithmeticJson, arithmeticOf, type Arithmetic, type Loss } from '../../src/experiments/arithmetic.ts';
import { vocabulary } from '../../src/metrics/catalogue.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { runLog } from '../model/run-log.ts';
import { loadShipped, shippedFiles } from '../scenarios/shipped-scenario.ts';
import { scenarioOf } from '../small-scenario.ts';

type Fields = Readonly<Record<string, unknown>>;

const lossOf = ({ losses }: Arithmetic, name: string): Loss => losses.find((one) => one.name === name)!;
const saysOf = ({ findings }: Arithmetic, level: 'fault' | 'risk'): string[] =>
  findings.filter((one) => one.level === level).map(({ says }) => says);

function overfull(): Arithmetic {
  const text = readFileSync(new URL('../cases/users/over.yaml', import.meta.url), 'utf8');
  const loaded = loadScenario({ file: 'over.yaml', text }, vocabulary);
  if (!loaded.ok) throw new Error('not read');
  return arithmeticOf(loaded.scenario);
}

describe('120,000 sessions where 8,000 fit', () => {
  const {
    tiers: [gateway],
  } = overfull();

  it('are fifteen times too many: two pods of four hosts of 1,000 sessions each', () => {
    expect(gateway).toMatchObject({
      tier: 'gateway',
      hosts: 8,
      fits: 8000,
      sessionsAtStart: 120_000,
      loadAtStart: 15,
      loadAtPeak: 15,
      loadWithoutOne: 20,
      servedPerSec: 0,
      askedPerSec: 0,
    });
  });

  it('would go on by themselves: 60,000 that try again every 11 s, of hosts that serve 533 a second', () => {
    // C = 4 · 8 / 60 ms = 533.3/s per pod; w = 1; w·N/C = 60,000 / 533.3 = 112.5 s. D = 10 s timeout + 1 s delay.
    expect(gateway.wastedWork).toMatchObject({ costShare: 1, failsBy: 'timeout', stuck: true });
    expect(gateway.wastedWork!.retryMs).toBeCloseTo(11_000, 6);
    expect(gateway.wastedWork!.thresholdMs).toBeCloseTo(112_500, 6);
  });

  it('are told as a fault, and nobody is ever readmitted', () => {
    expect(saysOf(overfull(), 'fault')).toEqual([
      'gateway cannot hold what it starts with: 120,000 sessions where 8,000 fit (load u = 15). It is stalled from the first second, before anything happens to it',
    ]);
    expect(lossOf(overfull(), 'maintenance')).toMatchObject({
      kind: 'action',
      tier: 'gateway',
      hostsLost: 4,
      hostsLeft: 0,
      droppedSessions: 60_000,
      droppedFraction: 0.5,
      readmitByRestMs: Infinity,
      readmitByAllMs: Infinity,
    });
  });
});

describe('a pod of four half-loaded hosts (storm-metastable)', () => {
  const found = arithmeticOf(loadShipped('storm-metastable.yaml').scenario);
  const recovers = arithmeticOf(loadShipped('storm-recovers.yaml').scenario);

  it('serves half of 4 · 2 / 200 ms, and holds its sessions with one host less', () => {
    const [front] = found.tiers;
    expect(front).toMatchObject({ loadAtStart: 0.5, loadAtPeak: 0.5, fits: 4000 });
    expect(front.loadWithoutOne).toBeCloseTo(2 / 3, 12);
    expect(front.servedPerSec).toBeCloseTo(20, 9);
  });

  it('takes back in (K/C)·ln((K − n)/(K − N)) at least', () => {
    // One host of four: 500 drop. Three hosts: K = 3000, C = 30/s, from 1500 to 2000. Four: K = 4000, C = 40/s.
    const one = lossOf(found, 'one host of front');
    expect(one.droppedSessions).toBe(500);
    expect(one.readmitByRestMs).toBeCloseTo(100_000 * Math.log(1500 / 1000), 6);
    expect(one.readmitByAllMs).toBeCloseTo(100_000 * Math.log(2500 / 2000), 6);
    // Two hosts hold 2,000 sessions and no more: they never take all of them.
    expect(lossOf(found, 'maintenance')).toMatchObject({
      hostsLost: 2,
      hostsLeft: 2,
      loadLeft: 1,
      droppedSessions: 1000,
      readmitByRestMs: Infinity,
    });
    expect(lossOf(found, 'all of front').readmitByAllMs).toBeCloseTo(100_000 * Math.log(2), 6);
  });

  it('is on the wrong side of wN/C = 50 s with clients of 11 s, and on the right one with clients of 70 s', () => {
    expect(found.tiers[0].wastedWork).toMatchObject({ stuck: true });
    expect(found.tiers[0].wastedWork!.thresholdMs).toBeCloseTo(50_000, 6);
    expect(recovers.tiers[0].wastedWork).toMatchObject({ stuck: false });
    expect(recovers.tiers[0].wastedWork!.thresholdMs).toBeCloseTo(50_000, 6);
    // 10 s timeout, and the mean of full jitter up to two minutes, over eight draws.
    expect(Math.abs(recovers.tiers[0].wastedWork!.retryMs - 70_000)).toBeLessThan(4 * 12_400);
  });

  it('has no fault, but risks that are told', () => {
    expect(saysOf(found, 'fault')).toEqual([]);
    expect(saysOf(found, 'risk')).toEqual([
      'a storm of everybody would not end by itself at front: attempts whose clients have left alone keep its hosts busy if clients try again within 50 s, and these do so every 11 s (D ≤ wN/C with w = 1)',
      'while maintenance lasts, the hosts of front that are left cannot hold all sessions (load u = 1): they stall as the others come back to them',
    ]);
  });
});

const fleet = (fields: Fields): Arithmetic => arithmeticOf(scenarioOf(fields));
const tier = (fields: Fields = {}): Fields => ({
  name: 'api',
  hosts: 4,
  parallelism: 2,
  serviceTime: '100ms',
  sessionsAtFullLoad: 500,
  holdsSessions: true,
  ...fields,
});

describe('what a tier can serve', () => {
  it('counts what products ask for, and no more than a gate lets through', () => {
    const products = [
      { name: 'light', sessions: 300 },
      { name: 'heavy', sessions: 100, work: { api: 5 } },
    ];
    // Mean work (300 · 1 + 100 · 5) / 400 = 2; u = 400 / 2000; 4 · 2 / 200 ms · 0.8 = 32/s.
    expect(fleet({ tiers: [tier()], products }).tiers[0].servedPerSec).toBeCloseTo(32, 9);
    const gate = (per: string): Fields => ({ admission: { policy: 'token-bucket', rate: '3/s', per } });
    expect(fleet({ tiers: [tier(gate('balancer'))], products }).tiers[0].servedPerSec).toBe(3);
    expect(fleet({ tiers: [tier(gate('host'))], products }).tiers[0].servedPerSec).toBe(12);
    expect(fleet({ pods: 2, tiers: [tier(gate('balancer'))], products }).tiers[0].servedPerSec).toBe(6);
    // By the gate: a pod's 200 sessions at 3 a second.
    expect(
      lossOf(fleet({ pods: 2, tiers: [tier(gate('balancer'))], products }), "a pod's api").readmitByAllMs,
    ).toBeCloseTo(200_000 / 3, 6);
  });

  it('stands beside what is asked of it: arrivals, flaps, and a profile that is kept', () => {
    const asked = (product: Fields): number =>
      fleet({ tiers: [tier()], products: [{ name: 'chat', ...product }] }).tiers[0].askedPerSec;
    expect(asked({ sessions: 400, arrivals: '5/s', ambientDrops: '9/h' })).toBeCloseTo(6, 9);
    expect(asked({ profile: [{ at: '0s', sessions: 600 }], lifetime: { exponential: '1m' } })).toBeCloseTo(10, 9);
    expect(
      saysOf(fleet({ tiers: [tier()], products: [{ name: 'chat', arrivals: '81/s', lifetime: '0s' }] }), 'fault'),
    ).toEqual(['api cannot serve what arrives in the calm: 81 connects/s are asked for, 80 can be served']);
  });

  it('is that of the hosts that are up at the start, for those who are connected then', () => {
    const [row] = fleet({
      tiers: [tier()],
      products: [{ name: 'chat', sessions: 800 }],
      start: { disconnected: 0.5, down: { api: 2 } },
    }).tiers;
    expect(row).toMatchObject({ sessionsAtStart: 400, loadAtStart: 0.4, loadAtPeak: 0.4 });
    expect(row.servedPerSec).toBeCloseTo(24, 9);
  });

  it('is looked at where the pod is that has most sessions', () => {
    const pods = [{ name: 'large', share: 3 }, { name: 'small' }];
    const found = fleet({
      pods,
      tiers: [tier(), tier({ name: 'store', scope: 'shared', hosts: 5 })],
      products: [{ name: 'chat', sessions: 2000 }],
    });
    expect(found.tiers.map(({ loadAtStart, fits }) => [loadAtStart, fits])).toEqual([
      [0.75, 4000],
      [0.8, 2500],
    ]);
    expect(saysOf(found, 'risk')).toContain(
      'api cannot hold its peak with one host less (load u = 1, in the pod that has most of them)',
    );
  });

  it('at the peak counts those who come and stay, and as many of those who leave as there are at a time', () => {
    const peak = (product: Fields, timeline: readonly Fields[] = []): number =>
      fleet({ tiers: [tier()], products: [{ name: 'chat', ...product }], timeline }).tiers[0].sessionsAtPeak;
    expect(peak({ sessions: 100 })).toBe(100);
    expect(peak({ sessions: 100, arrivals: '1/s' })).toBe(700);
    expect(peak({ sessions: 100, arrivals: '2/s', lifetime: '100s' })).toBe(200);
    expect(
      peak({
        profile: [
          { at: '0s', sessions: 100 },
          { at: '5m', sessions: 900 },
        ],
        lifetime: { exponential: '1m' },
      }),
    ).toBe(900);
    expect(
      peak({ sessions: 100 }, [
        { name: 'crowd', at: '9m', action: 'add-arrivals', product: 'chat', rate: '10/s', for: '5m' },
      ]),
    ).toBe(700);
    const short = fleet({
      tiers: [tier()],
      products: [
        {
          name: 'chat',
          profile: [
            { at: '0s', sessions: 100 },
            { at: '5m', sessions: 3000 },
          ],
          lifetime: { exponential: '1m' },
        },
      ],
    });
    expect(saysOf(short, 'fault')).toEqual(['api cannot hold its peak: 3,000 sessions where 2,000 fit (load u = 1.5)']);
  });

  it('says when sessions alone fill the memory', () => {
    const memory = { limit: 100, perSession: 0.5 };
    expect(saysOf(fleet({ tiers: [tier({ memory })], products: [{ name: 'chat', sessions: 1000 }] }), 'fault')).toEqual(
      ['hosts of api run out of memory with their share of all sessions: 125 MiB of 100'],
    );
  });
});

describe('what an action takes away', () => {
  const lost = (action: Fields, more: Fields = {}): Loss =>
    fleet({
      pods: 4,
      tiers: [tier()],
      products: [{ name: 'chat', sessions: 4000 }],
      timeline: [{ name: 'it', at: '1m', ...action }],
      ...more,
    }).losses.find(({ kind }) => kind === 'action')!;

  it.each([
    [
      'all hosts of a pod',
      { action: 'reboot', target: { tier: 'api', pods: [2] } },
      { hostsLost: 4, hostsLeft: 0, droppedSessions: 1000, loadLeft: Infinity },
    ],
    [
      'half the hosts of two pods',
      { action: 'crash', target: { tier: 'api', pods: [1, 2], hosts: '50%' } },
      { hostsLost: 4, hostsLeft: 2, droppedSessions: 1000, loadLeft: 1 },
    ],
    [
      'a batch at a time',
      { action: 'reboot', target: { tier: 'api' }, order: 'rolling' },
      { hostsLost: 1, hostsLeft: 3, droppedSessions: 250 },
    ],
    [
      'a pod at a time',
      { action: 'reboot', target: { tier: 'api' }, order: 'by-pod' },
      { hostsLost: 4, hostsLeft: 0, droppedSessions: 1000 },
    ],
    [
      'fewer hosts from then on',
      { action: 'scale', tier: 'api', hosts: 3, pods: [1] },
      { hostsLost: 1, hostsLeft: 3, droppedSessions: 250 },
    ],
    [
      'sessions without hosts',
      { action: 'lose-network', fraction: 0.25, for: '1m' },
      { tier: null, hostsLost: 0, hostsLeft: null, loadLeft: null, droppedSessions: 1000 },
    ],
    [
      'everybody who adopts a version',
      { action: 'deploy', client: 'current', reload: true },
      { tier: null, droppedFraction: 1 },
    ],
  ])('%s', (_what, action, expected) => {
    expect(lost(action)).toMatchObject(expected);
  });

  it('is nothing where hosts are added, or a tier holds no sessions', () => {
    expect(lost({ action: 'scale', tier: 'api', hosts: 9 })).toBeUndefined();
    expect(
      lost({ action: 'reboot', target: { tier: 'api', pods: [2] } }, { tiers: [tier({ holdsSessions: false })] }),
    ).toMatchObject({ hostsLost: 4, droppedSessions: 0 });
  });

  it('is waited for at the slowest tier', () => {
    // A pod of 1,000 drops: the front takes them at (K/C)·ln(K/(K − N)) = 25 s · ln 2, the shared store in 1000 of 20/s.
    const tiers = [tier(), { name: 'store', scope: 'shared', hosts: 1, parallelism: 2, serviceTime: '100ms' }];
    expect(lost({ action: 'reboot', target: { tier: 'api', pods: [2] } }).readmitByAllMs).toBeCloseTo(
      25_000 * Math.log(2),
      6,
    );
    expect(lost({ action: 'reboot', target: { tier: 'api', pods: [2] } }, { tiers }).readmitByAllMs).toBeCloseTo(
      50_000,
      6,
    );
  });
});

describe('the least time to readmit all', () => {
  it('is kept by a run in which nothing is done in vain, and hardly exceeded', () => {
    const fields = {
      clock: { date: '2023-04-26', from: '00:00', to: '60s' },
      networkDelay: '0.01ms',
      tiers: [tier({ hosts: 1, parallelism: 4, serviceTime: '10ms', sessionsAtFullLoad: 1000 })],
      products: [{ name: 'chat', sessions: 900 }],
      clients: [{ name: 'current', backoff: { policy: 'fixed', delay: '1s' }, connectTimeout: 'none' }],
      start: { disconnected: 1, attempt: 0 },
    };
    // K = 1000, C = 4 / 10 ms = 400/s: 2.5 s · ln(1000 / 100) = 5.76 s.
    const leastMs = lossOf(fleet(fields), 'all of api').readmitByAllMs;
    expect(leastMs).toBeCloseTo(2500 * Math.log(10), 6);
    const { connects } = runLog(fields);
    expect(connects).toHaveLength(900);
    const lastMs = connects[connects.length - 1].atMs;
    // A service begun just before the load rose is a little shorter than the fluid's; so is the last one's share of a slot.
    expect(lastMs).toBeGreaterThan(0.98 * leastMs);
    expect(lastMs).toBeLessThan(1.1 * leastMs);
  });
});

describe('a storm of everybody at a tier behind another', () => {
  // 8,000 clients that try again every 16 s ask for 500 attempts/s; the store serves 80/s: D = 16 s ≤ wN/C = 100 s.
  const behind = (gatePerSec: number): Fields => ({
    clock: { date: '2023-04-26', from: '00:00', to: '3m' },
    tiers: [
      {
        name: 'gate',
        hosts: 1,
        parallelism: 100,
        serviceTime: '1ms',
        holdsSessions: true,
        admission: { policy: 'token-bucket', rate: `${gatePerSec}/s`, burst: 1 },
      },
      { name: 'store', hosts: 1, parallelism: 8, serviceTime: '100ms' },
    ],
    products: [{ name: 'chat', sessions: 8000 }],
    clients: [{ name: 'current', backoff: { policy: 'fixed', delay: '1s', jitter: '10s' }, connectTimeout: '10s' }],
    start: { disconnected: 1, attempt: 0 },
  });

  it.each([
    [75, false],
    [160, true],
  ])('with %d attempts a second let through to one that serves 80: stuck is %s', (gatePerSec, stuck) => {
    expect(fleet(behind(gatePerSec)).tiers[1].wastedWork).toMatchObject({ stuck });
    // In three minutes 14,400 could be served. Behind too wide a gate the queue is soon longer than clients wait.
    const connected = runLog(behind(gatePerSec)).connects.length;
    expect(connected, `${connected} of 8,000 are connected`).toBeGreaterThan(stuck ? 0 : 7999);
    expect(connected, `${connected} of 8,000 are connected`).toBeLessThan(stuck ? 4000 : 8001);
  });
});

describe('every shipped scenario', () => {
  it.each(shippedFiles)('%s holds what it starts with, as plain data', (file) => {
    const found = arithmeticOf(loadShipped(file).scenario);
    expect(saysOf(found, 'fault')).toEqual([]);
    const json = arithmeticJson(found) as Arithmetic;
    expect(json.tiers.map(({ tier: name }) => name)).toEqual(found.tiers.map(({ tier: name }) => name));
  });
});

it('the interval between two attempts counts all of a client that multiplies', () => {
  const every = (multiplies: unknown): number =>
    arithmeticOf(
      scenarioOf({
        products: [{ name: 'chat', sessions: 100 }],
        clients: [{ name: 'current', backoff: { policy: 'fixed', delay: '1s' }, connectTimeout: '9s', multiplies }],
      }),
    ).tiers[0].wastedWork!.retryMs;
  expect(every('none')).toBeCloseTo(10_000, 6);
  expect(every({ adds: 1, atMost: 5 })).toBeCloseTo(2000, 6);
});

describe('sessions that are to be placed anew', () => {
  const moving = (lease: Fields, timeline: readonly Fields[] = []): Arithmetic =>
    arithmeticOf(
      scenarioOf({
        tiers: [
          { name: 'front', hosts: 4, parallelism: 8, serviceTime: '1ms', holdsSessions: true },
          {
            name: 'presence',
            scope: 'shared',
            hosts: 4,
            parallelism: 2,
            serviceTime: '60ms',
            lease: { every: '30s', timeout: '60s', ...lease },
          },
        ],
        products: [{ name: 'chat', sessions: 20_000 }],
        timeline,
      }),
    );
  const herd = { moves: 'attempt', moveTimeout: '10s', asksAgain: '2s' };

  it('take what their service takes the hosts that are left: 5,000 × 60 ms / (3 × 2) = 50 s', () => {
    const { moves } = lossOf(moving(herd), 'one host of presence');
    expect(moves).toMatchObject({ stallingSessions: 5000, placedMs: 50_000 });
    // 5,000 / 12 s = 417 a second, where 3 × 2 / 60 ms = 100 are placed.
    expect(moves!.herd!.askedPerSec).toBeCloseTo(416.7, 1);
    expect(moves!.herd!.placedPerSec).toBe(100);
    expect(saysOf(moving(herd), 'risk').join()).toContain('nobody is placed in time if they ask again every 12 s');
  });

  it('come through where they wait long enough, and stall for nothing where they move for nothing', () => {
    expect(lossOf(moving({ ...herd, moveTimeout: '49s' }), 'one host of presence').moves!.herd).toBeNull();
    expect(lossOf(moving({ ...herd, moveTimeout: '47s' }), 'one host of presence').moves!.herd).not.toBeNull();
    expect(lossOf(moving({ moves: 'attempt' }), 'one host of presence').moves!.herd).toBeNull();
    expect(lossOf(moving({}), 'one host of presence').moves).toBeNull();
    expect(saysOf(moving({}), 'risk').join()).not.toContain('stall');
  });

  it('are told by what is done to the tier, or by a host of it if nothing is', () => {
    const kill = { name: 'all-die', at: '10s', action: 'kill', target: { tier: 'presence' } };
    expect(saysOf(moving(herd), 'risk').join()).toContain('one host of presence makes 5,000 sessions stall');
    const risks = saysOf(moving(herd, [kill]), 'risk').join();
    expect(risks).toContain('all-die makes 20,000 sessions stall until a host of presence is up');
    expect(risks).not.toContain('one host of presence makes');
  });
});
