/**
 * Connections of clients: how a connected session loses its own, and when its
 * client finds out. When it tries again is in retries.ts.
 */
import type { HandlerId } from '../../engine/engine.ts';
import { impossible } from '../../engine/simulation-error.ts';
import type { Fleet } from '../state/fleet.ts';
import { DropCause, Happening, Session, sessionStates } from '../state/vocabulary.ts';
import type { Connections } from '../serving/answers.ts';
import type { Placement } from '../serving/placement.ts';
import type { Watch } from '../serving/stalls.ts';
import type { AttemptCounters } from './attempt-counters.ts';
import type { ClientVersions } from './client-versions.ts';
import type { ConnectionEnds } from './connection-ends.ts';
import type { Patience } from './patience.ts';
import type { Retries } from './retries.ts';

export interface ConnectionNeighbours {
  readonly versions: ClientVersions;
  readonly counters: AttemptCounters;
  readonly retries: Retries;
  readonly patience: Patience;
  readonly ends: ConnectionEnds;
  readonly placement: Placement;
  /** how clients notice by themselves; null if they do not */
  readonly keepalives: Watch | null;
}

export class ClientConnections implements Connections {
  private readonly fleet: Fleet;
  private readonly networkDelayMs: number;
  private readonly neighbours: ConnectionNeighbours;
  private readonly lossIsNoticed: HandlerId;

  constructor(fleet: Fleet, neighbours: ConnectionNeighbours) {
    this.fleet = fleet;
    this.networkDelayMs = fleet.scenario.networkDelayMs;
    this.neighbours = neighbours;
    this.lossIsNoticed = fleet.engine.register('client notices its loss', (session) => this.onNotice(session), {
      deadline: true,
    });
  }

  /** A connected session loses its connection, and knows after the network delay. */
  drop(session: number, cause: number, loss: number): void {
    this.lose(session, cause, loss);
    this.fleet.setState(session, Session.waiting);
    this.neighbours.retries.retry(session, this.networkDelayMs);
  }

  /** A connected session loses its connection, and finds out by its first keepalive that is not answered. */
  vanish(session: number, cause: number, loss: number, unansweredSinceMs: number): void {
    const { engine, roster } = this.fleet;
    const { keepalives } = this.neighbours;
    const isNoticed = keepalives !== null && unansweredSinceMs < Infinity;
    const noticeMs = isNoticed ? keepalives.failsMs(session, unansweredSinceMs) : Infinity;
    this.lose(session, cause, loss);
    this.fleet.setState(session, Session.unaware);
    if (noticeMs < Infinity) roster.setTimer(session, engine.schedule(noticeMs, this.lossIsNoticed, session));
  }

  beginsToMove(session: number): void {
    this.neighbours.ends.stop(session);
  }

  moved(session: number): void {
    this.neighbours.ends.goOn(session);
  }

  /** The connection is gone: for the books, and from all hosts. What the client does next is the caller's. */
  lose(session: number, cause: number, loss: number): void {
    const { engine, recorder, roster } = this.fleet;
    if (roster.state(session) !== Session.connected)
      impossible(`session ${session} drops while it is ${sessionStates[roster.state(session)]}`);
    this.rememberHost(session, cause);
    this.end(session);
    this.neighbours.counters.lost(session);
    roster.droppedAtMs[session] = engine.nowMs;
    roster.setLoss(session, loss);
    this.fleet.happened(Happening.drops, session, (loss << 8) | cause);
    recorder?.dropped(engine.nowMs, roster.pod(session), cause, loss);
    this.neighbours.patience.begin(session);
  }

  /** The session is on no host any more. */
  end(session: number): void {
    this.neighbours.placement.takeOff(session);
    this.neighbours.ends.stop(session);
  }

  /** A client with affinity will ask for the host that it loses now, unless that host itself asked it to move. */
  private rememberHost(session: number, cause: number): void {
    const { memory } = this.neighbours.versions;
    if (!memory.hasAffinity) return;
    const isAsked = cause === DropCause.drain || cause === DropCause.scale;
    const { pinnedAttempts } = this.neighbours.versions.lastRulesOf(session);
    memory.pin(session, this.fleet.roster.host[0][session], isAsked ? 0 : pinnedAttempts);
  }

  private onNotice(session: number): void {
    this.fleet.roster.setTimer(session, 0);
    this.fleet.setState(session, Session.waiting);
    this.neighbours.retries.retry(session, 0);
  }
}
