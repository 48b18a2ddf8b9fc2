/**
 * Routing: which host of a tier gets an attempt, or why none does. The balancer
 * is asked first (no host, an action that sheds, its gate), then the host that
 * it picks (gone without the balancer's knowing, an action that has it refuse, its gate, its queue). A refusal
 * by a host costs it work.
 */
import type { Stream } from '../../engine/luck.ts';
import type { TurningAway } from '../../policies/actions.ts';
import type { Balancer } from '../state/balancer.ts';
import type { Fleet } from '../state/fleet.ts';
import type { Host } from '../state/host.ts';
import { HostState, RejectReason } from '../state/vocabulary.ts';
import type { Ejections } from './ejection.ts';
import type { Refusals } from './refusals.ts';

export class Routing {
  private readonly fleet: Fleet;
  private readonly refusals: Refusals;
  private readonly ejections: Ejections;
  private readonly balancingLuck: Stream;
  private readonly shedLuck: Stream;
  private readonly turnedAwayLuck: Stream;

  constructor(fleet: Fleet, refusals: Refusals, ejections: Ejections) {
    this.fleet = fleet;
    this.refusals = refusals;
    this.ejections = ejections;
    this.balancingLuck = fleet.stream('balancing');
    this.shedLuck = fleet.stream('shed');
    this.turnedAwayLuck = fleet.stream('turned away');
  }

  /**
   * The host of `tier` that takes an attempt in, or a RejectReason. `serial` and `number` are those of the session and
   * of its attempt, which key its luck; `session` is its slot, −1 for abandoned work; `pinned` is the host that the
   * client asks for, −1 if any will do.
   */
  route(tier: number, pod: number, serial: number, number: number, session: number, pinned = -1): Host | number {
    const { fleet } = this;
    const balancer = fleet.balancerOf(tier, pod);
    if (pinned < 0 && balancer.pool.length === 0) return RejectReason.noHost;
    if (balancer.turnsAway.length > 0 && this.turnsAway(balancer, this.shedLuck, serial, number, session))
      return RejectReason.shed;
    const { gate } = balancer;
    if (!gate.open && gate.per === 'balancer' && !gate.admit(fleet.engine.nowMs)) return RejectReason.admission;
    const host = pinned < 0 ? this.pick(balancer, serial, number, session) : fleet.hosts[pinned];
    if (!host.isAlive || (pinned >= 0 && host.state === HostState.draining)) {
      this.ejections.failed(host);
      return RejectReason.hostDown;
    }
    if (host.turnsAway.length > 0 && this.turnsAway(host, this.turnedAwayLuck, serial, number, session))
      return this.refused(host, RejectReason.shed);
    const { refusers } = host.rules;
    for (let i = 0; i < refusers.length; i++)
      if (refusers[i].refuses(host)) return this.refused(host, refusers[i].reason);
    // Where transports open beside the queue, a host refuses logins, not transports.
    return host.rules.opensBeside ? host : (this.refusalOf(host) ?? host);
  }

  /** Why the host does not take work in that has come to it, as a RejectReason; null: it does. */
  refusalOf(host: Host): number | null {
    if (host.rules.gatedPerHost && !host.gate.admit(this.fleet.engine.nowMs))
      return this.refused(host, RejectReason.admission);
    return host.isFull ? this.refused(host, RejectReason.queueFull) : null;
  }

  private pick(balancer: Balancer, serial: number, number: number, session: number): Host {
    const draws = this.balancingLuck.at(serial, number, balancer.tier);
    return balancer.pool[balancer.balancing.pick(balancer, draws, serial, session)];
  }

  private refused(host: Host, reason: number): number {
    this.refusals.by(host);
    return reason;
  }

  /** Whom both a balancer and its host turn away has luck of its own for each; of several actions at one place whoever has the luck for the largest share has it for all. */
  private turnsAway(
    { turnsAway }: { readonly turnsAway: readonly TurningAway[] },
    luck: Stream,
    serial: number,
    number: number,
    session: number,
  ): boolean {
    const isOld = session >= 0 && this.fleet.roster.wasConnected(session) === 1;
    return turnsAway.some(
      ({ fraction, onlyNew }) =>
        !(onlyNew && isOld) && (fraction === 1 || luck.at(serial, number).uniform() < fraction),
    );
  }
}
