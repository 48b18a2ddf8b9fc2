/**
 * When a client counts its attempts anew: once a connection has held so long
 * (`resetAfter`). It holds since the answer, or to some libraries since its
 * transport opened, so that to them an attempt whose login then fails was a
 * connection too.
 */
import type { Fleet } from '../state/fleet.ts';
import type { ClientVersions } from './client-versions.ts';

export class AttemptCounters {
  private readonly fleet: Fleet;
  private readonly versions: ClientVersions;

  constructor(fleet: Fleet, versions: ClientVersions) {
    this.fleet = fleet;
    this.versions = versions;
  }

  /** The transport of the session's attempt is open. */
  opened(session: number): void {
    const { memory } = this.versions;
    if (memory.holdsFromOpen) memory.openedAtMs[session] = this.fleet.engine.nowMs;
  }

  /** It is open, and the session's client will not hear of it. */
  notOpened(session: number): void {
    const { memory } = this.versions;
    if (memory.holdsFromOpen) memory.openedAtMs[session] = Infinity;
  }

  /** The session is connected; its transport opened before, or opens with it. */
  connected(session: number): void {
    const { memory } = this.versions;
    if (memory.holdsFromOpen)
      memory.openedAtMs[session] = Math.min(memory.openedAtMs[session], this.fleet.engine.nowMs);
  }

  /** The session's attempt failed. */
  failed(session: number): void {
    const { memory } = this.versions;
    if (!memory.holdsFromOpen) return;
    if (this.versions.lastRulesOf(session).holdsFromOpen) this.endsAfter(session, memory.openedAtMs[session]);
    memory.openedAtMs[session] = Infinity;
  }

  /** The session's connection is lost. */
  lost(session: number): void {
    const { roster } = this.fleet;
    const { memory } = this.versions;
    const connectedAtMs = roster.connectedAtMs[session];
    const holdsFromOpen = this.versions.lastRulesOf(session).holdsFromOpen && connectedAtMs >= 0;
    this.endsAfter(session, holdsFromOpen ? memory.openedAtMs[session] : connectedAtMs);
    if (memory.holdsFromOpen) memory.openedAtMs[session] = Infinity;
  }

  /** What held since then (negative: since before the start) is over. */
  private endsAfter(session: number, heldFromMs: number): void {
    const { engine, roster } = this.fleet;
    const heldMs = engine.nowMs - Math.max(0, heldFromMs);
    if (heldFromMs >= 0 && heldMs < this.versions.lastRulesOf(session).client.resetAfterMs) return;
    roster.setAttempt(session, 0);
    roster.clearBeganAtOnce(session);
    this.versions.memory.countsAnew(session);
  }
}
