/**
 * One server of a tier: its rules, its state, its slots and its waiting line,
 * and what each part of the model keeps of it, in a group of that part's own.
 * What it models of load: background load u = connected / sessionsAtFullLoad +
 * refusals of the last full second × refusalWork / parallelism; a service begun
 * at u takes 1/(1 − u) times as long (u capped at 0.99), times the warm-up
 * factor, and by what traits of the tier make of it (host-traits.ts). What it leaves out: processor sharing (the stretch is taken when a
 * service begins).
 */
import type { TurningAway } from '../../policies/actions.ts';
import type { Admission } from '../../policies/admission.ts';
import type { SeenHost } from '../../policies/host-traits.ts';
import type { Queueing } from '../../policies/queueing.ts';
import type { EventId } from '../../engine/engine.ts';
import type { Answered } from '../../scenario/answered.ts';
import type { TierRules } from './tier-rules.ts';
import type { Attempts } from './attempts.ts';
import { HostState, isAlive, isInTier, isUp } from './vocabulary.ts';
import { WaitingLine } from './waiting-line.ts';

/** The greatest background load that a service is stretched by. */
const HIGHEST_STRETCHED_LOAD = 0.99;

/** Who did something to a host, and waits until it is up again: an action under way. */
export interface Doer {
  /** the loss that drops of its doing belong to */
  readonly loss: number;
  /** It is not over before it is settled as often as it was told to hold. */
  hold(): void;
  settled(): void;
}

/** Of its life (host-life.ts, drains.ts, memory.ts): when it booted, what is about to happen to it, who waits for it. */
export interface HostTimes {
  /** how often it has booted: keys the luck of each boot */
  boots: number;
  /** −1: it boots for the first time */
  upSinceMs: number;
  /** when its boot or its drain ends; Infinity if neither is under way */
  changesAtMs: number;
  /** when its boot begins, or began; Infinity: it stays down until somebody starts it */
  bootsFromMs: number;
  pausedAtMs: number;
  bootEvent: EventId;
  warmEvent: EventId;
  drainEvent: EventId;
  resumeEvent: EventId;
  outOfMemoryEvent: EventId;
  /** when what stalled sessions queue up is foreseen to fill its memory */
  fillsUpEvent: EventId;
  /** deaths in a row, without a long life between them */
  deathsInARow: number;
  /** those that wait for it to be up again */
  touchedBy: Doer[];
  /** who drains it now */
  drainedBy: Doer | null;
  /** absent from now on, once it has drained */
  isLeaving: boolean;
}

/** Of rounds of probes (probe-rounds.ts). */
export interface RoundState {
  event: EventId;
  startMs: number;
  number: number;
  /** probes in a row that speak for a change */
  run: number;
}

/** Of its readiness probes (readiness.ts). */
export interface ReadinessState extends RoundState {
  /** false while they keep it out of the balancer */
  isReady: boolean;
  sinceMs: number;
}

/** Of the balancer's view of it (balancer.ts, balancer-views.ts). */
export interface ViewState {
  isInPool: boolean;
  checkEvent: EventId;
  /** checks in a row that speak against the view */
  checksAgainst: number;
  slowStartFromMs: number;
  /** its place in the pool; −1 while it is not in it */
  poolPosition: number;
}

/** Of being taken out of the pool for its failures, beside its state (ejection.ts). */
export interface EjectionState {
  isOut: boolean;
  untilMs: number;
  /** how often it was ejected lately: the multiple of the next ejection's length, less one */
  times: number;
  failuresInARow: number;
}

/** Of standing still (stalls.ts, stall-watch.ts). */
export interface StallState {
  /** paused or gone, without a break since then; Infinity if not */
  stoppedSinceMs: number;
  /** stopped or at u ≥ 1, without a break since then; Infinity if not */
  frozenSinceMs: number;
  /** of a host that went down: since when its queue had been stalled; Infinity once it is back at its work */
  lostSinceMs: number;
  queueSinceMs: number;
  lastStartMs: number;
  /** the loss that its present stall's drops belong to; 0 before the first such drop */
  loss: number;
}

/** Of the work that refusing is (refusals.ts). */
export interface RefusalState {
  thisSecond: number;
  lastSecond: number;
  tick: EventId;
}

/** Its sessions that stall (stalled-sessions.ts). */
export class StalledOfHost {
  count = 0;
  /** the sum of the instants at which they began to */
  sinceSumMs = 0;

  add(sinceMs: number): void {
    this.count++;
    this.sinceSumMs += sinceMs;
  }

  remove(sinceMs: number): void {
    this.sinceSumMs = --this.count === 0 ? 0 : this.sinceSumMs - sinceMs;
  }
}

export class Host implements SeenHost {
  readonly index: number;
  readonly tier: number;
  /** −1 in a shared tier */
  readonly pod: number;
  /** 0-based, within its pod or its shared tier */
  readonly number: number;
  readonly label: string;
  /** keys its luck: the same host in every variant */
  readonly luckKey: number;

  rules: TierRules;
  gate: Admission;
  state: number = HostState.up;
  /** how actions have it refuse what it could take, each for a while of its own */
  turnsAway: readonly TurningAway[] = [];
  warmUntilMs = 0;
  /** services that it has yet to begin until it is warm, where it warms by work */
  coldServices = 0;

  readonly line: WaitingLine;
  /** resumed attempts, while they are served before the others */
  readonly resumedLine: WaitingLine;
  /** in both lines */
  queueLength = 0;
  /** slots taken */
  busy = 0;
  /** being served, or handed over */
  inFlight = 0;
  inService = 0;
  /** first of the attempts open on it; −1 if none */
  openHead = -1;
  openCount = 0;
  /** of these, attempts whose transport it does not open, for it stands still */
  unopened = 0;

  /** first of its sessions; −1 if none */
  sessionHead = -1;
  sessions = 0;

  readonly stall: StallState = {
    stoppedSinceMs: Infinity,
    frozenSinceMs: Infinity,
    lostSinceMs: Infinity,
    queueSinceMs: 0,
    lastStartMs: 0,
    loss: 0,
  };
  readonly stalled = new StalledOfHost();
  readonly refusals: RefusalState = { thisSecond: 0, lastSecond: 0, tick: 0 };
  readonly ejection: EjectionState = { isOut: false, untilMs: 0, times: 0, failuresInARow: 0 };
  readonly view: ViewState = {
    isInPool: true,
    checkEvent: 0,
    checksAgainst: 0,
    slowStartFromMs: -Infinity,
    poolPosition: -1,
  };
  readonly liveness: RoundState = { event: 0, startMs: 0, number: 0, run: 0 };
  readonly readiness: ReadinessState = { isReady: true, sinceMs: 0, event: 0, startMs: 0, number: 0, run: 0 };
  readonly times: HostTimes = {
    boots: 0,
    upSinceMs: 0,
    changesAtMs: Infinity,
    bootsFromMs: 0,
    pausedAtMs: 0,
    bootEvent: 0,
    warmEvent: 0,
    drainEvent: 0,
    resumeEvent: 0,
    outOfMemoryEvent: 0,
    fillsUpEvent: 0,
    deathsInARow: 0,
    touchedBy: [],
    drainedBy: null,
    isLeaving: false,
  };

  constructor(
    place: { index: number; tier: number; pod: number; number: number; label: string },
    rules: TierRules,
    attempts: Attempts,
  ) {
    this.index = place.index;
    this.tier = place.tier;
    this.pod = place.pod;
    this.number = place.number;
    this.label = place.label;
    this.luckKey = (place.tier * 1024 + place.pod + 1) * 65_536 + place.number;
    this.rules = rules;
    this.line = new WaitingLine(attempts, rules.createQueueing());
    this.resumedLine = new WaitingLine(attempts, rules.createQueueing());
    this.gate = rules.createAdmission();
  }

  get isAlive(): boolean {
    return isAlive(this.state);
  }

  get isUp(): boolean {
    return isUp(this.state);
  }

  get isInTier(): boolean {
    return isInTier(this.state);
  }

  /** In service, alive or not: of the tier, and not told to leave it. */
  get isKnown(): boolean {
    return !this.times.isLeaving && this.isInTier && this.state !== HostState.draining;
  }

  /** Dead, and nobody boots it. */
  get staysDown(): boolean {
    return this.times.bootsFromMs === Infinity;
  }

  get slots(): number {
    return this.rules.slots;
  }

  /** Whether it has a slot for an attempt now. */
  get canServe(): boolean {
    return (
      this.busy < this.rules.slots &&
      this.inFlight < this.rules.inFlightLimit &&
      this.isAlive &&
      this.state !== HostState.paused
    );
  }

  /** The doer is not done before the host is up again, or gone for good. */
  touchedFor(doer: Doer): void {
    doer.hold();
    this.times.touchedBy.push(doer);
  }

  /**
   * How it is seen to be stalled. With two lines the attempt that it would
   * serve next may have come later than the one after it (first of the resumed,
   * then of the others), so its age would go back while a stall lasts.
   */
  get stallRule(): Queueing['stall'] {
    return this.rules.resumedFirst ? 'since-last-start' : this.line.discipline.stall;
  }

  /** A boot or other rules: its lines are served by disciplines without a past. */
  renewDisciplines(): void {
    this.line.discipline = this.rules.createQueueing();
    this.resumedLine.discipline = this.rules.createQueueing();
  }

  backgroundLoad(): number {
    const rules = this.rules;
    return (
      this.sessions / rules.sessionsAtFullLoad +
      (this.refusals.lastSecond * rules.refusalWorkMs) / (1000 * rules.parallelism)
    );
  }

  /**
   * When what stalled sessions queue up fills its memory, if nothing else comes or goes; what is past means now, Infinity
   * never. With n of them since s₁ … sₙ they have queued up rate · (n·t − Σs) by t.
   */
  fillsUpMs(): number {
    const { memory } = this.rules.tier;
    const { count, sinceSumMs } = this.stalled;
    if (memory === null || count === 0 || memory.perStalledSecMiB === 0) return Infinity;
    const leftMiB = memory.limitMiB - this.sessions * memory.perSessionMiB - this.openCount * memory.perAttemptMiB;
    return (sinceSumMs + (1000 * leftMiB) / memory.perStalledSecMiB) / count;
  }

  /** Sessions and open attempts need more than the host has. */
  get isOutOfMemory(): boolean {
    const { memory } = this.rules.tier;
    return (
      memory !== null && this.sessions * memory.perSessionMiB + this.openCount * memory.perAttemptMiB > memory.limitMiB
    );
  }

  /** How many times longer than on an idle, warm host a service takes that begins now. */
  stretch(nowMs: number): number {
    const { stretches, warmUp } = this.rules;
    let stretched = 1 / (1 - Math.min(this.backgroundLoad(), HIGHEST_STRETCHED_LOAD));
    for (let i = 0; i < stretches.length; i++) stretched *= stretches[i](this);
    const { factor, forMs, services } = warmUp;
    if (this.coldServices > 0) return stretched * (1 + ((factor - 1) * this.coldServices) / services);
    if (nowMs >= this.warmUntilMs) return stretched;
    return stretched * (1 + ((factor - 1) * (this.warmUntilMs - nowMs)) / forMs);
  }

  /**
   * A keepalive, lease or probe that was due at t and is not answered by now
   * is one with t ≥ this instant; Infinity while the host answers all of its kind.
   */
  unansweredSinceMs(answered: Answered, attempts: Attempts): number {
    return answered === 'in-queue' ? this.stalledSinceMs(attempts) : this.stillSinceMs(answered);
  }

  /** Since when it does nothing beside its queue; Infinity: it does. */
  private stillSinceMs(answered: Exclude<Answered, 'in-queue'>): number {
    return answered === 'own-lane' ? this.stall.stoppedSinceMs : this.stall.frozenSinceMs;
  }

  /** Whether it opens no transport beside its queue at present, though it is alive. */
  get opensNone(): boolean {
    const { opensTransport } = this.rules.tier;
    if (opensTransport === null || opensTransport === 'in-queue') return false;
    return this.stillSinceMs(opensTransport) !== Infinity;
  }

  /** The same of what is answered in the queue: Infinity while the host gets to its work. */
  stalledSinceMs(attempts: Attempts): number {
    const { frozenSinceMs, lostSinceMs, queueSinceMs, lastStartMs } = this.stall;
    const idleSinceMs = Math.min(frozenSinceMs, lostSinceMs);
    if (this.queueLength === 0) return idleSinceMs;
    const queueStallMs =
      this.stallRule === 'oldest-first' ? attempts.enteredMs(this.line.head) : Math.max(queueSinceMs, lastStartMs);
    return Math.min(idleSinceMs, queueStallMs);
  }

  /** Whether whatever comes now finds no place in its queue. */
  get isFull(): boolean {
    return !this.canServe && this.queueLength >= this.rules.queueLimit;
  }
}
