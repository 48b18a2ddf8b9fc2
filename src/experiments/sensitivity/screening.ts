/**
 * Screening of the assumptions (Morris): trajectories that change one of them at a
 * time, from many places. A step into what is impossible, or whose run says
 * nothing, gives no effect. Per output the mean size of the effects and their
 * scatter.
 */
import { runDraws, type DrawOptions, type DrawRecord, type DrawRequest } from './draw-runs.ts';
import type { DrawSpace } from './draw-space.ts';
import { elementaryEffects, trajectories, type ElementaryEffects } from './morris.ts';

/** One of the points that were run. */
export interface ScreeningRun {
  readonly draw: number;
  readonly settings: readonly string[];
  readonly record: DrawRecord;
}

export interface Screening {
  readonly complete: boolean;
  readonly runs: readonly ScreeningRun[];
  readonly points: number;
  readonly impossible: number;
  /** per target, per assumption */
  readonly effects: readonly (readonly ElementaryEffects[])[];
}

/** As many trajectories as the runs allow; two at least. Throws as runDraws does. */
export async function screen(
  space: DrawSpace,
  request: DrawRequest,
  runs: number,
  options: DrawOptions,
): Promise<Screening> {
  const k = space.assumptions.length;
  const walked = trajectories(request.seed, k, Math.max(2, Math.floor(runs / (k + 1))));
  const loaded = walked.map(({ points }) =>
    points.map((point) => {
      const settings = space.settingsOf(point);
      return { settings, draw: space.load(settings) };
    }),
  );
  const draws = loaded.flat().flatMap(({ draw }) => (draw.state === 'runs' ? [draw.draw] : []));
  const { complete, records } = await runDraws(draws, request, options);
  const found = loaded.map((points) =>
    points.map(({ draw }) => {
      const record = draw.state === 'runs' ? records.get(draw.draw.hash) : undefined;
      return typeof record === 'object' ? record : null;
    }),
  );
  const ran = loaded.flat().flatMap(({ settings }, i): ScreeningRun[] => {
    const record = found.flat()[i];
    return record === null ? [] : [{ draw: i + 1, settings, record }];
  });
  return {
    complete,
    runs: ran,
    points: loaded.flat().length,
    impossible: loaded.flat().length - draws.length,
    effects: request.targets.map(
      (_, t) =>
      elementaryEffects(walked, found.map((points) => points.map((record) => record?.values[t] ?? NaN)), k), // prettier-ignore
    ),
  };
}
