// What happens to attempts at hosts, in milliseconds by hand. Attempts reach the balancer 50 ms after they begin.
import { describe, expect, it } from 'vitest';
import { arrivingAt, client, runLog, seconds, tier, triesOnce } from './run-log.ts';

const clock = seconds(10);

describe('a full queue', () => {
  it('rejects at once, and the others are served in turn', () => {
    const log = runLog({
      clock,
      tiers: [tier({ queue: { limit: 2 } })],
      products: [arrivingAt(1, 2, 3, 4, 5)],
      clients: [triesOnce],
    });
    expect(log.ends).toEqual([
      { atMs: 54, how: 'queueFull' },
      { atMs: 55, how: 'queueFull' },
      { atMs: 151, how: 'connected' },
      { atMs: 251, how: 'connected' },
      { atMs: 351, how: 'connected' },
    ]);
  });

  it('of length 0 still lets an attempt into a free slot', () => {
    const log = runLog({
      clock,
      tiers: [tier({ parallelism: 2, queue: { limit: 0 } })],
      products: [arrivingAt(1, 2, 3, 200)],
      clients: [triesOnce],
    });
    expect(log.ends.map(({ how }) => how)).toEqual(['queueFull', 'connected', 'connected', 'connected']);
  });

  it('is tried again after the network delay and the backoff', () => {
    const log = runLog({
      clock,
      tiers: [tier({ queue: { limit: 0 } })],
      products: [arrivingAt(1, 2)],
      clients: [client()],
    });
    expect(log.ends).toEqual([
      { atMs: 52, how: 'queueFull' },
      { atMs: 151, how: 'connected' },
      { atMs: 52 + 50 + 1000 + 50 + 100, how: 'connected' },
    ]);
  });
});

describe('the discipline', () => {
  const waits = (discipline: string): number[] =>
    runLog({
      clock,
      tiers: [tier({ queue: { discipline } })],
      products: [arrivingAt(1, 2, 3, 4)],
      clients: [triesOnce],
    }).services.map(({ waitMs }) => waitMs);

  it('fifo serves the oldest', () => expect(waits('fifo')).toEqual([0, 99, 198, 297]));
  it('lifo serves the newest, and the oldest waits for the end', () =>
    expect(waits('lifo')).toEqual([0, 97, 198, 299]));
});

describe('an attempt handed over to the next tier', () => {
  const connects = (front: Record<string, unknown>): number[] => {
    const tiers = [tier(front), tier({ name: 'store', parallelism: 2, serviceTime: '1s' })];
    return runLog({ clock, tiers, products: [arrivingAt(1, 2)], clients: [triesOnce] }).connects.map(
      ({ atMs }) => atMs,
    );
  };

  it('frees its service slot', () => expect(connects({ handOver: 'async' })).toEqual([1151, 1251]));
  it('holds its service slot in sync', () => expect(connects({ handOver: 'sync' })).toEqual([1151, 2251]));
  it('counts in flight, so that the next one waits at the limit', () =>
    expect(connects({ parallelism: 2, inFlightLimit: 1 })).toEqual([1151, 2251]));
  it('leaves room for as many as the limit says', () =>
    expect(connects({ parallelism: 2, inFlightLimit: 2 })).toEqual([1151, 1152]));
});

describe('a host of another size', () => {
  // Eight slots of 100 ms serve 80/s. A tenth of that are 8/s: one slot of 125 ms. A quarter: two slots as quick as before.
  const served = (hostSize: number): number[] =>
    runLog({
      clock,
      scale: { hostSize },
      tiers: [tier({ parallelism: 8 })],
      products: [arrivingAt(1, 2, 3)],
      clients: [triesOnce],
    }).connects.map(({ atMs }) => atMs);

  it('has as many slots as are whole, and makes the rest up by their speed', () => {
    expect(served(1)).toEqual([151, 152, 153]);
    expect(served(0.25)).toEqual([151, 152, 251]);
    expect(served(0.1)).toEqual([51 + 125, 51 + 250, 51 + 375]);
    // 8 · 0.3 = 2.4: two slots that are quicker, of 2 / 2.4 of the time.
    expect(served(0.3)).toEqual([51 + 83.333, 52 + 83.333, 51 + 166.667]);
  });
});

describe('abandoned work', () => {
  // Clients stop waiting after 500 ms, a service takes 1 s: the first is abandoned in service (51 to 1051), the second in the queue.
  const run = (abandonedWorkCost: number): ReturnType<typeof runLog> =>
    runLog({
      clock,
      tiers: [tier({ serviceTime: '1s', abandonedWorkCost })],
      products: [arrivingAt(1, 2, 1401)],
      clients: [client({ connectTimeout: '500ms', giveUp: { after: 1, then: 'stay' } })],
    });

  it('is done in full by a host that never notices', () => {
    const log = run(1);
    expect(log.abandoned).toEqual([
      { atMs: 1051, waitMs: 999, serviceMs: 1000 },
      { atMs: 2051, waitMs: 600, serviceMs: 1000 },
    ]);
    expect(log.services).toHaveLength(1);
  });

  it('is done in part at a cost between', () => {
    const log = run(0.5);
    expect(log.abandoned).toEqual([{ atMs: 1051, waitMs: 999, serviceMs: 500 }]);
    expect(log.services[1]).toEqual({ atMs: 1551, tier: 0, waitMs: 100, serviceMs: 1000 });
  });

  it('costs nothing where the host discards it', () => {
    const log = run(0);
    expect(log.abandoned).toEqual([{ atMs: 1051, waitMs: 999, serviceMs: 0 }]);
    expect(log.services[1]).toEqual({ atMs: 1451, tier: 0, waitMs: 0, serviceMs: 1000 });
  });

  it('never connects anybody', () => expect([1, 0.5, 0].flatMap((cost) => run(cost).connects)).toEqual([]));

  it('counts in the queue until the host comes to it', () => {
    const log = runLog({
      clock,
      tiers: [tier({ serviceTime: '2s', queue: { limit: 1 }, abandonedWorkCost: 0 })],
      products: [arrivingAt(1, 2, 1401, 2101)],
      clients: [client({ connectTimeout: '500ms', giveUp: { after: 1, then: 'stay' } })],
    });
    expect(log.ends.map(({ atMs, how }) => [atMs, how])).toEqual([
      [501, 'timedOut'],
      [502, 'timedOut'],
      [1451, 'queueFull'],
      [2601, 'timedOut'],
    ]);
  });
});

describe('load that is no attempt', () => {
  it('of connected sessions stretches a service by 1 / (1 − u)', () => {
    const products = [{ name: 'initial', sessions: 5 }, arrivingAt(1, 1001)];
    const log = runLog({ clock, tiers: [tier({ sessionsAtFullLoad: 10 })], products, clients: [triesOnce] });
    expect(log.services.map(({ serviceMs }) => serviceMs)).toEqual([200, 250]);
  });

  it('stretches by at most a hundredfold', () => {
    const products = [{ name: 'initial', sessions: 50 }, arrivingAt(1)];
    const log = runLog({
      clock: seconds(20),
      tiers: [tier({ sessionsAtFullLoad: 10 })],
      products,
      clients: [triesOnce],
    });
    expect(log.services.map(({ serviceMs }) => serviceMs)).toEqual([10_000]);
  });

  it('of refusals counts in the second after them', () => {
    // Five refusals of 100 ms in the first second use half of one slot in the next.
    const log = runLog({
      clock,
      tiers: [tier({ queue: { limit: 0 }, refusalWork: '100ms' })],
      products: [arrivingAt(1, 2, 3, 4, 5, 6, 1401, 3401)],
      clients: [triesOnce],
    });
    expect(log.services.map(({ atMs, serviceMs }) => [atMs, serviceMs])).toEqual([
      [51, 100],
      [1451, 200],
      [3451, 100],
    ]);
  });

  it('of a product is its work at that tier', () => {
    const heavy = { ...arrivingAt(1), work: { api: 3 } };
    expect(runLog({ clock, products: [heavy], clients: [triesOnce] }).connects.map(({ atMs }) => atMs)).toEqual([351]);
  });
});
