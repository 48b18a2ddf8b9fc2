/**
 * Draws the charts of a sensitivity as PNG: headline, what is shown of which
 * scenario, and below it whatever the chart paints. As large as a run's charts,
 * in the same fonts, and the same bytes each time.
 */
import type { Sensitivity } from '../experiments/sensitivity/sensitivity.ts';
import { drawnText } from '../scenario/safe-text.ts';
import { text, widthOf } from './brush.ts';
import { cutText } from './flags.ts';
import { changesText, marginPx, wrapText } from './frame.ts';
import { openCanvas } from './open-canvas.ts';
import { ink } from './palette.ts';
import { pictureHeightPx, pictureWidthPx, type Pen } from './picture.ts';
import type { SensitivityChartEntry } from './sensitivity-charts.ts';

const headlineSizePx = 34;
const headlineLineHeightPx = 44;
const headTopPx = 26;
const subtitleHeightPx = 42;
const changesHeightPx = 30;

/** Headline and subtitle. Returns where the room below begins. */
function drawHead(pen: Pen, { headline, shows }: SensitivityChartEntry, sensitivity: Sensitivity): number {
  const widthMaxPx = pictureWidthPx - 2 * marginPx;
  let y = headTopPx + headlineLineHeightPx / 2;
  for (const words of wrapText(drawnText(headline(sensitivity)), widthMaxPx, (one) =>
    widthOf(pen, one, headlineSizePx, 'bold'),
  )) {
    text(pen, words, { x: marginPx, y }, { sizePx: headlineSizePx, bold: true });
    y += headlineLineHeightPx;
  }
  const { scenario, set, seed } = sensitivity;
  const cut = (words: string): string => cutText(drawnText(words), widthMaxPx, (one) => widthOf(pen, one));
  text(pen, cut(`${shows} · ${scenario.name} · seed ${seed}`), { x: marginPx, y: y - 4 }, { color: ink.faint });
  if (set.length > 0) text(pen, cut(changesText(set)), { x: marginPx, y: (y += changesHeightPx) - 4 });
  return y + subtitleHeightPx / 2;
}

export async function drawSensitivityChart(entry: SensitivityChartEntry, sensitivity: Sensitivity): Promise<Buffer> {
  const { createCanvas } = await openCanvas();
  const canvas = createCanvas(pictureWidthPx, pictureHeightPx);
  const pen = canvas.getContext('2d');
  pen.fillStyle = '#FFFFFF';
  pen.fillRect(0, 0, pictureWidthPx, pictureHeightPx);
  const topPx = drawHead(pen, entry, sensitivity);
  entry.paint(pen, sensitivity, {
    leftPx: marginPx,
    rightPx: pictureWidthPx - marginPx,
    topPx,
    bottomPx: pictureHeightPx - 24,
  });
  return canvas.encode('png');
}
