/**
 * What refusing costs a host: `refusalWork` for each attempt it refuses, spread
 * over the second after the one in which they were refused, as background
 * load. Refusals are counted in whole seconds of the clock, so that a storm of
 * them costs one event a second and host. A host that refuses for free counts
 * nothing.
 */
import type { HandlerId } from '../engine/engine.ts';
import type { Fleet } from './fleet.ts';
import type { Host } from './host.ts';

/** How long the window of `refusalWork` is. */
const REFUSAL_WINDOW_MS = 1000;

export class Refusals {
  private readonly fleet: Fleet;
  private readonly tick: HandlerId;

  constructor(fleet: Fleet) {
    this.fleet = fleet;
    this.tick = fleet.engine.register('refusals are counted', (host) => this.onTick(fleet.hosts[host]));
  }

  /** The host refuses an attempt; returns −1 − `reason`. */
  refuse(host: Host, reason: number): number {
    if (host.rules.ejects) this.fleet.balancerOf(host.tier, host.pod).ejection.failed(host);
    if (host.rules.refusalWorkMs > 0) {
      host.refusalsThisSecond++;
      if (host.refusalTick === 0) {
        const { engine } = this.fleet;
        const nextMs = (Math.floor(engine.nowMs / REFUSAL_WINDOW_MS) + 1) * REFUSAL_WINDOW_MS;
        host.refusalTick = engine.schedule(nextMs, this.tick, host.index);
      }
    }
    return -1 - reason;
  }

  private onTick(host: Host): void {
    const { engine } = this.fleet;
    host.refusalsLastSecond = host.refusalsThisSecond;
    host.refusalsThisSecond = 0;
    host.refusalTick =
      host.refusalsLastSecond > 0 ? engine.schedule(engine.nowMs + REFUSAL_WINDOW_MS, this.tick, host.index) : 0;
    this.fleet.updateFrozen(host);
  }
}
