/** What a small scenario's run tells its recorder, in order, with codes turned into words. */
import type { FleetView } from '../../src/model/state/recorder.ts';
import { Simulation } from '../../src/model/simulation.ts';
import {
  attemptEnds,
  deathCauses,
  dropCauses,
  hostStates,
  rejectReasons,
  reloadCauses,
} from '../../src/model/state/vocabulary.ts';
import { scenarioOf } from '../small-scenario.ts';
import { silentRecorder } from './silent-recorder.ts';

export interface RunLog {
  readonly arrivals: number[];
  readonly left: number[];
  readonly gaveUp: number[];
  readonly suppressed: number[];
  readonly reloads: { atMs: number; cause: string }[];
  readonly drops: { atMs: number; pod: number; cause: string }[];
  /** `how` is the end, or for rejected attempts the reason */
  readonly ends: { atMs: number; how: string }[];
  readonly connects: { atMs: number; connectTimeMs: number; reconnectTimeMs: number }[];
  /** services for clients that waited when they began */
  readonly services: { atMs: number; tier: number; waitMs: number; serviceMs: number }[];
  /** attempts whose client had left when the host came to them */
  readonly abandoned: { atMs: number; waitMs: number; serviceMs: number }[];
  readonly hosts: { atMs: number; host: number; state: string }[];
  readonly deaths: { atMs: number; cause: string }[];
  readonly actions: { atMs: number; name: string; done: boolean }[];
  readonly steps: { atMs: number; step: string }[];
}

/** Runs to the end of the clock; `look` is called at every whole second. */
export function runLog(
  fields: Readonly<Record<string, unknown>>,
  look?: (fleet: FleetView, second: number) => void,
): RunLog {
  const scenario = scenarioOf(fields);
  const log: RunLog = {
    arrivals: [],
    left: [],
    gaveUp: [],
    suppressed: [],
    reloads: [],
    drops: [],
    ends: [],
    connects: [],
    services: [],
    abandoned: [],
    hosts: [],
    deaths: [],
    actions: [],
    steps: [],
  };
  const recorder = silentRecorder({
    sample: (atMs) => look?.(simulation.fleet, atMs / 1000),
    arrived: (atMs) => log.arrivals.push(exact(atMs)),
    left: (atMs) => log.left.push(exact(atMs)),
    gaveUp: (atMs) => log.gaveUp.push(exact(atMs)),
    suppressed: (atMs) => log.suppressed.push(exact(atMs)),
    pageReloaded: (atMs, _pod, cause) => log.reloads.push({ atMs: exact(atMs), cause: reloadCauses[cause] }),
    dropped: (atMs, pod, cause) => log.drops.push({ atMs: exact(atMs), pod, cause: dropCauses[cause] }),
    attemptEnded: (atMs, _pod, end, reason) =>
      log.ends.push({ atMs: exact(atMs), how: reason < 0 ? attemptEnds[end] : rejectReasons[reason] }),
    refusedAhead: (atMs, _pod, reason) => log.ends.push({ atMs: exact(atMs), how: rejectReasons[reason] }),
    connected: (atMs, _pod, connectTimeMs, reconnectTimeMs) =>
      log.connects.push({
        atMs: exact(atMs),
        connectTimeMs: exact(connectTimeMs),
        reconnectTimeMs: exact(reconnectTimeMs),
      }),
    serviceBegan: (atMs, tier, waitMs, serviceMs) =>
      log.services.push({ atMs: exact(atMs), tier, waitMs: exact(waitMs), serviceMs: exact(serviceMs) }),
    abandonedServed: (atMs, _tier, waitMs, serviceMs) =>
      log.abandoned.push({ atMs: exact(atMs), waitMs: exact(waitMs), serviceMs: exact(serviceMs) }),
    abandonedDiscarded: (atMs, _tier, waitMs) =>
      log.abandoned.push({ atMs: exact(atMs), waitMs: exact(waitMs), serviceMs: 0 }),
    hostChanged: (atMs, host, state) => log.hosts.push({ atMs: exact(atMs), host, state: hostStates[state] }),
    hostDied: (atMs, _host, cause) => log.deaths.push({ atMs: exact(atMs), cause: deathCauses[cause] }),
    action: (atMs, name, _title, _byResponder, done) => log.actions.push({ atMs: exact(atMs), name, done }),
    responder: (atMs, _name, step) => log.steps.push({ atMs: exact(atMs), step }),
  });
  const simulation: Simulation = new Simulation(scenario, { seed: 'model', recorder, inspects: true });
  simulation.run(scenario.clock.durationMs);
  simulation.finish();
  // Refusals may be told ahead of their time.
  log.ends.sort((a, b) => a.atMs - b.atMs);
  return log;
}

/** To a thousandth of a millisecond: sums of fractions have noise below it. */
function exact(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}

/** A product whose sessions arrive exactly at these instants, ms since the start, ascending whole numbers ≥ 1. */
export function arrivingAt(...instants: readonly number[]): Record<string, unknown> {
  const steps = new Map<number, string>([[0, '0/s']]);
  for (const atMs of instants) {
    steps.set(atMs - 1, '1000/s');
    steps.set(atMs, '0/s');
  }
  const schedule = [...steps].sort(([a], [b]) => a - b).map(([fromMs, rate]) => ({ from: `${fromMs}ms`, rate }));
  return { name: 'chat', arrivals: { process: 'constant', schedule } };
}

/** A clock of so many seconds from midnight. */
export function seconds(duration: number): Record<string, string> {
  return { date: '2023-04-26', from: '00:00', to: `${duration}s` };
}

/** One client that waits a second before each attempt, with some fields changed. */
export function client(fields: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return { name: 'current', backoff: { policy: 'fixed', delay: '1s' }, connectTimeout: 'none', ...fields };
}

/** One tier of one host that serves an attempt in 100 ms, with some fields changed. */
export function tier(fields: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return { name: 'api', hosts: 1, parallelism: 1, serviceTime: '100ms', ...fields };
}

/** One that has room for everybody, holds their sessions, and is back ten seconds after a loss. */
export function wide(fields: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return tier({ parallelism: 1000, boot: '10s', holdsSessions: true, ...fields });
}

/** A client that tries once, and then stays away. */
export const triesOnce = client({ giveUp: { after: 1, then: 'stay' } });
