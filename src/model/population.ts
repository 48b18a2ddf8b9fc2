/**
 * The population: the sessions of the start (all connected, spread evenly over
 * pods by share and over hosts), arrivals (constant, Poisson, by a schedule of
 * rates, or what a profile of the sessions online asks for; on top of them, those
 * that an action adds), lifetimes in calendar time from the first connection, and ambient
 * drops (network flaps), a Poisson process per session while it is connected.
 */
import { createDistribution, sampleResidual, type Distribution } from '../engine/distributions.ts';
import type { HandlerId } from '../engine/engine.ts';
import { inOrderOfNames, OwnerKeys, SequentialStream, type Draws, type Stream } from '../engine/luck.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { passProfile, passRates } from './arrival-rates.ts';
import type { Fleet } from './fleet.ts';
import type { Registrations } from './registrations.ts';
import { startsDisconnected } from './start.ts';
import { DropCause, Session } from './vocabulary.ts';

/** Arrivals that an action adds. */
export interface AddedArrivals {
  /** the action's name, which keys their luck */
  readonly name: string;
  readonly product: number;
  readonly perSec: number;
  readonly untilMs: number;
  /** empty: all */
  readonly pods: readonly number[];
}

export class Population {
  private readonly fleet: Fleet;
  private readonly registrations: Registrations;
  private readonly lifetimes: (Distribution | null)[];
  private readonly arrivalLuck: Draws[];
  /** by product: how many have been scheduled, for regular arrivals */
  private readonly arrivalCounts: number[];
  private readonly added: { readonly rules: AddedArrivals; readonly luck: Draws; readonly serials: OwnerKeys }[] = [];
  /** by product: the serial numbers of the sessions of the start, and of those that arrive */
  private readonly initialSerials: readonly OwnerKeys[];
  private readonly arrivedSerials: readonly OwnerKeys[];
  private readonly lifetimeLuck: Stream;
  private readonly ambientLuck: Stream;
  private readonly podLuck: Stream;
  private readonly startLuck: Stream;
  private readonly sessionArrives: HandlerId;
  private readonly addedSessionArrives: HandlerId;
  private readonly lifetimeEnds: HandlerId;
  private readonly networkFlaps: HandlerId;

  constructor(fleet: Fleet, registrations: Registrations) {
    this.fleet = fleet;
    this.registrations = registrations;
    const { engine, scenario } = fleet;
    this.lifetimes = scenario.products.map(({ lifetime }) => (lifetime === null ? null : createDistribution(lifetime)));
    this.arrivalLuck = scenario.products.map(({ name }) => new SequentialStream(engine.seed, `arrivals ${name}`));
    this.arrivalCounts = scenario.products.map(() => 0);
    this.initialSerials = scenario.products.map(
      ({ name }) => new OwnerKeys(engine.seed, `initial sessions of ${name}`),
    );
    this.arrivedSerials = scenario.products.map(
      ({ name }) => new OwnerKeys(engine.seed, `arrived sessions of ${name}`),
    );
    this.lifetimeLuck = fleet.stream('lifetime');
    this.ambientLuck = fleet.stream('ambient');
    this.podLuck = fleet.stream('pod');
    this.startLuck = fleet.stream('start');
    this.sessionArrives = engine.register('session arrives', (product) => this.onArrival(product));
    this.addedSessionArrives = engine.register('added session arrives', (index) => this.onAddedArrival(index));
    this.lifetimeEnds = engine.register('session leaves', (session) => this.onLifetimeEnd(session));
    this.networkFlaps = engine.register('network flaps', (session) => {
      fleet.roster.dropTimer[session] = 0;
      fleet.clients.drop(session, DropCause.ambient, 0);
    });
  }

  /**
   * Puts everybody of the start in place, connected or amid their retries, and schedules the first arrivals.
   * Each pod's sessions go round the hosts of each tier, and each pod begins
   * with another host, so that a shared host has its part of every pod.
   */
  begin(): void {
    const { products } = this.fleet.scenario;
    const amid = this.fleet.scenario.start.disconnected > 0;
    const inPod = this.fleet.podNames.map(() => 0);
    const onTier = this.fleet.balancers.map(() => this.fleet.podNames.map((_, pod) => pod));
    for (const index of inOrderOfNames(products)) {
      const product = products[index];
      const counts = shareOut(product.sessions, this.fleet.scenario.pods);
      const left = [...counts];
      for (let n = 0, pod = 0; n < product.sessions; n++, pod = (pod + 1) % left.length) {
        while (left[pod] === 0) pod = (pod + 1) % left.length;
        left[pod]--;
        const session = this.admitAtStart(pod, index);
        if (amid && startsDisconnected(this.fleet, inPod[pod]++)) this.disconnectedAtStart(session);
        else this.connectedAtStart(session, onTier);
      }
      this.scheduleArrival(index, 0);
    }
  }

  /** Sessions arrive on top of all others, by a Poisson process. */
  addArrivals(rules: AddedArrivals): void {
    const { engine } = this.fleet;
    const luck = new SequentialStream(engine.seed, `arrivals of ${rules.name}`);
    const serials = new OwnerKeys(engine.seed, `sessions of ${rules.name}`);
    const index = this.added.push({ rules, luck, serials }) - 1;
    this.scheduleAdded(index);
  }

  /** A session has connected, for the first time or again. */
  connected(session: number): void {
    const { engine, roster, scenario } = this.fleet;
    this.registrations.clear(session);
    const product = roster.product(session);
    if (roster.wasConnected(session) === 0) {
      roster.setWasConnected(session);
      const lifetime = this.lifetimes[product];
      if (lifetime !== null) {
        const lifeMs = lifetime.sample(this.lifetimeLuck.at(roster.serial(session), 0));
        if (lifeMs === 0) {
          this.fleet.clients.leave(session);
          return;
        }
        roster.lifetimeTimer[session] = engine.schedule(engine.nowMs + lifeMs, this.lifetimeEnds, session);
      }
    }
    const perSec = scenario.products[product].ambientDropsPerSec;
    if (perSec > 0) this.scheduleFlap(session, perSec);
  }

  /** A session is not connected any more: no flap can drop it. */
  disconnected(session: number): void {
    const { engine, roster } = this.fleet;
    if (roster.dropTimer[session] !== 0) engine.cancel(roster.dropTimer[session], session);
    roster.dropTimer[session] = 0;
  }

  /** A connected session has moved to another host, where its connection may flap as before. */
  resumeFlaps(session: number): void {
    const perSec = this.fleet.scenario.products[this.fleet.roster.product(session)].ambientDropsPerSec;
    if (perSec > 0) this.scheduleFlap(session, perSec, 1);
  }

  /** A session is gone: its slot is free. */
  left(session: number): void {
    const { engine, roster } = this.fleet;
    if (roster.lifetimeTimer[session] !== 0) engine.cancel(roster.lifetimeTimer[session], session);
    roster.lifetimeTimer[session] = 0;
    this.registrations.clear(session);
    roster.recycle(session);
  }

  /** When the session leaves, if it was ever connected; Infinity: never. */
  leavesAtMs(session: number): number {
    const { engine, roster } = this.fleet;
    return roster.lifetimeTimer[session] === 0 ? Infinity : engine.timeOf(roster.lifetimeTimer[session]);
  }

  private admitAtStart(pod: number, product: number): number {
    const { fleet } = this;
    const { engine, roster } = fleet;
    const session = roster.admit(pod, product, this.initialSerials[product].next());
    fleet.countAdmitted(session);
    fleet.clients.versions.assign(session);
    roster.setWasConnected(session);
    const lifetime = this.lifetimes[product];
    if (lifetime !== null) {
      const restMs = sampleResidual(lifetime, this.lifetimeLuck.at(roster.serial(session), 0));
      // A tail so heavy that it is longer than a number can hold is longer than any run.
      if (restMs < Infinity) roster.lifetimeTimer[session] = engine.schedule(restMs, this.lifetimeEnds, session);
    }
    return session;
  }

  private connectedAtStart(session: number, onTier: number[][]): void {
    const { fleet } = this;
    const { roster, scenario } = fleet;
    const pod = roster.pod(session);
    roster.connectedAtMs[session] = -1;
    fleet.setState(session, Session.connected);
    for (let tier = 0; tier < fleet.tierCount; tier++) {
      const { pool } = fleet.balancerOf(tier, pod);
      fleet.attach(session, pool[onTier[tier][pod]++ % pool.length]);
    }
    const perSec = scenario.products[roster.product(session)].ambientDropsPerSec;
    if (perSec > 0) this.scheduleFlap(session, perSec);
  }

  private disconnectedAtStart(session: number): void {
    const { clients, roster, scenario } = this.fleet;
    clients.startAmid(session, scenario.start.attempt, this.startLuck.at(roster.serial(session), 0).uniform());
  }

  private onLifetimeEnd(session: number): void {
    this.fleet.roster.lifetimeTimer[session] = 0;
    this.fleet.clients.leave(session);
  }

  private scheduleFlap(session: number, perSec: number, part = 0): void {
    const { engine, roster } = this.fleet;
    const luck = this.ambientLuck.at(roster.serial(session), roster.attemptNumber(session), part);
    const inMs = (-Math.log(luck.uniform()) / perSec) * 1000;
    roster.dropTimer[session] = engine.schedule(engine.nowMs + inMs, this.networkFlaps, session);
  }

  private onArrival(product: number): void {
    this.arrive(this.fleet.roster.admit(0, product, this.arrivedSerials[product].next()), []);
    this.scheduleArrival(product, this.fleet.engine.nowMs);
  }

  private onAddedArrival(index: number): void {
    const { rules, serials } = this.added[index];
    this.arrive(this.fleet.roster.admit(0, rules.product, serials.next()), rules.pods);
    this.scheduleAdded(index);
  }

  private scheduleAdded(index: number): void {
    const { engine } = this.fleet;
    const { rules, luck } = this.added[index];
    const atMs = engine.nowMs + (-Math.log(luck.uniform()) / rules.perSec) * 1000;
    if (atMs < rules.untilMs) engine.schedule(atMs, this.addedSessionArrives, index);
  }

  /** A session that was just admitted goes to one of the pods (all, if none is named), and attempts to connect. */
  private arrive(session: number, pods: readonly number[]): void {
    const { fleet } = this;
    const { engine, recorder, roster } = fleet;
    const pod = pods.length === 0 ? this.drawPod(roster.serial(session)) : this.drawPodOf(pods, roster.serial(session));
    roster.setPod(session, pod);
    fleet.countAdmitted(session);
    fleet.clients.versions.assign(session);
    recorder?.arrived(engine.nowMs, pod, roster.product(session));
    fleet.clients.arrive(session);
  }

  private drawPod(serial: number): number {
    const { pods } = this.fleet.scenario;
    if (pods.length === 1) return 0;
    let left = this.podLuck.at(serial, 0).uniform();
    let pod = 0;
    while (pod < pods.length - 1 && left >= pods[pod].share) left -= pods[pod++].share;
    return pod;
  }

  private drawPodOf(pods: readonly number[], serial: number): number {
    const all = this.fleet.scenario.pods;
    let left = this.podLuck.at(serial, 0).uniform() * pods.reduce((sum, pod) => sum + all[pod].share, 0);
    let i = 0;
    while (i < pods.length - 1 && left >= all[pods[i]].share) left -= all[pods[i++]].share;
    return pods[i];
  }

  private scheduleArrival(product: number, nowMs: number): void {
    const { arrivals, profile } = this.fleet.scenario.products[product];
    if (profile !== null) {
      const meanMs = this.lifetimes[product]?.meanMs ?? Infinity;
      const atMs = passProfile(profile, meanMs, nowMs, -Math.log(this.arrivalLuck[product].uniform()));
      if (atMs < Infinity) this.fleet.engine.schedule(atMs, this.sessionArrives, product);
    }
    if (arrivals === null) return;
    const atMs =
      arrivals.process === 'poisson'
        ? passRates(arrivals.schedule, nowMs, -Math.log(this.arrivalLuck[product].uniform()))
        : passRates(arrivals.schedule, 0, ++this.arrivalCounts[product]);
    if (atMs < Infinity) this.fleet.engine.schedule(atMs, this.sessionArrives, product);
  }
}

/** Splits a count by shares: largest remainders get what rounding leaves. */
export function shareOut(count: number, pods: Scenario['pods']): number[] {
  const exact = pods.map((pod) => pod.share * count);
  const counts = exact.map(Math.floor);
  const order = exact.map((value, index) => ({ index, rest: value - Math.floor(value) }));
  order.sort((a, b) => b.rest - a.rest || a.index - b.index);
  let left = count - counts.reduce((sum, value) => sum + value, 0);
  for (let i = 0; left > 0; i = (i + 1) % order.length, left--) counts[order[i].index]++;
  return counts;
}
