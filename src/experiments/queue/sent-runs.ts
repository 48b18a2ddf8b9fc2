/**
 * Runs as they are sent: the scenario is resolved from its text, once for all
 * its runs, and must come to what the sender has; then it is run within the
 * limits of both sides, and what came of it is told as an answer.
 */
import { createHash } from 'node:crypto';
import { vocabulary } from '../../metrics/catalogue.ts';
import { openScenario, type LoadResult, type OpenedFile } from '../../scenario/load.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import type { LimitKind, RunLimits } from '../limits.ts';
import { replicationText, type ReplicationTask } from '../replication.ts';
import { nameOf } from '../replications.ts';
import type { RunThreads } from '../run-threads.ts';
import type { SentAnswer, SentJob, SentScenario } from './wire.ts';

/** Texts, and resolved scenarios, of which experiments usually have few at a time. */
const TEXTS_MAX = 8;
const SCENARIOS_MAX = 64;

/** Remembers the last few. */
class Remembered<T> {
  private readonly entries = new Map<string, T>();
  private readonly most: number;

  constructor(most: number) {
    this.most = most;
  }

  get(key: string, make: () => T): T {
    const known = this.entries.get(key);
    const value = known ?? make();
    this.entries.delete(key);
    this.entries.set(key, value);
    const [oldest] = this.entries.keys();
    if (this.entries.size > this.most) this.entries.delete(oldest);
    return value;
  }
}

function digest(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('base64');
}

function smaller(a: number | null, b: number): number {
  return a === null ? b : Math.min(a, b);
}

export class SentRuns {
  private readonly files = new Remembered<OpenedFile>(TEXTS_MAX);
  private readonly scenarios = new Remembered<LoadResult>(SCENARIOS_MAX);
  private readonly threads: RunThreads;
  private readonly limits: RunLimits;

  private readonly worker: string;

  /** `worker` says to a commander which of several this is. */
  constructor(worker: string, threads: RunThreads, limits: RunLimits) {
    this.worker = worker;
    this.threads = threads;
    this.limits = limits;
  }

  /** The scenario, or why it is none. */
  private resolve(sent: SentScenario): Scenario | string {
    const { file, text, format, variant, assuming = [], set, hash } = sent;
    const source = { file, text, ...(format === undefined ? {} : { format }) };
    const loaded = this.scenarios.get(digest(sent), () =>
      this.files.get(digest(source), () => openScenario(source, vocabulary)).load({ variant, assuming, set }),
    );
    if (!loaded.ok) return 'its scenario is wrong';
    return loaded.hash === hash ? loaded.scenario : 'its scenario is another one here';
  }

  async answer(sent: SentJob, build: string, onProgress: (fraction: number) => void): Promise<SentAnswer> {
    const scenario = this.resolve(sent.scenario);
    if (typeof scenario === 'string') return { is: 'refused', build, why: scenario };
    const { variant, index, seed, until, references, eventsMax, wallMsMax } = sent;
    const task: ReplicationTask = {
      variant: { name: variant, scenario, hash: sent.scenario.hash },
      index,
      seed,
      until,
      ...(references === undefined ? {} : { references }),
      limits: {
        eventsMax: smaller(eventsMax, this.limits.eventsMax),
        wallMsMax: smaller(wallMsMax, this.limits.wallMsMax),
        memoryBytesMax: this.limits.memoryBytesMax,
      },
    };
    const answer = await this.threads.run(task, onProgress);
    const { spentMs } = answer;
    if ('done' in answer) return { is: 'done', build, record: replicationText(nameOf(task), answer.done), spentMs };
    const { failed } = answer;
    if (failed.limit !== undefined && this.isOwn(failed.limit.limit, sent))
      return { is: 'beyond', build, by: this.worker, limit: { ...failed.limit }, spentMs };
    return { is: 'failed', build, error: failed, spentMs };
  }

  /** Whether it was this worker's limit that was met, and not that of whoever wants the run. */
  private isOwn(kind: LimitKind, { eventsMax, wallMsMax }: SentJob): boolean {
    if (kind === 'memory') return true;
    const [asked, own] = kind === 'events' ? [eventsMax, this.limits.eventsMax] : [wallMsMax, this.limits.wallMsMax];
    return own < (asked ?? Infinity);
  }
}
