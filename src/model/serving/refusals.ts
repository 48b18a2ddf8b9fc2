/**
 * What refusing costs a host: `refusalWork` for each attempt it refuses, spread
 * over the second after the one in which they were refused, as background
 * load. Refusals are counted in whole seconds of the clock, so that a storm of
 * them costs one event a second and host. A host that refuses for free counts
 * nothing.
 */
import type { HandlerId } from '../../engine/engine.ts';
import type { Fleet } from '../state/fleet.ts';
import type { Host } from '../state/host.ts';
import type { Ejections } from './ejection.ts';
import type { Stalls } from './stalls.ts';

/** How long the window of `refusalWork` is. */
const REFUSAL_WINDOW_MS = 1000;

export class Refusals {
  private readonly fleet: Fleet;
  private readonly stalls: Stalls;
  private readonly ejections: Ejections;
  private readonly tick: HandlerId;

  constructor(fleet: Fleet, stalls: Stalls, ejections: Ejections) {
    this.fleet = fleet;
    this.stalls = stalls;
    this.ejections = ejections;
    this.tick = fleet.engine.register('refusals are counted', (host) => this.onTick(fleet.hosts[host]));
  }

  /** The host refuses an attempt. */
  by(host: Host): void {
    this.ejections.failed(host);
    if (host.rules.refusalWorkMs === 0) return;
    const { refusals } = host;
    refusals.thisSecond++;
    if (refusals.tick !== 0) return;
    const { engine } = this.fleet;
    const nextMs = (Math.floor(engine.nowMs / REFUSAL_WINDOW_MS) + 1) * REFUSAL_WINDOW_MS;
    refusals.tick = engine.schedule(nextMs, this.tick, host.index);
  }

  private onTick(host: Host): void {
    const { engine } = this.fleet;
    const { refusals } = host;
    refusals.lastSecond = refusals.thisSecond;
    refusals.thisSecond = 0;
    refusals.tick =
      refusals.lastSecond > 0 ? engine.schedule(engine.nowMs + REFUSAL_WINDOW_MS, this.tick, host.index) : 0;
    this.stalls.updateFrozen(host);
  }
}
