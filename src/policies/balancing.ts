/**
 * Balancing: which of the eligible hosts gets the next attempt. A balancer
 * exists once per pod (tiers of scope pod) or once per shared tier. Slow start
 * reaches a policy as weights below 1. Power of two choices: Mitzenmacher 1996;
 * consistent hashing as rendezvous hashing: Thaler & Ravishankar 1998. Left out:
 * rings with few points, whose shares are uneven, and loads that are known late.
 */
import type { Draws } from '../engine/luck.ts';
import { policy, type PolicyEntry, type Registry } from './parameters.ts';

/**
 * The hosts that a balancer may choose from, by position 0 … count − 1. Who asks is a session, by its serial number and
 * its slot, which is −1 if it has left.
 */
export interface HostPool {
  readonly count: number;
  /** True while some host's weight is below 1 (slow start). */
  readonly weighted: boolean;
  /** 0 < weight ≤ 1; below 1 only during slow start */
  weight(position: number): number;
  /** connected sessions and open attempts of the host */
  load(position: number): number;
  /** attempts that wait at the host or are under way there */
  openAttempts(position: number): number;
  /** uniform in (0, 1), and the same for ever for this session and this host */
  affinity(position: number, serial: number): number;
  /** where the host is that the session was on last; −1 if it was on none, or that is not in the pool */
  lastPosition(session: number): number;
}

export interface Balancing {
  /** A position in the pool, which holds at least one host. `draws` are the attempt's own. */
  pick(pool: HostPool, draws: Draws, serial: number, session: number): number;
  /** Asks for `lastPosition`: the hosts that sessions were on last must then be remembered. */
  readonly usesLastHost?: true;
}

/** A host by weight. */
function anyHost(pool: HostPool, draws: Draws): number {
  if (!pool.weighted) return Math.floor(draws.uniform() * pool.count);
  let total = 0;
  for (let i = 0; i < pool.count; i++) total += pool.weight(i);
  let left = draws.uniform() * total;
  for (let i = 0; i < pool.count - 1; i++) {
    left -= pool.weight(i);
    if (left < 0) return i;
  }
  return pool.count - 1;
}

/** The first host of the least load; an even pool is looked at without weights. */
function leastLoaded(pool: HostPool): number {
  let best = 0;
  let least = Infinity;
  const { count, weighted } = pool;
  for (let i = 0; i < count; i++) {
    const score = weighted ? (pool.load(i) + 1) / pool.weight(i) : pool.load(i);
    if (score < least) {
      least = score;
      best = i;
    }
  }
  return best;
}

/** The policies that need to know no host of the past; `sticky` falls back on one of them. */
const forgetful: Registry<Balancing> = {
  'round-robin': policy({
    help: 'each host in turn; a host in slow start gives up part of its turns',
    formula: 'next = (last + 1) mod n; a turn is taken when the credits, which grow by the weight, reach 1',
    source: 'nginx, HAProxy `roundrobin`',
    parameters: {},
    create: () => {
      let last = -1;
      let credits: number[] = [];
      const pick = (pool: HostPool): number => {
        if (!pool.weighted) {
          last = last + 1 >= pool.count ? 0 : last + 1;
          return last;
        }
        if (credits.length !== pool.count) credits = Array.from({ length: pool.count }, () => 0);
        for (;;) {
          last = last + 1 >= pool.count ? 0 : last + 1;
          credits[last] += pool.weight(last);
          if (credits[last] >= 1) {
            credits[last] -= 1;
            return last;
          }
        }
      };
      return { pick };
    },
  }),
  random: policy({
    help: 'any host, with equal probability (or by weight during slow start)',
    formula: 'P(i) = weight(i) / Σ weight',
    source: 'Envoy `RANDOM`',
    parameters: {},
    create: () => ({ pick: anyHost }),
  }),
  'least-connections': policy({
    help: 'the host with the fewest sessions and open attempts; the first such at a tie',
    formula: 'argmin (load + 1) / weight, load = sessions + open attempts, queued ones included',
    source: 'HAProxy `leastconn`',
    parameters: {},
    create: () => ({ pick: leastLoaded }),
  }),
  'power-of-two': policy({
    help: 'the less loaded of two hosts that are drawn by lot (or of more); the same host may be drawn twice',
    formula:
      'argmin (load + 1) / weight over `choices` draws with P(i) = weight(i) / Σ weight; load = sessions + open attempts, or open attempts alone',
    source: 'Mitzenmacher 1996; HAProxy `random(2)` (by connections), Envoy `LEAST_REQUEST` (by open-attempts)',
    parameters: {
      by: {
        unit: 'choice',
        choices: ['connections', 'open-attempts'],
        default: 'connections',
        help: 'what counts as load: sessions and open attempts, or open attempts alone',
      },
      choices: {
        unit: 'count',
        scales: 'nothing',
        default: 2,
        min: 1,
        max: 1000,
        help: 'how many hosts are drawn; 1 is `random`',
      },
    },
    create: ({ by, choices }) => {
      const onlyOpen = by === 'open-attempts';
      const pick = (pool: HostPool, draws: Draws): number => {
        let best = -1;
        let least = Infinity;
        for (let n = 0; n < choices; n++) {
          const i = anyHost(pool, draws);
          const load = onlyOpen ? pool.openAttempts(i) : pool.load(i);
          const score = (load + 1) / pool.weight(i);
          if (score < least) {
            least = score;
            best = i;
          }
        }
        return best;
      };
      return { pick };
    },
  }),
  'consistent-hash': policy({
    help: 'each session has its host: the same while that is there; when a host leaves only its own sessions move, and they move back when it returns',
    formula:
      'argmin −ln h(session, host) / weight, h a hash in (0, 1): rendezvous hashing; a session has host i with P = weight(i) / Σ weight',
    source:
      'Thaler & Ravishankar 1998; HAProxy `hash-type consistent`, Envoy `RING_HASH` and `MAGLEV` are of this kind',
    parameters: {},
    create: () => ({
      pick: (pool, _draws, serial) => {
        let best = 0;
        let least = Infinity;
        const { count, weighted } = pool;
        for (let i = 0; i < count; i++) {
          // Without weights the order of −ln h is that of −h.
          const score = weighted ? -Math.log(pool.affinity(i, serial)) / pool.weight(i) : -pool.affinity(i, serial);
          if (score < least) {
            least = score;
            best = i;
          }
        }
        return best;
      },
    }),
  }),
};

function withDefaults<Created>(entry: PolicyEntry<Created>): Created {
  return entry.create(
    Object.fromEntries(Object.entries(entry.parameters).map(([name, parameter]) => [name, parameter.default])),
  );
}

export const balancings: Registry<Balancing> = {
  ...forgetful,
  sticky: policy({
    help: 'the host that the session was on last, while that is in the pool; else, and the first time, by another policy',
    formula: 'last host if eligible, else the pick of `fallback` with its defaults',
    source: 'HAProxy `cookie`, nginx `sticky`, AWS ALB stickiness',
    parameters: {
      fallback: {
        unit: 'choice',
        choices: Object.keys(forgetful),
        default: 'round-robin',
        help: 'the policy that chooses where there is no last host, or it is not in the pool',
      },
    },
    create: ({ fallback }) => {
      const other = withDefaults(forgetful[fallback]);
      const pick: Balancing['pick'] = (pool, draws, serial, session) => {
        const last = pool.lastPosition(session);
        return last >= 0 ? last : other.pick(pool, draws, serial, session);
      };
      return { pick, usesLastHost: true };
    },
  }),
};
