/**
 * Runs of draws: each a scenario with the file's own seed, so that they differ by
 * the assumptions alone (their luck moves an outcome far less). Two draws that
 * come to the same scenario are one run. What the store has is not run again, and
 * each record is kept as it comes; neither that nor the number of jobs changes
 * anything. A draw that costs more than the limits allow has no record, and the
 * others go on.
 */
import { contentHash } from '../../scenario/content-hash.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { keptNumber, keptText, readKept } from '../kept-record.ts';
import { LimitError, type RunLimits } from '../limits.ts';
import type { Replication, ReplicationTask } from '../replication.ts';
import type { ReplicationStore } from '../replications.ts';
import { runInWorkers } from '../worker-pool.ts';
import { readingsOf, valuesOf, type Target } from './targets.ts';

export interface RunnableDraw {
  /** the settings that make it, as told when it fails */
  readonly set: readonly string[];
  readonly scenario: Scenario;
  readonly hash: string;
}

/** What is kept of a draw's run. */
export interface DrawRecord {
  readonly fingerprint: string;
  /** per target */
  readonly values: readonly number[];
  /** per observed row of the targets, how far in time it was missed; Infinity: nothing comes near, NaN: not reached */
  readonly missedMs: readonly number[];
}

export interface DrawRequest {
  readonly seed: string;
  readonly targets: readonly Target[];
}

export interface DrawOptions {
  readonly jobs?: number | undefined;
  readonly store?: ReplicationStore | undefined;
  readonly limits?: RunLimits | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly worker?: URL | undefined;
  /** told of runs that have ended, kept ones among them, and how many there are in all */
  readonly onProgress?: ((done: number, total: number, kept: number) => void) | undefined;
}

export interface RunDraws {
  /** false: it was ended early */
  readonly complete: boolean;
  /** by the scenario's hash; why there is none, for those that could not be run */
  readonly records: ReadonlyMap<string, DrawRecord | string>;
}

const RECORD_FORMAT = 1;

function textOf(name: string, record: DrawRecord): string {
  const plain = { ...record, values: record.values.map(keptNumber), missedMs: record.missedMs.map(keptNumber) };
  return keptText(name, plain);
}

/** Null if it is not what was kept. */
function parseRecord(name: string, text: string, { targets }: DrawRequest): DrawRecord | null {
  const read = readKept(name, text);
  if (read === null || !Array.isArray(read.values) || !Array.isArray(read.missedMs)) return null;
  const record = read as { fingerprint: string; values: (number | string)[]; missedMs: (number | string)[] };
  if (record.values.length !== targets.length) return null;
  return { fingerprint: record.fingerprint, values: record.values.map(Number), missedMs: record.missedMs.map(Number) };
}

function recordOf({ targets }: DrawRequest, replication: Replication, scenario: Scenario): DrawRecord {
  const rows = targets.filter(({ kind }) => kind === 'row');
  const missed = rows.map(({ name }) => replication.rows?.find((row) => row.name === name)?.missedMs ?? NaN);
  return { fingerprint: replication.fingerprint, values: valuesOf(targets, replication, scenario), missedMs: missed };
}

function nameOf(hash: string, { seed, targets }: DrawRequest): string {
  return `draw-${contentHash({ format: RECORD_FORMAT, scenario: hash, seed, targets: targets.map(({ kind, name }) => [kind, name]) }).slice(0, 24)}`;
}

/** Throws a ReplicationError where a run fails otherwise than by its cost. */
export async function runDraws(
  draws: readonly RunnableDraw[],
  request: DrawRequest,
  options: DrawOptions,
): Promise<RunDraws> {
  const { store, onProgress } = options;
  const records = new Map<string, DrawRecord | string>();
  const byHash = new Map(draws.map((draw) => [draw.hash, draw] as const));
  for (const hash of byHash.keys()) {
    const name = nameOf(hash, request);
    const text = store?.read(name) ?? null;
    const kept = text === null ? null : parseRecord(name, text, request);
    if (kept !== null) records.set(hash, kept);
  }
  const kept = records.size;
  const tell = (): void => onProgress?.(records.size, byHash.size, kept);
  tell();
  const tasks = [...byHash.values()]
    .filter(({ hash }) => !records.has(hash))
    .map(({ scenario, hash }): ReplicationTask => ({
      variant: { name: nameOf(hash, request), scenario, hash },
      index: 0,
      seed: request.seed,
      until: 'end',
      references: readingsOf(request.targets),
      withRows: true,
      ...(options.limits === undefined ? {} : { limits: options.limits }),
    }));
  const complete = await runInWorkers(tasks, {
    jobs: options.jobs,
    signal: options.signal,
    worker: options.worker,
    onDone: ({ variant: { name, hash, scenario } }, replication) => {
      const record = recordOf(request, replication, scenario);
      store?.keep(name, textOf(name, record));
      records.set(hash, record);
      tell();
    },
    onFailed: ({ variant: { hash } }, error) => {
      if (!(error.cause instanceof LimitError)) throw error;
      records.set(hash, error.cause.message);
      tell();
    },
  });
  return { complete, records };
}
