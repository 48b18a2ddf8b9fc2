/**
 * What is done with one client: its attempts come in one after the other, and
 * the phases take each as it comes and treat it. A client that stays away for
 * much longer than it ever did has given up; its phase is over, and what is left
 * of the course goes on if somebody starts it anew.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { delaysOf, type Delay } from '../../experiments/client-learning/delays.ts';
import type { Absence, ClientLog } from '../../experiments/client-learning/seen-attempts.ts';
import type { Arrival, Pace } from '../endpoints/arrival.ts';
import type { Dialect } from '../endpoints/dialects.ts';
import { secondsText, clockText } from '../../experiments/client-learning/told-times.ts';

/** Two sides of a client's change from one attempt to the next may be seen in the wrong order. */
const SETTLE_MS = 40;
/** Of one client nobody needs to see more. */
export const ATTEMPTS_MAX = 5000;

/** One kind of treatment; phases.ts has them all. */
export interface Phase {
  readonly says: string;
  /** of the time, beside those of the phases that are left */
  readonly share: number;
  /** whether it can tell anything of such a client */
  readonly isFor?: (course: Course) => boolean;
  readonly act: (course: Course, untilMs: number) => Promise<void>;
  readonly saw: (course: Course, attempts: readonly Arrival[]) => string;
}

export interface CourseOptions {
  /** in their order */
  readonly phases: readonly Phase[];
  readonly client: string;
  /** the one with which it came */
  readonly first: Arrival;
  /** what a whole course may take */
  readonly totalMs: number;
  /** when this one has to end, whenever it began */
  readonly endMs: number;
  readonly pace: Pace;
  readonly tell: (text: string) => void;
}

/**
 * Of the whole time: 30 s of three minutes. That long a client may wait whatever it did before, since with full jitter
 * short delays say little of the next: centrifuge's may go from 4.5 s to its cap of 20 s at once.
 */
const LONG_DELAY = 1 / 6;

/** What all lasts within a course of three minutes; shorter ones are as much faster. */
const USUAL_TOTAL_MS = 180_000;
/** Connected for so long, a client of which nothing else is known starts to count its attempts anew. */
const USUAL_HOLD_MS = 6500;

export class Course {
  readonly client: string;
  readonly holdMs: number;
  readonly totalMs: number;
  readonly attempts: Arrival[] = [];
  overlaps = 0;
  /** more attempts came than are looked at */
  flooded = false;
  private readonly phases: readonly Phase[];
  private readonly tell: (text: string) => void;
  private readonly pace: Pace;
  private readonly absences: Absence[] = [];
  private readonly waiting: Arrival[] = [];
  private wake: (() => void) | null = null;
  private readonly originMs: number;
  private readonly endMs: number;
  private stopped = false;
  private page = 0;
  /** how many attempts there had been when the phase began */
  private phaseFrom = 0;
  private dialect: Dialect | null = null;

  constructor({ phases, client, first, totalMs, endMs, pace, tell }: CourseOptions) {
    this.phases = phases;
    this.client = client;
    this.totalMs = totalMs;
    this.endMs = endMs;
    this.pace = pace;
    this.holdMs = (USUAL_HOLD_MS * totalMs) / USUAL_TOTAL_MS;
    this.tell = tell;
    this.originMs = first.startMs;
    this.waiting.push(first);
    this.say(`a client came: ${first.what}`);
  }

  get over(): boolean {
    return this.stopped || performance.now() >= this.endMs;
  }

  get leftMs(): number {
    return Math.max(0, this.endMs - performance.now());
  }

  /** The attempt that is going on, or the connection that is open. */
  get live(): Arrival | null {
    return this.attempts.findLast(({ endMs }) => endMs === null) ?? null;
  }

  /** Whether it was ever seen to hold a connection, rather than to ask and be answered. */
  get connects(): boolean {
    return this.attempts.some(({ transport }) => transport !== 'http');
  }

  /** Whether it is known to wait for more than the upgrade. */
  get waits(): boolean {
    return this.dialect?.waits === true;
  }

  get usesWebSocket(): boolean {
    return this.attempts.some(({ transport }) => transport === 'websocket');
  }

  /** What has been said since the client first came. */
  private say(text: string): void {
    this.tell(`${clockText(performance.now() - this.originMs).padStart(6)}  ${text}`);
  }

  /** An attempt comes in. */
  arrive(arrival: Arrival): void {
    if (this.stopped || this.attempts.length >= ATTEMPTS_MAX) {
      arrival.refuse(503);
      if (!this.stopped) this.flooded = true;
      this.stop();
      return;
    }
    if (this.live !== null) void this.meet(arrival);
    else this.queue(arrival);
  }

  /** Another attempt comes while one is going on: perhaps that has just ended. */
  private async meet(arrival: Arrival): Promise<void> {
    await sleep(SETTLE_MS);
    const { live } = this;
    if (live === null) {
      this.queue(arrival);
      return;
    }
    if (arrival.transport === 'http' && live.answeredMs !== null && live.transport !== 'http') {
      // Who is connected may ask for this and that besides.
      arrival.accept();
      return;
    }
    this.overlaps++;
    arrival.overlaps = true;
    if (live.treatment === 'hang' || live.treatment === 'silent') {
      // It has turned away from that one without ending it.
      live.cut();
      this.queue(arrival);
    } else arrival.refuse(503);
  }

  private queue(arrival: Arrival): void {
    this.waiting.push(arrival);
    this.wake?.();
  }

  /** The next attempt, or null if none comes until then, or the client has given up and was started anew. */
  async next(untilMs: number): Promise<Arrival | null> {
    for (;;) {
      const arrival = this.waiting.shift();
      if (arrival !== undefined && arrival.endMs === null) return this.taken(arrival);
      if (this.stopped) return null;
      const nowMs = performance.now();
      const goneMs = this.goneAtMs();
      if (nowMs >= goneMs && this.live === null) {
        const isOfThisPhase = this.attempts.length > this.phaseFrom;
        await this.absence();
        // What an earlier phase did to it is no reason to leave this one out.
        if (isOfThisPhase || this.over) return null;
        continue;
      }
      const untilOrEndMs = Math.min(untilMs, this.endMs);
      if (nowMs >= untilOrEndMs) return null;
      await this.waitFor(Math.min(untilOrEndMs, goneMs));
    }
  }

  private taken(arrival: Arrival): Arrival {
    arrival.page = this.page;
    arrival.onChange = () => {
      this.noteDialect(arrival.dialect);
      this.wake?.();
    };
    this.noteDialect(arrival.dialect);
    this.attempts.push(arrival);
    return arrival;
  }

  private noteDialect(dialect: Dialect | null): void {
    if (dialect === null || this.dialect !== null) return;
    this.dialect = dialect;
    this.say(`it speaks ${dialect.name}`);
  }

  /** Waits until something happens, or until then. */
  private async waitFor(untilMs: number): Promise<void> {
    const ms = Math.max(1, untilMs - performance.now());
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, Math.min(ms, 2 ** 31 - 1));
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.wake = null;
  }

  /** Waits until the attempt has ended; false if it has not by then. */
  async endOf(arrival: Arrival, untilMs: number): Promise<boolean> {
    while (arrival.endMs === null && !this.stopped && performance.now() < Math.min(untilMs, this.endMs))
      await this.waitFor(Math.min(untilMs, this.endMs));
    return arrival.endMs !== null;
  }

  /** Waits until the client counts as connected; false if it does not by then. */
  async answerTo(arrival: Arrival, untilMs: number): Promise<boolean> {
    // A client whose first message gives its protocol away waits for more than the upgrade.
    const graceMs = performance.now() + SETTLE_MS;
    while (arrival.endMs === null && !this.stopped && performance.now() < Math.min(untilMs, this.endMs)) {
      const isAnswered = arrival.answeredMs !== null && performance.now() >= graceMs;
      if (isAnswered) return true;
      await this.waitFor(arrival.answeredMs === null ? Math.min(untilMs, this.endMs) : graceMs);
    }
    return arrival.answeredMs !== null && arrival.endMs === null;
  }

  /** From when on a client that has not come is taken to have given up. */
  private goneAtMs(): number {
    const last = this.attempts.at(-1);
    if (last === undefined || last.endMs === null) return Infinity;
    const gaps = this.attempts.slice(1).flatMap(({ startMs, page }, i) => {
      const before = this.attempts[i];
      return before.endMs === null || before.page !== page ? [] : [startMs - before.endMs];
    });
    const hintMs = (last.retryAfterSec ?? 0) * 1000;
    const patienceMs = Math.max(this.totalMs * LONG_DELAY, 3 * Math.max(0, ...gaps));
    return last.endMs + Math.max(patienceMs, 1.5 * hintMs) + this.totalMs / 180;
  }

  /** It has given up. Waits until it is started anew. */
  private async absence(): Promise<void> {
    const sinceMs = this.attempts.at(-1)!.endMs!;
    const place = this.attempts.length - 1;
    this.say(`nothing came for ${secondsText(performance.now() - sinceMs)}: it is taken to have given up`);
    if (!this.over) this.say('start it anew, and the rest is learnt too; or end here with Ctrl-C');
    while (this.waiting.length === 0 && !this.over) await this.waitFor(this.endMs);
    this.absences.push({ afterAttempt: place, forMs: performance.now() - sinceMs });
    this.page++;
  }

  /** Until it has been connected for so long that no client counts that as a failure; null if it does not stay, or only asks and is answered. */
  async hold(untilMs: number): Promise<Arrival | null> {
    let answeredMs: number | null = null;
    while (!this.over && performance.now() < untilMs) {
      const arrival =
        this.live ?? (await this.next(answeredMs === null ? untilMs : Math.min(untilMs, answeredMs + this.holdMs)));
      if (arrival === null) return null;
      if (arrival.openedMs === null) arrival.accept();
      if (arrival.transport === 'http') {
        await this.endOf(arrival, untilMs);
        if (arrival.held) answeredMs ??= performance.now();
        continue;
      }
      if (!(await this.answerTo(arrival, untilMs))) {
        if (arrival.endMs === null) return null;
        continue;
      }
      const heldFromMs = arrival.answeredMs!;
      if (await this.endOf(arrival, Math.min(untilMs, heldFromMs + this.holdMs))) continue;
      arrival.held = performance.now() >= heldFromMs + this.holdMs - SETTLE_MS;
      return arrival;
    }
    return null;
  }

  /** The next attempt that is a connection, accepted and answered; requests before it are answered as well. */
  async connected(untilMs: number): Promise<Arrival | null> {
    for (;;) {
      const arrival = this.live ?? (await this.next(untilMs));
      if (arrival === null) return null;
      if (arrival.openedMs === null) arrival.accept();
      if (arrival.transport === 'http') await this.endOf(arrival, untilMs);
      else if (await this.answerTo(arrival, untilMs)) return arrival;
      else if (arrival.endMs === null) return null;
    }
  }

  async pause(ms: number): Promise<void> {
    const untilMs = performance.now() + ms;
    while (!this.over && performance.now() < untilMs) await this.waitFor(untilMs);
  }

  /** So far. */
  delays(): readonly Delay[] {
    return delaysOf(this.log());
  }

  log(): ClientLog {
    const { dialect, pace } = this;
    const { connects } = this;
    // A request that is answered before a connection is made is a part of that attempt.
    const kept = this.attempts.filter(({ transport, held }) => !(connects && transport === 'http' && held));
    const places = new Map(kept.map((arrival, i) => [arrival, i]));
    const placeOf = (place: number): number => {
      for (let i = place; i >= 0; i--) {
        const found = places.get(this.attempts[i]);
        if (found !== undefined) return found;
      }
      return -1;
    };
    const serverPings = dialect?.serverPings;
    return {
      name: this.client,
      dialect: dialect?.name ?? null,
      likelyPresets: dialect?.presets ?? [],
      serverPings:
        serverPings === undefined
          ? null
          : {
              toldEveryMs: pace.pingEveryMs,
              toldTimeoutMs: serverPings.isTimeoutTold ? pace.pingTimeoutMs : null,
              usual: { every: serverPings.every, timeout: serverPings.timeout },
            },
      attempts: kept.map((arrival) => arrival.seen(this.originMs)),
      absences: this.absences.map(({ afterAttempt, forMs }) => ({ afterAttempt: placeOf(afterAttempt), forMs })),
      overlaps: this.overlaps,
      untilMs: performance.now() - this.originMs,
    };
  }

  /** Ends what is going on; `run` returns soon. */
  stop(): void {
    this.stopped = true;
    this.wake?.();
  }

  async run(): Promise<void> {
    for (const [i, phase] of this.phases.entries()) {
      if (this.over) break;
      await this.runPhase(phase, i);
    }
    this.say(this.stopped ? 'stopped' : this.over ? 'the time is over' : 'all has been seen');
    // What is still open tells how long it was, and by whom it was not ended.
    this.stopped = true;
  }

  /** Waits until it is there, connected or with its next attempt, unless it has given up. */
  private async presence(): Promise<void> {
    while (this.live === null && this.waiting.length === 0 && !this.over && performance.now() < this.goneAtMs())
      await this.waitFor(Math.min(this.endMs, this.goneAtMs()));
  }

  private async runPhase(phase: Phase, place: number): Promise<void> {
    if (phase.isFor?.(this) === false) return;
    // What an earlier phase makes it wait for is not of this one's time: a single delay may be longer than that.
    await this.presence();
    const sharesLeft = this.phases.slice(place).reduce((sum, { share }) => sum + share, 0);
    const nowMs = performance.now();
    const untilMs = nowMs + ((this.endMs - nowMs) * phase.share) / sharesLeft;
    this.say(`${place + 1}/${this.phases.length} ${phase.says} (up to ${secondsText(untilMs - nowMs)})`);
    this.phaseFrom = this.attempts.length;
    await phase.act(this, untilMs);
    const saw = phase.saw(this, this.attempts.slice(this.phaseFrom));
    if (saw !== '') this.say(`    ${saw}`);
  }
}
