/** Draws the charts of a calibration as PNG, the same bytes each time. */
import type { ToldCalibration } from '../experiments/calibration/told-calibration.ts';
import type { CalibrationChartEntry } from './calibration-charts.ts';
import { openPage } from './page.ts';

export async function drawCalibrationChart(
  { headline, shows, paint }: CalibrationChartEntry,
  told: ToldCalibration,
): Promise<Buffer> {
  const { scenario, set, seed, findings } = told;
  const { pen, room, encode } = await openPage({
    title: headline(told),
    shows: `${shows} · worth ${Math.round(findings.effectiveSize)} even draws · ${scenario.name} · seed ${seed}`,
    set,
  });
  paint(pen, told, room);
  return encode();
}
