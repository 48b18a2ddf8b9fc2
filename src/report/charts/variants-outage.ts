/**
 * The outage's size by variant: mean and interval on a common axis, every
 * replication as a small dot (near a cliff they fall into two heaps, which a
 * mean hides), and how often it collapsed. Sorted as the tables are.
 */
import type { Comparison, VariantResult } from '../../experiments/comparison.ts';
import { SIZE_METRIC } from '../../experiments/variant-figures.ts';
import { BASELINE } from '../../metrics/comparison.ts';
import { dot, line, text, widthOf } from '../brush.ts';
import type { PaintComparison } from '../comparison-charts.ts';
import { cutText } from '../flags.ts';
import { ink, tintOf } from '../palette.ts';
import { countText, roundTicks } from '../quantities.ts';

const nameWidthMaxPx = 330;
const rightColumnPx = 330;
const rowsMax = 24;

function sizeOf({ figures }: VariantResult): number {
  return figures[SIZE_METRIC].value;
}

export function variantsOutageHeadline({ variants }: Comparison): string {
  const baseline = variants.find(({ name }) => name === BASELINE)!;
  const [least] = variants;
  if (variants.length === 1) return `The baseline loses ${countText(sizeOf(baseline))} session-minutes`;
  if (least === baseline) return `No variant loses fewer session-minutes than the baseline's ${countText(sizeOf(baseline))}`;
  const saved = 1 - sizeOf(least) / sizeOf(baseline);
  const sure = least.differences[SIZE_METRIC].excludesZero ? '' : ', which may be chance';
  return `${least.name} loses the fewest session-minutes: ${countText(sizeOf(least))}, ${countText(100 * saved)} % fewer than the baseline${sure}`;
}

export const paintVariantsOutage: PaintComparison = (pen, { variants }, room, strokeFor) => {
  const shown = variants.slice(0, rowsMax);
  const nameWidthPx = Math.min(nameWidthMaxPx, Math.max(...shown.map(({ name }) => widthOf(pen, name, 20, 'bold'))));
  const area = { leftPx: room.leftPx + nameWidthPx + 20, rightPx: room.rightPx - rightColumnPx, topPx: room.topPx + 34, bottomPx: room.bottomPx - 62 };
  const values = shown.flatMap(({ figures, replications }) => [figures[SIZE_METRIC].high, ...replications.map(({ metrics }) => metrics[SIZE_METRIC])]);
  const ticks = roundTicks(Math.max(1e-9, ...values.filter(Number.isFinite)), 8);
  const top = ticks.at(-1)!;
  const xOf = (value: number): number => area.leftPx + (value / top) * (area.rightPx - area.leftPx);
  for (const tick of ticks) {
    line(pen, [{ x: xOf(tick), y: area.topPx }, { x: xOf(tick), y: area.bottomPx }], { color: ink.grid, dash: [] }, 1);
    text(pen, countText(tick), { x: xOf(tick), y: area.bottomPx + 18 }, { align: 'center', color: ink.faint });
  }
  text(pen, 'session-minutes lost', { x: (area.leftPx + area.rightPx) / 2, y: area.bottomPx + 46 }, { align: 'center', color: ink.faint });
  text(pen, 'mean (interval)', { x: area.rightPx + 24, y: room.topPx + 16 }, { color: ink.faint, sizePx: 18 });
  text(pen, 'collapsed', { x: room.rightPx, y: room.topPx + 16 }, { align: 'right', color: ink.faint, sizePx: 18 });
  const heightPx = (area.bottomPx - area.topPx) / shown.length;
  shown.forEach((variant, i) => {
    const { name, figures, collapse, replications } = variant;
    const y = area.topPx + (i + 0.5) * heightPx;
    const { color, dash } = strokeFor(variant);
    const { value, low, high } = figures[SIZE_METRIC];
    text(pen, cutText(name, nameWidthPx, (one) => widthOf(pen, one, 20, 'bold')), { x: area.leftPx - 14, y }, { align: 'right', bold: name === BASELINE });
    for (const { metrics } of replications) dot(pen, { x: xOf(metrics[SIZE_METRIC]), y: y + Math.min(13, heightPx / 4) }, tintOf(color, 0.4), 4);
    line(pen, [{ x: xOf(low), y }, { x: xOf(high), y }], { color, dash: [] }, 7);
    dot(pen, { x: xOf(value), y }, color, 9, dash.length > 0);
    const bounds = Number.isNaN(low) ? '' : ` (${countText(low)}–${countText(high)})`;
    text(pen, `${countText(value)}${bounds}`, { x: area.rightPx + 24, y }, { sizePx: 18 });
    text(pen, `${collapse.count}/${collapse.n}`, { x: room.rightPx, y }, { align: 'right', sizePx: 18, color: collapse.count > 0 ? '#B00020' : ink.faint });
  });
  const left = variants.length - shown.length;
  if (left > 0) text(pen, `${left} variants with larger outages are not shown`, { x: room.leftPx, y: room.bottomPx - 8 }, { color: ink.faint, sizePx: 18 });
};
