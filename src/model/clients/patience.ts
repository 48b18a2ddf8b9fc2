/**
 * Patience of people: how long the one in front of a page stands being
 * disconnected before the page is loaded again. It counts from the drop, or from
 * when the page was loaded last; on a page of several connections it lasts until
 * none is missing. Not the patience of clients, which is their
 * timeout.
 */
import type { HandlerId } from '../../engine/engine.ts';
import type { Stream } from '../../engine/luck.ts';
import type { Fleet } from '../state/fleet.ts';
import { Session } from '../state/vocabulary.ts';
import type { ClientVersions } from './client-versions.ts';

export class Patience {
  private readonly fleet: Fleet;
  private readonly versions: ClientVersions;
  private readonly luck: Stream;
  private readonly ends: HandlerId;

  constructor(fleet: Fleet, versions: ClientVersions, whenLost: (session: number) => void) {
    this.fleet = fleet;
    this.versions = versions;
    this.luck = fleet.stream('impatience');
    this.ends = fleet.engine.register('person loses patience', (session) => {
      versions.memory.setPatienceTimer(session, 0);
      whenLost(session);
    });
  }

  /** A person begins to wait for a connection now: one that was just lost, or that the page just loaded asks for. */
  begin(of: number, anew = false): void {
    const { engine, roster, scenario } = this.fleet;
    const { memory } = this.versions;
    if (!memory.hasImpatience) return;
    const session = this.fleet.firstOfPage(of);
    // Who waits for one connection of a page does not begin to wait when another one is lost.
    if (memory.patienceTimer(session) !== 0 && !anew) return;
    this.cancel(session);
    const { patience } = this.versions.rulesOf(session);
    if (patience === null) return;
    const draws = this.luck.at(roster.serial(session), roster.attemptNumber(session), memory.countPatience(session));
    // An attempt that has not even arrived has tried nobody's patience; so pages are not loaded again and again at one instant.
    const afterMs = Math.max(scenario.networkDelayMs, patience.sample(draws));
    memory.setPatienceTimer(session, engine.schedule(engine.nowMs + afterMs, this.ends, session));
  }

  /** The person has this connection, or does not wait for it any more. */
  end(session: number): void {
    const { memory } = this.versions;
    if (!memory.hasImpatience) return;
    const { pages, roster } = this.fleet;
    const isAwaited = (one: number): boolean =>
      one !== session &&
      [Session.waiting, Session.connecting, Session.unaware].some((state) => state === roster.state(one));
    if (pages !== null && pages.sessionsOf(session).some(isAwaited)) return;
    this.cancel(this.fleet.firstOfPage(session));
  }

  private cancel(session: number): void {
    const { memory } = this.versions;
    const timer = memory.patienceTimer(session);
    if (timer === 0) return;
    this.fleet.engine.cancel(timer, session);
    memory.setPatienceTimer(session, 0);
  }

  /** When the page is loaded again if nothing happens before; Infinity: never. */
  endsMs(session: number): number {
    const timer = this.versions.memory.patienceTimer(this.fleet.firstOfPage(session));
    return timer === 0 ? Infinity : this.fleet.engine.timeOf(timer);
  }
}
