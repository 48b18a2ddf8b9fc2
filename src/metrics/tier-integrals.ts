/**
 * What there is at each tier at the moment, and its integral over time: attempts
 * that are there, services that go on and those of them that are for nobody,
 * hosts, and the places in which these serve nobody. Exact, from change to
 * change, so that a window may begin at any instant. Each quantity counts from its
 * own last change, for attempts come and go far more often than anything else
 * changes. What shares are taken of is kept in parts that add up, so that none is
 * more than all, not by a last bit either. The integrals are counters of the tally.
 */
import { noFleet, type FleetView } from '../model/state/recorder.ts';
import { HostState, isAtWork } from '../model/state/vocabulary.ts';
import * as tally from './tally.ts';

export class TierIntegrals {
  private readonly counts: Float64Array;
  private fleet: FleetView = noFleet;
  /** by tier: what there is, and up to when the integral goes of the attempts, of the services, and of the hosts */
  private readonly presentSinceMs: Float64Array;
  private readonly servingSinceMs: Float64Array;
  private readonly hostsSinceMs: Float64Array;
  private readonly present: Float64Array;
  private readonly serving: Float64Array;
  private readonly servingNobody: Float64Array;
  private readonly hosts: Float64Array;
  private readonly places: Float64Array;
  /** by host: whether it exists, and the places that it has of its tier's */
  private exists = new Uint8Array(0);
  private placesOf = new Float64Array(0);

  constructor(counts: Float64Array, tierCount: number) {
    this.counts = counts;
    this.presentSinceMs = new Float64Array(tierCount);
    this.servingSinceMs = new Float64Array(tierCount);
    this.hostsSinceMs = new Float64Array(tierCount);
    this.present = new Float64Array(tierCount);
    this.serving = new Float64Array(tierCount);
    this.servingNobody = new Float64Array(tierCount);
    this.hosts = new Float64Array(tierCount);
    this.places = new Float64Array(tierCount);
  }

  begin(fleet: FleetView): void {
    this.fleet = fleet;
    for (let host = 0; host < fleet.hostCount; host++) this.hostChanged(0, host);
  }

  /** Attempts came to the tier, or went. */
  move(nowMs: number, tier: number, change: number): void {
    this.advancePresent(nowMs, tier);
    this.present[tier] += change;
  }

  /** Services began or ended, and so many of these for nobody. */
  serve(nowMs: number, tier: number, change: number, changeForNobody: number): void {
    this.advanceServing(nowMs, tier);
    this.serving[tier] += change;
    this.servingNobody[tier] += changeForNobody;
  }

  /** A host's state or rules are other ones. */
  hostChanged(nowMs: number, host: number): void {
    const { fleet } = this;
    if (host >= this.exists.length) this.grow(host);
    const tier = fleet.hostTier(host);
    const state = fleet.hostState(host);
    const exists = state === HostState.absent ? 0 : 1;
    const places = isAtWork(state) ? fleet.hostSlots(host) : 0;
    this.advanceServing(nowMs, tier);
    this.advanceHosts(nowMs, tier);
    this.hosts[tier] += exists - this.exists[host];
    this.places[tier] += places - this.placesOf[host];
    this.exists[host] = exists;
    this.placesOf[host] = places;
  }

  /** Brings the integrals up to an instant. */
  settle(atMs: number): void {
    for (let tier = 0; tier < this.present.length; tier++) {
      this.advancePresent(atMs, tier);
      this.advanceServing(atMs, tier);
      this.advanceHosts(atMs, tier);
    }
  }

  private advancePresent(nowMs: number, tier: number): void {
    this.counts[tally.tierPlace(tier) + tally.PRESENT_MS] += this.present[tier] * (nowMs - this.presentSinceMs[tier]);
    this.presentSinceMs[tier] = nowMs;
  }

  private advanceServing(nowMs: number, tier: number): void {
    const lastedMs = nowMs - this.servingSinceMs[tier];
    if (lastedMs === 0) return;
    this.servingSinceMs[tier] = nowMs;
    const { counts } = this;
    const place = tally.tierPlace(tier);
    const serving = this.serving[tier];
    const forNobody = this.servingNobody[tier];
    counts[place + tally.AWAITED_MS] += (serving - forNobody) * lastedMs;
    counts[place + tally.ABANDONED_MS] += forNobody * lastedMs;
    // After parallelism was lowered more may go on being served than there are places for.
    counts[place + tally.IDLE_MS] += Math.max(0, this.places[tier] - serving) * lastedMs;
  }

  private advanceHosts(nowMs: number, tier: number): void {
    this.counts[tally.tierPlace(tier) + tally.HOST_MS] += this.hosts[tier] * (nowMs - this.hostsSinceMs[tier]);
    this.hostsSinceMs[tier] = nowMs;
  }

  private grow(host: number): void {
    const exists = new Uint8Array(2 * host + 1);
    exists.set(this.exists);
    this.exists = exists;
    const placesOf = new Float64Array(2 * host + 1);
    placesOf.set(this.placesOf);
    this.placesOf = placesOf;
  }
}
