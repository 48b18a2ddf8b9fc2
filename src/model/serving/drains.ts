/**
 * Drains: a host that takes no more attempts asks its sessions to move, each at
 * an instant of its own, spread evenly over the drain (the Phoenix drainer's
 * idea, with jitter instead of batches). A tier that holds its sessions drops
 * them, and they connect again; another one moves them. When the drain is over
 * the host's life goes on: it reboots, or leaves.
 */
import type { HandlerId } from '../../engine/engine.ts';
import type { Stream } from '../../engine/luck.ts';
import type { Fleet } from '../state/fleet.ts';
import type { Doer, Host } from '../state/host.ts';
import { DropCause, HostState } from '../state/vocabulary.ts';
import type { Connections } from './answers.ts';
import type { BalancerViews } from './balancer-views.ts';
import type { Placement } from './placement.ts';

export interface DrainNeighbours {
  readonly views: BalancerViews;
  readonly placement: Placement;
  readonly connections: Connections;
}

export class Drains {
  private readonly fleet: Fleet;
  private readonly views: BalancerViews;
  private readonly placement: Placement;
  private readonly connections: Connections;
  private readonly luck: Stream;
  private readonly whenDrained: (host: Host, drainer: Doer) => void;
  private readonly hostHasDrained: HandlerId;
  private readonly sessionMoves: HandlerId;

  constructor(fleet: Fleet, neighbours: DrainNeighbours, whenDrained: (host: Host, drainer: Doer) => void) {
    this.fleet = fleet;
    this.views = neighbours.views;
    this.placement = neighbours.placement;
    this.connections = neighbours.connections;
    this.luck = fleet.stream('drain');
    this.whenDrained = whenDrained;
    const { engine, hosts } = fleet;
    this.hostHasDrained = engine.register('host has drained', (host) => this.onDrained(hosts[host]));
    this.sessionMoves = engine.register('session is asked to move', (session) => this.onMove(session));
  }

  start(host: Host, drainMs: number, drainer: Doer): void {
    const { engine, roster } = this.fleet;
    const { times } = host;
    times.drainedBy = drainer;
    this.views.turn(host, HostState.draining);
    this.placement.eachOn(host, (session) => {
      this.connections.beginsToMove(session);
      const moment = this.luck.at(roster.serial(session), roster.attemptNumber(session)).uniform();
      roster.setDropTimer(session, engine.schedule(engine.nowMs + moment * drainMs, this.sessionMoves, session));
    });
    times.changesAtMs = engine.nowMs + drainMs;
    times.drainEvent = engine.schedule(times.changesAtMs, this.hostHasDrained, host.index);
  }

  private onMove(session: number): void {
    const { hosts, roster, tierCount } = this.fleet;
    roster.setDropTimer(session, 0);
    for (let tier = 0; tier < tierCount; tier++) {
      const index = roster.host[tier][session];
      if (index < 0) continue;
      const host = hosts[index];
      const { drainedBy, isLeaving } = host.times;
      if (drainedBy === null || host.state !== HostState.draining) continue;
      if (host.rules.tier.holdsSessions) {
        this.connections.drop(session, isLeaving ? DropCause.scale : DropCause.drain, drainedBy.loss);
        return;
      }
      this.placement.moveAway(session, host, drainedBy.loss);
    }
    this.connections.moved(session);
  }

  private onDrained(host: Host): void {
    host.times.drainEvent = 0;
    const { drainedBy } = host.times;
    if (drainedBy !== null) this.whenDrained(host, drainedBy);
  }
}
