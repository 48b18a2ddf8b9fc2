/**
 * One server of a tier: its rules, its state, its slots and its waiting line.
 * What it models of load: background load u = connected / sessionsAtFullLoad +
 * refusals of the last full second × refusalWork / parallelism; a service begun
 * at u takes 1/(1 − u) times as long (u capped at 0.99), times the warm-up
 * factor. What it leaves out: processor sharing (the stretch is taken when a
 * service begins).
 */
import type { Admission } from '../policies/admission.ts';
import type { Queueing } from '../policies/queueing.ts';
import type { EventId } from '../engine/engine.ts';
import type { TierRules } from './tier-rules.ts';
import type { ActionRun } from './timeline.ts';
import type { Attempts } from './attempts.ts';
import { HostState } from './vocabulary.ts';
import { WaitingLine } from './waiting-line.ts';

/** The greatest background load that a service is stretched by. */
const HIGHEST_STRETCHED_LOAD = 0.99;

export class Host {
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
  /** how often it has booted: keys the luck of each boot */
  boots = 0;
  /** −1: it boots for the first time */
  upSinceMs = 0;
  warmUntilMs = 0;

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

  /** first of its sessions; −1 if none */
  sessionHead = -1;
  sessions = 0;
  refusalsThisSecond = 0;
  refusalsLastSecond = 0;
  refusalTick: EventId = 0;

  /** paused or at u ≥ 1, or gone, without a break since then; Infinity if not */
  frozenSinceMs = Infinity;
  queueSinceMs = 0;
  lastStartMs = 0;
  pausedAtMs = 0;
  /** the loss that its present stall's drops belong to; 0 before the first such drop */
  stallLoss = 0;

  /** when its boot or its drain ends; Infinity if neither is under way */
  changesAtMs = Infinity;
  bootEvent: EventId = 0;
  warmEvent: EventId = 0;
  drainEvent: EventId = 0;
  resumeEvent: EventId = 0;
  probeEvent: EventId = 0;
  probeStartMs = 0;
  probeNumber = 0;
  probeFailures = 0;
  /** false while its readiness probes keep it out of the balancer */
  ready = true;
  readySinceMs = 0;
  readinessEvent: EventId = 0;
  readinessStartMs = 0;
  readinessNumber = 0;
  /** probes in a row that speak against `ready` */
  readinessRun = 0;
  outOfMemoryEvent: EventId = 0;
  /** deaths in a row, without a long life between them */
  deathsInARow = 0;

  /** the balancer's view of it */
  inPool = true;
  checkEvent: EventId = 0;
  checksAgainstView = 0;
  slowStartFromMs = -Infinity;
  /** its place in the pool; −1 while it is not in it */
  poolPosition = -1;
  /** out of the pool for its failures; beside its state */
  isEjected = false;
  ejectedUntilMs = 0;
  /** how often it was ejected lately: the multiple of the next ejection's length, less one */
  ejections = 0;
  failuresInARow = 0;
  /** the actions that wait for it to be up again */
  touchedBy: ActionRun[] = [];
  /** the action that drains it now */
  drainedBy: ActionRun | null = null;
  /** absent from now on, once it has drained */
  leaving = false;

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

  /** Up, warming, paused or draining: its sessions live, and what it has taken in is not lost. */
  get isAlive(): boolean {
    return this.state <= HostState.draining;
  }

  /** Up or warming. */
  get isUp(): boolean {
    return this.state <= HostState.warming;
  }

  /** Of the tier, up or not: neither gone nor standing by. */
  get isInTier(): boolean {
    return this.state < HostState.absent;
  }

  /** In service, alive or not: of the tier, and not told to leave it. */
  get isKnown(): boolean {
    return !this.leaving && this.isInTier && this.state !== HostState.draining;
  }

  /**
   * How it is seen to be stalled. With two lines the attempt that it would
   * serve next may have come later than the one after it (first of the resumed,
   * then of the others), so its age would go back while a stall lasts.
   */
  get stall(): Queueing['stall'] {
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
      (this.refusalsLastSecond * rules.refusalWorkMs) / (1000 * rules.parallelism)
    );
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
    const stretched = 1 / (1 - Math.min(this.backgroundLoad(), HIGHEST_STRETCHED_LOAD));
    if (nowMs >= this.warmUntilMs) return stretched;
    const { factor, forMs } = this.rules.warmUp;
    return stretched * (1 + ((factor - 1) * (this.warmUntilMs - nowMs)) / forMs);
  }

  /**
   * A keepalive, lease or probe that was due at t and is not answered by now
   * is one with t ≥ this instant; Infinity while the host gets to its work.
   */
  stalledSinceMs(attempts: Attempts): number {
    if (this.queueLength === 0) return this.frozenSinceMs;
    const queueStallMs =
      this.stall === 'oldest-first'
        ? attempts.enteredMs(this.line.head)
        : Math.max(this.queueSinceMs, this.lastStartMs);
    return Math.min(this.frozenSinceMs, queueStallMs);
  }
}
