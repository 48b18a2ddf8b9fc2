/**
 * What a real run shows, in the form in which the simulator's runs are looked at: sessions
 * that are connected at every whole second, and attempts by how they ended. Its clock is the
 * experiment's: the first killed processes are gone at the time that the experiment says.
 */
import type { ExperimentSpec } from './experiment.ts';
import type { RealRun } from './real-run.ts';

export interface Totals {
  /** sessions lost */
  readonly drops: number;
  readonly attempts: number;
  readonly connected: number;
  /** given up by their clients */
  readonly timedOut: number;
  /** refused, or reset by the death of a host */
  readonly failed: number;
  /** hosts killed because they failed their probes */
  readonly livenessKills: number;
}

export interface Measured {
  /** sessions connected at 0 s, 1 s, 2 s, … */
  readonly connected: readonly number[];
  readonly totals: Totals;
}

const TOTAL_OF = { S: 'attempts', C: 'connected', T: 'timedOut', F: 'failed', L: 'drops' } as const;

export function measure({ clients, kills, durationMs }: ExperimentSpec, run: RealRun): Measured {
  const first = run.deaths.filter(({ cause }) => cause === 'kill').slice(0, kills[0].hosts.length);
  const zeroMs = Math.max(...first.map(({ atMs }) => atMs)) - kills[0].atMs;
  const totals = { drops: 0, attempts: 0, connected: 0, timedOut: 0, failed: 0, livenessKills: 0 };
  const connected: number[] = [];
  let connectedCount = clients;
  const tellUntil = (ms: number): void => {
    while (connected.length * 1000 < ms && connected.length * 1000 <= durationMs) connected.push(connectedCount);
  };
  for (const [atMs, , code] of run.entries) {
    if (atMs < run.beganAtMs) continue;
    const ms = atMs - zeroMs;
    tellUntil(ms);
    if (ms >= durationMs) break;
    totals[TOTAL_OF[code]]++;
    if (code === 'C') connectedCount++;
    if (code === 'L') connectedCount--;
  }
  tellUntil(Infinity);
  totals.livenessKills = run.deaths.filter(
    ({ cause, atMs }) => cause === 'liveness' && atMs - zeroMs < durationMs,
  ).length;
  return { connected, totals };
}
