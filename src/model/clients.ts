/**
 * Clients: when a session tries to connect, how long it waits for an answer,
 * and what it does after a failure or a drop. An event is the attempt's arrival
 * at the balancer: it began a network delay before, and a refusal reaches the
 * client a network delay later; both delays are in the times, not in the
 * states, so that a refused attempt costs one event. (So a session counts as
 * connecting from its attempt's arrival until it ends.)
 */
import type { HandlerId } from '../engine/engine.ts';
import type { Stream } from '../engine/luck.ts';
import { impossible } from '../engine/simulation-error.ts';
import { compileClient, kindOfAttempt, type ClientRules } from './client-rules.ts';
import type { Fleet } from './fleet.ts';
import { Rollouts } from './rollouts.ts';
import { AttemptEnd, DropCause, RejectReason, Session } from './vocabulary.ts';

export class Clients {
  readonly rules: readonly ClientRules[];
  readonly rollouts: Rollouts;
  private readonly fleet: Fleet;
  private readonly networkDelayMs: number;
  private readonly worksOffRefusals: boolean;
  private readonly backoffLuck: Stream;
  private readonly patienceLuck: Stream;
  private readonly reloadLuck: Stream;
  private readonly versionLuck: Stream;
  private readonly attemptArrives: HandlerId;
  private readonly attemptTimesOut: HandlerId;
  private readonly lossIsNoticed: HandlerId;
  private readonly pageReloads: HandlerId;

  /** With `worksOffRefusals` foreseeable refusals cost no event each; a test compares. */
  constructor(fleet: Fleet, worksOffRefusals: boolean) {
    this.fleet = fleet;
    this.worksOffRefusals = worksOffRefusals;
    const { engine, scenario } = fleet;
    this.rules = scenario.clients.map((client) => compileClient(client, engine));
    this.rollouts = new Rollouts(fleet, (session) => this.reload(session));
    this.networkDelayMs = scenario.networkDelayMs;
    this.backoffLuck = fleet.stream('backoff');
    this.patienceLuck = fleet.stream('patience');
    this.reloadLuck = fleet.stream('reload');
    this.versionLuck = fleet.stream('version');
    this.attemptArrives = engine.register('attempt arrives', (session) => this.onArrival(session));
    this.attemptTimesOut = engine.register('attempt times out', (session) => this.onTimeout(session), { deadline: true });
    this.lossIsNoticed = engine.register('client notices its loss', (session) => this.onNotice(session), { deadline: true });
    this.pageReloads = engine.register('page is reloaded', (session) => this.onReload(session));
  }

  /** Draws the client version of a session that was just admitted. */
  assignVersion(session: number): void {
    const { roster } = this.fleet;
    let left = this.versionLuck.at(roster.serial(session), 0).uniform();
    let client = 0;
    while (client < this.rules.length - 1 && left >= this.rules[client].client.share) left -= this.rules[client++].client.share;
    roster.setClient(session, client);
  }

  /** The version the session decides by now. */
  private rulesOf(session: number): ClientRules {
    if (this.rollouts.count > this.fleet.roster.deploysSeen(session)) this.rollouts.decide(session);
    return this.rules[this.fleet.roster.client(session)];
  }

  takesOverStale(session: number): boolean {
    return this.rules[this.fleet.roster.client(session)].client.takesOverStale;
  }

  /** A session in state waiting begins an attempt now. */
  attemptNow(session: number): void {
    const { engine, roster } = this.fleet;
    roster.setTimer(session, engine.schedule(engine.nowMs + this.networkDelayMs, this.attemptArrives, session));
  }

  /** The last tier is done with the session's attempt. */
  connected(session: number, startedMs: number): void {
    const { engine, recorder, roster } = this.fleet;
    if (roster.timer(session) !== 0) engine.cancel(roster.timer(session), session);
    roster.setTimer(session, 0);
    roster.setOpenAttempt(session, -1);
    roster.clearReloaded(session);
    this.fleet.setState(session, Session.connected);
    if (recorder !== null) {
      const droppedMs = roster.droppedAtMs(session);
      recorder.attemptEnded(engine.nowMs, roster.pod(session), AttemptEnd.connected, -1);
      recorder.connected(engine.nowMs, roster.pod(session), engine.nowMs - startedMs, droppedMs < 0 ? -1 : engine.nowMs - droppedMs);
    }
    this.fleet.population.connected(session);
  }

  /** A server or a balancer said no; the client knows after the network delay. */
  rejected(session: number, reason: number): void {
    const { engine, recorder, roster } = this.fleet;
    this.endAttempt(session);
    recorder?.attemptEnded(engine.nowMs, roster.pod(session), AttemptEnd.rejected, reason);
    this.failed(session, this.networkDelayMs);
  }

  /** The host that had the session's attempt died. */
  reset(session: number): void {
    const { engine, recorder, roster } = this.fleet;
    this.endAttempt(session);
    recorder?.attemptEnded(engine.nowMs, roster.pod(session), AttemptEnd.reset, -1);
    this.failed(session, this.networkDelayMs);
  }

  /** A connected session loses its connection, and knows after the network delay. */
  drop(session: number, cause: number, loss: number): void {
    this.lose(session, cause, loss);
    this.fleet.setState(session, Session.waiting);
    this.retry(session, this.networkDelayMs);
  }

  /** A connected session loses its connection and finds out at `noticeMs`; Infinity: never. */
  dropUnaware(session: number, cause: number, loss: number, noticeMs: number): void {
    const { engine, roster } = this.fleet;
    this.lose(session, cause, loss);
    this.fleet.setState(session, Session.unaware);
    if (noticeMs < Infinity) roster.setTimer(session, engine.schedule(noticeMs, this.lossIsNoticed, session));
  }

  /** The session leaves for good, whatever it was doing. */
  leave(session: number): void {
    const { engine, recorder, roster } = this.fleet;
    this.stopWaiting(session);
    if (roster.state(session) === Session.connected) this.disconnect(session);
    this.fleet.setState(session, Session.gone);
    recorder?.left(engine.nowMs, roster.pod(session));
    this.fleet.population.left(session);
  }

  /** The page is loaded again: whatever the session was doing ends, and it starts at attempt 1 at once. */
  private reload(session: number): void {
    const { roster } = this.fleet;
    if (roster.state(session) === Session.connected) this.lose(session, DropCause.reload, 0);
    else this.stopWaiting(session);
    roster.setReloaded(session);
    this.fleet.setState(session, Session.waiting);
    roster.setAttempt(session, 0);
    this.attemptNow(session);
  }

  private onArrival(session: number): void {
    const { fleet } = this;
    const { engine, roster, path, recorder } = fleet;
    const nowMs = engine.nowMs;
    const pod = roster.pod(session);
    roster.setTimer(session, 0);
    const number = this.beginAttempt(session);
    const host = path.route(0, pod, roster.serial(session), number, session);
    if (host < 0) {
      recorder?.attemptEnded(nowMs, pod, AttemptEnd.rejected, -1 - host);
      if (host === -1 - RejectReason.noHost && this.worksOffRefusals) this.workOffRefusals(session);
      else this.failed(session, this.networkDelayMs);
      return;
    }
    fleet.setState(session, Session.connecting);
    const startedMs = nowMs - this.networkDelayMs;
    const attempt = path.open(session, startedMs, kindOfAttempt(this.rules[roster.client(session)], roster, session, startedMs));
    roster.setOpenAttempt(session, attempt);
    path.takeIn(attempt, fleet.hosts[host]);
    const { connectTimeout, timeoutLane } = this.rulesOf(session);
    if (connectTimeout === null) return;
    const deadlineMs = startedMs + connectTimeout.sample(this.patienceLuck.at(roster.serial(session), number));
    if (deadlineMs > nowMs) roster.setTimer(session, this.scheduleTimeout(session, deadlineMs, timeoutLane));
    else this.onTimeout(session);
  }

  private scheduleTimeout(session: number, atMs: number, lane: number): number {
    const { engine } = this.fleet;
    return lane < 0
      ? engine.schedule(atMs, this.attemptTimesOut, session)
      : engine.scheduleOnLane(lane, atMs, this.attemptTimesOut, session);
  }

  /**
   * While no host of its pod is up, a waiting session's attempts are refused
   * one after the other; its delays are its own, so they need no events. Works
   * them off up to the first instant at which anything else may happen to the
   * session: a host's return, an intervention, its own leaving or giving up.
   * Measured on the first 90 minutes of the incident, medians of three runs in
   * turn: 11.8 s with it, 13.6 s with an event each.
   */
  private workOffRefusals(session: number): void {
    const { engine, interventions, population, recorder, roster, scenario } = this.fleet;
    const pod = roster.pod(session);
    const foreseen = this.rollouts.count === roster.deploysSeen(session);
    const untilMs = foreseen
      ? Math.min(this.fleet.balancerOf(0, pod).closedUntilMs(), interventions.nextMs, population.leavesAtMs(session), scenario.clock.durationMs)
      : engine.nowMs;
    const { giveUpAfter } = this.rulesOf(session);
    if (roster.attempt(session) >= giveUpAfter) {
      this.giveUp(session);
      return;
    }
    let knowsMs = engine.nowMs + this.networkDelayMs;
    for (;;) {
      const arrivesMs = knowsMs + this.nextDelayMs(session) + this.networkDelayMs;
      if (arrivesMs >= untilMs || roster.attempt(session) + 1 >= giveUpAfter) {
        roster.setTimer(session, engine.schedule(arrivesMs, this.attemptArrives, session));
        return;
      }
      this.beginAttempt(session);
      recorder?.refusedAhead(arrivesMs, pod);
      knowsMs = arrivesMs + this.networkDelayMs;
    }
  }

  private onTimeout(session: number): void {
    const { engine, path, recorder, roster } = this.fleet;
    roster.setTimer(session, 0);
    path.abandon(roster.openAttempt(session));
    this.endAttempt(session);
    recorder?.attemptEnded(engine.nowMs, roster.pod(session), AttemptEnd.timedOut, -1);
    this.failed(session, 0);
  }

  private onNotice(session: number): void {
    this.fleet.roster.setTimer(session, 0);
    this.fleet.setState(session, Session.waiting);
    this.retry(session, 0);
  }

  private onReload(session: number): void {
    const { roster } = this.fleet;
    roster.setTimer(session, 0);
    roster.setAttempt(session, 0);
    roster.setReloaded(session);
    this.fleet.setState(session, Session.waiting);
    this.attemptNow(session);
  }

  /** The session's attempt failed, and the client knows in so long: it waits for the next one, or gives up. */
  private failed(session: number, knowsAfterMs: number): void {
    const { roster } = this.fleet;
    if (roster.attempt(session) >= this.rulesOf(session).giveUpAfter) {
      this.giveUp(session);
      return;
    }
    if (roster.state(session) !== Session.waiting) this.fleet.setState(session, Session.waiting);
    this.retry(session, knowsAfterMs);
  }

  /** Schedules the next attempt of a waiting session. */
  private retry(session: number, knowsAfterMs: number): void {
    const { engine, roster } = this.fleet;
    const arrivesMs = engine.nowMs + knowsAfterMs + this.nextDelayMs(session) + this.networkDelayMs;
    roster.setTimer(session, engine.schedule(arrivesMs, this.attemptArrives, session));
  }

  /** The delay before the session's next attempt, in ms. */
  private nextDelayMs(session: number): number {
    const { roster } = this.fleet;
    const { backoff } = this.rulesOf(session);
    const next = roster.attempt(session) + 1;
    const draws = this.backoffLuck.at(roster.serial(session), roster.attemptNumber(session));
    const delayMs = backoff.delayMs(next, next === 1 ? 0 : roster.previousDelayMs(session), draws);
    roster.setPreviousDelayMs(session, delayMs);
    return delayMs;
  }

  /** Counts the session's next attempt, and returns its number. */
  private beginAttempt(session: number): number {
    const { roster } = this.fleet;
    const number = roster.attemptNumber(session) + 1;
    roster.setAttempt(session, roster.attempt(session) + 1);
    roster.setAttemptNumber(session, number);
    this.fleet.attemptCount++;
    return number;
  }

  private giveUp(session: number): void {
    const { engine, recorder, roster } = this.fleet;
    const rules = this.rulesOf(session);
    if (roster.state(session) !== Session.gaveUp) this.fleet.setState(session, Session.gaveUp);
    recorder?.gaveUp(engine.nowMs, roster.pod(session));
    if (rules.client.giveUp.then === 'leave') this.leave(session);
    else if (rules.client.giveUp.then === 'reload') {
      const draws = this.reloadLuck.at(roster.serial(session), roster.attemptNumber(session));
      roster.setTimer(session, engine.schedule(engine.nowMs + rules.reloadAfter.sample(draws), this.pageReloads, session));
    }
  }

  /** The client's part of an attempt ends; its timeout, if pending, is void. */
  private endAttempt(session: number): void {
    const { engine, roster } = this.fleet;
    if (roster.timer(session) !== 0) engine.cancel(roster.timer(session), session);
    roster.setTimer(session, 0);
    roster.setOpenAttempt(session, -1);
  }

  /** Ends what a session that is not connected is doing: its open attempt is cancelled. */
  private stopWaiting(session: number): void {
    const { engine, path, recorder, roster } = this.fleet;
    if (roster.timer(session) !== 0) engine.cancel(roster.timer(session), session);
    roster.setTimer(session, 0);
    if (roster.openAttempt(session) < 0) return;
    path.abandon(roster.openAttempt(session));
    roster.setOpenAttempt(session, -1);
    recorder?.attemptEnded(engine.nowMs, roster.pod(session), AttemptEnd.cancelled, -1);
  }

  /** The connection is gone: for the books, and from all hosts. */
  private lose(session: number, cause: number, loss: number): void {
    const { engine, recorder, roster } = this.fleet;
    if (roster.state(session) !== Session.connected) impossible(`session ${session} drops while it is not connected`);
    this.disconnect(session);
    const heldMs = engine.nowMs - Math.max(0, roster.connectedAtMs[session]);
    const wasInitial = roster.connectedAtMs[session] < 0;
    if (wasInitial || heldMs >= this.rules[roster.client(session)].client.resetAfterMs) roster.setAttempt(session, 0);
    roster.setDroppedAtMs(session, engine.nowMs);
    roster.setLoss(session, loss);
    recorder?.dropped(engine.nowMs, roster.pod(session), cause, loss);
  }

  private disconnect(session: number): void {
    for (let tier = 0; tier < this.fleet.tierCount; tier++) this.fleet.detach(session, tier);
    this.fleet.population.disconnected(session);
  }

  /** Attempts still open at the end of the run. */
  endOpenAttempts(): void {
    const { engine, recorder, roster } = this.fleet;
    for (let session = 0; session < roster.slots; session++)
      if (roster.openAttempt(session) >= 0 && roster.state(session) === Session.connecting)
        recorder?.attemptEnded(engine.nowMs, roster.pod(session), AttemptEnd.open, -1);
  }
}
