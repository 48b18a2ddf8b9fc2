// A fleet without a model: tests set its sessions and hosts by hand and call the recorder as the model
// would. `blankScenario` is a scenario with nothing in it but what metrics read.
import type { FleetView } from '../../src/model/state/recorder.ts';
import { Session, sessionStates } from '../../src/model/state/vocabulary.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';

export interface FakeHost {
  readonly label: string;
  readonly tier: number;
  readonly pod: number;
  state: number;
}

export class FakeFleet implements FleetView {
  readonly podNames: string[];
  readonly tierNames: string[];
  readonly productNames = ['chat'];
  readonly hosts: FakeHost[] = [];
  readonly counts: number[][];
  admitted = 0;
  parallelism = 2;

  constructor(pods: number, sessionsPerPod: number, tiers = ['front']) {
    this.podNames = Array.from({ length: pods }, (_, pod) => `p${pod + 1}`);
    this.tierNames = tiers;
    this.counts = this.podNames.map(() =>
      sessionStates.map((_, state) => (state === Session.connected ? sessionsPerPod : 0)),
    );
    this.admitted = pods * sessionsPerPod;
    this.podNames.forEach((name, pod) => this.hosts.push({ label: `${name}/front/1`, tier: 0, pod, state: 0 }));
  }

  /** Moves sessions from one state to another. */
  move(pod: number, from: number, to: number, count = 1): void {
    this.counts[pod][from] -= count;
    this.counts[pod][to] += count;
  }

  /** Sets how many of a pod's sessions wait, the others being connected. */
  setWaiting(pod: number, waiting: number): void {
    const all = this.counts[pod].reduce((sum, count) => sum + count, 0);
    this.counts[pod] = sessionStates.map((_, state) =>
      state === Session.waiting ? waiting : state === Session.connected ? all - waiting : 0,
    );
  }

  get hostCount(): number {
    return this.hosts.length;
  }
  hostLabel(host: number): string {
    return this.hosts[host].label;
  }
  hostTier(host: number): number {
    return this.hosts[host].tier;
  }
  hostPod(host: number): number {
    return this.hosts[host].pod;
  }
  hostState(host: number): number {
    return this.hosts[host].state;
  }
  hostQueueLength(): number {
    return 0;
  }
  hostInFlight(): number {
    return 0;
  }
  hostInService(): number {
    return 0;
  }
  hostSlots(): number {
    return this.parallelism;
  }
  hostSessions(): number {
    return 0;
  }
  stalledSessions(): number {
    return 0;
  }
  sessions(pod: number, state: number): number {
    return this.counts[pod][state];
  }
}

/** 16:30 on April 26, 2023, UTC. */
const startMs = 1_682_526_600_000;

export function blankScenario(fleet: FakeFleet, changes: Partial<Scenario> = {}): Scenario {
  const scenario = {
    format: 1,
    name: 'fake',
    title: 'Fake',
    story: '',
    clock: { startMs, durationMs: 3_600_000, timezone: 'UTC' },
    seed: 'fake',
    pods: fleet.podNames.map((name) => ({ name, share: 1 / fleet.podNames.length })),
    tiers: fleet.tierNames.map((name) => ({ name, scope: 'pod', hosts: 1, parallelism: 2 })),
    products: [],
    clients: [],
    timeline: [],
    responders: [],
    measure: { fromMs: 0, sampleEveryMs: 5000 },
    metastableAfterMs: 900_000,
    observed: [],
    expect: [],
    ...changes,
  };
  return scenario as unknown as Scenario;
}
