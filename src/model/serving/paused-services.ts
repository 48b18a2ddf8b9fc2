/** Services that stand still: those of a paused host, which go on where they were once it does. */
import type { HandlerId } from '../../engine/engine.ts';
import { Phase } from '../state/attempts.ts';
import type { Fleet } from '../state/fleet.ts';
import type { Host } from '../state/host.ts';

export class PausedServices {
  private readonly fleet: Fleet;
  private readonly serviceEnds: HandlerId;
  /** of the services that stand still: when they would have ended */
  private readonly endsMs = new Map<number, number>();

  constructor(fleet: Fleet, serviceEnds: HandlerId) {
    this.fleet = fleet;
    this.serviceEnds = serviceEnds;
  }

  /** A pause stops the clock of the host's services. */
  suspend(host: Host): void {
    const { attempts, engine, recorder } = this.fleet;
    this.eachInService(host, (attempt) => {
      recorder?.servicePaused(engine.nowMs, host.tier, attempts.session(attempt) < 0);
      this.endsMs.set(attempt, this.serviceEndsMs(attempt));
      engine.cancel(attempts.serviceEvent(attempt), attempt);
      attempts.setServiceEvent(attempt, 0);
    });
  }

  /** After a pause of so long they go on. */
  resume(host: Host, pausedMs: number): void {
    const { attempts, engine, recorder } = this.fleet;
    this.eachInService(host, (attempt) => {
      recorder?.serviceResumed(engine.nowMs, host.tier, attempts.session(attempt) < 0);
      const endsMs = Math.max(engine.nowMs, this.serviceEndsMs(attempt) + pausedMs);
      this.endsMs.delete(attempt);
      attempts.setServiceEvent(attempt, engine.schedule(endsMs, this.serviceEnds, attempt));
    });
  }

  /** A service that stands still is over. */
  forget(attempt: number): void {
    this.endsMs.delete(attempt);
  }

  /** When the service of an attempt ends that is being served, as if it did not stand still. */
  private serviceEndsMs(attempt: number): number {
    const event = this.fleet.attempts.serviceEvent(attempt);
    return event === 0 ? (this.endsMs.get(attempt) ?? NaN) : this.fleet.engine.timeOf(event);
  }

  private eachInService(host: Host, visit: (attempt: number) => void): void {
    const { attempts } = this.fleet;
    for (let a = host.openHead; a >= 0; a = attempts.next(host.tier, a))
      if (attempts.tier(a) === host.tier && attempts.phase(a) === Phase.serving) visit(a);
  }
}
