/**
 * Balancing: which of the eligible hosts gets the next attempt. A balancer
 * exists once per pod (tiers of scope pod) or once per shared tier. Slow start
 * reaches a policy as weights below 1.
 */
import type { Draws } from '../engine/luck.ts';
import { policy, type Registry } from './parameters.ts';

/** The hosts that a balancer may choose from, by position 0 … count − 1. */
export interface HostPool {
  readonly count: number;
  /** True while some host's weight is below 1 (slow start). */
  readonly weighted: boolean;
  /** 0 < weight ≤ 1; below 1 only during slow start */
  weight(position: number): number;
  /** connected sessions and open attempts of the host */
  load(position: number): number;
}

export interface Balancing {
  /** A position in the pool, which holds at least one host. `draws` are the attempt's own. */
  pick(pool: HostPool, draws: Draws): number;
}

export const balancings: Registry<Balancing> = {
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
    create: () => ({
      pick: (pool, draws) => {
        if (!pool.weighted) return Math.floor(draws.uniform() * pool.count);
        let total = 0;
        for (let i = 0; i < pool.count; i++) total += pool.weight(i);
        let left = draws.uniform() * total;
        for (let i = 0; i < pool.count - 1; i++) {
          left -= pool.weight(i);
          if (left < 0) return i;
        }
        return pool.count - 1;
      },
    }),
  }),
  'least-connections': policy({
    help: 'the host with the fewest sessions and open attempts; the first such at a tie',
    formula: 'argmin (load + 1) / weight, load = sessions + open attempts, queued ones included',
    source: 'HAProxy `leastconn`',
    parameters: {},
    create: () => ({
      pick: (pool) => {
        let best = 0;
        let least = Infinity;
        for (let i = 0; i < pool.count; i++) {
          const score = (pool.load(i) + 1) / pool.weight(i);
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
