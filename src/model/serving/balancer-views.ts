/**
 * Hosts' states, as their balancers come to know them: deaths and returns at
 * once, or by a balancer's own checks (HAProxy's `inter`, `fall`, `rise`), which
 * see whether a host takes connections, not whether it is quick. Drains, what
 * is not ready and what is not of the tier are told.
 */
import type { HandlerId } from '../../engine/engine.ts';
import type { Fleet } from '../state/fleet.ts';
import type { Host } from '../state/host.ts';
import { Happening, HostState } from '../state/vocabulary.ts';
import type { Ejections } from './ejection.ts';

export class BalancerViews {
  private readonly fleet: Fleet;
  private readonly ejections: Ejections;
  private readonly check: HandlerId;

  constructor(fleet: Fleet, ejections: Ejections) {
    this.fleet = fleet;
    this.ejections = ejections;
    this.check = fleet.engine.register('balancer checks a host', (host) => this.onCheck(fleet.hosts[host]));
  }

  /** The host is in this state from now on. */
  turn(host: Host, state: number): void {
    host.state = state;
    this.note(host);
    const { engine, fingerprint, recorder } = this.fleet;
    fingerprint.add(engine.nowMs, Happening.hostTurns, host.index, state);
    recorder?.hostChanged(engine.nowMs, host.index, state);
  }

  /** The host's state, readiness or rules changed: now or by its checks the balancer gets to know. */
  note(host: Host): void {
    const balancer = this.fleet.balancerOfHost(host);
    const { checks, panic } = balancer.rules.tier;
    balancer.returnsAtMs = NaN;
    if (!host.isInTier) this.ejections.forget(host);
    if (this.isTold(host)) this.setInPool(host, false);
    else if (checks === null) this.setInPool(host, host.isAlive);
    else if (host.isUp !== host.view.isInPool && host.view.checkEvent === 0) {
      host.view.checksAgainst = 0;
      this.scheduleCheck(host, checks.everyMs);
    }
    if (panic !== null) balancer.renewPool();
  }

  /** The host is down from the start, and it is known. */
  startsDown(host: Host): void {
    host.state = HostState.down;
    this.fleet.balancerOfHost(host).returnsAtMs = NaN;
    this.setInPool(host, false);
  }

  /** The balancer is told that it gets no attempts, whatever its checks say. */
  private isTold(host: Host): boolean {
    return host.state === HostState.draining || !host.isInTier || !host.readiness.isReady;
  }

  /** A check of a host whose state and the view of it differ, or did. */
  private onCheck(host: Host): void {
    const { view } = host;
    const { checks } = this.fleet.balancerOfHost(host).rules.tier;
    view.checkEvent = 0;
    if (checks === null || this.isTold(host)) {
      this.note(host);
      return;
    }
    if (host.isUp === view.isInPool) return;
    view.checksAgainst++;
    if (view.checksAgainst >= (view.isInPool ? checks.fall : checks.rise)) this.setInPool(host, host.isUp);
    else this.scheduleCheck(host, checks.everyMs);
  }

  private scheduleCheck(host: Host, everyMs: number): void {
    const { engine } = this.fleet;
    // Rounding must not put it before now.
    const nextMs = Math.max(engine.nowMs, (Math.floor(engine.nowMs / everyMs) + 1) * everyMs);
    host.view.checkEvent = engine.schedule(nextMs, this.check, host.index);
  }

  private setInPool(host: Host, isInPool: boolean): void {
    if (host.view.isInPool === isInPool) return;
    host.view.isInPool = isInPool;
    const balancer = this.fleet.balancerOfHost(host);
    const { slowStart } = balancer.rules.tier;
    if (isInPool && slowStart !== null) {
      const { nowMs } = this.fleet.engine;
      host.view.slowStartFromMs = nowMs;
      balancer.slowStartUntilMs = nowMs + slowStart.forMs;
    }
    balancer.renewPool();
  }
}
