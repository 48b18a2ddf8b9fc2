/**
 * A balancer: one per pod in tiers of scope pod, one for a shared tier. Here is
 * what it has: its hosts, the pool that it chooses from, its policy and its
 * gate. How it comes to know its hosts is balancer-views.ts, how it takes out
 * those that fail is ejection.ts. It gives a returning host its share slowly:
 * weight = max(least, (t/for)^(1/aggression)), Envoy's slow start. When too few
 * hosts are left it panics: it then sends to every host in service, dead,
 * unchecked and ejected ones too (Envoy's panic threshold).
 */
import type { Engine } from '../../engine/engine.ts';
import type { Stream } from '../../engine/luck.ts';
import { power } from '../../engine/power.ts';
import type { TurningAway } from '../../policies/actions.ts';
import type { Admission } from '../../policies/admission.ts';
import type { Balancing, HostPool } from '../../policies/balancing.ts';
import { zoneOf } from '../../policies/targets.ts';
import type { Host } from './host.ts';
import type { Sessions } from './sessions.ts';
import type { TierRules } from './tier-rules.ts';

/** What all balancers share. */
export interface BalancerSurroundings {
  readonly engine: Engine;
  readonly roster: Sessions;
  /** by a host's number */
  readonly hosts: readonly Host[];
  readonly affinityLuck: Stream;
}

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
  /** how actions have it refuse connects, each for a while of its own */
  turnsAway: readonly TurningAway[] = [];
  slowStartUntilMs = -Infinity;
  /** when the first of its hosts is back, if all are down; NaN: it has to be looked up (closed-pods.ts) */
  returnsAtMs = NaN;
  /** of its hosts, those that are ejected now; whether a sweep is due that may let them back in */
  ejectedHosts = 0;
  sweepIsDue = false;
  private readonly around: BalancerSurroundings;

  constructor(around: BalancerSurroundings, place: { tier: number; pod: number }, rules: TierRules) {
    this.around = around;
    this.tier = place.tier;
    this.pod = place.pod;
    this.rules = rules;
    this.balancing = this.newBalancing();
    this.gate = rules.createAdmission();
  }

  get count(): number {
    return this.pool.length;
  }

  get weighted(): boolean {
    return this.around.engine.nowMs < this.slowStartUntilMs;
  }

  weight(position: number): number {
    const slowStart = this.rules.tier.slowStart;
    if (slowStart === null) return 1;
    const sinceMs = this.around.engine.nowMs - this.pool[position].view.slowStartFromMs;
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

  affinity(position: number, serial: number): number {
    return this.around.affinityLuck.at(serial, this.pool[position].number, this.tier).uniform();
  }

  lastPosition(session: number): number {
    const { hosts, roster } = this.around;
    if (session < 0) return -1;
    const last = roster.lastHost[this.tier]?.[session] ?? -1;
    return last < 0 || this.pool.length === 0 ? -1 : hosts[last].view.poolPosition;
  }

  /** Adds a host; with `isInPool` it is chosen from now on. */
  add(host: Host, isInPool: boolean): void {
    this.hosts.push(host);
    this.returnsAtMs = NaN;
    host.view.isInPool = isInPool;
    if (isInPool) this.renewPool();
  }

  /** The tier's rules are others now, these fields of them: what was made by them is made anew. */
  follow(rules: TierRules, changes: Readonly<Record<string, unknown>>): void {
    this.rules = rules;
    if ('balancing' in changes) this.balancing = this.newBalancing();
    if ('admission' in changes) this.gate = rules.createAdmission();
    if ('panic' in changes) this.renewPool();
  }

  /** Whether a place of this number is in a zone that is out: it has hosts, those that left it while they were dead included, and all of them stay down. */
  isOut(number: number): boolean {
    const { zones } = this.rules.tier;
    if (zones === 1) return false;
    const zone = zoneOf(number, zones);
    const there = this.hosts.filter((host) => (host.isInTier || host.staysDown) && zoneOf(host.number, zones) === zone);
    return there.length > 0 && there.every((host) => host.staysDown);
  }

  private newBalancing(): Balancing {
    const balancing = this.rules.createBalancing();
    if (balancing.usesLastHost === true) this.around.roster.rememberHosts(this.tier);
    return balancing;
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
    const eligible = this.hosts.filter((host) => host.view.isInPool && !host.ejection.isOut);
    const known = panic === null ? eligible : this.hosts.filter((host) => host.isKnown);
    this.lastPool = panic !== null && eligible.length < panic * known.length ? known : eligible;
    for (const host of this.hosts) host.view.poolPosition = -1;
    for (const [i, host] of this.lastPool.entries()) host.view.poolPosition = i;
  }
}
