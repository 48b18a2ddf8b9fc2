/**
 * Clients that multiply: each failure in a row makes their next attempt go out
 * several times at once. All of these are attempts to the hosts; the client is
 * connected by the first that is done, and has failed once all have failed or
 * its timeout is over. One of them is the session's own; each other one, while
 * it is open, has a slot of the roster that is no session: a copy, whose state is
 * `gone`, and which nobody counts. If the session's own fails, a copy takes its
 * place. Left out: loops that are not in step with each other.
 */
import { power } from '../../engine/power.ts';
import { larger } from '../../engine/storage.ts';
import type { ClientRules } from '../state/client-rules.ts';
import type { Fleet } from '../state/fleet.ts';
import { AttemptEnd } from '../state/vocabulary.ts';
import type { AttemptPath } from '../serving/attempt-path.ts';
import type { Routing } from '../serving/routing.ts';

/** So far apart are the numbers, for their luck, of the attempts that go out at once; up to half of all positive ones, for from there on are those of moves (lease-moves.ts), then negative ones. */
const NUMBERS_APART = 2 ** 21;
const POSITIVE = 2 ** 30 / NUMBERS_APART;

/** What all of them have in common. */
export interface ParallelRound {
  readonly session: number;
  /** how many there are, the session's own included */
  readonly count: number;
  /** the session's own attempt's number */
  readonly number: number;
  /** the host that the client asks for, −1 if any will do */
  readonly pinned: number;
}

/** How many go out at once after so many failures in a row. */
export function parallelCount(multiplies: NonNullable<ClientRules['multiplies']>, failures: number): number {
  const { adds, factor, atMost } = multiplies;
  return Math.min(atMost, Math.floor(power(factor, failures)) + adds * failures);
}

export class ParallelAttempts {
  private readonly fleet: Fleet;
  private readonly routing: Routing;
  private readonly path: AttemptPath;
  /** by slot: the first copy of a session, or the next one after a copy, + 1; 0: none */
  private nextCopy = new Int32Array(0);
  /** by session: 1 once one of them has its transport open */
  private hasOpened = new Uint8Array(0);

  constructor(fleet: Fleet, { routing, path }: { readonly routing: Routing; readonly path: AttemptPath }) {
    this.fleet = fleet;
    this.routing = routing;
    this.path = path;
  }

  /** How many attempts go out for the one of the session that was just counted; those beside it are counted here. */
  begin(session: number, { multiplies }: ClientRules): number {
    if (multiplies === null) return 1;
    const count = parallelCount(multiplies, this.fleet.roster.attempt(session) - 1);
    this.fleet.attemptCount += count - 1;
    return count;
  }

  /** Where the n-th of them goes, from 0, which is the session's own; or why nowhere: see Routing. */
  route({ session, number, pinned }: ParallelRound, n: number): ReturnType<Routing['route']> {
    const { roster } = this.fleet;
    return this.routing.route(0, roster.pod(session), roster.serial(session), numberOf(number, n), session, pinned);
  }

  /** Those from the n-th on go out; one before them is the session's, and a host has taken it in. */
  takeIn(round: ParallelRound, from: number, startedMs: number, kind: number): void {
    const { roster } = this.fleet;
    this.makeRoom(round.session);
    this.hasOpened[round.session] = this.path.isOpening(round.session) ? 1 : 0;
    for (let n = from; n < round.count; n++) {
      const routed = this.route(round, n);
      if (typeof routed === 'number') {
        this.fleet.attemptEnded(round.session, AttemptEnd.rejected, routed);
        continue;
      }
      const copy = roster.admitCopy(round.session, numberOf(round.number, n));
      this.makeRoom(copy);
      this.nextCopy[copy] = this.nextCopy[round.session];
      this.nextCopy[round.session] = copy + 1;
      this.path.takeIn(this.path.open(copy, startedMs, kind, routed), routed);
    }
  }

  /** A transport has opened: the session's whose client hears of it, or −1 if it has another one open already. */
  opened(slot: number): number {
    const session = this.fleet.roster.ownerOf(slot);
    if (session >= this.nextCopy.length || (slot === session && this.nextCopy[session] === 0)) return session;
    if (this.hasOpened[session] === 1) return -1;
    this.hasOpened[session] = 1;
    if (slot !== session) this.fleet.attempts.exchange(session, slot);
    return session;
  }

  /** One has failed, and is in no host's books any more. Whether others of its session are open, so that the client waits on. */
  goesOn(slot: number): boolean {
    const { attempts, roster } = this.fleet;
    const session = roster.ownerOf(slot);
    const copy = slot === session ? this.firstCopyOf(session) : slot;
    if (copy < 0) return false;
    if (slot === session) {
      const attempt = attempts.awaitedBy(copy);
      attempts.setSlot(attempt, session);
      attempts.setAwaitedBy(session, attempt);
    }
    attempts.setAwaitedBy(copy, -1);
    this.release(session, copy);
    return true;
  }

  /** The session's own attempt is over, and so are all others, whose clients wait no longer. */
  end(session: number, end: number, reason: number): void {
    for (let copy = this.firstCopyOf(session); copy >= 0; copy = this.firstCopyOf(session)) {
      if (end === AttemptEnd.timedOut) this.path.timeOut(copy);
      else this.path.abandon(copy);
      this.fleet.attemptEnded(session, end, reason);
      this.release(session, copy);
    }
  }

  private firstCopyOf(session: number): number {
    return session < this.nextCopy.length ? this.nextCopy[session] - 1 : -1;
  }

  private release(session: number, copy: number): void {
    let before = session;
    while (this.nextCopy[before] !== copy + 1) before = this.nextCopy[before] - 1;
    this.nextCopy[before] = this.nextCopy[copy];
    this.nextCopy[copy] = 0;
    this.fleet.roster.releaseCopy(copy);
  }

  private makeRoom(slot: number): void {
    if (slot < this.nextCopy.length) return;
    const { capacity } = this.fleet.roster;
    this.nextCopy = larger(this.nextCopy, new Int32Array(capacity));
    this.hasOpened = larger(this.hasOpened, new Uint8Array(capacity));
  }
}

export function numberOf(number: number, n: number): number {
  return number + n * NUMBERS_APART - (n < POSITIVE ? 0 : 2 ** 31);
}
