// What a run may cost, said by a program that uses the library: a run that would cost more is refused or stopped with a
// LimitError, and one that may cost more than usual runs.
import { describe, expect, it } from 'vitest';
import { compare, LimitError, loadScenario, ReplicationError, simulate, type Limits } from 'cascade-sim';

const busy = loadScenario(`
format: 1
name: busy
clock: { to: 1m }
tiers: [{ name: api, hosts: 1, parallelism: 100, serviceTime: 1ms }]
products: [{ name: chat, arrivals: 100/s, lifetime: 0s }]
clients: [{ name: current, backoff: none }]
`);

const failureOf = (run: Promise<unknown>): Promise<unknown> =>
  run.then(
    () => null,
    (error: unknown) => error,
  );

describe('limits', () => {
  it('refuse a run beforehand, at the value that is to blame', async () => {
    const error = await failureOf(simulate(busy, { limits: { eventsMax: 1000 } }));
    expect(error).toBeInstanceOf(LimitError);
    expect((error as LimitError).facts).toMatchObject({ limit: 'events', path: 'products.chat.arrivals' });
  });

  it('let a run pass that stays within them, which is then the same', async () => {
    const limits: Limits = { eventsMax: 1e12, memoryBytesMax: Infinity, wallMsMax: 60_000 };
    expect((await simulate(busy, { limits })).fingerprint).toBe((await simulate(busy)).fingerprint);
  });

  it('hold for each run of a comparison', async () => {
    const error = await failureOf(compare(busy, { replications: 1, jobs: 1, limits: { eventsMax: 1000 } }));
    expect(error).toBeInstanceOf(ReplicationError);
    expect((error as ReplicationError).cause).toBeInstanceOf(LimitError);
  });

  it('are numbers above nothing, by names that there are', async () => {
    await expect(simulate(busy, { limits: { eventsMax: 0 } })).rejects.toThrow(
      'limits.eventsMax must be a number above 0',
    );
    await expect(simulate(busy, { limits: { wallMsMax: NaN } })).rejects.toThrow(RangeError);
    await expect(simulate(busy, { limits: { events: 5 } as Limits })).rejects.toThrow('there is no limit events');
  });
});
