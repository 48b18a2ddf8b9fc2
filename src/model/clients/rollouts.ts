/**
 * Roll-outs of client versions: each session adopts a deployed version at its
 * own moment of the window, drawn uniformly. Without `reload` it takes effect
 * at the session's next decision, so it costs no event; with `reload` the
 * session drops at that moment and starts at attempt 1.
 */
import type { HandlerId } from '../../engine/engine.ts';
import type { Stream } from '../../engine/luck.ts';
import type { Fleet } from '../state/fleet.ts';
import { Session } from '../state/vocabulary.ts';

interface Rollout {
  /** the action's name, which keys its luck */
  readonly name: string;
  readonly client: number;
  readonly startMs: number;
  readonly windowMs: number;
  readonly fraction: number;
  readonly reload: boolean;
  /** of the action that rolls it out */
  readonly loss: number;
}

export class Rollouts {
  private readonly fleet: Fleet;
  private readonly rollouts: (Rollout & { readonly luck: Stream })[] = [];
  private readonly adopts: HandlerId;
  private readonly reloadSession: (session: number, loss: number) => void;

  constructor(fleet: Fleet, reloadSession: (session: number, loss: number) => void) {
    this.fleet = fleet;
    this.reloadSession = reloadSession;
    this.adopts = fleet.engine.register('session takes a new client version', (session) => this.onAdoption(session));
  }

  get count(): number {
    return this.rollouts.length;
  }

  start(rollout: Rollout): void {
    const number = this.rollouts.push({ ...rollout, luck: this.fleet.stream(`adoption ${rollout.name}`) }) - 1;
    if (!rollout.reload) return;
    const { engine, roster } = this.fleet;
    for (let session = 0; session < roster.slots; session++) {
      // A page loads one version, and is told of by its first session.
      if (roster.state(session) === Session.gone || this.fleet.firstOfPage(session) !== session) continue;
      const atMs = this.adoptionMs(number, roster.serial(session));
      if (atMs < Infinity) engine.schedule(atMs, this.adopts, session);
    }
  }

  /** Gives the session the newest version whose moment has come. */
  decide(session: number): void {
    const { engine, roster } = this.fleet;
    while (roster.deploysSeen(session) < this.rollouts.length) {
      const number = roster.deploysSeen(session);
      const atMs = this.adoptionMs(number, this.fleet.pageSerial(session));
      if (atMs < Infinity && atMs > engine.nowMs) return;
      if (atMs < Infinity) roster.setClient(session, this.rollouts[number].client);
      roster.setDeploysSeen(session, number + 1);
    }
  }

  /** When a session adopts a roll-out; Infinity: never. */
  private adoptionMs(number: number, serial: number): number {
    const { startMs, windowMs, fraction, luck } = this.rollouts[number];
    const draws = luck.at(serial, 0);
    const moment = draws.uniform();
    return draws.uniform() < fraction ? startMs + moment * windowMs : Infinity;
  }

  private onAdoption(session: number): void {
    const { engine, roster } = this.fleet;
    if (roster.state(session) === Session.gone) return;
    // The slot may belong to a later session by now, whose moment is another.
    const serial = this.fleet.pageSerial(session);
    const due = this.rollouts.find(
      (rollout, number) => rollout.reload && this.adoptionMs(number, serial) === engine.nowMs,
    );
    if (due === undefined) return;
    this.decide(session);
    this.reloadSession(session, due.loss);
  }
}
