/**
 * What every backoff must keep to, whichever it is: finite, never negative,
 * within what its parameters allow, the same for the same luck, and no state of
 * single sessions. With random parameters within their declared bounds (seed
 * 20230426), and with its defaults.
 */
import fc from 'fast-check';
import { expect } from 'vitest';
import { Stream } from '../../src/engine/luck.ts';
import type { Backoff } from '../../src/policies/backoff-delay.ts';
import type { Parameters, PolicyEntry } from '../../src/policies/parameters.ts';
import { policyValues } from './random-parameters.ts';

type Values = Readonly<Record<string, unknown>>;
const RUNS = { numRuns: 100, seed: 20230426 };

export function defaultsOf(parameters: Parameters): Values {
  return Object.fromEntries(Object.entries(parameters).map(([name, parameter]) => [name, parameter.default]));
}

/** Checks an entry with its defaults, and with random parameters. */
export function always<Created>(
  entry: PolicyEntry<Created>,
  check: (values: Values, create: () => Created) => void,
): void {
  const checkOne = (values: Values): void => check(values, () => entry.create(values));
  checkOne(defaultsOf(entry.parameters));
  fc.assert(fc.property(policyValues(entry), checkOne), RUNS);
}

/** The delays before attempts 1 … 40, and before very late ones; `remember` is what is kept of each until the next. */
function delays(backoff: Backoff, owner: number, remember = (delayMs: number): number => delayMs): number[] {
  const stream = new Stream('contract', 'backoff');
  let previousMs = 0;
  return [...Array.from({ length: 40 }, (_, i) => i + 1), 1000, 1_000_000].map((attempt) => {
    const delayMs = backoff.delayMs(
      attempt,
      previousMs,
      stream.at(owner, backoff.drawsOncePerPage === true ? 0 : attempt),
    );
    previousMs = remember(delayMs);
    return delayMs;
  });
}

/** The longest delay that the parameters speak of: a cap and the jitter on top of it, or all durations together, as often as they can grow. */
function mostMs(parameters: Parameters, values: Values): number {
  const ms = (name: string): number => values[name] as number;
  const isCapped = parameters.cap !== undefined;
  const isShare = parameters.jitter?.unit === 'fraction';
  // Without a cap a share is taken of a delay that grows by twice its base at most (ably), or ten times by at most 2 (actioncable).
  const growth = isCapped ? 1 : parameters.factor === undefined ? 2 : 2 * ms('factor') ** 10;
  const sum = Object.entries(parameters).reduce((total, [name, { unit }]) => {
    if (unit === 'durations') return total + Math.max(...(values[name] as readonly number[]));
    const isLonger = isCapped ? ['cap', 'jitter', 'least'].includes(name) : true;
    return total + (isLonger && (unit === 'duration' || unit === 'durationOrNone') ? ms(name) : 0);
  }, 0);
  return sum * growth * (isShare ? 1 + ms('jitter') : 1);
}

export function staysWithinBounds(entry: PolicyEntry<Backoff>): void {
  always(entry, (values, create) => {
    const bound = mostMs(entry.parameters, values);
    expect(
      delays(create(), 7).filter((delayMs) => !(delayMs >= 0 && delayMs <= bound && delayMs < Infinity)),
      `none is longer than its parameters allow, which is ${bound} ms: declare a \`cap\`, \`factor\` or \`jitter\``,
    ).toEqual([]);
  });
}

export function keepsNoState(entry: PolicyEntry<Backoff>): void {
  always(entry, (_values, create) => {
    const alone = delays(create(), 7);
    const shared = create();
    delays(shared, 3);
    expect(delays(shared, 7)).toEqual(alone);
  });
}

/** What does not say that it uses the delay before gets none, and must not miss it. */
export function usesPreviousOnlyIfItSaysSo(entry: PolicyEntry<Backoff>): void {
  always(entry, (_values, create) => {
    const backoff = create();
    if (backoff.usesPrevious !== true) expect(delays(backoff, 7, () => NaN)).toEqual(delays(backoff, 7));
  });
}
