/**
 * What a posterior identifies: nothing where it is the prior, the product of two
 * assumptions where only that is observed, and the parts where they are.
 */
import { describe, expect, it } from 'vitest';
import { Stream } from '../../../src/engine/luck.ts';
import {
  contraction,
  identifications,
  identifiedCombinations,
  type Posterior,
} from '../../../src/experiments/calibration/identification.ts';
import { calibrated, lastOf } from './made-up-model.ts';

const always = (): boolean => true;

function priorDraws(n: number, dimensions: number, seed: string): Posterior {
  const luck = new Stream(seed, 'prior');
  const points = Array.from({ length: n }, (_, i) => {
    luck.at(i, 0);
    return Array.from({ length: dimensions }, () => luck.uniform());
  });
  return { points, weights: points.map(() => 1) };
}

describe('what observations identify', () => {
  it('is nothing where the posterior is the prior, with forty assumptions and hundreds of pairs', () => {
    for (let i = 0; i < 20; i++) {
      const posterior = priorDraws(60, 40, `nothing-${i}`);
      expect(identifications(posterior).some(({ identified }) => identified)).toBe(false);
      expect(identifiedCombinations(posterior, new Array<number>(40).fill(1), always)).toEqual([]);
    }
  });

  it('contracts from nothing to all', () => {
    const { points, weights } = priorDraws(4000, 1, 'contraction');
    const values = points.map(([u]) => u);
    expect(Math.abs(contraction(values, weights))).toBeLessThan(0.03);
    expect(contraction(values.map((u) => u / 10), weights)).toBeCloseTo(0.99, 2); // prettier-ignore
  });

  it('is the product and neither factor, where only the product is observed', async () => {
    // Both go from 1 to 16 by factors, and 16 was observed.
    const [one, other] = [(u: number) => 16 ** u, (u: number) => 16 ** u];
    const found = lastOf(
      await calibrated({
        seed: 'product',
        names: ['one', 'dead', 'other'],
        particles: 200,
        tolerance: 0.1,
        outcome: ([u, , v]) => Math.log(one(u) * other(v)),
        observed: Math.log(16),
      }),
    );
    expect(identifications(found).map(({ identified }) => identified)).toEqual([false, false, false]);
    const widths = [Math.log(16), Math.log(16), Math.log(16)];
    const combinations = identifiedCombinations(found, widths, always);
    expect(combinations).toHaveLength(1);
    expect(combinations[0].parts).toEqual([{ index: 0, sign: 1 }, { index: 2, sign: 1 }]); // prettier-ignore
    expect(combinations[0].contraction).toBeGreaterThan(0.95);
    // Of two that are not of one kind, there is neither a sum nor a product.
    expect(identifiedCombinations(found, widths, () => false)).toEqual([]);
  });

  it('is the ratio, where one has a wider range than the other', async () => {
    const found = lastOf(
      await calibrated({
        seed: 'ratio',
        names: ['load', 'rate'],
        particles: 200,
        tolerance: 0.05,
        outcome: ([u, v]) => 1.2 * u - v,
        observed: 0.1,
      }),
    );
    const [best] = identifiedCombinations(found, [1.2, 1], always);
    expect(best.parts).toEqual([{ index: 0, sign: 1 }, { index: 1, sign: -1 }]); // prettier-ignore
  });

  it('is the sum of three, where only that is observed', async () => {
    const found = lastOf(
      await calibrated({
        seed: 'three',
        names: ['a', 'b', 'c', 'd'],
        particles: 300,
        tolerance: 0.05,
        outcome: ([a, b, c]) => a + b + c,
        observed: 1.5,
      }),
    );
    const [best] = identifiedCombinations(found, [1, 1, 1, 1], always);
    expect(best.parts.map(({ index }) => index)).toEqual([0, 1, 2]);
    expect(new Set(best.parts.map(({ sign }) => sign)).size).toBe(1);
  });
});
