/**
 * What capacity costs against what it saves: each variant as a point at its
 * host hours and its session-minutes lost, with both intervals. Down and to the
 * left is better. Labels are moved apart and keep a line to their points.
 */
import type { Comparison, VariantResult } from '../../experiments/comparison.ts';
import { SIZE_METRIC } from '../../experiments/variant-estimates.ts';
import { BASELINE } from '../../metrics/judgement.ts';
import { dot, line, text, uprightText, widthOf, type Point } from '../brush.ts';
import { cutText } from '../flags.ts';
import { ink } from '../palette.ts';
import type { Pen, PlotArea } from '../picture.ts';
import { countText, roundTicks } from '../quantities.ts';
import { variantEstimateText } from '../title-figures.ts';
import type { PaintComparison } from '../variant-paint.ts';

const costMetric = 'hostHours';
const labelHeightPx = 27;
const labelWidthMaxPx = 300;
const labelRoomPx = labelWidthMaxPx + 40;
/** Costs that differ by less are the same. */
const sameCost = 1.001;

const costOf = ({ estimates }: VariantResult): number => estimates[costMetric].value;
const sizeOf = ({ estimates }: VariantResult): number => estimates[SIZE_METRIC].value;

/** Said of a difference that may be luck. */
function sureness({ best }: Comparison, least: VariantResult): string {
  if (best?.name !== least.name) return ' in these runs (which may be chance)';
  return best.indistinguishable.length === 0
    ? ''
    : ` (not distinguishable from ${best.indistinguishable.length === 1 ? best.indistinguishable[0] : `${best.indistinguishable.length} others`})`;
}

export function variantsCostHeadline(comparison: Comparison): string {
  const { variants } = comparison;
  const baseline = variants.find(({ name }) => name === BASELINE)!;
  const least = variants.reduce((a, b) => (sizeOf(b) < sizeOf(a) ? b : a));
  const cheap = variants.filter((variant) => costOf(variant) <= costOf(baseline) * sameCost);
  const leastCheap = cheap.reduce((a, b) => (sizeOf(b) < sizeOf(a) ? b : a), baseline);
  const own = `the baseline's ${variantEstimateText(baseline, SIZE_METRIC)} session-minutes`;
  if (least === baseline) return `No variant loses less than ${own}, at any cost`;
  const sure = sureness(comparison, least);
  const loses = (variant: VariantResult): string =>
    `${variant.name} loses ${variantEstimateText(variant, SIZE_METRIC)}`;
  if (least === leastCheap) return `${loses(least)} of ${own}${sure}, the least of all, and costs no more host hours`;
  const cost = `for ${variantEstimateText(least, costMetric)} host hours instead of ${variantEstimateText(baseline, costMetric)}`;
  return `${loses(least)} of ${own}${sure} ${cost}; ${leastCheap === baseline ? 'none is better at no cost' : `at no cost ${loses(leastCheap)}`}`;
}

interface Axis {
  readonly from: number;
  readonly to: number;
  readonly ticks: readonly number[];
}

/** From zero, unless all is far from it: then from below the least. */
function axisOf(values: readonly number[], fromZero: boolean): Axis {
  const finite = values.filter(Number.isFinite);
  const [least, greatest] = [Math.min(...finite), Math.max(...finite)];
  if (fromZero || least < greatest / 2 || greatest <= 0) {
    const ticks = roundTicks(Math.max(greatest * 1.02, 1e-9), 8);
    return { from: 0, to: ticks.at(-1)!, ticks };
  }
  const spread = Math.max(greatest - least, greatest * 0.1);
  const step = roundTicks(2 * spread, 8)[1];
  const from = Math.floor((least - spread / 4) / step) * step;
  const count = Math.ceil((greatest + spread / 4 - from) / step);
  return {
    from,
    to: from + count * step,
    ticks: Array.from({ length: count + 1 }, (_, i) => Number((from + i * step).toPrecision(12))),
  };
}

/** Heights for labels near the wished ones, in their order, none over another. */
export function spreadLabels(wishes: readonly number[], topPx: number, bottomPx: number, heightPx: number): number[] {
  const order = wishes.map((_, i) => i).sort((a, b) => wishes[a] - wishes[b] || a - b);
  const placed = [...wishes];
  let next = topPx;
  for (const i of order) {
    placed[i] = Math.max(wishes[i], next);
    next = placed[i] + heightPx;
  }
  let last = bottomPx;
  for (const i of [...order].reverse()) {
    placed[i] = Math.min(placed[i], last);
    last = placed[i] - heightPx;
  }
  return placed;
}

/** Where the points lie, and where on it a cost and a size are. */
interface Plane extends PlotArea {
  readonly xOf: (cost: number) => number;
  readonly yOf: (size: number) => number;
}

function planeIn(room: PlotArea, x: Axis, y: Axis): Plane {
  const [leftPx, rightPx] = [room.leftPx + 130, room.rightPx - 20 - labelRoomPx];
  const [topPx, bottomPx] = [room.topPx + 14, room.bottomPx - 62];
  return {
    leftPx,
    rightPx,
    topPx,
    bottomPx,
    xOf: (cost) => leftPx + ((cost - x.from) / (x.to - x.from)) * (rightPx - leftPx),
    yOf: (size) => bottomPx - ((size - y.from) / (y.to - y.from)) * (bottomPx - topPx),
  };
}

function paintPlane(pen: Pen, room: PlotArea, plane: Plane, x: Axis, y: Axis): void {
  const { leftPx, rightPx, topPx, bottomPx, xOf, yOf } = plane;
  const grid = { color: ink.grid, dash: [] };
  for (const tick of x.ticks) {
    line(
      pen,
      [
        { x: xOf(tick), y: topPx },
        { x: xOf(tick), y: bottomPx },
      ],
      grid,
      1,
    );
    text(pen, countText(tick), { x: xOf(tick), y: bottomPx + 18 }, { align: 'center', color: ink.faint });
  }
  for (const tick of y.ticks) {
    line(
      pen,
      [
        { x: leftPx, y: yOf(tick) },
        { x: rightPx, y: yOf(tick) },
      ],
      grid,
      1,
    );
    text(pen, countText(tick), { x: leftPx - 10, y: yOf(tick) }, { align: 'right', color: ink.faint });
  }
  text(pen, 'host hours', { x: (leftPx + rightPx) / 2, y: bottomPx + 46 }, { align: 'center', color: ink.faint });
  uprightText(pen, 'session-minutes lost', { x: room.leftPx + 12, y: (topPx + bottomPx) / 2 }, { color: ink.faint });
}

export const paintVariantsCost: PaintComparison = (pen, { variants }, room, strokeFor) => {
  const shown = variants.filter((variant) => Number.isFinite(costOf(variant)) && Number.isFinite(sizeOf(variant)));
  const of = (metric: string): number[] =>
    shown.flatMap(({ estimates }) => [estimates[metric].value, estimates[metric].low, estimates[metric].high]);
  const x = axisOf(of(costMetric), false);
  const y = axisOf(of(SIZE_METRIC), true);
  const plane = planeIn(room, x, y);
  const { xOf, yOf } = plane;
  paintPlane(pen, room, plane, x, y);
  const points = shown.map((variant): Point => ({ x: xOf(costOf(variant)), y: yOf(sizeOf(variant)) }));
  const heights = spreadLabels(
    points.map((point) => point.y),
    plane.topPx,
    plane.bottomPx,
    labelHeightPx,
  );
  const labelLeftPx = plane.rightPx + 46;
  shown.forEach((variant, i) => {
    const { color, dash } = strokeFor(variant);
    const [cost, size] = [variant.estimates[costMetric], variant.estimates[SIZE_METRIC]];
    line(
      pen,
      [points[i], { x: labelLeftPx - 34, y: heights[i] }, { x: labelLeftPx - 8, y: heights[i] }],
      { color: ink.axis, dash: [2, 3] },
      1,
    );
    if (!Number.isNaN(cost.low))
      line(
        pen,
        [
          { x: xOf(cost.low), y: points[i].y },
          { x: xOf(cost.high), y: points[i].y },
        ],
        { color, dash: [] },
        4,
      );
    if (!Number.isNaN(size.low))
      line(
        pen,
        [
          { x: points[i].x, y: yOf(size.low) },
          { x: points[i].x, y: yOf(size.high) },
        ],
        { color, dash: [] },
        4,
      );
    dot(pen, points[i], color, 10, dash.length > 0);
    dot(pen, { x: labelLeftPx, y: heights[i] }, color, 7, dash.length > 0);
    const name = cutText(variant.name, labelWidthMaxPx, (one) => widthOf(pen, one));
    text(pen, name, { x: labelLeftPx + 14, y: heights[i] }, { bold: variant.name === BASELINE });
  });
};
