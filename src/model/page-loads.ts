/**
 * Page loads: the page of a session is loaded again, by a roll-out or by the
 * person in front of it. Whatever the session was doing ends, and it starts
 * again at attempt 1 at once.
 */
import type { HandlerId } from '../engine/engine.ts';
import type { Stream } from '../engine/luck.ts';
import type { ClientVersions } from './client-versions.ts';
import type { Fleet } from './fleet.ts';
import type { Retries } from './retries.ts';
import { DropCause, Session } from './vocabulary.ts';

export class PageLoads {
  private readonly fleet: Fleet;
  private readonly versions: ClientVersions;
  private readonly retries: Retries;
  private readonly reloadLuck: Stream;
  private readonly pageReloads: HandlerId;

  constructor(fleet: Fleet, versions: ClientVersions, retries: Retries) {
    this.fleet = fleet;
    this.versions = versions;
    this.retries = retries;
    this.reloadLuck = fleet.stream('reload');
    this.pageReloads = fleet.engine.register('page is reloaded', (session) => {
      fleet.roster.setTimer(session, 0);
      this.start(session);
    });
  }

  /** The page is loaded again now: a connection is dropped, an open attempt cancelled. */
  reload(session: number): void {
    const { clients, roster } = this.fleet;
    if (roster.state(session) === Session.connected) clients.lose(session, DropCause.reload, 0);
    else clients.stopWaiting(session);
    this.start(session);
  }

  /** Somebody whose client gave up loads the page again, after a while. */
  afterGivingUp(session: number): void {
    const { engine, roster } = this.fleet;
    const draws = this.reloadLuck.at(roster.serial(session), roster.attemptNumber(session));
    const { reloadAfter } = this.versions.rulesOf(session);
    roster.setTimer(session, engine.schedule(engine.nowMs + reloadAfter.sample(draws), this.pageReloads, session));
  }

  private start(session: number): void {
    this.fleet.roster.setAttempt(session, 0);
    this.fleet.roster.setReloaded(session);
    this.fleet.setState(session, Session.waiting);
    this.retries.attemptNow(session);
  }
}
