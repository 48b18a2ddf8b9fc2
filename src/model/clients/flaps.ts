/**
 * Network flaps: ambient drops, a Poisson process per session while it is
 * connected. A session that its host has asked to move has another end before
 * it, and flaps as before once it has moved.
 */
import type { HandlerId } from '../../engine/engine.ts';
import type { Stream } from '../../engine/luck.ts';
import type { Fleet } from '../state/fleet.ts';

export class Flaps {
  private readonly fleet: Fleet;
  private readonly luck: Stream;
  private readonly networkFlaps: HandlerId;

  constructor(fleet: Fleet, whenFlapped: (session: number) => void) {
    this.fleet = fleet;
    this.luck = fleet.stream('ambient');
    this.networkFlaps = fleet.engine.register('network flaps', (session) => {
      fleet.roster.dropTimer[session] = 0;
      whenFlapped(session);
    });
  }

  /** The session is connected from now on. */
  begin(session: number): void {
    this.schedule(session, 0);
  }

  /** It has moved to another host, and may flap as before. */
  goOn(session: number): void {
    this.schedule(session, 1);
  }

  /** Nothing of the network's will drop it, nor a drain that asked it to move. */
  stop(session: number): void {
    const { engine, roster } = this.fleet;
    if (roster.dropTimer[session] !== 0) engine.cancel(roster.dropTimer[session], session);
    roster.dropTimer[session] = 0;
  }

  private schedule(session: number, part: number): void {
    const { engine, roster, scenario } = this.fleet;
    const perSec = scenario.products[roster.product(session)].ambientDropsPerSec;
    if (perSec === 0) return;
    const draws = this.luck.at(roster.serial(session), roster.attemptNumber(session), part);
    const inMs = (-Math.log(draws.uniform()) / perSec) * 1000;
    roster.dropTimer[session] = engine.schedule(engine.nowMs + inMs, this.networkFlaps, session);
  }
}
