/**
 * Connections that end while their hosts stay: closed by an action, or at their age. In milliseconds by hand, and ages
 * against renewal: connections that are closed at an age of mean A and come back after r are closed every A + r on
 * average, and at any instant are of an age that is uniform in the long run.
 */
import { describe, expect, it } from 'vitest';
import { Simulation } from '../../src/model/simulation.ts';
import { dropCauses } from '../../src/model/state/vocabulary.ts';
import { scenarioOf } from '../small-scenario.ts';
import { arrivingAt, client, runLog, seconds, tier, wide } from './run-log.ts';
import { silentRecorder } from './silent-recorder.ts';

const initial = (sessions: number): Record<string, unknown> => ({ name: 'initial', sessions });

describe('the action close-connections', () => {
  const run = (fields: object, tiers: object[] = [wide({ hosts: 2 })]) =>
    runLog({
      clock: seconds(60),
      tiers,
      products: [initial(1000)],
      clients: [client()],
      timeline: [
        { name: 'close', at: '30s', action: 'close-connections', target: { tier: 'api', hosts: [1] }, ...fields },
      ],
    });

  it('ends all connections of its hosts at once, which stay up, and their clients know after the network delay', () => {
    const log = run({});
    expect(log.drops).toEqual(Array(500).fill({ atMs: 30_000, pod: 0, cause: 'closed' }));
    expect(log.hosts).toEqual([]);
    expect(log.connects.map(({ reconnectTimeMs }) => reconnectTimeMs)).toEqual(Array(500).fill(50 + 1000 + 50 + 100));
    expect(log.actions.map(({ atMs, done }) => [atMs, done])).toEqual([
      [30_000, false],
      [30_000, true],
    ]);
  });

  it('or a share of them, each at its own instant, spread evenly', () => {
    const { drops, actions } = run({ fraction: 0.4, over: '10s' });
    // Binomial: 200 ± 3 · 11.
    expect(Math.abs(drops.length - 200)).toBeLessThan(33);
    const atMs = drops.map((drop) => drop.atMs - 30_000);
    expect(Math.min(...atMs)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...atMs)).toBeLessThan(10_000);
    // Uniform: mean 5 s, standard error 2.89 s / √200.
    expect(Math.abs(atMs.reduce((sum, ms) => sum + ms, 0) / atMs.length - 5000)).toBeLessThan(3 * 204);
    expect(actions.at(-1)).toMatchObject({ atMs: 40_000, done: true });
  });

  it('of none that the tier does not hold', () => {
    expect(run({}, [tier({ hosts: 2, parallelism: 1000 })]).drops).toEqual([]);
  });

  it('leaves a connection alone that is a new one by then', () => {
    const killed = { name: 'kill', at: '31s', action: 'kill', target: { tier: 'api', hosts: [1] } };
    const log = run({ over: '20s', timeline: undefined }, [wide({ hosts: 2 })]);
    const both = runLog({
      clock: seconds(60),
      tiers: [wide({ hosts: 2 })],
      products: [initial(1000)],
      clients: [client()],
      timeline: [
        { name: 'close', at: '30s', action: 'close-connections', target: { tier: 'api', hosts: [1] }, over: '20s' },
        killed,
      ],
    });
    expect(log.drops).toHaveLength(500);
    const closed = both.drops.filter(({ cause }) => cause === 'closed');
    expect(closed.every(({ atMs }) => atMs <= 31_000)).toBe(true);
    expect(both.drops).toHaveLength(500);
  });
});

describe('an age', () => {
  it('ends a connection so long after it was made, and the next one as long after that', () => {
    const log = runLog({
      clock: seconds(40),
      tiers: [wide({ maxAge: '10s' })],
      products: [arrivingAt(1)],
      clients: [client()],
    });
    // Made at 151; away for 50 + 1000 + 50 + 100.
    expect(log.drops.map(({ atMs, cause }) => [atMs, cause])).toEqual([
      [10_151, 'age'],
      [21_351, 'age'],
      [32_551, 'age'],
    ]);
  });

  it("of the product's and the tiers' the least counts", () => {
    const log = runLog({
      clock: seconds(14),
      tiers: [wide({ maxAge: '10s' })],
      products: [{ ...arrivingAt(1), maxAge: '3s' }],
      clients: [client()],
    });
    expect(log.drops.map(({ atMs }) => atMs)).toEqual([3151, 7351, 11_551]);
  });

  /** When connections are closed, in minutes. */
  function closedAtMin(fields: object, minutes: number): number[] {
    const closed: number[] = [];
    const scenario = scenarioOf({ clock: { date: '2026-01-05', from: '00:00', to: `${minutes}m` }, ...fields });
    const recorder = silentRecorder({
      dropped: (atMs, _pod, cause) => {
        if (dropCauses[cause] === 'age') closed.push(atMs / 60_000);
      },
    });
    new Simulation(scenario, { seed: 'ages', recorder }).run(scenario.clock.durationMs);
    return closed;
  }
  const ages = { uniform: ['9m', '11m'] };
  const fleet = { tiers: [wide({ hosts: 3, maxAge: ages })], clients: [client()] };

  it('of connections that have been there for a while closes them evenly from the start on', () => {
    const closed = closedAtMin({ ...fleet, products: [initial(1500)] }, 120);
    // A renewal every 10 min and 1.2 s: 149.7 a minute. A minute's count is Poisson at most.
    expect(Math.abs(closed.length / 120 - 1500 / (10 + 1.2 / 60))).toBeLessThan(2);
    for (let minute = 0; minute < 120; minute++) {
      const count = closed.filter((at) => Math.floor(at) === minute).length;
      expect(Math.abs(count - 149.7)).toBeLessThan(5 * Math.sqrt(149.7));
    }
  });

  it('of connections that were all made at once comes in waves, which spread by the jitter', () => {
    const arrivals = {
      process: 'constant',
      schedule: [
        { from: '0s', rate: '1500/s' },
        { from: '1s', rate: '0/s' },
      ],
    };
    const closed = closedAtMin({ ...fleet, products: [{ name: 'a', arrivals }] }, 61);
    const between = (from: number, to: number): number[] => closed.filter((at) => at >= from && at < to);
    expect([between(0, 9), between(9, 12), between(12, 18), between(18, 23)].map((wave) => wave.length)).toEqual([
      0, 1500, 0, 1500,
    ]);
    // The n-th wave is a sum of n uniform ages (each of standard deviation 0.577 min): it spreads with √n.
    const spread = (wave: readonly number[]): number => {
      const mean = wave.reduce((sum, at) => sum + at, 0) / wave.length;
      return Math.sqrt(wave.reduce((sum, at) => sum + (at - mean) ** 2, 0) / wave.length);
    };
    // The standard error of a standard deviation of 1,500 is 1 to 2 %.
    expect(Math.abs(spread(between(8, 13)) / 0.577 - 1)).toBeLessThan(0.06);
    expect(Math.abs(spread(between(35, 45)) / (0.577 * 2) - 1)).toBeLessThan(0.06);
  });

  it('is refused where it closes nothing, or everything at once', () => {
    const load = (fields: Record<string, unknown>) => () => scenarioOf({ tiers: [tier(fields)] });
    expect(load({ maxAge: '10m' })).toThrow(/maxAge\s+expected none, or a tier that holds sessions/);
    expect(load({ maxAge: '0s', holdsSessions: true })).toThrow(/maxAge\s+expected a mean of more than 0s/);
  });
});
