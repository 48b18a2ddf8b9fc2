/**
 * Refusals that can be foreseen: while a pod has no host, or its balancer's gate
 * lets nobody in, a waiting session's attempts are refused one after the other,
 * and its delays are its own luck. So they need no events, nor any order among
 * sessions: they are worked off up to the first instant at which anything else
 * may happen to the session, or the pod may give another answer. Two occasions
 * for it: an attempt that came and found no host, and attempts that are due
 * soon, which are settled by the bucket (engine/foresight.ts).
 *
 * Why that is the same run: a refusal by a balancer changes nothing but its own
 * session's counters and next attempt. What else may happen to a waiting session
 * is an intervention, its leaving, its page's load, a roll-out that it has yet to
 * decide about, or its giving up; all of these end what is foreseen.
 */
import type { Balancer } from '../state/balancer.ts';
import type { ClientRules } from '../state/client-rules.ts';
import type { Fleet } from '../state/fleet.ts';
import { RejectReason, Session } from '../state/vocabulary.ts';
import { closedUntilMs, gatedUntilMs } from '../serving/closed-pods.ts';
import type { ClientVersions } from './client-versions.ts';
import type { NetworkLosses } from './network-losses.ts';
import type { Patience } from './patience.ts';

/** Some hundredth of a second of computing; far more than there are in a run whose clients wait between attempts. */
const REFUSALS_AHEAD_MAX = 65_536;
/** A pod that may let somebody in is not asked again sooner: that would cost those who are let in. */
const ASK_AGAIN_MS = 5;

/** The attempts of waiting sessions (retries.ts). */
export interface WaitingAttempts {
  beginAttempt(session: number, arrivesMs: number): number;
  nextArrivalMs(session: number, rules: ClientRules, knowsMs: number): number;
  await(session: number, arrivesMs: number): void;
  giveUp(session: number): void;
}

export interface ForeseenRefusalNeighbours {
  readonly versions: ClientVersions;
  readonly patience: Patience;
  readonly networkLosses: NetworkLosses;
  readonly retries: WaitingAttempts;
}

export class ForeseenRefusals {
  private readonly fleet: Fleet;
  private readonly versions: ClientVersions;
  private readonly patience: Patience;
  private readonly networkLosses: NetworkLosses;
  private readonly retries: WaitingAttempts;
  private readonly endMs: number;
  /** by pod: until when all are bound to be refused, for what reason; and when that is looked up again if it is over */
  private readonly closedUntilMs: Float64Array;
  private readonly reasons: Uint8Array;
  private readonly askAgainMs: Float64Array;

  constructor(fleet: Fleet, neighbours: ForeseenRefusalNeighbours) {
    this.fleet = fleet;
    this.versions = neighbours.versions;
    this.patience = neighbours.patience;
    this.networkLosses = neighbours.networkLosses;
    this.retries = neighbours.retries;
    this.endMs = fleet.scenario.clock.durationMs;
    const pods = fleet.podNames.length;
    this.closedUntilMs = new Float64Array(pods).fill(-Infinity);
    this.reasons = new Uint8Array(pods);
    this.askAgainMs = new Float64Array(pods).fill(-Infinity);
  }

  /** Whether what these clients do when they are refused can be foreseen: not with a retry gate, nor if they multiply or share a page. */
  areForeseen({ gate, multiplies }: ClientRules): boolean {
    return gate === null && multiplies === null && this.fleet.pages === null;
  }

  /** The session's attempt, which is due at `atMs` and has yet to come: true if it was refused, and the next one is awaited. */
  settle(session: number, atMs: number): boolean {
    const { networkDelayMs, roster } = this.fleet;
    const pod = roster.pod(session);
    if (atMs >= this.closedUntilMs[pod] && !this.isClosed(pod, atMs)) return false;
    if (roster.state(session) !== Session.waiting || !this.versions.areSettled(session)) return false;
    const rules = this.versions.lastRulesOf(session);
    // Of those that come at one instant the order may decide who is let in.
    if (!rules.scatters || !this.areForeseen(rules) || roster.attempt(session) + 1 >= rules.giveUpAfter) return false;
    const untilMs = Math.min(this.closedUntilMs[pod], this.ownUntilMs(session));
    if (atMs >= untilMs) return false;
    this.retries.beginAttempt(session, atMs);
    this.fleet.refusedAhead(session, atMs, this.reasons[pod]);
    this.fleet.engine.didWorkOf(1);
    this.workOff(session, rules, { knowsMs: atMs + networkDelayMs, untilMs, reason: this.reasons[pod] });
    return true;
  }

  /** The attempt of a waiting session has found no host: those after it are refused for as long as that is bound to be so. */
  foundNoHost(session: number): void {
    const { engine, networkDelayMs, roster } = this.fleet;
    const isSettled = this.versions.areSettled(session);
    const balancer = this.fleet.balancerOf(0, roster.pod(session));
    const untilMs = isSettled ? Math.min(this.podUntilMs(balancer), this.ownUntilMs(session)) : engine.nowMs;
    const rules = this.versions.rulesOf(session);
    if (roster.attempt(session) >= rules.giveUpAfter) this.retries.giveUp(session);
    else this.workOff(session, rules, { knowsMs: engine.nowMs + networkDelayMs, untilMs, reason: RejectReason.noHost });
  }

  /**
   * The session waits, and knows then that it needs another attempt; all before `untilMs` are refused. No more are worked
   * off at a time than nobody minds who would stop the run.
   * Measured on the first 90 minutes of the incident, medians of three runs in turn: 11.8 s with it, 13.6 s with an
   * event each.
   */
  private workOff(
    session: number,
    rules: ClientRules,
    { knowsMs, untilMs, reason }: { knowsMs: number; untilMs: number; reason: number },
  ): void {
    const { engine, networkDelayMs, roster } = this.fleet;
    let arrivesMs = this.retries.nextArrivalMs(session, rules, knowsMs);
    let refusals = 0;
    while (arrivesMs < untilMs && refusals < REFUSALS_AHEAD_MAX && roster.attempt(session) + 1 < rules.giveUpAfter) {
      this.retries.beginAttempt(session, arrivesMs);
      this.fleet.refusedAhead(session, arrivesMs, reason);
      refusals++;
      arrivesMs = this.retries.nextArrivalMs(session, rules, arrivesMs + networkDelayMs);
    }
    this.retries.await(session, arrivesMs);
    engine.didWorkOf(refusals);
  }

  /** Whether all who come to the pod then are bound to be refused; notes until when and why. */
  private isClosed(pod: number, atMs: number): boolean {
    if (atMs < this.askAgainMs[pod]) return false;
    this.askAgainMs[pod] = atMs + ASK_AGAIN_MS;
    const balancer = this.fleet.balancerOf(0, pod);
    const hasHosts = balancer.pool.length > 0;
    // Whoever is cut off never comes, and whoever gets a hint waits for longer.
    if (this.networkLosses.any || (hasHosts && this.fleet.hints)) return false;
    this.reasons[pod] = hasHosts ? RejectReason.admission : RejectReason.noHost;
    this.closedUntilMs[pod] = this.podUntilMs(balancer);
    return atMs < this.closedUntilMs[pod];
  }

  /** Until when the pod is bound to refuse all who come, by what is under way now. */
  private podUntilMs(balancer: Balancer): number {
    const { engine, interventions } = this.fleet;
    const ofServing = balancer.pool.length > 0 ? gatedUntilMs(balancer, engine) : closedUntilMs(balancer, engine);
    return Math.min(ofServing, interventions.nextMs, this.endMs);
  }

  /** Until when nothing happens to the waiting session but its own attempts. */
  private ownUntilMs(session: number): number {
    const { engine, roster } = this.fleet;
    const timer = roster.lifetimeTimer(session);
    const leavesMs = timer === 0 ? Infinity : engine.timeOf(timer);
    return Math.min(leavesMs, this.patience.endsMs(session));
  }
}
