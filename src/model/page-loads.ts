/**
 * Page loads: the page of a session is loaded again, by a roll-out or by the
 * person in front of it, whose client gave up or who has been disconnected for
 * too long: since the drop, or since the page was loaded last. Whatever the
 * session was doing ends, its client forgets what it knew, and it starts again
 * at attempt 1 at once. Who gave up is not impatient beside that.
 */
import type { HandlerId } from '../engine/engine.ts';
import type { Stream } from '../engine/luck.ts';
import type { ClientVersions } from './client-versions.ts';
import type { Fleet } from './fleet.ts';
import type { Retries } from './retries.ts';
import { DropCause, ReloadCause, Session } from './vocabulary.ts';

export class PageLoads {
  private readonly fleet: Fleet;
  private readonly versions: ClientVersions;
  private readonly retries: Retries;
  private readonly reloadLuck: Stream;
  private readonly impatienceLuck: Stream;
  private readonly pageReloads: HandlerId;
  private readonly patienceEnds: HandlerId;

  constructor(fleet: Fleet, versions: ClientVersions, retries: Retries) {
    this.fleet = fleet;
    this.versions = versions;
    this.retries = retries;
    this.reloadLuck = fleet.stream('reload');
    this.impatienceLuck = fleet.stream('impatience');
    this.pageReloads = fleet.engine.register('page is reloaded', (session) => {
      fleet.roster.setTimer(session, 0);
      this.start(session, ReloadCause.gaveUp);
    });
    this.patienceEnds = fleet.engine.register('person loses patience', (session) => {
      versions.memory.setPatienceTimer(session, 0);
      // Whoever loses patience has no connection to lose.
      this.reload(session, ReloadCause.impatience, 0);
    });
  }

  /** The page is loaded again now: a connection is dropped, as part of `loss`, an open attempt cancelled. */
  reload(session: number, cause: number, loss: number): void {
    const { clients, roster } = this.fleet;
    if (roster.state(session) === Session.connected) clients.lose(session, DropCause.reload, loss);
    else clients.stopWaiting(session);
    this.start(session, cause);
  }

  /** Somebody whose client gave up loads the page again, after a while. */
  afterGivingUp(session: number): void {
    const { engine, roster } = this.fleet;
    const draws = this.reloadLuck.at(roster.serial(session), roster.attemptNumber(session));
    const { reloadAfter } = this.versions.rulesOf(session);
    roster.setTimer(session, engine.schedule(engine.nowMs + reloadAfter.sample(draws), this.pageReloads, session));
  }

  /** A person begins to wait for a connection now: one that was just lost, or that the page which was just loaded asks for. */
  beginPatience(session: number): void {
    const { engine, roster, scenario } = this.fleet;
    const { memory } = this.versions;
    if (!memory.hasImpatience) return;
    this.endPatience(session);
    const { patience } = this.versions.rulesOf(session);
    if (patience === null) return;
    const draws = this.impatienceLuck.at(
      roster.serial(session),
      roster.attemptNumber(session),
      memory.countPatience(session),
    );
    // An attempt that has not even arrived has tried nobody's patience; so pages are not loaded again and again at one instant.
    const afterMs = Math.max(scenario.networkDelayMs, patience.sample(draws));
    memory.setPatienceTimer(session, engine.schedule(engine.nowMs + afterMs, this.patienceEnds, session));
  }

  /** The person has a connection, or does not wait for one any more. */
  endPatience(session: number): void {
    const { memory } = this.versions;
    const timer = memory.patienceTimer(session);
    if (timer === 0) return;
    this.fleet.engine.cancel(timer, session);
    memory.setPatienceTimer(session, 0);
  }

  /** When the page is loaded again if nothing happens before; Infinity: never. */
  patienceEndsMs(session: number): number {
    const timer = this.versions.memory.patienceTimer(session);
    return timer === 0 ? Infinity : this.fleet.engine.timeOf(timer);
  }

  private start(session: number, cause: number): void {
    const { engine, recorder, roster } = this.fleet;
    recorder?.pageReloaded(engine.nowMs, roster.pod(session), cause);
    this.versions.memory.forget(session);
    roster.setAttempt(session, 0);
    roster.setReloaded(session);
    roster.pageLoads[session]++;
    this.fleet.setState(session, Session.waiting);
    this.retries.attemptNow(session);
    this.beginPatience(session);
  }
}
