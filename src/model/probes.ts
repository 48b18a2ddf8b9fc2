/**
 * Liveness: the platform's probes, due at start + k·every. A probe fails at
 * due + timeout if the host was stalled during all of that (see
 * Host.stalledSinceMs); so many failures in a row, and the host is killed.
 * What it leaves out: probes are no work for the host.
 */
import type { HandlerId } from '../engine/engine.ts';
import type { Stream } from '../engine/luck.ts';
import type { Fleet } from './fleet.ts';
import type { Host } from './host.ts';

export class LivenessProbes {
  private readonly fleet: Fleet;
  private readonly phaseLuck: Stream;
  private readonly whenDead: (host: Host) => void;
  private readonly probeTimesOut: HandlerId;

  constructor(fleet: Fleet, whenDead: (host: Host) => void) {
    this.fleet = fleet;
    this.phaseLuck = fleet.stream('liveness phase');
    this.whenDead = whenDead;
    this.probeTimesOut = fleet.engine.register('liveness probe times out', (host) => this.onProbe(fleet.hosts[host]), {
      deadline: true,
    });
  }

  /** Starts the probes of a host of the start, at a phase of its own. */
  beginAt(host: Host): void {
    const { liveness } = host.rules.tier;
    if (liveness === null) return;
    const phase = this.phaseLuck.at(host.luckKey, 0).uniform() - 1;
    this.start(host, phase * liveness.everyMs);
  }

  /** The first probe is due one interval after `fromMs`. */
  start(host: Host, fromMs: number): void {
    if (host.rules.tier.liveness === null) return;
    host.probeStartMs = fromMs;
    host.probeNumber = 0;
    host.probeFailures = 0;
    this.schedule(host);
  }

  stop(host: Host): void {
    if (host.probeEvent !== 0) this.fleet.engine.cancel(host.probeEvent, host.index);
    host.probeEvent = 0;
  }

  private schedule(host: Host): void {
    const { liveness } = host.rules.tier;
    if (liveness === null) return;
    host.probeNumber++;
    const dueMs = host.probeStartMs + host.probeNumber * liveness.everyMs;
    host.probeEvent = this.fleet.engine.schedule(dueMs + liveness.timeoutMs, this.probeTimesOut, host.index);
  }

  private onProbe(host: Host): void {
    const { liveness } = host.rules.tier;
    host.probeEvent = 0;
    if (liveness === null) return;
    const dueMs = host.probeStartMs + host.probeNumber * liveness.everyMs;
    const failed = host.stalledSinceMs(this.fleet.attempts) <= dueMs;
    host.probeFailures = failed ? host.probeFailures + 1 : 0;
    if (host.probeFailures >= liveness.failures) this.whenDead(host);
    else this.schedule(host);
  }
}
