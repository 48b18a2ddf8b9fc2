/**
 * The timeline: runs of actions, each at an instant or after another action or
 * responder is done. An action is over when every host that it touched is up
 * again (or gone for good) and its own windows have passed; what the cascade
 * does to those hosts later is not its doing.
 */
import type { HandlerId } from '../engine/engine.ts';
import { impossible } from '../engine/simulation-error.ts';
import { actions, type FleetControl } from '../policies/actions.ts';
import type { TargetSpec } from '../policies/targets.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { Balancer } from './balancer.ts';
import type { Fleet } from './fleet.ts';
import type { Host } from './host.ts';
import { disconnectedFraction } from './gauges.ts';
import { changeRules, changesOf } from './tier-rules.ts';

type TimelineAction = Scenario['timeline'][number];

/** One action under way. `pending` counts what it still waits for. */
export class ActionRun {
  readonly name: string;
  readonly title: string;
  readonly byResponder: boolean;
  loss = 0;
  private pending = 0;
  private readonly whenDone: (run: ActionRun) => void;

  constructor(
    action: Pick<TimelineAction, 'name' | 'title'>,
    byResponder: boolean,
    whenDone: (run: ActionRun) => void,
  ) {
    this.name = action.name;
    this.title = action.title;
    this.byResponder = byResponder;
    this.whenDone = whenDone;
  }

  /** The action is not over before this is settled. */
  hold(): void {
    this.pending++;
  }

  /** The action is not over before the host is up again. */
  touch(host: Host): void {
    this.hold();
    host.touchedBy.push(this);
  }

  settled(): void {
    if (--this.pending === 0) this.whenDone(this);
  }
}

export class Timeline {
  private readonly fleet: Fleet;
  private readonly begins: HandlerId;
  private readonly goesOn: HandlerId;
  /** actions in the order in which they were scheduled; the subject of `begins` */
  private readonly scheduled: { action: TimelineAction; byResponder: boolean }[] = [];
  private readonly continuations: (() => void)[] = [];
  /** by name: what waits for an action or a responder to be done */
  private readonly waiting = new Map<string, { action: TimelineAction; byResponder: boolean; byMs: number }[]>();

  constructor(fleet: Fleet) {
    this.fleet = fleet;
    this.begins = fleet.engine.register('action begins', (index) => this.onBegin(index));
    this.goesOn = fleet.engine.register('action goes on', (index) => this.continuations[index]());
  }

  begin(): void {
    for (const action of this.fleet.scenario.timeline) this.plan(action, false);
  }

  /** Schedules an action, or remembers what it waits for. */
  plan(action: TimelineAction, byResponder: boolean): void {
    const { when } = action;
    if ('atMs' in when) this.schedule(action, byResponder, when.atMs);
    else {
      const list = this.waiting.get(when.after) ?? [];
      list.push({ action, byResponder, byMs: when.byMs });
      this.waiting.set(when.after, list);
    }
  }

  /** An action is over, or a responder acts: what waited for that name is scheduled. */
  done(name: string): void {
    const { engine } = this.fleet;
    for (const { action, byResponder, byMs } of this.waiting.get(name) ?? [])
      this.schedule(action, byResponder, engine.nowMs + byMs);
    this.waiting.delete(name);
  }

  private schedule(action: TimelineAction, byResponder: boolean, atMs: number): void {
    const index = this.scheduled.push({ action, byResponder }) - 1;
    this.fleet.interventions.add(atMs);
    this.fleet.engine.schedule(atMs, this.begins, index);
  }

  private onBegin(index: number): void {
    const { engine, losses, recorder } = this.fleet;
    const { action, byResponder } = this.scheduled[index];
    const run = new ActionRun(action, byResponder, () => {
      recorder?.action(engine.nowMs, action.name, action.title, byResponder, true);
      this.done(action.name);
    });
    recorder?.action(engine.nowMs, action.name, action.title, byResponder, false);
    run.loss = losses.ofAction(action.name);
    run.hold();
    actions[action.action].start(this.controlFor(run), action.parameters);
    run.settled();
  }

  private controlFor(run: ActionRun): FleetControl {
    const { fleet } = this;
    const { hosts, hostLife } = fleet;
    return {
      select: (target) => this.select(target),
      reboot: (targets, options) => targets.forEach((host) => hostLife.reboot(hosts[host], options, run)),
      crash: (targets) => targets.forEach((host) => hostLife.crash(hosts[host], run)),
      pause: (targets, durationMs) => targets.forEach((host) => hostLife.pause(hosts[host], durationMs, run)),
      scale: (tier, pods, count, drainMs) =>
        this.balancersOf(tier, pods).forEach((balancer) => this.scale(balancer, count, drainMs, run)),
      changeTier: (tier, pods, changes) =>
        this.balancersOf(tier, pods).forEach((balancer) => this.change(balancer, changes)),
      restartTier: (tier, pods) => this.balancersOf(tier, pods).forEach((balancer) => this.restart(balancer)),
      deploy: (client, { windowMs, fraction, reload }) => {
        const index = fleet.scenario.clients.findIndex(({ name }) => name === client);
        fleet.clients.versions.rollouts.start({
          name: run.name,
          client: index,
          startMs: fleet.engine.nowMs,
          windowMs,
          fraction,
          reload,
          loss: run.loss,
        });
      },
      shedLogins: (tier, pods, fraction, whom) => {
        for (const balancer of this.balancersOf(tier, pods)) {
          balancer.shedFraction = fraction;
          balancer.shedsOnlyNew = whom === 'new';
        }
      },
      loseNetwork: (pods, fraction) => fleet.networkLosses.begin({ name: run.name, pods, fraction, loss: run.loss }),
      addArrivals: (product, { pods, perSec, forMs }) => {
        const index = fleet.productNames.indexOf(product);
        fleet.population.addArrivals({
          name: run.name,
          product: index,
          perSec,
          untilMs: fleet.engine.nowMs + forMs,
          pods,
        });
      },
      later: (delayMs, then) => this.goOnAt(fleet.engine.nowMs + delayMs, run, then),
      at: (atMs, then) => this.goOnAt(atMs, run, then),
      get nowMs() {
        return fleet.engine.nowMs;
      },
      get disconnectedFraction() {
        return disconnectedFraction(fleet, -1);
      },
      podOf: (host) => hosts[host].pod,
      abort: (hostsLeft) =>
        fleet.recorder?.aborted(fleet.engine.nowMs, run.name, hostsLeft, disconnectedFraction(fleet, -1)),
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

  private balancersOf(tier: string, pods: readonly number[]): Balancer[] {
    const index = this.fleet.tierNames.indexOf(tier);
    if (index < 0) impossible(`an action means a tier ${tier} that does not exist`);
    const all = this.fleet.balancers[index];
    return all[0].pod < 0 || pods.length === 0 ? all : pods.map((pod) => all[pod]);
  }

  private select(target: TargetSpec): number[] {
    const wanted = target.hosts === undefined ? null : new Set(target.hosts);
    return this.balancersOf(target.tier, target.pods).flatMap((balancer) => {
      const present = balancer.hosts.filter((host) => host.isInTier);
      const chosen = wanted === null ? present : present.filter((host) => wanted.has(host.number));
      return chosen.map((host) => host.index);
    });
  }

  private scale(balancer: Balancer, count: number, drainMs: number, run: ActionRun): void {
    const { fleet } = this;
    const present = balancer.hosts.filter((host) => host.isInTier && !host.leaving);
    for (const host of present.slice(count)) fleet.hostLife.remove(host, drainMs, run);
    for (let n = present.length; n < count; n++) {
      const host = fleet.addHost(balancer, balancer.rules);
      balancer.add(host, false);
      fleet.hostLife.bootNew(host, run);
    }
  }

  /** What is already so stays as it is: no policy begins anew, and nothing is looked at again. */
  private change(balancer: Balancer, asked: Readonly<Record<string, unknown>>): void {
    const { fleet } = this;
    const changes = changesOf(balancer.rules.tier, asked);
    if (Object.keys(changes).length === 0) return;
    const rules = changeRules(balancer.rules, changes, fleet.scenario.products);
    balancer.rules = rules;
    fleet.ejects ||= rules.ejects;
    fleet.hints ||= rules.tier.retryAfter !== null;
    balancer.rulesChanged(changes);
    for (const host of balancer.hosts) {
      host.rules = rules;
      fleet.recorder?.hostRulesChanged(fleet.engine.nowMs, host.index);
      if ('queue' in changes) host.renewDisciplines();
      if (!rules.resumedFirst && host.resumedLine.length > 0) host.line.absorb(host.resumedLine);
      if ('admission' in changes) {
        host.gate = rules.createAdmission();
        fleet.path.tellGate(host);
      }
      fleet.hostLife.rulesChanged(host, changes);
      fleet.updateFrozen(host);
      for (const watch of fleet.watches[host.tier]) watch.lookNow(host);
      balancer.noteState(host);
      fleet.path.pull(host);
    }
  }

  private restart(balancer: Balancer): void {
    const { fleet } = this;
    for (const host of balancer.hosts)
      if (host.isAlive) fleet.path.sweep(host, (session) => fleet.clients.reset(session));
  }
}
