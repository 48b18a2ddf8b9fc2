/**
 * Rounds of probes, whatever they are for: due at start + k·every, each with an
 * outcome that is known when its timeout is over. It fails if the host answered
 * none of its kind during all of [due, due + timeout] (Host.unansweredSinceMs).
 * One that waits in the queue as attempts do is refused when it finds no place
 * there, and then its outcome is known at once. What it leaves out: probes are
 * no work for the host.
 */
import type { HandlerId } from '../../engine/engine.ts';
import type { Stream } from '../../engine/luck.ts';
import type { Answered } from '../../scenario/answered.ts';
import type { Fleet } from '../state/fleet.ts';
import type { Host, RoundState } from '../state/host.ts';

/** What a tier says of its probes. */
export interface ProbeRules {
  readonly everyMs: number;
  readonly timeoutMs: number;
  /** from the boot to the first probe */
  readonly initialDelayMs: number;
  readonly answered: Answered;
}

export interface RoundsOptions {
  /** like `liveness` */
  readonly label: string;
  /** The number of the first probe: start + number·every is due `initialDelay` after a boot. */
  readonly firstNumber: 0 | 1;
  /** null: the host is not probed */
  rulesOf(host: Host): ProbeRules | null;
  stateOf(host: Host): RoundState;
  /** Whoever hears it says whether there is another round. */
  whenKnown(host: Host, passed: boolean): void;
}

export class ProbeRounds {
  private readonly fleet: Fleet;
  private readonly options: RoundsOptions;
  private readonly phaseLuck: Stream;
  private readonly probeIsDue: HandlerId;
  private readonly probeTimesOut: HandlerId;

  constructor(fleet: Fleet, options: RoundsOptions) {
    this.fleet = fleet;
    this.options = options;
    const { label } = options;
    const { engine, hosts } = fleet;
    this.phaseLuck = fleet.stream(`${label} phase`);
    this.probeIsDue = engine.register(`${label} probe is due`, (host) => this.onDue(hosts[host]));
    this.probeTimesOut = engine.register(`${label} probe times out`, (host) => this.onTimeout(hosts[host]), {
      deadline: true,
    });
  }

  /** Probes of a host of the start have gone on for long: at a phase of its own. */
  beginAt(host: Host): void {
    const rules = this.options.rulesOf(host);
    if (rules === null) return;
    const phase = this.phaseLuck.at(host.luckKey, 0).uniform() - this.options.firstNumber;
    this.startAt(host, phase * rules.everyMs);
  }

  /** The host has booted, or is probed from now on. */
  start(host: Host): void {
    const rules = this.options.rulesOf(host);
    if (rules === null) return;
    const { initialDelayMs, everyMs } = rules;
    this.startAt(host, this.fleet.engine.nowMs + (initialDelayMs - this.options.firstNumber * everyMs));
  }

  stop(host: Host): void {
    const state = this.options.stateOf(host);
    if (state.event !== 0) this.fleet.engine.cancel(state.event, host.index);
    state.event = 0;
  }

  goOn(host: Host): void {
    this.options.stateOf(host).number++;
    this.schedule(host);
  }

  private startAt(host: Host, startMs: number): void {
    const state = this.options.stateOf(host);
    state.startMs = startMs;
    state.number = this.options.firstNumber;
    state.run = 0;
    this.schedule(host);
  }

  private dueMs(host: Host, { everyMs }: ProbeRules): number {
    const { startMs, number } = this.options.stateOf(host);
    return startMs + number * everyMs;
  }

  private schedule(host: Host): void {
    const rules = this.options.rulesOf(host);
    if (rules === null) return;
    const { engine } = this.fleet;
    const dueMs = this.dueMs(host, rules);
    // Where it cannot be refused, nothing happens when it is due; one that was due before now no longer can be.
    const mayBeRefused = rules.answered === 'in-queue' && host.rules.queueLimit < Infinity && dueMs >= engine.nowMs;
    this.options.stateOf(host).event = mayBeRefused
      ? engine.schedule(dueMs, this.probeIsDue, host.index)
      : engine.schedule(dueMs + rules.timeoutMs, this.probeTimesOut, host.index);
  }

  private onDue(host: Host): void {
    const state = this.options.stateOf(host);
    const rules = this.options.rulesOf(host);
    state.event = 0;
    if (rules === null) return;
    if (host.isFull) this.options.whenKnown(host, false);
    else {
      const { engine } = this.fleet;
      state.event = engine.schedule(this.dueMs(host, rules) + rules.timeoutMs, this.probeTimesOut, host.index);
    }
  }

  private onTimeout(host: Host): void {
    const rules = this.options.rulesOf(host);
    this.options.stateOf(host).event = 0;
    if (rules === null) return;
    const passed = host.unansweredSinceMs(rules.answered, this.fleet.attempts) > this.dueMs(host, rules);
    this.options.whenKnown(host, passed);
  }
}
