/**
 * Draws of all assumptions at once, in batches of a Latin hypercube, and their
 * runs. What is impossible by arithmetic is counted and never run. A batch is
 * the same whatever comes after it, so that more runs only add to those that
 * there are. `until decided` stops when the five inputs that go farthest with
 * what is lost have been the same for three batches, and each row's share is
 * known to five points.
 */
import { latinHypercube } from './latin-hypercube.ts';
import { runDraws, type DrawOptions, type DrawRecord, type DrawRequest } from './draw-runs.ts';
import type { DrawSpace, SpaceDraw } from './draw-space.ts';
import { BATCH, isMet } from './stopping.ts';

/** Draws for each run that is asked for, before a box counts as empty. */
const DRAWS_PER_RUN_MAX = 20;

/** A draw that was run. */
export interface GlobalRun {
  /** its number among all draws, from 1 */
  readonly draw: number;
  readonly point: readonly number[];
  readonly settings: readonly string[];
  /** of the named expressions */
  readonly figures: readonly number[];
  readonly record: DrawRecord;
}

export interface GlobalDraws {
  readonly complete: boolean;
  readonly runs: readonly GlobalRun[];
  /** draws that were made */
  readonly drawn: number;
  /** how often each reason made one impossible */
  readonly impossible: ReadonlyMap<string, number>;
  /** draws that cost more than the limits allow */
  readonly failed: number;
  /** it ended because everything was decided */
  readonly decided: boolean;
}

interface Asked {
  readonly runs: number;
  readonly untilDecided: boolean;
}

interface Drawn {
  readonly draw: number;
  readonly point: readonly number[];
  readonly settings: readonly string[];
  readonly loaded: Extract<SpaceDraw, { state: 'runs' }>;
}

/** Reasons without their figures, so that they can be counted. */
function kindOf(why: string): string {
  return why.replaceAll(/ \(load[^)]*\)/g, '').replaceAll(/: [\d,.]+ .*$/g, '');
}

/** The draws to run, in batches: as many as are asked for, or as the box has. */
function batchesOf(
  space: DrawSpace,
  seed: string,
  runs: number,
): { batches: Drawn[][]; drawn: number; impossible: Map<string, number> } {
  // prettier-ignore
  const names = space.assumptions.map(({ path }) => path);
  const impossible = new Map<string, number>();
  const feasible: Drawn[] = [];
  let drawn = 0;
  for (let batch = 0; feasible.length < runs && drawn < runs * DRAWS_PER_RUN_MAX; batch++) {
    for (const point of latinHypercube(seed, names, batch, BATCH)) {
      drawn++;
      const settings = space.settingsOf(point);
      const loaded = space.load(settings);
      if (loaded.state === 'runs') feasible.push({ draw: drawn, point, settings, loaded });
      else impossible.set(kindOf(loaded.why), (impossible.get(kindOf(loaded.why)) ?? 0) + 1);
      if (feasible.length === runs) break;
    }
  }
  const batches = Array.from({ length: Math.ceil(feasible.length / BATCH) }, (_, i) =>
    feasible.slice(i * BATCH, (i + 1) * BATCH),
  );
  return { batches, drawn, impossible };
}

/** Throws a ReplicationError, and whatever the store throws. */
export async function globalDraws(
  space: DrawSpace,
  request: DrawRequest,
  { runs: asked, untilDecided }: Asked,
  options: DrawOptions,
): Promise<GlobalDraws> {
  const { batches, drawn, impossible } = batchesOf(space, request.seed, asked);
  // Where nothing is decided on the way, all of them are one piece of work.
  const pieces = untilDecided ? batches : [batches.flat()];
  const total = batches.flat().length;
  const runs: GlobalRun[] = [];
  let [failed, complete, decided, before] = [0, true, false, 0];
  for (const piece of pieces) {
    const done = before;
    const run = await runDraws(piece.map(({ loaded }) => loaded.draw), request, {
      ...options,
      onProgress: (now, _, kept) => options.onProgress?.(done + now, total, kept),
    }); // prettier-ignore
    before += piece.length;
    for (const { draw, point, settings, loaded } of piece) {
      const record = run.records.get(loaded.draw.hash);
      if (typeof record === 'string') failed++;
      else if (record !== undefined) runs.push({ draw, point, settings, figures: loaded.figures, record });
    }
    complete = run.complete;
    if (!complete) break;
    decided = untilDecided && isMet(runs, request.targets);
    if (decided) break;
  }
  return { complete, runs, drawn, impossible, failed, decided };
}
