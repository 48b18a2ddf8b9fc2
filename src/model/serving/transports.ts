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

export class Transports {
  private readonly fleet: Fleet;
  private readonly answers: Answers;
  private readonly ends: TransportEnds;
  private readonly networkDelayMs: number;
  private readonly transportOpens: HandlerId;
  private readonly loginComes: HandlerId;

  constructor(fleet: Fleet, answers: Answers, ends: TransportEnds) {
    this.fleet = fleet;
    this.answers = answers;
    this.ends = ends;
    this.networkDelayMs = fleet.scenario.networkDelayMs;
    this.transportOpens = fleet.engine.register('transport opens', (attempt) => this.onOpens(attempt));
    this.loginComes = fleet.engine.register('login comes', (attempt) => this.onLogin(attempt));
  }

  /** An attempt has come to a host that opens transports beside its queue. */
  comes(attempt: number, host: Host): void {
    if (host.opensNone) {
      this.fleet.attempts.setPhase(attempt, Phase.unopened);
      host.unopened++;
    } else this.open(attempt, Phase.opening);
  }

  /** The host goes on: it opens the transports that wait for it, after whatever makes it go on. */
  goesOn(host: Host): void {
    const { attempts, engine } = this.fleet;
    for (let a = host.openHead; a >= 0; a = attempts.next(host.tier, a)) {
      if (attempts.tier(a) !== host.tier || attempts.phase(a) !== Phase.unopened) continue;
      attempts.setPhase(a, Phase.opening);
      attempts.setLoginSentMs(a, Infinity);
      attempts.setServiceEvent(a, engine.schedule(engine.nowMs, this.transportOpens, a));
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

  private onOpens(attempt: number): void {
    const { attempts } = this.fleet;
    if (attempts.session(attempt) >= 0) this.open(attempt, Phase.opening);
    else this.ends.endsWithoutLogin(attempt, this.hostOf(attempt));
  }

  private open(attempt: number, phase: number): void {
    const { attempts, engine } = this.fleet;
    const knownMs = engine.nowMs + this.networkDelayMs;
    attempts.setPhase(attempt, phase);
    attempts.setLoginSentMs(attempt, knownMs);
    attempts.setServiceEvent(attempt, engine.schedule(knownMs + this.networkDelayMs, this.loginComes, attempt));
    this.answers.opened(attempts.session(attempt));
  }

  private onLogin(attempt: number): void {
    const { attempts } = this.fleet;
    const host = this.hostOf(attempt);
    attempts.setServiceEvent(attempt, 0);
    if (attempts.session(attempt) < 0 && attempts.loginSentMs(attempt) === Infinity)
      this.ends.endsWithoutLogin(attempt, host);
    else if (attempts.phase(attempt) === Phase.opened) this.ends.goesToNextTier(attempt, host);
    else this.ends.loginComes(attempt, host);
  }

  private hostOf(attempt: number): Host {
    const { attempts, hosts } = this.fleet;
    return hosts[attempts.host(attempts.tier(attempt), attempt)];
  }
}
