/**
 * One run of a scenario: builds the fleet and its parts, runs the engine, and
 * tells the recorder at every whole second, between events, so that a run is
 * the same with and without one. A run covers [0, end).
 */
import { Engine } from '../engine/engine.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { AttemptPath } from './attempt-path.ts';
import { Capacity } from './capacity.ts';
import { Clients } from './clients.ts';
import { Fleet } from './fleet.ts';
import { HostLife } from './host-life.ts';
import { watchesOf } from './keepalives.ts';
import { NetworkLosses } from './network-losses.ts';
import { Population } from './population.ts';
import type { FleetView, Recorder } from './recorder.ts';
import { Registrations } from './registrations.ts';
import { Responders } from './responders.ts';
import type { Watch } from './stall-watch.ts';
import { bootDownHosts, queueAbandonedAttempts } from './start.ts';
import { Timeline } from './timeline.ts';

const SAMPLE_EVERY_MS = 1000;

export interface SimulationOptions {
  /** used verbatim */
  readonly seed: string;
  /** null: nobody is told, and the run is the same */
  readonly recorder: Recorder | null;
  /** False: every refused attempt is an event of its own, as a test's reference. */
  readonly worksOffRefusals?: boolean;
  /** How keepalives and leases are watched; tests put a reference here. */
  readonly watches?: (fleet: Fleet) => Watch[][];
}

export class Simulation {
  private readonly engine: Engine;
  private readonly model: Fleet;
  private readonly recorder: Recorder | null;
  private samples = 0;
  /** when measuring begins; Infinity once it has, or if it does with the start */
  private measureFromMs: number;

  constructor(scenario: Scenario, options: SimulationOptions) {
    this.engine = new Engine(options.seed);
    this.recorder = options.recorder;
    this.measureFromMs = scenario.measure.fromMs > 0 ? scenario.measure.fromMs : Infinity;
    const fleet = new Fleet(this.engine, scenario, options.recorder);
    const registrations = new Registrations(fleet);
    this.model = fleet;
    fleet.clients = new Clients(fleet, options.worksOffRefusals ?? true);
    fleet.path = new AttemptPath(fleet, registrations);
    fleet.hostLife = new HostLife(fleet, registrations);
    fleet.population = new Population(fleet, registrations);
    fleet.networkLosses = new NetworkLosses(fleet);
    fleet.timeline = new Timeline(fleet);
    const responders = new Responders(fleet);
    const capacity = new Capacity(fleet);
    for (const [tier, watches] of (options.watches ?? watchesOf)(fleet).entries()) fleet.watches[tier].push(...watches);
    bootDownHosts(fleet);
    fleet.population.begin();
    fleet.hostLife.begin();
    capacity.begin();
    this.recorder?.begin(fleet);
    fleet.losses.begin();
    queueAbandonedAttempts(fleet);
    fleet.timeline.begin();
    responders.begin();
  }

  /**
   * Handles all events before `untilMs`, ms since the start. Or stops after some `eventsMax` of them, wherever that
   * is, and returns false: the same call goes on from there, and the run is the same.
   */
  run(untilMs: number, eventsMax = Infinity): boolean {
    if (this.recorder === null) return this.engine.run(untilMs, eventsMax);
    for (let atMs = this.samples * SAMPLE_EVERY_MS; atMs <= untilMs; atMs = this.samples * SAMPLE_EVERY_MS) {
      if (this.measureFromMs < atMs && !this.beginMeasuring(this.recorder, eventsMax)) return false;
      if (!this.engine.run(atMs, eventsMax)) return false;
      this.recorder.sample(atMs);
      this.samples++;
    }
    if (this.measureFromMs <= untilMs && !this.beginMeasuring(this.recorder, eventsMax)) return false;
    return this.engine.run(untilMs, eventsMax);
  }

  /** After the sample of the same instant, if it is a whole second. False if it was stopped before that. */
  private beginMeasuring(recorder: Recorder, eventsMax: number): boolean {
    if (!this.engine.run(this.measureFromMs, eventsMax)) return false;
    recorder.measureFrom(this.measureFromMs);
    this.measureFromMs = Infinity;
    return true;
  }

  /** The run is over: attempts that are still open are told as such. */
  finish(): void {
    this.model.clients.endOpenAttempts();
    this.recorder?.end(this.engine.nowMs);
  }

  get nowMs(): number {
    return this.engine.nowMs;
  }
  get eventCount(): number {
    return this.engine.eventCount;
  }
  get attemptCount(): number {
    return this.model.attemptCount;
  }
  get fleet(): FleetView {
    return this.model;
  }
  fingerprint(): string {
    return this.engine.fingerprint();
  }
}
