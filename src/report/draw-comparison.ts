/**
 * Draws the charts of a comparison as PNG: headline, what is shown of which
 * comparison, and below it whatever the chart paints. The same bytes each time.
 */
import type { Comparison } from '../experiments/comparison.ts';
import { INTERVAL_N_MIN } from '../experiments/statistics.ts';
import type { ComparisonChartEntry } from './comparison-charts.ts';
import { openPage } from './page.ts';
import { variantStroke } from './variant-paint.ts';

/** n, and what part of the fleet was run. */
function countText({ variants, n, budget }: Comparison): string {
  const most = Math.max(...variants.map((variant) => variant.n));
  const scaled = budget === null || budget.scaledBy === 1 ? '' : `1/${Math.round(1 / budget.scaledBy)} of the fleet · `;
  return `${scaled}n = ${n === most ? n : `${n} to ${most}`}`;
}

/** Of the variants that have runs; the baseline must have one. */
export async function drawComparisonChart(entry: ComparisonChartEntry, whole: Comparison): Promise<Buffer> {
  const comparison = { ...whole, variants: whole.variants.filter(({ n }) => n > 0) };
  const { scenario, set, over, seed, level } = comparison;
  const { pen, room, encode } = await openPage({
    title: entry.headline(comparison),
    shows: `${entry.shows} · ${scenario.name} · ${countText(comparison)}, ${comparison.n < INTERVAL_N_MIN ? `no interval under ${INTERVAL_N_MIN}` : `${level * 100} % intervals`} · seed ${seed}`,
    set: over === undefined ? set : [...set, over],
  });
  entry.paint(pen, comparison, room, variantStroke);
  return encode();
}
