/**
 * The plain way to open transports: an event for each of an attempt's steps, that its transport opens, that its client
 * knows so and sends the login, and that the login comes. The product must end the same attempts at the same times.
 */
import type { HandlerId } from '../../src/engine/engine.ts';
import type { Answers } from '../../src/model/serving/answers.ts';
import type { TransportEnds, Transports } from '../../src/model/serving/transports.ts';
import { Phase } from '../../src/model/state/attempts.ts';
import type { Fleet } from '../../src/model/state/fleet.ts';
import type { Host } from '../../src/model/state/host.ts';

/** An attempt on its way from the opening of its transport to its login. */
interface Stage {
  readonly attempt: number;
  readonly host: Host;
  readonly isBeside: boolean;
  loginSent: boolean;
  isOver: boolean;
}

export class NaiveTransports implements Pick<Transports, keyof Transports> {
  private readonly fleet: Fleet;
  private readonly answers: Answers;
  private readonly ends: TransportEnds;
  private readonly opens: HandlerId;
  private readonly knows: HandlerId;
  private readonly logsIn: HandlerId;
  private readonly stages: Stage[] = [];

  constructor(fleet: Fleet, answers: Answers, ends: TransportEnds) {
    this.fleet = fleet;
    this.answers = answers;
    this.ends = ends;
    this.opens = fleet.engine.register('naive: transport opens', (id) => this.onOpens(this.stages[id], id));
    this.knows = fleet.engine.register('naive: client knows', (id) => this.onKnows(this.stages[id]));
    this.logsIn = fleet.engine.register('naive: login comes', (id) => this.onLogin(this.stages[id]));
  }

  comes(attempt: number, host: Host): void {
    this.fleet.attempts.setPhase(attempt, Phase.unopened);
    host.unopened++;
    if (!host.opensNone) this.begin(attempt, host, true, true);
  }

  goesOn(host: Host): void {
    const { attempts } = this.fleet;
    for (let a = host.openHead; a >= 0; a = attempts.next(host.tier, a))
      if (attempts.tier(a) === host.tier && attempts.phase(a) === Phase.unopened) this.begin(a, host, true, false);
  }

  opensByService(attempt: number): void {
    const { attempts, hosts } = this.fleet;
    this.begin(attempt, hosts[attempts.host(attempts.tier(attempt), attempt)], false, true);
  }

  forget(attempt: number, host: Host): void {
    if (this.fleet.attempts.phase(attempt) === Phase.unopened) host.unopened--;
    for (const stage of this.stages) if (stage.attempt === attempt) stage.isOver = true;
  }

  clientLeaves(): void {
    // The events look whether it is there.
  }

  /** What else happens at the instant of a thaw comes first. */
  private begin(attempt: number, host: Host, isBeside: boolean, atOnce: boolean): void {
    const { attempts, engine } = this.fleet;
    const id = this.stages.push({ attempt, host, isBeside, loginSent: false, isOver: false }) - 1;
    if (isBeside) host.unopened--;
    attempts.setPhase(attempt, isBeside ? Phase.opening : Phase.opened);
    attempts.setServiceEvent(attempt, 0);
    if (atOnce) this.onOpens(this.stages[id], id);
    else engine.schedule(engine.nowMs, this.opens, id);
  }

  private onOpens(stage: Stage, id: number): void {
    if (stage.isOver) return;
    const { attempts, engine, scenario } = this.fleet;
    const session = attempts.session(stage.attempt);
    if (session < 0) {
      this.end(stage);
      return;
    }
    this.answers.opened(session);
    engine.schedule(engine.nowMs + scenario.networkDelayMs, this.knows, id);
    engine.schedule(engine.nowMs + 2 * scenario.networkDelayMs, this.logsIn, id);
  }

  private onKnows(stage: Stage): void {
    if (!stage.isOver) stage.loginSent = this.fleet.attempts.session(stage.attempt) >= 0;
  }

  private onLogin(stage: Stage): void {
    if (stage.isOver) return;
    if (!stage.loginSent) {
      this.end(stage);
      return;
    }
    stage.isOver = true;
    if (stage.isBeside) this.ends.loginComes(stage.attempt, stage.host);
    else this.ends.goesToNextTier(stage.attempt, stage.host);
  }

  private end(stage: Stage): void {
    stage.isOver = true;
    this.ends.endsWithoutLogin(stage.attempt, stage.host);
  }
}
