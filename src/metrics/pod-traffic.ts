/**
 * Who got back in and who did not, second by second: of each pod the attempts
 * that connected, those that failed, and the connected whom the outage took
 * again; of each tier the services for clients that waited, what they took, what
 * went to nobody, and the places that there were. All are sums since the start,
 * so that any stretch of time is a difference. What is judged by it is in
 * sustaining.ts.
 */
import { attemptEnds, dropCauses, RejectReason } from '../model/state/vocabulary.ts';
import { Column } from './column.ts';
import * as tally from './tally.ts';

/** The client got nothing for it; not of its own will, and not for the run's end. */
const failing: readonly string[] = ['timedOut', 'rejected', 'reset'];
/** By end of attempts, 1 if it failed. */
export const isFailure = Uint8Array.from(attemptEnds, (end) => (failing.includes(end) ? 1 : 0));

/** An overload's own: hosts that died, or that answered nobody. */
const overloaded: readonly string[] = ['killed', 'outOfMemory', 'keepalive', 'lease'];
/** By cause of drops, 1 if an overload brings it about. */
export const isLostAgain = Uint8Array.from(dropCauses, (cause) => (overloaded.includes(cause) ? 1 : 0));

export interface PodTraffic {
  readonly connected: Column;
  readonly failed: Column;
  readonly lostAgain: Column;
  /** drops that belong to a host's death or stall, and not to what somebody did */
  readonly storm: Column;
}

export interface TierWork {
  /** services begun for clients that waited, and the time that these took */
  readonly services: Column;
  readonly awaitedMs: Column;
  readonly abandonedMs: Column;
  /** hosts that exist, up or not */
  readonly hostMs: Column;
  /** attempts that came */
  readonly entered: Column;
}

export class TrafficHistory {
  readonly pods: readonly PodTraffic[];
  readonly tiers: readonly TierWork[];
  /** attempts that a limit refused, at any tier */
  readonly refusedAdmission = new Column();
  /** by pod, since the start */
  readonly connected: Float64Array;
  readonly failed: Float64Array;
  readonly lostAgain: Float64Array;
  readonly storm: Float64Array;

  constructor(podCount: number, tierCount: number) {
    const column = (): Column => new Column();
    this.pods = Array.from({ length: podCount }, () => ({
      connected: column(),
      failed: column(),
      lostAgain: column(),
      storm: column(),
    }));
    this.tiers = Array.from({ length: tierCount }, () => ({
      services: column(),
      awaitedMs: column(),
      abandonedMs: column(),
      hostMs: column(),
      entered: column(),
    }));
    this.connected = new Float64Array(podCount);
    this.failed = new Float64Array(podCount);
    this.lostAgain = new Float64Array(podCount);
    this.storm = new Float64Array(podCount);
  }

  /** At a whole second, when the tally's integrals are up to it. */
  take(counts: Float64Array): void {
    this.pods.forEach((pod, i) => {
      pod.connected.push(this.connected[i]);
      pod.failed.push(this.failed[i]);
      pod.lostAgain.push(this.lostAgain[i]);
      pod.storm.push(this.storm[i]);
    });
    this.tiers.forEach((tier, i) => {
      const place = tally.tierPlace(i);
      tier.services.push(counts[place + tally.BEGAN] - counts[place + tally.BEGAN_FOR_NOBODY]);
      tier.awaitedMs.push(counts[place + tally.AWAITED_MS]);
      tier.abandonedMs.push(counts[place + tally.ABANDONED_MS]);
      tier.hostMs.push(counts[place + tally.HOST_MS]);
      tier.entered.push(counts[place + tally.ENTERED]);
    });
    this.refusedAdmission.push(counts[tally.REASONS + RejectReason.admission]);
  }
}
