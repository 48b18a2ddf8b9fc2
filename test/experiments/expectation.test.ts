// Expectations over replications: met, missed and undecided told apart by the interval, and how many replications
// would decide. The outside truth: Wilson's closed form, and normal values whose mean is known.
import { describe, expect, it } from 'vitest';
import { Stream } from '../../src/engine/luck.ts';
import { judgeExpectation, variantsOf, type ExpectationVerdict } from '../../src/experiments/expectation.ts';
import { Bootstrap } from '../../src/experiments/statistics.ts';
import { vocabulary } from '../../src/metrics/catalogue.ts';
import type { MetricCondition } from '../../src/scenario/expression.ts';
import { parseExpression } from '../../src/scenario/expression-parser.ts';

function comparison(text: string): MetricCondition {
  const parsed = parseExpression(text, {
    vocabulary,
    clock: null,
    podNames: ['p1'],
    tierNames: ['api'],
    whoNames: ['chat', 'current'],
    variantNames: ['calm'],
    place: 'expect',
  });
  if ('mistake' in parsed || parsed.kind !== 'comparison') throw new Error(text);
  return parsed;
}

function judged(text: string, lefts: readonly number[], rights: readonly number[] = []): ExpectationVerdict {
  const readings = lefts.map((value, i) =>
    [value, ...rights.slice(i, i + 1)].map((one) => ({
      value: one,
      reason: Number.isNaN(one) ? 'there was none' : null,
    })),
  );
  return judgeExpectation({
    condition: comparison(text),
    podCount: 4,
    readings,
    bootstrap: new Bootstrap('expectations', 0.95),
  });
}

/** Normal values, by Box and Muller. */
function normal(n: number, mean: number, deviation: number): number[] {
  const luck = new Stream('expectations', 'normal');
  return Array.from({ length: n }, (_, i) => {
    luck.at(i, 0);
    return mean + deviation * Math.sqrt(-2 * Math.log(luck.uniform())) * Math.cos(2 * Math.PI * luck.uniform());
  });
}

const times = (n: number, value: number): number[] => Array.from({ length: n }, () => value);

describe('one run', () => {
  it.each([
    ['hostDeaths < 3', 2, 'met'],
    ['hostDeaths < 3', 3, 'missed'],
    ['peakImpactedPods == all', 4, 'met'],
    ['timeToRecover < 1h', Infinity, 'missed'],
  ])('%s with %d is %s', (text, value, state) => {
    expect(judged(text, [value])).toMatchObject({ state, value, interval: null, statistic: 'value' });
  });

  it('is missed, and says why, where there is no value', () => {
    expect(judged('reproduction >= 0', [NaN])).toMatchObject({ state: 'missed', reason: 'there was none' });
    expect(judged('hostDeaths < hostDeaths@calm', [1], [NaN])).toMatchObject({
      state: 'missed',
      reason: 'there was none',
    });
  });
});

describe('a probability', () => {
  it('is undecided until its whole interval is on one side, and says how many replications that takes', () => {
    const first = judged('collapse < 0.1', times(20, 0));
    expect(first).toMatchObject({ state: 'undecided', statistic: 'probability', value: 0 });
    // Wilson's upper end for none of n is z²/(n + z²): below 0.1 from n = 9·z² = 34.6 on.
    expect(first.decidedBy).toBeGreaterThanOrEqual(35);
    expect(first.decidedBy).toBeLessThan(40);
    expect(judged('collapse < 0.1', times(34, 0)).state).toBe('undecided');
    expect(judged('collapse < 0.1', times(35, 0)).state).toBe('met');
    expect(judged('collapse < 0.1', [...times(17, 0), ...times(3, 1)])).toMatchObject({ state: 'undecided' });
    expect(judged('collapse < 0.1', [...times(10, 0), ...times(10, 1)])).toMatchObject({
      state: 'missed',
      decidedBy: null,
    });
  });

  it('that must be 0 is refuted by a single collapse', () => {
    expect(judged('collapse == 0', times(20, 0)).state).toBe('met');
    expect(judged('collapse == 0', [...times(19, 0), 1]).state).toBe('missed');
  });

  it('on the bound is decided by no number', () => {
    expect(judged('collapse < 0.5', [...times(10, 0), ...times(10, 1)])).toMatchObject({
      state: 'undecided',
      decidedBy: null,
    });
  });
});

describe('a mean', () => {
  const values = normal(400, 10, 2);

  it('is met or missed where its interval is clear of the bound, and undecided near it', () => {
    expect(judged('hostDeaths < 12', values.slice(0, 20)).state).toBe('met');
    expect(judged('hostDeaths < 8', values.slice(0, 20)).state).toBe('missed');
    expect(judged('hostDeaths < 10.4', values.slice(0, 20)).state).toBe('undecided');
  });

  it('is decided with about as many replications as it said', () => {
    const { decidedBy } = judged('hostDeaths < 10.5', values.slice(0, 10));
    expect(decidedBy).toBeGreaterThan(10);
    expect(judged('hostDeaths < 10.5', values.slice(0, Math.min(400, 3 * decidedBy!))).state).toBe('met');
  });

  it('lacks a value in some replications: missed, with how many', () => {
    expect(judged('reproduction > 0', [1, NaN, 2])).toMatchObject({
      state: 'missed',
      reason: 'there was none (in 1 of 3 replications)',
    });
  });
});

describe('two metrics', () => {
  it('are compared within each replication, so that common luck cancels', () => {
    const luck = normal(20, 100, 30);
    // Each is half of the other, less a little: unpaired, the two overlap widely.
    const halves = luck.map((value, i) => 0.5 * value - 1 - (i % 3));
    expect(judged('hostDeaths@calm < 0.5 * hostDeaths', halves, luck)).toMatchObject({
      state: 'met',
      ofDifference: true,
    });
    expect(judged('hostDeaths@calm < 0.49 * hostDeaths', luck, halves).state).toBe('missed');
  });

  it('that are both open at the end do not differ', () => {
    const open = times(5, Infinity);
    expect(judged('timeToRecover@calm < timeToRecover', open, open)).toMatchObject({ state: 'missed' });
    expect(judged('timeToRecover@calm < timeToRecover', times(5, 60_000), open).state).toBe('met');
  });

  it('name the variants whose runs they need, each once', () => {
    expect(variantsOf(comparison('hostDeaths@calm < 0.5 * hostDeaths'))).toEqual(['calm', 'baseline']);
    expect(variantsOf(comparison('hostDeaths < 2 * hostReboots'))).toEqual(['baseline']);
  });
});

describe('a duration', () => {
  it('is judged by its median, which open outages do not spoil', () => {
    expect(judged('timeToRecover < 10m', [...times(18, 60_000), Infinity, Infinity])).toMatchObject({
      state: 'met',
      statistic: 'median',
      value: 60_000,
    });
  });
});

describe('runs that ended too soon to give their value', () => {
  /** `undecided` of n are so: they may be 0 or 1. */
  function collapses(text: string, n: number, ones: number, undecided: number): ExpectationVerdict {
    const readings = Array.from({ length: n }, (_, i) =>
      i < undecided
        ? [{ value: NaN, reason: 'it is open', range: { low: 0, high: 1 } }]
        : [{ value: i < undecided + ones ? 1 : 0, reason: null }],
    );
    return judgeExpectation({
      condition: comparison(text),
      podCount: 4,
      readings,
      bootstrap: new Bootstrap('expectations', 0.95),
    });
  }

  it.each([
    // A single one may still refute what must be 0.
    ['collapse == 0', 20, 0, 1, 'undecided'],
    ['collapse == 0', 20, 1, 5, 'missed'],
    ['collapse == 0', 20, 0, 0, 'met'],
    ['collapse == 1', 20, 15, 5, 'undecided'],
    // Both times on the right side, or on the wrong one.
    ['collapse < 0.9', 20, 0, 5, 'met'],
    ['collapse < 0.1', 20, 10, 5, 'missed'],
    ['collapse < 0.4', 60, 0, 30, 'undecided'],
    ['collapse == 0', 1, 0, 1, 'undecided'],
    ['collapse <= 1', 1, 0, 1, 'met'],
  ])('%s with n = %d, %d collapsed and %d undecided is %s', (text, n, ones, undecided, state) => {
    expect(collapses(text, n, ones, undecided)).toMatchObject({ state, undecidedCount: undecided });
  });

  it('are counted, with the reason of the first, and the share lies between both', () => {
    const verdict = collapses('collapse < 0.4', 60, 3, 30);
    expect(verdict).toMatchObject({
      reason: 'it is open (in 30 of 60 replications)',
      value: NaN,
      range: { low: 0.05, high: 0.55 },
      decidedBy: null,
    });
    // Wilson's ends of 3 of 60 and of 33 of 60, from tables: 1.7 % to 13.7 %, 42.5 % to 66.9 %.
    expect(verdict.interval!.low).toBeCloseTo(0.017, 3);
    expect(verdict.interval!.high).toBeCloseTo(0.669, 3);
  });

  it('of outages that are open are longer than any bound, but not met by being so', () => {
    const open = (minutes: number) => ({
      value: Infinity,
      reason: 'open',
      range: { low: minutes * 60_000, high: Infinity },
    });
    const of = (text: string, rows: readonly (readonly object[])[]): string =>
      judgeExpectation({
        condition: comparison(text),
        podCount: 4,
        readings: rows as never,
        bootstrap: new Bootstrap('expectations', 0.95),
      }).state;
    const five = Array.from({ length: 10 }, () => [open(60)]);
    expect(of('timeToRecover < 10h', five)).toBe('missed');
    expect(of('timeToRecover > 30m', five)).toBe('met');
    expect(of('timeToRecover > 2h', five)).toBe('undecided');
    expect(of('timeToRecover > 2h', [[open(60)]])).toBe('undecided');
    // Both are open: nobody knows which is longer.
    expect(of('timeToRecover@calm <= timeToRecover', [[open(60), open(60)]])).toBe('undecided');
    expect(of('timeToRecover@calm < timeToRecover', [[{ value: 60_000, reason: null }, open(60)]])).toBe('met');
    expect(of('timeToRecover@calm < timeToRecover', [[{ value: 90 * 60_000, reason: null }, open(60)]])).toBe(
      'undecided',
    );
  });
});
