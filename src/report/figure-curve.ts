/**
 * A figure over the values of a field, as the curves of plans and sweeps have it: a
 * band, a line, a dot for each value that has a figure. Where one is not known for
 * certain there is the band alone; what has no end is a ring at the upper edge.
 */
import { band, dot, edgedLine, line, text, widthOf, type Point } from './brush.ts';
import type { FieldScale } from './field-scale.ts';
import type { FigureScale } from './field-axes.ts';
import { cutText } from './flags.ts';
import { tintOf } from './palette.ts';
import type { Pen, PlotArea } from './picture.ts';

export interface CurvePoint {
  readonly place: number;
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
}

export const bandOpacity = 0.22;

/** Of values in steps of so many pixels. */
export function dotRadius(stepPx: number): number {
  return Math.max(3, Math.min(7, Math.abs(stepPx) / 3));
}

/** Cut where a value has no band. */
function stretchesOf(points: readonly CurvePoint[]): CurvePoint[][] {
  const stretches: CurvePoint[][] = [[]];
  for (const point of points)
    if (Number.isNaN(point.low) || Number.isNaN(point.high)) stretches.push([]);
    else stretches[stretches.length - 1].push(point);
  return stretches;
}

export function paintFigureCurve(
  pen: Pen,
  points: readonly CurvePoint[],
  { middles }: FieldScale,
  { yOf }: FigureScale,
  color: string,
): void {
  const along = (some: readonly CurvePoint[], figure: (point: CurvePoint) => number): Point[] =>
    some.map((point) => ({ x: middles[point.place], y: yOf(figure(point)) }));
  for (const stretch of stretchesOf(points)) {
    const [low, high] = [along(stretch, ({ low: one }) => one), along(stretch, ({ high: one }) => one)];
    band(pen, low, high, tintOf(color, bandOpacity));
    // Where one value alone was looked at, a band has no width.
    low.forEach((end, i) => line(pen, [end, high[i]], { color: tintOf(color, 0.35), dash: [] }, 3));
  }
  line(pen, along(points, ({ estimate }) => (Number.isFinite(estimate) ? estimate : NaN)), { color, dash: [] }, 4); // prettier-ignore
  const radius = dotRadius(middles.length < 2 ? 99 : middles[1] - middles[0]);
  along(points, ({ estimate }) => estimate).forEach((point, i) => {
    const isEndless = !Number.isFinite(points[i].estimate);
    dot(pen, point, color, isEndless ? radius + 2 : radius, isEndless);
  });
}

/** A value that is pointed out: a line up from the axis, with its words above the plot, in a row of their own. */
export interface Mark {
  readonly place: number;
  /** NaN: nowhere on the curve */
  readonly figure: number;
  readonly color: string;
  readonly words: string;
  readonly dash: readonly number[];
}

const markRowPx = 28;
/** Between the words and what is drawn at the plot's upper edge. */
const markGapPx = 12;

/** What so many marks take above a plot. */
export function marksHeightPx(count: number): number {
  return count * markRowPx + markGapPx;
}

export function paintMarks(
  pen: Pen,
  marks: readonly Mark[],
  { middles }: FieldScale,
  { yOf }: FigureScale,
  plot: PlotArea,
): void {
  const heightOf = (row: number): number => plot.topPx - markGapPx - (row + 0.5) * markRowPx;
  marks.forEach(({ place, color, dash, figure }, row) => {
    const x = middles[place];
    const topPx = heightOf(row);
    edgedLine(pen, [{ x, y: topPx }, { x, y: plot.bottomPx }], { color, dash }, 3); // prettier-ignore
    dot(pen, { x, y: yOf(figure) }, color, 11);
  });
  marks.forEach(({ place, color, words }, row) => {
    const x = middles[place];
    const isRight = x > (plot.leftPx + plot.rightPx) / 2;
    const widthMaxPx = isRight ? x - plot.leftPx : plot.rightPx - x;
    const shown = cutText(words, widthMaxPx - 12, (one) => widthOf(pen, one, 20, 'bold'));
    const left = isRight ? x - 14 - widthOf(pen, shown, 20, 'bold') : x + 6;
    const y = heightOf(row);
    // White below the words, for where another mark's line has to pass behind them.
    pen.fillStyle = '#FFFFFF';
    pen.fillRect(left, y - markRowPx / 2 + 1, widthOf(pen, shown, 20, 'bold') + 8, markRowPx - 2);
    text(pen, shown, { x: left + 4, y }, { color, bold: true });
  });
}
