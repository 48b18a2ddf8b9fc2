/**
 * The model against the wall clock: it is run up to now whenever something
 * comes from outside and whenever its next event is due, and what it decides is
 * done to real connections at once. So hosts, queues, balancing, probes and the
 * timeline are those of `sim run`, and there is no second server to be held
 * against it. What it costs: an event is late by as much as this process is,
 * which is measured and told.
 */
import type { LiveClients } from '../../model/live-fleet.ts';
import { LiveFleet } from '../../model/live-fleet.ts';
import { Histogram } from '../../metrics/histogram.ts';
import { MetricsRecorder } from '../../metrics/metrics-recorder.ts';
import { happeningEvent } from '../../metrics/notable-events.ts';
import { isUp } from '../../model/state/vocabulary.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import type { Arrival } from '../endpoints/arrival.ts';
import { Connection } from './connection.ts';
import { Shares } from './shares.ts';

const SECOND_MS = 1000;
/** How often it is looked whether hosts have got to what was asked of them, while something is. */
const QUESTIONS_EVERY_MS = 10;
/** Clients that are known again by their names; the others are strangers each time. */
const NAMED_MAX = 100_000;
/** Attempts that may be open in the model, those included whose clients have left, whom no limit on connections bounds. */
const OPEN_MAX = 200_000;
const SLICE_EVENTS = 20_000;

export interface EmulationOptions {
  readonly seed: string;
  /** where of the scenario's clock it begins */
  readonly startAtMs: number;
  /** what happens to the fleet, as it does */
  readonly onEvent: (atMs: number, text: string) => void;
  /** once a second */
  readonly onSecond: () => void;
  /** something was turned away that the model never saw */
  readonly onTurnedAway: (what: 'crowded' | 'elsewhere') => void;
}

/** What there is of the first tier at the moment. */
export interface Moment {
  readonly atMs: number;
  readonly hostsUp: number;
  readonly hosts: number;
  readonly connections: number;
  readonly inService: number;
  readonly waiting: number;
  readonly attempts: number;
}

export class Emulation implements LiveClients {
  readonly recorder: MetricsRecorder;
  /** how late events were, in ms */
  readonly lateness = new Histogram();
  readonly ended: Promise<void>;
  private readonly live: LiveFleet;
  private readonly scenario: Scenario;
  private readonly options: EmulationOptions;
  private readonly connections = new Map<number, Connection>();
  private readonly named = new Map<string, number>();
  /** sessions that have a name, and keep their slots */
  private readonly kept = new Set<number>();
  /** connections whose questions are put off */
  private readonly asking = new Set<Connection>();
  /** sessions whose slots nobody needs any more, once the model has done what it is at */
  private readonly over: number[] = [];
  private readonly pods: Shares;
  private readonly products: Shares;
  private readonly settle: (error?: unknown) => void;
  private timer: NodeJS.Timeout | null = null;
  /** `performance.now()` at the scenario's start */
  private originMs = Infinity;
  private dueMs = Infinity;
  private toldHappenings = 0;
  private toldSecond = -1;
  private lookedMs = 0;
  private open = 0;
  private isActing = false;
  private isOver = false;

  constructor(scenario: Scenario, options: EmulationOptions) {
    const { seed, startAtMs } = options;
    this.options = options;
    this.scenario = {
      ...scenario,
      measure: { ...scenario.measure, fromMs: Math.max(startAtMs, scenario.measure.fromMs) },
    };
    this.recorder = new MetricsRecorder(this.scenario);
    this.live = new LiveFleet(this.scenario, { seed, recorder: this.recorder, clients: this });
    this.pods = new Shares(scenario.pods.map(({ name, share }) => ({ name, share })));
    this.products = new Shares(scenario.products.map(({ name, sessions }) => ({ name, share: sessions })));
    let settle: (error?: unknown) => void = () => undefined;
    this.ended = new Promise((resolve, reject) => {
      settle = (error) => {
        if (error === undefined) resolve();
        else reject(error instanceof Error ? error : new Error('what was thrown is no error', { cause: error }));
      };
    });
    // Whoever waits for it hears of its failure; until somebody does, it is none of the program's.
    this.ended.catch(() => undefined);
    this.settle = settle;
  }

  /** Plays at once what comes before the start, with nobody there. False if it was stopped. */
  async catchUp(shouldStop: () => boolean): Promise<boolean> {
    const { simulation } = this.live;
    while (!simulation.run(this.options.startAtMs, SLICE_EVENTS)) {
      await new Promise((resolve) => setImmediate(resolve));
      if (shouldStop()) return false;
    }
    this.toldHappenings = this.recorder.happenings.length;
    return true;
  }

  /** From now on the clock goes. */
  begin(): void {
    this.originMs = performance.now() - this.options.startAtMs;
    this.act(() => undefined);
  }

  /** The scenario's clock. */
  get nowMs(): number {
    return Math.min(
      this.scenario.clock.durationMs,
      Math.max(this.options.startAtMs, performance.now() - this.originMs),
    );
  }

  /** A client has come. `asked` may name it, its pod and its product. */
  arrive(arrival: Arrival, asked: URLSearchParams): void {
    if (this.isOver) {
      arrival.cut();
      return;
    }
    this.act(() => {
      if (this.open >= OPEN_MAX) {
        arrival.refuse(503);
        this.options.onTurnedAway('crowded');
        return;
      }
      const session = this.sessionOf(asked);
      if (session === null) {
        arrival.refuse(404);
        this.options.onTurnedAway('elsewhere');
        return;
      }
      const connection = new Connection(session, arrival);
      arrival.answerBy = (answer) => this.ask(connection, answer);
      arrival.wait();
      this.connections.set(session, connection);
      void arrival.ended.then(() => this.left(connection));
      this.live.attempt(session);
    });
  }

  private sessionOf(asked: URLSearchParams): number | null {
    const name = asked.get('client');
    const known = name === null ? undefined : this.named.get(name);
    // Who comes twice at a time is two.
    if (known !== undefined && !this.connections.has(known)) return known;
    const pod = this.pods.placeOf(asked.get('pod'));
    const product = this.products.placeOf(asked.get('product'));
    if (pod < 0 || product < 0) return null;
    const session = this.live.admit(pod, product);
    if (name !== null && known === undefined && this.named.size < NAMED_MAX) {
      this.named.set(name, session);
      this.kept.add(session);
    }
    return session;
  }

  private left(connection: Connection): void {
    if (this.isOver || this.connections.get(connection.session) !== connection) return;
    this.act(() => {
      this.letGo(connection.session, (name) => this.live.leave(name));
    });
  }

  /** The session's connection is over; `then` is done once nobody would look for it any more. */
  private letGo(session: number, then: (session: number) => void = () => undefined): Connection | undefined {
    const connection = this.connections.get(session);
    this.connections.delete(session);
    if (connection !== undefined) this.asking.delete(connection);
    then(session);
    this.over.push(session);
    return connection;
  }

  opened(session: number): void {
    this.connections.get(session)?.opened();
  }
  connected(session: number): void {
    this.connections.get(session)?.connected();
  }
  rejected(session: number, reason: number, hintMs: number): void {
    this.letGo(session)?.rejected(reason, hintMs);
  }
  reset(session: number): void {
    this.letGo(session)?.reset();
  }
  dropped(session: number, cause: number): void {
    this.letGo(session)?.dropped(cause);
  }
  vanished(session: number): void {
    this.letGo(session)?.vanished();
  }

  private ask(connection: Connection, answer: () => void): void {
    if (this.connections.get(connection.session) !== connection) return;
    const askedMs = this.nowMs;
    if (!connection.hasQuestions && this.live.hasAnswered(connection.session, askedMs)) answer();
    else {
      connection.putOff(askedMs, answer);
      this.asking.add(connection);
      if (!this.isActing) this.schedule();
    }
  }

  private answerQuestions(): void {
    for (const connection of this.asking)
      if (connection.answer((askedMs) => this.live.hasAnswered(connection.session, askedMs)))
        this.asking.delete(connection);
    this.lookedMs = performance.now();
  }

  /** Brings the model up to now, does something there, and sees to what follows of it. */
  private act(what: () => void): void {
    if (this.isOver) return;
    this.isActing = true;
    try {
      this.advance();
      what();
      this.forgetGone();
      this.tell();
      if (this.asking.size > 0 && performance.now() - this.lookedMs >= QUESTIONS_EVERY_MS) this.answerQuestions();
      if (this.live.simulation.nowMs >= this.scenario.clock.durationMs) this.end();
      else this.schedule();
    } catch (error) {
      this.end(error);
    } finally {
      this.isActing = false;
    }
  }

  private advance(): void {
    const { nowMs } = this;
    if (this.dueMs < nowMs) this.lateness.add(nowMs - this.dueMs);
    this.dueMs = Infinity;
    while (!this.live.simulation.run(nowMs, SLICE_EVENTS));
  }

  private forgetGone(): void {
    for (const session of this.over.splice(0)) if (!this.kept.has(session)) this.live.forget(session);
  }

  private tell(): void {
    const { happenings } = this.recorder;
    for (; this.toldHappenings < happenings.length; this.toldHappenings++) {
      const { atMs, text } = happeningEvent(this, happenings[this.toldHappenings]);
      this.options.onEvent(atMs, text);
    }
    const second = Math.floor(this.nowMs / SECOND_MS);
    if (second === this.toldSecond) return;
    this.toldSecond = second;
    this.open = this.live.openAttempts;
    this.options.onSecond();
  }

  private schedule(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    const { nowMs } = this;
    const secondMs = (Math.floor(nowMs / SECOND_MS) + 1) * SECOND_MS;
    const limitMs = Math.min(secondMs, this.scenario.clock.durationMs);
    const dueMs = this.live.simulation.nextMs(limitMs);
    this.dueMs = dueMs;
    const nextMs = Math.min(limitMs, dueMs, this.asking.size > 0 ? nowMs + QUESTIONS_EVERY_MS : Infinity);
    this.timer = setTimeout(() => this.act(() => undefined), Math.max(0, nextMs - nowMs));
  }

  moment(): Moment {
    const { fleet, attemptCount } = this.live.simulation;
    const sum = { hostsUp: 0, hosts: 0, inService: 0, waiting: 0 };
    for (let host = 0; host < fleet.hostCount; host++) {
      if (fleet.hostTier(host) !== 0) continue;
      sum.hosts++;
      if (isUp(fleet.hostState(host))) sum.hostsUp++;
      sum.inService += fleet.hostInService(host);
      sum.waiting += fleet.hostQueueLength(host);
    }
    return { atMs: this.nowMs, ...sum, connections: this.connections.size, attempts: attemptCount };
  }

  /** Nothing happens any more; connections are told to go elsewhere. */
  end(error?: unknown): void {
    if (this.isOver) return;
    this.isOver = true;
    if (this.timer !== null) clearTimeout(this.timer);
    if (error === undefined) this.live.simulation.finish();
    for (const { arrival } of this.connections.values()) {
      if (arrival.openedMs === null) arrival.cut();
      else arrival.close(1001);
    }
    this.settle(error);
  }

  /** Waits until the connections that were told to go have gone. */
  async allGone(): Promise<void> {
    await Promise.all([...this.connections.values()].map(({ arrival }) => arrival.ended));
  }
}
