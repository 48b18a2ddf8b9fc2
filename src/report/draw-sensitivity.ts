/** Draws the charts of a sensitivity as PNG, the same bytes each time. */
import type { Sensitivity } from '../experiments/sensitivity/sensitivity.ts';
import { openPage } from './page.ts';
import type { SensitivityChartEntry } from './sensitivity-charts.ts';

export async function drawSensitivityChart(
  { headline, shows, paint }: SensitivityChartEntry,
  sensitivity: Sensitivity,
): Promise<Buffer> {
  const { scenario, set, seed } = sensitivity;
  const { pen, room, encode } = await openPage({
    title: headline(sensitivity),
    shows: `${shows} · ${scenario.name} · seed ${seed}`,
    set,
  });
  paint(pen, sensitivity, room);
  return encode();
}
