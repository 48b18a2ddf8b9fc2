/**
 * Registrations: a tier with a registry remembers where each session is. A
 * host that vanishes without signing off leaves its sessions' registrations
 * behind; until they expire, such a session's reconnect does its full work at
 * the tier, and is then rejected.
 */
import type { ReadAhead } from '../../engine/foresight.ts';
import { larger } from '../../engine/storage.ts';
import type { Fleet } from '../state/fleet.ts';

export class Registrations implements ReadAhead {
  private readonly fleet: Fleet;
  /** by tier: until when each slot's registration is in the way; null without a registry */
  private readonly staleUntilMs: (Float64Array | null)[];

  constructor(fleet: Fleet) {
    this.fleet = fleet;
    this.staleUntilMs = fleet.scenario.tiers.map((tier) =>
      tier.registry === null ? null : new Float64Array(fleet.roster.capacity),
    );
  }

  /** Reads what the end of a service asks for: the attempt, and of the session that waits for it its registration. */
  touch(attempt: number): number {
    const { attempts, roster } = this.fleet;
    const session = attempts.session(attempt);
    const ofAttempt = attempts.touch(attempt);
    if (session < 0) return ofAttempt;
    const column = this.staleUntilMs[attempts.tier(attempt)];
    const staleUntilMs = column !== null && session < column.length ? column[session] : 0;
    return ofAttempt + roster.touch(session) + staleUntilMs;
  }

  /** The session's host of this tier is gone without signing off. */
  leaveBehind(session: number, tier: number): void {
    const registry = this.fleet.scenario.tiers[tier].registry;
    if (registry !== null) this.column(tier, session)[session] = this.fleet.engine.nowMs + registry.expiresMs;
  }

  /** True if a registration is in the session's way at the tier: it is rejected, unless its client takes it over. */
  isStale(session: number, tier: number): boolean {
    const column = this.staleUntilMs[tier];
    if (column === null) return false;
    const owner = this.fleet.roster.ownerOf(session);
    return owner < column.length && column[owner] > this.fleet.engine.nowMs;
  }

  /** A tier finished an attempt. If its client has left, it may have registered a session all the same. */
  served(attempt: number, tier: number): void {
    const { attempts, roster, scenario } = this.fleet;
    if (this.staleUntilMs[tier] === null || attempts.session(attempt) >= 0) return;
    const slot = attempts.slot(attempt);
    if (scenario.tiers[tier].registry?.registersAbandoned === true && roster.serial(slot) === attempts.serial(attempt))
      this.leaveBehind(slot, tier);
  }

  /** The slot belongs to another session from now on, or its session has registered anew. */
  clear(session: number): void {
    for (const column of this.staleUntilMs) if (column !== null && session < column.length) column[session] = 0;
  }

  private column(tier: number, session: number): Float64Array {
    let column = this.staleUntilMs[tier] ?? new Float64Array(0);
    if (session >= column.length) {
      column = larger(column, new Float64Array(this.fleet.roster.capacity));
      this.staleUntilMs[tier] = column;
    }
    return column;
  }
}
