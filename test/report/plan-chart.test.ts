// A plan's slide: size, sameness of bytes, that the curve, the target and the answer are on it, and what its title says.
import { describe, expect, it } from 'vitest';
import type { Plan, PlanPoint } from '../../src/experiments/plan.ts';
import { isTarget, readTarget } from '../../src/experiments/target.ts';
import { readAxis } from '../../src/experiments/vary/axis.ts';
import { okabeIto } from '../../src/report/palette.ts';
import { drawPlanChart, hasPlanChart, planHeadline } from '../../src/report/plan-chart.ts';
import { comparedText, comparedVariants } from '../experiments/compared-scenario.ts';
import { countPixels, pixelsOf, wholePicture } from './pixels.ts';

/** Made up: of 100 worlds each, so many fail at 4, 5, … hosts; the answer is at `value`, its neighbour before it. */
function madeUp(failed: readonly number[], value: number | null, state: Plan['answers'][0]['state'] = 'decided'): Plan {
  const [base] = comparedVariants(comparedText, []);
  const target = readTarget('collapse <= 10%', base.scenario);
  const axis = readAxis(`tiers.front.hosts=4..${failed.length + 3}`);
  if (!isTarget(target) || Array.isArray(axis) || !('given' in axis)) throw new Error('made up wrongly');
  const points = failed.map((count, i): PlanPoint => ({
    value: String(i + 4), number: i + 4, meets: value === null ? null : i >= value, n: 100, failed: count, undecided: 0,
    estimate: count / 100, low: Math.max(0, count / 100 - 0.08), high: Math.min(1, count / 100 + 0.08), cost: null,
  })); // prettier-ignore
  const at = (i: number): PlanPoint | null => points[i] ?? null;
  return {
    base: { ...base, variant: 'baseline' } as unknown as Plan['base'], axes: [axis], target, cost: null, seed: 's', confidence: 0.95, looks: 'any-time',
    worldsMax: 100, complete: true, cheapest: null, runs: 1, gridRuns: 1,
    answers: [{
      at: null, state, value: value === null ? null : at(value), neighbour: value === null ? null : at(value - 1), closest: at(0), seeks: 'least',
      sideFound: true, method: 'thresholds', gridReason: null, n: 100, lookedAt: null, beside: null, step: null, points, runs: 1, gridRuns: 1,
    }],
  }; // prettier-ignore
}

async function pixelsIn(plan: Plan, color: string): Promise<number> {
  const pixels = await pixelsOf(await drawPlanChart(plan, []));
  const rgb = [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16));
  return countPixels(wholePicture, (at) => rgb.every((part, i) => pixels[at + i] === part));
}

describe("a plan's slide", () => {
  const plan = madeUp([100, 80, 40, 2, 0, 0], 3);

  it('is a PNG of 1600 × 900, the same bytes each time, other ones for other shares', async () => {
    const png = await drawPlanChart(plan, []);
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([1600, 900]);
    expect(png.equals(await drawPlanChart(madeUp([100, 80, 40, 2, 0, 0], 3), []))).toBe(true);
    expect(png.equals(await drawPlanChart(madeUp([100, 80, 30, 2, 0, 0], 3), []))).toBe(false);
  });

  it('has the curve, the target, the answer and its neighbour, and of an undecided plan neither of these', async () => {
    const undecided = madeUp([100, 80, 40, 2, 0, 0], null, 'undecided');
    for (const color of [okabeIto.blue, okabeIto.purple]) expect(await pixelsIn(plan, color)).toBeGreaterThan(2000);
    for (const color of [okabeIto.green, okabeIto.vermillion]) {
      expect(await pixelsIn(plan, color)).toBeGreaterThan(1000);
      expect(await pixelsIn(undecided, color)).toBe(0);
    }
  });

  it('says the answer in its title, and what is undecided as such', () => {
    expect(planHeadline(plan)).toBe('7 hosts hold in 9 of 10 worlds; 6 do not (95\u00a0% sure)');
    expect(planHeadline(madeUp([50, 9], null, 'undecided'))).toBe(
      'Undecided: nobody knows yet which tiers.front.hosts meets collapse <= 10%',
    );
    expect(planHeadline(madeUp([50, 9], 1, 'undecided'))).toBe(
      'Undecided between 4 and 5 hosts where collapse <= 10% begins to hold',
    );
    expect(planHeadline(madeUp([99, 98], null, 'nothing meets it'))).toBe(
      'With 4 to 5 hosts, collapse <= 10% is met nowhere (95\u00a0% sure); 4 comes closest',
    );
  });

  it('is not drawn where nothing is known', () => {
    expect(hasPlanChart(plan)).toBe(true);
    expect(hasPlanChart({ ...plan, answers: [] })).toBe(false);
  });
});
