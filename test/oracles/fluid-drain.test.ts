// The fluid drain: a backlog of B₀ is worked off at the rate C − λ, so it is gone after B₀/(C − λ). Here 10⁴
// abandoned attempts wait at the start, C = 500/s and λ = 100/s, which takes 25 s; as long as the host is never idle
// the mean number that is left falls on a line, exactly.
import { describe } from 'vitest';
import { checkCases, numberOf, type ReplicatedCase } from './replicated-case.ts';

const BACKLOG = 10_000;
const CAPACITY_PER_SEC = 500;
const ARRIVALS_PER_SEC = 100;

function backlogAfter(second: number): ReplicatedCase {
  return {
    name: `the backlog after ${second} s`,
    n: second < 20 ? 40 : 60,
    level: 0.99,
    scenario: `
format: 1
name: fluid-drain
clock: { from: "00:00", to: ${second + 1}s }
tiers:
  - { name: api, hosts: 1, parallelism: 1, serviceTime: { exponential: ${1000 / CAPACITY_PER_SEC}ms } }
products:
  - { name: chat, arrivals: ${ARRIVALS_PER_SEC}/s, lifetime: 0s }
clients:
  - { name: current, backoff: none, connectTimeout: none }
networkDelay: 0.01us
start: { queued: { api: ${BACKLOG} } }
expect:
  - "openAttempts at 00:00:${String(second).padStart(2, '0')} > 0"
`,
    readings: [
      {
        metric: { name: 'openAttempts', of: (_, outcome) => numberOf('openAttempts', outcome.expectations[0].value) },
        exact: BACKLOG - (CAPACITY_PER_SEC - ARRIVALS_PER_SEC) * second,
      },
    ],
  };
}

describe('a backlog of abandoned attempts', () => {
  checkCases([backlogAfter(5), backlogAfter(15), backlogAfter(20)]);
});
