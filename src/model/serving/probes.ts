/**
 * Liveness: the platform's probes; so many failures in a row, and the host is
 * killed.
 */
import type { Fleet } from '../state/fleet.ts';
import type { Host } from '../state/host.ts';
import { ProbeRounds } from './probe-rounds.ts';

export class LivenessProbes {
  readonly rounds: ProbeRounds;
  private readonly whenDead: (host: Host) => void;

  constructor(fleet: Fleet, whenDead: (host: Host) => void) {
    this.whenDead = whenDead;
    this.rounds = new ProbeRounds(fleet, {
      label: 'liveness',
      firstNumber: 1,
      rulesOf: (host) => host.rules.tier.liveness,
      stateOf: (host) => host.liveness,
      whenKnown: (host, passed) => this.judge(host, passed),
    });
  }

  private judge(host: Host, passed: boolean): void {
    const { liveness: state, rules } = host;
    const { liveness } = rules.tier;
    if (liveness === null) return;
    state.run = passed ? 0 : state.run + 1;
    if (state.run >= liveness.failures) this.whenDead(host);
    else this.rounds.goOn(host);
  }
}
