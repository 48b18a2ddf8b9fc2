/**
 * Draws the charts of a comparison as PNG: headline, what is shown of which
 * comparison, and below it whatever the chart paints. As large as a run's
 * charts, in the same fonts, and the same bytes each time.
 */
import type { Comparison } from '../experiments/comparison.ts';
import { INTERVAL_N_MIN } from '../experiments/statistics.ts';
import { drawnText } from '../scenario/safe-text.ts';
import { text, widthOf } from './brush.ts';
import type { ComparisonChartEntry } from './comparison-charts.ts';
import { variantStroke } from './variant-paint.ts';
import { cutText } from './flags.ts';
import { changesText, marginPx, wrapText } from './frame.ts';
import { openCanvas } from './open-canvas.ts';
import { ink } from './palette.ts';
import { pictureHeightPx, pictureWidthPx, type Pen } from './picture.ts';

const headlineSizePx = 34;
const headlineLineHeightPx = 44;
const headTopPx = 26;
const subtitleHeightPx = 42;
const changesHeightPx = 30;

/** Headline and subtitle. Returns where the room below begins. */
function drawHead(pen: Pen, { headline, shows }: ComparisonChartEntry, comparison: Comparison): number {
  const widthMaxPx = pictureWidthPx - 2 * marginPx;
  let y = headTopPx + headlineLineHeightPx / 2;
  for (const words of wrapText(drawnText(headline(comparison)), widthMaxPx, (one) =>
    widthOf(pen, one, headlineSizePx, 'bold'),
  )) {
    text(pen, words, { x: marginPx, y }, { sizePx: headlineSizePx, bold: true });
    y += headlineLineHeightPx;
  }
  const { scenario, set, seed, level } = comparison;
  const subtitle = `${shows} · ${scenario.name} · ${countText(comparison)}, ${comparison.n < INTERVAL_N_MIN ? `no interval under ${INTERVAL_N_MIN}` : `${level * 100} % intervals`} · seed ${seed}`;
  const cut = (words: string): string => cutText(drawnText(words), widthMaxPx, (one) => widthOf(pen, one));
  text(pen, cut(subtitle), { x: marginPx, y: y - 4 }, { color: ink.faint });
  if (set.length > 0) text(pen, cut(changesText(set)), { x: marginPx, y: (y += changesHeightPx) - 4 });
  return y + subtitleHeightPx / 2;
}

/** n, and what part of the fleet was run. */
function countText({ variants, n, budget }: Comparison): string {
  const most = Math.max(...variants.map((variant) => variant.n));
  const scaled = budget === null || budget.scaledBy === 1 ? '' : `1/${Math.round(1 / budget.scaledBy)} of the fleet · `;
  return `${scaled}n = ${n === most ? n : `${n} to ${most}`}`;
}

/** Of the variants that have runs; the baseline must have one. */
export async function drawComparisonChart(entry: ComparisonChartEntry, whole: Comparison): Promise<Buffer> {
  const comparison = { ...whole, variants: whole.variants.filter(({ n }) => n > 0) };
  const { createCanvas } = await openCanvas();
  const canvas = createCanvas(pictureWidthPx, pictureHeightPx);
  const pen = canvas.getContext('2d');
  pen.fillStyle = '#FFFFFF';
  pen.fillRect(0, 0, pictureWidthPx, pictureHeightPx);
  const topPx = drawHead(pen, entry, comparison);
  entry.paint(
    pen,
    comparison,
    { leftPx: marginPx, rightPx: pictureWidthPx - marginPx, topPx, bottomPx: pictureHeightPx - 24 },
    variantStroke,
  );
  return canvas.encode('png');
}
