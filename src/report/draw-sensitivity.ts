/** Draws the charts of a sensitivity as PNG, the same bytes each time. */
import type { Sensitivity } from '../experiments/sensitivity/sensitivity.ts';
import { marginPx } from './frame.ts';
import { openPage } from './page.ts';
import { pictureHeightPx, pictureWidthPx } from './picture.ts';
import type { SensitivityChartEntry } from './sensitivity-charts.ts';

export async function drawSensitivityChart(
  { headline, shows, paint }: SensitivityChartEntry,
  sensitivity: Sensitivity,
): Promise<Buffer> {
  const { scenario, set, seed } = sensitivity;
  const { pen, textEndPx, encode } = await openPage({
    title: headline(sensitivity),
    shows: `${shows} · ${scenario.name} · seed ${seed}`,
    set,
  });
  paint(pen, sensitivity, {
    leftPx: marginPx,
    rightPx: pictureWidthPx - marginPx,
    topPx: textEndPx + 21,
    bottomPx: pictureHeightPx - 24,
  });
  return encode();
}
