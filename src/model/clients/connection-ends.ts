/**
 * What ends a connection by itself, the earlier of two: the network flaps
 * (ambient drops, a Poisson process per page while any of its sessions is
 * connected: that of the first of them, the others' are for when it is not), or the
 * connection reaches its age, which its product or the hosts that hold it may
 * limit. Connections of the start have lived for a while. A session that its
 * host has asked to move has another end before it, and ends as before once it
 * has moved.
 */
import { createDistribution, sampleResidual, type Distribution } from '../../engine/distributions.ts';
import type { HandlerId } from '../../engine/engine.ts';
import type { Stream } from '../../engine/luck.ts';
import type { Fleet } from '../state/fleet.ts';
import { DropCause, Session } from '../state/vocabulary.ts';

export class ConnectionEnds {
  private readonly fleet: Fleet;
  private readonly flapLuck: Stream;
  private readonly ageLuck: Stream;
  /** by product: the ages at which somebody closes its connections */
  private readonly ages: readonly (readonly Distribution[])[];
  /** of the run */
  private readonly endMs: number;
  private readonly networkFlaps: HandlerId;
  private readonly reachesItsAge: HandlerId;

  constructor(fleet: Fleet, drop: (session: number, cause: number) => void) {
    this.fleet = fleet;
    this.flapLuck = fleet.stream('ambient');
    this.ageLuck = fleet.stream('connection age');
    this.endMs = fleet.scenario.clock.durationMs;
    const ofTiers = fleet.scenario.tiers.map(({ maxAge }) => maxAge);
    this.ages = fleet.scenario.products.map(({ maxAge }) =>
      [maxAge, ...ofTiers].flatMap((age) => (age === null ? [] : createDistribution(age))),
    );
    const ends = (label: string, cause: number): HandlerId =>
      fleet.engine.register(label, (session) => {
        fleet.roster.setDropTimer(session, 0);
        drop(session, cause);
      });
    this.networkFlaps = fleet.engine.register('network flaps', (session) => {
      fleet.roster.setDropTimer(session, 0);
      const connected = fleet.pageOf(session).filter((one) => fleet.roster.state(one) === Session.connected);
      if (connected[0] === session) for (const one of connected) drop(one, DropCause.ambient);
      else this.schedule(session, this.laterFlapMs(session));
    });
    this.reachesItsAge = ends('connection reaches its age', DropCause.age);
  }

  /** The session is connected from now on. */
  begin(session: number): void {
    this.schedule(session, this.flapsMs(session, 0));
  }

  /** It has moved to another host, and may end as before. */
  goOn(session: number): void {
    this.schedule(session, this.flapsMs(session, 1));
  }

  /** Nothing of this will drop it, nor whoever asked it to move. */
  stop(session: number): void {
    const { engine, roster } = this.fleet;
    if (roster.dropTimer(session) !== 0) engine.cancel(roster.dropTimer(session), session);
    roster.setDropTimer(session, 0);
  }

  private schedule(session: number, flapsMs: number): void {
    const { engine, roster } = this.fleet;
    const ages = this.ages[roster.product(session)];
    const agedMs = ages.length === 0 ? Infinity : this.agedMs(session, ages);
    // Most flaps of a large, healthy fleet lie beyond the run's end: nobody waits for those.
    if (Math.min(flapsMs, agedMs) >= this.endMs) return;
    roster.setDropTimer(
      session,
      flapsMs <= agedMs
        ? engine.schedule(flapsMs, this.networkFlaps, session)
        : engine.schedule(agedMs, this.reachesItsAge, session),
    );
  }

  private flapsMs(session: number, part: number): number {
    const { engine, roster, scenario } = this.fleet;
    const perSec = scenario.products[roster.product(session)].ambientDropsPerSec;
    if (perSec === 0) return Infinity;
    const draws = this.flapLuck.at(roster.serial(session), roster.attemptNumber(session), part);
    return engine.nowMs + (-Math.log(draws.uniform()) / perSec) * 1000;
  }

  /** The next of the connection's flaps, of which those until now were not heeded. */
  private laterFlapMs(session: number): number {
    const { engine, roster, scenario } = this.fleet;
    const perSec = scenario.products[roster.product(session)].ambientDropsPerSec;
    const draws = this.flapLuck.at(roster.serial(session), roster.attemptNumber(session), 0);
    let atMs = Math.max(0, roster.connectedAtMs[session]);
    while (atMs <= engine.nowMs) atMs += (-Math.log(draws.uniform()) / perSec) * 1000;
    return atMs;
  }

  /** When the connection reaches the least of its ages. */
  private agedMs(session: number, ages: readonly Distribution[]): number {
    const { engine, roster } = this.fleet;
    const connectedMs = roster.connectedAtMs[session];
    let leastMs = Infinity;
    for (let i = 0; i < ages.length; i++) {
      const draws = this.ageLuck.at(roster.serial(session), roster.attemptNumber(session), i);
      const atMs = connectedMs < 0 ? sampleResidual(ages[i], draws) : connectedMs + ages[i].sample(draws);
      leastMs = Math.min(leastMs, atMs);
    }
    return Math.max(engine.nowMs, leastMs);
  }
}
