/**
 * A picture of an experiment before anything is painted: white, with its title, what
 * it shows, and what was set. As large as a run's charts, in the same fonts.
 */
import { drawnText } from '../scenario/safe-text.ts';
import { text, widthOf } from './brush.ts';
import { cutText } from './flags.ts';
import { changesText, marginPx, wrapText } from './frame.ts';
import { openCanvas } from './open-canvas.ts';
import { ink } from './palette.ts';
import { pictureHeightPx, pictureWidthPx, type Pen, type PlotArea } from './picture.ts';

const titleSizePx = 34;
const titleLineHeightPx = 44;
const titleLinesMax = 3;
const topPx = 26;
const changesHeightPx = 30;
const belowTextPx = 21;
const footPx = 24;

export interface Page {
  readonly pen: Pen;
  /** where the last line of text stands */
  readonly textEndPx: number;
  /** what is left for a painting */
  readonly room: PlotArea;
  readonly encode: () => Promise<Buffer>;
}

export interface PageText {
  readonly title: string;
  readonly shows: string;
  readonly set: readonly string[];
}

export async function openPage({ title, shows, set }: PageText): Promise<Page> {
  const { createCanvas } = await openCanvas();
  const canvas = createCanvas(pictureWidthPx, pictureHeightPx);
  const pen = canvas.getContext('2d');
  pen.fillStyle = '#FFFFFF';
  pen.fillRect(0, 0, pictureWidthPx, pictureHeightPx);
  const widthMaxPx = pictureWidthPx - 2 * marginPx;
  let y = topPx + titleLineHeightPx / 2;
  const titleWidth = (one: string): number => widthOf(pen, one, titleSizePx, 'bold');
  const lines = wrapText(drawnText(title), widthMaxPx, titleWidth);
  // What is left over goes into the last line, which is cut.
  const shown = [...lines.slice(0, titleLinesMax - 1), lines.slice(titleLinesMax - 1).join(' ')];
  for (const line of shown.filter((one) => one !== '')) {
    const words = cutText(line, widthMaxPx, titleWidth);
    text(pen, words, { x: marginPx, y }, { sizePx: titleSizePx, bold: true });
    y += titleLineHeightPx;
  }
  const cut = (words: string): string => cutText(drawnText(words), widthMaxPx, (one) => widthOf(pen, one));
  text(pen, cut(shows), { x: marginPx, y: y - 4 }, { color: ink.faint });
  if (set.length > 0) text(pen, cut(changesText(set)), { x: marginPx, y: (y += changesHeightPx) - 4 });
  const room = {
    leftPx: marginPx,
    rightPx: pictureWidthPx - marginPx,
    topPx: y + belowTextPx,
    bottomPx: pictureHeightPx - footPx,
  };
  return { pen, textEndPx: y, room, encode: () => canvas.encode('png') };
}
