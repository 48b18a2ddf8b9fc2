/**
 * Sessions that stall: their host of a tier is lost whose leases move by work
 * (`lease.moves: attempt`), and they have not been placed at another one yet.
 * They stay connected, and wait; what happens to them meanwhile queues up at
 * their other hosts (`memory.perStalledSecond`). A session may have lost its hosts of
 * several tiers at once. What they do about it is lease-moves.ts.
 */
import type { EventId } from '../../engine/engine.ts';

/** A host of a tier that the session has lost. */
export interface LostPlace {
  readonly tier: number;
  /** what the loss of the host belongs to */
  readonly loss: number;
  /** the end of its lease, if it is not placed anew before; 0: none is pending */
  failsEvent: EventId;
}

export interface Stalled {
  readonly sinceMs: number;
  /** in the order in which they were lost; it asks for the first one */
  readonly lost: LostPlace[];
  /** when it asks another host; 0: it has asked */
  asksEvent: EventId;
  /** when it waits no longer for the host that is to place it; 0: none is pending */
  timeoutEvent: EventId;
}

export class StalledSessions {
  private readonly bySlot = new Map<number, Stalled>();
  private readonly countByPod: Int32Array;

  constructor(podCount: number) {
    this.countByPod = new Int32Array(podCount);
  }

  get count(): number {
    return this.bySlot.size;
  }

  ofPod(pod: number): number {
    return this.countByPod[pod];
  }

  /** undefined: the session does not stall */
  of(session: number): Stalled | undefined {
    return this.bySlot.get(session);
  }

  begin(session: number, pod: number, sinceMs: number): Stalled {
    const stalled: Stalled = { sinceMs, lost: [], asksEvent: 0, timeoutEvent: 0 };
    this.bySlot.set(session, stalled);
    this.countByPod[pod]++;
    return stalled;
  }

  end(session: number, pod: number): void {
    this.bySlot.delete(session);
    this.countByPod[pod]--;
  }

  /** Whether the session is on no host of the tier because its own is lost. */
  hasLost(session: number, tier: number): boolean {
    return this.bySlot.get(session)?.lost.some((place) => place.tier === tier) ?? false;
  }
}
