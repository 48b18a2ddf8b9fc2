// M_t/M/∞: arrivals chosen so that the sessions online follow a profile (Eick, Massey and Whitt, 1993). On its lines
// the mean is the profile itself: dN/dt = λ − N/m, and λ = N′ + N/m.
import { describe } from 'vitest';
import { checkCases, numberOf, type ReplicatedCase } from './replicated-case.ts';

/** Rises from 1000 to 3000 in 20 s, stays for 10 s, falls to 2000 in 20 s, and stays there. */
const profile =
  '[{ at: 0s, sessions: 1000 }, { at: 20s, sessions: 3000 }, { at: 30s, sessions: 3000 }, { at: 50s, sessions: 2000 }]';
const expected: readonly (readonly [second: number, sessions: number])[] = [
  [10, 2000],
  [20, 3000],
  [29, 3000],
  [40, 2500],
  [58, 2000],
];

function online(lifetimeSec: number): ReplicatedCase {
  const instants = expected.map(([second]) => `  - "stateSessions.connected at 00:00:${second} > 0"`);
  return {
    name: `a day's profile, sessions of ${lifetimeSec} s`,
    n: 24,
    level: 0.99,
    scenario: `
format: 1
name: profile
clock: { from: "00:00", to: 60s }
networkDelay: 0.1ms
tiers:
  - { name: api, hosts: 1, parallelism: 10000, serviceTime: 0s }
products:
  - { name: chat, profile: ${profile}, lifetime: { exponential: ${lifetimeSec}s } }
clients:
  - { name: current, backoff: none }
expect:
${instants.join('\n')}
`,
    readings: expected.map(([second, sessions], i) => ({
      metric: {
        name: `online after ${second} s`,
        of: (_, outcome) => numberOf('stateSessions.connected', outcome.expectations[i].value),
      },
      exact: sessions,
    })),
  };
}

describe('sessions that follow a profile', () => {
  checkCases([online(12)]);
});
