/**
 * Other rules for a tier while it runs: hosts and balancers follow them from
 * this instant on. What is already so stays as it is: no policy begins anew, and
 * nothing is looked at again.
 */
import type { Balancer } from '../state/balancer.ts';
import type { Fleet } from '../state/fleet.ts';
import type { Host } from '../state/host.ts';
import { changeRules, changesOf } from '../state/tier-rules.ts';
import type { AttemptPath } from './attempt-path.ts';
import type { BalancerViews } from './balancer-views.ts';
import type { Ejections } from './ejection.ts';
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

  /** The fields of the balancer's tier, as asked, by their names and resolved. */
  apply(balancer: Balancer, asked: Changes): void {
    const { fleet } = this;
    const changes = changesOf(balancer.rules.tier, asked);
    if (Object.keys(changes).length === 0) return;
    const rules = changeRules(balancer.rules, changes, fleet.scenario.products);
    fleet.ejects ||= rules.ejects;
    fleet.hints ||= rules.tier.retryAfter !== null;
    balancer.follow(rules, changes);
    if ('ejection' in changes) this.neighbours.ejections.rulesChanged(balancer);
    for (const host of balancer.hosts) this.follow(host, balancer, changes);
  }

  private follow(host: Host, { rules }: Balancer, changes: Changes): void {
    const { recorder, engine } = this.fleet;
    const { path, hostLife, views, stalls } = this.neighbours;
    host.rules = rules;
    recorder?.hostRulesChanged(engine.nowMs, host.index);
    if ('queue' in changes) host.renewDisciplines();
    if (!rules.resumedFirst && host.resumedLine.length > 0) host.line.absorb(host.resumedLine);
    if ('admission' in changes) {
      host.gate = rules.createAdmission();
      path.tellGate(host);
    }
    hostLife.rulesChanged(host, changes);
    stalls.updateFrozen(host);
    stalls.lookNow(host);
    views.note(host);
    path.pull(host);
  }
}
