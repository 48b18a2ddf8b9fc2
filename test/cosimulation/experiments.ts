/**
 * The storms: what the servers are and what happens to them. Both sides are made from these numbers,
 * the small server model's and the product's scenario. They are for 300 sessions; a fleet of another
 * size has servers that are as much quicker.
 */
import type { LivenessRules, ServerRules } from './server-model.ts';

export interface Experiment extends ServerRules {
  readonly name: string;
  readonly sessions: number;
  readonly networkMs: number;
  /** hosts, from 0, that are killed at `killedAtMs` */
  readonly killed: readonly number[];
  readonly killedAtMs: number;
  /** then all hosts are restarted, and from then on have so many workers */
  readonly cure: { readonly atMs: number; readonly workers: number } | null;
  readonly durationSec: number;
  /** on how many seeds real libraries are played */
  readonly seeds: number;
  /** or for those few whose clients are in step, and cost little */
  readonly isForAll: boolean;
}

const SESSIONS = 300;

const base = {
  sessions: SESSIONS,
  networkMs: 2,
  hosts: 3,
  workers: 2,
  queueLimit: Infinity,
  abandoned: 'done',
  liveness: null,
  // Between two whole seconds, at which both sides are looked at.
  killedAtMs: 5500,
  cure: null,
  seeds: 8,
  isForAll: true,
} satisfies Partial<Experiment>;

const ALL = [0, 1, 2];

/** Everybody at once, before servers that need fifty seconds for all, if nobody leaves. */
const overload = { ...base, serviceMs: 1000, bootMs: 10_000, killed: ALL, durationSec: 150 };

const liveness: LivenessRules = { everyMs: 2000, timeoutMs: 1500, failures: 2 };

export const experiments = {
  'one of three killed': {
    ...base,
    name: 'one of three killed',
    workers: 4,
    serviceMs: 40,
    bootMs: 20_000,
    killed: [0],
    durationSec: 60,
  },
  'two of three killed': {
    ...base,
    name: 'two of three killed',
    serviceMs: 160,
    bootMs: 15_000,
    killed: [0, 1],
    durationSec: 90,
  },
  metastable: { ...overload, name: 'metastable' },
  cured: { ...overload, name: 'cured', cure: { atMs: 60_250, workers: 24 }, seeds: 12 },
  'queue that refuses': { ...overload, name: 'queue that refuses', queueLimit: 5 },
  'abandoned work discarded': { ...overload, name: 'abandoned work discarded', abandoned: 'discarded' },
  'liveness in the queue': {
    ...base,
    name: 'liveness in the queue',
    serviceMs: 400,
    bootMs: 6000,
    killed: [0],
    liveness,
    // The first wave of deaths; its moments are those of the probes, and so differ from seed to seed.
    durationSec: 30,
    seeds: 60,
    isForAll: false,
  },
} satisfies Readonly<Record<string, Experiment>>;

export type ExperimentName = keyof typeof experiments;

/** The same storm with another number of sessions. */
export function ofSize(experiment: Experiment, sessions: number): Experiment {
  const share = sessions / experiment.sessions;
  return {
    ...experiment,
    sessions,
    serviceMs: experiment.serviceMs / share,
    queueLimit: Math.max(1, Math.round(experiment.queueLimit * share)),
  };
}
