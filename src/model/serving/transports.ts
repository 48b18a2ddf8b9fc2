/**
 * Transports that open before the application answers: the client then logs
 * in, which takes the network's delay there and back. A host opens them beside
 * its queue, as soon as an attempt comes and unless it stands still, or when its
 * service ends. Who leaves before knowing that the transport is open never sends
 * the login, so that such an attempt costs nothing from there on.
 */
import type { HandlerId } from '../../engine/engine.ts';
import { Phase } from '../state/attempts.ts';
import type { Fleet } from '../state/fleet.ts';
import type { Host } from '../state/host.ts';
import type { Answers } from './answers.ts';

/** What becomes of an attempt whose transport is open, or whose client has left before that. */
export interface TransportEnds {
  /** Its login comes to the host that opened its transport beside the queue. */
  loginComes(attempt: number, host: Host): void;
  /** Its login comes to the tier after the one that opened its transport. */
  goesToNextTier(attempt: number, host: Host): void;
  /** No login comes. */
  endsWithoutLogin(attempt: number, host: Host): void;
}

/** A way to open them; tests put a reference here. */
export type TransportsKind = new (
  fleet: Fleet,
  answers: Answers,
  ends: TransportEnds,
) => Pick<Transports, keyof Transports>;

export class Transports {
  private readonly fleet: Fleet;
  private readonly answers: Answers;
  private readonly ends: TransportEnds;
  private readonly networkDelayMs: number;
  private readonly goesOnItsWay: HandlerId;

  constructor(fleet: Fleet, answers: Answers, ends: TransportEnds) {
    this.fleet = fleet;
    this.answers = answers;
    this.ends = ends;
    this.networkDelayMs = fleet.scenario.networkDelayMs;
    this.goesOnItsWay = fleet.engine.register('transport opens or login comes', (attempt) => this.goOn(attempt));
  }

  /** An attempt has come to a host that opens transports beside its queue; from the tier before it comes without its client, too. */
  comes(attempt: number, host: Host): void {
    const { attempts } = this.fleet;
    if (host.opensNone) {
      attempts.setPhase(attempt, Phase.unopened);
      host.unopened++;
    } else if (attempts.session(attempt) >= 0) this.open(attempt, Phase.opening);
    else this.ends.endsWithoutLogin(attempt, host);
  }

  /** The host goes on: it opens the transports that wait for it, after whatever makes it go on. */
  goesOn(host: Host): void {
    const { attempts, engine } = this.fleet;
    for (let a = host.openHead; a >= 0; a = attempts.next(host.tier, a)) {
      if (attempts.tier(a) !== host.tier || attempts.phase(a) !== Phase.unopened) continue;
      attempts.setPhase(a, Phase.opening);
      attempts.setLoginSentMs(a, Infinity);
      attempts.setServiceEvent(a, engine.schedule(engine.nowMs, this.goesOnItsWay, a));
    }
    host.unopened = 0;
  }

  /** A service ends that opens the transport of an attempt whose client waits. */
  opensByService(attempt: number): void {
    this.open(attempt, Phase.opened);
  }

  /** The attempt is taken off its host before its login has come. */
  forget(attempt: number, host: Host): void {
    const { attempts, engine } = this.fleet;
    if (attempts.phase(attempt) === Phase.unopened) host.unopened--;
    else if (attempts.serviceEvent(attempt) !== 0) engine.cancel(attempts.serviceEvent(attempt), attempt);
  }

  /** The client leaves: if it does not know yet that the transport is open, it never logs in. */
  clientLeaves(attempt: number): void {
    const { attempts, engine } = this.fleet;
    if (engine.nowMs < attempts.loginSentMs(attempt)) attempts.setLoginSentMs(attempt, Infinity);
  }

  private open(attempt: number, phase: number): void {
    const { attempts, engine } = this.fleet;
    const knownMs = engine.nowMs + this.networkDelayMs;
    attempts.setPhase(attempt, phase);
    attempts.setLoginSentMs(attempt, knownMs);
    attempts.setServiceEvent(attempt, engine.schedule(knownMs + this.networkDelayMs, this.goesOnItsWay, attempt));
    this.answers.opened(attempts.session(attempt));
  }

  /** A login comes, or a transport opens that waited for its host to go on; unless the client has left before. */
  private goOn(attempt: number): void {
    const { attempts } = this.fleet;
    const host = this.hostOf(attempt);
    const isSent = attempts.loginSentMs(attempt) < Infinity;
    attempts.setServiceEvent(attempt, 0);
    if (isSent && attempts.phase(attempt) === Phase.opened) this.ends.goesToNextTier(attempt, host);
    else if (isSent) this.ends.loginComes(attempt, host);
    else if (attempts.session(attempt) < 0) this.ends.endsWithoutLogin(attempt, host);
    else this.open(attempt, Phase.opening);
  }

  private hostOf(attempt: number): Host {
    const { attempts, hosts } = this.fleet;
    return hosts[attempts.host(attempts.tier(attempt), attempt)];
  }
}
