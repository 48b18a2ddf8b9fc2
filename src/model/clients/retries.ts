/**
 * Retries: whether and when a session that is not connected tries again: after
 * the delay of its backoff, which a server's hint may prolong, unless its own
 * retry gate holds the attempt back; or never, once it has given up. An
 * attempt's event is its arrival at the balancer, a network delay after it began.
 */
import type { Distribution } from '../../engine/distributions.ts';
import type { HandlerId } from '../../engine/engine.ts';
import type { Stream } from '../../engine/luck.ts';
import type { ClientRules } from '../state/client-rules.ts';
import type { Fleet } from '../state/fleet.ts';
import { Happening, isHinted, Session } from '../state/vocabulary.ts';
import type { ClientVersions } from './client-versions.ts';
import { ForeseenRefusals, type WaitingAttempts } from './foreseen-refusals.ts';
import type { NetworkLosses } from './network-losses.ts';
import type { Patience } from './patience.ts';

/** What retries lead to. */
export interface RetryEnds {
  /** An attempt comes to the balancer. */
  arrives(session: number): void;
  /** The client has given up, and this is what its person does then. */
  gaveUp(session: number, then: 'reload' | 'stay' | 'leave'): void;
}

export interface RetryNeighbours {
  readonly versions: ClientVersions;
  readonly patience: Patience;
  readonly networkLosses: NetworkLosses;
  readonly ends: RetryEnds;
}

export class Retries implements WaitingAttempts {
  private readonly fleet: Fleet;
  private readonly versions: ClientVersions;
  private readonly patience: Patience;
  private readonly ends: RetryEnds;
  private readonly networkDelayMs: number;
  /** null: every refusal is an event */
  private readonly foreseen: ForeseenRefusals | null;
  /** whether some version's backoff counts from the start of the attempt before */
  private readonly notesBeginnings: boolean;
  private readonly backoffLuck: Stream;
  private readonly firstLuck: Stream;
  private readonly pageLuck: Stream;
  private readonly gateLuck: Stream;
  private readonly hintLuck: Stream;
  private readonly obedienceLuck: Stream;
  private readonly attemptArrives: HandlerId;

  /** With `foreseesRefusals` those that can be foreseen cost no event each; a test compares. */
  constructor(fleet: Fleet, { versions, patience, networkLosses, ends }: RetryNeighbours, foreseesRefusals: boolean) {
    this.fleet = fleet;
    this.versions = versions;
    this.patience = patience;
    this.ends = ends;
    this.networkDelayMs = fleet.scenario.networkDelayMs;
    this.foreseen = foreseesRefusals
      ? new ForeseenRefusals(fleet, { versions, patience, networkLosses, retries: this })
      : null;
    this.notesBeginnings = versions.rules.some(({ countsFromAttempt }) => countsFromAttempt);
    this.backoffLuck = fleet.stream('backoff');
    this.firstLuck = fleet.stream('first delay');
    this.pageLuck = fleet.stream('page');
    this.gateLuck = fleet.stream('retry gate');
    this.hintLuck = fleet.stream('retry-after');
    this.obedienceLuck = fleet.stream('obeys retry-after');
    // What a retry gate or the host that was lost makes of an attempt is not foreseen.
    const { foreseen } = this;
    const isForeseen = foreseen !== null && fleet.foresees && !versions.memory.hasGates && !versions.memory.hasAffinity;
    this.attemptArrives = fleet.engine.register('attempt arrives', (session) => ends.arrives(session), {
      reads: fleet.foresees ? fleet.roster : null,
      settle: isForeseen ? (session, atMs) => foreseen.settle(session, atMs) : null,
    });
  }

  /** The page of a session in state waiting was loaded: it begins its first attempt now. */
  attemptNow(session: number): void {
    const { engine, roster } = this.fleet;
    roster.setBeganAtOnce(session);
    roster.setTimer(session, engine.schedule(engine.nowMs + this.networkDelayMs, this.attemptArrives, session));
  }

  /** A session is amid its retries: so many have failed, and a part of the next delay is left. */
  startAmid(session: number, failedAttempts: number, partLeft: number): void {
    const { engine, roster } = this.fleet;
    const { firstDelay, giveUpAfter } = this.versions.rulesOf(session);
    const failed = Math.min(failedAttempts, giveUpAfter - 1);
    let delayMs = firstDelay === null ? 0 : this.firstDelayMs(session, firstDelay);
    // Each delay may depend on the one before.
    for (let n = firstDelay === null ? 0 : 1; n <= failed; n++) {
      roster.setAttempt(session, n);
      roster.setAttemptNumber(session, n);
      delayMs = this.nextDelayMs(session, this.versions.rulesOf(session));
    }
    roster.setTimer(
      session,
      engine.schedule(engine.nowMs + partLeft * delayMs + this.networkDelayMs, this.attemptArrives, session),
    );
  }

  /** Counts the attempt of the session that arrives then, and returns its number. */
  beginAttempt(session: number, arrivesMs: number): number {
    const { roster } = this.fleet;
    const number = roster.attemptNumber(session) + 1;
    roster.setAttempt(session, roster.attempt(session) + 1);
    roster.setAttemptNumber(session, number);
    if (this.notesBeginnings) roster.attemptBeganMs[session] = arrivesMs - this.networkDelayMs;
    this.fleet.attemptCount++;
    return number;
  }

  /**
   * Whether the gate of the session's client holds back the attempt that would
   * arrive now. It is no attempt then, but to the client's loop it is one that
   * failed when it began: it counts towards giving up, and the next delay follows.
   */
  holdsBack(session: number): boolean {
    const { engine, recorder, roster } = this.fleet;
    const { memory } = this.versions;
    if (!memory.hasGates) return false;
    const rules = this.versions.rulesOf(session);
    const { gate, giveUpAfter } = rules;
    if (gate === null) return false;
    const number = roster.attemptNumber(session) + 1;
    const attempt = roster.attempt(session) + 1;
    const offset = memory.gateOffset(session, roster.client(session));
    const draws = this.gateLuck.at(roster.serial(session), number);
    if (gate.admit(memory.gates, offset, engine.nowMs - this.networkDelayMs, attempt, draws)) return false;
    this.fleet.happened(Happening.heldBack, session, 0);
    recorder?.suppressed(engine.nowMs, roster.pod(session));
    roster.setAttempt(session, attempt);
    roster.setAttemptNumber(session, number);
    if (this.notesBeginnings) roster.attemptBeganMs[session] = engine.nowMs - this.networkDelayMs;
    if (attempt >= giveUpAfter) this.giveUp(session);
    else {
      // Who would try again at once is asked again no sooner than an answer over the network could be there.
      const delayMs = Math.max(this.networkDelayMs, this.nextDelayMs(session, rules));
      roster.setTimer(session, engine.schedule(engine.nowMs + delayMs, this.attemptArrives, session));
    }
    return true;
  }

  /** The session's attempt connected. */
  succeeded(session: number): void {
    const { memory } = this.versions;
    if (!memory.hasGates) return;
    const { gate } = this.versions.lastRulesOf(session);
    gate?.succeeded(
      memory.gates,
      memory.gateOffset(session, this.fleet.roster.client(session)),
      this.fleet.engine.nowMs,
    );
  }

  /**
   * The session's attempt failed, and the client knows in so long: it waits for
   * the next one, or gives up. `hintMs` is how long a server asked it to stay
   * away, 0: it did not.
   */
  failed(session: number, knowsAfterMs: number, hintMs = 0): void {
    const { engine, roster } = this.fleet;
    const { memory } = this.versions;
    const rules = this.versions.rulesOf(session);
    const { gate, giveUpAfter } = rules;
    if (gate !== null)
      gate.failed(memory.gates, memory.gateOffset(session, roster.client(session)), engine.nowMs + knowsAfterMs);
    if (roster.attempt(session) >= giveUpAfter) {
      this.giveUp(session);
      return;
    }
    if (roster.state(session) !== Session.waiting) this.fleet.setState(session, Session.waiting);
    this.scheduleNext(session, rules, knowsAfterMs, hintMs);
  }

  /** How long a refusal by a tier tells the session's client to stay away, in ms; 0: it says nothing. */
  hintMs(session: number, reason: number, tier: number): number {
    if (!this.fleet.hints || isHinted[reason] === 0) return 0;
    const { roster } = this.fleet;
    const { retryAfter } = this.fleet.balancerOf(tier, roster.pod(session)).rules.tier;
    if (retryAfter === null) return 0;
    const draws = this.hintLuck.at(roster.serial(session), roster.attemptNumber(session));
    return retryAfter.delayMs + retryAfter.spreadMs * draws.uniform();
  }

  /** The attempt of a waiting session found no host. */
  foundNoHost(session: number): void {
    const { foreseen } = this;
    if (foreseen === null || !foreseen.areForeseen(this.versions.lastRulesOf(session)))
      this.failed(session, this.networkDelayMs);
    else foreseen.foundNoHost(session);
  }

  /** Schedules the first attempt after a loss of a session that waits from now on. */
  retry(session: number, knowsAfterMs: number): void {
    const { engine, roster } = this.fleet;
    const rules = this.versions.rulesOf(session);
    if (rules.firstDelay === null) {
      this.scheduleNext(session, rules, knowsAfterMs, 0);
      return;
    }
    const beginsMs = engine.nowMs + knowsAfterMs + this.firstDelayMs(session, rules.firstDelay);
    roster.setTimer(session, engine.schedule(beginsMs + this.networkDelayMs, this.attemptArrives, session));
  }

  /** The delay before the first attempt after a loss, in ms, which is no step of the backoff. */
  private firstDelayMs(session: number, firstDelay: Distribution): number {
    const { roster } = this.fleet;
    this.versions.memory.countFirstDelay(session);
    return firstDelay.sample(this.firstLuck.at(roster.serial(session), roster.attemptNumber(session)));
  }

  private scheduleNext(session: number, rules: ClientRules, knowsAfterMs: number, hintMs: number): void {
    const { engine, roster } = this.fleet;
    const ownMs = this.nextDelayMs(session, rules);
    const delayMs = hintMs === 0 ? ownMs : this.hintedDelayMs(session, ownMs, hintMs);
    const arrivesMs = this.startMs(session, engine.nowMs + knowsAfterMs, delayMs) + this.networkDelayMs;
    roster.setTimer(session, engine.schedule(arrivesMs, this.attemptArrives, session));
  }

  /** When the session's next attempt arrives, if it knows then that it needs one. */
  nextArrivalMs(session: number, rules: ClientRules, knowsMs: number): number {
    return this.startMs(session, knowsMs, this.nextDelayMs(session, rules)) + this.networkDelayMs;
  }

  /** The waiting session's next attempt arrives then. */
  await(session: number, arrivesMs: number): void {
    const { engine, roster } = this.fleet;
    roster.setTimer(session, engine.schedule(arrivesMs, this.attemptArrives, session));
  }

  /** The delay before the session's next attempt, in ms. */
  private nextDelayMs(session: number, { backoff, drawsOncePerPage }: ClientRules): number {
    const { roster } = this.fleet;
    const { memory } = this.versions;
    // To a library the first attempt of a page is no retry, so the one after it waits for the first delay.
    const isFree = roster.beganAtOnce(session) && backoff.firstCounts !== true;
    // Nor is one that came after a first delay a step of the backoff.
    const next = roster.attempt(session) + (isFree ? 0 : 1) - memory.firstDelaysOf(session);
    const draws = drawsOncePerPage
      ? this.pageLuck.at(roster.serial(session), memory.pageLoadsOf(session))
      : this.backoffLuck.at(roster.serial(session), roster.attemptNumber(session));
    if (!memory.hasDelays) return backoff.delayMs(next, 0, draws);
    const previousMs = next === 1 ? 0 : memory.previousDelayMs[session];
    return (memory.previousDelayMs[session] = backoff.delayMs(next, previousMs, draws));
  }

  /** When a session that knows at `knowsMs` that it needs another attempt begins it, with this delay. */
  private startMs(session: number, knowsMs: number, delayMs: number): number {
    if (!this.notesBeginnings) return knowsMs + delayMs;
    const { countsFromAttempt } = this.versions.lastRulesOf(session);
    return countsFromAttempt
      ? Math.max(knowsMs, this.fleet.roster.attemptBeganMs[session] + delayMs)
      : knowsMs + delayMs;
  }

  private hintedDelayMs(session: number, ownMs: number, hintMs: number): number {
    const { retryAfter } = this.versions.rulesOf(session);
    if (retryAfter === null) return ownMs;
    const obeys = this.obedienceLuck.at(this.fleet.roster.serial(session), 0).uniform() < retryAfter.by;
    return obeys ? retryAfter.delayMs(ownMs, hintMs) : ownMs;
  }

  /** The session's client tries no more. */
  giveUp(session: number): void {
    const { engine, recorder, roster } = this.fleet;
    const { client } = this.versions.rulesOf(session);
    if (roster.state(session) !== Session.gaveUp) this.fleet.setState(session, Session.gaveUp);
    this.patience.end(session);
    this.fleet.happened(Happening.gaveUp, session, 0);
    recorder?.gaveUp(engine.nowMs, roster.pod(session), roster.product(session), roster.client(session));
    this.ends.gaveUp(session, client.giveUp.then);
  }
}
