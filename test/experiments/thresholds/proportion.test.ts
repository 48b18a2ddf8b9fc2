// Bounds of a share of worlds: the exact ones against published values and their own definition, those for any time against
// what they promise, however often one looks.
import { describe, expect, it } from 'vitest';
import { Stream } from '../../../src/engine/luck.ts';
import {
  binomialAtMost,
  evidenceAbove,
  evidenceBelow,
  fixedNumber,
  isAtMost,
  isMoreThan,
  lowerShare,
  upperShare,
} from '../../../src/experiments/thresholds/proportion.ts';

function logChoose(n: number, k: number): number {
  let sum = 0;
  for (let i = 1; i <= k; i++) sum += Math.log(n - k + i) - Math.log(i);
  return sum;
}

describe('one look', () => {
  it('has the bounds of Clopper and Pearson', () => {
    // 0 of 10: 1 − α^(1/10). 1 of 10 and 5 of 10 at 2.5 % on each side: tables of the binomial.
    expect(upperShare(0, 10, 0.05, 'once')).toBeCloseTo(1 - Math.exp(Math.log(0.05) / 10), 9);
    expect(lowerShare(1, 10, 0.025, 'once')).toBeCloseTo(0.00253, 5);
    expect(upperShare(1, 10, 0.025, 'once')).toBeCloseTo(0.44502, 5);
    expect(lowerShare(5, 10, 0.025, 'once')).toBeCloseTo(0.18709, 5);
    expect(upperShare(5, 10, 0.025, 'once')).toBeCloseTo(0.81291, 5);
    expect(upperShare(10, 10, 0.025, 'once')).toBe(1);
    expect(lowerShare(0, 10, 0.025, 'once')).toBe(0);
  });

  it('has the binomial itself', () => {
    expect(binomialAtMost(1, 3, 0.5)).toBeCloseTo(0.5, 12);
    expect(binomialAtMost(0, 29, 0.1)).toBeCloseTo(0.9 ** 29, 12);
    expect(binomialAtMost(500, 1000, 0.5)).toBeCloseTo(0.5126, 4);
    expect(binomialAtMost(-1, 5, 0.5)).toBe(0);
    expect(binomialAtMost(5, 5, 0.5)).toBe(1);
  });

  it('says how many worlds it would have needed', () => {
    // 0.9^n ≤ 0.05
    expect(fixedNumber(0, 0.1, 0.05)).toBe(29);
    expect(fixedNumber(0.1, 0.1, 0.05)).toBeNull();
    const n = fixedNumber(0.2, 0.1, 0.025)!;
    expect(isMoreThan(Math.round(0.2 * n), n, 0.1, 0.025, 'once')).toBe(true);
  });
});

describe('whenever one looks', () => {
  it.each([0.02, 0.1, 0.5, 0.9])('is wrong in at most 5 % of sequences, at a share of %d on the edge', (p) => {
    const luck = new Stream('looks', `share ${p}`);
    let [below, above] = [0, 0];
    const sequences = 400;
    for (let i = 0; i < sequences; i++) {
      let [count, saysBelow, saysAbove] = [0, false, false];
      for (let n = 1; n <= 400; n++) {
        if (luck.at(i, n).uniform() < p) count++;
        saysBelow ||= isAtMost(count, n, p, 0.05, 'any-time');
        saysAbove ||= isMoreThan(count, n, p, 0.05, 'any-time');
      }
      if (saysBelow) below++;
      if (saysAbove) above++;
    }
    // 5 % of 400 are 20; with three standard deviations of chance, 33.
    expect(below).toBeLessThan(33);
    expect(above).toBeLessThan(33);
  });

  it('is the mean of likelihood ratios, whose expectation is 1 where the share is on the edge', () => {
    for (const p of [0.05, 0.3, 0.7]) {
      for (const n of [1, 5, 20]) {
        let [below, above] = [0, 0];
        for (let k = 0; k <= n; k++) {
          const chance = Math.exp(logChoose(n, k) + k * Math.log(p) + (n - k) * Math.log(1 - p));
          below += chance * Math.exp(evidenceBelow(k, n, p));
          above += chance * Math.exp(evidenceAbove(k, n, p));
        }
        expect(below).toBeCloseTo(1, 9);
        expect(above).toBeCloseTo(1, 9);
      }
    }
  });

  it('has bounds on both sides of what was seen, narrower with more worlds, and wider than one look has', () => {
    const width = (n: number, looks: 'any-time' | 'once'): number =>
      upperShare(n / 5, n, 0.025, looks) - lowerShare(n / 5, n, 0.025, looks);
    expect(lowerShare(20, 100, 0.025, 'any-time')).toBeLessThan(0.2);
    expect(upperShare(20, 100, 0.025, 'any-time')).toBeGreaterThan(0.2);
    expect(width(400, 'any-time')).toBeLessThan(width(100, 'any-time'));
    expect(width(100, 'any-time')).toBeGreaterThan(width(100, 'once'));
  });
});
