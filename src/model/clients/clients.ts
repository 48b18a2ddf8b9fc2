/**
 * Clients, for those who let sessions come and go and who act on them: what a
 * session does from its admission on, until it leaves.
 */
import type { Fleet } from '../state/fleet.ts';
import { DropCause, Happening, ReloadCause, Session } from '../state/vocabulary.ts';
import type { Registrations } from '../serving/registrations.ts';
import type { ClientAttempts } from './client-attempts.ts';
import type { ClientConnections } from './client-connections.ts';
import type { ClientVersions } from './client-versions.ts';
import type { NetworkLoss, NetworkLosses } from './network-losses.ts';
import type { PageLoads } from './page-loads.ts';
import type { Patience } from './patience.ts';
import type { Retries, RetryEnds } from './retries.ts';
import type { SessionLives } from './session-lives.ts';

export interface ClientNeighbours {
  readonly versions: ClientVersions;
  readonly retries: Retries;
  readonly patience: Patience;
  readonly attempts: ClientAttempts;
  readonly connections: ClientConnections;
  readonly pageLoads: PageLoads;
  readonly networkLosses: NetworkLosses;
  readonly registrations: Registrations;
  readonly lives: SessionLives;
}

export class Clients {
  private readonly fleet: Fleet;
  private readonly neighbours: ClientNeighbours;

  constructor(fleet: Fleet, neighbours: ClientNeighbours) {
    this.fleet = fleet;
    this.neighbours = neighbours;
  }

  /** A session that was just admitted begins its first attempt: its page was loaded. */
  arrive(session: number): void {
    this.neighbours.retries.attemptNow(session);
    this.neighbours.patience.begin(session);
  }

  /** A session of the start is amid its retries: so many have failed, and a part of the next delay is left. */
  startAmid(session: number, failedAttempts: number, partLeft: number): void {
    const { losses, roster } = this.fleet;
    roster.droppedAtMs[session] = 0;
    roster.setLoss(session, losses.ofStart);
    this.neighbours.retries.startAmid(session, failedAttempts, partLeft);
    this.neighbours.patience.begin(session);
  }

  /** Its client has given up. */
  gaveUp(session: number, then: Parameters<RetryEnds['gaveUp']>[1]): void {
    if (then === 'leave') this.leave(session);
    else if (then === 'reload') this.neighbours.pageLoads.afterGivingUp(session);
  }

  /** The session leaves for good with all of its page, whatever they were doing. */
  leave(session: number): void {
    for (const one of this.fleet.pageOf(session)) this.leaves(one);
  }

  private leaves(session: number): void {
    const { engine, recorder, roster } = this.fleet;
    const { attempts, connections, patience, registrations, lives } = this.neighbours;
    attempts.stopWaiting(session);
    patience.end(session);
    if (roster.state(session) === Session.connected) connections.end(session);
    this.fleet.setState(session, Session.gone);
    this.fleet.happened(Happening.leaves, session, 0);
    recorder?.left(engine.nowMs, roster.pod(session));
    registrations.clear(session);
    lives.left(session);
  }

  /** A share of the clients is cut off; returns what ends it. */
  loseNetwork(rules: NetworkLoss): () => void {
    const { roster } = this.fleet;
    const { attempts, networkLosses } = this.neighbours;
    const own = networkLosses.begin(rules);
    for (let session = 0; session < roster.slots; session++) {
      const state = roster.state(session);
      if (state !== Session.connected && state !== Session.connecting) continue;
      if (!networkLosses.isCutOffBy(own, session)) continue;
      if (state === Session.connected) this.cutOff(session, rules.loss);
      else attempts.losesNetwork(session);
    }
    return () => networkLosses.end(own);
  }

  /** Its connection drops, and it does not know before a keepalive fails. */
  private cutOff(session: number, loss: number): void {
    const { attempts, engine, hosts, roster } = this.fleet;
    // A keepalive that its host had not answered by now will not be answered any more.
    const host = hosts[roster.host[0][session]];
    const sinceMs = Math.min(host.unansweredSinceMs(host.rules.tier.keepalives, attempts), engine.nowMs);
    this.neighbours.connections.vanish(session, DropCause.network, loss, sinceMs);
  }

  /** The page of a session is loaded anew because its new version asks for it, as part of `loss`. */
  reloadForDeploy(session: number, loss: number): void {
    this.neighbours.pageLoads.reload(session, ReloadCause.deploy, loss);
  }
}
