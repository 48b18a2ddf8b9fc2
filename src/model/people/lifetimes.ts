/**
 * Lifetimes: how long a session is there, in calendar time from its first
 * connection, connected or not; with those of its page, if it has several. Those of the start have lived for a while, and
 * have what is left of it.
 */
import { createDistribution, sampleResidual, type Distribution } from '../../engine/distributions.ts';
import type { HandlerId } from '../../engine/engine.ts';
import type { Stream } from '../../engine/luck.ts';
import type { Fleet } from '../state/fleet.ts';
import type { SessionLives } from '../clients/session-lives.ts';

export class Lifetimes implements SessionLives {
  private readonly fleet: Fleet;
  /** by product; null: for ever */
  private readonly distributions: readonly (Distribution | null)[];
  /** of the run */
  private readonly endMs: number;
  private readonly luck: Stream;
  private readonly lifetimeEnds: HandlerId;
  private readonly whenOver: (session: number) => void;

  constructor(fleet: Fleet, whenOver: (session: number) => void) {
    this.fleet = fleet;
    this.whenOver = whenOver;
    this.distributions = fleet.scenario.products.map(({ lifetime }) =>
      lifetime === null ? null : createDistribution(lifetime),
    );
    this.endMs = fleet.scenario.clock.durationMs;
    this.luck = fleet.stream('lifetime');
    this.lifetimeEnds = fleet.engine.register('session leaves', (session) => {
      fleet.roster.setLifetimeTimer(session, 0);
      whenOver(session);
    });
  }

  /** Of the product's sessions; Infinity: they stay. */
  meanMs(product: number): number {
    return this.distributions[product]?.meanMs ?? Infinity;
  }

  /** A session of the start has been there for a while. */
  beginAmid(session: number): void {
    const { roster } = this.fleet;
    const lifetime = this.distributions[roster.product(session)];
    if (lifetime === null) return;
    const restMs = sampleResidual(lifetime, this.luck.at(roster.serial(session), 0));
    this.schedule(session, restMs);
  }

  connected(session: number): void {
    const { engine, roster } = this.fleet;
    if (roster.wasConnected(session) === 1) return;
    // A page is there from the first connection of any of its sessions.
    const isPageNew = this.fleet.pageOf(session).every((one) => roster.wasConnected(one) === 0);
    roster.setWasConnected(session);
    if (!isPageNew) return;
    const lifetime = this.distributions[roster.product(session)];
    if (lifetime === null) return;
    const lifeMs = lifetime.sample(this.luck.at(this.fleet.pageSerial(session), 0));
    if (lifeMs === 0) this.whenOver(session);
    else this.schedule(session, engine.nowMs + lifeMs);
  }

  /** The session leaves then, if the run lasts so long: a tail may be longer than a number can hold. */
  private schedule(session: number, atMs: number): void {
    const { engine, roster } = this.fleet;
    if (atMs < this.endMs) roster.setLifetimeTimer(session, engine.schedule(atMs, this.lifetimeEnds, session));
  }

  left(session: number): void {
    const { engine, roster } = this.fleet;
    if (roster.lifetimeTimer(session) !== 0) engine.cancel(roster.lifetimeTimer(session), session);
    roster.setLifetimeTimer(session, 0);
    roster.recycle(session);
  }
}
