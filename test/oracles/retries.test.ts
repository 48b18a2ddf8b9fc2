/*
 * How long clients wait, and how often they ask, while everybody fails at once:
 * oracles 8 and 9. The fleet's hosts are rebooted and do not come back within
 * the run, so each attempt is refused after the network delay, which is next to
 * nothing here. After k failures the client leaves: the time that it was
 * disconnected is the sum of k delays, and sessionMinutesLost adds it up over all.
 * Full jitter (Brooker 2015) draws delay i in [0, w(i)), w(i) = min(cap,
 * base·2^(i−1)): mean ½Σw, variance Σw²/12; equal jitter in [w/2, w): mean ¾Σw,
 * variance Σw²/48.
 * In the long run N clients ask for N/(E[delay] + E[attempt]) attempts per
 * second, E[attempt] being next to nothing. The textbook's N = 100,000 is 2,000
 * here, with rates in proportion.
 */
import { describe } from 'vitest';
import { checkCases, numberOf, type Reading, type ReplicatedCase } from './replicated-case.ts';

const K = 8;
const BASE_SEC = 1;
const CAP_SEC = 30;
const bounds = Array.from({ length: K }, (_, i) => Math.min(CAP_SEC, BASE_SEC * 2 ** i));
const longestSec = bounds.reduce((sum, bound) => sum + bound, 0);
const sumOfSquares = bounds.reduce((sum, bound) => sum + bound ** 2, 0);

/** When everybody drops, in seconds. */
const DROP_SEC = 1;

function fleet(lines: {
  readonly to: number;
  readonly sessions: number;
  readonly client: string;
  readonly more?: string;
}): string {
  return `
format: 1
name: retries
clock: { from: "00:00", to: ${lines.to}s }
networkDelay: 0.01us
tiers:
  - { name: api, hosts: 1, parallelism: 1, serviceTime: 1ms, boot: 10h, holdsSessions: true }
products:
  - { name: chat, sessions: ${lines.sessions} }
clients:
  - { name: current, ${lines.client} }
timeline:
  - { name: outage, at: ${DROP_SEC}s, action: reboot, target: { tier: api } }
${lines.more ?? ''}`;
}

/** Oracle 8's fleet: those who are not yet gone are looked at every second, until nobody can be left. */
function failures(policy: string, sessions: number, n: number, readings: readonly Reading[]): ReplicatedCase {
  const rows = Array.from({ length: longestSec }, (_, i) => `  - "stateSessions.gone at ${DROP_SEC + i}s >= 0"`);
  return {
    name: `the wait of ${K} failures with ${policy}, base ${BASE_SEC} s, cap ${CAP_SEC} s`,
    n,
    level: 0.99,
    scenario: fleet({
      to: DROP_SEC + longestSec + 1,
      sessions,
      client: `backoff: { policy: ${policy}, base: ${BASE_SEC}s, cap: ${CAP_SEC}s }, giveUp: { after: ${K}, then: leave }`,
      more: `expect:\n${rows.join('\n')}\n`,
    }),
    readings,
  };
}

const meanWait = (sessions: number, exact: number): Reading => ({
  metric: { name: 'mean wait, s', of: (number) => (number('sessionMinutesLost') * 60) / sessions },
  exact,
});

/** E[X²] = ∫ 2t·P(X > t) dt, by the trapezoid rule at whole seconds: a sum of eight uniforms is smooth. */
const standardDeviation = (sessions: number, exact: number): Reading => ({
  metric: {
    name: 'standard deviation of the wait, s',
    of: (number, { expectations }) => {
      const left = expectations.map(({ value }) => 1 - numberOf('stateSessions.gone', value) / sessions);
      const meanSquare = left.reduce((sum, share, t) => sum + 2 * t * share, 0);
      return Math.sqrt(meanSquare - ((number('sessionMinutesLost') * 60) / sessions) ** 2);
    },
  },
  exact,
});

const N = 2000;
/** The mean of centrifuge's draws at its cap of 20 s: min(20000, 500 + k) ms, k any of 0…20000. That is 9530/s of 100,000 clients. */
const CENTRIFUGE_SEC =
  Array.from({ length: 20_001 }, (_, k) => Math.min(20_000, 500 + k)).reduce((sum, ms) => sum + ms, 0) / 20_001 / 1000;

/** Oracle 9's fleet, measured once its first retries have spread out. */
function steadyRetries(name: string, backoff: string, meanDelaySec: number): ReplicatedCase {
  const fromSec = 150;
  const windowSec = 300;
  return {
    name: `steady retries: ${name}`,
    n: 10,
    level: 0.99,
    scenario: fleet({
      to: fromSec + windowSec + 0.5,
      sessions: N,
      client: `backoff: ${backoff}`,
      more: `measure: { from: ${fromSec + 0.5}s }\n`,
    }),
    readings: [
      {
        metric: { name: 'attempts per second', of: (number) => number('attempts') / windowSec },
        exact: N / meanDelaySec,
      },
    ],
  };
}

describe('the wait of k failures', () => {
  checkCases([
    failures('full-jitter', 1000, 20, [
      meanWait(1000, longestSec / 2),
      standardDeviation(1000, Math.sqrt(sumOfSquares / 12)),
    ]),
    failures('equal-jitter', 1000, 20, [
      meanWait(1000, 0.75 * longestSec),
      standardDeviation(1000, Math.sqrt(sumOfSquares / 48)),
    ]),
  ]);
});

describe('steady retries of a fleet that fails at once', () => {
  checkCases([
    steadyRetries('one second (mqtt.js)', '{ policy: fixed, delay: 1s }', 1),
    steadyRetries('three seconds (EventSource)', '{ policy: fixed, delay: 3s }', 3),
    steadyRetries('full jitter with a cap of 30 s', '{ policy: full-jitter, base: 1s, cap: 30s }', 15),
    steadyRetries('centrifuge', 'centrifuge', CENTRIFUGE_SEC),
  ]);
});
