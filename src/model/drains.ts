/**
 * Drains: a host that takes no more attempts asks its sessions to move, each at
 * an instant of its own, spread evenly over the drain (the Phoenix drainer's
 * idea, with jitter instead of batches). A tier that holds its sessions drops
 * them, and they connect again; another one moves them. When the drain is over
 * the host's life goes on: it reboots, or leaves.
 */
import type { HandlerId } from '../engine/engine.ts';
import type { Stream } from '../engine/luck.ts';
import type { Fleet } from './fleet.ts';
import type { Host } from './host.ts';
import { eachSession, moveAway } from './moves.ts';
import type { ActionRun } from './timeline.ts';
import { DropCause, HostState } from './vocabulary.ts';

export class Drains {
  private readonly fleet: Fleet;
  private readonly luck: Stream;
  private readonly whenDrained: (host: Host, action: ActionRun) => void;
  private readonly hostHasDrained: HandlerId;
  private readonly sessionMoves: HandlerId;

  constructor(fleet: Fleet, whenDrained: (host: Host, action: ActionRun) => void) {
    this.fleet = fleet;
    this.luck = fleet.stream('drain');
    this.whenDrained = whenDrained;
    const { engine, hosts } = fleet;
    this.hostHasDrained = engine.register('host has drained', (host) => this.onDrained(hosts[host]));
    this.sessionMoves = engine.register('session is asked to move', (session) => this.onMove(session));
  }

  start(host: Host, drainMs: number, action: ActionRun): void {
    const { fleet } = this;
    const { engine, roster } = fleet;
    host.drainedBy = action;
    fleet.setHostState(host, HostState.draining);
    eachSession(fleet, host, (session) => {
      fleet.population.disconnected(session);
      const moment = this.luck.at(roster.serial(session), roster.attemptNumber(session)).uniform();
      roster.dropTimer[session] = engine.schedule(engine.nowMs + moment * drainMs, this.sessionMoves, session);
    });
    host.changesAtMs = engine.nowMs + drainMs;
    host.drainEvent = engine.schedule(host.changesAtMs, this.hostHasDrained, host.index);
  }

  private onMove(session: number): void {
    const { clients, hosts, population, roster, tierCount } = this.fleet;
    roster.dropTimer[session] = 0;
    for (let tier = 0; tier < tierCount; tier++) {
      const index = roster.host[tier][session];
      const action = index < 0 ? null : hosts[index].drainedBy;
      if (action === null || hosts[index].state !== HostState.draining) continue;
      if (hosts[index].rules.tier.holdsSessions) {
        clients.drop(session, hosts[index].leaving ? DropCause.scale : DropCause.drain, action.loss);
        return;
      }
      moveAway(this.fleet, session, hosts[index]);
    }
    population.resumeFlaps(session);
  }

  private onDrained(host: Host): void {
    host.drainEvent = 0;
    if (host.drainedBy !== null) this.whenDrained(host, host.drainedBy);
  }
}
