/**
 * How full hosts are: their sessions and their queues, host by host at each whole
 * second, as distributions over both; and which host was the fullest, when, and
 * how full the others of its tier were then. A mean over a tier hides the one
 * host that everybody was sent to.
 */
import type { FleetView } from '../model/state/recorder.ts';
import { isUp } from '../model/state/vocabulary.ts';
import { Histogram } from './histogram.ts';

export interface Fullest {
  readonly host: number;
  readonly atMs: number;
  readonly value: number;
  /** the mean of the other hosts that were up then; NaN if there was none */
  readonly others: number;
}

/** What hosts of one tier hold. */
export class Filling {
  readonly values = new Histogram();
  /** the first to be as full as any; null before there was one */
  fullest: Fullest | null = null;
  /** of the second at hand */
  private count = 0;
  /** hosts that hold nothing, most of them most of the time */
  private zeros = 0;
  private sum = 0;
  private host = -1;
  private most = -1;

  add(host: number, value: number): void {
    this.count++;
    if (value === 0) this.zeros++;
    else this.values.add(value);
    this.sum += value;
    if (value <= this.most) return;
    this.most = value;
    this.host = host;
  }

  /** All hosts have been looked at. */
  endSecond(atMs: number): void {
    const { count, sum, host, most } = this;
    if (count > 0 && most > (this.fullest?.value ?? -1))
      this.fullest = { host, atMs, value: most, others: count > 1 ? (sum - most) / (count - 1) : NaN };
    this.values.addZeros(this.zeros);
    this.count = 0;
    this.zeros = 0;
    this.sum = 0;
    this.most = -1;
  }

  clear(): void {
    this.values.clear();
    this.fullest = null;
  }
}

export class HostFill {
  /** by tier */
  readonly sessions: readonly Filling[];
  readonly queues: readonly Filling[];

  constructor(tierCount: number) {
    this.sessions = Array.from({ length: tierCount }, () => new Filling());
    this.queues = Array.from({ length: tierCount }, () => new Filling());
  }

  /** Looks at the hosts that are up or warming. */
  take(atMs: number, fleet: FleetView): void {
    const { hostCount } = fleet;
    for (let host = 0; host < hostCount; host++) {
      if (!isUp(fleet.hostState(host))) continue;
      const tier = fleet.hostTier(host);
      this.sessions[tier].add(host, fleet.hostSessions(host));
      this.queues[tier].add(host, fleet.hostQueueLength(host));
    }
    for (const filling of this.sessions) filling.endSecond(atMs);
    for (const filling of this.queues) filling.endSecond(atMs);
  }

  clear(): void {
    for (const filling of [...this.sessions, ...this.queues]) filling.clear();
  }
}
