/**
 * The least or greatest value of a field that meets a target, with the evidence for
 * it and for its neighbour, what it costs, and how many runs that took. With a
 * second field, the same at each of its values: the frontier.
 */
import type { LoadedScenario } from '../scenario/load.ts';
import type { Cost } from './cost.ts';
import { NoInfluence } from './no-influence.ts';
import { Probes, type ProbeOptions, type ProbeRecord } from './probes.ts';
import { Bootstrap, mean, type Estimate } from './statistics.ts';
import type { MeanTarget, ShareTarget, Target } from './target.ts';
import { searchMean, type MeanResult } from './thresholds/mean-search.ts';
import { lowerShare, upperShare, type Looks } from './thresholds/proportion.ts';
import type { Probe } from './thresholds/rounds.ts';
import { searchThreshold, type ThresholdResult } from './thresholds/search.ts';
import type { Contradictions } from './thresholds/worlds.ts';
import type { Axis } from './vary/axis.ts';
import type { Field } from './vary/points.ts';

export interface PlanRequest {
  /** one varied field or two; the first is planned, at each value of the second */
  readonly field: Field;
  readonly target: Target;
  readonly cost: Cost | null;
  /** like 0.95 */
  readonly confidence: number;
  /** the greatest value that meets it (true), the least (false), or whichever the answers tell (null) */
  readonly greatest: boolean | null;
  /** worlds at most; with one look, exactly so many */
  readonly worlds: number;
  readonly looks: Looks;
  readonly seed: string;
}

/** What is known of a value. */
export interface PlanPoint {
  readonly value: string;
  readonly number: number | null;
  /** whether it certainly meets the target; null: nobody knows */
  readonly meets: boolean | null;
  /** worlds that speak for it */
  readonly n: number;
  /** of a share: worlds that fail, and that ended too soon to say */
  readonly failed: number | null;
  readonly undecided: number | null;
  /** the share of worlds that fail, or the mean of the target's metric; NaN: unknown */
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
  /** mean; null without one, or without a run */
  readonly cost: number | null;
}

export type PlanState = 'decided' | 'nothing meets it' | 'everything meets it' | 'undecided';

export interface PlanAnswer {
  /** the second field's value; null without one */
  readonly at: string | null;
  readonly state: PlanState;
  /** the value that certainly meets the target; if nothing is between it and `neighbour`, it is the last that does */
  readonly value: PlanPoint | null;
  /** the nearest value that certainly does not */
  readonly neighbour: PlanPoint | null;
  /** by what was seen alone, the value that comes closest to the target or just meets it */
  readonly closest: PlanPoint | null;
  /** whether the target holds from a value on, so that the least is looked for, or up to one */
  readonly seeks: 'least' | 'greatest';
  /** whether the answers told which */
  readonly sideFound: boolean;
  readonly method: 'thresholds' | 'bisected means' | 'grid';
  /** why every value was tried in every world; null: it was not */
  readonly gridReason: string | null;
  /** worlds */
  readonly n: number;
  /** worlds in which more was asked than a threshold needs, and those that turned out to have none; null of a mean */
  readonly lookedAt: Contradictions | null;
  /** worlds that were run at the answer and just below it, and those that hold below and fail there; null of a mean */
  readonly beside: Contradictions | null;
  /** what a further step from the neighbour to the answer changes, replication by replication; null of a share, or without both */
  readonly step: Estimate | null;
  readonly points: readonly PlanPoint[];
  readonly runs: number;
  readonly gridRuns: number;
}

export interface Plan {
  readonly base: LoadedScenario;
  readonly axes: readonly Axis[];
  /** what its worlds differ by beside luck, for people */
  readonly over?: string | undefined;
  readonly target: Target;
  readonly cost: Cost | null;
  readonly seed: string;
  readonly confidence: number;
  readonly looks: Looks;
  readonly worldsMax: number;
  readonly complete: boolean;
  /** one; or one for each value of the second field */
  readonly answers: readonly PlanAnswer[];
  /** of the answers, the place of the one that costs least; null without costs */
  readonly cheapest: number | null;
  /** runs that the answers need, those for the costs included */
  readonly runs: number;
  readonly gridRuns: number;
}

/** Worlds in which a point's cost is looked at. */
const COST_WORLDS = 3;

interface Column {
  readonly request: PlanRequest;
  readonly probes: Probes;
  /** the second field's place; 0 without one */
  readonly column: number;
}

function pointOf({ request: { field }, column }: Column, value: number): number {
  const columns = field.axes.length > 1 ? field.axes[1].values.length : 1;
  return value * columns + column;
}

type Asker = (questions: readonly Probe[]) => Promise<readonly ProbeRecord[] | null>;

function askerOf(column: Column, influence: NoInfluence): Asker {
  return async (questions) => {
    const records = await column.probes.run(
      questions.map(({ world, value }) => ({ world, point: pointOf(column, value) })),
    );
    if (records !== null) influence.hear(column.column, questions, records);
    return records;
  };
}

/** A search whose results are alike, whatever is searched for. */
interface Searched {
  readonly found: ThresholdResult | MeanResult;
  readonly pointAt: (value: number) => Omit<PlanPoint, 'value' | 'number' | 'meets' | 'cost'>;
}

async function searchShare({ request }: Column, target: ShareTarget, ask: Asker): Promise<Searched> {
  const { field, confidence, greatest, worlds, looks, seed } = request;
  const found = await searchThreshold(
    {
      valueCount: field.axes[0].values.length,
      share: target.share,
      alpha: 1 - confidence,
      rises: greatest === null ? null : !greatest,
      worlds,
      looks,
      whole: false,
      seed,
    },
    async (questions) => (await ask(questions))?.map((record) => target.answer(record)) ?? null,
  );
  return {
    found,
    pointAt: (value) => {
      const { n, failed, undecided } = found.shares[value];
      // Of a value that not all worlds speak for, how many do is no number that was fixed.
      const bounds: Looks = n < request.worlds ? 'any-time' : looks;
      return {
        n,
        failed,
        undecided,
        estimate: n === 0 || undecided > 0 ? NaN : failed / n,
        low: n === 0 ? NaN : lowerShare(failed, n, found.alphaEach, bounds),
        high: n === 0 ? NaN : upperShare(failed + undecided, n, found.alphaEach, bounds),
      };
    },
  };
}

async function searchMeanOf({ request }: Column, target: MeanTarget, ask: Asker): Promise<Searched> {
  const { field, confidence, greatest, worlds, looks, seed } = request;
  const found = await searchMean(
    {
      valueCount: field.axes[0].values.length,
      alpha: 1 - confidence,
      rises: greatest === null ? null : !greatest,
      worlds,
      looks,
      seed,
    },
    async (questions) => (await ask(questions))?.map((record) => target.excess(record)) ?? null,
  );
  const bound = Number.isNaN(target.bound) ? 0 : target.bound;
  const shown = (excess: number): number => bound + target.sign * excess;
  return {
    found,
    pointAt: (value) => {
      const { n, mean: excess, low, high } = found.means[value];
      const ends = [shown(low), shown(high)].sort((a, b) => a - b);
      return { n, failed: null, undecided: null, estimate: shown(excess), low: ends[0], high: ends[1] };
    },
  };
}

/** The paired difference of the target's metric, answer − neighbour. */
function stepOf(column: Column, target: Target, found: MeanResult | ThresholdResult): Estimate | null {
  const { meets, misses } = found;
  if (target.kind === 'share' || meets === null || misses === null) return null;
  const excesses = (value: number): number[] =>
    column.probes.recordsOf(pointOf(column, value)).map((record) => target.sign * target.excess(record).most);
  const [there, before] = [excesses(meets), excesses(misses)];
  const n = Math.min(there.length, before.length);
  const { seed, confidence } = column.request;
  return new Bootstrap(seed, confidence).mean(Array.from({ length: n }, (_, i) => there[i] - before[i]));
}

function stateOf({ isDecided, meets, misses }: ThresholdResult | MeanResult): PlanState {
  if (!isDecided) return 'undecided';
  if (meets === null) return 'nothing meets it';
  return misses === null ? 'everything meets it' : 'decided';
}

function gridReasonOf(found: ThresholdResult | MeanResult): string | null {
  if (found.method !== 'grid') return null;
  return 'looked' in found
    ? `${found.looked.broken} of ${found.looked.worlds} worlds meet the target at some value and miss it again further on`
    : 'the mean meets the target at some value and misses it again further on';
}

/** The point with the fewest failures, or the lowest excess. */
function closestOf(
  points: readonly PlanPoint[],
  target: Target,
  found: ThresholdResult | MeanResult,
): PlanPoint | null {
  if (found.estimate !== null) return points[found.estimate];
  const seen = points.filter(({ n }) => n > 0);
  const sign = target.kind === 'mean' ? target.sign : 1;
  const far = ({ estimate, high }: PlanPoint): number => sign * (Number.isNaN(estimate) ? high : estimate);
  return seen.length === 0
    ? null
    : seen.reduce((best, one) => (far(one) < far(best) || (found.rises && far(one) === far(best)) ? one : best));
}

/** What values cost, in the same worlds for all of them; null: it was stopped. */
async function priced(column: Column, values: readonly number[]): Promise<ReadonlyMap<number, number> | null> {
  const { request, probes } = column;
  const { cost } = request;
  if (cost === null) return new Map();
  const worlds = Array.from({ length: Math.min(COST_WORLDS, request.worlds) }, (_, world) => world);
  // What a run costs that was cut does not compare.
  const whole = true;
  const ran = await probes.run(
    values.flatMap((value) => worlds.map((world) => ({ world, point: pointOf(column, value), whole }))),
  );
  if (ran === null) return null;
  const most = worlds.length;
  const costAt = (value: number): number =>
    mean(probes.recordsOf(pointOf(column, value), { most, whole }).map((record) => cost.of(record)));
  return new Map(values.map((value) => [value, costAt(value)]));
}

async function answerOf(column: Column, influence: NoInfluence): Promise<{ answer: PlanAnswer; complete: boolean }> {
  const { request, probes } = column;
  const { field, target } = request;
  const [axis, second] = field.axes;
  const before = probes.count;
  const ask = askerOf(column, influence);
  // The runs that tell what all values cost are answers as well.
  const costsOfAll = second === undefined ? await priced(column, [...axis.values.keys()]) : null;
  const { found, pointAt } =
    target.kind === 'share' ? await searchShare(column, target, ask) : await searchMeanOf(column, target, ask);
  const around = [found.meets, found.misses, found.estimate].filter((value) => value !== null);
  const costs = costsOfAll ?? (await priced(column, [...new Set(around)]));
  const points = axis.values.map(({ text, number }, value): PlanPoint => ({
    value: text,
    number,
    meets: found.verdicts[value],
    ...pointAt(value),
    cost: costs?.get(value) ?? null,
  }));
  const at = (value: number | null): PlanPoint | null => (value === null ? null : points[value]);
  return {
    complete: found.complete && costs !== null,
    answer: {
      at: second?.values[column.column].text ?? null,
      state: stateOf(found),
      value: at(found.meets),
      neighbour: at(found.misses),
      closest: closestOf(points, target, found),
      seeks: found.rises ? 'least' : 'greatest',
      sideFound: found.sideFound,
      method: found.method,
      gridReason: gridReasonOf(found),
      n: found.n,
      lookedAt: 'looked' in found ? found.looked : null,
      beside: 'beside' in found ? found.beside : null,
      step: stepOf(column, target, found),
      points,
      runs: probes.count - before,
      gridRuns: found.gridRuns,
    },
  };
}

function cheapestOf(answers: readonly PlanAnswer[]): number | null {
  const costs = answers.map(({ value }) => value?.cost ?? NaN);
  const least = Math.min(...costs.filter((one) => !Number.isNaN(one)));
  return Number.isFinite(least) ? costs.indexOf(least) : null;
}

/** Throws a NoInfluenceError if the field changes nothing, a ReplicationError if a run fails. */
export async function makePlan(request: PlanRequest, options: ProbeOptions): Promise<Plan> {
  const { field, target, cost, confidence, looks, worlds, seed } = request;
  const [axis, second] = field.axes;
  const columns = second?.values.length ?? 1;
  const influence = new NoInfluence(axis.label, columns);
  const probes = new Probes(
    {
      variants: field.points.map(({ variant }) => variant),
      seed,
      until: target.kind === 'share' && target.ofCollapse ? 'decided' : 'end',
      references: target.references,
    },
    options,
  );
  try {
    const answers: PlanAnswer[] = [];
    let complete = true;
    for (let column = 0; column < columns && complete; column++) {
      const one = await answerOf({ request, probes, column }, influence);
      answers.push(one.answer);
      complete = one.complete;
    }
    return {
      base: field.base,
      axes: field.axes,
      over: field.over,
      target,
      cost,
      seed,
      confidence,
      looks,
      worldsMax: worlds,
      complete,
      answers,
      cheapest: cheapestOf(answers),
      runs: answers.reduce((sum, { runs }) => sum + runs, 0),
      gridRuns: answers.reduce((sum, { gridRuns }) => sum + gridRuns, 0),
    };
  } finally {
    await probes.close();
  }
}
