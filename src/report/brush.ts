/**
 * Lines, areas and texts on a canvas, for charts that no chart library has: the
 * comparison's small panels, intervals and labelled points. Places are pixels.
 */
import { font, textSizePx } from './frame.ts';
import { ink, type Stroke } from './palette.ts';
import type { Pen, PlotArea } from './picture.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
}

function isFinitePoint({ x, y }: Point): boolean {
  return Number.isFinite(x) && Number.isFinite(y);
}

/** A point without a finite place is a gap. */
export function line(pen: Pen, points: readonly Point[], stroke: Stroke, widthPx: number): void {
  if (points.length === 0) return;
  pen.save();
  pen.strokeStyle = stroke.color;
  pen.lineWidth = widthPx;
  pen.lineJoin = 'round';
  pen.setLineDash([...stroke.dash]);
  pen.beginPath();
  let isGap = true;
  for (const point of points) {
    const isPlace = isFinitePoint(point);
    if (isPlace && isGap) pen.moveTo(point.x, point.y);
    else if (isPlace) pen.lineTo(point.x, point.y);
    isGap = !isPlace;
  }
  pen.stroke();
  pen.restore();
}

/** Fills between two lines over the same places. */
export function band(pen: Pen, low: readonly Point[], high: readonly Point[], color: string): void {
  const edge = [...low, ...[...high].reverse()].filter(isFinitePoint);
  if (edge.length === 0) return;
  pen.fillStyle = color;
  pen.beginPath();
  edge.forEach(({ x, y }, i) => (i === 0 ? pen.moveTo(x, y) : pen.lineTo(x, y)));
  pen.closePath();
  pen.fill();
}

/** `isRing`: hollow, for colours that come a second time (dashed, where they are lines). */
export function dot(pen: Pen, { x, y }: Point, color: string, radiusPx: number, isRing = false): void {
  if (!isFinitePoint({ x, y })) return;
  pen.fillStyle = color;
  pen.beginPath();
  pen.arc(x, y, radiusPx, 0, 2 * Math.PI);
  pen.fill();
  if (!isRing) return;
  pen.fillStyle = '#FFFFFF';
  pen.beginPath();
  pen.arc(x, y, radiusPx * 0.5, 0, 2 * Math.PI);
  pen.fill();
}

/** Slanting lines over an area that is white below them: what nobody knows. */
export function hatch(pen: Pen, { leftPx, rightPx, topPx, bottomPx }: PlotArea, color: string, gapPx = 9): void {
  pen.fillStyle = '#FFFFFF';
  pen.fillRect(leftPx, topPx, rightPx - leftPx, bottomPx - topPx);
  // Of all lines x + y = sum, so that those of neighbours go on into one another.
  for (let sum = Math.ceil((leftPx + topPx) / gapPx) * gapPx; sum < rightPx + bottomPx; sum += gapPx) {
    const from = Math.max(leftPx, sum - bottomPx);
    const to = Math.min(rightPx, sum - topPx);
    line(pen, [{ x: from, y: sum - from }, { x: to, y: sum - to }], { color, dash: [] }, 1.5); // prettier-ignore
  }
}

/** A line that stands out from whatever is below it. */
export function edgedLine(pen: Pen, points: readonly Point[], stroke: Stroke, widthPx: number): void {
  line(pen, points, { color: '#FFFFFF', dash: [] }, widthPx + 4);
  line(pen, points, stroke, widthPx);
}

export interface TextLook {
  readonly color?: string;
  readonly sizePx?: number;
  readonly bold?: boolean;
  readonly align?: 'left' | 'center' | 'right';
}

/** `y` is the text's middle. */
export function text(
  pen: Pen,
  what: string,
  { x, y }: Point,
  { color = ink.text, sizePx = textSizePx, bold = false, align = 'left' }: TextLook = {},
): void {
  pen.font = font(sizePx, bold ? 'bold' : 'normal');
  pen.fillStyle = color;
  pen.textAlign = align;
  pen.textBaseline = 'middle';
  pen.fillText(what, x, y);
}

/** A text that reads upwards, as a y axis' title. */
export function uprightText(pen: Pen, what: string, { x, y }: Point, look: TextLook): void {
  pen.save();
  pen.translate(x, y);
  pen.rotate(-Math.PI / 2);
  text(pen, what, { x: 0, y: 0 }, { ...look, align: 'center' });
  pen.restore();
}

export function widthOf(pen: Pen, what: string, sizePx = textSizePx, weight: 'normal' | 'bold' = 'normal'): number {
  pen.font = font(sizePx, weight);
  return pen.measureText(what).width;
}
