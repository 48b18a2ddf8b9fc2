/**
 * Which sessions are on which hosts. A session is on one host of each tier
 * while it is connected: it counts in that host's load and memory, and is found
 * in its list when it dies. Sessions of a host that goes down and does not hold
 * them move, each to the host of the tier that is up and has the fewest, with
 * its lease. Those that find none wait, and come to the first that is up again.
 * Where leases move by work, they have to be placed (lease-moves.ts).
 */
import { impossible } from '../../engine/simulation-error.ts';
import type { Fleet } from '../state/fleet.ts';
import type { Host } from '../state/host.ts';
import type { MemoryLimits } from './memory.ts';
import type { Stalls } from './stalls.ts';

/** Of sessions whose leases move by work. */
export interface MovesByWork {
  displace(session: number, host: Host, loss: number): void;
  forget(session: number): void;
}

export class Placement {
  private readonly fleet: Fleet;
  private readonly stalls: Stalls;
  private readonly memory: MemoryLimits;
  private readonly moves: MovesByWork;

  constructor(fleet: Fleet, stalls: Stalls, memory: MemoryLimits, moves: MovesByWork) {
    this.fleet = fleet;
    this.stalls = stalls;
    this.memory = memory;
    this.moves = moves;
  }

  /** Puts a session on a host of a tier on which it has none. */
  attach(session: number, host: Host): void {
    const { host: hostOf, lastHost, next, previous } = this.fleet.roster;
    const tier = host.tier;
    const last = lastHost[tier];
    if (last !== null) last[session] = host.index;
    if (hostOf[tier][session] !== -1) this.isOnTwo(session, host);
    hostOf[tier][session] = host.index;
    next[tier][session] = host.sessionHead;
    previous[tier][session] = -1;
    if (host.sessionHead >= 0) previous[tier][host.sessionHead] = session;
    host.sessionHead = session;
    host.sessions++;
    if (this.fleet.stalled.count > 0) this.takesStalled(session, host, true);
    this.stalls.updateFrozen(host);
    if (host.rules.limitsMemory) this.memory.taken(host);
    this.stalls.attached(session, host);
  }

  /** Takes a session off its host of a tier, if it has one. */
  detach(session: number, tier: number): void {
    const { host: hostOf, next, previous } = this.fleet.roster;
    const index = hostOf[tier][session];
    if (index < 0) return;
    const host = this.fleet.hosts[index];
    const after = next[tier][session];
    const before = previous[tier][session];
    if (before >= 0) next[tier][before] = after;
    else host.sessionHead = after;
    if (after >= 0) previous[tier][after] = before;
    hostOf[tier][session] = -1;
    if (this.fleet.stalled.count > 0) this.takesStalled(session, host, false);
    if (--host.sessions < 0) impossible(`session ${session} leaves ${host.label}, which has none`);
    this.stalls.updateFrozen(host);
    this.stalls.detached(session, host);
  }

  /** Takes a session off all its hosts. */
  takeOff(session: number): void {
    this.moves.forget(session);
    for (let tier = 0; tier < this.fleet.tierCount; tier++) this.detach(session, tier);
  }

  /** A session that stalls does so at whatever hosts it has. */
  private takesStalled(session: number, host: Host, comes: boolean): void {
    const stalled = this.fleet.stalled.of(session);
    if (stalled === undefined) return;
    if (comes) host.stalled.add(stalled.sinceMs);
    else host.stalled.remove(stalled.sinceMs);
  }

  /** What the sessions of the host that stall have lost their other hosts by. */
  lossesOfStalled(host: Host): number[] {
    const losses: number[] = [];
    if (host.stalled.count === 0) return losses;
    this.eachOn(host, (session) => {
      const stalled = this.fleet.stalled.of(session);
      if (stalled !== undefined) losses.push(stalled.lost[0].loss);
    });
    return losses;
  }

  /** Visits the host's sessions; the visit may take them off the host. */
  eachOn(host: Host, visit: (session: number) => void): void {
    const next = this.fleet.roster.next[host.tier];
    for (let session = host.sessionHead; session >= 0;) {
      const after = next[session];
      visit(session);
      session = after;
    }
  }

  /** The session goes to another host of the tier that is up, if there is one; or it has to be placed, as part of `loss`. */
  moveAway(session: number, host: Host, loss: number): void {
    if (host.rules.movesByWork) {
      this.moves.displace(session, host, loss);
      return;
    }
    let best: Host | null = null;
    for (const other of this.fleet.balancerOfHost(host).hosts)
      if (other !== host && other.isUp && (best === null || other.sessions < best.sessions)) best = other;
    if (best === null) return;
    this.detach(session, host.tier);
    this.attach(session, best);
  }

  /** Sessions that found no host up when theirs went down come to this one, the first that is. */
  adoptOrphans(host: Host): void {
    for (const other of this.fleet.balancerOfHost(host).hosts)
      if (!other.isAlive && other.sessions > 0) this.eachOn(other, (session) => this.moveAway(session, other, 0));
  }

  private isOnTwo(session: number, host: Host): never {
    const other = this.fleet.hosts[this.fleet.roster.host[host.tier][session]];
    impossible(`session ${session} comes to ${host.label}, and is on ${other.label}`);
  }
}
