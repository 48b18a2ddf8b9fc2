/** Axes of the pictures of plans and sweeps: a field's values along the bottom or the side, or figures up the side. */
import { line, text, uprightText, widthOf } from './brush.ts';
import type { Figures } from './field-figures.ts';
import { evenScale, type FieldScale } from './field-scale.ts';
import { cutText } from './flags.ts';
import { ink } from './palette.ts';
import type { Pen, PlotArea } from './picture.ts';
import type { Axis } from '../experiments/vary/axis.ts';

/** What labels and title take below a plot, and beside it but for the labels. */
export const belowPx = 72;
const besidePx = 52;
const rowHeightPx = 26;
const sideLabelMaxPx = 330;

function cut(pen: Pen, what: string, widthMaxPx: number): string {
  return cutText(what, widthMaxPx, (one) => widthOf(pen, one));
}

/** Labels and title below a plot. */
export function paintBottomAxis(pen: Pen, scale: FieldScale, { leftPx, rightPx, bottomPx }: PlotArea): void {
  const apart = scale.ticks.length < 2 ? rightPx - leftPx : Math.abs(scale.ticks[1].atPx - scale.ticks[0].atPx);
  for (const { atPx, label } of scale.ticks) {
    line(pen, [{ x: atPx, y: bottomPx }, { x: atPx, y: bottomPx + 6 }], { color: ink.axis, dash: [] }, 1.5); // prettier-ignore
    text(pen, cut(pen, label, apart - 10), { x: atPx, y: bottomPx + 20 }, { align: 'center', color: ink.faint });
  }
  const title = cut(pen, scale.title, rightPx - leftPx);
  text(pen, title, { x: (leftPx + rightPx) / 2, y: bottomPx + 52 }, { align: 'center', color: ink.faint });
}

/** Labels and upright title beside a plot. */
export function paintSideAxis(
  pen: Pen,
  { ticks, title }: Pick<FieldScale, 'ticks' | 'title'>,
  { leftPx, topPx, bottomPx }: PlotArea,
  titlePx: number,
): void {
  for (const { atPx, label } of ticks)
    text(pen, cut(pen, label, sideLabelMaxPx), { x: leftPx - 12, y: atPx }, { align: 'right', color: ink.faint });
  uprightText(
    pen,
    cut(pen, title, bottomPx - topPx + 60),
    { x: titlePx + 12, y: (topPx + bottomPx) / 2 },
    { color: ink.faint },
  );
}

/** The left edge of a plot with these labels beside it. */
export function leftOf(pen: Pen, labels: readonly string[], room: PlotArea): number {
  const widest = Math.max(0, ...labels.map((one) => widthOf(pen, cut(pen, one, sideLabelMaxPx))));
  return room.leftPx + Math.ceil(widest) + besidePx;
}

/** How much of a bottom axis a label takes: ordered values may be left out, the others are cut instead. */
export function bottomScale(pen: Pen, axis: Axis, leftPx: number, rightPx: number): FieldScale {
  return evenScale(axis, leftPx, rightPx, (label) => (axis.isOrdered ? widthOf(pen, label) + 22 : 0));
}

export function sideScale(axis: Axis, fromPx: number, toPx: number): FieldScale {
  return evenScale(axis, fromPx, toPx, () => rowHeightPx);
}

/** Figures up the side of a plot. */
export interface FigureScale {
  readonly yOf: (value: number) => number;
  readonly ticks: readonly number[];
}

/** What lies beyond an end is drawn at it; NaN nowhere. */
export function figureScale(ticks: readonly number[], { topPx, bottomPx }: PlotArea): FigureScale {
  const [least, most] = [ticks[0], ticks[ticks.length - 1]];
  const share = (value: number): number => (Math.min(most, Math.max(least, value)) - least) / (most - least);
  return { ticks, yOf: (value) => bottomPx - share(value) * (bottomPx - topPx) };
}

export function paintFigureAxis(
  pen: Pen,
  { tickText, title }: Figures,
  { ticks, yOf }: FigureScale,
  plot: PlotArea,
  titlePx: number,
): void {
  for (const tick of ticks) {
    const y = yOf(tick);
    line(pen, [{ x: plot.leftPx, y }, { x: plot.rightPx, y }], { color: ink.grid, dash: [] }, 1); // prettier-ignore
  }
  const labels = ticks.map((tick) => ({ atPx: yOf(tick), label: tickText(tick) }));
  paintSideAxis(pen, { ticks: labels, title }, plot, titlePx);
}
