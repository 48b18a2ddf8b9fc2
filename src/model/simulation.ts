/**
 * One run of a scenario: builds the parts of the model, hands each its
 * neighbours, runs the engine, and tells the recorder at every whole second,
 * between events, so that a run is the same with and without one. A run covers
 * [0, end). The parts are in four rooms, each of which knows those above it in
 * this order and nothing of those below: state (what is), serving (what hosts
 * do), clients (what clients do), people (who comes, and who acts). What a room
 * has to say downwards it says through a small interface of its own, which is
 * connected here.
 */
import { Engine } from '../engine/engine.ts';
import { SimulationError } from '../engine/simulation-error.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { AttemptCounters } from './clients/attempt-counters.ts';
import { ClientAttempts } from './clients/client-attempts.ts';
import { ClientConnections } from './clients/client-connections.ts';
import { ClientVersions } from './clients/client-versions.ts';
import { Clients } from './clients/clients.ts';
import { ConnectionEnds } from './clients/connection-ends.ts';
import { keepaliveRules } from './clients/keepalives.ts';
import { NetworkLosses } from './clients/network-losses.ts';
import { PageLoads } from './clients/page-loads.ts';
import { ParallelAttempts } from './clients/parallel-attempts.ts';
import { Patience } from './clients/patience.ts';
import { Retries, type RetryEnds } from './clients/retries.ts';
import type { SessionLives } from './clients/session-lives.ts';
import { Capacity } from './people/capacity.ts';
import { FleetControls, type ControlNeighbours } from './people/fleet-control.ts';
import { Lifetimes } from './people/lifetimes.ts';
import { Population } from './people/population.ts';
import { Responders } from './people/responders.ts';
import { bootDownHosts, queueAbandonedAttempts } from './people/start.ts';
import { Timeline } from './people/timeline.ts';
import type { Answers, Connections } from './serving/answers.ts';
import { AttemptPath } from './serving/attempt-path.ts';
import { BalancerViews } from './serving/balancer-views.ts';
import { Closings } from './serving/closings.ts';
import { Ejections } from './serving/ejection.ts';
import { HostLife } from './serving/host-life.ts';
import { answersWithMoves, LeaseMoves } from './serving/lease-moves.ts';
import { leasesOf } from './serving/leases.ts';
import { MemoryLimits } from './serving/memory.ts';
import { Placement } from './serving/placement.ts';
import { Refusals } from './serving/refusals.ts';
import { Registrations } from './serving/registrations.ts';
import { Routing } from './serving/routing.ts';
import { RuleChanges } from './serving/rule-changes.ts';
import { StallWatch, type WatchKind } from './serving/stall-watch.ts';
import { Stalls, type Watch } from './serving/stalls.ts';
import { Transports, type TransportsKind } from './serving/transports.ts';
import { Fleet } from './state/fleet.ts';
import type { Host } from './state/host.ts';
import { inspectFleet } from './state/inspection.ts';
import type { FleetView, Recorder } from './state/recorder.ts';
import { ReloadCause } from './state/vocabulary.ts';

const SAMPLE_EVERY_MS = 1000;

/**
 * Clients that are none of the simulation's own: what its rooms say to clients is said to them. The scenario must have
 * nobody who comes by itself.
 */
export interface OutsideClients {
  readonly answers: Answers;
  readonly connections: Connections;
  /** what actions do to clients */
  readonly acted: Pick<ControlNeighbours, 'clients' | 'rollouts' | 'population'>;
}

export interface SimulationOptions {
  /** used verbatim */
  readonly seed: string;
  /** null: nobody is told, and the run is the same */
  readonly recorder: Recorder | null;
  /** False: the reference run, in which every refused attempt is an event of its own and every timer goes through the calendar. */
  readonly shortcuts?: boolean;
  /** Whether something is done about events before they come (engine/foresight.ts), which changes nothing of the run; if not said, where it is worth while. */
  readonly foresees?: boolean;
  /** How keepalives and leases are watched; tests put a reference here. */
  readonly watchKind?: WatchKind;
  /** How transports open before an answer; tests put a reference here. */
  readonly transportsKind?: TransportsKind;
  /** Whether the whole fleet is inspected at every whole second: dear, and for tests. */
  readonly inspects?: boolean;
  readonly outside?: OutsideClients;
}

/** What hosts and balancers do. */
function openServing(fleet: Fleet, answers: Answers, connections: Connections, options: SimulationOptions) {
  const ejections = new Ejections(fleet);
  const views = new BalancerViews(fleet, ejections);
  const transports = new (options.transportsKind ?? Transports)(fleet, answers, {
    loginComes: (attempt, host) => path.loginComes(attempt, host),
    goesToNextTier: (attempt, host) => path.goesToNextTier(attempt, host),
    endsWithoutLogin: (attempt, host) => path.endsWithoutLogin(attempt, host),
  });
  const stalls = new Stalls(fleet, (host) => transports.goesOn(host));
  const memory = new MemoryLimits(fleet, (host) => hostLife.runOutOfMemory(host));
  const placement = new Placement(fleet, stalls, memory, {
    displace: (session, host, loss) => moves.displace(session, host, loss),
    forget: (session) => moves.forget(session),
  });
  const registrations = new Registrations(fleet);
  const refusals = new Refusals(fleet, stalls, ejections);
  const routing = new Routing(fleet, refusals, ejections);
  const whenPlaced = (session: number, host: Host): void => moves.placed(session, host);
  const whenWarm = (host: Host): void => hostLife.onWarm(host);
  const ofPath = {
    routing,
    refusals,
    ejections,
    registrations,
    placement,
    memory,
    stalls,
    transports,
    answers: answersWithMoves(fleet, answers, () => moves),
    whenPlaced,
    whenWarm,
  };
  const path: AttemptPath = new AttemptPath(fleet, ofPath);
  const moves: LeaseMoves = new LeaseMoves(fleet, { routing, path, placement, memory, connections });
  const hostLife = new HostLife(fleet, { path, placement, memory, views, stalls, registrations, connections });
  const closings = new Closings(fleet, placement, connections);
  const ruleChanges = new RuleChanges(fleet, { path, hostLife, views, ejections, stalls });
  return { stalls, placement, moves, registrations, routing, path, hostLife, closings, ruleChanges };
}

type Serving = ReturnType<typeof openServing>;

/** What clients do, in front of these hosts. */
function openClients(fleet: Fleet, serving: Serving, lives: SessionLives, options: SimulationOptions) {
  const { placement, registrations, routing, path, stalls } = serving;
  const watchKind = options.watchKind ?? StallWatch;
  const ends: RetryEnds = {
    arrives: (session) => attempts.arrive(session),
    gaveUp: (session, then) => clients.gaveUp(session, then),
  };
  const drop: Connections['drop'] = (session, cause, loss) => connections.drop(session, cause, loss);
  const versions = new ClientVersions(fleet, (session, loss) => clients.reloadForDeploy(session, loss));
  // Whoever loses patience has no connection to lose.
  const patience = new Patience(fleet, versions, (session) => pageLoads.reload(session, ReloadCause.impatience, 0));
  const networkLosses = new NetworkLosses(fleet);
  const retries = new Retries(fleet, { versions, patience, networkLosses, ends }, options.shortcuts ?? true);
  const connectionEnds = new ConnectionEnds(fleet, (session, cause) => drop(session, cause, 0));
  const keepalives = watching(fleet, stalls, keepaliveRules(fleet, versions, { drop }), watchKind);
  const counters = new AttemptCounters(fleet, versions);
  const ofConnections = { versions, counters, retries, patience, ends: connectionEnds, placement, keepalives };
  const connections = new ClientConnections(fleet, ofConnections);
  for (const rules of leasesOf(fleet, options.outside?.connections ?? connections))
    serving.moves.watchedBy(rules.tier, watching(fleet, stalls, rules, watchKind));
  const multiplies = versions.rules.some((rules) => rules.multiplies !== null);
  const parallel = multiplies ? new ParallelAttempts(fleet, { routing, path }) : null;
  const ofAttempts = {
    routing,
    path,
    registrations,
    versions,
    counters,
    retries,
    patience,
    networkLosses,
    ends: connectionEnds,
    lives,
    parallel,
  };
  const attempts = new ClientAttempts(fleet, ofAttempts);
  const pageLoads = new PageLoads(fleet, { versions, patience, retries, attempts, connections });
  const ofClients = {
    versions,
    retries,
    patience,
    attempts,
    connections,
    pageLoads,
    networkLosses,
    registrations,
    lives,
  };
  const clients = new Clients(fleet, ofClients);
  return { versions, connectionEnds, retries, attempts, connections, clients };
}

type ClientParts = ReturnType<typeof openClients>;

function watching(
  fleet: Fleet,
  stalls: Stalls,
  rules: ReturnType<typeof keepaliveRules>,
  Kind: WatchKind,
): Watch | null {
  if (rules === null) return null;
  const watch = new Kind(fleet, rules);
  stalls.tell(rules.tier, watch);
  return watch;
}

/** Who comes, and who acts on the fleet. */
function openPeople(
  fleet: Fleet,
  lifetimes: Lifetimes,
  serving: Serving,
  { clients, versions, connectionEnds }: ClientParts,
  outside: OutsideClients | undefined,
) {
  const { placement, path, hostLife, closings, ruleChanges } = serving;
  const { rollouts } = versions;
  const population = new Population(fleet, { lifetimes, clients, versions, ends: connectionEnds, placement });
  const acted = outside?.acted ?? { clients, rollouts, population };
  const controls = new FleetControls(fleet, { path, hostLife, closings, ruleChanges, ...acted });
  const timeline = new Timeline(fleet, controls);
  const responders = new Responders(fleet, timeline);
  const capacity = new Capacity(fleet, hostLife);
  return { population, timeline, responders, capacity };
}

/** All parts of a run, connected. */
function openParts(fleet: Fleet, options: SimulationOptions) {
  const { outside } = options;
  const answers: Answers = outside?.answers ?? {
    opened: (session) => clients.attempts.opened(session),
    connected: (session) => clients.attempts.connected(session),
    rejected: (session, reason, tier) => clients.attempts.rejected(session, reason, tier),
    reset: (session) => clients.attempts.reset(session),
    takesOverStale: (session) => clients.attempts.takesOverStale(session),
  };
  const connections: Connections = outside?.connections ?? {
    drop: (session, cause, loss) => clients.connections.drop(session, cause, loss),
    vanish: (session, cause, loss, sinceMs) => clients.connections.vanish(session, cause, loss, sinceMs),
    beginsToMove: (session) => clients.connections.beginsToMove(session),
    moved: (session) => clients.connections.moved(session),
  };
  const lifetimes = new Lifetimes(fleet, (session) => clients.clients.leave(session));
  const serving = openServing(fleet, answers, connections, options);
  const clients = openClients(fleet, serving, lifetimes, options);
  const people = openPeople(fleet, lifetimes, serving, clients, outside);
  return { fleet, serving, clients, people };
}

export class Simulation {
  /** what the run is made of; tests put references in the place of some */
  readonly parts: ReturnType<typeof openParts>;
  private readonly engine: Engine;
  private readonly model: Fleet;
  private readonly recorder: Recorder | null;
  private readonly inspects: boolean;
  private samples = 0;
  /** when measuring begins; Infinity once it has, or if it does with the start */
  private measureFromMs: number;

  constructor(scenario: Scenario, options: SimulationOptions) {
    this.engine = new Engine(options.seed, { lanes: options.shortcuts ?? true });
    this.recorder = options.recorder;
    this.inspects = options.inspects ?? false;
    this.measureFromMs = scenario.measure.fromMs > 0 ? scenario.measure.fromMs : Infinity;
    this.model = new Fleet(this.engine, scenario, options.recorder, options.foresees);
    this.parts = openParts(this.model, options);
    this.begin();
  }

  /** Everything of the start is put in place, and what is bound to happen is scheduled. */
  private begin(): void {
    const { model: fleet, recorder } = this;
    const { hostLife, path } = this.parts.serving;
    const { population, timeline, responders, capacity } = this.parts.people;
    bootDownHosts(fleet, hostLife);
    population.begin();
    hostLife.begin();
    capacity.begin();
    recorder?.begin(fleet);
    fleet.losses.begin();
    queueAbandonedAttempts(fleet, path);
    timeline.begin();
    responders.begin();
  }

  /**
   * Handles all events before `untilMs`, ms since the start. Or stops after some `eventsMax` of them, wherever that
   * is, and returns false: the same call goes on from there, and the run is the same.
   */
  run(untilMs: number, eventsMax = Infinity): boolean {
    if (this.recorder === null && !this.inspects) return this.engine.run(untilMs, eventsMax);
    for (let atMs = this.samples * SAMPLE_EVERY_MS; atMs <= untilMs; atMs = this.samples * SAMPLE_EVERY_MS) {
      if (this.measureFromMs < atMs && !this.beginMeasuring(eventsMax)) return false;
      if (!this.engine.run(atMs, eventsMax)) return false;
      if (this.inspects) this.inspect();
      this.recorder?.sample(atMs);
      this.samples++;
    }
    if (this.measureFromMs <= untilMs && !this.beginMeasuring(eventsMax)) return false;
    return this.engine.run(untilMs, eventsMax);
  }

  /** After the sample of the same instant, if it is a whole second. False if it was stopped before that. */
  private beginMeasuring(eventsMax: number): boolean {
    if (!this.engine.run(this.measureFromMs, eventsMax)) return false;
    this.recorder?.measureFrom(this.measureFromMs);
    this.measureFromMs = Infinity;
    return true;
  }

  private inspect(): void {
    const flaw = inspectFleet(this.model);
    if (flaw !== null) throw this.engine.placed(new SimulationError(flaw));
  }

  /** The run is over: attempts that are still open are told as such. */
  finish(): void {
    this.parts.clients.attempts.endOpen();
    this.recorder?.end(this.engine.nowMs);
  }

  get nowMs(): number {
    return this.engine.nowMs;
  }
  /** When the next event is due; Infinity if none is before `limitMs`. */
  nextMs(limitMs: number): number {
    return this.engine.nextMs(limitMs);
  }
  get eventCount(): number {
    return this.engine.eventCount;
  }
  get attemptCount(): number {
    return this.model.attemptCount;
  }
  get fleet(): FleetView {
    return this.model;
  }
  fingerprint(): string {
    return this.model.fingerprint.toString();
  }
}
