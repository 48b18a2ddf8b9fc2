// The charts of a comparison: size, sameness of bytes, one colour per variant, and what their headlines say.
import { beforeAll, describe, expect, it } from 'vitest';
import { createComparison, type Comparison } from '../../src/experiments/comparison.ts';
import type { Replication } from '../../src/experiments/replication.ts';
import { spreadLabels } from '../../src/report/charts/variants-cost.ts';
import { comparisonCharts, type ComparisonChartEntry } from '../../src/report/comparison-charts.ts';
import { variantStroke } from '../../src/report/variant-paint.ts';
import { drawComparisonChart } from '../../src/report/draw-comparison.ts';
import { line } from '../../src/report/brush.ts';
import { comparedText, comparedVariants } from '../experiments/compared-scenario.ts';
import { madeUp as madeUpRuns } from '../experiments/made-up-replications.ts';
import { countPixels, pixelsOf, wholePicture } from './pixels.ts';

/** Made-up replications: each variant loses `lost` session-minutes, more or less. */
function madeUp(lost: readonly number[]): Comparison {
  const [baseline] = comparedVariants(comparedText, []);
  const variants = lost.map((_, i) =>
    i === 0 ? baseline : { ...baseline, hash: `hash-${i}`, name: `variant-${i}`, title: `number ${i}` },
  );
  const byVariant = lost.map((size, v) =>
    Array.from({ length: 12 }, (_, index): Replication => ({
      variant: variants[v].name, index, seed: `c/${index}`, fingerprint: `${v} ${index}`, ending: 'clock', endMs: 60_000, openMs: null, undecided: false,
      metrics: { sessionMinutesLost: size + index, peakDisconnectedFraction: Math.min(1, size / 1000), timeToRecover: 1000, hostDeaths: 0, retryAmplification: 2, hostHours: 10 + v, collapse: 0 },
      curve: Array.from({ length: 30 }, (_, i) => Math.min(1, (size / 1000) * Math.exp(-i / (5 + index)))),
    })),
  ); // prettier-ignore
  return createComparison({ variants, byVariant, seed: 'c', until: 'end', complete: true });
}

/**
 * How many pixels the variants' data make: those drawn in a variant's colour where the same chart of variants that lose
 * nothing has none. Here all variants have one colour, which nothing else in a chart has.
 */
async function pixelsOfTheVariants(entry: ComparisonChartEntry): Promise<number> {
  const loud: ComparisonChartEntry = {
    ...entry,
    paint: (pen, comparison, room) => entry.paint(pen, comparison, room, () => ({ color: '#ff00ff', dash: [] })),
  };
  const [storm, blank] = [
    await pixelsOf(await drawComparisonChart(loud, madeUp([900, 100, 500]))),
    await pixelsOf(await drawComparisonChart(loud, madeUp([0, 0, 0]))),
  ];
  // Paler where it is thinned by an edge or by being a band, and still without green.
  const isLoud = (pixels: Uint8ClampedArray, at: number): boolean =>
    Math.min(pixels[at], pixels[at + 2]) - pixels[at + 1] > 20;
  return countPixels(wholePicture, (at) => isLoud(storm, at) && !isLoud(blank, at));
}

describe('every chart of a comparison', () => {
  let few: Comparison;
  beforeAll(() => {
    few = madeUp([900, 100, 500]);
  });

  it.each(comparisonCharts)(
    '$name is a PNG of 1600 × 900, the same bytes each time, other ones for other data',
    async (entry) => {
      const png = await drawComparisonChart(entry, few);
      expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([1600, 900]);
      expect(png.equals(await drawComparisonChart(entry, madeUp([900, 100, 500])))).toBe(true);
      expect(png.equals(await drawComparisonChart(entry, madeUp([900, 300, 500])))).toBe(false);
    },
  );

  it.each(comparisonCharts)('$name draws what its variants lost', async (entry) => {
    expect(await pixelsOfTheVariants(entry)).toBeGreaterThan(300);
  });

  it('that draws nothing, or the same whatever was lost, is found out', async () => {
    const [entry] = comparisonCharts;
    expect(await pixelsOfTheVariants({ ...entry, paint: () => undefined })).toBe(0);
    const paint: ComparisonChartEntry['paint'] = (pen, { variants }, { leftPx, rightPx, topPx }, strokeFor) => {
      const at = (x: number): { x: number; y: number } => ({ x, y: topPx + 50 });
      line(pen, [at(leftPx), at(rightPx)], strokeFor(variants[0]), 5);
    };
    expect(await pixelsOfTheVariants({ ...entry, paint })).toBe(0);
  });

  it.each(comparisonCharts)('$name is drawn for one variant and for thirty', async (entry) => {
    for (const comparison of [madeUp([900]), madeUp(Array.from({ length: 30 }, (_, i) => 900 - 20 * i))]) {
      expect((await drawComparisonChart(entry, comparison)).length).toBeGreaterThan(10_000);
    }
  });

  it('says what was changed in all variants', async () => {
    const changed = await drawComparisonChart(comparisonCharts[0], { ...few, set: ['tiers.front.hosts=16'] });
    expect(
      changed.equals(await drawComparisonChart(comparisonCharts[0], { ...few, set: ['tiers.front.hosts=17'] })),
    ).toBe(false);
  });

  it('says the answer in its headline', () => {
    expect(comparisonCharts.map(({ headline }) => headline(few))).toEqual([
      "variant-1 peaks at 10\u00a0% disconnected, the baseline at 90\u00a0% (means of the replications' peaks)",
      'variant-1 loses the fewest session-minutes, 106; the baseline loses 906 (means)',
      "variant-1 loses 106 of the baseline's 906 session-minutes for 11 host hours instead of 10; none is better at no cost",
    ]);
    expect(comparisonCharts.map(({ headline }) => headline(madeUp([100, 900])))).toEqual([
      'No variant peaks lower, or is over sooner, than the baseline: 10\u00a0% disconnected (mean)',
      "No variant loses fewer session-minutes than the baseline's 106 (mean)",
      "No variant loses less than the baseline's 106 session-minutes, at any cost",
    ]);
  });

  it('says what may be chance, and what cannot be told apart', () => {
    const apart = madeUp([900, 100, 500]);
    const few = {
      ...apart,
      best: null,
      variants: apart.variants.map((one) => ({
        ...one,
        differences: {
          ...one.differences,
          sessionMinutesLost: { ...one.differences.sessionMinutesLost, isCertain: false },
        },
      })),
    };
    const alike = { ...apart, best: { name: 'variant-1', indistinguishable: ['variant-2'], rivals: 1, pairs: 3 } };
    const [, outage, cost] = comparisonCharts;
    expect(outage.headline(few)).toBe(
      'variant-1 loses the fewest session-minutes in these runs, 106; the baseline loses 906 (means); that may be chance',
    );
    expect(cost.headline(few)).toContain('session-minutes in these runs (which may be chance) for 11 host hours');
    expect(outage.headline(alike)).toBe(
      'variant-1 loses few session-minutes, 106; the baseline loses 906 (means); it is not distinguishable from variant-2',
    );
    expect(cost.headline(alike)).toContain('session-minutes (not distinguishable from variant-2) for');
  });

  it('draws those that have runs, be they few and undecided', async () => {
    const some = madeUpRuns(
      [
        [{ lost: 900 }, { lost: 800, collapse: NaN }],
        [{ lost: 10, length: Infinity, openMs: 5 }, null],
        [null, null],
      ],
      { complete: false },
    );
    for (const entry of comparisonCharts)
      expect((await drawComparisonChart(entry, some)).length).toBeGreaterThan(10_000);
  });

  it('says who is over first where all peak alike', () => {
    const [{ headline }] = comparisonCharts;
    const comparison = madeUp([900, 900]);
    const lasting = (ms: Readonly<Record<string, number>>): Comparison => ({
      ...comparison,
      variants: comparison.variants.map((variant) => ({
        ...variant,
        estimates: {
          ...variant.estimates,
          timeToRecover: { ...variant.estimates.timeToRecover, value: ms[variant.name] },
        },
      })),
    });
    expect(headline(lasting({ baseline: 3_600_000, 'variant-1': 363_000 }))).toBe(
      'None peaks lower than the baseline; variant-1 is over first, in 6m3s (median), the baseline in 1h',
    );
    for (const open of [Infinity, NaN])
      expect(headline(lasting({ baseline: open, 'variant-1': 363_000 }))).toBe(
        'None peaks lower than the baseline; variant-1 is over first, in 6m3s (median), the baseline not within its run',
      );
  });

  it('gives a variant its colour by its place in the file, wherever it is sorted to', () => {
    const strokes = (comparison: Comparison): string[] =>
      comparison.variants
        .toSorted((a, b) => a.place - b.place)
        .map((variant) => JSON.stringify(variantStroke(variant)));
    expect(strokes(madeUp([900, 100, 500]))).toEqual(strokes(madeUp([1, 700, 500])));
    expect(new Set(strokes(madeUp(Array.from({ length: 12 }, () => 1)))).size).toBe(12);
  });

  it('moves labels apart without changing their order or leaving the plot', () => {
    const placed = spreadLabels([100, 101, 99, 300], 0, 310, 27);
    const sorted = placed.toSorted((a, b) => a - b);
    for (let i = 1; i < sorted.length; i++) expect(sorted[i] - sorted[i - 1]).toBeGreaterThanOrEqual(27);
    expect([placed[2] < placed[0], placed[0] < placed[1], Math.max(...placed) <= 310]).toEqual([true, true, true]);
  });
});
