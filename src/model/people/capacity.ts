/**
 * Capacity: asks the scaling policy of each pod's tier (or shared tier) at its
 * interval, and does what it says: standbys join at once, new hosts boot, those
 * that are too many drain and leave; hosts that are not up leave first, then the
 * youngest. Loads are sampled once a second. A standby is booted and costs as
 * much as any host; it takes nothing until it joins.
 */
import type { HandlerId } from '../../engine/engine.ts';
import { createPolicy } from '../../policies/parameters.ts';
import { scalings, type MeasuredHost, type Scaling } from '../../policies/scaling.ts';
import type { Balancer } from '../state/balancer.ts';
import type { Fleet } from '../state/fleet.ts';
import type { Host } from '../state/host.ts';
import { HostState } from '../state/vocabulary.ts';
import type { HostLife } from '../serving/host-life.ts';
import { ActionRun } from './action-run.ts';

const SAMPLE_EVERY_MS = 1000;

interface Scaled {
  readonly balancer: Balancer;
  readonly scaling: Scaling;
  readonly name: string;
  /** by a host's number: the loads sampled in this interval, and how many */
  readonly sums: number[];
  readonly samples: number[];
  sampleNumber: number;
  decisions: number;
}

export class Capacity {
  private readonly fleet: Fleet;
  private readonly hostLife: HostLife;
  private readonly scaled: Scaled[] = [];
  private readonly loadIsSampled: HandlerId;
  private readonly capacityIsDecided: HandlerId;

  constructor(fleet: Fleet, hostLife: HostLife) {
    this.fleet = fleet;
    this.hostLife = hostLife;
    this.loadIsSampled = fleet.engine.register('load is sampled', (index) => this.onSample(index));
    this.capacityIsDecided = fleet.engine.register('capacity is decided', (index) => this.onDecision(index));
  }

  /** Puts the standbys in place, once the sessions of the start are on the hosts of the start. */
  begin(): void {
    for (const balancers of this.fleet.balancers) for (const balancer of balancers) this.beginFor(balancer);
  }

  private beginFor(balancer: Balancer): void {
    const { fleet } = this;
    const scaling = createPolicy(scalings, balancer.rules.tier.scaling);
    for (let n = 0; n < scaling.standbys; n++) fleet.addHost(balancer, false).state = HostState.standby;
    if (scaling.everyMs === Infinity) return;
    const name = fleet.placeName(balancer);
    const index =
      this.scaled.push({ balancer, scaling, name, sums: [], samples: [], sampleNumber: 0, decisions: 0 }) - 1;
    this.scheduleSample(index);
    this.scheduleDecision(index);
  }

  private scheduleSample(index: number): void {
    const scaled = this.scaled[index];
    this.fleet.engine.schedule(++scaled.sampleNumber * SAMPLE_EVERY_MS, this.loadIsSampled, index);
  }

  private scheduleDecision(index: number): void {
    const scaled = this.scaled[index];
    const atMs = ++scaled.decisions * scaled.scaling.everyMs;
    this.fleet.interventions.add(atMs);
    this.fleet.engine.schedule(atMs, this.capacityIsDecided, index);
  }

  private onSample(index: number): void {
    const { balancer, sums, samples } = this.scaled[index];
    for (const host of balancer.hosts) {
      if (!host.isUp) continue;
      sums[host.number] = (sums[host.number] ?? 0) + loadOf(host);
      samples[host.number] = (samples[host.number] ?? 0) + 1;
    }
    this.scheduleSample(index);
  }

  private onDecision(index: number): void {
    const scaled = this.scaled[index];
    const { balancer, scaling, sums, samples } = scaled;
    const hosts = balancer.hosts.filter((host) => host.isInTier && !host.times.isLeaving);
    const standbys = balancer.hosts.filter((host) => host.state === HostState.standby && !balancer.isOut(host.number));
    const { nowMs } = this.fleet.engine;
    const figures = hosts.map((host) => this.figuresOf(host, sums[host.number] ?? 0, samples[host.number] ?? 0));
    const wanted = scaling.decide({ nowMs, hosts: figures, standbys: standbys.length });
    sums.length = 0;
    samples.length = 0;
    if (wanted !== hosts.length) {
      this.fleet.recorder?.scaled(nowMs, scaled.name, hosts.length, wanted);
      this.resize(scaled, hosts, standbys, wanted);
    }
    this.scheduleDecision(index);
  }

  private figuresOf(host: Host, sum: number, samples: number): MeasuredHost {
    const { nowMs } = this.fleet.engine;
    return {
      load: samples === 0 ? loadOf(host) : sum / samples,
      upForMs: host.isUp ? nowMs - host.times.upSinceMs : -1,
      readyForMs: host.isUp && host.readiness.isReady ? nowMs - host.readiness.sinceMs : -1,
      isNew: host.times.upSinceMs < 0,
    };
  }

  private resize(
    { balancer, scaling, name }: Scaled,
    hosts: readonly Host[],
    standbys: readonly Host[],
    wanted: number,
  ): void {
    const { fleet, hostLife } = this;
    const title = `scaling of ${name}`;
    const loss = wanted < hosts.length ? fleet.losses.ofAction(title) : 0;
    const run = new ActionRun(title, loss, () => undefined);
    const joining = Math.min(standbys.length, Math.max(0, wanted - hosts.length));
    for (const host of standbys.slice(0, joining)) hostLife.join(host);
    const gone =
      wanted > hosts.length + joining
        ? balancer.hosts.filter((host) => host.state === HostState.absent && !balancer.isOut(host.number))
        : [];
    for (let n = hosts.length + joining; n < wanted; n++)
      this.bootAnother(balancer, gone[n - hosts.length - joining], run);
    if (wanted >= hosts.length) return;
    const order = [...hosts].sort((a, b) => Number(a.isUp) - Number(b.isUp) || b.number - a.number);
    for (const host of order.slice(0, hosts.length - wanted)) hostLife.remove(host, scaling.drainMs, run);
  }

  /** One that has left comes again, or a further one. */
  private bootAnother(balancer: Balancer, gone: Host | undefined, run: ActionRun): void {
    if (gone === undefined) {
      this.hostLife.bootFurther(balancer, run);
      return;
    }
    gone.times.isLeaving = false;
    this.hostLife.bootNew(gone, run);
  }
}

/** Busy slots / slots + u. */
function loadOf(host: Host): number {
  return host.busy / host.rules.slots + host.backgroundLoad();
}
