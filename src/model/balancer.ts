/**
 * A balancer: one per pod in tiers of scope pod, one for a shared tier. It
 * knows deaths and returns at once, or by its own checks (HAProxy's `inter`,
 * `fall`, `rise`), and gives a returning host its share slowly: weight =
 * max(least, (t/for)^(1/aggression)), Envoy's slow start. It checks whether a
 * host takes connections, not whether it is quick. It ejects hosts that fail
 * (ejection.ts). When too few hosts are left it panics: it then sends to every
 * host in service, dead, unchecked and ejected ones too (Envoy's panic threshold).
 */
import type { Engine, HandlerId } from '../engine/engine.ts';
import type { Stream } from '../engine/luck.ts';
import { power } from '../engine/power.ts';
import type { Admission } from '../policies/admission.ts';
import type { Balancing, HostPool } from '../policies/balancing.ts';
import { Ejection } from './ejection.ts';
import type { Fleet } from './fleet.ts';
import type { Host } from './host.ts';
import type { TierRules } from './tier-rules.ts';
import { HostState } from './vocabulary.ts';

export class Balancer implements HostPool {
  readonly tier: number;
  /** −1 for a shared tier */
  readonly pod: number;
  /** all hosts of the pod's tier, absent ones too */
  readonly hosts: Host[] = [];
  /** those it chooses from, if it is not to be made anew */
  private lastPool: Host[] = [];
  private poolIsStale = false;
  rules: TierRules;
  balancing: Balancing;
  gate: Admission;
  shedFraction = 0;
  shedsOnlyNew = true;
  readonly ejection: Ejection;
  /** who asks for a host: a session's serial number, and its slot or −1; set before each pick */
  askingSerial = 0;
  askingSession = -1;
  private slowStartUntilMs = -Infinity;
  private readonly engine: Engine;
  private readonly fleet: Fleet;
  private readonly check: HandlerId;
  private readonly affinityLuck: Stream;

  constructor(
    fleet: Fleet,
    events: { check: HandlerId; sweep: HandlerId },
    place: { tier: number; pod: number },
    rules: TierRules,
  ) {
    this.engine = fleet.engine;
    this.fleet = fleet;
    this.check = events.check;
    this.tier = place.tier;
    this.pod = place.pod;
    this.rules = rules;
    this.affinityLuck = fleet.stream('affinity');
    this.ejection = new Ejection(this, fleet.engine, fleet.recorder, events.sweep);
    this.balancing = this.newBalancing();
    this.gate = rules.createAdmission();
  }

  get count(): number {
    return this.pool.length;
  }

  get weighted(): boolean {
    return this.engine.nowMs < this.slowStartUntilMs;
  }

  weight(position: number): number {
    const slowStart = this.rules.tier.slowStart;
    if (slowStart === null) return 1;
    const sinceMs = this.engine.nowMs - this.pool[position].slowStartFromMs;
    if (sinceMs >= slowStart.forMs) return 1;
    return Math.max(slowStart.least, power(sinceMs / slowStart.forMs, 1 / slowStart.aggression));
  }

  load(position: number): number {
    const host = this.pool[position];
    return host.sessions + host.queueLength + host.inFlight;
  }

  openAttempts(position: number): number {
    const host = this.pool[position];
    return host.queueLength + host.inFlight;
  }

  affinity(position: number): number {
    return this.affinityLuck.at(this.askingSerial, this.pool[position].number, this.tier).uniform();
  }

  lastPosition(): number {
    const { hosts, roster } = this.fleet;
    if (this.askingSession < 0) return -1;
    const last = roster.lastHost[this.tier]?.[this.askingSession] ?? -1;
    return last < 0 || this.pool.length === 0 ? -1 : hosts[last].poolPosition;
  }

  /** Adds a host; with `inPool` it is chosen from now on. */
  add(host: Host, inPool: boolean): void {
    this.hosts.push(host);
    host.inPool = inPool;
    if (inPool) this.renewPool();
  }

  /** The tier's rules changed, these fields of them. */
  rulesChanged(changes: Readonly<Record<string, unknown>>): void {
    if ('balancing' in changes) this.balancing = this.newBalancing();
    if ('admission' in changes) this.gate = this.rules.createAdmission();
    if ('ejection' in changes) this.ejection.rulesChanged();
    if ('panic' in changes) this.renewPool();
  }

  private newBalancing(): Balancing {
    const balancing = this.rules.createBalancing();
    if (balancing.usesLastHost === true) this.fleet.roster.rememberHosts(this.tier);
    return balancing;
  }

  /**
   * While the pool is empty: the earliest instant at which a host may come back
   * by what is under way now (actions aside). The balancer's own checks and the
   * ends of ejections are not foreseen: then it is now.
   */
  closedUntilMs(): number {
    if (this.pool.length > 0 || this.rules.tier.checks !== null || this.ejection.isUnderWay) return this.engine.nowMs;
    let untilMs = Infinity;
    for (const host of this.hosts) {
      // One that drains may be killed before it is done, and be back sooner.
      if (host.state === HostState.draining) return this.engine.nowMs;
      untilMs = Math.min(untilMs, host.isAlive ? this.readyAgainMs(host) : host.changesAtMs);
    }
    return untilMs;
  }

  /** The earliest instant at which a host that is alive but not ready may be back: by its probes, or by its death and boot. */
  private readyAgainMs(host: Host): number {
    if (host.rules.limitsMemory) return this.engine.nowMs;
    const readyMs = host.readinessEvent === 0 ? Infinity : this.engine.timeOf(host.readinessEvent);
    return host.probeEvent === 0 ? readyMs : Math.min(readyMs, this.engine.timeOf(host.probeEvent));
  }

  /** A host's state changed: now or by its checks the balancer gets to know. */
  noteState(host: Host): void {
    const checks = this.rules.tier.checks;
    const told = host.state === HostState.draining || !host.isInTier || !host.ready;
    if (!host.isInTier) this.ejection.forget(host);
    if (told) this.setInPool(host, false);
    else if (checks === null) this.setInPool(host, host.isAlive);
    else if (host.isUp !== host.inPool && host.checkEvent === 0) {
      host.checksAgainstView = 0;
      this.scheduleCheck(host, checks.everyMs);
    }
    if (this.rules.tier.panic !== null) this.renewPool();
  }

  /** The host is down from the start, and it is known. */
  startsDown(host: Host): void {
    this.setInPool(host, false);
  }

  /** A check of a host whose state and the view of it differ, or did. */
  checked(host: Host): void {
    host.checkEvent = 0;
    const checks = this.rules.tier.checks;
    if (checks === null || host.state === HostState.draining || !host.isInTier || !host.ready) {
      this.noteState(host);
      return;
    }
    if (host.isUp === host.inPool) return;
    host.checksAgainstView++;
    if (host.checksAgainstView >= (host.inPool ? checks.fall : checks.rise)) this.setInPool(host, host.isUp);
    else this.scheduleCheck(host, checks.everyMs);
  }

  private scheduleCheck(host: Host, everyMs: number): void {
    // Rounding must not put it before now.
    const nextMs = Math.max(this.engine.nowMs, (Math.floor(this.engine.nowMs / everyMs) + 1) * everyMs);
    host.checkEvent = this.engine.schedule(nextMs, this.check, host.index);
  }

  private setInPool(host: Host, inPool: boolean): void {
    if (host.inPool === inPool) return;
    host.inPool = inPool;
    const slowStart = this.rules.tier.slowStart;
    if (inPool && slowStart !== null) {
      host.slowStartFromMs = this.engine.nowMs;
      this.slowStartUntilMs = this.engine.nowMs + slowStart.forMs;
    }
    this.renewPool();
  }

  /** Whom it chooses from may have changed. Many hosts may change at one instant, so it is looked at when it is asked for. */
  renewPool(): void {
    this.poolIsStale = true;
  }

  /** Whom it chooses from, by its view of the hosts, ejections, and panic. */
  get pool(): readonly Host[] {
    if (this.poolIsStale) this.rebuildPool();
    return this.lastPool;
  }

  private rebuildPool(): void {
    const { panic } = this.rules.tier;
    this.poolIsStale = false;
    const eligible = this.hosts.filter((host) => host.inPool && !host.isEjected);
    const known = panic === null ? eligible : this.hosts.filter((host) => host.isKnown);
    this.lastPool = panic !== null && eligible.length < panic * known.length ? known : eligible;
    for (const host of this.hosts) host.poolPosition = -1;
    for (const [i, host] of this.lastPool.entries()) host.poolPosition = i;
  }
}
