/**
 * The population: the sessions of the start (all connected, spread evenly over
 * pods by share and over hosts), arrivals (constant, Poisson, by a schedule of
 * rates, or what a profile of the sessions online asks for; on top of them, those
 * that an action adds). How long they stay is lifetimes.ts.
 */
import type { HandlerId } from '../../engine/engine.ts';
import { inOrderOfNames, OwnerKeys, SequentialStream, type Draws, type Stream } from '../../engine/luck.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import type { Fleet } from '../state/fleet.ts';
import { Happening, Session } from '../state/vocabulary.ts';
import type { Placement } from '../serving/placement.ts';
import type { ClientVersions } from '../clients/client-versions.ts';
import type { Clients } from '../clients/clients.ts';
import type { ConnectionEnds } from '../clients/connection-ends.ts';
import { passProfile, passRates } from './arrival-rates.ts';
import type { Lifetimes } from './lifetimes.ts';
import { startsDisconnected } from './start.ts';

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

export interface PopulationNeighbours {
  readonly lifetimes: Lifetimes;
  readonly clients: Clients;
  readonly versions: ClientVersions;
  readonly ends: ConnectionEnds;
  readonly placement: Placement;
}

export class Population {
  private readonly fleet: Fleet;
  private readonly neighbours: PopulationNeighbours;
  private readonly arrivalLuck: Draws[];
  /** by product: how many have been scheduled, for regular arrivals */
  private readonly arrivalCounts: number[];
  private readonly added: { readonly rules: AddedArrivals; readonly luck: Draws; readonly serials: OwnerKeys }[] = [];
  /** by product: the serial numbers of the sessions of the start, and of those that arrive */
  private readonly initialSerials: readonly OwnerKeys[];
  private readonly arrivedSerials: readonly OwnerKeys[];
  private readonly podLuck: Stream;
  private readonly startLuck: Stream;
  private readonly sessionArrives: HandlerId;
  private readonly addedSessionArrives: HandlerId;

  constructor(fleet: Fleet, neighbours: PopulationNeighbours) {
    this.fleet = fleet;
    this.neighbours = neighbours;
    const { engine, scenario } = fleet;
    this.arrivalLuck = scenario.products.map(({ name }) => new SequentialStream(engine.seed, `arrivals ${name}`));
    this.arrivalCounts = scenario.products.map(() => 0);
    this.initialSerials = scenario.products.map(
      ({ name }) => new OwnerKeys(engine.seed, `initial sessions of ${name}`),
    );
    this.arrivedSerials = scenario.products.map(
      ({ name }) => new OwnerKeys(engine.seed, `arrived sessions of ${name}`),
    );
    this.podLuck = fleet.stream('pod');
    this.startLuck = fleet.stream('start');
    this.sessionArrives = engine.register('session arrives', (product) => this.onArrival(product));
    this.addedSessionArrives = engine.register('added session arrives', (index) => this.onAddedArrival(index));
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
      for (let n = 0, pod = 0; n < product.sessions; pod = (pod + 1) % left.length) {
        while (left[pod] === 0) pod = (pod + 1) % left.length;
        const onPage = Math.min(product.connectionsPerPage, left[pod]);
        left[pod] -= onPage;
        n += onPage;
        for (const session of this.admitAtStart(pod, index, onPage))
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

  private admitAtStart(pod: number, product: number, onPage: number): readonly number[] {
    const { fleet } = this;
    const { roster } = fleet;
    const page = this.admitPage(pod, product, this.initialSerials[product], onPage);
    for (const session of page) {
      fleet.countAdmitted(session);
      this.neighbours.versions.assign(session);
      roster.setWasConnected(session);
    }
    this.neighbours.lifetimes.beginAmid(page[0]);
    return page;
  }

  /** The sessions of a page, which are of one pod. */
  private admitPage(pod: number, product: number, serials: OwnerKeys, onPage: number): number[] {
    const { pages, roster } = this.fleet;
    const page = Array.from({ length: onPage }, () => roster.admit(pod, product, serials.next()));
    if (pages !== null) for (const session of page) pages.join(session, page[0]);
    return page;
  }

  private connectedAtStart(session: number, onTier: number[][]): void {
    const { fleet } = this;
    const { roster } = fleet;
    const pod = roster.pod(session);
    roster.connectedAtMs[session] = -1;
    fleet.setState(session, Session.connected);
    let round = 1;
    for (let tier = 0; tier < fleet.tierCount; tier++) {
      const { pool, rules } = fleet.balancerOf(tier, pod);
      const n = onTier[tier][pod]++;
      round = leastCommonMultiple(round, pool.length);
      // Where leases move by work it counts who is where at once: the sessions of each host of the other tiers are spread as well.
      const shift = rules.movesByWork ? Math.floor(n / round) : 0;
      this.neighbours.placement.attach(session, pool[(n + shift) % pool.length]);
    }
    this.neighbours.ends.begin(session);
  }

  private disconnectedAtStart(session: number): void {
    const { roster, scenario } = this.fleet;
    const partLeft = this.startLuck.at(roster.serial(session), 0).uniform();
    this.neighbours.clients.startAmid(session, scenario.start.attempt, partLeft);
  }

  private onArrival(product: number): void {
    this.arrive(product, this.arrivedSerials[product], []);
    this.scheduleArrival(product, this.fleet.engine.nowMs);
  }

  private onAddedArrival(index: number): void {
    const { rules, serials } = this.added[index];
    this.arrive(rules.product, serials, rules.pods);
    this.scheduleAdded(index);
  }

  private scheduleAdded(index: number): void {
    const { engine } = this.fleet;
    const { rules, luck } = this.added[index];
    const atMs = engine.nowMs + ((this.onPage(rules.product) * -Math.log(luck.uniform())) / rules.perSec) * 1000;
    if (atMs < rules.untilMs) engine.schedule(atMs, this.addedSessionArrives, index);
  }

  /** A page's sessions come to one of the pods (all, if none is named), and attempt to connect. */
  private arrive(product: number, serials: OwnerKeys, pods: readonly number[]): void {
    const { fleet } = this;
    const { engine, recorder, roster } = fleet;
    const page = this.admitPage(0, product, serials, this.onPage(product));
    const serial = roster.serial(page[0]);
    const pod = pods.length === 0 ? this.drawPod(serial) : this.drawPodOf(pods, serial);
    for (const session of page) {
      roster.setPod(session, pod);
      fleet.countAdmitted(session);
      this.neighbours.versions.assign(session);
      fleet.happened(Happening.arrives, session, pod);
      recorder?.arrived(engine.nowMs, pod, product);
      this.neighbours.clients.arrive(session);
    }
  }

  /** How many sessions of the product come at once. */
  private onPage(product: number): number {
    return this.fleet.scenario.products[product].connectionsPerPage;
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
    const { arrivals, connectionsPerPage, profile } = this.fleet.scenario.products[product];
    if (profile !== null) {
      const meanMs = this.neighbours.lifetimes.meanMs(product);
      const atMs = passProfile(
        profile,
        meanMs,
        nowMs,
        connectionsPerPage * -Math.log(this.arrivalLuck[product].uniform()),
      );
      if (atMs < Infinity) this.fleet.engine.schedule(atMs, this.sessionArrives, product);
    }
    if (arrivals === null) return;
    const atMs =
      arrivals.process === 'poisson'
        ? passRates(arrivals.schedule, nowMs, connectionsPerPage * -Math.log(this.arrivalLuck[product].uniform()))
        : passRates(arrivals.schedule, 0, connectionsPerPage * ++this.arrivalCounts[product]);
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

function leastCommonMultiple(a: number, b: number): number {
  let [divisor, rest] = [a, b];
  while (rest > 0) [divisor, rest] = [rest, divisor % rest];
  return (a / divisor) * b;
}
