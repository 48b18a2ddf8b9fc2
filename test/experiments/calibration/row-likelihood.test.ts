/**
 * How likely a row is after a run, against closed forms: an error that is uniform,
 * one that is exponential, and rows that are met or not.
 */
import { describe, expect, it } from 'vitest';
import {
  baseLikelihood,
  bits,
  rowLikelihood,
  rowMissedMs,
} from '../../../src/experiments/calibration/row-likelihood.ts';
import type { RowReading } from '../../../src/metrics/row-readings.ts';
import type { Observed } from '../../../src/scenario/scenario.ts';

const MINUTE_MS = 60_000;

function row(changes: Partial<Observed>): Observed {
  return {
    name: 'resolved',
    atMs: 100 * MINUTE_MS,
    says: '',
    note: '',
    toleranceMs: 5 * MINUTE_MS,
    means: 'begins',
    untilMs: null,
    postedAfter: null,
    expect: { kind: 'milestone', milestone: 'resolved', atMs: null, text: 'resolved' },
    ...changes,
  };
}

function reading(beginsMin: readonly number[], missedMs: number | null = null): RowReading {
  return { name: 'resolved', holds: null, missedMs, beginsMs: beginsMin.map((one) => one * MINUTE_MS), baseRate: NaN };
}

describe('how likely a row is after a run', () => {
  it('is the part of its tolerance that lies within ε of the state', () => {
    const told = row({});
    // ±5 around the state, of which ±1 around the row is a fifth.
    expect(rowLikelihood(told, reading([100]), MINUTE_MS)).toBeCloseTo(0.2, 12);
    expect(rowLikelihood(told, reading([105]), MINUTE_MS)).toBeCloseTo(0.1, 12);
    expect(rowLikelihood(told, reading([107]), MINUTE_MS)).toBe(0);
    expect(rowLikelihood(told, reading([]), MINUTE_MS)).toBe(0);
    expect(rowLikelihood(told, reading([20, 100, 190]), MINUTE_MS)).toBeCloseTo(0.2, 12);
    expect(rowMissedMs(told, reading([108]))).toBe(3 * MINUTE_MS);
    expect(rowMissedMs(told, reading([]))).toBe(Infinity);
  });

  it('is by its posting delay, and nothing for a post before its state', () => {
    const mean = 10;
    const posted = row({ postedAfter: { name: 'exponential', parameters: { mean: mean * MINUTE_MS } } });
    const cdf = (x: number): number => (x <= 0 ? 0 : 1 - Math.exp(-x / mean));
    for (const beginsAt of [99.5, 95, 85, 60]) {
      const exact = cdf(100 - beginsAt + 2) - cdf(100 - beginsAt - 2);
      // Of 4001 samples a share scatters by less than 0.008.
      expect(Math.abs(rowLikelihood(posted, reading([beginsAt]), 2 * MINUTE_MS) - exact)).toBeLessThan(0.02);
    }
    expect(rowLikelihood(posted, reading([103]), 2 * MINUTE_MS)).toBe(0);
    expect(rowMissedMs(posted, reading([103]))).toBeGreaterThanOrEqual(3 * MINUTE_MS);
  });

  it('is yes or no, of what only has begun', () => {
    const begun = row({ means: 'has-begun' });
    expect(rowLikelihood(begun, reading([], 0), MINUTE_MS)).toBe(1);
    expect(rowLikelihood(begun, reading([], MINUTE_MS), MINUTE_MS)).toBe(1);
    expect(rowLikelihood(begun, reading([], MINUTE_MS + 1), MINUTE_MS)).toBe(0);
    expect(rowLikelihood(begun, reading([], null), MINUTE_MS)).toBe(0);
  });

  it('does not judge what is only on record', () => {
    expect(rowLikelihood(row({ expect: null }), reading([]), MINUTE_MS)).toBe(1);
    expect(rowMissedMs(row({ expect: null }), reading([]))).toBe(0);
  });

  it('is worth bits over a time drawn over the whole clock', () => {
    // ±4 minutes of 256 are a thirty-second: five bits, if it is certain.
    const base = baseLikelihood(row({}), 0.7, 4 * MINUTE_MS, 256 * MINUTE_MS);
    expect(bits(1, base)).toBeCloseTo(5, 12);
    expect(bits(base, base)).toBeCloseTo(0, 12);
    expect(bits(0, base)).toBe(-Infinity);
    expect(baseLikelihood(row({ means: 'has-begun' }), 0.7, MINUTE_MS, 1)).toBe(0.7);
  });
});
