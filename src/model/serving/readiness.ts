/**
 * Readiness: the platform's probes that take a host out of the balancer and
 * bring it back (Kubernetes: Service endpoints). A host that has booted is not
 * ready before it has passed; one of the start is. Sessions stay where they are.
 */
import type { Fleet } from '../state/fleet.ts';
import type { Host } from '../state/host.ts';
import type { BalancerViews } from './balancer-views.ts';
import { ProbeRounds } from './probe-rounds.ts';

export class ReadinessProbes {
  readonly rounds: ProbeRounds;
  private readonly fleet: Fleet;
  private readonly views: BalancerViews;

  constructor(fleet: Fleet, views: BalancerViews) {
    this.fleet = fleet;
    this.views = views;
    this.rounds = new ProbeRounds(fleet, {
      label: 'readiness',
      firstNumber: 0,
      rulesOf: (host) => host.rules.tier.readiness,
      stateOf: (host) => host.readiness,
      whenKnown: (host, passed) => this.judge(host, passed && !host.turnsAway.some(({ isUnready }) => isUnready)),
    });
  }

  /** Probes were switched on, off or changed: they begin anew; without any the host is ready. */
  rulesChanged(host: Host): void {
    this.rounds.stop(host);
    if (!host.isAlive) return;
    if (host.rules.tier.readiness === null && !host.readiness.isReady) this.turn(host);
    this.rounds.start(host);
  }

  private judge(host: Host, passed: boolean): void {
    const { readiness: state, rules } = host;
    const { readiness } = rules.tier;
    if (readiness === null) return;
    state.run = passed === state.isReady ? 0 : state.run + 1;
    this.rounds.goOn(host);
    if (state.run >= (state.isReady ? readiness.failures : readiness.successes)) this.turn(host);
  }

  /** The host is not ready any more, or is again. */
  private turn(host: Host): void {
    const { engine, recorder } = this.fleet;
    const { readiness } = host;
    readiness.isReady = !readiness.isReady;
    readiness.sinceMs = engine.nowMs;
    readiness.run = 0;
    this.views.note(host);
    recorder?.hostReady(engine.nowMs, host.index, readiness.isReady);
  }
}
