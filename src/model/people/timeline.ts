/**
 * The timeline: runs of actions, each at an instant or after another action or
 * responder is done. An action is over when every host that it touched is up
 * again (or gone for good) and its own windows have passed; what the cascade
 * does to those hosts later is not its doing.
 */
import type { HandlerId } from '../../engine/engine.ts';
import { actions } from '../../policies/actions.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import type { Fleet } from '../state/fleet.ts';
import { ActionRun } from './action-run.ts';
import type { FleetControls } from './fleet-control.ts';

type TimelineAction = Scenario['timeline'][number];

interface Planned {
  readonly action: TimelineAction;
  readonly byResponder: boolean;
}

export class Timeline {
  private readonly fleet: Fleet;
  private readonly controls: FleetControls;
  private readonly begins: HandlerId;
  /** actions in the order in which they were scheduled; the subject of `begins` */
  private readonly scheduled: Planned[] = [];
  /** by name: what waits for an action or a responder to be done */
  private readonly waiting = new Map<string, (Planned & { readonly byMs: number })[]>();

  constructor(fleet: Fleet, controls: FleetControls) {
    this.fleet = fleet;
    this.controls = controls;
    this.begins = fleet.engine.register('action begins', (index) => this.onBegin(this.scheduled[index]));
  }

  begin(): void {
    for (const action of this.fleet.scenario.timeline) this.plan({ action, byResponder: false });
  }

  /** Schedules an action, or remembers what it waits for. */
  plan(planned: Planned): void {
    const { when } = planned.action;
    if ('atMs' in when) this.schedule(planned, when.atMs);
    else {
      const list = this.waiting.get(when.after) ?? [];
      list.push({ ...planned, byMs: when.byMs });
      this.waiting.set(when.after, list);
    }
  }

  /** An action is over, or a responder acts: what waited for that name is scheduled. */
  done(name: string): void {
    const { nowMs } = this.fleet.engine;
    for (const planned of this.waiting.get(name) ?? []) this.schedule(planned, nowMs + planned.byMs);
    this.waiting.delete(name);
  }

  private schedule(planned: Planned, atMs: number): void {
    const index = this.scheduled.push(planned) - 1;
    this.fleet.interventions.add(atMs);
    this.fleet.engine.schedule(atMs, this.begins, index);
  }

  private onBegin({ action: { name, title, action, parameters }, byResponder }: Planned): void {
    const { engine, losses, recorder } = this.fleet;
    recorder?.action(engine.nowMs, name, title, byResponder, false);
    const run = new ActionRun(name, losses.ofAction(name), () => {
      recorder?.action(engine.nowMs, name, title, byResponder, true);
      this.done(name);
    });
    run.hold();
    actions[action].start(this.controls.of(run), parameters);
    run.settled();
  }
}
