/**
 * Liveness: the platform's probes, due at start + k·every. A probe fails at
 * due + timeout if the host was stalled during all of that (see
 * Host.stalledSinceMs); so many failures in a row, and the host is killed.
 * What it leaves out: probes are no work for the host.
 */
import type { HandlerId } from '../../engine/engine.ts';
import type { Stream } from '../../engine/luck.ts';
import type { Fleet } from '../state/fleet.ts';
import type { Host } from '../state/host.ts';

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
    host.liveness.startMs = fromMs;
    host.liveness.number = 0;
    host.liveness.failures = 0;
    this.schedule(host);
  }

  stop(host: Host): void {
    if (host.liveness.event !== 0) this.fleet.engine.cancel(host.liveness.event, host.index);
    host.liveness.event = 0;
  }

  private schedule(host: Host): void {
    const { liveness } = host.rules.tier;
    if (liveness === null) return;
    host.liveness.number++;
    const dueMs = host.liveness.startMs + host.liveness.number * liveness.everyMs;
    host.liveness.event = this.fleet.engine.schedule(dueMs + liveness.timeoutMs, this.probeTimesOut, host.index);
  }

  private onProbe(host: Host): void {
    const { liveness } = host.rules.tier;
    host.liveness.event = 0;
    if (liveness === null) return;
    const dueMs = host.liveness.startMs + host.liveness.number * liveness.everyMs;
    const failed = host.stalledSinceMs(this.fleet.attempts) <= dueMs;
    host.liveness.failures = failed ? host.liveness.failures + 1 : 0;
    if (host.liveness.failures >= liveness.failures) this.whenDead(host);
    else this.schedule(host);
  }
}
