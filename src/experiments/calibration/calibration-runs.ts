/**
 * Runs of calibration's draws, in worker threads. Each has its own luck, by its
 * number. What the store has is not run again, and each record is kept as it
 * comes: so a calibration that was killed goes on where it stopped, and comes to
 * the same bytes. A draw that costs more than the limits allow has no record, and
 * counts as one that misses every row.
 */
import type { Worker } from 'node:worker_threads';
import type { RowReading } from '../../metrics/row-readings.ts';
import { contentHash } from '../../scenario/content-hash.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { keptNumber, keptText, readKept } from '../kept-record.ts';
import { LimitError, type RunLimits } from '../limits.ts';
import { replicationSeed, type Replication, type ReplicationTask } from '../replication.ts';
import type { ReplicationStore } from '../replications.ts';
import { runInWorkers } from '../worker-pool.ts';
import type { RowsAsked } from './row-watch.ts';

/** A scenario that is to be run for calibration. */
export interface CalibrationDraw {
  readonly number: number;
  readonly scenario: Scenario;
  /** of the resolved scenario */
  readonly hash: string;
}

export interface CalibrationRecord {
  readonly fingerprint: string;
  readonly seed: string;
  /** whether it went to the end of its clock */
  readonly whole: boolean;
  readonly readings: readonly RowReading[];
  /** NaN where it was cut */
  readonly sessionMinutesLost: number;
  /** the greatest disconnected share of each step, as of replications */
  readonly curve: readonly number[];
}

export interface CalibrationRunOptions {
  readonly jobs?: number | undefined;
  readonly store?: ReplicationStore | undefined;
  readonly limits?: RunLimits | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly worker?: URL | undefined;
  /** threads of before, and for later; whoever made it ends them */
  readonly idle?: Set<Worker> | undefined;
  /** told of each run that has ended; whether it was kept from before */
  readonly onRun?: ((isKept: boolean) => void) | undefined;
}

const RECORD_FORMAT = 2;

function nameOf({ hash, number }: CalibrationDraw, seed: string, asked: RowsAsked): string {
  const plain = {
    format: RECORD_FORMAT,
    hash,
    number,
    seed,
    against: asked.against,
    within: String(asked.withinMs),
    tolerance: asked.toleranceMs,
    series: asked.series,
  };
  return `calibrated-${contentHash(plain).slice(0, 24)}`;
}

function textOf(name: string, record: CalibrationRecord | null): string {
  const plain =
    record === null
      ? null
      : {
          ...record,
          sessionMinutesLost: keptNumber(record.sessionMinutesLost),
          readings: record.readings.map((one) => ({
            ...one,
            missedMs: one.missedMs === null ? null : keptNumber(one.missedMs),
            baseRate: keptNumber(one.baseRate),
          })),
        };
  return keptText(name, { run: plain });
}

interface KeptRecord extends Omit<CalibrationRecord, 'sessionMinutesLost' | 'readings'> {
  readonly sessionMinutesLost: number | string;
  readonly readings: readonly (Omit<RowReading, 'missedMs' | 'baseRate'> & {
    readonly missedMs: number | string | null;
    readonly baseRate: number | string;
  })[];
}

/** Undefined if it is not what was kept. */
function parsed(name: string, text: string | null): CalibrationRecord | null | undefined {
  const kept = text === null ? null : readKept(name, text);
  if (kept === null) return undefined;
  const record = kept.run as KeptRecord | null;
  if (record === null) return null;
  return {
    ...record,
    sessionMinutesLost: Number(record.sessionMinutesLost),
    readings: record.readings.map((one) => ({
      ...one,
      missedMs: one.missedMs === null ? null : Number(one.missedMs),
      baseRate: Number(one.baseRate),
    })),
  };
}

function recordOf(replication: Replication): CalibrationRecord {
  const { fingerprint, seed, ending, metrics, curve, rowReadings = [] } = replication;
  const { sessionMinutesLost = NaN } = metrics as Readonly<Record<string, number | undefined>>;
  return { fingerprint, seed, whole: ending === 'clock', readings: rowReadings, sessionMinutesLost, curve };
}

/**
 * The records of the draws, in their order, null for those that cost too much; if
 * it was ended early, of so many as have ended without a gap. Throws a
 * ReplicationError where a run fails otherwise than by its cost.
 */
export async function runCalibrationDraws(
  draws: readonly CalibrationDraw[],
  seed: string,
  asked: RowsAsked,
  options: CalibrationRunOptions,
): Promise<readonly (CalibrationRecord | null)[]> {
  const { store, limits } = options;
  const records = new Map<string, CalibrationRecord | null>();
  const names = draws.map((draw) => nameOf(draw, seed, asked));
  const keep = (name: string, record: CalibrationRecord | null): void => {
    store?.keep(name, textOf(name, record));
    // What is kept and what is not must be the same to the last digit.
    records.set(name, record);
    options.onRun?.(false);
  };
  for (const name of names) {
    const kept = parsed(name, store?.read(name) ?? null);
    if (kept === undefined) continue;
    records.set(name, kept);
    options.onRun?.(true);
  }
  const tasks = draws.flatMap((draw, i): ReplicationTask[] =>
    records.has(names[i])
      ? []
      : [
          {
            variant: { name: names[i], scenario: draw.scenario, hash: draw.hash },
            index: draw.number,
            seed: replicationSeed(seed, draw.number),
            until: 'end',
            rowsAsked: asked,
            ...(limits === undefined ? {} : { limits }),
          },
        ],
  );
  await runInWorkers(tasks, {
    jobs: options.jobs,
    signal: options.signal,
    worker: options.worker,
    ...(options.idle === undefined ? {} : { idle: options.idle }),
    onDone: ({ variant: { name } }, replication) => keep(name, recordOf(replication)),
    onFailed: ({ variant: { name } }, error) => {
      if (!(error.cause instanceof LimitError)) throw error;
      keep(name, null);
    },
  });
  const missing = names.findIndex((name) => !records.has(name));
  return names.slice(0, missing < 0 ? names.length : missing).map((name) => records.get(name) ?? null);
}
