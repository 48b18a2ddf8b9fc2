/**
 * What actions can do to the fleet (see policies/actions.ts), done: each verb of
 * `FleetControl` asks the part of the model whose work it is.
 */
import type { HandlerId } from '../../engine/engine.ts';
import { impossible } from '../../engine/simulation-error.ts';
import type { FleetControl, TurningAway } from '../../policies/actions.ts';
import { meantHosts, type TargetSpec } from '../../policies/targets.ts';
import type { Balancer } from '../state/balancer.ts';
import type { Fleet } from '../state/fleet.ts';
import type { Host } from '../state/host.ts';
import { disconnectedFraction } from '../state/gauges.ts';
import type { AttemptPath } from '../serving/attempt-path.ts';
import type { Closings } from '../serving/closings.ts';
import type { HostLife } from '../serving/host-life.ts';
import type { RuleChanges } from '../serving/rule-changes.ts';
import type { Clients } from '../clients/clients.ts';
import type { Rollouts } from '../clients/rollouts.ts';
import type { ActionRun } from './action-run.ts';
import type { Population } from './population.ts';

export interface ControlNeighbours {
  readonly path: AttemptPath;
  readonly hostLife: HostLife;
  readonly closings: Closings;
  readonly ruleChanges: RuleChanges;
  readonly clients: Pick<Clients, 'loseNetwork'>;
  readonly rollouts: Pick<Rollouts, 'start'>;
  readonly population: Pick<Population, 'addArrivals'>;
}

/** Hosts or balancers refuse connects as `how` says, beside what other actions have them do; returns what ends it. */
function turnAwayAt(places: readonly Pick<Host | Balancer, 'turnsAway'>[], how: TurningAway): () => void {
  const own = { ...how };
  for (const place of places) place.turnsAway = [...place.turnsAway, own];
  return () => {
    for (const place of places) place.turnsAway = place.turnsAway.filter((each) => each !== own);
  };
}

export class FleetControls {
  private readonly fleet: Fleet;
  private readonly neighbours: ControlNeighbours;
  private readonly goesOn: HandlerId;
  /** what actions do later; the subject of `goesOn` */
  private readonly continuations: (() => void)[] = [];

  constructor(fleet: Fleet, neighbours: ControlNeighbours) {
    this.fleet = fleet;
    this.neighbours = neighbours;
    this.goesOn = fleet.engine.register('action goes on', (index) => this.continuations[index]());
  }

  /** What the action can do, with what it brings about being its own. */
  of(run: ActionRun): FleetControl {
    const { fleet } = this;
    const { engine, hosts } = fleet;
    const { hostLife, closings, ruleChanges, clients } = this.neighbours;
    return {
      select: (target) => this.select(target),
      reboot: (targets, options) => targets.forEach((host) => hostLife.reboot(hosts[host], options, run)),
      crash: (targets, afterMs) => targets.forEach((host) => hostLife.crash(hosts[host], afterMs, run)),
      kill: (targets, afterMs) => targets.forEach((host) => hostLife.killFor(hosts[host], afterMs, run)),
      startHosts: (target) => this.meant(target).forEach((host) => hostLife.startHost(host, run)),
      closeConnections: (targets, options) =>
        closings.begin(
          targets.map((host) => hosts[host]),
          { ...options, name: run.name, loss: run.loss },
        ),
      pause: (targets, durationMs) => targets.forEach((host) => hostLife.pause(hosts[host], durationMs, run)),
      scale: (tier, pods, count, drainMs) =>
        this.balancersOf(tier, pods).forEach((balancer) => this.scale(balancer, count, drainMs, run)),
      changeTier: (tier, pods, changes) =>
        this.balancersOf(tier, pods).forEach((balancer) => ruleChanges.apply(balancer, changes)),
      changeHosts: (targets, changes) =>
        ruleChanges.applyToHosts(
          targets.map((host) => hosts[host]),
          changes,
        ),
      turnAway: (targets, how) =>
        turnAwayAt(
          targets.map((host) => hosts[host]),
          how,
        ),
      restartTier: (tier, pods) => this.balancersOf(tier, pods).forEach((balancer) => this.restart(balancer)),
      deploy: (client, options) => this.deploy(client, options, run),
      shedLogins: (tier, pods, how) => turnAwayAt(this.balancersOf(tier, pods), how),
      loseNetwork: (pods, fraction) => clients.loseNetwork({ name: run.name, pods, fraction, loss: run.loss }),
      addArrivals: (product, options) => this.addArrivals(product, options, run),
      later: (delayMs, then) => this.goOnAt(engine.nowMs + delayMs, run, then),
      at: (atMs, then) => this.goOnAt(atMs, run, then),
      get nowMs() {
        return engine.nowMs;
      },
      get disconnectedFraction() {
        return disconnectedFraction(fleet, -1);
      },
      podOf: (host) => hosts[host].pod,
      abort: (hostsLeft) => fleet.recorder?.aborted(engine.nowMs, run.name, hostsLeft, disconnectedFraction(fleet, -1)),
    };
  }

  private goOnAt(atMs: number, run: ActionRun, then: () => void): void {
    run.hold();
    const index = this.continuations.push(() => {
      then();
      run.settled();
    });
    this.fleet.interventions.add(atMs);
    this.fleet.engine.schedule(atMs, this.goesOn, index - 1);
  }

  private balancersOf(tier: string, pods: readonly number[]): readonly Balancer[] {
    const index = this.fleet.tierNames.indexOf(tier);
    if (index < 0) impossible(`an action means a tier ${tier} that does not exist`);
    const all = this.fleet.balancers[index];
    return all[0].pod < 0 || pods.length === 0 ? all : pods.map((pod) => all[pod]);
  }

  private select(target: TargetSpec): number[] {
    return this.meant(target).flatMap((host) => (host.isInTier ? [host.index] : []));
  }

  /** Those that the target means, whether or not they are in their tier. */
  private meant(target: TargetSpec): Host[] {
    return this.balancersOf(target.tier, target.pods).flatMap((balancer) => {
      const isMeant = meantHosts(target, balancer.rules.tier.zones);
      return balancer.hosts.filter(({ number }) => isMeant(number));
    });
  }

  private scale(balancer: Balancer, count: number, drainMs: number, run: ActionRun): void {
    const { hostLife } = this.neighbours;
    const present = balancer.hosts.filter((host) => host.isInTier && !host.times.isLeaving);
    for (const host of present.slice(count)) hostLife.remove(host, drainMs, run);
    for (let n = present.length; n < count; n++) hostLife.bootFurther(balancer, run);
  }

  private restart(balancer: Balancer): void {
    for (const host of balancer.hosts) if (host.isAlive) this.neighbours.path.sweep(host);
  }

  private deploy(client: string, options: Parameters<FleetControl['deploy']>[1], run: ActionRun): void {
    const { engine, scenario } = this.fleet;
    const index = scenario.clients.findIndex(({ name }) => name === client);
    this.neighbours.rollouts.start({
      name: run.name,
      client: index,
      startMs: engine.nowMs,
      ...options,
      loss: run.loss,
    });
  }

  private addArrivals(product: string, options: Parameters<FleetControl['addArrivals']>[1], run: ActionRun): void {
    const { engine, productNames } = this.fleet;
    const { pods, perSec, forMs } = options;
    const untilMs = engine.nowMs + forMs;
    this.neighbours.population.addArrivals({
      name: run.name,
      product: productNames.indexOf(product),
      perSec,
      untilMs,
      pods,
    });
  }
}
