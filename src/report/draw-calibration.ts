/** Draws the charts of a calibration as PNG, the same bytes each time. */
import type { ToldCalibration } from '../experiments/calibration/told-calibration.ts';
import type { CalibrationChartEntry } from './calibration-charts.ts';
import { marginPx } from './frame.ts';
import { openPage } from './page.ts';
import { pictureHeightPx, pictureWidthPx } from './picture.ts';

export async function drawCalibrationChart(
  { headline, shows, paint }: CalibrationChartEntry,
  told: ToldCalibration,
): Promise<Buffer> {
  const { scenario, set, seed, findings } = told;
  const { pen, textEndPx, encode } = await openPage({
    title: headline(told),
    shows: `${shows} · worth ${Math.round(findings.effectiveSize)} even draws · ${scenario.name} · seed ${seed}`,
    set,
  });
  paint(pen, told, {
    leftPx: marginPx,
    rightPx: pictureWidthPx - marginPx,
    topPx: textEndPx + 21,
    bottomPx: pictureHeightPx - 24,
  });
  return encode();
}
