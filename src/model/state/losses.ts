/**
 * Losses: what every drop is blamed on. A loss is an action, a host's death, a
 * stall, or what the run starts with; a death or a stall belongs to the losses whose sessions' attempts
 * were open on that host at that moment, in proportion; a session of a host that dies which stalls there counts like one. So the storm's
 * reproduction number, drops caused per drop, can be computed. Loss 0 stands
 * for ambient drops and for sessions that never dropped. The loss of the start
 * has no drops, for nobody saw its sessions connected: it is what their attempts,
 * and those that wait for nobody at the start, are blamed on.
 */
import type { Engine } from '../../engine/engine.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import type { Attempts } from './attempts.ts';
import type { Host } from './host.ts';
import type { Recorder } from './recorder.ts';

/** Whether there is anything that a run starts amid. */
function startsAmiss({ start }: Scenario): boolean {
  const counts = [...Object.values(start.down), ...Object.values(start.queued)];
  return start.disconnected > 0 || counts.some((count) => count > 0);
}

export class Losses {
  /** the loss of what the run starts with; 0 if nothing is amiss */
  readonly ofStart: number;
  private count = 1;
  /** scratch: open attempts by loss, all zero between calls */
  private openByLoss = new Int32Array(64);
  private readonly engine: Engine;
  private readonly recorder: Recorder | null;

  constructor(engine: Engine, recorder: Recorder | null, scenario: Scenario) {
    this.engine = engine;
    this.recorder = recorder;
    this.ofStart = startsAmiss(scenario) ? this.count++ : 0;
  }

  /** Tells of the start's loss, once somebody listens. */
  begin(): void {
    if (this.ofStart > 0) this.recorder?.loss(this.engine.nowMs, this.ofStart, 'start', 'the start', new Map());
  }

  ofAction(name: string): number {
    return this.add('action', name, new Map());
  }

  /** Of a host that dies or stalls now, with its attempts still open on it; `stalled` is what each of its sessions that stalls has lost its other host by. */
  ofHost(kind: 'death' | 'stall', host: Host, attempts: Attempts, stalled: readonly number[] = []): number {
    if (this.openByLoss.length < this.count) this.openByLoss = new Int32Array(2 * this.count);
    const { openByLoss } = this;
    const seen: number[] = [];
    const count = (loss: number): void => {
      if (openByLoss[loss]++ === 0) seen.push(loss);
    };
    for (let a = host.openHead; a >= 0; a = attempts.next(host.tier, a)) count(attempts.loss(a));
    stalled.forEach(count);
    const all = host.openCount + stalled.length;
    const parents = new Map<number, number>();
    if (all === 0) parents.set(0, 1);
    for (const loss of seen) {
      parents.set(loss, openByLoss[loss] / all);
      openByLoss[loss] = 0;
    }
    return this.add(kind, host.label, parents);
  }

  private add(kind: 'action' | 'death' | 'stall', subject: string, parents: ReadonlyMap<number, number>): number {
    const loss = this.count++;
    this.recorder?.loss(this.engine.nowMs, loss, kind, subject, parents);
    return loss;
  }
}
