/**
 * Hosts that close connections and stay, for an action: a drain in place, a
 * load balancer's reset. Each connection is closed at an instant of its own
 * within the time that it takes, and its client knows at once.
 */
import type { HandlerId } from '../../engine/engine.ts';
import type { Fleet } from '../state/fleet.ts';
import type { Host } from '../state/host.ts';
import { DropCause } from '../state/vocabulary.ts';
import type { Connections } from './answers.ts';
import type { Placement } from './placement.ts';

/** What an action closes. */
export interface Closing {
  /** keys its luck */
  readonly name: string;
  readonly fraction: number;
  readonly overMs: number;
  readonly loss: number;
}

export class Closings {
  private readonly fleet: Fleet;
  private readonly placement: Placement;
  private readonly connections: Connections;
  private readonly closes: HandlerId;
  /** by session: the loss that the pending close of its connection belongs to */
  private readonly losses = new Map<number, number>();

  constructor(fleet: Fleet, placement: Placement, connections: Connections) {
    this.fleet = fleet;
    this.placement = placement;
    this.connections = connections;
    this.closes = fleet.engine.register('connection is closed', (session) => this.onClose(session));
  }

  /** Of the connections that the hosts hold now; one that holds none of its own closes none. */
  begin(hosts: readonly Host[], { name, fraction, overMs, loss }: Closing): void {
    const { engine, roster } = this.fleet;
    const luck = this.fleet.stream(`closing ${name}`);
    for (const host of hosts) {
      if (!host.isAlive || !host.rules.tier.holdsSessions) continue;
      this.placement.eachOn(host, (session) => {
        const draws = luck.at(roster.serial(session), roster.attemptNumber(session));
        if (draws.uniform() >= fraction) return;
        this.connections.beginsToMove(session);
        this.losses.set(session, loss);
        roster.setDropTimer(session, engine.schedule(engine.nowMs + draws.uniform() * overMs, this.closes, session));
      });
    }
  }

  private onClose(session: number): void {
    this.fleet.roster.setDropTimer(session, 0);
    this.connections.drop(session, DropCause.closed, this.losses.get(session) ?? 0);
    this.losses.delete(session);
  }
}
