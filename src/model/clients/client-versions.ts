/**
 * Which client version a session has: drawn by share when it comes, replaced
 * by roll-outs later. A version that was rolled out takes effect at the
 * session's next decision, so asking for its rules may change them.
 */
import { inOrderOfNames, type Stream } from '../../engine/luck.ts';
import { compileClient, type ClientRules } from '../state/client-rules.ts';
import type { Fleet } from '../state/fleet.ts';
import { ClientMemory } from './client-memory.ts';
import { Rollouts } from './rollouts.ts';

export class ClientVersions {
  readonly rules: readonly ClientRules[];
  readonly rollouts: Rollouts;
  readonly memory: ClientMemory;
  private readonly fleet: Fleet;
  private readonly versionLuck: Stream;
  /** their order in the file decides nothing */
  private readonly byName: readonly number[];

  /** `reload` loads the page of a session anew, for an action with this loss. */
  constructor(fleet: Fleet, reload: (session: number, loss: number) => void) {
    this.fleet = fleet;
    this.rules = fleet.scenario.clients.map((client) => compileClient(client, fleet.engine));
    this.memory = new ClientMemory(this.rules);
    this.rollouts = new Rollouts(fleet, reload);
    this.versionLuck = fleet.stream('version');
    this.byName = inOrderOfNames(fleet.scenario.clients);
  }

  /** Draws the version of a session that was just admitted. */
  assign(session: number): void {
    const { roster } = this.fleet;
    let left = this.versionLuck.at(this.fleet.pageSerial(session), 0).uniform();
    let place = 0;
    while (place < this.rules.length - 1 && left >= this.rules[this.byName[place]].client.share)
      left -= this.rules[this.byName[place++]].client.share;
    roster.setClient(session, this.byName[place]);
    this.memory.begin(session, roster.capacity);
  }

  /** The rules of the version that the session decides by now. */
  rulesOf(session: number): ClientRules {
    if (this.rollouts.count > this.fleet.roster.deploysSeen(session)) this.rollouts.decide(session);
    return this.rules[this.fleet.roster.client(session)];
  }

  /** The rules that the session decided by last. */
  lastRulesOf(session: number): ClientRules {
    return this.rules[this.fleet.roster.client(session)];
  }

  /** No roll-out is left that could change the session's version without another intervention. */
  areSettled(session: number): boolean {
    return this.rollouts.count === this.fleet.roster.deploysSeen(session);
  }
}
