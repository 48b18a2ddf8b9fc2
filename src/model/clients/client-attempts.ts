/**
 * Attempts, as clients see them: from the arrival at the balancer to an answer,
 * a timeout, or the client's own end of it. When it tries again is in
 * retries.ts. An event is the attempt's arrival: it began a network delay
 * before, and a refusal reaches the client a network delay later; both delays
 * are in the times, not in the states, so that a refused attempt costs one
 * event. (So a session counts as connecting from its attempt's arrival until it
 * ends.)
 */
import type { HandlerId } from '../../engine/engine.ts';
import type { ReadAhead } from '../../engine/foresight.ts';
import type { Stream } from '../../engine/luck.ts';
import type { Attempts } from '../state/attempts.ts';
import { kindOfAttempt } from '../state/client-rules.ts';
import type { Fleet } from '../state/fleet.ts';
import type { Sessions } from '../state/sessions.ts';
import { AttemptEnd, RejectReason, Session } from '../state/vocabulary.ts';
import type { Answers } from '../serving/answers.ts';
import type { AttemptPath } from '../serving/attempt-path.ts';
import type { Registrations } from '../serving/registrations.ts';
import type { Routing } from '../serving/routing.ts';
import type { AttemptCounters } from './attempt-counters.ts';
import type { ClientVersions } from './client-versions.ts';
import type { ConnectionEnds } from './connection-ends.ts';
import type { NetworkLosses } from './network-losses.ts';
import type { ParallelAttempts } from './parallel-attempts.ts';
import type { Patience } from './patience.ts';
import type { Retries } from './retries.ts';
import type { SessionLives } from './session-lives.ts';

export interface ClientAttemptNeighbours {
  readonly routing: Routing;
  readonly path: AttemptPath;
  readonly registrations: Registrations;
  readonly versions: ClientVersions;
  readonly counters: AttemptCounters;
  readonly retries: Retries;
  readonly patience: Patience;
  readonly networkLosses: NetworkLosses;
  readonly ends: ConnectionEnds;
  readonly lives: SessionLives;
  /** null if no client's attempts multiply */
  readonly parallel: ParallelAttempts | null;
}

/** What a client needs that leaves its open attempt. */
class OpenAttemptRead implements ReadAhead {
  private readonly roster: Sessions;
  private readonly attempts: Attempts;

  constructor(roster: Sessions, attempts: Attempts) {
    this.roster = roster;
    this.attempts = attempts;
  }

  touch(session: number): number {
    return this.roster.touch(session) + this.attempts.touchAwaited(session);
  }
}

export class ClientAttempts implements Answers {
  private readonly fleet: Fleet;
  private readonly routing: Routing;
  private readonly path: AttemptPath;
  private readonly registrations: Registrations;
  private readonly versions: ClientVersions;
  private readonly counters: AttemptCounters;
  private readonly retries: Retries;
  private readonly patience: Patience;
  private readonly networkLosses: NetworkLosses;
  private readonly ends: ConnectionEnds;
  private readonly lives: SessionLives;
  private readonly parallel: ParallelAttempts | null;
  private readonly networkDelayMs: number;
  private readonly timeoutLuck: Stream;
  private readonly answerLuck: Stream;
  private readonly attemptTimesOut: HandlerId;

  constructor(fleet: Fleet, neighbours: ClientAttemptNeighbours) {
    this.fleet = fleet;
    this.routing = neighbours.routing;
    this.path = neighbours.path;
    this.registrations = neighbours.registrations;
    this.versions = neighbours.versions;
    this.counters = neighbours.counters;
    this.retries = neighbours.retries;
    this.patience = neighbours.patience;
    this.networkLosses = neighbours.networkLosses;
    this.ends = neighbours.ends;
    this.lives = neighbours.lives;
    this.parallel = neighbours.parallel;
    this.networkDelayMs = fleet.scenario.networkDelayMs;
    this.timeoutLuck = fleet.stream('patience');
    this.answerLuck = fleet.stream('patience once it is open');
    this.attemptTimesOut = fleet.engine.register('attempt times out', (session) => this.onTimeout(session), {
      deadline: true,
      reads: fleet.foresees ? new OpenAttemptRead(fleet.roster, fleet.attempts) : null,
    });
  }

  /** An attempt of the session comes to the balancer. */
  arrive(session: number): void {
    const { engine, roster } = this.fleet;
    const nowMs = engine.nowMs;
    const pod = roster.pod(session);
    roster.setTimer(session, 0);
    if (this.retries.holdsBack(session)) return;
    const number = this.retries.beginAttempt(session, nowMs);
    const count = this.parallel === null ? 1 : this.parallel.begin(session, this.versions.lastRulesOf(session));
    if (this.networkLosses.any && this.networkLosses.cutsOff(session)) {
      for (let n = 0; n < count; n++) this.fleet.attemptEnded(session, AttemptEnd.rejected, RejectReason.noNetwork);
      this.retries.failed(session, 0);
      return;
    }
    const { memory } = this.versions;
    const pinned = memory.hasAffinity ? memory.takePin(session) : -1;
    const round = count === 1 ? null : { session, count, number, pinned };
    let routed = this.routing.route(0, pod, roster.serial(session), number, session, pinned);
    let sent = 1;
    // Of those that go out at once the first that a host takes in is the session's own.
    while (round !== null && this.parallel !== null && typeof routed === 'number' && sent < count) {
      this.fleet.attemptEnded(session, AttemptEnd.rejected, routed);
      routed = this.parallel.route(round, sent++);
    }
    if (typeof routed === 'number') {
      this.fleet.attemptEnded(session, AttemptEnd.rejected, routed);
      if (routed === RejectReason.noHost) this.retries.foundNoHost(session);
      else this.retries.failed(session, this.networkDelayMs, this.retries.hintMs(session, routed, 0));
      return;
    }
    this.fleet.setState(session, Session.connecting);
    const startedMs = nowMs - this.networkDelayMs;
    const kind = kindOfAttempt(this.versions.lastRulesOf(session), this.fleet, session, startedMs);
    // The version that it decides by now is the one by which it waits, for the transport and for the answer.
    const { connectTimeout, timeoutLane, waitsInStages } = this.versions.rulesOf(session);
    this.path.takeIn(this.path.open(session, startedMs, kind, routed), routed);
    if (round !== null) this.parallel?.takeIn(round, sent, startedMs, kind);
    if (connectTimeout === null) return;
    const deadlineMs = startedMs + connectTimeout.sample(this.timeoutLuck.at(roster.serial(session), number));
    if (deadlineMs <= nowMs) this.leftOnTheWay(session);
    else if (!waitsInStages || !this.path.isOpening(session))
      roster.setTimer(session, this.scheduleTimeout(session, deadlineMs, timeoutLane));
  }

  /** The client had left before its attempt came: of a transport that opens now it hears nothing. */
  private leftOnTheWay(session: number): void {
    this.cancelTimer(session);
    this.counters.notOpened(session);
    this.onTimeout(session);
  }

  /** The client waits for the answer from now on, if it waits in stages. */
  opened(slot: number): void {
    const { engine, roster } = this.fleet;
    const session = this.parallel === null ? slot : this.parallel.opened(slot);
    if (session < 0) return;
    const { waitsInStages, answerTimeout, answerLane } = this.versions.lastRulesOf(session);
    this.counters.opened(session);
    if (!waitsInStages) return;
    this.cancelTimer(session);
    if (answerTimeout === null) return;
    const draws = this.answerLuck.at(roster.serial(session), roster.attemptNumber(session));
    roster.setTimer(session, this.scheduleTimeout(session, engine.nowMs + answerTimeout.sample(draws), answerLane));
  }

  connected(session: number): void {
    const { engine, recorder, roster } = this.fleet;
    this.endAttempt(session);
    this.parallel?.end(session, AttemptEnd.cancelled, -1);
    this.counters.connected(session);
    roster.clearReloaded(session);
    this.patience.end(session);
    this.retries.succeeded(session);
    this.fleet.setState(session, Session.connected);
    this.fleet.attemptEnded(session, AttemptEnd.connected, -1);
    if (recorder !== null) {
      const { nowMs } = engine;
      const pod = roster.pod(session);
      const droppedMs = roster.droppedAtMs[session];
      const tookMs = nowMs - roster.attemptBeganMs[session];
      const awayMs = droppedMs < 0 ? -1 : nowMs - droppedMs;
      recorder.connected(nowMs, pod, tookMs, awayMs, roster.product(session), roster.client(session));
    }
    this.registrations.clear(session);
    this.lives.connected(session);
    // One whose life was over at once is gone by now.
    if (roster.state(session) === Session.connected) this.ends.begin(session);
  }

  /** The client knows after the network delay. */
  rejected(session: number, reason: number, tier: number): void {
    if (this.waitsForOthers(session, AttemptEnd.rejected, reason)) return;
    this.fail(session, AttemptEnd.rejected, reason);
    this.retries.failed(session, this.networkDelayMs, this.retries.hintMs(session, reason, tier));
  }

  reset(session: number): void {
    if (this.waitsForOthers(session, AttemptEnd.reset, -1)) return;
    this.fail(session, AttemptEnd.reset, -1);
    this.retries.failed(session, this.networkDelayMs);
  }

  /** Of attempts that went out at once one has failed; the client has others open. */
  private waitsForOthers(slot: number, end: number, reason: number): boolean {
    if (this.parallel === null || !this.parallel.goesOn(slot)) return false;
    this.fleet.attemptEnded(slot, end, reason);
    return true;
  }

  takesOverStale(session: number): boolean {
    return this.versions.lastRulesOf(session).client.takesOverStale;
  }

  /** The network is gone under an attempt: its client knows at once, the hosts do not. */
  losesNetwork(session: number): void {
    this.path.abandon(session);
    this.parallel?.end(session, AttemptEnd.rejected, RejectReason.noNetwork);
    this.fail(session, AttemptEnd.rejected, RejectReason.noNetwork);
    this.retries.failed(session, 0);
  }

  /** Ends what a session that is not connected is doing: its open attempt is cancelled. */
  stopWaiting(session: number): void {
    const { roster } = this.fleet;
    this.cancelTimer(session);
    if (roster.state(session) !== Session.connecting) return;
    this.path.abandon(session);
    this.fleet.attemptEnded(session, AttemptEnd.cancelled, -1);
    this.parallel?.end(session, AttemptEnd.cancelled, -1);
  }

  /** The run ends: attempts that are still open are told as such, and so are the sessions that have not come back. */
  endOpen(): void {
    const { attempts, engine, recorder, roster } = this.fleet;
    for (let session = 0; session < roster.slots; session++) {
      if (attempts.awaitedBy(session) >= 0 && roster.state(roster.ownerOf(session)) === Session.connecting)
        this.fleet.attemptEnded(session, AttemptEnd.open, -1);
      const state = roster.state(session);
      const droppedMs = roster.droppedAtMs[session];
      if (state !== Session.connected && state !== Session.gone && droppedMs >= 0)
        recorder?.stillAway(engine.nowMs - droppedMs, roster.product(session), roster.client(session));
    }
  }

  private scheduleTimeout(session: number, atMs: number, lane: number): number {
    const { engine } = this.fleet;
    return lane < 0
      ? engine.schedule(atMs, this.attemptTimesOut, session)
      : engine.scheduleOnLane(lane, atMs, this.attemptTimesOut, session);
  }

  private onTimeout(session: number): void {
    this.fleet.roster.setTimer(session, 0);
    this.path.timeOut(session);
    this.parallel?.end(session, AttemptEnd.timedOut, -1);
    this.fail(session, AttemptEnd.timedOut, -1);
    this.retries.failed(session, 0);
  }

  private fail(session: number, end: number, reason: number): void {
    this.endAttempt(session);
    this.counters.failed(session);
    this.fleet.attemptEnded(session, end, reason);
  }

  /** The client's part of an attempt ends; its timeout, if pending, is void. */
  private endAttempt(session: number): void {
    this.cancelTimer(session);
    this.fleet.attempts.setAwaitedBy(session, -1);
  }

  private cancelTimer(session: number): void {
    const { engine, roster } = this.fleet;
    if (roster.timer(session) !== 0) engine.cancel(roster.timer(session), session);
    roster.setTimer(session, 0);
  }
}
