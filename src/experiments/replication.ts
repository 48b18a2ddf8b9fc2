/**
 * One replication: a variant of a scenario run with one of the seeds, and the
 * record that is kept of it. Replication i of seed s runs with the seed `s/i`,
 * so that it can be repeated alone. The record is small and plain: every metric
 * as a bare number (NaN: no value, Infinity: still open at the end) and the
 * disconnected share on a coarse grid of whole seconds. As text it is JSON,
 * which keeps numbers to their last bit.
 */
import { allValues, metricValue, type MetricValue } from '../metrics/catalogue.ts';
import { judgeObserved } from '../metrics/observed.ts';
import type { RowReading } from '../metrics/row-readings.ts';
import { longestEpisode } from '../metrics/outage-metrics.ts';
import { openForMs } from '../metrics/unfinished.ts';
import type { Range } from '../scenario/condition.ts';
import type { MetricReference } from '../scenario/expression.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { rowReadings, RowWatch, type RowsAsked } from './calibration/row-watch.ts';
import { comparableAfter, decidedEnding, type Ending } from './decided.ts';
import { findHeadrooms, tiersNeeded } from './headroom.ts';
import { isMap, keptText, readKept } from './kept-record.ts';
import type { RunLimits } from './limits.ts';
import { runScenario, type RunResult } from './run.ts';

/** How far runs go: to the end of their clock, or until all is decided. */
export type Until = 'end' | 'decided';

/** A scenario that is replicated, under the name that its records carry. */
export interface ReplicatedVariant {
  readonly name: string;
  readonly scenario: Scenario;
  /** of the resolved scenario */
  readonly hash: string;
  /** where worlds differ by more than luck: what it is in each; a task has none */
  readonly inWorld?: ((world: number) => { readonly scenario: Scenario; readonly hash: string }) | undefined;
}

export interface ReplicationTask {
  readonly variant: ReplicatedVariant;
  /** the replication's number, from 0 */
  readonly index: number;
  /** used verbatim */
  readonly seed: string;
  readonly until: Until;
  /** metrics to read off the run beside those that every record has: other parts, instants */
  readonly references?: readonly MetricReference[];
  /** whether to judge the observed rows as well */
  readonly withRows?: true;
  /** observed rows that it is read for; a run that misses them is cut */
  readonly rowsAsked?: RowsAsked;
  /** what the run may cost, if not the usual */
  readonly limits?: RunLimits;
}

export interface Replication {
  readonly variant: string;
  readonly index: number;
  readonly seed: string;
  readonly fingerprint: string;
  readonly ending: Ending;
  readonly endMs: number;
  /** how long the longest episode had lasted for certain, where it was open when the run ended; null if none was */
  readonly openMs: number | null;
  /** whether the run ended too soon to say whether an episode is metastable; `collapse` has no value (NaN) then */
  readonly undecided: boolean;
  /** by name and parts; of a run that was cut, those that still compare */
  readonly metrics: Readonly<Record<string, number>>;
  /** the greatest disconnected share from 0, `curveStepMs`, … on, each until the next, so that no peak is lost */
  readonly curve: readonly number[];
  /** of the task's references, in their order; absent if it had none */
  readonly readings?: readonly MetricValue[];
  /** of the observed rows; absent if the task did not ask for them */
  readonly rows?: readonly ReplicatedRow[];
  /** of all rows with a condition; absent if the task had no `rowsAsked` */
  readonly rowReadings?: readonly RowReading[];
}

/** An observed row, as a run has it. */
export interface ReplicatedRow {
  readonly name: string;
  readonly holds: boolean | null;
  readonly missedMs: number | null;
}

export function replicationSeed(seed: string, index: number): string {
  return `${seed}/${index}`;
}

const CURVE_POINTS_MAX = 600;

/** Whole seconds between the points of a replication's curve. */
export function curveStepMs(durationMs: number): number {
  return Math.max(1, Math.ceil(durationMs / 1000 / CURVE_POINTS_MAX)) * 1000;
}

/** Runs it, and says how far it is, 0…1 of its clock. Throws a SimulationError or a LimitError. */
export async function replicate(
  { variant, index, seed, until, references, withRows, rowsAsked, limits }: ReplicationTask,
  onProgress?: (fraction: number) => void,
): Promise<Replication> {
  let ending = 'clock' as Ending;
  const watch = rowsAsked === undefined ? null : new RowWatch(variant.scenario, rowsAsked);
  const identity = { seed, variant: variant.name, scenarioHash: variant.hash, limits };
  const tiers = tiersNeeded(variant.scenario, references ?? []);
  const headrooms = await findHeadrooms(variant.scenario, tiers, identity);
  const result = await runScenario(variant.scenario, {
    ...identity,
    withMetrics: true,
    headrooms,
    onProgress,
    ...(until === 'end' && watch === null
      ? {}
      : {
          endsAt: (recorder, nowMs) => {
            if (watch?.isHopeless(recorder, nowMs) === true) ending = 'missed';
            else if (until === 'decided') ending = decidedEnding(recorder, nowMs) ?? 'clock';
            return ending !== 'clock';
          },
        }),
  });
  const { ended, fingerprint, endMs } = result;
  const longest = longestEpisode(ended.episodes);
  const metrics = allValues(ended);
  return {
    variant: variant.name,
    index,
    seed,
    fingerprint,
    ending,
    endMs,
    openMs: longest === undefined || longest.resolvedMs !== null ? null : openForMs(ended, longest),
    undecided: Number.isNaN(metrics.collapse),
    metrics: Object.fromEntries(Object.entries(metrics).filter(([name]) => comparableAfter(ending, name))),
    curve: curveOf(result, variant.scenario),
    ...(references === undefined ? {} : { readings: references.map((reference) => metricValue(ended, reference)) }),
    ...(withRows === undefined ? {} : { rows: rowsOf(result, variant.scenario) }),
    ...(rowsAsked === undefined ? {} : { rowReadings: rowReadings(ended, ending === 'clock', rowsAsked) }),
  };
}

function rowsOf({ ended }: RunResult, { observed }: Scenario): ReplicatedRow[] {
  return observed.map((row) => {
    const { holds, missedMs } = judgeObserved(ended, row);
    return { name: row.name, holds, missedMs };
  });
}

function curveOf({ ended: { curve } }: RunResult, { clock }: Scenario): number[] {
  const step = curveStepMs(clock.durationMs) / 1000;
  // To four digits: it is only looked at.
  return Array.from({ length: Math.ceil(curve.fleet.length / step) }, (_, i) =>
    Number(Math.max(...curve.fleet.subarray(i * step, (i + 1) * step)).toFixed(4)),
  );
}

/** What JSON has no number for. */
const wordOf = (value: number): number | string | null =>
  Number.isNaN(value) ? null : Number.isFinite(value) ? value : value > 0 ? 'Infinity' : '-Infinity';

type WrittenNumber = number | string | null;

const numberOf = (written: WrittenNumber): number => (written === null ? NaN : Number(written));

/** A reading as it is kept. */
type WrittenReading = Omit<MetricValue, 'value' | 'range'> & {
  readonly value: WrittenNumber;
  readonly range?: Omit<Range, 'low' | 'high'> & { readonly low: WrittenNumber; readonly high: WrittenNumber };
};

function readingOf({ value, range, ...rest }: WrittenReading): MetricValue {
  return {
    ...rest,
    value: numberOf(value),
    ...(range === undefined ? {} : { range: { ...range, low: numberOf(range.low), high: numberOf(range.high) } }),
  };
}

/** As it is kept under a name that says what was run; the digest is over both. */
export function replicationText(name: string, replication: Replication): string {
  const metrics = Object.fromEntries(
    Object.entries(replication.metrics).map(([metric, value]) => [metric, wordOf(value)]),
  );
  const readings = replication.readings?.map(({ value, range, ...rest }) => ({
    ...rest,
    value: wordOf(value),
    ...(range === undefined ? {} : { range: { ...range, low: wordOf(range.low), high: wordOf(range.high) } }),
  }));
  const record = JSON.parse(JSON.stringify({ ...replication, metrics, readings })) as unknown;
  return keptText(name, record);
}

/** Null if the text is not what `replicationText` made of a run of this task, to the last character that matters. */
export function parseReplication(
  name: string,
  text: string,
  { variant, index, seed, references }: ReplicationTask,
): Replication | null {
  const read = readKept(name, text);
  if (read === null) return null;
  const record = read as unknown as Omit<Replication, 'metrics' | 'readings'> & {
    readonly metrics: Readonly<Record<string, WrittenNumber>>;
    readonly readings?: readonly WrittenReading[];
  };
  if (record.variant !== variant.name || record.index !== index || record.seed !== seed) return null;
  if (!isMap(record.metrics) || !Array.isArray(record.curve)) return null;
  if (record.readings?.length !== references?.length) return null;
  const metrics = Object.fromEntries(Object.entries(record.metrics).map(([name, value]) => [name, numberOf(value)]));
  const { readings, ...rest } = record;
  return { ...rest, metrics, ...(readings === undefined ? {} : { readings: readings.map(readingOf) }) };
}
