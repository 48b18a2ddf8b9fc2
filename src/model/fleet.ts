/**
 * The fleet: what all parts of the model share. It holds the hosts, balancers,
 * sessions and attempts, counts sessions by pod and state, and is what
 * recorders and gauges read. Behaviour lives with the parts: Clients,
 * AttemptPath, HostLife, StallWatch, Population, Timeline, Responders.
 */
import type { Engine } from '../engine/engine.ts';
import { Stream } from '../engine/luck.ts';
import { impossible } from '../engine/simulation-error.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { AttemptPath } from './attempt-path.ts';
import { Attempts } from './attempts.ts';
import { Balancer } from './balancer.ts';
import type { Clients } from './clients.ts';
import { Host } from './host.ts';
import type { HostLife } from './host-life.ts';
import { Interventions } from './interventions.ts';
import { Losses } from './losses.ts';
import type { NetworkLosses } from './network-losses.ts';
import type { Population } from './population.ts';
import type { FleetView, Recorder } from './recorder.ts';
import { MOST_TOLD_APART, Sessions } from './sessions.ts';
import { startsAmiss } from './start.ts';
import type { Watch } from './stall-watch.ts';
import { compileTier, type TierRules } from './tier-rules.ts';
import type { Timeline } from './timeline.ts';
import { sessionStates, HostState, Session } from './vocabulary.ts';

const STATES = sessionStates.length;

export class Fleet implements FleetView {
  readonly engine: Engine;
  readonly scenario: Scenario;
  readonly recorder: Recorder | null;
  readonly roster: Sessions;
  readonly attempts: Attempts;
  readonly losses: Losses;
  readonly interventions: Interventions;
  readonly hosts: Host[] = [];
  /** by tier, then by pod (one only for a shared tier) */
  readonly balancers: Balancer[][] = [];
  readonly podNames: readonly string[];
  readonly tierNames: readonly string[];
  readonly productNames: readonly string[];
  readonly tierCount: number;
  /** whether some tier ejects hosts, or did */
  ejects: boolean;
  /** whether some tier tells those it refuses when to come again, or did */
  hints: boolean;
  /** attempts begun, the first included */
  attemptCount = 0;
  /** by pod and state */
  private readonly counts: Int32Array;

  clients!: Clients;
  path!: AttemptPath;
  hostLife!: HostLife;
  population!: Population;
  networkLosses!: NetworkLosses;
  timeline!: Timeline;
  /** keepalives and leases, by the tier whose hosts answer them */
  readonly watches: Watch[][] = [];

  constructor(engine: Engine, scenario: Scenario, recorder: Recorder | null) {
    this.engine = engine;
    this.scenario = scenario;
    this.recorder = recorder;
    this.podNames = scenario.pods.map((pod) => pod.name);
    this.tierNames = scenario.tiers.map((tier) => tier.name);
    this.productNames = scenario.products.map((product) => product.name);
    this.tierCount = scenario.tiers.length;
    this.ejects = scenario.tiers.some(({ ejection }) => ejection !== null);
    const atStart = scenario.products.reduce((sum, product) => sum + product.sessions, 0);
    this.hints = scenario.tiers.some(({ retryAfter }) => retryAfter !== null);
    const mostAlike = Math.max(scenario.pods.length, scenario.products.length, scenario.clients.length);
    if (mostAlike > MOST_TOLD_APART)
      impossible(`${mostAlike} pods, products or client versions are more than a session's record can tell apart`);
    this.roster = new Sessions(atStart, this.tierCount);
    this.attempts = new Attempts(this.tierCount, this.productNames.length);
    this.losses = new Losses(engine, recorder, startsAmiss(scenario));
    this.interventions = new Interventions(engine);
    this.counts = new Int32Array(this.podNames.length * STATES);
    const check = engine.register('balancer checks a host', (host) => {
      const { tier, pod } = this.hosts[host];
      this.balancerOf(tier, pod).checked(this.hosts[host]);
    });
    const sweep = engine.register('balancer looks at ejected hosts', (host) => {
      const { tier, pod } = this.hosts[host];
      this.balancerOf(tier, pod).ejection.swept();
    });
    scenario.tiers.forEach((tier, index) => {
      const rules = compileTier(tier, scenario.products);
      const pods = tier.scope === 'pod' ? this.podNames.map((_, pod) => pod) : [-1];
      this.balancers.push(pods.map((pod) => new Balancer(this, { check, sweep }, { tier: index, pod }, rules)));
      this.watches.push([]);
    });
    for (const balancers of this.balancers)
      for (const balancer of balancers)
        for (let n = 0; n < balancer.rules.tier.hosts; n++) balancer.add(this.addHost(balancer, balancer.rules), true);
  }

  /** The balancer of a tier that serves a pod. */
  balancerOf(tier: number, pod: number): Balancer {
    const balancers = this.balancers[tier];
    return balancers.length === 1 && balancers[0].pod < 0 ? balancers[0] : balancers[pod];
  }

  /** A new host of the balancer's pod and tier; the caller adds it to the balancer. */
  addHost(balancer: Balancer, rules: TierRules): Host {
    const number = balancer.hosts.length;
    const place = balancer.pod < 0 ? 'shared' : this.podNames[balancer.pod];
    const label = `${place}/${this.tierNames[balancer.tier]}/${number + 1}`;
    const host = new Host(
      { index: this.hosts.length, tier: balancer.tier, pod: balancer.pod, number, label },
      rules,
      this.attempts,
    );
    this.hosts.push(host);
    return host;
  }

  stream(purpose: string): Stream {
    return new Stream(this.engine.seed, purpose);
  }

  /** Moves a session from its state into another one. */
  setState(session: number, state: number): void {
    const { roster } = this;
    const at = roster.pod(session) * STATES;
    this.counts[at + roster.state(session)]--;
    this.counts[at + state]++;
    roster.setState(session, state);
  }

  /** Counts a session that was just admitted, in state waiting. */
  countAdmitted(session: number): void {
    this.counts[this.roster.pod(session) * STATES + Session.waiting]++;
  }

  setHostState(host: Host, state: number): void {
    host.state = state;
    this.balancerOf(host.tier, host.pod).noteState(host);
    this.recorder?.hostChanged(this.engine.nowMs, host.index, state);
  }

  /** Puts a session on a host of a tier: it counts in that host's load, and is found when the host dies. */
  attach(session: number, host: Host): void {
    const { host: hostOf, lastHost, next, previous } = this.roster;
    const tier = host.tier;
    const last = lastHost[tier];
    if (last !== null) last[session] = host.index;
    if (hostOf[tier][session] !== -1) impossible(`session ${session} is on two hosts of tier ${this.tierNames[tier]}`);
    hostOf[tier][session] = host.index;
    next[tier][session] = host.sessionHead;
    previous[tier][session] = -1;
    if (host.sessionHead >= 0) previous[tier][host.sessionHead] = session;
    host.sessionHead = session;
    host.sessions++;
    this.updateFrozen(host);
    if (host.rules.limitsMemory) this.hostLife.memoryTaken(host);
    const watches = this.watches[tier];
    for (let i = 0; i < watches.length; i++) watches[i].attached(session, host);
  }

  /** Takes a session off its host of a tier, if it has one. */
  detach(session: number, tier: number): void {
    const { host: hostOf, next, previous } = this.roster;
    const index = hostOf[tier][session];
    if (index < 0) return;
    const host = this.hosts[index];
    const after = next[tier][session];
    const before = previous[tier][session];
    if (before >= 0) next[tier][before] = after;
    else host.sessionHead = after;
    if (after >= 0) previous[tier][after] = before;
    hostOf[tier][session] = -1;
    host.sessions--;
    this.updateFrozen(host);
    const watches = this.watches[tier];
    for (let i = 0; i < watches.length; i++) watches[i].detached(session);
  }

  /** The host's load, pause or life may have changed: notes since when it is frozen. */
  updateFrozen(host: Host): void {
    const frozen = host.state === HostState.paused || !host.isAlive || host.backgroundLoad() >= 1;
    if (!frozen) host.frozenSinceMs = Infinity;
    else if (host.frozenSinceMs === Infinity) {
      host.frozenSinceMs = this.engine.nowMs;
      this.stallMayBegin(host);
    }
  }

  /** The host's line or freeze began: somebody's keepalive may fail in a while. */
  stallMayBegin(host: Host): void {
    const watches = this.watches[host.tier];
    for (let i = 0; i < watches.length; i++) watches[i].stallMayBegin(host);
  }

  get hostCount(): number {
    return this.hosts.length;
  }
  get admitted(): number {
    return this.roster.admitted;
  }
  hostLabel(host: number): string {
    return this.hosts[host].label;
  }
  hostTier(host: number): number {
    return this.hosts[host].tier;
  }
  hostPod(host: number): number {
    return this.hosts[host].pod;
  }
  hostState(host: number): number {
    return this.hosts[host].state;
  }
  hostQueueLength(host: number): number {
    return this.hosts[host].queueLength;
  }
  hostInFlight(host: number): number {
    return this.hosts[host].inFlight;
  }
  hostInService(host: number): number {
    return this.hosts[host].inService;
  }
  hostSlots(host: number): number {
    return this.hosts[host].rules.slots;
  }
  hostSessions(host: number): number {
    return this.hosts[host].sessions;
  }
  sessions(pod: number, state: number): number {
    return this.counts[pod * STATES + state];
  }
}
