/**
 * What a model told a recorder, call by call, and what its fleet showed at each
 * whole second: the raw facts that an audit counts. The calls go on to the
 * recorder that is audited, unchanged.
 */
import type { FleetView, Recorder } from '../../../src/model/state/recorder.ts';
import { Session, sessionStates } from '../../../src/model/state/vocabulary.ts';

export interface Call {
  readonly name: keyof Recorder;
  readonly args: readonly unknown[];
  /** of `left`: how many sessions of the pod are connected after it */
  readonly connectedLeft: number;
  /** of calls about a host: what it is by now */
  readonly host: HostShot | null;
}

export interface HostShot {
  readonly host: number;
  readonly tier: number;
  readonly state: number;
  readonly parallelism: number;
  readonly queued: number;
  readonly inService: number;
  readonly sessions: number;
}

/** The fleet at an instant. */
export interface Shot {
  readonly atMs: number;
  /** by pod and state */
  readonly sessions: readonly (readonly number[])[];
  /** by pod: of the connected ones, those that stall */
  readonly stalled: readonly number[];
  readonly hosts: readonly HostShot[];
  /** how many calls had been made by then */
  readonly calls: number;
}

export class RawLog {
  readonly calls: Call[] = [];
  /** of the whole seconds */
  readonly shots: Shot[] = [];
  start!: Shot;
  fleet!: FleetView;
  endMs = NaN;

  /** A recorder that writes all down and tells `inner`. */
  before(inner: Recorder): Recorder {
    return new Proxy(inner, {
      get:
        (_, name: keyof Recorder) =>
        (...args: unknown[]) => {
          this.hear(name, args);
          (inner[name] as (...args: unknown[]) => void)(...args);
        },
    });
  }

  private hear(name: keyof Recorder, args: readonly unknown[]): void {
    if (name === 'begin') {
      this.fleet = args[0] as FleetView;
      this.start = this.shoot(0);
    } else if (name === 'sample') this.shots.push(this.shoot(args[0] as number));
    else if (name === 'end') this.endMs = args[0] as number;
    else {
      const connectedLeft = name === 'left' ? this.fleet.sessions(args[1] as number, Session.connected) : NaN;
      const host = name === 'hostChanged' || name === 'hostRulesChanged' ? this.shootHost(args[1] as number) : null;
      this.calls.push({ name, args, connectedLeft, host });
    }
  }

  private shoot(atMs: number): Shot {
    const { fleet } = this;
    return {
      atMs,
      sessions: fleet.podNames.map((_, pod) => sessionStates.map((_state, state) => fleet.sessions(pod, state))),
      stalled: fleet.podNames.map((_, pod) => fleet.stalledSessions(pod)),
      hosts: Array.from({ length: fleet.hostCount }, (_, host) => this.shootHost(host)),
      calls: this.calls.length,
    };
  }

  private shootHost(host: number): HostShot {
    const { fleet } = this;
    return {
      host,
      tier: fleet.hostTier(host),
      state: fleet.hostState(host),
      parallelism: fleet.hostSlots(host),
      queued: fleet.hostQueueLength(host),
      inService: fleet.hostInService(host),
      sessions: fleet.hostSessions(host),
    };
  }
}
