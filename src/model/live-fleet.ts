/**
 * A fleet with real clients: the hosts, balancers, tiers and the timeline of a
 * simulation, whose clock somebody else drives, in front of clients that are
 * somebody else's too. It is the model itself, not a second server: an attempt
 * that comes is routed, waits and is served as in every run, and what becomes
 * of it is told. What the model knows of its own clients is left out: a session
 * is known here while it is connecting or connected, and who is away is not
 * seen. A returning session keeps its slot, and with it its luck, its last host
 * and what it left behind, unless it is forgotten.
 */
import { OwnerKeys } from '../engine/luck.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { ConnectionEnds } from './clients/connection-ends.ts';
import { Simulation, type OutsideClients } from './simulation.ts';
import type { Fleet } from './state/fleet.ts';
import type { Host } from './state/host.ts';
import type { Recorder } from './state/recorder.ts';
import { AttemptEnd, AttemptKind, Happening, Session } from './state/vocabulary.ts';

/** What becomes of attempts and connections. Sessions are slots, causes and reasons codes of vocabulary.ts. */
export interface LiveClients {
  /** Its transport is open, before it is connected. */
  opened(session: number): void;
  connected(session: number): void;
  /** `hintMs`: how long it is told to stay away; 0: nothing is said */
  rejected(session: number, reason: number, hintMs: number): void;
  /** The host that had its attempt went down. */
  reset(session: number): void;
  /** Its connection is closed. */
  dropped(session: number, cause: number): void;
  /** Its connection is gone without a word. */
  vanished(session: number): void;
}

/** The scenario without whoever comes by itself or ends connections from the clients' side, and without those who watch such clients. */
function withoutClients(scenario: Scenario): Scenario {
  const products = scenario.products.map((product) => ({
    ...product,
    sessions: 0,
    arrivals: null,
    profile: null,
    maxAge: null,
    ambientDropsPerSec: 0,
  }));
  const clients = scenario.clients.map((client) => ({ ...client, keepalive: null }));
  return { ...scenario, products, clients, start: { ...scenario.start, disconnected: 0 } };
}

export class LiveFleet {
  readonly simulation: Simulation;
  private readonly fleet: Fleet;
  /** how old the hosts let connections get */
  private readonly ends: ConnectionEnds;
  private readonly clients: LiveClients;
  private readonly recorder: Recorder | null;
  private readonly serials: OwnerKeys;
  private readonly resumesForMs: number;

  constructor(scenario: Scenario, options: { seed: string; recorder: Recorder | null; clients: LiveClients }) {
    const { seed, recorder, clients } = options;
    this.clients = clients;
    this.recorder = recorder;
    this.serials = new OwnerKeys(seed, 'real clients');
    this.resumesForMs = Math.max(0, ...scenario.clients.map((client) => client.resumesForMs));
    const takesOverStale = scenario.clients.some((client) => client.takesOverStale);
    this.simulation = new Simulation(withoutClients(scenario), {
      seed,
      recorder,
      outside: this.outside(takesOverStale),
    });
    this.fleet = this.simulation.parts.fleet;
    this.ends = new ConnectionEnds(this.fleet, (session, cause) => this.drop(session, cause, 0));
  }

  private outside(takesOverStale: boolean): OutsideClients {
    const answers = {
      opened: (session: number) => this.clients.opened(session),
      connected: (session: number) => this.onConnected(session),
      rejected: (session: number, reason: number, tier: number) => this.onRejected(session, reason, tier),
      reset: (session: number) => this.onReset(session),
      takesOverStale: () => takesOverStale,
    };
    return {
      answers,
      connections: {
        drop: (session, cause, loss) => this.drop(session, cause, loss),
        vanish: (session, cause, loss) => {
          this.lose(session, cause, loss);
          this.clients.vanished(session);
        },
        beginsToMove: (session) => this.ends.stop(session),
        moved: (session) => this.ends.goOn(session),
      },
      // What actions would do to clients is for those to do whose clients they are.
      acted: {
        clients: { loseNetwork: () => () => undefined },
        rollouts: { start: () => undefined },
        population: { addArrivals: () => undefined },
      },
    };
  }

  /** A session of a pod and product that has never been here. */
  admit(pod: number, product: number): number {
    const session = this.fleet.roster.admit(pod, product, this.serials.next());
    this.fleet.countAdmitted(session);
    this.fleet.setState(session, Session.gone);
    return session;
  }

  /** Its slot may be another one's; it must be neither connecting nor connected. */
  forget(session: number): void {
    this.simulation.parts.serving.registrations.clear(session);
    this.fleet.roster.recycle(session);
  }

  /** An attempt of a session that is neither connecting nor connected comes to the balancer now; it may be refused at once. */
  attempt(session: number): void {
    const { engine, roster } = this.fleet;
    const { path, routing } = this.simulation.parts.serving;
    const { nowMs } = engine;
    const pod = roster.pod(session);
    const number = roster.attemptNumber(session) + 1;
    roster.setAttemptNumber(session, number);
    this.fleet.setState(session, Session.waiting);
    this.fleet.attemptCount++;
    this.fleet.happened(Happening.arrives, session, pod);
    this.recorder?.arrived(nowMs, pod, roster.product(session));
    const routed = routing.route(0, pod, roster.serial(session), number, session);
    if (typeof routed === 'number') {
      this.onRejected(session, routed, 0);
      return;
    }
    this.fleet.setState(session, Session.connecting);
    path.takeIn(path.open(session, nowMs, this.kindOf(session), routed), routed);
  }

  private kindOf(session: number): number {
    const droppedMs = this.fleet.roster.droppedAtMs[session];
    const resumes = droppedMs >= 0 && this.fleet.engine.nowMs - droppedMs <= this.resumesForMs;
    return this.resumesForMs > 0 && resumes ? AttemptKind.resumed : AttemptKind.fresh;
  }

  /** Its client has left by itself, from an attempt or a connection. */
  leave(session: number): void {
    const { roster } = this.fleet;
    const state = roster.state(session);
    if (state === Session.connecting) {
      this.simulation.parts.serving.path.timeOut(session);
      this.endAttempt(session, AttemptEnd.timedOut, -1);
      this.gone(session);
    } else if (state === Session.connected) {
      this.detach(session);
      this.gone(session);
    }
  }

  /** Whether the host of a session has answered by now what was asked of it then, beside the attempts. */
  hasAnswered(session: number, askedMs: number): boolean {
    const host = this.hostOf(session);
    return host === null || askedMs < host.unansweredSinceMs(host.rules.tier.keepalives, this.fleet.attempts);
  }

  /** Attempts that hosts have open, those whose clients have left included; one that was handed over counts at each that has it. */
  get openAttempts(): number {
    return this.fleet.hosts.reduce((sum, host) => sum + host.openCount, 0);
  }

  /** The host of the first tier that a session is on, or that has its attempt. */
  private hostOf(session: number): Host | null {
    const { attempts, hosts, roster } = this.fleet;
    // A connected one may wait for a host that is to place it anew.
    const attempt = roster.state(session) === Session.connecting ? attempts.awaitedBy(session) : -1;
    const index = attempt < 0 ? roster.host[0][session] : attempts.host(0, attempt);
    return index < 0 ? null : hosts[index];
  }

  private onConnected(session: number): void {
    const { engine, roster } = this.fleet;
    const { nowMs } = engine;
    const pod = roster.pod(session);
    const droppedMs = roster.droppedAtMs[session];
    this.endAttempt(session, AttemptEnd.connected, -1);
    roster.setWasConnected(session);
    this.fleet.setState(session, Session.connected);
    const reconnectMs = droppedMs < 0 ? -1 : nowMs - droppedMs;
    const tookMs = nowMs - roster.attemptBeganMs[session];
    const [product, client] = [roster.product(session), roster.client(session)];
    this.recorder?.connected(nowMs, pod, tookMs, reconnectMs, product, client);
    this.simulation.parts.serving.registrations.clear(session);
    this.ends.begin(session);
    this.clients.connected(session);
  }

  private onRejected(session: number, reason: number, tier: number): void {
    const hintMs = this.simulation.parts.clients.retries.hintMs(session, reason, tier);
    this.endAttempt(session, AttemptEnd.rejected, reason);
    this.gone(session);
    this.clients.rejected(session, reason, hintMs);
  }

  private onReset(session: number): void {
    this.endAttempt(session, AttemptEnd.reset, -1);
    this.gone(session);
    this.clients.reset(session);
  }

  private endAttempt(session: number, end: number, reason: number): void {
    this.fleet.attempts.setAwaitedBy(session, -1);
    this.fleet.attemptEnded(session, end, reason);
  }

  private drop(session: number, cause: number, loss: number): void {
    this.lose(session, cause, loss);
    this.clients.dropped(session, cause);
  }

  private lose(session: number, cause: number, loss: number): void {
    const { engine, roster } = this.fleet;
    this.detach(session);
    roster.droppedAtMs[session] = engine.nowMs;
    roster.setLoss(session, loss);
    this.fleet.happened(Happening.drops, session, (loss << 8) | cause);
    this.recorder?.dropped(engine.nowMs, roster.pod(session), cause, loss);
    this.gone(session);
  }

  private detach(session: number): void {
    this.simulation.parts.serving.placement.takeOff(session);
    this.ends.stop(session);
  }

  private gone(session: number): void {
    const { engine, roster } = this.fleet;
    this.fleet.setState(session, Session.gone);
    this.fleet.happened(Happening.leaves, session, 0);
    this.recorder?.left(engine.nowMs, roster.pod(session));
  }
}
