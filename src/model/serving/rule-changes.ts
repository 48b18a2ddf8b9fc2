/**
 * Other rules for a tier while it runs, or for some of its hosts: hosts and
 * balancers follow them from this instant on. All hosts of a tier point to the
 * same rules, until some are given their own. What is already so stays as it is: no policy begins anew, and
 * nothing is looked at again.
 */
import type { Balancer } from '../state/balancer.ts';
import type { Fleet } from '../state/fleet.ts';
import type { Host } from '../state/host.ts';
import { changeRules, changesOf, type TierRules } from '../state/tier-rules.ts';
import type { AttemptPath } from './attempt-path.ts';
import type { BalancerViews } from './balancer-views.ts';
import type { Ejections } from './ejection.ts';
import { leaveGate, tellGate } from './gates.ts';
import type { HostLife } from './host-life.ts';
import type { Stalls } from './stalls.ts';

type Changes = Readonly<Record<string, unknown>>;

export interface RuleChangeNeighbours {
  readonly path: AttemptPath;
  readonly hostLife: HostLife;
  readonly views: BalancerViews;
  readonly ejections: Ejections;
  readonly stalls: Stalls;
}

export class RuleChanges {
  private readonly fleet: Fleet;
  private readonly neighbours: RuleChangeNeighbours;

  constructor(fleet: Fleet, neighbours: RuleChangeNeighbours) {
    this.fleet = fleet;
    this.neighbours = neighbours;
  }

  /** The fields of the balancer's tier, as asked, by their names and resolved: for it and for all of its hosts. */
  apply(balancer: Balancer, asked: Changes): void {
    const { fleet } = this;
    const changes = changesOf(balancer.rules.tier, asked);
    const isOther = Object.keys(changes).length > 0;
    const before = balancer.rules;
    if (isOther) {
      const rules = changeRules(before, changes, fleet.scenario.products);
      fleet.ejects ||= rules.ejects;
      fleet.hints ||= rules.tier.retryAfter !== null;
      balancer.follow(rules, changes);
      if ('ejection' in changes) this.neighbours.ejections.rulesChanged(balancer);
    }
    const rulesOf = this.changedOnce(asked);
    for (const host of balancer.hosts) {
      // Hosts with rules of their own keep what of them is not asked for now.
      if (host.rules !== before) this.follow(host, rulesOf(host.rules), changesOf(host.rules.tier, asked));
      else if (isOther) this.follow(host, balancer.rules, changes);
    }
  }

  /** Of these hosts alone: from now on they have rules of their own. */
  applyToHosts(hosts: readonly Host[], asked: Changes): void {
    const rulesOf = this.changedOnce(asked);
    for (const host of hosts) {
      const changes = changesOf(host.rules.tier, asked);
      if ('admission' in changes) leaveGate(this.fleet, host);
      this.follow(host, rulesOf(host.rules), changes);
    }
  }

  /** The rules that others become, the same for all hosts that had the same. */
  private changedOnce(asked: Changes): (before: TierRules) => TierRules {
    const known = new Map<TierRules, TierRules>();
    return (before) => {
      let after = known.get(before);
      if (after === undefined) {
        const changes = changesOf(before.tier, asked);
        const isSame = Object.keys(changes).length === 0;
        after = isSame ? before : changeRules(before, changes, this.fleet.scenario.products);
        known.set(before, after);
      }
      return after;
    };
  }

  private follow(host: Host, rules: TierRules, changes: Changes): void {
    if (Object.keys(changes).length === 0) return;
    const { recorder, engine } = this.fleet;
    const { path, hostLife, views, stalls } = this.neighbours;
    host.rules = rules;
    recorder?.hostRulesChanged(engine.nowMs, host.index);
    if ('queue' in changes) host.renewDisciplines();
    if (!rules.resumedFirst && host.resumedLine.length > 0) host.line.absorb(host.resumedLine);
    if ('admission' in changes) {
      host.gate = rules.createAdmission();
      tellGate(this.fleet, host);
    }
    hostLife.rulesChanged(host, changes);
    stalls.updateFrozen(host);
    stalls.lookNow(host);
    views.note(host);
    path.pull(host);
  }
}
