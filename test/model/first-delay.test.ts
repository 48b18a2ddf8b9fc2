// The first delay after a loss is what the client says, is no step of its backoff, and comes after every loss of a
// connection. Instants are told by hand: the network takes 50 ms each way, as by default.
import { describe, expect, it } from 'vitest';
import { arrivingAt, client, runLog, seconds, wide, type RunLog } from './run-log.ts';

const steps = { policy: 'steps', delays: ['1s', '4s', '16s', '64s'] };
const one = [{ name: 'chat', sessions: 1 }];
const reboot = (at: string): unknown => ({ name: `reboot-${at}`, at, action: 'reboot', target: { tier: 'api' } });
const gone = { tiers: [wide({ boot: '1h' })], products: one, timeline: [reboot('10s')] };

function refusedAt(log: RunLog): number[] {
  return log.ends.filter(({ how }) => how === 'noHost').map(({ atMs }) => atMs);
}

describe('a first delay', () => {
  it('comes before the first attempt, and the first step of the backoff after it', () => {
    const attempts = (fields: Record<string, unknown>): number[] =>
      refusedAt(runLog({ ...gone, clock: seconds(40), clients: [client({ backoff: steps, ...fields })] }));
    // It knows of the loss at 10.05 s, and of each refusal 50 ms after the attempt came.
    expect(attempts({ firstDelay: '7s' })).toEqual([17_100, 18_200, 22_300, 38_400]);
    expect(attempts({ firstDelay: '0s' })).toEqual([10_100, 11_200, 15_300, 31_400]);
    expect(attempts({ firstDelay: 'none' })).toEqual([11_100, 15_200, 31_300]);
    expect(attempts({})).toEqual(attempts({ firstDelay: 'none' }));
  });

  it('comes before a distribution: at once, then at random', () => {
    const log = runLog({
      ...gone,
      clock: seconds(40),
      products: [{ name: 'chat', sessions: 4000 }],
      clients: [client({ firstDelay: '0s', backoff: { policy: 'random', delay: { uniform: ['5s', '10s'] } } })],
    });
    const attempts = refusedAt(log);
    expect(attempts.slice(0, 4000).every((atMs) => atMs === 10_100)).toBe(true);
    const second = attempts.slice(4000).filter((atMs) => atMs < 20_200);
    // The second attempts are uniform from 15.2 s to 20.2 s: 4,000 draws have their mean within four deviations of it.
    expect(second.length).toBeGreaterThanOrEqual(4000);
    const firstSeconds = second.sort((a, b) => a - b).slice(0, 4000);
    const mean = firstSeconds.reduce((sum, atMs) => sum + atMs, 0) / 4000;
    expect(Math.abs(mean - 17_700)).toBeLessThan((4 * (5000 / Math.sqrt(12))) / Math.sqrt(4000));
  });

  it('is a draw of its own for every loss', () => {
    const log = runLog({
      clock: seconds(600),
      tiers: [wide({ serviceTime: '0s' })],
      products: [{ name: 'chat', sessions: 40, maxAge: '20s' }],
      clients: [client({ firstDelay: { uniform: ['0s', '8s'] }, backoff: steps })],
    });
    const waits = log.connects.map(({ reconnectTimeMs }) => reconnectTimeMs);
    expect(waits.length).toBeGreaterThan(800);
    expect(new Set(waits).size).toBe(waits.length);
    const mean = waits.reduce((sum, ms) => sum + ms, 0) / waits.length;
    expect(Math.abs(mean - 4100)).toBeLessThan((4 * (8000 / Math.sqrt(12))) / Math.sqrt(waits.length));
  });

  it('comes after each loss, and the backoff goes on where its counter stands', () => {
    // Lost at 10 s and back at the second attempt, lost at 40 s before the counter is reset: the next step is the second.
    const log = runLog({
      clock: seconds(60),
      tiers: [wide({ serviceTime: '0s', boot: '5s' })],
      products: one,
      timeline: [reboot('10s'), reboot('40s')],
      clients: [client({ firstDelay: '3s', backoff: steps, resetAfter: '1m' })],
    });
    // 10.05 + 3 → refused at 13.1; known at 13.15, + 1 → refused at 14.2; known at 14.25, + 4 → connected at 18.3.
    expect(refusedAt(log).slice(0, 2)).toEqual([13_100, 14_200]);
    expect(log.connects.map(({ atMs }) => atMs).slice(0, 1)).toEqual([18_300]);
    // 40.05 + 3 → refused at 43.1; known at 43.15, and three steps were taken: + 64 is beyond the clock.
    expect(refusedAt(log).slice(2)).toEqual([43_100]);
    const anew = runLog({
      clock: seconds(60),
      tiers: [wide({ serviceTime: '0s', boot: '5s' })],
      products: one,
      timeline: [reboot('10s'), reboot('40s')],
      clients: [client({ firstDelay: '3s', backoff: steps })],
    });
    expect(refusedAt(anew).slice(2)).toEqual([43_100, 44_200]);
  });

  it('is not for pages that are loaded, whose first attempt is made at once', () => {
    const log = runLog({
      clock: seconds(20),
      tiers: [wide({ boot: '1h' })],
      products: [arrivingAt(5000)],
      timeline: [reboot('1s')],
      clients: [client({ firstDelay: '3s', backoff: steps })],
    });
    expect(refusedAt(log)).toEqual([5050, 6150, 10_250]);
  });

  it('is what those wait for who start before their first attempt, and what those have behind them who start amid', () => {
    const attempts = (attempt: number): number[] =>
      refusedAt(
        runLog({
          clock: seconds(10),
          tiers: [wide({ boot: '1h' })],
          products: [{ name: 'chat', sessions: 200 }],
          start: { disconnected: 1, attempt, down: { api: 1 } },
          clients: [
            client({ firstDelay: '3s', backoff: { policy: 'steps', delays: attempt === 0 ? ['30s'] : ['1s', '30s'] } }),
          ],
        }),
      ).slice(0, 200);
    // Of the delay at hand a uniform part is left: 3 s before the first attempt, 1 s before the second.
    expect(Math.max(...attempts(0))).toBeGreaterThan(2500);
    expect(Math.max(...attempts(0))).toBeLessThan(3050);
    expect(Math.max(...attempts(1))).toBeGreaterThan(900);
    expect(Math.max(...attempts(1))).toBeLessThan(1050);
  });
});
