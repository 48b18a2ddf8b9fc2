/**
 * The plain way to watch keepalives and leases: one event when each is due and
 * one when its time is over, on every session, all the time. Slow, and easy to
 * believe. The product must drop the same sessions at the same times.
 */
import type { HandlerId } from '../../src/engine/engine.ts';
import { Stream } from '../../src/engine/luck.ts';
import type { Fleet } from '../../src/model/state/fleet.ts';
import type { Host } from '../../src/model/state/host.ts';
import type { WatchRules } from '../../src/model/serving/stall-watch.ts';
import type { Watch } from '../../src/model/serving/stalls.ts';

/** A keepalive that was sent and has not been judged yet. */
interface Sent {
  dueMs: number;
  connection: number;
  session: number;
}

export class NaiveWatch implements Watch {
  private readonly fleet: Fleet;
  private readonly rules: WatchRules;
  private readonly phaseLuck: Stream;
  private readonly due: HandlerId;
  private readonly over: HandlerId;
  private readonly sent: Sent[] = [];
  /** by session: numbers its connections, so that keepalives of an earlier one are void */
  private readonly connections: number[] = [];
  /** by session: when it came to its host, before which nothing was that host's to answer */
  private readonly cameMs: number[] = [];

  constructor(fleet: Fleet, rules: WatchRules) {
    this.fleet = fleet;
    this.rules = rules;
    this.phaseLuck = new Stream(fleet.engine.seed, rules.phaseLuck);
    this.due = fleet.engine.register(`naive ${rules.label} is due`, (id) => this.onDue(id));
    this.over = fleet.engine.register(`naive ${rules.label} times out`, (id) => this.onOver(id), { deadline: true });
  }

  attached(session: number): void {
    this.connections[session] = (this.connections[session] ?? 0) + 1;
    this.cameMs[session] = this.fleet.engine.nowMs;
    const everyMs = this.rules.everyMs(session);
    if (everyMs === Infinity) return;
    let k = 1;
    while (this.anchorMs(session) + k * everyMs < this.fleet.engine.nowMs) k++;
    this.send(session, k);
  }

  detached(session: number): void {
    this.connections[session]++;
  }

  stallMayBegin(): void {}
  lookNow(): void {}

  failsMs(session: number, fromMs: number): number {
    const everyMs = this.rules.everyMs(session);
    if (everyMs === Infinity) return Infinity;
    const timeoutMs = this.rules.timeoutMs(session);
    for (let k = 1; ; k++) {
      const dueMs = this.anchorMs(session) + k * everyMs;
      if (dueMs >= Math.max(fromMs, this.cameMs[session]) && dueMs + timeoutMs >= this.fleet.engine.nowMs)
        return dueMs + timeoutMs;
    }
  }

  private anchorMs(session: number): number {
    const { roster } = this.fleet;
    const connectedMs = roster.connectedAtMs[session];
    if (connectedMs >= 0) return connectedMs;
    return (this.phaseLuck.at(roster.serial(session), 0, this.rules.tier).uniform() - 1) * this.rules.everyMs(session);
  }

  private send(session: number, k: number): void {
    const dueMs = this.anchorMs(session) + k * this.rules.everyMs(session);
    const id = this.sent.push({ dueMs, connection: this.connections[session], session }) - 1;
    this.fleet.engine.schedule(dueMs, this.due, id);
  }

  private onDue(id: number): void {
    const { dueMs, connection, session } = this.sent[id];
    if (this.connections[session] !== connection) return;
    this.fleet.engine.schedule(dueMs + this.rules.timeoutMs(session), this.over, id);
    this.send(session, Math.round((dueMs - this.anchorMs(session)) / this.rules.everyMs(session)) + 1);
  }

  private onOver(id: number): void {
    const { dueMs, connection, session } = this.sent[id];
    if (this.connections[session] !== connection) return;
    const host = this.fleet.hosts[this.fleet.roster.host[this.rules.tier][session]];
    if (!this.unanswered(host, dueMs)) return;
    if (host.stall.loss === 0) host.stall.loss = this.fleet.losses.ofHost('stall', host, this.fleet.attempts);
    this.rules.onFail(session, host.stall.loss);
  }

  /**
   * The definition, word for word: stopped all the while; or frozen, unless it is answered in a lane of its own; or, if
   * it waits in the queue, the line has not come past what had arrived by then.
   */
  private unanswered(host: Host, dueMs: number): boolean {
    const { stoppedSinceMs, frozenSinceMs, lostSinceMs } = host.stall;
    const answered = this.rules.answered(host);
    if (answered === 'own-lane') return stoppedSinceMs <= dueMs;
    if (frozenSinceMs <= dueMs) return true;
    if (answered === 'aside') return false;
    if (lostSinceMs <= dueMs) return true;
    if (host.queueLength === 0) return false;
    if (!host.rules.resumedFirst && host.line.discipline.stall === 'oldest-first')
      return this.fleet.attempts.enteredMs(host.line.head) <= dueMs;
    return host.stall.queueSinceMs <= dueMs && host.stall.lastStartMs <= dueMs;
  }
}
