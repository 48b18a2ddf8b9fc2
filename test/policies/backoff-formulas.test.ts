// Every backoff against its formula, worked out by hand with parameters of its own and one uniform number for all draws.
// A backoff that is new in the registry fails until its delays are written here.
import { describe, expect, it } from 'vitest';
import { backoffs } from '../../src/policies/backoff.ts';
import { createPolicy } from '../../src/policies/parameters.ts';
import { defaultsOf } from './backoff-contract.ts';

type Values = Readonly<Record<string, unknown>>;

/** Name, parameters, U, and the delays before attempts 1, 2, … */
const workedOut: readonly (readonly [name: string, values: Values, u: number, delays: readonly number[]])[] = [
  ['none', {}, 0.5, [0, 0, 0]],
  ['fixed', { delay: 2000, jitter: 0 }, 0.25, [2000, 2000]],
  ['fixed', { delay: 2000, jitter: 400 }, 0.25, [2100, 2100]],
  ['exponential', { base: 100, cap: 1000, factor: 3 }, 0.5, [100, 300, 900, 1000, 1000]],
  ['full-jitter', { base: 100, cap: 1000, factor: 2 }, 0.25, [25, 50, 100, 200, 250, 250]],
  ['equal-jitter', { base: 100, cap: 1000, factor: 2 }, 0.25, [62.5, 125, 250, 500, 625, 625]],
  // 100 + U·(3·100 − 100), 100 + U·(3·200 − 100), …
  ['decorrelated-jitter', { base: 100, cap: 1000, factor: 3 }, 0.5, [200, 350, 575, 912.5, 1000, 1000]],
  ['linear', { base: 100, step: 50, cap: 220 }, 0.5, [100, 150, 200, 220, 220]],
  ['linear', { base: 100, step: 50, cap: Infinity }, 0.5, [100, 150, 200, 250, 300]],
  ['random', { delay: { name: 'uniform', parameters: { from: 0, to: 1000 } }, cap: Infinity }, 0.25, [250, 250]],
  ['random', { delay: { name: 'uniform', parameters: { from: 0, to: 1000 } }, cap: 200 }, 0.25, [200, 200]],
  ['steps', { delays: [10, 20, 40] }, 0.5, [10, 20, 40, 40]],
  // ⌊U·x/2⌋ = 12, 25, 50, …: off where ⌊10·U⌋ is even, on where it is odd.
  ['socket.io', { base: 100, cap: 1000, factor: 2, jitter: 0.5 }, 0.25, [88, 175, 350, 700, 1000, 1000]],
  ['socket.io', { base: 100, cap: 1000, factor: 2, jitter: 0.5 }, 0.35, [117, 235, 470, 940, 1000]],
  ['socket.io', { base: 150.7, cap: 500, factor: 2, jitter: 0 }, 0.35, [150, 301, 500]],
  ['reconnecting-websocket', { least: 100, spread: 400, cap: 1000, factor: 2 }, 0.25, [200, 400, 800, 1000, 1000]],
  ['graphql-ws', { base: 100, cap: 350, least: 30, jitter: 11 }, 0.25, [132, 232, 382, 382]],
  ['pusher-js', { first: 10, base: 100, cap: 350 }, 0.5, [10, 100, 200, 350, 350]],
  ['ably', { base: 300, jitter: 0.2 }, 0.5, [0, 360, 450, 540, 540]],
  ['centrifuge', { least: 100, cap: 1000 }, 0.5, [150, 200, 300, 500, 600, 600]],
  ['centrifuge', { least: 100, cap: 1000 }, 0.99, [199, 298, 496, 892, 1000]],
  // J is 1 before the first attempt, then 1.5 − 1.
  ['actioncable', { base: 1000, factor: 1.5 }, 0.5, [1500, 1875, 2812.5, 4218.75]],
  // Between 100 and 500, 300 and 800, 600 and 1000 (1100), 900 and 1000.
  ['stream-chat', { least: 100, step: 300, cap: 1000 }, 0.333, [233, 466, 733, 933, 1000]],
  ['grpc-js', { base: 100, cap: 1000, factor: 2, jitter: 0.5 }, 0.25, [0, 100, 150, 225, 337.5, 506.25, 750, 750]],
  ['grpc-js', { base: 100, cap: 50, factor: 2, jitter: 0.5 }, 0.5, [0, 50, 50]],
  ['nats', { wait: 1000, jitter: 98 }, 0.255, [1025, 1025]],
  ['aws-sdk-v3', { base: 50, cap: 300 }, 0.25, [12, 25, 50, 75, 75]],
  ['ioredis', { base: 50, cap: 300, jitter: 200 }, 0.253, [100, 150, 250, 350, 350]],
  ['twilio', { base: 100, cap: 1000, factor: 3, jitter: 0.2 }, 0.28, [106, 317, 950, 1000, 1000]],
];

/** The delay before a late attempt. */
const late = (name: string, values: Values, attempt: number, u: number): number =>
  backoffs[name].create(values).delayMs(attempt, 0, { uniform: () => u });

describe('the delays of', () => {
  it.each(workedOut)('%s %j at U = %d', (name, values, u, expected) => {
    const backoff = backoffs[name].create(values);
    let previousMs = 0;
    const delays = expected.map((_, i) => (previousMs = backoff.delayMs(i + 1, previousMs, { uniform: () => u })));
    delays.forEach((delayMs, i) => expect(delayMs).toBeCloseTo(expected[i], 9));
  });

  it('every backoff are worked out above', () => {
    expect([...new Set(workedOut.map(([name]) => name))].sort()).toEqual(Object.keys(backoffs).sort());
  });

  it('a base of nothing stay nothing, however late', () => {
    for (const [name, entry] of Object.entries(backoffs)) {
      if (entry.parameters.base === undefined) continue;
      const zeroes = Object.fromEntries(
        Object.entries(entry.parameters)
          .filter(([, { unit }]) => unit === 'duration')
          .map(([key]) => [key, 0]),
      );
      expect(late(name, { ...defaultsOf(entry.parameters), ...zeroes }, 5000, 0.5), name).toBe(0);
    }
  });
});

describe('late attempts of', () => {
  it('socket.io overflow to no delay where the jitter is taken off, and to the cap where it is added', () => {
    const values = { base: 100, cap: 1000, factor: 2, jitter: 0.5 };
    expect([late('socket.io', values, 2000, 0.25), late('socket.io', values, 2000, 0.35)]).toEqual([0, 1000]);
    expect(late('socket.io', { ...values, jitter: 0 }, 2000, 0.25)).toBe(1000);
  });

  it('centrifuge and actioncable stop to grow after 31 and after 10 times', () => {
    const centrifuge = (attempt: number): number => late('centrifuge', { least: 1, cap: 1e12 }, attempt, 0.5);
    expect([31, 32, 33].map(centrifuge)).toEqual([1 + 2 ** 29, 1 + 2 ** 30, 1 + 2 ** 30]);
    const actioncable = (attempt: number): number => late('actioncable', { base: 1000, factor: 1.5 }, attempt, 0.5);
    expect(actioncable(11)).toBeCloseTo(1000 * 1.5 ** 10 * 1.25, 6);
    expect(actioncable(12)).toBe(actioncable(11));
  });
});

describe('a backoff', () => {
  const named = (flag: 'drawsOncePerPage' | 'countsFromAttempt'): string[] =>
    Object.keys(backoffs).filter((name) => backoffs[name].create(defaultsOf(backoffs[name].parameters))[flag] === true);
  it('that draws once per page, or counts from its attempt, says so', () => {
    expect([named('drawsOncePerPage'), named('countsFromAttempt')]).toEqual([
      ['reconnecting-websocket'],
      ['pusher-js', 'grpc-js', 'nats'],
    ]);
  });
  it('of nats is drawn anew whenever it is over, until it is no longer than what was waited', () => {
    const luck = [0.3, 0.6, 0.8, 0.79];
    const nats = backoffs.nats.create({ wait: 2000, jitter: 99 });
    expect(nats.delayMs(1, 0, { uniform: () => luck.shift()! })).toBe(2080);
    expect(luck).toEqual([]);
  });
  it('that nobody has written is unknown', () => {
    expect(
      createPolicy(backoffs, { policy: 'fixed', parameters: { delay: 7, jitter: 0 } }).delayMs(1, 0, {
        uniform: () => 0.5,
      }),
    ).toBe(7);
    expect(() => createPolicy(backoffs, { policy: 'wishful', parameters: {} })).toThrow('unknown policy wishful');
  });
});
