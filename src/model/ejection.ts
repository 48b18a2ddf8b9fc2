/**
 * Ejection, one per balancer: a host at which so many attempts in a row failed
 * gets no new ones for a while, longer each time (Envoy's outlier detection by
 * consecutive failures). It keeps its sessions and what it has taken in. A
 * failure is what the balancer sees of the host: a refusal by it (queue full,
 * not admitted, down), an attempt that was reset there, one whose client
 * stopped waiting while it was there; a service that ends for a client who
 * waits is a success. Hosts return at sweeps, and each sweep without an
 * ejection takes one off the multiple. Left out: ejection by success rate, and
 * what a host's next tier does to its attempts.
 */
import type { Engine, HandlerId } from '../engine/engine.ts';
import type { Balancer } from './balancer.ts';
import type { Host } from './host.ts';
import type { Recorder } from './recorder.ts';

export class Ejection {
  private readonly engine: Engine;
  private readonly recorder: Recorder | null;
  private readonly sweep: HandlerId;
  private readonly balancer: Balancer;
  private ejectedHosts = 0;
  private sweepIsDue = false;

  constructor(balancer: Balancer, engine: Engine, recorder: Recorder | null, sweep: HandlerId) {
    this.balancer = balancer;
    this.engine = engine;
    this.recorder = recorder;
    this.sweep = sweep;
  }

  /** Whether a host of the balancer is out now: it may then come back at any sweep. */
  get isUnderWay(): boolean {
    return this.ejectedHosts > 0;
  }

  /** An attempt failed at the host. Called only where the tier's rules eject. */
  failed(host: Host): void {
    const rule = this.balancer.rules.tier.ejection;
    if (rule === null || host.isEjected || ++host.failuresInARow < rule.consecutive) return;
    host.failuresInARow = 0;
    if (host.isKnown && this.mayEject(rule.share)) this.eject(host);
  }

  /** Returns the hosts whose time is over, and lets the others' past fade. */
  swept(): void {
    this.sweepIsDue = false;
    for (const host of this.balancer.hosts) {
      if (!host.isEjected) host.ejections = Math.max(0, host.ejections - 1);
      else if (this.engine.nowMs >= host.ejectedUntilMs) this.readmit(host);
    }
    this.scheduleSweep();
  }

  /** The host left the tier: nothing is held against it. */
  forget(host: Host): void {
    host.failuresInARow = 0;
    host.ejections = 0;
    if (!host.isEjected) return;
    host.isEjected = false;
    this.ejectedHosts--;
  }

  /** The tier's rules changed. Without ejection all hosts that are out return. */
  rulesChanged(): void {
    if (this.balancer.rules.tier.ejection !== null) return;
    for (const host of this.balancer.hosts) {
      if (host.isEjected) this.readmit(host);
      this.forget(host);
    }
  }

  /** Of the hosts in service at most the share, but always one. */
  private mayEject(share: number): boolean {
    let known = 0;
    for (const host of this.balancer.hosts) if (host.isKnown) known++;
    return this.ejectedHosts === 0 || this.ejectedHosts + 1 <= share * known;
  }

  private eject(host: Host): void {
    const rule = this.balancer.rules.tier.ejection;
    if (rule === null) return;
    host.ejections++;
    const forMs = Math.min(rule.forMs * host.ejections, rule.longestMs);
    host.isEjected = true;
    host.ejectedUntilMs = this.engine.nowMs + forMs;
    this.ejectedHosts++;
    this.recorder?.hostEjected(this.engine.nowMs, host.index, forMs, host.ejections);
    this.balancer.renewPool();
    this.scheduleSweep();
  }

  private readmit(host: Host): void {
    host.isEjected = false;
    host.failuresInARow = 0;
    this.ejectedHosts--;
    this.recorder?.hostReadmitted(this.engine.nowMs, host.index);
    this.balancer.renewPool();
  }

  /** Sweeps come at the multiples of `every`, while there is something to do. */
  private scheduleSweep(): void {
    const rule = this.balancer.rules.tier.ejection;
    if (rule === null || this.sweepIsDue || !this.balancer.hosts.some((host) => host.ejections > 0)) return;
    const nextMs = Math.max(this.engine.nowMs, (Math.floor(this.engine.nowMs / rule.everyMs) + 1) * rule.everyMs);
    this.engine.schedule(nextMs, this.sweep, this.balancer.hosts[0].index);
    this.sweepIsDue = true;
  }
}
