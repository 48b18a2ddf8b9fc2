/**
 * Readiness: the platform's probes that take a host out of the balancer and
 * bring it back (Kubernetes: Service endpoints). A probe is due at start +
 * k·every; it fails if the host is stalled during all of [due, due + timeout],
 * as with liveness, and its outcome is known at due + timeout. A host that has
 * booted is not ready before it has passed; one of the start is. Sessions stay
 * where they are. What it leaves out: probes are no work for the host.
 */
import type { HandlerId } from '../../engine/engine.ts';
import type { Stream } from '../../engine/luck.ts';
import type { Fleet } from '../state/fleet.ts';
import type { Host } from '../state/host.ts';
import type { BalancerViews } from './balancer-views.ts';

export class ReadinessProbes {
  private readonly fleet: Fleet;
  private readonly views: BalancerViews;
  private readonly phaseLuck: Stream;
  private readonly probeTimesOut: HandlerId;

  constructor(fleet: Fleet, views: BalancerViews) {
    this.fleet = fleet;
    this.views = views;
    this.phaseLuck = fleet.stream('readiness phase');
    this.probeTimesOut = fleet.engine.register('readiness probe times out', (host) => this.onProbe(fleet.hosts[host]), {
      deadline: true,
    });
  }

  /** Starts the probes of a host of the start, at a phase of its own. */
  beginAt(host: Host): void {
    const { readiness } = host.rules.tier;
    if (readiness !== null) this.start(host, this.phaseLuck.at(host.luckKey, 0).uniform() * readiness.everyMs);
  }

  /** The first probe is due at `fromMs`. */
  start(host: Host, fromMs: number): void {
    if (host.rules.tier.readiness === null) return;
    host.readiness.startMs = fromMs;
    host.readiness.number = 0;
    host.readiness.run = 0;
    this.schedule(host);
  }

  stop(host: Host): void {
    if (host.readiness.event !== 0) this.fleet.engine.cancel(host.readiness.event, host.index);
    host.readiness.event = 0;
  }

  /** Probes were switched on, off or changed: they begin anew; without any the host is ready. */
  rulesChanged(host: Host): void {
    this.stop(host);
    if (!host.isAlive) return;
    if (host.rules.tier.readiness === null && !host.readiness.isReady) this.turn(host);
    this.start(host, this.fleet.engine.nowMs);
  }

  private schedule(host: Host): void {
    const { readiness } = host.rules.tier;
    if (readiness === null) return;
    const dueMs = host.readiness.startMs + host.readiness.number * readiness.everyMs;
    host.readiness.event = this.fleet.engine.schedule(dueMs + readiness.timeoutMs, this.probeTimesOut, host.index);
  }

  private onProbe(host: Host): void {
    const { readiness } = host.rules.tier;
    host.readiness.event = 0;
    if (readiness === null) return;
    const dueMs = host.readiness.startMs + host.readiness.number * readiness.everyMs;
    const passed = host.stalledSinceMs(this.fleet.attempts) > dueMs;
    host.readiness.number++;
    host.readiness.run = passed === host.readiness.isReady ? 0 : host.readiness.run + 1;
    this.schedule(host);
    if (host.readiness.run >= (host.readiness.isReady ? readiness.failures : readiness.successes)) this.turn(host);
  }

  /** The host is not ready any more, or is again. */
  private turn(host: Host): void {
    const { fleet } = this;
    host.readiness.isReady = !host.readiness.isReady;
    host.readiness.sinceMs = fleet.engine.nowMs;
    host.readiness.run = 0;
    this.views.note(host);
    fleet.recorder?.hostReady(fleet.engine.nowMs, host.index, host.readiness.isReady);
  }
}
