/** Draws the charts of a calibration as PNG. */
import type { ToldCalibration } from '../experiments/calibration/told-calibration.ts';
import type { CalibrationChartEntry } from './calibration-charts.ts';
import { drawTitledPicture } from './titled-picture.ts';

export function drawCalibrationChart(entry: CalibrationChartEntry, told: ToldCalibration): Promise<Buffer> {
  const { scenario, set, seed } = told;
  const subtitle = `${entry.shows} · ${scenario.name} · seed ${seed}`;
  return drawTitledPicture({ headline: entry.headline(told), subtitle, set }, (pen, room) =>
    entry.paint(pen, told, room),
  );
}
