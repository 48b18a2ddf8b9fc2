/** Draws the charts of a sensitivity as PNG. */
import type { Sensitivity } from '../experiments/sensitivity/sensitivity.ts';
import type { SensitivityChartEntry } from './sensitivity-charts.ts';
import { drawTitledPicture } from './titled-picture.ts';

export function drawSensitivityChart(entry: SensitivityChartEntry, sensitivity: Sensitivity): Promise<Buffer> {
  const { scenario, set, seed } = sensitivity;
  const subtitle = `${entry.shows} · ${scenario.name} · seed ${seed}`;
  return drawTitledPicture({ headline: entry.headline(sensitivity), subtitle, set }, (pen, room) =>
    entry.paint(pen, sensitivity, room),
  );
}
