/**
 * A picture that is no chart over the clock of one run: a headline, what is shown
 * of which scenario, and below it whatever is painted. As large as a run's charts,
 * in the same fonts, and the same bytes each time.
 */
import { drawnText } from '../scenario/safe-text.ts';
import { text, widthOf } from './brush.ts';
import { cutText } from './flags.ts';
import { changesText, marginPx, wrapText } from './frame.ts';
import { openCanvas } from './open-canvas.ts';
import { ink } from './palette.ts';
import { pictureHeightPx, pictureWidthPx, type Pen, type PlotArea } from './picture.ts';

const headlineSizePx = 34;
const headlineLineHeightPx = 44;
const headTopPx = 26;
const subtitleHeightPx = 42;
const changesHeightPx = 30;

export interface PictureTitle {
  /** a sentence that says the answer */
  readonly headline: string;
  /** what is shown, of what */
  readonly subtitle: string;
  /** changes from the command line */
  readonly set: readonly string[];
}

/** Headline and subtitle. Returns where the room below begins. */
function drawTitle(pen: Pen, { headline, subtitle, set }: PictureTitle): number {
  const widthMaxPx = pictureWidthPx - 2 * marginPx;
  let y = headTopPx + headlineLineHeightPx / 2;
  for (const words of wrapText(drawnText(headline), widthMaxPx, (one) => widthOf(pen, one, headlineSizePx, 'bold'))) {
    text(pen, words, { x: marginPx, y }, { sizePx: headlineSizePx, bold: true });
    y += headlineLineHeightPx;
  }
  const cut = (words: string): string => cutText(drawnText(words), widthMaxPx, (one) => widthOf(pen, one));
  text(pen, cut(subtitle), { x: marginPx, y: y - 4 }, { color: ink.faint });
  if (set.length > 0) text(pen, cut(changesText(set)), { x: marginPx, y: (y += changesHeightPx) - 4 });
  return y + subtitleHeightPx / 2;
}

export async function drawTitledPicture(
  title: PictureTitle,
  paint: (pen: Pen, room: PlotArea) => void,
): Promise<Buffer> {
  const { createCanvas } = await openCanvas();
  const canvas = createCanvas(pictureWidthPx, pictureHeightPx);
  const pen = canvas.getContext('2d');
  pen.fillStyle = '#FFFFFF';
  pen.fillRect(0, 0, pictureWidthPx, pictureHeightPx);
  const topPx = drawTitle(pen, title);
  paint(pen, { leftPx: marginPx, rightPx: pictureWidthPx - marginPx, topPx, bottomPx: pictureHeightPx - 24 });
  return canvas.encode('png');
}
