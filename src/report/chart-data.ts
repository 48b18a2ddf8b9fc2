/**
 * What the charts draw from: one run's samples and events as plain data, so that a chart can be drawn,
 * and tested, without a simulation. Instants are simulated milliseconds since the scenario's start; only
 * `clock.startMs` is a wall-clock time. A chart leaves out the series it looks for and does not find.
 */

import type { Outcome } from '../metrics/outcome.ts';

/** The simulated day: time 0 as epoch milliseconds, and the timezone that clock times are told in. */
export interface ChartClock {
  readonly startMs: number;
  /** An IANA name, e.g. `UTC` or `Europe/Berlin`. */
  readonly timezone: string;
}

export interface ChartTier {
  readonly name: string;
  readonly scope: 'pod' | 'shared';
  /** Labels of this tier's hosts, as in `hostStates.labels`: `p1/agent-workspace-api/3`. */
  readonly hosts: readonly string[];
}

export interface HostStates {
  /** One per host, in the order the chart shows them from top to bottom. */
  readonly labels: readonly string[];
  /** Names of the states, by code. */
  readonly states: readonly string[];
  /** Per host, its state's code at each sample. */
  readonly codes: readonly Uint8Array[];
}

/** Something done to the fleet: by the timeline (`action`) or by people reacting to the outage (`responder`). */
export interface ChartAction {
  readonly atMs: number;
  /** End of the window it works in, if it has one. */
  readonly endMs?: number;
  readonly name: string;
  readonly kind: 'action' | 'responder';
  /** What a reader of the chart sees beside its line, after the clock time. */
  readonly label: string;
}

export interface ChartMilestone {
  readonly atMs: number;
  readonly label: string;
}

/** An outage, as the outcome tells it; the charts repeat its times and judge nothing anew. */
export interface ChartEpisode {
  readonly startedAtMs: number;
  /** Its worst second, which may fall between two samples. */
  readonly peak?: { readonly atMs: number; readonly disconnectedFraction: number };
  /** Null if it was still open at the end of the run. */
  readonly resolvedAtMs: number | null;
  /** Of an open one: since when all has been calm at the end of the run, for too short a time to say that it is over. */
  readonly calmFromMs?: number | null;
}

export interface ChartData {
  /** What the run came to, by the metrics' names: all numbers of headlines are of these. */
  readonly metrics: Outcome['metrics'];
  readonly scenario: string;
  readonly variant: string;
  /** what was changed beside the variant, as `path=value` */
  readonly set?: readonly string[];
  readonly seed: string;
  readonly title: string;
  readonly clock: ChartClock;
  readonly endMs: number;
  /** Instants of the samples, ascending. */
  readonly samplesMs: Float64Array;
  /**
   * One value per sample, NaN where there is none. Names: `disconnectedFraction`,
   * `disconnectedFraction.<pod>`, `attemptsPerSec.started`, `attemptsPerSec.<end>`,
   * `rejectedPerSec.<reason>`, `queueWaitMs.<tier>.mean`, `queueWaitMs.<tier>.p95`,
   * `queueLength.<tier>`, `hostsUp.<tier>`.
   */
  readonly series: Readonly<Record<string, Float64Array | undefined>>;
  readonly pods: readonly string[];
  readonly tiers: readonly ChartTier[];
  readonly hostStates: HostStates;
  readonly actions: readonly ChartAction[];
  readonly milestones: readonly ChartMilestone[];
  readonly episodes: readonly ChartEpisode[];
  /** How long a client waits for its attempt, if all versions wait equally long. */
  readonly connectTimeoutMs?: number;
}
