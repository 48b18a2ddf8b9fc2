/** What the marks of a picture mean, in rows above it. */
import { dot, hatch, line, text, widthOf } from './brush.ts';
import { cutText } from './flags.ts';
import { textSizePx } from './frame.ts';
import { ink } from './palette.ts';
import type { Pen, PlotArea } from './picture.ts';

export interface LegendEntry {
  readonly text: string;
  /** `frame`: an empty box */
  readonly mark: 'line' | 'dashes' | 'box' | 'hatch' | 'dot' | 'ring' | 'frame';
  readonly color: string;
}

export const legendRowHeightPx = 32;
const markWidthPx = 32;
const gapPx = 30;

function paintMark(pen: Pen, { mark, color }: LegendEntry, leftPx: number, y: number): void {
  const [rightPx, middlePx] = [leftPx + markWidthPx, leftPx + markWidthPx / 2];
  const area: PlotArea = { leftPx, rightPx, topPx: y - 10, bottomPx: y + 10 };
  if (mark === 'line' || mark === 'dashes') {
    line(pen, [{ x: leftPx, y }, { x: rightPx, y }], { color, dash: mark === 'dashes' ? [9, 5] : [] }, 4); // prettier-ignore
  } else if (mark === 'dot' || mark === 'ring') dot(pen, { x: middlePx, y }, color, 9, mark === 'ring');
  else if (mark === 'hatch') hatch(pen, area, color);
  else if (mark === 'box') {
    pen.fillStyle = color;
    pen.fillRect(leftPx, area.topPx, markWidthPx, 20);
  }
  if (mark === 'box' || mark === 'hatch' || mark === 'frame') {
    pen.strokeStyle = mark === 'frame' ? color : ink.axis;
    pen.lineWidth = mark === 'frame' ? 4 : 1;
    pen.strokeRect(leftPx + 0.5, area.topPx + 0.5, markWidthPx - 1, 19);
  }
}

/** Returns where the rows end. */
export function paintLegend(pen: Pen, entries: readonly LegendEntry[], room: PlotArea): number {
  let [leftPx, y] = [room.leftPx, room.topPx + legendRowHeightPx / 2];
  for (const entry of entries) {
    const widthMaxPx = room.rightPx - room.leftPx - markWidthPx - 10;
    const words = cutText(entry.text, widthMaxPx, (one) => widthOf(pen, one));
    const widthPx = markWidthPx + 10 + widthOf(pen, words);
    if (leftPx > room.leftPx && leftPx + widthPx > room.rightPx) [leftPx, y] = [room.leftPx, y + legendRowHeightPx];
    paintMark(pen, entry, leftPx, y);
    text(pen, words, { x: leftPx + markWidthPx + 10, y }, { sizePx: textSizePx });
    leftPx += widthPx + gapPx;
  }
  return entries.length === 0 ? room.topPx : y + legendRowHeightPx / 2;
}
