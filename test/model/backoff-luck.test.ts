// Backoffs that need more than an attempt's number: luck drawn once per page, and delays from the attempt's start.
import { describe, expect, it } from 'vitest';
import { runLog, seconds, tier } from './run-log.ts';

/** One session whose only host goes at 100 s and stays away for long: the times of its attempts since it knows. */
function attemptsAfterLoss(client: Readonly<Record<string, unknown>>, sessions = 1): number[] {
  const log = runLog({
    clock: seconds(400),
    tiers: [tier({ boot: '10m', holdsSessions: true })],
    products: [{ name: 'chat', sessions }],
    clients: [{ name: 'current', connectTimeout: '10s', ...client }],
    timeline: [{ name: 'loss', at: '100s', action: 'reboot', target: { tier: 'api' } }],
  });
  return log.ends.map(({ atMs }) => atMs - 100_000 - 100);
}

describe('a backoff that draws once per page', () => {
  it('grows by its factor from the first delay, which differs from session to session', () => {
    const delays = (name: string): number[] => {
      const at = attemptsAfterLoss({
        backoff: { policy: 'reconnecting-websocket', cap: '1m' },
        giveUp: { after: 5, then: name },
      });
      // An attempt that is refused takes the network there and back.
      return at.slice(0, 5).map((atMs, i) => atMs - (i === 0 ? 0 : at[i - 1] + 100));
    };
    const [first, ...others] = delays('stay');
    expect(first).toBeGreaterThanOrEqual(1000);
    expect(first).toBeLessThanOrEqual(5000);
    for (const [i, delay] of others.entries()) expect(Math.abs(delay - first * 1.3 ** (i + 1))).toBeLessThan(0.01);
    const together = attemptsAfterLoss({ backoff: 'reconnecting-websocket', giveUp: { after: 1, then: 'stay' } }, 50);
    expect(new Set(together).size).toBe(50);
  });

  it('draws again when the page is loaded again', () => {
    const at = attemptsAfterLoss({
      backoff: 'reconnecting-websocket',
      giveUp: { after: 2, then: 'reload', reloadAfter: '10s' },
    });
    // After a reload the first attempt comes at once and counts, so the second waits for the second delay.
    const second = (load: number): number => at[2 * load + 1] - at[2 * load] - 100;
    expect(Math.abs(second(0) - second(1))).toBeGreaterThan(1);
  });
});

describe('a backoff that counts from the start of the attempt before', () => {
  it('lets a session that held for long try again at once, and then keeps its rhythm however long a refusal takes', () => {
    expect(attemptsAfterLoss({ backoff: { policy: 'nats', jitter: '0s' } }).slice(0, 4)).toEqual([0, 2000, 4000, 6000]);
    expect(attemptsAfterLoss({ backoff: { policy: 'fixed', delay: '2s' } }).slice(0, 4)).toEqual([
      2000, 4100, 6200, 8300,
    ]);
  });
});
