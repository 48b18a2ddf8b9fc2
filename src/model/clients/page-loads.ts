/**
 * Page loads: the page of a session is loaded again, by a roll-out or by the
 * person in front of it, whose client gave up or who lost patience. Whatever
 * its sessions were doing ends, its client forgets what it knew, and it starts
 * again at attempt 1 at once. Who gave up is not impatient beside that.
 */
import type { HandlerId } from '../../engine/engine.ts';
import type { Stream } from '../../engine/luck.ts';
import type { Fleet } from '../state/fleet.ts';
import { DropCause, Happening, ReloadCause, Session } from '../state/vocabulary.ts';
import type { ClientAttempts } from './client-attempts.ts';
import type { ClientConnections } from './client-connections.ts';
import type { ClientVersions } from './client-versions.ts';
import type { Patience } from './patience.ts';
import type { Retries } from './retries.ts';

export interface PageLoadNeighbours {
  readonly versions: ClientVersions;
  readonly patience: Patience;
  readonly retries: Retries;
  readonly attempts: ClientAttempts;
  readonly connections: ClientConnections;
}

export class PageLoads {
  private readonly fleet: Fleet;
  private readonly neighbours: PageLoadNeighbours;
  private readonly reloadLuck: Stream;
  private readonly pageReloads: HandlerId;

  constructor(fleet: Fleet, neighbours: PageLoadNeighbours) {
    this.fleet = fleet;
    this.neighbours = neighbours;
    this.reloadLuck = fleet.stream('reload');
    this.pageReloads = fleet.engine.register('page is reloaded', (session) => {
      fleet.roster.setTimer(session, 0);
      this.reload(session, ReloadCause.gaveUp, 0);
    });
  }

  /** The page is loaded again now: its connections are dropped, as part of `loss`, its open attempts cancelled. */
  reload(session: number, cause: number, loss: number): void {
    const { engine, recorder, roster } = this.fleet;
    const { attempts, connections, patience } = this.neighbours;
    const page = this.fleet.pageOf(session);
    for (const one of page)
      if (roster.state(one) === Session.connected) connections.lose(one, DropCause.reload, loss);
      else attempts.stopWaiting(one);
    this.fleet.happened(Happening.pageLoads, session, cause);
    recorder?.pageReloaded(engine.nowMs, roster.pod(session), cause);
    for (const one of page) this.start(one);
    patience.begin(session, true);
  }

  /** Somebody whose client gave up loads the page again, after a while. */
  afterGivingUp(session: number): void {
    const { engine, roster } = this.fleet;
    // The page of one that has given up before will be loaded again already.
    const isDue = (one: number): boolean =>
      one !== session && roster.state(one) === Session.gaveUp && roster.timer(one) !== 0;
    if (this.fleet.pages !== null && this.fleet.pageOf(session).some(isDue)) return;
    const draws = this.reloadLuck.at(roster.serial(session), roster.attemptNumber(session));
    const { reloadAfter } = this.neighbours.versions.rulesOf(session);
    roster.setTimer(session, engine.schedule(engine.nowMs + reloadAfter.sample(draws), this.pageReloads, session));
  }

  private start(session: number): void {
    const { roster } = this.fleet;
    const { versions, retries } = this.neighbours;
    versions.memory.forget(session);
    versions.memory.countPageLoad(session);
    roster.setAttempt(session, 0);
    roster.setReloaded(session);
    this.fleet.setState(session, Session.waiting);
    retries.attemptNow(session);
  }
}
