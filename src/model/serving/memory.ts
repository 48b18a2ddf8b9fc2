/**
 * Memory: a host that needs more than it has dies. It does so at the instant at
 * which something was added, but in an event of its own: whoever adds is at
 * work on the host's lists.
 */
import type { HandlerId } from '../../engine/engine.ts';
import type { Fleet } from '../state/fleet.ts';
import type { Host } from '../state/host.ts';

export class MemoryLimits {
  private readonly fleet: Fleet;
  private readonly runsOut: HandlerId;

  constructor(fleet: Fleet, whenOut: (host: Host) => void) {
    this.fleet = fleet;
    this.runsOut = fleet.engine.register('host runs out of memory', (index) => {
      const host = fleet.hosts[index];
      host.times.outOfMemoryEvent = 0;
      whenOut(host);
    });
  }

  /** The host needs more than a moment ago, or has less. */
  taken(host: Host): void {
    if (host.times.outOfMemoryEvent !== 0 || !host.isAlive || !host.isOutOfMemory) return;
    const { engine } = this.fleet;
    host.times.outOfMemoryEvent = engine.schedule(engine.nowMs, this.runsOut, host.index);
  }
}
