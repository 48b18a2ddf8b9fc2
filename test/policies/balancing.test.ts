// What single balancing policies promise beyond the contract of all.
import { describe, expect, it } from 'vitest';
import { Stream } from '../../src/engine/luck.ts';
import { balancings, type HostPool } from '../../src/policies/balancing.ts';
import { defaultsOf } from './backoff-contract.ts';

const SESSIONS = 3000;
const affinity = new Stream('balancing', 'affinity');
const draws = new Stream('balancing', 'balancing');

interface Asked {
  readonly hosts: readonly number[];
  readonly last?: number;
  readonly loads?: readonly number[];
  readonly open?: readonly number[];
  readonly weights?: readonly number[];
}

/** A pool of these hosts, by their own numbers. */
function poolOf({ hosts, last = -1, loads = [], open = [], weights }: Asked): HostPool {
  const known = (i: number): number => {
    if (hosts[i] === undefined) throw new Error(`asks for host ${i} of ${hosts.length}`);
    return i;
  };
  return {
    count: hosts.length,
    weighted: weights !== undefined,
    weight: (i) => weights?.[known(i)] ?? 1,
    load: (i) => loads[known(i)] ?? 0,
    openAttempts: (i) => open[known(i)] ?? 0,
    affinity: (i, serial) => affinity.at(serial, hosts[known(i)]).uniform(),
    lastPosition: () => hosts.indexOf(last),
  };
}

/** The host of each session, by its own number. */
function hashed(hosts: readonly number[], weights?: readonly number[]): number[] {
  const balancing = balancings['consistent-hash'].create({});
  return Array.from({ length: SESSIONS }, (_, serial) => {
    const pool = poolOf({ hosts, ...(weights === undefined ? {} : { weights }) });
    return hosts[balancing.pick(pool, draws.at(serial, 1), serial, -1)];
  });
}

describe('a consistent hash', () => {
  const all = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
  const before = hashed(all);

  it.each([[[3]], [[0, 9]], [[1, 2, 4, 7, 8]]])('moves only the sessions of the hosts that leave: %j', (gone) => {
    const after = hashed(all.filter((host) => !gone.includes(host)));
    const moved = after.filter((host, serial) => host !== before[serial]).length;
    expect(moved).toBe(before.filter((host) => gone.includes(host)).length);
    expect(before.filter((host, serial) => !gone.includes(host) && after[serial] !== host)).toEqual([]);
    // And they move back: who is where does not depend on the past.
    expect(hashed(all)).toEqual(before);
  });

  it('gives a host that comes back slowly only sessions of its own', () => {
    const after = hashed(
      all,
      all.map((host) => (host === 3 ? 0.25 : 1)),
    );
    expect(after.every((host, serial) => host === before[serial] || before[serial] === 3)).toBe(true);
    // By weight 3000 · 0.25 / 9.25 = 81, standard deviation 8.9.
    expect(Math.abs(after.filter((host) => host === 3).length - 81)).toBeLessThan(4 * 8.9);
  });

  it('spreads the sessions of a lost host over all the others', () => {
    const heirs = hashed(all.slice(1)).filter((_, serial) => before[serial] === 0);
    const shares = all.slice(1).map((host) => heirs.filter((heir) => heir === host).length);
    const mean = heirs.length / 9;
    for (const share of shares) expect(Math.abs(share - mean)).toBeLessThan(4 * Math.sqrt(mean));
  });
});

describe('the power of two choices', () => {
  const chosen = (by: string, choices: number): number[] => {
    const balancing = balancings['power-of-two'].create({ by, choices });
    const pool = poolOf({ hosts: [0, 1, 2], loads: [10, 20, 30], open: [3, 2, 1] });
    const counts = [0, 0, 0];
    for (let i = 0; i < 9000; i++) counts[balancing.pick(pool, draws.at(i, 2), 0, 0)]++;
    return counts;
  };
  // The best of three is picked unless both draws miss it: 5/9; the second 3/9, the last 1/9. Standard deviations below 48.
  const near = (counts: number[], expected: number[]): void =>
    counts.forEach((count, i) => expect(Math.abs(count - expected[i])).toBeLessThan(4 * 48));

  it('by connections takes the host with fewer sessions and attempts', () =>
    near(chosen('connections', 2), [5000, 3000, 1000]));
  it('by open attempts takes the one with fewer of those', () => near(chosen('open-attempts', 2), [1000, 3000, 5000]));
  it('with one choice is random', () => near(chosen('connections', 1), [3000, 3000, 3000]));
});

describe('a round-robin', () => {
  const picks = (count: number, weights?: readonly number[]): number[] => {
    const balancing = balancings['round-robin'].create({});
    const pool = poolOf({ hosts: [0, 1, 2], ...(weights === undefined ? {} : { weights }) });
    return Array.from({ length: count }, (_, i) => balancing.pick(pool, draws.at(i, 3), 0, 0));
  };

  it('takes each host in turn, from the first on', () => expect(picks(7)).toEqual([0, 1, 2, 0, 1, 2, 0]));
  it('gives a host of half the weight every other turn', () =>
    expect(picks(10, [1, 0.5, 1])).toEqual([0, 2, 0, 1, 2, 0, 2, 0, 1, 2]));
  it('begins with the first of a smaller pool when it is beyond its end', () => {
    const balancing = balancings['round-robin'].create({});
    const pick = (...hosts: number[]): number => balancing.pick(poolOf({ hosts }), draws.at(1, 3), 0, 0);
    expect([pick(0, 1, 2), pick(0, 1, 2), pick(0, 1), pick(0, 1)]).toEqual([0, 1, 0, 1]);
  });
});

describe('a host by lot', () => {
  it('has a chance by its weight', () => {
    const balancing = balancings.random.create({});
    const pool = poolOf({ hosts: [0, 1, 2], weights: [0.5, 0.25, 1] });
    const counts = [0, 0, 0];
    for (let i = 0; i < 7000; i++) counts[balancing.pick(pool, draws.at(i, 4), 0, 0)]++;
    // 2/7, 1/7 and 4/7: standard deviations below 42.
    counts.forEach((count, i) => expect(Math.abs(count - [2000, 1000, 4000][i])).toBeLessThan(4 * 42));
  });
});

describe('the fewest connections', () => {
  const pick = (asked: Asked): number =>
    balancings['least-connections'].create({}).pick(poolOf(asked), draws.at(1, 1), 0, 0);

  it('are those of the first such host', () => expect(pick({ hosts: [4, 5, 6], loads: [5, 3, 3] })).toBe(1));
  it('count one more, and by weight, while some host starts slowly', () => {
    const hosts = [4, 5];
    // (0 + 1)/0.25 against (0 + 1)/1, (2 + 1)/1, (3 + 1)/1 and (4 + 1)/1; the first at a tie.
    expect([0, 2, 3, 4].map((load) => pick({ hosts, loads: [0, load], weights: [0.25, 1] }))).toEqual([1, 1, 0, 0]);
  });
});

describe('two choices of which one starts slowly', () => {
  it('are compared with the attempt itself counted, by weight', () => {
    const balancing = balancings['power-of-two'].create({ by: 'connections', choices: 2 });
    const pool = poolOf({ hosts: [0, 1], weights: [1, 0.25] });
    let slow = 0;
    for (let i = 0; i < 9000; i++) slow += balancing.pick(pool, draws.at(i, 5), 0, 0);
    // Only if both draws are of it, 1/25: 360, standard deviation 18.6.
    expect(Math.abs(slow - 360)).toBeLessThan(4 * 18.6);
  });
});

describe('a sticky balancer', () => {
  const pick = (fallback: string, asked: Asked): number =>
    balancings.sticky.create({ fallback }).pick(poolOf(asked), draws.at(1, 1), 0, 0);

  it('returns a session to its last host, however full', () =>
    expect(pick('least-connections', { hosts: [4, 5, 6], last: 6, loads: [0, 0, 99] })).toBe(2));
  it('does so where that is the first of the pool', () =>
    expect(pick('least-connections', { hosts: [4, 5, 6], last: 4, loads: [99, 0, 0] })).toBe(0));
  it('alone wants to know the last host', () => {
    expect(
      Object.keys(balancings).filter(
        (name) => balancings[name].create(defaultsOf(balancings[name].parameters)).usesLastHost === true,
      ),
    ).toEqual(['sticky']);
  });
  it('falls back where that is not in the pool, or there was none', () => {
    expect(pick('least-connections', { hosts: [4, 5], last: 6, loads: [7, 3] })).toBe(1);
    expect(pick('least-connections', { hosts: [4, 5], loads: [7, 3] })).toBe(1);
    expect(pick('round-robin', { hosts: [4, 5], last: 6, loads: [7, 3] })).toBe(0);
  });
});
