// Crash-loop backoff as Kubernetes does it: a first restart at once, then waits of 10, 20, 40, 80, 160, 300, 300 s
// before each further one, until a host has lived for ten minutes.
import { describe, expect, it } from 'vitest';
import { runLog, seconds, tier } from './run-log.ts';

const stays = { name: 'current', backoff: { policy: 'fixed', delay: '5h' } };
const product = { name: 'initial', sessions: 1 };

function crashes(...instants: readonly number[]): Record<string, unknown>[] {
  return instants.map((second, i) => ({
    name: `crash-${i}`,
    at: `${second}s`,
    action: 'crash',
    target: { tier: 'api' },
  }));
}

/** From each death to the next time it is up, in seconds. */
function downtimes(fields: Readonly<Record<string, unknown>>): number[] {
  const { hosts } = runLog({ products: [product], clients: [stays], ...fields });
  return hosts.flatMap(({ atMs, state }, i) =>
    state === 'down' && i + 1 < hosts.length ? [(hosts[i + 1].atMs - atMs) / 1000] : [],
  );
}

describe('a host that dies again and again', () => {
  it('boots later and later, up to the longest delay', () => {
    const instants = [1, 7, 23, 49, 95, 181, 347, 653];
    expect(
      downtimes({ clock: seconds(1300), tiers: [tier({ boot: '5s', crashLoop: {} })], timeline: crashes(...instants) }),
    ).toEqual([5, 15, 25, 45, 85, 165, 305, 305]);
  });

  it('does so by itself where its sessions are too much for it', () => {
    // The session moves nowhere, and waits on the host for its return.
    const tiers = [tier({ boot: '5s', crashLoop: {}, memory: { limit: 1, perSession: 2 } })];
    expect(downtimes({ clock: seconds(400), tiers })).toEqual([5, 15, 25, 45, 85, 165]);
    expect(
      downtimes({ clock: seconds(10), tiers: [tier({ boot: '0s', memory: { limit: 1, perSession: 2 } })] }),
    ).toEqual(Array(9).fill(1));
  });

  it('begins anew after a long life', () => {
    const tiers = [tier({ boot: '5s', crashLoop: {} })];
    // Up at 15 s, 40 s and 655 s: ten minutes of life end at 640 s.
    expect(downtimes({ clock: seconds(1300), tiers, timeline: crashes(10, 25, 639) })).toEqual([5, 15, 25]);
    expect(downtimes({ clock: seconds(1300), tiers, timeline: crashes(10, 25, 640, 700) })).toEqual([5, 15, 5, 15]);
  });

  it('boots at once where it is off, and after a planned reboot in any case', () => {
    expect(downtimes({ clock: seconds(200), tiers: [tier({ boot: '5s' })], timeline: crashes(10, 20, 30) })).toEqual([
      5, 5, 5,
    ]);
    const timeline = [...crashes(10, 20), { name: 'reboot', at: '40s', action: 'reboot', target: { tier: 'api' } }];
    const log = runLog({
      clock: seconds(200),
      tiers: [tier({ boot: '5s', crashLoop: {} })],
      products: [product],
      clients: [stays],
      timeline,
    });
    expect(log.hosts.map(({ atMs, state }) => [atMs, state]).slice(-2)).toEqual([
      [40_000, 'rebooting'],
      [45_000, 'up'],
    ]);
  });
});
