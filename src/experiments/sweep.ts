/**
 * What comes of every value of a field. Of the collapse along an ordered field, the
 * curve of its probability, made of each world's threshold; with a second field, the
 * boundary on which it passes one half. Of any other metric, or without an order,
 * or if asked for, every point in every world.
 *
 * The bands are Clopper and Pearson's, each at the level divided by the number of
 * values, so that the whole curve lies within with that certainty (Bonferroni). What
 * was run at every point holds whatever the worlds are like. A curve made of
 * thresholds holds as far as worlds have one: what a world says of a value that it was
 * not run at is inferred. Only the two values that certainly collapse and recover, by
 * which the boundary's own certainty is told, are run in every world.
 */
import { metricOf } from '../metrics/catalogue.ts';
import { statisticOverRuns } from '../metrics/metric.ts';
import type { LoadedScenario } from '../scenario/load.ts';
import { known, medianEstimate } from './median-interval.ts';
import { NoInfluence } from './no-influence.ts';
import type { RunLimits } from './limits.ts';
import { Probes, probeTask, type ProbeOptions, type ProbeRecord, type ProbesRequest } from './probes.ts';
import type { ReplicationTask } from './replication.ts';
import { Bootstrap, type Estimate } from './statistics.ts';
import { lowerShare, upperShare, type Looks } from './thresholds/proportion.ts';
import { searchThreshold, type ThresholdResult } from './thresholds/search.ts';
import type { Answer } from './thresholds/world.ts';
import type { Contradictions } from './thresholds/worlds.ts';
import type { Axis } from './vary/axis.ts';
import type { Field } from './vary/points.ts';

export interface SweepRequest {
  readonly field: Field;
  /** a metric with its parts; `collapse`: its probability */
  readonly metric: string;
  /** every point in every world, though thresholds would do */
  readonly full: boolean;
  readonly worlds: number;
  readonly looks: Looks;
  readonly seed: string;
  /** like 0.95 */
  readonly level: number;
}

/** What is known of a point. */
export interface SweepPoint {
  /** its values, as they are written */
  readonly values: readonly string[];
  readonly numbers: readonly (number | null)[];
  /** worlds that speak for it, be it by another point */
  readonly n: number;
  /** of the collapse: worlds that do, and that ended too soon to say; null of another metric */
  readonly collapsed: number | null;
  readonly undecided: number | null;
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
}

/** Where the collapse passes one half, along the field with thresholds. */
export interface Boundary {
  /** the other field's value; null without one */
  readonly at: string | null;
  readonly method: 'thresholds' | 'grid';
  readonly gridReason: string | null;
  /** whether it recovers from a value on (true) or up to one */
  readonly recoversAbove: boolean;
  /** the first value, on the side that recovers, at which at most half of the worlds collapse; null: none */
  readonly value: string | null;
  /** the last that certainly collapses in more than half, and the first that certainly does not; null: beyond the range */
  readonly collapsesAt: string | null;
  readonly recoversAt: string | null;
  readonly lookedAt: Contradictions;
}

export interface Sweep {
  readonly base: LoadedScenario;
  readonly axes: readonly Axis[];
  /** what its worlds differ by beside luck, for people */
  readonly over?: string | undefined;
  readonly metric: string;
  readonly statistic: 'probability' | 'mean' | 'median';
  readonly seed: string;
  readonly level: number;
  readonly looks: Looks;
  readonly complete: boolean;
  /** worlds */
  readonly n: number;
  readonly points: readonly SweepPoint[];
  /** of the axes, the one along which the boundary is looked for; null: none */
  readonly along: number | null;
  /** every point was run in every world */
  readonly isFull: boolean;
  /** one; or one for each value of the other field; none of other metrics */
  readonly boundaries: readonly Boundary[];
  /** the point of the scenario as it stands, by its values' places; null where it is none of them */
  readonly own: readonly number[] | null;
  readonly runs: number;
  readonly gridRuns: number;
}

function collapsed({ metrics, undecided }: ProbeRecord): Answer {
  if (metrics.collapse === 1) return false;
  return undecided || metrics.collapse !== 0 ? null : true;
}

/** The ordered field with the most values: there thresholds save most. */
function thresholdAxis({ axes }: Field): number | null {
  const ordered = axes.map((axis, i) => ({ axis, i })).filter(({ axis }) => axis.isOrdered);
  if (ordered.length === 0) return null;
  return ordered.reduce((best, one) => (one.axis.values.length > best.axis.values.length ? one : best)).i;
}

/** The point's index, of its values' places. */
function indexOf({ axes }: Field, places: readonly number[]): number {
  return places.reduce((index, place, i) => index * axes[i].values.length + place, 0);
}

/** Of the scenario as it stands, where it is one of the points. */
function ownPoint({ base, points }: Field): readonly number[] | null {
  return points.find(({ variant }) => variant.hash === base.hash)?.places ?? null;
}

function shareFigures(
  { failed, undecided, n }: { failed: number; undecided: number; n: number },
  alpha: number,
  looks: Looks,
): Pick<SweepPoint, 'estimate' | 'low' | 'high'> {
  if (n === 0) return { estimate: NaN, low: NaN, high: NaN };
  return {
    estimate: undecided > 0 ? NaN : failed / n,
    low: lowerShare(failed, n, alpha, looks),
    high: upperShare(failed + undecided, n, alpha, looks),
  };
}

class Sweeping {
  readonly request: SweepRequest;
  readonly probes: Probes;
  private readonly influence: NoInfluence;
  private readonly columns: number;
  /** by index */
  readonly points: (SweepPoint | undefined)[] = [];
  readonly boundaries: Boundary[] = [];
  complete = true;
  n = 0;
  gridRuns = 0;
  /** by world, the place of its threshold in the column before */
  private guesses: readonly (number | null)[] = [];

  constructor(request: SweepRequest, probes: Probes, along: number | null) {
    this.request = request;
    this.probes = probes;
    const { axes } = request.field;
    this.columns = along === null || axes.length < 2 ? 1 : axes[1 - along].values.length;
    this.influence = new NoInfluence(axes[along ?? 0].label, this.columns);
  }

  /** Each world's threshold along an axis, at each value of the other one. */
  async alongThresholds(along: number): Promise<void> {
    for (let column = 0; column < this.columns && this.complete; column++) await this.column(along, column);
  }

  private async column(along: number, column: number): Promise<void> {
    const { field, worlds, looks, seed, full, level } = this.request;
    const axis = field.axes[along];
    const placesOf = (value: number): number[] =>
      field.axes.length < 2 ? [value] : along === 0 ? [value, column] : [column, value];
    const found = await searchThreshold(
      {
        valueCount: axis.values.length,
        share: 0.5,
        alpha: 1 - level,
        rises: null,
        worlds,
        looks,
        whole: true,
        grid: full,
        seed,
        guess: (world) => this.guesses[world] ?? null,
      },
      async (questions) => {
        const asked = questions.map(({ world, value }) => ({ world, point: indexOf(field, placesOf(value)) }));
        const records = await this.probes.run(asked);
        if (records !== null) this.influence.hear(column, questions, records);
        return records?.map(collapsed) ?? null;
      },
    );
    this.guesses = found.method === 'grid' ? [] : found.thresholds;
    this.complete = found.complete;
    this.n = Math.max(this.n, found.n);
    this.gridRuns += axis.values.length * found.n;
    const alpha = (1 - level) / 2 / field.points.length;
    found.shares.forEach((share, value) => {
      this.points[indexOf(field, placesOf(value))] = this.pointOf(placesOf(value), {
        n: share.n,
        collapsed: share.failed,
        undecided: share.undecided,
        ...shareFigures(share, alpha, share.n < worlds ? 'any-time' : looks),
      });
    });
    this.boundaries.push(
      boundaryOf(found, axis, field.axes.length < 2 ? null : field.axes[1 - along].values[column].text),
    );
  }

  private pointOf(places: readonly number[], figures: Omit<SweepPoint, 'values' | 'numbers'>): SweepPoint {
    const values = places.map((place, i) => this.request.field.axes[i].values[place]);
    return { values: values.map(({ text }) => text), numbers: values.map(({ number }) => number), ...figures };
  }

  /** Every point in every world, round by round. */
  async everyPoint(): Promise<void> {
    const { field, metric, worlds, seed, level } = this.request;
    const all = field.points.map((_, point) => point);
    for (let world = 0; world < worlds && this.complete; world++) {
      const asked = all.map((point) => ({ world, value: point, point }));
      const records = await this.probes.run(asked);
      if (records === null) this.complete = false;
      else {
        this.n = world + 1;
        this.influence.hear(0, asked, records);
      }
    }
    this.gridRuns = field.points.length * this.n;
    const bootstrap = new Bootstrap(seed, level);
    for (const point of all) {
      const rows = this.probes.recordsOf(point, { most: this.n });
      this.points[point] = this.pointOf(
        field.points[point].places,
        figuresOf(rows, metric, bootstrap, field.points.length),
      );
    }
  }
}

function figuresOf(
  rows: readonly ProbeRecord[],
  metric: string,
  bootstrap: Bootstrap,
  pointCount: number,
): Omit<SweepPoint, 'values' | 'numbers'> {
  if (metric === 'collapse') {
    const answers = rows.map(collapsed);
    const failed = answers.filter((one) => one === false).length;
    const undecided = answers.filter((one) => one === null).length;
    const share = { failed, undecided, n: rows.length };
    return {
      n: rows.length,
      collapsed: failed,
      undecided,
      ...shareFigures(share, (1 - bootstrap.level) / 2 / pointCount, 'once'),
    };
  }
  const values = rows.map(({ metrics }) => metrics[metric] ?? NaN);
  const estimate: Estimate =
    statisticOf(metric) === 'median'
      ? medianEstimate(
          values.map((value, i) =>
            value === Infinity ? { least: rows[i].openMs ?? 0, most: Infinity } : known(value),
          ),
          bootstrap.level,
        )
      : bootstrap.mean(values);
  const { value, low, high, n } = estimate;
  return { n, collapsed: null, undecided: null, estimate: value, low, high };
}

function statisticOf(metric: string): Sweep['statistic'] {
  return metric === 'collapse' ? 'probability' : statisticOverRuns(metricOf(metric) ?? { unit: 'count' });
}

function boundaryOf(found: ThresholdResult, { values }: Axis, at: string | null): Boundary {
  const textOf = (value: number | null): string | null => (value === null ? null : values[value].text);
  const { worlds, broken } = found.looked;
  return {
    at,
    method: found.method,
    gridReason:
      found.method === 'grid' && broken > 0
        ? `${broken} of ${worlds} worlds recover at some value and collapse again further on`
        : null,
    recoversAbove: found.rises,
    value: textOf(found.estimate),
    collapsesAt: textOf(found.misses),
    recoversAt: textOf(found.meets),
    lookedAt: found.looked,
  };
}

/** What a sweep's runs depend on. */
type SweptRuns = Pick<SweepRequest, 'field' | 'metric' | 'seed'>;

function probesOf({ field, metric, seed }: SweptRuns): ProbesRequest {
  return {
    variants: field.points.map(({ variant }) => variant),
    seed,
    until: metric === 'collapse' ? 'decided' : 'end',
    references: [],
  };
}

/** All runs of a full sweep, world by world. */
export function sweepTasks(request: SweptRuns & Pick<SweepRequest, 'worlds'>, limits: RunLimits): ReplicationTask[] {
  const probes = probesOf(request);
  return Array.from({ length: request.worlds }, (_, world) =>
    request.field.points.map((_, point) => probeTask(probes, { world, point }, limits)),
  ).flat();
}

/** Throws a NoInfluenceError if the field changes nothing, a ReplicationError if a run fails. */
export async function makeSweep(request: SweepRequest, options: ProbeOptions): Promise<Sweep> {
  const { field, metric, seed, looks, level } = request;
  const along = metric === 'collapse' ? thresholdAxis(field) : null;
  const probes = new Probes(probesOf(request), options);
  try {
    const sweeping = new Sweeping(request, probes, along);
    if (along === null) await sweeping.everyPoint();
    else await sweeping.alongThresholds(along);
    return {
      base: field.base,
      axes: field.axes,
      over: field.over,
      metric,
      statistic: statisticOf(metric),
      seed,
      level,
      looks,
      complete: sweeping.complete,
      n: sweeping.n,
      points: sweeping.points.filter((one) => one !== undefined),
      along,
      isFull: along === null || request.full,
      boundaries: sweeping.boundaries,
      own: ownPoint(field),
      runs: probes.count,
      gridRuns: sweeping.gridRuns,
    };
  } finally {
    await probes.close();
  }
}
