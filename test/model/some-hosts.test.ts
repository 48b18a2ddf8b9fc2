// Some hosts that are otherwise than their tier: rules that `set` gave them, a share of logins that they shed, and
// attempts that they refuse for a while.
import { describe, expect, it } from 'vitest';
import { Simulation } from '../../src/model/simulation.ts';
import { scenarioOf } from '../small-scenario.ts';
import { arrivingAt, client, runLog, seconds, tier, triesOnce, wide, type RunLog } from './run-log.ts';

type Fields = Readonly<Record<string, unknown>>;

const set = (second: number, where: Fields, change: Fields): Fields => ({
  name: `set-${second}`,
  at: `${second}s`,
  action: 'set',
  change,
  ...where,
});
const first = { target: { tier: 'api', hosts: [1] } };
const whole = { tier: 'api' };

/** The service times of attempts that arrive every second from 10.5 s on, by round robin over two hosts. */
function serviceTimes(timeline: readonly Fields[], fields: Fields = {}): number[] {
  const instants = Array.from({ length: 20 }, (_, i) => 10_500 + 1000 * i);
  const log = runLog({
    clock: seconds(40),
    tiers: [tier({ hosts: 2, parallelism: 4, ...fields })],
    products: [arrivingAt(...instants)],
    clients: [triesOnce],
    timeline,
  });
  return log.services.map(({ serviceMs }) => serviceMs);
}

describe('a set of some hosts', () => {
  it('is theirs alone, from then on', () => {
    expect(serviceTimes([set(20, first, { serviceTime: '300ms' })])).toEqual([
      ...Array.from({ length: 10 }, () => 100),
      ...Array.from({ length: 5 }, () => [300, 100]).flat(),
    ]);
  });

  it('stays theirs through a boot, and is not of hosts that join', () => {
    const timeline = [
      set(1, first, { serviceTime: '300ms' }),
      { name: 'boot', at: '2s', action: 'kill', target: { tier: 'api' } },
      { name: 'more', at: '3s', action: 'scale', tier: 'api', hosts: 3 },
    ];
    expect(serviceTimes(timeline, { boot: '1s' }).filter((ms) => ms === 300)).toHaveLength(7);
  });

  it('is kept by a later change of the whole tier, but for the fields that it names', () => {
    const other = [set(1, first, { serviceTime: '300ms' }), set(2, whole, { parallelism: 2 })];
    expect(serviceTimes(other).slice(0, 2)).toEqual([300, 100]);
    const same = [set(1, first, { serviceTime: '300ms' }), set(2, whole, { serviceTime: '200ms' })];
    expect(serviceTimes(same).slice(0, 2)).toEqual([200, 200]);
    // What the tier has already is news to the host that has another.
    const back = [set(1, first, { serviceTime: '300ms' }), set(2, whole, { serviceTime: '100ms' })];
    expect(serviceTimes(back).slice(0, 2)).toEqual([100, 100]);
  });

  it('shares its rules among the hosts that had the same, and leaves the others with those of the tier', () => {
    const scenario = scenarioOf({
      clock: seconds(10),
      tiers: [tier({ hosts: 6, zones: 2 })],
      timeline: [set(1, { target: { tier: 'api', zones: [2] } }, { serviceTime: '300ms' })],
    });
    const simulation = new Simulation(scenario, { seed: 'some', recorder: null, inspects: true });
    const { hosts, balancers } = simulation.parts.fleet;
    expect(new Set(hosts.map(({ rules }) => rules)).size).toBe(1);
    simulation.run(5000);
    const [balancer] = balancers[0];
    expect(hosts.map(({ rules }) => rules === balancer.rules)).toEqual([true, false, true, false, true, false]);
    expect(new Set(hosts.map(({ rules }) => rules)).size).toBe(2);
  });

  it('puts a limiter at one host', () => {
    const admission = { policy: 'token-bucket', rate: '1/h', burst: 1, per: 'host' };
    const log = runLog({
      clock: seconds(40),
      tiers: [tier({ hosts: 2, parallelism: 4 })],
      products: [arrivingAt(...Array.from({ length: 10 }, (_, i) => 10_500 + 1000 * i))],
      clients: [triesOnce],
      timeline: [set(1, first, { admission })],
    });
    const ends = log.ends.map(({ how }) => how);
    expect(ends.filter((how) => how === 'admission')).toHaveLength(4);
    expect(ends.filter((how) => how === 'connected')).toHaveLength(6);
  });

  it('leaves the gate of the whole balancer with what is at the other hosts', () => {
    // Ten seconds of work lie at each host; the balancer lets two be under way.
    const aimd = { policy: 'aimd', initial: 2, minLimit: 2, maxLimit: 2, late: '1m', per: 'balancer' };
    const perHost = { policy: 'token-bucket', rate: '100/s', burst: 100, per: 'host' };
    const ends = (timeline: readonly Fields[]): string[] =>
      runLog({
        clock: seconds(9),
        tiers: [tier({ hosts: 2, parallelism: 4, serviceTime: '10s', admission: aimd })],
        products: [arrivingAt(1000, 2000, 5000, 6000, 7000)],
        clients: [triesOnce],
        timeline,
      }).ends.map(({ how }) => how);
    expect(ends([]).filter((how) => how === 'admission')).toHaveLength(3);
    // One of the two is no longer the balancer's: there is room for one more there, which goes to host 1 and is none of
    // the balancer's either, and then for one at host 2.
    expect(ends([set(3, first, { admission: perHost })]).filter((how) => how === 'admission')).toHaveLength(1);
  });
});

describe('hosts that shed logins', () => {
  const sheds = (fields: Fields): RunLog =>
    runLog({
      clock: seconds(60),
      tiers: [wide({ hosts: 2, refusalWork: '0ms' })],
      products: [{ name: 'chat', arrivals: { process: 'constant', rate: '20/s' } }],
      clients: [triesOnce],
      timeline: [{ name: 'shed', at: '10s', action: 'shed-logins', for: '20s', ...fields }],
    });
  const shed = (log: RunLog): number => log.ends.filter(({ how }) => how === 'shed').length;

  it('refuse their share of what comes to them, and the others none', () => {
    // 200 of 400 come to the host: half of them is 100 ± 7.
    expect(shed(sheds({ ...first, fraction: 0.5 }))).toBeGreaterThan(70);
    expect(shed(sheds({ ...first, fraction: 0.5 }))).toBeLessThan(130);
    expect(shed(sheds({ ...first, fraction: 1 }))).toBe(200);
    expect(shed(sheds({ ...whole, fraction: 1 }))).toBe(400);
  });

  it('stop when it is over', () => {
    const instants = sheds({ ...first, fraction: 1 }).ends.flatMap(({ atMs, how }) => (how === 'shed' ? atMs : []));
    expect(Math.min(...instants)).toBeGreaterThanOrEqual(10_000);
    expect(Math.max(...instants)).toBeLessThanOrEqual(30_200);
  });

  it('may let those in who were connected before', () => {
    const log = runLog({
      clock: seconds(60),
      tiers: [wide({ hosts: 2 })],
      products: [{ name: 'chat', sessions: 20 }],
      clients: [client()],
      timeline: [
        { name: 'shed', at: '10s', action: 'shed-logins', for: '20s', target: { tier: 'api', hosts: 2 } },
        { name: 'close', at: '12s', action: 'close-connections', target: { tier: 'api' } },
      ],
    });
    expect([shed(log), log.connects.length]).toEqual([0, 20]);
  });

  it('stop only what they began: another action goes on', () => {
    const log = runLog({
      clock: seconds(60),
      tiers: [wide({ hosts: 1 })],
      products: [{ name: 'chat', arrivals: { process: 'constant', rate: '10/s' } }],
      clients: [triesOnce],
      timeline: [
        { name: 'one', at: '10s', action: 'refuse-attempts', for: '10s', ...first },
        { name: 'other', at: '15s', action: 'refuse-attempts', for: '20s', ...first },
      ],
    });
    expect(shed(log)).toBe(250);
  });

  it.each([
    ['hosts', first],
    ['balancers', whole],
  ])('and at %s one that is over first leaves the other as it was', (_, where) => {
    const log = runLog({
      clock: seconds(60),
      tiers: [wide({ hosts: 1 })],
      products: [{ name: 'chat', arrivals: { process: 'constant', rate: '10/s' } }],
      clients: [triesOnce],
      timeline: [
        { name: 'long', at: '10s', action: 'shed-logins', fraction: 1, for: '20s', ...where },
        { name: 'short', at: '15s', action: 'shed-logins', fraction: 0.1, for: '5s', ...where },
      ],
    });
    expect(shed(log)).toBe(200);
  });
});

describe('a host that refuses for a while', () => {
  const refuses = (fields: Fields, ofTier: Fields = {}): RunLog =>
    runLog({
      clock: seconds(60),
      tiers: [tier({ hosts: 1, parallelism: 1, serviceTime: '2s', holdsSessions: true, ...ofTier })],
      products: [arrivingAt(1000, 1001, 1002, 4000, 20_000)],
      clients: [triesOnce],
      timeline: [{ name: 'refuse', at: '2s', action: 'refuse-attempts', for: '10s', ...first, ...fields }],
    });

  it('works off its queue, keeps its sessions, and takes attempts in again after that', () => {
    const log = refuses({});
    expect(log.ends.map(({ atMs, how }) => [Math.round(atMs / 1000), how])).toEqual([
      [3, 'connected'],
      [4, 'shed'],
      [5, 'connected'],
      [7, 'connected'],
      [22, 'connected'],
    ]);
    expect(log.drops).toEqual([]);
  });

  it('tells clients when to come again, as its tier does', () => {
    const log = runLog({
      clock: seconds(60),
      tiers: [wide({ hosts: 1, retryAfter: { delay: '17s' } })],
      products: [arrivingAt(5000)],
      clients: [client({ retryAfter: 'honour' })],
      timeline: [{ name: 'refuse', at: '2s', action: 'refuse-attempts', for: '10s', ...first }],
    });
    expect(log.ends.map(({ how }) => how)).toEqual(['shed', 'connected']);
    expect(Math.round(log.ends[1].atMs / 1000)).toBeGreaterThanOrEqual(22);
  });

  it('is sent nothing more once its readiness probes have failed, if it says so', () => {
    const readiness = { every: '1s', timeout: '100ms', failures: 2, successes: 1, answered: 'aside' };
    const run = (unready: boolean): string[] =>
      runLog({
        clock: seconds(60),
        tiers: [wide({ hosts: 2, readiness })],
        products: [{ name: 'chat', arrivals: { process: 'constant', rate: '10/s' } }],
        clients: [triesOnce],
        timeline: [{ name: 'refuse', at: '10s', action: 'refuse-attempts', for: '30s', unready, ...first }],
      }).ends.map(({ how }) => how);
    const refused = (ends: readonly string[]): number => ends.filter((how) => how === 'shed').length;
    expect(refused(run(false))).toBe(150);
    // Five a second come to it until two probes have failed, which takes from one to two seconds and a timeout.
    expect(refused(run(true))).toBeGreaterThanOrEqual(5);
    expect(refused(run(true))).toBeLessThanOrEqual(11);
  });
});
