/**
 * Memory: a host that needs more than it has dies. It does so at the instant at
 * which something was added, but in an event of its own: whoever adds is at
 * work on the host's lists. What stalled sessions queue up grows with time, by
 * a rate that is known: so when it will be too much is known as well, until
 * something comes or goes. One event stands at that instant: brought forward
 * when something comes; when something has gone it comes too early, and looks again.
 */
import type { HandlerId } from '../../engine/engine.ts';
import type { Fleet } from '../state/fleet.ts';
import type { Host } from '../state/host.ts';

export class MemoryLimits {
  private readonly fleet: Fleet;
  private readonly runsOut: HandlerId;
  private readonly fillsUp: HandlerId;

  constructor(fleet: Fleet, whenOut: (host: Host) => void) {
    this.fleet = fleet;
    this.runsOut = fleet.engine.register('host runs out of memory', (index) => {
      const host = fleet.hosts[index];
      host.times.outOfMemoryEvent = 0;
      whenOut(host);
    });
    this.fillsUp = fleet.engine.register('memory fills up', (index) => {
      const host = fleet.hosts[index];
      host.times.fillsUpEvent = 0;
      if (host.fillsUpMs() <= fleet.engine.nowMs) whenOut(host);
      else this.foresee(host);
    });
  }

  /** The host needs more than a moment ago, or has less. */
  taken(host: Host): void {
    if (host.times.outOfMemoryEvent !== 0 || !host.isAlive) return;
    const { engine } = this.fleet;
    if (host.isOutOfMemory) host.times.outOfMemoryEvent = engine.schedule(engine.nowMs, this.runsOut, host.index);
    else if (host.stalled.count > 0) this.foresee(host);
  }

  /** Sees to it that the host is looked at when its memory is full, at the latest. */
  private foresee(host: Host): void {
    const { engine } = this.fleet;
    const { times } = host;
    const atMs = Math.max(engine.nowMs, host.fillsUpMs());
    if (atMs === Infinity) return;
    if (times.fillsUpEvent !== 0) {
      if (engine.timeOf(times.fillsUpEvent) <= atMs) return;
      engine.cancel(times.fillsUpEvent, host.index);
    }
    times.fillsUpEvent = engine.schedule(atMs, this.fillsUp, host.index);
  }
}
