/**
 * Ejection: a host at which so many attempts in a row failed gets no new ones
 * for a while, longer each time (Envoy's outlier detection by consecutive
 * failures). It keeps its sessions and what it has taken in. A failure is what
 * the balancer sees of the host: a refusal by it (queue full, not admitted,
 * down), an attempt that was reset there, one whose client stopped waiting while
 * it was there; a service that ends for a client who waits is a success. Hosts
 * return at sweeps, and each sweep without an ejection takes one off the
 * multiple. Left out: ejection by success rate, and what a host's next tier does
 * to its attempts.
 */
import type { HandlerId } from '../../engine/engine.ts';
import type { Balancer } from '../state/balancer.ts';
import type { Fleet } from '../state/fleet.ts';
import type { Host } from '../state/host.ts';

export class Ejections {
  private readonly fleet: Fleet;
  private readonly sweep: HandlerId;

  constructor(fleet: Fleet) {
    this.fleet = fleet;
    this.sweep = fleet.engine.register('balancer looks at ejected hosts', (host) =>
      this.onSweep(fleet.balancerOfHost(fleet.hosts[host])),
    );
  }

  /** An attempt failed at the host. */
  failed(host: Host): void {
    if (!host.rules.ejects) return;
    const balancer = this.fleet.balancerOfHost(host);
    const rule = balancer.rules.tier.ejection;
    if (rule === null || host.ejection.isOut || ++host.ejection.failuresInARow < rule.consecutive) return;
    host.ejection.failuresInARow = 0;
    if (host.isKnown && mayEject(balancer, rule.share)) this.eject(host, balancer);
  }

  /** A service ended for a client who waited for it. */
  succeeded(host: Host): void {
    host.ejection.failuresInARow = 0;
  }

  /** The host left the tier, or nobody ejects any more: nothing is held against it. */
  forget({ ejection, tier, pod }: Host): void {
    ejection.failuresInARow = 0;
    ejection.times = 0;
    if (!ejection.isOut) return;
    ejection.isOut = false;
    this.fleet.balancerOf(tier, pod).ejectedHosts--;
  }

  /** The balancer's rules changed. Without ejection all hosts that are out return. */
  rulesChanged(balancer: Balancer): void {
    if (balancer.rules.tier.ejection !== null) return;
    for (const host of balancer.hosts) {
      if (host.ejection.isOut) this.readmit(host, balancer);
      this.forget(host);
    }
  }

  /** Returns the hosts whose time is over, and lets the others' past fade. */
  private onSweep(balancer: Balancer): void {
    balancer.sweepIsDue = false;
    for (const host of balancer.hosts) {
      const { ejection } = host;
      if (!ejection.isOut) ejection.times = Math.max(0, ejection.times - 1);
      else if (this.fleet.engine.nowMs >= ejection.untilMs) this.readmit(host, balancer);
    }
    this.scheduleSweep(balancer);
  }

  private eject({ ejection, index }: Host, balancer: Balancer): void {
    const { engine, recorder } = this.fleet;
    const rule = balancer.rules.tier.ejection;
    if (rule === null) return;
    ejection.times++;
    const forMs = Math.min(rule.forMs * ejection.times, rule.longestMs);
    ejection.isOut = true;
    ejection.untilMs = engine.nowMs + forMs;
    balancer.ejectedHosts++;
    recorder?.hostEjected(engine.nowMs, index, forMs, ejection.times);
    balancer.renewPool();
    this.scheduleSweep(balancer);
  }

  private readmit({ ejection, index }: Host, balancer: Balancer): void {
    ejection.isOut = false;
    ejection.failuresInARow = 0;
    balancer.ejectedHosts--;
    this.fleet.recorder?.hostReadmitted(this.fleet.engine.nowMs, index);
    balancer.renewPool();
  }

  /** Sweeps come at the multiples of `every`, while there is something to do. */
  private scheduleSweep(balancer: Balancer): void {
    const { engine } = this.fleet;
    const rule = balancer.rules.tier.ejection;
    if (rule === null || balancer.sweepIsDue || !balancer.hosts.some((host) => host.ejection.times > 0)) return;
    const nextMs = Math.max(engine.nowMs, (Math.floor(engine.nowMs / rule.everyMs) + 1) * rule.everyMs);
    engine.schedule(nextMs, this.sweep, balancer.hosts[0].index);
    balancer.sweepIsDue = true;
  }
}

/** Of the hosts in service at most the share, but always one. */
function mayEject({ hosts, ejectedHosts }: Balancer, share: number): boolean {
  let known = 0;
  for (const host of hosts) if (host.isKnown) known++;
  return ejectedHosts === 0 || ejectedHosts + 1 <= share * known;
}
