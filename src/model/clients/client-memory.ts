/**
 * What clients remember of their own, beyond the record of their session: the
 * numbers of their retry gate, the host that they lost, when their person will
 * run out of patience, since when their transport is open, the delay before,
 * and which page it is. Each column exists only if some version needs it, for in
 * a large fleet it costs memory and cache lines.
 */
import { larger } from '../../engine/storage.ts';
import type { ClientRules } from '../state/client-rules.ts';

export class ClientMemory {
  readonly hasGates: boolean;
  readonly hasAffinity: boolean;
  readonly hasImpatience: boolean;
  /** A session's gate: the version whose it is + 1 (0: none yet), then that gate's own numbers. */
  gates = new Float64Array(0);
  private readonly gateWidth: number;
  /** the host of the first tier that the session lost last, −1: none; and for how many attempts it is asked first */
  private lostHosts = new Int32Array(0);
  private pinsLeft = new Int32Array(0);
  /** the event at which its person loads the page again, 0: none; and how often that was set */
  private patienceTimers = new Uint32Array(0);
  private patienceCounts = new Int32Array(0);
  readonly hasFirstDelays: boolean;
  /** how many of the attempts that its counter counts came after a first delay, and so after no step of its backoff */
  private firstDelays = new Int32Array(0);
  readonly holdsFromOpen: boolean;
  /** when the transport of its attempt or connection opened; Infinity: it has not */
  openedAtMs = new Float64Array(0);
  readonly hasDelays: boolean;
  /** the delay before the attempt at hand */
  previousDelayMs = new Float64Array(0);
  private readonly countsPages: boolean;
  /** how often its page was loaded again */
  private pageLoads = new Uint32Array(0);

  constructor(versions: readonly ClientRules[]) {
    this.hasGates = versions.some(({ gate }) => gate !== null);
    this.hasAffinity = versions.some(({ pinnedAttempts }) => pinnedAttempts > 0);
    this.hasImpatience = versions.some(({ patience }) => patience !== null);
    this.hasFirstDelays = versions.some(({ firstDelay }) => firstDelay !== null);
    this.holdsFromOpen = versions.some(({ holdsFromOpen }) => holdsFromOpen);
    this.hasDelays = versions.some(({ backoff }) => backoff.usesPrevious === true);
    this.countsPages = versions.some(({ drawsOncePerPage }) => drawsOncePerPage);
    this.gateWidth = 1 + Math.max(0, ...versions.map(({ gate }) => gate?.size ?? 0));
  }

  /** A new session has the slot; there are so many slots by now. */
  begin(session: number, capacity: number): void {
    if (this.hasGates) {
      if (this.gates.length < capacity * this.gateWidth)
        this.gates = larger(this.gates, new Float64Array(capacity * this.gateWidth));
      this.forgetGate(session);
    }
    if (this.hasAffinity) {
      if (this.lostHosts.length < capacity) {
        this.lostHosts = larger(this.lostHosts, new Int32Array(capacity));
        this.pinsLeft = larger(this.pinsLeft, new Int32Array(capacity));
      }
      this.pinsLeft[session] = 0;
    }
    if (this.hasFirstDelays) {
      if (this.firstDelays.length < capacity) this.firstDelays = larger(this.firstDelays, new Int32Array(capacity));
      this.firstDelays[session] = 0;
    }
    if (this.holdsFromOpen) {
      if (this.openedAtMs.length < capacity) this.openedAtMs = larger(this.openedAtMs, new Float64Array(capacity));
      this.openedAtMs[session] = Infinity;
    }
    if (this.hasDelays) {
      if (this.previousDelayMs.length < capacity)
        this.previousDelayMs = larger(this.previousDelayMs, new Float64Array(capacity));
      this.previousDelayMs[session] = 0;
    }
    if (this.countsPages) {
      if (this.pageLoads.length < capacity) this.pageLoads = larger(this.pageLoads, new Uint32Array(capacity));
      this.pageLoads[session] = 0;
    }
    if (!this.hasImpatience) return;
    if (this.patienceTimers.length < capacity) {
      this.patienceTimers = larger(this.patienceTimers, new Uint32Array(capacity));
      this.patienceCounts = larger(this.patienceCounts, new Int32Array(capacity));
    }
    this.patienceTimers[session] = 0;
    this.patienceCounts[session] = 0;
  }

  /** The page is loaded anew: what the client knew is gone. */
  forget(session: number): void {
    if (this.hasGates) this.forgetGate(session);
    if (this.hasAffinity) this.pinsLeft[session] = 0;
    if (this.holdsFromOpen) this.openedAtMs[session] = Infinity;
    this.countsAnew(session);
  }

  /** The session's attempts are counted anew. */
  countsAnew(session: number): void {
    if (this.hasFirstDelays) this.firstDelays[session] = 0;
  }

  /** The session's next attempt comes after a first delay. */
  countFirstDelay(session: number): void {
    this.firstDelays[session]++;
  }

  /** How many of the attempts that its counter counts came after no step of its backoff. */
  firstDelaysOf(session: number): number {
    return this.hasFirstDelays ? this.firstDelays[session] : 0;
  }

  /** The session's page is loaded again. */
  countPageLoad(session: number): void {
    if (this.countsPages) this.pageLoads[session]++;
  }

  pageLoadsOf(session: number): number {
    return this.countsPages ? this.pageLoads[session] : 0;
  }

  /** Where the numbers of the session's gate begin in `gates`; another version's are cleared. */
  gateOffset(session: number, version: number): number {
    const place = session * this.gateWidth;
    if (this.gates[place] !== version + 1) {
      this.forgetGate(session);
      this.gates[place] = version + 1;
    }
    return place + 1;
  }

  private forgetGate(session: number): void {
    const place = session * this.gateWidth;
    this.gates.fill(0, place, place + this.gateWidth);
  }

  /** The session asks for this host with its next attempts. */
  pin(session: number, host: number, attempts: number): void {
    this.lostHosts[session] = host;
    this.pinsLeft[session] = attempts;
  }

  /** The host that the attempt which begins now asks for, or −1: any. */
  takePin(session: number): number {
    if (this.pinsLeft[session] === 0) return -1;
    this.pinsLeft[session]--;
    return this.lostHosts[session];
  }

  patienceTimer(session: number): number {
    return this.hasImpatience ? this.patienceTimers[session] : 0;
  }
  setPatienceTimer(session: number, timer: number): void {
    this.patienceTimers[session] = timer;
  }
  /** Numbers the session's patience: each time another draw. */
  countPatience(session: number): number {
    return this.patienceCounts[session]++;
  }
}
