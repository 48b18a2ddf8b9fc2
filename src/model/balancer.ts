/**
 * A balancer: one per pod in tiers of scope pod, one for a shared tier. It
 * knows deaths and returns at once, or by its own checks (HAProxy's `inter`,
 * `fall`, `rise`), and gives a returning host its share slowly: weight =
 * max(least, (t/for)^(1/aggression)), Envoy's slow start. It checks whether a
 * host takes connections, not whether it is quick.
 */
import type { Engine, HandlerId } from '../engine/engine.ts';
import type { Admission } from '../policies/admission.ts';
import type { Balancing, HostPool } from '../policies/balancing.ts';
import type { Host } from './host.ts';
import type { TierRules } from './tier-rules.ts';
import { HostState } from './vocabulary.ts';

export class Balancer implements HostPool {
  readonly tier: number;
  /** −1 for a shared tier */
  readonly pod: number;
  /** all hosts of the pod's tier, absent ones too */
  readonly hosts: Host[] = [];
  /** those it chooses from */
  pool: Host[] = [];
  rules: TierRules;
  balancing: Balancing;
  gate: Admission;
  shedFraction = 0;
  shedsOnlyNew = true;
  private slowStartUntilMs = -Infinity;
  private readonly engine: Engine;
  private readonly check: HandlerId;

  constructor(engine: Engine, check: HandlerId, place: { tier: number; pod: number }, rules: TierRules) {
    this.engine = engine;
    this.check = check;
    this.tier = place.tier;
    this.pod = place.pod;
    this.rules = rules;
    this.balancing = rules.createBalancing();
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
    return Math.max(slowStart.least, (sinceMs / slowStart.forMs) ** (1 / slowStart.aggression));
  }

  load(position: number): number {
    const host = this.pool[position];
    return host.sessions + host.queueLength + host.inFlight;
  }

  /** Adds a host; with `inPool` it is chosen from now on. */
  add(host: Host, inPool: boolean): void {
    this.hosts.push(host);
    host.inPool = inPool;
    this.rebuildPool();
  }

  /**
   * While the pool is empty: the earliest instant at which a host may come back
   * by what is under way now (actions aside). The balancer's own checks are not
   * foreseen: then it is now.
   */
  closedUntilMs(): number {
    if (this.pool.length > 0 || this.rules.tier.checks !== null) return this.engine.nowMs;
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
    if (told) this.setInPool(host, false);
    else if (checks === null) this.setInPool(host, host.isAlive);
    else if (host.isUp !== host.inPool && host.checkEvent === 0) {
      host.checksAgainstView = 0;
      this.scheduleCheck(host, checks.everyMs);
    }
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
    const nextMs = (Math.floor(this.engine.nowMs / everyMs) + 1) * everyMs;
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
    this.rebuildPool();
  }

  private rebuildPool(): void {
    this.pool = this.hosts.filter((host) => host.inPool);
  }
}
