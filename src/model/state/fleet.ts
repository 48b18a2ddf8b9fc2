/**
 * The fleet: what is, and what recorders and gauges read. It holds the hosts,
 * balancers, sessions and attempts, and counts sessions by pod and state. It
 * does nothing and knows nobody who does: that is the rooms' above it.
 */
import type { Engine } from '../../engine/engine.ts';
import { Fingerprint } from '../../engine/fingerprint.ts';
import { Stream } from '../../engine/luck.ts';
import { impossible } from '../../engine/simulation-error.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { Attempts } from './attempts.ts';
import { Balancer } from './balancer.ts';
import { Host } from './host.ts';
import { Interventions } from './interventions.ts';
import { Losses } from './losses.ts';
import { Pages } from './pages.ts';
import type { FleetView, Recorder } from './recorder.ts';
import { MOST_TOLD_APART, Sessions } from './sessions.ts';
import { StalledSessions } from './stalled-sessions.ts';
import { compileTier } from './tier-rules.ts';
import { AttemptEnd, Happening, sessionStates, Session } from './vocabulary.ts';

const STATES = sessionStates.length;
/** The records of fewer sessions stay in a processor's cache, and foresight is only work: apr26-small has 4,000. */
const SESSIONS_IN_CACHE = 8192;

/** An end and its reason, −1 for none, in one. */
function attemptEnding(end: number, reason: number): number {
  return (end << 8) | (reason + 1);
}

export class Fleet implements FleetView {
  readonly engine: Engine;
  readonly scenario: Scenario;
  readonly recorder: Recorder | null;
  readonly roster: Sessions;
  /** null if no page holds more than one session */
  readonly pages: Pages | null;
  readonly attempts: Attempts;
  readonly losses: Losses;
  readonly stalled: StalledSessions;
  readonly interventions: Interventions;
  readonly fingerprint = new Fingerprint();
  readonly hosts: Host[] = [];
  /** by tier, then by pod (one only for a shared tier) */
  readonly balancers: readonly (readonly Balancer[])[];
  readonly podNames: readonly string[];
  readonly tierNames: readonly string[];
  readonly productNames: readonly string[];
  readonly tierCount: number;
  readonly networkDelayMs: number;
  /** whether some tier ejects hosts, or did */
  ejects: boolean;
  /** whether some tier tells those it refuses when to come again, or did */
  hints: boolean;
  /** attempts begun, the first included */
  attemptCount = 0;
  /** whether it is worth while to do something about events before they come: see engine/foresight.ts */
  readonly foresees: boolean;
  /** what was read ahead goes here, or it would be optimized away */
  touched = 0;
  /** by pod and state */
  private readonly counts: Int32Array;

  constructor(engine: Engine, scenario: Scenario, recorder: Recorder | null, foresees?: boolean) {
    this.engine = engine;
    this.scenario = scenario;
    this.recorder = recorder;
    this.podNames = scenario.pods.map((pod) => pod.name);
    this.tierNames = scenario.tiers.map((tier) => tier.name);
    this.productNames = scenario.products.map((product) => product.name);
    this.tierCount = scenario.tiers.length;
    this.networkDelayMs = scenario.networkDelayMs;
    this.ejects = scenario.tiers.some(({ ejection }) => ejection !== null);
    this.hints = scenario.tiers.some(({ retryAfter }) => retryAfter !== null);
    const mostAlike = Math.max(scenario.pods.length, scenario.products.length, scenario.clients.length);
    if (mostAlike > MOST_TOLD_APART)
      impossible(`${mostAlike} pods, products or client versions are more than a session's record can tell apart`);
    const atStart = scenario.products.reduce((sum, product) => sum + product.sessions, 0);
    this.foresees = foresees ?? atStart >= SESSIONS_IN_CACHE;
    this.roster = new Sessions(atStart, this.tierCount);
    const holdSeveral = scenario.products.some(({ connectionsPerPage }) => connectionsPerPage > 1);
    this.pages = holdSeveral ? new Pages(this.roster) : null;
    this.attempts = new Attempts(this.tierCount, this.productNames.length);
    this.losses = new Losses(engine, recorder, scenario);
    this.stalled = new StalledSessions(this.podNames.length);
    this.interventions = new Interventions(engine);
    this.counts = new Int32Array(this.podNames.length * STATES);
    this.balancers = this.openBalancers();
  }

  /** The balancers of all tiers, with the hosts that the scenario gives them. */
  private openBalancers(): Balancer[][] {
    const { engine, hosts, roster, scenario } = this;
    const around = { engine, hosts, roster, affinityLuck: this.stream('affinity') };
    const balancers = scenario.tiers.map((tier, index) => {
      const rules = compileTier(tier, scenario.products);
      const pods = tier.scope === 'pod' ? this.podNames.map((_, pod) => pod) : [-1];
      return pods.map((pod) => new Balancer(around, { tier: index, pod }, rules));
    });
    for (const balancer of balancers.flat())
      for (let n = 0; n < balancer.rules.tier.hosts; n++) this.addHost(balancer, true);
    return balancers;
  }

  /** The balancer of a tier that serves a pod. */
  balancerOf(tier: number, pod: number): Balancer {
    const balancers = this.balancers[tier];
    return balancers.length === 1 && balancers[0].pod < 0 ? balancers[0] : balancers[pod];
  }

  balancerOfHost({ tier, pod }: Host): Balancer {
    return this.balancerOf(tier, pod);
  }

  /** A new host of the balancer's pod and tier, which follows its rules; with `isInPool` it gets attempts from now on. */
  addHost(balancer: Balancer, isInPool: boolean): Host {
    const number = balancer.hosts.length;
    const label = `${this.placeName(balancer)}/${number + 1}`;
    const place = { index: this.hosts.length, tier: balancer.tier, pod: balancer.pod, number, label };
    const host = new Host(place, balancer.rules, this.attempts);
    this.hosts.push(host);
    balancer.add(host, isInPool);
    return host;
  }

  /** Like p1/agent-workspace-api, or shared/chat-session-service. */
  placeName({ tier, pod }: { readonly tier: number; readonly pod: number }): string {
    return `${pod < 0 ? 'shared' : this.podNames[pod]}/${this.tierNames[tier]}`;
  }

  /** All sessions of the session's page. */
  pageOf(session: number): readonly number[] {
    return this.pages === null ? [session] : this.pages.sessionsOf(session);
  }

  /** The first session of its page, whose is what there is one of on a page. */
  firstOfPage(session: number): number {
    return this.pages === null ? session : this.pages.firstOf(session);
  }

  /** Keys the luck of the session's page. */
  pageSerial(session: number): number {
    return this.roster.serial(this.firstOfPage(session));
  }

  stream(purpose: string): Stream {
    return new Stream(this.engine.seed, purpose);
  }

  /** An attempt of the session ended now; `reason` is a RejectReason for rejected ones, else −1. */
  attemptEnded(session: number, end: number, reason: number): void {
    const { nowMs } = this.engine;
    this.happened(Happening.attemptEnds, session, attemptEnding(end, reason));
    this.recorder?.attemptEnded(nowMs, this.roster.pod(session), end, reason);
  }

  /** An attempt of the session is bound to be rejected then: it is told now, and `attemptEnded` is not called for it. */
  refusedAhead(session: number, atMs: number, reason: number): void {
    const ending = attemptEnding(AttemptEnd.rejected, reason);
    this.fingerprint.add(atMs, Happening.attemptEnds, this.roster.serial(session), ending);
    this.recorder?.refusedAhead(atMs, this.roster.pod(session), reason);
  }

  /** For the fingerprint: this happened to a session now. */
  happened(what: number, session: number, detail: number): void {
    this.fingerprint.add(this.engine.nowMs, what, this.roster.serial(session), detail);
  }

  /** Moves a session from its state into another one. */
  setState(session: number, state: number): void {
    const { roster } = this;
    const at = roster.pod(session) * STATES;
    if (--this.counts[at + roster.state(session)] < 0) this.miscounted(session, state);
    this.counts[at + state]++;
    roster.setState(session, state);
  }

  /** Counts a session that was just admitted, in state waiting. */
  countAdmitted(session: number): void {
    this.counts[this.roster.pod(session) * STATES + Session.waiting]++;
  }

  private miscounted(session: number, state: number): never {
    const { roster } = this;
    const [from, to] = [sessionStates[roster.state(session)], sessionStates[state]];
    impossible(
      `session ${session} of ${this.podNames[roster.pod(session)]} goes from ${from} to ${to}, and none is counted as ${from} there`,
    );
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
  stalledSessions(pod: number): number {
    return this.stalled.ofPod(pod);
  }
  sessions(pod: number, state: number): number {
    return this.counts[pod * STATES + state];
  }
}
