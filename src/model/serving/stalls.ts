/**
 * Hosts that stand still: since when one is frozen, and who is told that a stall
 * may just have begun, since somebody's keepalive or lease may fail in a while.
 * What is watched, and what a failure means, is the watches' own.
 */
import type { Fleet } from '../state/fleet.ts';
import type { Host } from '../state/host.ts';
import { HostState } from '../state/vocabulary.ts';

/** Whoever waits for answers from the hosts of a tier. */
export interface Watch {
  /** A session came to a host. */
  attached(session: number, host: Host): void;
  /** A session left its host. */
  detached(session: number): void;
  /** A stall of this host may just have begun. */
  stallMayBegin(host: Host): void;
  /** The host's discipline changed, so an older stall may have come to light. */
  lookNow(host: Host): void;
  /** When the session's first question due at or after `fromMs`, and not over yet, fails; Infinity: never. */
  failsMs(session: number, fromMs: number): number;
}

export class Stalls {
  private readonly fleet: Fleet;
  /** by tier */
  private readonly watches: readonly Watch[][];

  private readonly goesOn: (host: Host) => void;

  /** `goesOn` hears of a host that opens transports again, if it has some to open. */
  constructor(fleet: Fleet, goesOn: (host: Host) => void) {
    this.fleet = fleet;
    this.goesOn = goesOn;
    this.watches = fleet.tierNames.map(() => []);
  }

  /** From now on the watch is told of the tier's hosts. */
  tell(tier: number, watch: Watch): void {
    this.watches[tier].push(watch);
  }

  attached(session: number, host: Host): void {
    const watches = this.watches[host.tier];
    for (let i = 0; i < watches.length; i++) watches[i].attached(session, host);
  }

  detached(session: number, host: Host): void {
    const watches = this.watches[host.tier];
    for (let i = 0; i < watches.length; i++) watches[i].detached(session);
  }

  /** The host's load, pause or life may have changed: notes since when it is frozen. */
  updateFrozen(host: Host): void {
    const { stall } = host;
    const { nowMs } = this.fleet.engine;
    const stops = host.state === HostState.paused || !host.isAlive;
    const freezes = stops || host.backgroundLoad() >= 1;
    const begins = (stops && stall.stoppedSinceMs === Infinity) || (freezes && stall.frozenSinceMs === Infinity);
    if (!stops) stall.stoppedSinceMs = Infinity;
    else if (stall.stoppedSinceMs === Infinity) stall.stoppedSinceMs = nowMs;
    if (!freezes) {
      stall.frozenSinceMs = Infinity;
      stall.lostSinceMs = Infinity;
    } else if (stall.frozenSinceMs === Infinity) stall.frozenSinceMs = nowMs;
    if (begins) this.mayBegin(host);
    if (host.unopened > 0 && !host.opensNone) this.goesOn(host);
  }

  /** The host's line or freeze began. */
  mayBegin(host: Host): void {
    const watches = this.watches[host.tier];
    for (let i = 0; i < watches.length; i++) watches[i].stallMayBegin(host);
  }

  /** The host follows other rules. */
  lookNow(host: Host): void {
    for (const watch of this.watches[host.tier]) watch.lookNow(host);
  }
}
