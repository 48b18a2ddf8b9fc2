/**
 * Leases that move by work (`lease.moves: attempt`): each session whose host of
 * such a tier is lost stalls until another host of the tier has placed it anew,
 * which is a piece of work there like any other, in the same line as attempts.
 * It asks at once, or after `movesAfter`; refused, not answered within
 * `moveTimeout`, or if that host is lost as well, it asks again after `asksAgain`. Its lease fails as it would at a host
 * that stands still: a renewal that is due at t is not answered by t + timeout.
 * Then it drops, and what it had asked for is work for nobody. A session that
 * has lost its hosts of several tiers asks for one after the other.
 */
import { createDistribution, type Distribution } from '../../engine/distributions.ts';
import type { HandlerId } from '../../engine/engine.ts';
import type { Stream } from '../../engine/luck.ts';
import { impossible } from '../../engine/simulation-error.ts';
import type { Fleet } from '../state/fleet.ts';
import type { Host } from '../state/host.ts';
import type { LostPlace, Stalled } from '../state/stalled-sessions.ts';
import { AttemptKind, DropCause, Session } from '../state/vocabulary.ts';
import type { Answers, Connections } from './answers.ts';
import type { AttemptPath } from './attempt-path.ts';
import type { MemoryLimits } from './memory.ts';
import type { Placement } from './placement.ts';
import type { Routing } from './routing.ts';
import type { Watch } from './stalls.ts';

/** What asks again, if its answer takes no time, would else ask without end at one instant. */
export const LEAST_PAUSE_MS = 1;
/** The luck of moves lies apart from that of attempts, which are numbered from 1 (see parallel-attempts.ts). */
export const FIRST_NUMBER = 2 ** 30;

export interface LeaseMoveNeighbours {
  readonly routing: Routing;
  readonly path: AttemptPath;
  readonly placement: Placement;
  readonly memory: MemoryLimits;
  readonly connections: Connections;
}

/** Of a tier whose leases move by work. */
interface MoveRules {
  readonly after: Distribution;
  readonly again: Distribution;
  readonly timeoutMs: number;
  readonly fails: HandlerId;
  /** who knows when renewals are due */
  watch: Watch | null;
}

/** Whether leases of this tier move by work. */
export function movesByWork({ scenario }: Fleet, tier: number): boolean {
  return scenario.tiers[tier].lease?.moves === 'attempt';
}

/** What becomes of attempts is told to the clients, and of moves to those who asked for them. */
export function answersWithMoves(fleet: Fleet, answers: Answers, moves: () => LeaseMoves): Answers {
  if (!fleet.scenario.tiers.some((_, tier) => movesByWork(fleet, tier))) return answers;
  const isMove = (session: number): boolean => fleet.roster.state(session) === Session.connected;
  return {
    opened: (session) => answers.opened(session),
    connected: (session) => answers.connected(session),
    takesOverStale: (session) => answers.takesOverStale(session),
    rejected: (session, reason, tier) => {
      if (isMove(session)) moves().asksAgain(session);
      else answers.rejected(session, reason, tier);
    },
    reset: (session) => {
      if (isMove(session)) moves().asksAgain(session);
      else answers.reset(session);
    },
  };
}

export class LeaseMoves {
  private readonly fleet: Fleet;
  private readonly neighbours: LeaseMoveNeighbours;
  /** by tier; null where leases move for free, or where there are none */
  private readonly rules: readonly (MoveRules | null)[];
  private readonly luck: Stream;
  private readonly asks: HandlerId;
  private readonly timesOut: HandlerId;
  /** by session's serial number: how often it has asked in its life, which keys its luck */
  private readonly asked = new Map<number, number>();

  constructor(fleet: Fleet, neighbours: LeaseMoveNeighbours) {
    this.fleet = fleet;
    this.neighbours = neighbours;
    this.luck = fleet.stream('lease moves');
    const { engine, scenario } = fleet;
    this.asks = engine.register('session asks another host', (session) => this.onAsk(session));
    this.timesOut = engine.register('placing times out', (session) => this.onTimeout(session), { deadline: true });
    this.rules = scenario.tiers.map(({ name, lease }, tier) => {
      if (lease === null || lease.moves === 'free') return null;
      const fails = engine.register(`lease ${name} ends unplaced`, (session) => this.onFail(session, tier), {
        deadline: true,
      });
      return {
        after: createDistribution(lease.movesAfter),
        again: createDistribution(lease.asksAgain),
        timeoutMs: lease.moveTimeoutMs,
        fails,
        watch: null,
      };
    });
  }

  /** Who knows when the renewals of a tier's leases are due. */
  watchedBy(tier: number, watch: Watch | null): void {
    const rules = this.rules[tier];
    if (rules !== null) rules.watch = watch;
  }

  /** The session's host is lost, or asks it to move: it has none of that tier until another one has placed it. */
  displace(session: number, host: Host, loss: number): void {
    const { attempts, engine, roster, scenario, stalled: all } = this.fleet;
    const { tier } = host;
    const { after, fails, watch } = this.rulesOf(tier);
    const { nowMs } = engine;
    this.neighbours.placement.detach(session, tier);
    const answered = scenario.tiers[tier].lease?.answered ?? 'in-queue';
    const failsMs = watch?.failsMs(session, Math.min(nowMs, host.unansweredSinceMs(answered, attempts))) ?? Infinity;
    const stalled = all.of(session) ?? this.begin(session);
    const failsEvent = failsMs === Infinity ? 0 : engine.schedule(Math.max(nowMs, failsMs), fails, session);
    stalled.lost.push({ tier, loss, failsEvent });
    if (stalled.lost.length > 1) return;
    const draws = this.luck.at(roster.serial(session), this.timesAsked(session), 2 * tier);
    stalled.asksEvent = engine.schedule(nowMs + after.sample(draws), this.asks, session);
  }

  /** What it asked for was refused, or the host is gone that had it. */
  asksAgain(session: number): void {
    const stalled = this.stalledOf(session);
    const { attempts, engine, roster } = this.fleet;
    attempts.setAwaitedBy(session, -1);
    this.cancelTimeout(stalled, session);
    const { tier } = stalled.lost[0];
    const draws = this.luck.at(roster.serial(session), this.timesAsked(session), 2 * tier + 1);
    const pauseMs = Math.max(LEAST_PAUSE_MS, this.rulesOf(tier).again.sample(draws));
    stalled.asksEvent = engine.schedule(engine.nowMs + pauseMs, this.asks, session);
  }

  /** A host has done the work of placing the session. */
  placed(session: number, host: Host): void {
    const { attempts, engine } = this.fleet;
    const stalled = this.stalledOf(session);
    attempts.setAwaitedBy(session, -1);
    const place = stalled.lost.shift() ?? impossible(`session ${session} is placed at ${host.label}, unasked`);
    this.cancelFailure(place, session);
    this.cancelTimeout(stalled, session);
    if (stalled.lost.length === 0) this.end(session);
    this.neighbours.placement.attach(session, host);
    if (stalled.lost.length > 0) stalled.asksEvent = engine.schedule(engine.nowMs, this.asks, session);
  }

  /** The session is about to be on no host any more. */
  forget(session: number): void {
    const { attempts, engine, stalled: all } = this.fleet;
    const stalled = all.of(session);
    if (stalled === undefined) return;
    if (attempts.awaitedBy(session) >= 0) this.neighbours.path.abandon(session);
    if (stalled.asksEvent !== 0) engine.cancel(stalled.asksEvent, session);
    this.cancelTimeout(stalled, session);
    for (const place of stalled.lost) this.cancelFailure(place, session);
    this.end(session);
  }

  private onAsk(session: number): void {
    const { attempts, engine, recorder, roster } = this.fleet;
    const { path, routing } = this.neighbours;
    const stalled = this.stalledOf(session);
    const { tier, loss } = stalled.lost[0];
    const serial = roster.serial(session);
    const times = this.timesAsked(session);
    stalled.asksEvent = 0;
    this.asked.set(serial, times + 1);
    const pod = roster.pod(session);
    const number = FIRST_NUMBER + times;
    const routed = routing.route(tier, pod, serial, number, session);
    // Moves need no transport, so a host that opens those beside its queue is asked here.
    const refused = typeof routed !== 'number' && routed.rules.opensBeside ? routing.refusalOf(routed) : null;
    if (typeof routed === 'number' || refused !== null) {
      this.asksAgain(session);
      return;
    }
    const attempt = attempts.allocate(roster.product(session), AttemptKind.moved, routed.index);
    attempts.setSlot(attempt, session);
    attempts.setAwaitedBy(session, attempt);
    attempts.setSerial(attempt, serial);
    attempts.setNumber(attempt, number);
    attempts.setPod(attempt, pod);
    attempts.setLoss(attempt, loss);
    attempts.setTier(attempt, tier);
    recorder?.enteredTier(engine.nowMs, tier);
    const { timeoutMs } = this.rulesOf(tier);
    if (timeoutMs < Infinity) stalled.timeoutEvent = engine.schedule(engine.nowMs + timeoutMs, this.timesOut, session);
    path.settleIn(attempt, routed);
  }

  private onTimeout(session: number): void {
    this.stalledOf(session).timeoutEvent = 0;
    this.neighbours.path.timeOut(session);
    this.asksAgain(session);
  }

  private onFail(session: number, tier: number): void {
    const place = this.stalledOf(session).lost.find((each) => each.tier === tier);
    if (place === undefined) impossible(`a lease ends of session ${session}, which has a host`);
    place.failsEvent = 0;
    this.neighbours.connections.drop(session, DropCause.lease, place.loss);
  }

  private begin(session: number): Stalled {
    const { engine, roster, stalled } = this.fleet;
    const begun = stalled.begin(session, roster.pod(session), engine.nowMs);
    this.eachHost(session, (host) => {
      host.stalled.add(engine.nowMs);
      if (host.rules.limitsMemory) this.neighbours.memory.taken(host);
    });
    return begun;
  }

  /** It stalls no longer: what had queued up for it is gone from its hosts. */
  private end(session: number): void {
    const { roster, stalled } = this.fleet;
    const { sinceMs } = this.stalledOf(session);
    this.eachHost(session, (host) => host.stalled.remove(sinceMs));
    stalled.end(session, roster.pod(session));
  }

  private eachHost(session: number, visit: (host: Host) => void): void {
    const { hosts, roster, tierCount } = this.fleet;
    for (let tier = 0; tier < tierCount; tier++) {
      const index = roster.host[tier][session];
      if (index >= 0) visit(hosts[index]);
    }
  }

  private cancelTimeout(stalled: Stalled, session: number): void {
    if (stalled.timeoutEvent !== 0) this.fleet.engine.cancel(stalled.timeoutEvent, session);
    stalled.timeoutEvent = 0;
  }

  private cancelFailure(place: LostPlace, session: number): void {
    if (place.failsEvent !== 0) this.fleet.engine.cancel(place.failsEvent, session);
  }

  private timesAsked(session: number): number {
    return this.asked.get(this.fleet.roster.serial(session)) ?? 0;
  }

  private stalledOf(session: number): Stalled {
    return this.fleet.stalled.of(session) ?? impossible(`session ${session} is placed anew, and has not lost its host`);
  }

  private rulesOf(tier: number): MoveRules {
    return this.rules[tier] ?? impossible(`leases of ${this.fleet.tierNames[tier]} move for free`);
  }
}
