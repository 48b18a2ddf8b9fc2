/**
 * A run's raw log, and the plainest ways to count it: lists of calls of a kind
 * within the measured window, sums of changes over time, values at whole
 * seconds. Nothing here is shared with what it checks.
 */
import type { Recorder } from '../../../src/model/state/recorder.ts';
import { HostState, ServiceFor, Session } from '../../../src/model/state/vocabulary.ts';
import type { Scenario } from '../../../src/scenario/scenario.ts';
import type { Call, RawLog, Shot } from './raw-log.ts';

/** Something changed by so much, at this instant. */
export interface Change {
  readonly atMs: number;
  readonly by: number;
}

export const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
export const mean = (values: readonly number[]): number => (values.length === 0 ? NaN : sum(values) / values.length);
/** 0 / 0 is no share of anything. */
export const share = (part: number, all: number): number => (all === 0 ? NaN : part / all);

export function grouped<T>(items: readonly T[], by: (item: T) => unknown): Map<unknown, T[]> {
  const groups = new Map<unknown, T[]>();
  for (const item of items) {
    const group = groups.get(by(item));
    if (group === undefined) groups.set(by(item), [item]);
    else group.push(item);
  }
  return groups;
}

/** `mean`, `max`, or `p95`: the least value that at least 95 % do not exceed. */
export function statistic(values: readonly number[], part: string): number {
  if (part === 'mean') return mean(values);
  const sorted = values.toSorted((a, b) => a - b);
  if (part === 'max') return sorted.at(-1) ?? NaN;
  return sorted[Math.max(1, Math.ceil((Number(part.slice(1)) / 100) * sorted.length - 1e-9)) - 1] ?? NaN;
}

const { connected, gone } = Session;
export const disconnectedOf = (states: readonly number[]): number => sum(states) - states[connected] - states[gone];

export class AuditedRun {
  readonly fromMs: number;
  readonly endMs: number;
  readonly scenario: Scenario;
  readonly log: RawLog;
  private readonly byName: ReadonlyMap<unknown, readonly Call[]>;
  private readonly known = new Map<string, unknown>();

  constructor(scenario: Scenario, log: RawLog) {
    this.scenario = scenario;
    this.log = log;
    this.fromMs = scenario.measure.fromMs;
    this.endMs = log.endMs;
    this.byName = grouped(log.calls, ({ name }) => name);
  }

  /** All calls of a kind, in the whole run. */
  all(name: keyof Recorder): readonly Call[] {
    return this.byName.get(name) ?? [];
  }

  /** What is counted for several metrics is counted once. */
  once<T>(what: string, count: () => T): T {
    if (!this.known.has(what)) this.known.set(what, count());
    return this.known.get(what) as T;
  }

  /** Those of what happened in the window. */
  told(name: keyof Recorder): Call[] {
    return this.all(name).filter(({ args }) => (args[0] as number) >= this.fromMs);
  }

  /** Of those in the window, whose n-th argument is this. */
  toldWith(name: keyof Recorder, n: number, value: unknown): Call[] {
    return this.told(name).filter(({ args }) => args[n] === value);
  }

  /** Samples at the window's whole seconds. */
  get seconds(): Shot[] {
    return this.log.shots.filter(({ atMs }) => atMs >= this.fromMs);
  }

  /** The integral over the window of what begins at 0 with `before` and changes. */
  integral(before: number, changes: readonly Change[]): number {
    const { fromMs, endMs } = this;
    return before * (endMs - fromMs) + sum(changes.map(({ atMs, by }) => by * (endMs - Math.max(atMs, fromMs))));
  }

  /** Sessions that are disconnected: at the start, and each change. */
  disconnectedChanges(): { before: number; changes: Change[] } {
    return this.once('disconnected', () => this.countDisconnected());
  }

  private countDisconnected(): { before: number; changes: Change[] } {
    const { sessions } = this.log.start;
    const connectedIn = sessions.map((states) => states[connected]);
    const changes = this.log.calls.flatMap(({ name, args, connectedLeft }): Change[] => {
      const [atMs, pod] = args as number[];
      if (name === 'arrived') return [{ atMs, by: 1 }];
      if (name === 'dropped') {
        connectedIn[pod]--;
        return [{ atMs, by: 1 }];
      }
      if (name === 'connected') {
        connectedIn[pod]++;
        return [{ atMs, by: -1 }];
      }
      if (name !== 'left') return [];
      const wasConnected = connectedLeft !== connectedIn[pod];
      connectedIn[pod] = connectedLeft;
      return wasConnected ? [] : [{ atMs, by: -1 }];
    });
    return { before: sum(sessions.map(disconnectedOf)), changes };
  }

  /** Attempts that come to a tier or leave it. */
  presence(tier: number): Change[] {
    return this.changes('presence', tier, { startsInTier: 1, enteredTier: 1, leftTier: -1 }, () => 1);
  }

  /** Services that go on: all of them, or those for nobody. */
  services(tier: number, forNobody: boolean): Change[] {
    const counts = ({ name, args }: Call): boolean => {
      if (name === 'leftTier') return args[3] !== ServiceFor.none && (!forNobody || args[3] === ServiceFor.nobody);
      if (name === 'servicePaused' || name === 'serviceResumed') return !forNobody || args[2] === true;
      return forNobody ? name !== 'serviceBegan' : name !== 'abandonedInService';
    };
    const signs = {
      serviceBegan: 1,
      abandonedServed: 1,
      abandonedInService: 1,
      servicePaused: -1,
      serviceResumed: 1,
      leftTier: -1,
    };
    return this.changes(`services ${forNobody}`, tier, signs, (call) => (counts(call) ? 1 : 0));
  }

  /** How a quantity of the tier's hosts goes, of each what `of` says. */
  hosts(tier: number, of: (state: number, parallelism: number) => number): { before: number; changes: Change[] } {
    const now = new Map(
      this.log.start.hosts
        .filter((host) => host.tier === tier)
        .map((shot) => [shot.host, of(shot.state, shot.parallelism)]),
    );
    const before = sum([...now.values()]);
    const changed = this.once('changed', () => this.log.calls.filter(({ host }) => host !== null));
    const changes = changed.flatMap(({ args, host }): Change[] => {
      if (host === null || host.tier !== tier) return [];
      const by = of(host.state, host.parallelism) - (now.get(host.host) ?? 0);
      now.set(host.host, of(host.state, host.parallelism));
      return [{ atMs: args[0] as number, by }];
    });
    return { before, changes };
  }

  private changes(
    what: string,
    tier: number,
    signs: Partial<Record<keyof Recorder, number>>,
    weight: (call: Call) => number,
  ): Change[] {
    return this.once(`${tier} ${JSON.stringify(signs)} ${what}`, () =>
      this.log.calls.flatMap((call) => {
        const sign = signs[call.name];
        if (sign === undefined || call.args[1] !== tier) return [];
        return [{ atMs: call.args[0] as number, by: sign * weight(call) }];
      }),
    );
  }
}

export const isUp = (state: number): boolean => state === HostState.up || state === HostState.warming;
