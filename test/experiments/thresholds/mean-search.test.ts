// The search for the least value whose mean meets a bound, on values whose means are known.
import { describe, expect, it } from 'vitest';
import { normalQuantile } from '../../../src/experiments/statistics.ts';
import { Stream } from '../../../src/engine/luck.ts';
import { searchMean, type MeanRequest, type MeanResult } from '../../../src/experiments/thresholds/mean-search.ts';

const usual: MeanRequest = { valueCount: 24, alpha: 0.05, rises: null, worlds: 1000, looks: 'any-time', seed: 'means' };

type Excess = (value: number, own: number, common: number) => number;

/** `own`, `common`: standard normal luck of the world at this value, and at all of them. */
function meansOf(seed: string, excess: Excess, more: Partial<MeanRequest> = {}): Promise<MeanResult> {
  const luck = new Stream(seed, 'worlds');
  const normal = (world: number, value: number): number => normalQuantile(luck.at(world, value).uniform());
  return searchMean({ ...usual, ...more, seed }, (probes) =>
    Promise.resolve(
      probes.map(({ world, value }) => {
        const one = excess(value, normal(world, value + 1), normal(world, 0));
        return { least: one, most: one };
      }),
    ),
  );
}

/** Falls by a fifth from value to value, and meets its bound from 13 on; its neighbours are 11 % off. */
const falling: Excess = (value, own, common) =>
  Math.exp((12.5 - value) * Math.log(1.25)) * (1 + 0.3 * common + 0.3 * own) - 1;

describe('the least value whose mean meets a bound', () => {
  it('is right in at least 95 of 100 seeds at 95 %, in a third of the runs of a plain grid at most', async () => {
    const results: MeanResult[] = [];
    for (let seed = 0; seed < 100; seed++) results.push(await meansOf(`seed ${seed}`, falling));
    expect(results.filter(({ isDecided, meets }) => isDecided && meets === 13).length).toBeGreaterThanOrEqual(95);
    const total = (of: (one: MeanResult) => number): number => results.reduce((sum, one) => sum + of(one), 0);
    expect(total(({ runs }) => runs)).toBeLessThan(total(({ gridRuns }) => gridRuns) / 3);
  });

  it('is found from the other side as well', async () => {
    const result = await meansOf('rising', (value, own, common) => falling(23 - value, own, common));
    expect(result).toMatchObject({ rises: false, sideFound: true, isDecided: true, meets: 10, misses: 11 });
  });

  it('is none, or the first, where the range does not reach the bound', async () => {
    expect(await meansOf('none', (value, own) => 100 - value + own)).toMatchObject({
      meets: null,
      misses: 23,
      isDecided: true,
    });
    expect(await meansOf('all', (value, own) => -100 - value + own)).toMatchObject({
      meets: 0,
      misses: null,
      isDecided: true,
    });
  });

  it('is undecided where the bound lies on the mean, and never yes', async () => {
    const result = await meansOf('edge', (value, own) => (value < 12 ? 1 : value > 12 ? -1 : 0) + own, { worlds: 200 });
    expect(result).toMatchObject({ isDecided: false, meets: 13, misses: 11 });
    expect(result.verdicts[12]).toBeNull();
  });

  it('does not trust a calm value beside one with disasters until it has been seen often enough', async () => {
    // In one world of eight the neighbour loses a thousand times the bound: ten calm worlds say little of the next value.
    const calm: Excess = (value, _own, common) => (value < 12 && common > 1.15 ? 1000 : -1);
    const result = await meansOf('disaster', calm, { worlds: 300 });
    expect(result.meets).toBeNull();
    expect(result.isDecided).toBe(false);
    const mild = await meansOf('disaster', (value, _own, common) => (value < 12 && common > 1.15 ? 30 : -1), {
      worlds: 300,
    });
    expect(mild).toMatchObject({ meets: 12, misses: 11, isDecided: true });
    expect(mild.means[12].n).toBeGreaterThan(50);
  });

  it('takes what has no value for a miss, and what is not known yet for neither', async () => {
    const missing = await meansOf('missing', (value) => (value < 20 ? NaN : -1));
    expect(missing).toMatchObject({ meets: 20, misses: 19 });
    const open = await searchMean({ ...usual, worlds: 40 }, (probes) =>
      Promise.resolve(probes.map(({ value }) => (value < 5 ? { least: 1, most: 1 } : { least: -1, most: Infinity }))),
    );
    expect(open).toMatchObject({ meets: null, misses: 4, isDecided: false });
  });

  it('tries every value where the mean helps, then hurts', async () => {
    const hill: Excess = (value, own) => Math.abs(value - 16) - 5 + 0.2 * own;
    const result = await meansOf('hill', hill);
    if (!result.isMonotone) expect(result.method).toBe('grid');
    expect(result.verdicts[16]).not.toBe(false);
    // Wherever it says yes, it is so.
    result.verdicts.forEach((one, value) => one === true && expect(Math.abs(value - 16)).toBeLessThanOrEqual(5));
    const all = await meansOf('hill', hill, { grid: true });
    expect(all.verdicts.map((one) => one === true).indexOf(true)).toBe(12);
    expect(all.verdicts.map((one) => one === true).lastIndexOf(true)).toBe(20);
  });
});
