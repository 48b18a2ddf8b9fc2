/**
 * Two hundred incidents whose truth is known, calibrated: ranks of the truth and of
 * a variant's worth are uniform, and intervals cover what they say.
 */
import { describe, expect, it } from 'vitest';
import { CHI_SQUARE_99, calibratedIncident, chiSquare, type CalibratedIncident } from './simulated-incidents.ts';

const INCIDENTS = 200;
const figures = ['the start', 'the rate', 'what does nothing', 'the worth of a faster rate'];

async function incidents(toleranceMs: number): Promise<CalibratedIncident[]> {
  const all: CalibratedIncident[] = [];
  for (let i = 0; i < INCIDENTS; i++) all.push(await calibratedIncident(i, toleranceMs));
  return all;
}

function share(all: readonly boolean[]): number {
  return all.filter(Boolean).length / all.length;
}

/** Of each figure, in how many of the incidents the truth lies within the interval. */
function coverage(all: readonly CalibratedIncident[]): { in50: number[]; in90: number[] } {
  return {
    in50: figures.map((_, i) => share(all.map(({ in50 }) => in50[i]))),
    in90: figures.map((_, i) => share(all.map(({ in90 }) => in90[i]))),
  };
}

describe('two hundred incidents whose truth is known', () => {
  it('are calibrated so that the ranks of the truth are uniform at a tolerance of two minutes', async () => {
    const all = await incidents(120_000);
    if (process.env.PRINT_COVERAGE !== undefined) process.stdout.write(`${JSON.stringify(coverage(all))}\n`);
    figures.forEach((what, i) => {
      expect(chiSquare(all.map(({ ranks }) => ranks[i])), what).toBeLessThan(CHI_SQUARE_99);
      // 99 % of 200 that hold in 90, and 50, of 100: 2.58 standard errors.
      expect(Math.abs(share(all.map(({ in90 }) => in90[i])) - 0.9), what).toBeLessThan(0.055);
      expect(Math.abs(share(all.map(({ in50 }) => in50[i])) - 0.5), what).toBeLessThan(0.092);
    });
  });

  it('have intervals that cover more, the wider the tolerance, and never too little', async () => {
    const covered: Record<string, { in50: number[]; in90: number[] }> = {};
    for (const minutes of [10, 5]) {
      const all = await incidents(minutes * 60_000);
      covered[minutes] = coverage(all);
      for (const one of covered[minutes].in90) expect(one).toBeGreaterThan(0.9 - 0.055);
    }
    if (process.env.PRINT_COVERAGE !== undefined) process.stdout.write(`${JSON.stringify(covered)}\n`);
  });
});
