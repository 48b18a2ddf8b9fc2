/**
 * The outage's size by variant: mean and interval on a common axis, every
 * replication as a small dot (near a cliff they fall into two heaps, which a
 * mean hides), and how often it collapsed. Sorted as the tables are.
 */
import type { Comparison, VariantResult } from '../../experiments/comparison.ts';
import { SIZE_METRIC } from '../../experiments/variant-estimates.ts';
import { BASELINE } from '../../metrics/judgement.ts';
import { dot, line, text, widthOf } from '../brush.ts';
import { cutText } from '../flags.ts';
import { ink, tintOf, type Stroke } from '../palette.ts';
import type { Pen, PlotArea } from '../picture.ts';
import { countText, roundTicks } from '../quantities.ts';
import { variantEstimateText } from '../title-figures.ts';
import type { PaintComparison } from '../variant-paint.ts';
import { numberText } from '../../metrics/value-text.ts';

const nameWidthMaxPx = 330;
const rightColumnPx = 330;
const rowsMax = 24;

export function variantsOutageHeadline({ variants, against, best }: Comparison): string {
  const reference = variants.find(({ name }) => name === against)!;
  const [least] = variants;
  const whose = against === BASELINE ? 'the baseline' : against;
  const own = variantEstimateText(reference, SIZE_METRIC);
  if (variants.length === 1) return `The baseline loses ${own} session-minutes`;
  if (least === reference)
    return `No variant loses fewer session-minutes than ${against === BASELINE ? "the baseline's" : `the`} ${own} (mean)${against === BASELINE ? '' : ` of ${against}`}`;
  const figures = `${variantEstimateText(least, SIZE_METRIC)}; ${whose} loses ${own} (means)`;
  if (!least.differences[SIZE_METRIC].isCertain)
    return `${least.name} loses the fewest session-minutes in these runs, ${figures}; that may be chance`;
  const alike = best?.name === least.name ? best.indistinguishable : [];
  if (alike.length === 0) return `${least.name} loses the fewest session-minutes, ${figures}`;
  return `${least.name} loses few session-minutes, ${figures}; it is not distinguishable from ${alike.length === 1 ? alike[0] : `${alike.length} others`}`;
}

/** How many runs collapsed, and how many ended too soon to tell. */
function collapsedText({ collapse: { count, undecided, n } }: VariantResult): string {
  return `${count}/${n}${undecided === 0 ? '' : ` (${undecided} undecided)`}`;
}

/** Where the rows lie, and where on them a size is. */
interface Rows extends PlotArea {
  readonly nameWidthPx: number;
  readonly heightPx: number;
  readonly xOf: (size: number) => number;
}

function paintScale(
  pen: Pen,
  room: PlotArea,
  { leftPx, rightPx, topPx, bottomPx, xOf }: Rows,
  ticks: readonly number[],
): void {
  for (const tick of ticks) {
    line(
      pen,
      [
        { x: xOf(tick), y: topPx },
        { x: xOf(tick), y: bottomPx },
      ],
      { color: ink.grid, dash: [] },
      1,
    );
    text(pen, countText(tick), { x: xOf(tick), y: bottomPx + 18 }, { align: 'center', color: ink.faint });
  }
  text(
    pen,
    'session-minutes lost',
    { x: (leftPx + rightPx) / 2, y: bottomPx + 46 },
    { align: 'center', color: ink.faint },
  );
  text(pen, 'mean (interval)', { x: rightPx + 24, y: room.topPx + 16 }, { color: ink.faint, sizePx: 18 });
  text(pen, 'collapsed', { x: room.rightPx, y: room.topPx + 16 }, { align: 'right', color: ink.faint, sizePx: 18 });
}

function paintRow(
  pen: Pen,
  room: PlotArea,
  { leftPx, rightPx, nameWidthPx, heightPx, xOf }: Rows,
  y: number,
  variant: VariantResult,
  { color, dash }: Stroke,
): void {
  const { name, estimates, collapse, replications } = variant;
  const { value, low, high } = estimates[SIZE_METRIC];
  text(
    pen,
    cutText(name, nameWidthPx, (one) => widthOf(pen, one, 20, 'bold')),
    { x: leftPx - 14, y },
    { align: 'right', bold: name === BASELINE },
  );
  for (const { metrics } of replications)
    dot(pen, { x: xOf(metrics[SIZE_METRIC]), y: y + Math.min(13, heightPx / 4) }, tintOf(color, 0.4), 4);
  if (!Number.isNaN(low))
    line(
      pen,
      [
        { x: xOf(low), y },
        { x: xOf(high), y },
      ],
      { color, dash: [] },
      7,
    );
  dot(pen, { x: xOf(value), y }, color, 9, dash.length > 0);
  const bounds = Number.isNaN(low) ? '' : ` (${numberText(low)}–${numberText(high)})`;
  text(pen, Number.isFinite(value) ? `${numberText(value)}${bounds}` : '–', { x: rightPx + 24, y }, { sizePx: 18 });
  text(
    pen,
    collapsedText(variant),
    { x: room.rightPx, y },
    { align: 'right', sizePx: 18, color: collapse.most > 0 ? '#B00020' : ink.faint },
  );
}

export const paintVariantsOutage: PaintComparison = (pen, { variants }, room, strokeFor) => {
  const shown = variants.slice(0, rowsMax);
  const nameWidthPx = Math.min(nameWidthMaxPx, Math.max(...shown.map(({ name }) => widthOf(pen, name, 20, 'bold'))));
  const values = shown.flatMap(({ estimates, replications }) => [
    estimates[SIZE_METRIC].high,
    ...replications.map(({ metrics }) => metrics[SIZE_METRIC]),
  ]);
  const ticks = roundTicks(Math.max(1e-9, ...values.filter(Number.isFinite)), 8);
  const [leftPx, rightPx] = [room.leftPx + nameWidthPx + 20, room.rightPx - rightColumnPx];
  const [topPx, bottomPx] = [room.topPx + 34, room.bottomPx - 62];
  const heightPx = (bottomPx - topPx) / shown.length;
  const xOf = (size: number): number => leftPx + (size / ticks.at(-1)!) * (rightPx - leftPx);
  const rows = { leftPx, rightPx, topPx, bottomPx, nameWidthPx, heightPx, xOf };
  paintScale(pen, room, rows, ticks);
  shown.forEach((variant, i) => paintRow(pen, room, rows, topPx + (i + 0.5) * heightPx, variant, strokeFor(variant)));
  const left = variants.length - shown.length;
  if (left > 0)
    text(
      pen,
      `${left} variants with larger outages are not shown`,
      { x: room.leftPx, y: room.bottomPx - 8 },
      { color: ink.faint, sizePx: 18 },
    );
};
