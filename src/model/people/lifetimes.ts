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
  private readonly luck: Stream;
  private readonly lifetimeEnds: HandlerId;
  private readonly whenOver: (session: number) => void;

  constructor(fleet: Fleet, whenOver: (session: number) => void) {
    this.fleet = fleet;
    this.whenOver = whenOver;
    this.distributions = fleet.scenario.products.map(({ lifetime }) =>
      lifetime === null ? null : createDistribution(lifetime),
    );
    this.luck = fleet.stream('lifetime');
    this.lifetimeEnds = fleet.engine.register('session leaves', (session) => {
      fleet.roster.lifetimeTimer[session] = 0;
      whenOver(session);
    });
  }

  /** Of the product's sessions; Infinity: they stay. */
  meanMs(product: number): number {
    return this.distributions[product]?.meanMs ?? Infinity;
  }

  /** A session of the start has been there for a while. */
  beginAmid(session: number): void {
    const { engine, roster } = this.fleet;
    const lifetime = this.distributions[roster.product(session)];
    if (lifetime === null) return;
    const restMs = sampleResidual(lifetime, this.luck.at(roster.serial(session), 0));
    // A tail so heavy that it is longer than a number can hold is longer than any run.
    if (restMs < Infinity) roster.lifetimeTimer[session] = engine.schedule(restMs, this.lifetimeEnds, session);
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
    else roster.lifetimeTimer[session] = engine.schedule(engine.nowMs + lifeMs, this.lifetimeEnds, session);
  }

  left(session: number): void {
    const { engine, roster } = this.fleet;
    if (roster.lifetimeTimer[session] !== 0) engine.cancel(roster.lifetimeTimer[session], session);
    roster.lifetimeTimer[session] = 0;
    roster.recycle(session);
  }
}
