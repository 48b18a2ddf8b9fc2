/**
 * Patience of people: how long the one in front of a page stands being
 * disconnected before the page is loaded again. It counts from the drop, or from
 * when the page was loaded last. Not the patience of clients, which is their
 * timeout.
 */
import type { HandlerId } from '../../engine/engine.ts';
import type { Stream } from '../../engine/luck.ts';
import type { Fleet } from '../state/fleet.ts';
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
  begin(session: number): void {
    const { engine, roster, scenario } = this.fleet;
    const { memory } = this.versions;
    if (!memory.hasImpatience) return;
    this.end(session);
    const { patience } = this.versions.rulesOf(session);
    if (patience === null) return;
    const draws = this.luck.at(roster.serial(session), roster.attemptNumber(session), memory.countPatience(session));
    // An attempt that has not even arrived has tried nobody's patience; so pages are not loaded again and again at one instant.
    const afterMs = Math.max(scenario.networkDelayMs, patience.sample(draws));
    memory.setPatienceTimer(session, engine.schedule(engine.nowMs + afterMs, this.ends, session));
  }

  /** The person has a connection, or does not wait for one any more. */
  end(session: number): void {
    const { memory } = this.versions;
    const timer = memory.patienceTimer(session);
    if (timer === 0) return;
    this.fleet.engine.cancel(timer, session);
    memory.setPatienceTimer(session, 0);
  }

  /** When the page is loaded again if nothing happens before; Infinity: never. */
  endsMs(session: number): number {
    const timer = this.versions.memory.patienceTimer(session);
    return timer === 0 ? Infinity : this.fleet.engine.timeOf(timer);
  }
}
