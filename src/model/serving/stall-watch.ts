/**
 * Keepalives and leases without an event per keepalive. A session's keepalive
 * is due every so long since it connected, and one due at t fails at t +
 * timeout if its host was stalled all the while. On a host that gets to its
 * work none can fail, so nothing is scheduled there: one event per keepalive
 * would be most of all events at peak.
 *
 * Exactly: host.stalledSinceMs() = s means that a keepalive due at t is not
 * answered yet if t ≥ s; s never goes back while a stall lasts. So the first
 * that can fail does so at s + timeout. A host whose line or freeze begins gets
 * one event at that moment; if the stall still lasts then, the host is *armed*:
 * each of its sessions gets an event at its next due time + timeout, until a
 * later look finds that no failure is near. A test drops the same sessions at
 * the same times by a reference with one event per keepalive.
 */
import type { HandlerId } from '../../engine/engine.ts';
import type { Stream } from '../../engine/luck.ts';
import { larger } from '../../engine/storage.ts';
import type { Fleet } from '../state/fleet.ts';
import type { Host } from '../state/host.ts';
import type { Answered } from '../../scenario/answered.ts';
import type { Watch } from './stalls.ts';

/** What is watched: its period and timeout by session, and what to do when one fails. */
export interface WatchRules {
  readonly label: string;
  /** the purpose that keys the luck of when it begins */
  readonly phaseLuck: string;
  /** the tier whose hosts answer */
  readonly tier: number;
  /** how a host answers */
  answered(host: Host): Answered;
  /** the shortest of all timeouts */
  readonly shortestTimeoutMs: number;
  /** Infinity: this session has none */
  everyMs(session: number): number;
  timeoutMs(session: number): number;
  /** `loss` is that of the stall. */
  onFail(session: number, loss: number): void;
}

/** A way to watch; tests put a reference here. */
export type WatchKind = new (fleet: Fleet, rules: WatchRules) => Watch;

export class StallWatch implements Watch {
  private readonly fleet: Fleet;
  private readonly rules: WatchRules;
  private readonly phaseLuck: Stream;
  private readonly look: HandlerId;
  private readonly deadline: HandlerId;
  /** by host: the pending look, and whether its sessions have events */
  private looks = new Uint32Array(64);
  private armed = new Uint8Array(64);
  /** by session: the pending deadline and its due time */
  private deadlines = new Uint32Array(0);
  private dueMs = new Float64Array(0);
  /** by session: when it last came from another host; what was due before was that host's to answer */
  private movedAtMs = new Float64Array(0);

  constructor(fleet: Fleet, rules: WatchRules) {
    this.fleet = fleet;
    this.rules = rules;
    this.phaseLuck = fleet.stream(rules.phaseLuck);
    this.look = fleet.engine.register(`${rules.label}: a stall is looked at`, (host) => this.onLook(fleet.hosts[host]));
    this.deadline = fleet.engine.register(`${rules.label} times out`, (session) => this.onDeadline(session), {
      deadline: true,
    });
  }

  failsMs(session: number, fromMs: number): number {
    const dueMs = this.nextDueMs(session, Math.max(fromMs, this.movedMs(session)), this.fleet.engine.nowMs);
    return dueMs === Infinity ? Infinity : dueMs + this.rules.timeoutMs(session);
  }

  /** The first due time t of the session's with t + timeout ≥ `nowMs` and t ≥ `fromMs`. */
  nextDueMs(session: number, fromMs: number, nowMs: number): number {
    const everyMs = this.rules.everyMs(session);
    if (everyMs === Infinity) return Infinity;
    const timeoutMs = this.rules.timeoutMs(session);
    const anchorMs = this.anchorMs(session, everyMs);
    let k = Math.max(1, Math.floor((Math.max(fromMs, nowMs - timeoutMs) - anchorMs) / everyMs));
    while (anchorMs + k * everyMs < fromMs || anchorMs + k * everyMs + timeoutMs < nowMs) k++;
    return anchorMs + k * everyMs;
  }

  attached(session: number, host: Host): void {
    const nowMs = this.fleet.engine.nowMs;
    if (nowMs > 0 && this.fleet.roster.connectedAtMs[session] !== nowMs) {
      if (session >= this.movedAtMs.length)
        this.movedAtMs = larger(this.movedAtMs, new Float64Array(this.fleet.roster.capacity));
      this.movedAtMs[session] = nowMs;
    }
    if (this.armed[host.index] === 1) this.schedule(session, nowMs);
  }

  detached(session: number): void {
    if (session >= this.deadlines.length || this.deadlines[session] === 0) return;
    this.fleet.engine.cancel(this.deadlines[session], session);
    this.deadlines[session] = 0;
  }

  stallMayBegin(host: Host): void {
    if (host.index >= this.looks.length) this.growHosts(host.index);
    if (this.looks[host.index] !== 0) return;
    const sinceMs = this.unansweredSinceMs(host);
    // A line that begins is no stall where it is not waited in.
    if (sinceMs === Infinity) return;
    this.lookAt(host, Math.max(this.fleet.engine.nowMs, sinceMs + this.rules.shortestTimeoutMs));
  }

  lookNow(host: Host): void {
    if (host.index >= this.looks.length) this.growHosts(host.index);
    if (this.looks[host.index] !== 0) this.fleet.engine.cancel(this.looks[host.index], host.index);
    this.lookAt(host, this.fleet.engine.nowMs);
  }

  private unansweredSinceMs(host: Host): number {
    return host.unansweredSinceMs(this.rules.answered(host), this.fleet.attempts);
  }

  private lookAt(host: Host, atMs: number): void {
    this.looks[host.index] = this.fleet.engine.schedule(atMs, this.look, host.index);
  }

  private onLook(host: Host): void {
    const nowMs = this.fleet.engine.nowMs;
    const { shortestTimeoutMs } = this.rules;
    const sinceMs = this.unansweredSinceMs(host);
    this.looks[host.index] = 0;
    if (sinceMs + shortestTimeoutMs > nowMs) {
      if (this.armed[host.index] === 1) {
        this.armed[host.index] = 0;
        host.stall.loss = 0;
      }
      if (sinceMs < Infinity) this.lookAt(host, sinceMs + shortestTimeoutMs);
      return;
    }
    if (this.armed[host.index] === 0) this.arm(host);
    this.lookAt(host, nowMs + shortestTimeoutMs);
  }

  private arm(host: Host): void {
    this.armed[host.index] = 1;
    const { roster } = this.fleet;
    const next = roster.next[this.rules.tier];
    const sinceMs = this.unansweredSinceMs(host);
    for (let session = host.sessionHead; session >= 0; session = next[session]) this.schedule(session, sinceMs);
  }

  /** Schedules the end of the session's first keepalive that was due at or after `fromMs` and is not over yet. */
  private schedule(session: number, fromMs: number): void {
    if (session >= this.deadlines.length) this.growSessions();
    if (this.deadlines[session] !== 0) return;
    const dueMs = this.nextDueMs(session, Math.max(fromMs, this.movedMs(session)), this.fleet.engine.nowMs);
    if (dueMs === Infinity) return;
    this.dueMs[session] = dueMs;
    this.deadlines[session] = this.fleet.engine.schedule(dueMs + this.rules.timeoutMs(session), this.deadline, session);
  }

  private onDeadline(session: number): void {
    const { fleet, rules } = this;
    this.deadlines[session] = 0;
    const host = fleet.hosts[fleet.roster.host[rules.tier][session]];
    const dueMs = this.dueMs[session];
    if (this.unansweredSinceMs(host) <= dueMs) {
      if (host.stall.loss === 0) host.stall.loss = fleet.losses.ofHost('stall', host, fleet.attempts);
      rules.onFail(session, host.stall.loss);
    } else if (this.armed[host.index] === 1) {
      const everyMs = rules.everyMs(session);
      const nextMs = this.nextDueMs(session, dueMs + everyMs / 2, dueMs + everyMs / 2);
      this.dueMs[session] = nextMs;
      this.deadlines[session] = fleet.engine.schedule(nextMs + rules.timeoutMs(session), this.deadline, session);
    }
  }

  /** Due times are anchor + k·every, k ≥ 1: since it connected, or a random phase for sessions of the start. */
  private anchorMs(session: number, everyMs: number): number {
    const { roster } = this.fleet;
    const connectedMs = roster.connectedAtMs[session];
    if (connectedMs >= 0) return connectedMs;
    return (this.phaseLuck.at(roster.serial(session), 0, this.rules.tier).uniform() - 1) * everyMs;
  }

  private movedMs(session: number): number {
    return session < this.movedAtMs.length ? this.movedAtMs[session] : 0;
  }

  private growHosts(atLeast: number): void {
    const count = Math.max(atLeast + 1, this.looks.length * 2);
    this.looks = larger(this.looks, new Uint32Array(count));
    this.armed = larger(this.armed, new Uint8Array(count));
  }

  private growSessions(): void {
    const count = this.fleet.roster.capacity;
    this.deadlines = larger(this.deadlines, new Uint32Array(count));
    this.dueMs = larger(this.dueMs, new Float64Array(count));
  }
}
