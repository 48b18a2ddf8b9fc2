import { describe, expect, it } from 'vitest';
import { elementaryEffects, trajectories } from '../../../src/experiments/sensitivity/morris.ts';
import { morrisFunction } from './known-functions.ts';

describe('trajectories', () => {
  it('change one input at a time, each once, by two thirds of its range', () => {
    for (const { points, order } of trajectories('s', 7, 6)) {
      expect([...order].sort()).toEqual([0, 1, 2, 3, 4, 5, 6]);
      for (const [i, input] of order.entries()) {
        const steps = points[i + 1].map((value, j) => value - points[i][j]);
        expect(Math.abs(steps[input])).toBeCloseTo(2 / 3, 12);
        expect(steps.filter((step) => step !== 0)).toHaveLength(1);
      }
      for (const point of points) for (const value of point) expect([0, 1, 2, 3]).toContain(Math.round(value * 3 * 1e9) / 1e9); // prettier-ignore
    }
  });

  it('lie farther apart than as many that were not chosen', () => {
    const apart = (many: ReturnType<typeof trajectories>): number => {
      const points = many.flatMap((one) => one.points);
      const distances = points.flatMap((p) => points.map((q) => Math.sqrt(p.reduce((sum, x, i) => sum + (x - q[i]) ** 2, 0)))); // prettier-ignore
      return distances.reduce((a, b) => a + b) / distances.length;
    };
    // The first of each is a trajectory as it comes.
    const unchosen = Array.from({ length: 8 }, (_, i) => trajectories(`first ${i}`, 6, 1)[0]);
    expect(apart(trajectories('apart', 6, 8))).toBeGreaterThan(apart(unchosen));
  });
});

describe('elementary effects', () => {
  it('tell the inputs of the function of Morris apart', () => {
    const walked = trajectories('morris', 20, 20);
    const effects = elementaryEffects(walked, walked.map(({ points }) => points.map(morrisFunction)), 20); // prettier-ignore
    const matter = effects.slice(0, 10).map(({ meanSize }) => meanSize);
    const rest = effects.slice(10).map(({ meanSize }) => meanSize);
    expect(Math.min(...matter)).toBeGreaterThan(3 * Math.max(...rest));
    // Eight, nine and ten go in a straight line, with a slope of 2 · 20, but for what is tossed to both sides.
    for (const { mean, standardDeviation } of effects.slice(7, 10)) {
      expect(Math.abs(mean - 40)).toBeLessThan(8);
      expect(standardDeviation).toBeLessThan(12);
    }
    for (const { standardDeviation } of effects.slice(0, 6)) expect(standardDeviation).toBeGreaterThan(12);
  });

  it('are exact where the output is linear, and leave out runs without a value', () => {
    const walked = trajectories('linear', 3, 4);
    const outputs = walked.map(({ points }) => points.map(([a, b, c]) => 2 * a - 5 * b + 0 * c));
    const exact = elementaryEffects(walked, outputs, 3);
    for (const [i, slope] of [2, -5, 0].entries()) {
      expect(exact[i].mean).toBeCloseTo(slope, 12);
      expect(exact[i].meanSize).toBeCloseTo(Math.abs(slope), 12);
      expect(exact[i].standardDeviation).toBeCloseTo(0, 12);
    }
    const holed = outputs.map((row, t) => row.map((value, i) => (t === 0 && i === 1 ? NaN : value)));
    expect(elementaryEffects(walked, holed, 3).reduce((sum, { n }) => sum + n, 0)).toBe(4 * 3 - 2);
  });
});
