/** Draws the charts of a plan or a sweep as PNG, the same bytes each time. */
import type { LoadedScenario } from '../scenario/load.ts';
import type { FieldChartEntry } from './field-charts.ts';
import { marginPx } from './frame.ts';
import { openPage } from './page.ts';
import { pictureHeightPx, pictureWidthPx } from './picture.ts';

interface FieldResult {
  readonly base: LoadedScenario;
  readonly seed: string;
}

export async function drawFieldChart<Result extends FieldResult>(
  { headline, shows, paint }: Pick<FieldChartEntry<Result>, 'headline' | 'shows' | 'paint'>,
  result: Result,
  set: readonly string[],
): Promise<Buffer> {
  const { base, seed } = result;
  const { pen, textEndPx, encode } = await openPage({
    title: headline(result),
    shows: `${base.scenario.name} · ${base.variant} · ${shows(result)} · seed ${seed}`,
    set,
  });
  paint(pen, result, {
    leftPx: marginPx,
    rightPx: pictureWidthPx - marginPx,
    topPx: textEndPx + 20,
    bottomPx: pictureHeightPx - 14,
  });
  return encode();
}
