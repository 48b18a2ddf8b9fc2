/**
 * Clients: a session's attempts and connections, from arrival to answer,
 * timeout or drop. When it tries again is in retries.ts, page loads are in
 * page-loads.ts, versions in client-versions.ts. An event is the attempt's arrival
 * at the balancer: it began a network delay before, and a refusal reaches the
 * client a network delay later; both delays are in the times, not in the
 * states, so that a refused attempt costs one event. (So a session counts as
 * connecting from its attempt's arrival until it ends.)
 */
import type { HandlerId } from '../engine/engine.ts';
import type { Stream } from '../engine/luck.ts';
import { impossible } from '../engine/simulation-error.ts';
import { kindOfAttempt } from './client-rules.ts';
import { ClientVersions } from './client-versions.ts';
import type { Fleet } from './fleet.ts';
import { PageLoads } from './page-loads.ts';
import { Retries } from './retries.ts';
import { AttemptEnd, DropCause, RejectReason, ReloadCause, Session } from './vocabulary.ts';

export class Clients {
  readonly versions: ClientVersions;
  readonly retries: Retries;
  readonly pageLoads: PageLoads;
  private readonly fleet: Fleet;
  private readonly networkDelayMs: number;
  private readonly patienceLuck: Stream;
  private readonly attemptTimesOut: HandlerId;
  private readonly lossIsNoticed: HandlerId;

  /** With `worksOffRefusals` foreseeable refusals cost no event each; a test compares. */
  constructor(fleet: Fleet, worksOffRefusals: boolean) {
    this.fleet = fleet;
    this.networkDelayMs = fleet.scenario.networkDelayMs;
    this.patienceLuck = fleet.stream('patience');
    this.versions = new ClientVersions(fleet, (session, loss) =>
      this.pageLoads.reload(session, ReloadCause.deploy, loss),
    );
    this.retries = new Retries(fleet, this.versions, {
      worksOffRefusals,
      onArrival: (session) => this.onArrival(session),
    });
    const { engine } = fleet;
    this.attemptTimesOut = engine.register('attempt times out', (session) => this.onTimeout(session), {
      deadline: true,
    });
    this.lossIsNoticed = engine.register('client notices its loss', (session) => this.onNotice(session), {
      deadline: true,
    });
    this.pageLoads = new PageLoads(fleet, this.versions, this.retries);
  }

  takesOverStale(session: number): boolean {
    return this.versions.lastRulesOf(session).client.takesOverStale;
  }

  /** A session that was just admitted begins its first attempt: its page was loaded. */
  arrive(session: number): void {
    this.retries.attemptNow(session);
    this.pageLoads.beginPatience(session);
  }

  /** A session of the start is amid its retries: so many have failed, and a part of the next delay is left. */
  startAmid(session: number, failedAttempts: number, partLeft: number): void {
    const { losses, roster } = this.fleet;
    roster.droppedAtMs[session] = 0;
    roster.setLoss(session, losses.ofStart);
    this.retries.startAmid(session, failedAttempts, partLeft);
    this.pageLoads.beginPatience(session);
  }

  /** The last tier is done with the session's attempt. */
  connected(session: number): void {
    const { attempts, engine, recorder, roster } = this.fleet;
    if (roster.timer(session) !== 0) engine.cancel(roster.timer(session), session);
    roster.setTimer(session, 0);
    attempts.setAwaitedBy(session, -1);
    roster.clearReloaded(session);
    this.pageLoads.endPatience(session);
    this.retries.succeeded(session);
    this.fleet.setState(session, Session.connected);
    if (recorder !== null) {
      const droppedMs = roster.droppedAtMs[session];
      recorder.attemptEnded(engine.nowMs, roster.pod(session), AttemptEnd.connected, -1);
      recorder.connected(
        engine.nowMs,
        roster.pod(session),
        engine.nowMs - roster.attemptBeganMs[session],
        droppedMs < 0 ? -1 : engine.nowMs - droppedMs,
      );
    }
    this.fleet.population.connected(session);
  }

  /** A tier's host or balancer said no; the client knows after the network delay. */
  rejected(session: number, reason: number, tier: number): void {
    const { engine, recorder, roster } = this.fleet;
    this.endAttempt(session);
    recorder?.attemptEnded(engine.nowMs, roster.pod(session), AttemptEnd.rejected, reason);
    this.retries.failed(session, this.networkDelayMs, this.retries.hintMs(session, reason, tier));
  }

  /** The host that had the session's attempt died. */
  reset(session: number): void {
    const { engine, recorder, roster } = this.fleet;
    this.endAttempt(session);
    recorder?.attemptEnded(engine.nowMs, roster.pod(session), AttemptEnd.reset, -1);
    this.retries.failed(session, this.networkDelayMs);
  }

  /** The network is gone under an attempt: its client knows at once, the hosts do not. */
  losesNetwork(session: number): void {
    const { engine, path, recorder, roster } = this.fleet;
    path.abandon(session);
    this.endAttempt(session);
    recorder?.attemptEnded(engine.nowMs, roster.pod(session), AttemptEnd.rejected, RejectReason.noNetwork);
    this.retries.failed(session, 0);
  }

  /** A connected session loses its connection, and knows after the network delay. */
  drop(session: number, cause: number, loss: number): void {
    this.lose(session, cause, loss);
    this.fleet.setState(session, Session.waiting);
    this.retries.retry(session, this.networkDelayMs);
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
    this.pageLoads.endPatience(session);
    if (roster.state(session) === Session.connected) this.disconnect(session);
    this.fleet.setState(session, Session.gone);
    recorder?.left(engine.nowMs, roster.pod(session));
    this.fleet.population.left(session);
  }

  private onArrival(session: number): void {
    const { fleet } = this;
    const { engine, roster, path, recorder } = fleet;
    const nowMs = engine.nowMs;
    const pod = roster.pod(session);
    roster.setTimer(session, 0);
    if (this.retries.holdsBack(session)) return;
    const number = this.retries.beginAttempt(session, nowMs);
    if (fleet.networkLosses.any && fleet.networkLosses.cutsOff(session)) {
      recorder?.attemptEnded(nowMs, pod, AttemptEnd.rejected, RejectReason.noNetwork);
      this.retries.failed(session, 0);
      return;
    }
    const { memory } = this.versions;
    const pinned = memory.hasAffinity ? memory.takePin(session) : -1;
    const host = path.route(0, pod, roster.serial(session), number, session, pinned);
    if (host < 0) {
      recorder?.attemptEnded(nowMs, pod, AttemptEnd.rejected, -1 - host);
      if (host === -1 - RejectReason.noHost) this.retries.foundNoHost(session);
      else this.retries.failed(session, this.networkDelayMs, this.retries.hintMs(session, -1 - host, 0));
      return;
    }
    fleet.setState(session, Session.connecting);
    const startedMs = nowMs - this.networkDelayMs;
    const attempt = path.open(
      session,
      startedMs,
      kindOfAttempt(this.versions.lastRulesOf(session), roster, session, startedMs),
    );
    path.takeIn(attempt, fleet.hosts[host]);
    const { connectTimeout, timeoutLane } = this.versions.rulesOf(session);
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

  private onTimeout(session: number): void {
    const { engine, path, recorder, roster } = this.fleet;
    roster.setTimer(session, 0);
    path.timeOut(session);
    this.endAttempt(session);
    recorder?.attemptEnded(engine.nowMs, roster.pod(session), AttemptEnd.timedOut, -1);
    this.retries.failed(session, 0);
  }

  private onNotice(session: number): void {
    this.fleet.roster.setTimer(session, 0);
    this.fleet.setState(session, Session.waiting);
    this.retries.retry(session, 0);
  }

  /** The client's part of an attempt ends; its timeout, if pending, is void. */
  private endAttempt(session: number): void {
    const { attempts, engine, roster } = this.fleet;
    if (roster.timer(session) !== 0) engine.cancel(roster.timer(session), session);
    roster.setTimer(session, 0);
    attempts.setAwaitedBy(session, -1);
  }

  /** Ends what a session that is not connected is doing: its open attempt is cancelled. */
  stopWaiting(session: number): void {
    const { attempts, engine, path, recorder, roster } = this.fleet;
    if (roster.timer(session) !== 0) engine.cancel(roster.timer(session), session);
    roster.setTimer(session, 0);
    if (attempts.awaitedBy(session) < 0) return;
    path.abandon(session);
    recorder?.attemptEnded(engine.nowMs, roster.pod(session), AttemptEnd.cancelled, -1);
  }

  /** The connection is gone: for the books, and from all hosts. */
  lose(session: number, cause: number, loss: number): void {
    const { engine, recorder, roster } = this.fleet;
    if (roster.state(session) !== Session.connected) impossible(`session ${session} drops while it is not connected`);
    this.rememberHost(session, cause);
    this.disconnect(session);
    const heldMs = engine.nowMs - Math.max(0, roster.connectedAtMs[session]);
    const wasInitial = roster.connectedAtMs[session] < 0;
    if (wasInitial || heldMs >= this.versions.lastRulesOf(session).client.resetAfterMs) roster.setAttempt(session, 0);
    roster.droppedAtMs[session] = engine.nowMs;
    roster.setLoss(session, loss);
    recorder?.dropped(engine.nowMs, roster.pod(session), cause, loss);
    this.pageLoads.beginPatience(session);
  }

  /** A client with affinity will ask for the host that it loses now, unless that host itself asked it to move. */
  private rememberHost(session: number, cause: number): void {
    const { memory } = this.versions;
    if (!memory.hasAffinity) return;
    const isAsked = cause === DropCause.drain || cause === DropCause.scale;
    const { pinnedAttempts } = this.versions.lastRulesOf(session);
    memory.pin(session, this.fleet.roster.host[0][session], isAsked ? 0 : pinnedAttempts);
  }

  private disconnect(session: number): void {
    for (let tier = 0; tier < this.fleet.tierCount; tier++) this.fleet.detach(session, tier);
    this.fleet.population.disconnected(session);
  }

  /** Attempts still open at the end of the run. */
  endOpenAttempts(): void {
    const { attempts, engine, recorder, roster } = this.fleet;
    for (let session = 0; session < roster.slots; session++)
      if (attempts.awaitedBy(session) >= 0 && roster.state(session) === Session.connecting)
        recorder?.attemptEnded(engine.nowMs, roster.pod(session), AttemptEnd.open, -1);
  }
}
