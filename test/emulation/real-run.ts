/**
 * One run of an experiment with real processes: hosts, clients, a minute of outage, and what
 * everybody has to say of it at the end. All clients are connected, and have been for long
 * enough for their libraries to believe it, before anything happens.
 */
import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Entry } from './attempt-log.ts';
import type { FleetSettings, FromFleet, ToFleet } from './client-fleet.ts';
import type { ExperimentSpec, LibraryName } from './experiment.ts';
import { Platform, type Death } from './platform.ts';
import { killProcess, startProcess } from './processes.ts';
import { nowMs, watchLoop } from './wall-clock.ts';

export interface RealRun {
  /** in order of time, of the whole run */
  readonly entries: readonly Entry[];
  readonly deaths: readonly Death[];
  readonly beganAtMs: number;
  /** at the 99th percentile, of each process that can tell; those that block on purpose are not asked */
  readonly loopDelaysMs: readonly number[];
  readonly lateBoots: readonly string[];
  /** why it says nothing about the experiment, if it does not */
  readonly troubles: readonly string[];
}

const PER_CLIENT_MS = 2;
const CONNECTED_WITHIN_MS = 30_000;
/** Before anything happens; and what the libraries take, which wait before they call a connection stable. */
const SETTLES_MS = 500;
const STABLE_AFTER_MS: Partial<Record<LibraryName, number>> = { 'reconnecting-websocket': 5000, partysocket: 5000 };

interface Fleet {
  readonly child: ChildProcess;
  connectedCount: number;
  report: { readonly loopDelayMs: number; readonly entries: readonly Entry[] } | undefined;
}

function startFleets(experiment: ExperimentSpec, url: string, troubles: string[]): Fleet[] {
  const { library, options = {}, clients, clientProcesses } = experiment;
  return Array.from({ length: clientProcesses }, (_, i) => {
    const from = Math.floor((i * clients) / clientProcesses);
    const count = Math.floor(((i + 1) * clients) / clientProcesses) - from;
    const settings: FleetSettings = { library, options, url, from, count, rampMs: PER_CLIENT_MS * clients };
    const child = startProcess<FromFleet>('client-fleet', settings, (said) => {
      if (said.said === 'count') fleet.connectedCount = said.connected;
      else if (said.said === 'trouble') troubles.push(said.what);
      else fleet.report = said;
    });
    const fleet: Fleet = { child, connectedCount: 0, report: undefined };
    return fleet;
  });
}

function tellAll(fleets: readonly Fleet[], tell: ToFleet['tell']): void {
  for (const { child } of fleets) if (child.connected) child.send({ tell } satisfies ToFleet);
}

/** Asks until it is so, or the time is over. */
async function until(isSo: () => boolean, withinMs: number, ask: () => void): Promise<boolean> {
  for (const endMs = nowMs() + withinMs; nowMs() < endMs;) {
    ask();
    await sleep(100);
    if (isSo()) return true;
  }
  return false;
}

/** Everything at its time; resolves when the experiment's time is over. */
async function play({ kills, durationMs }: ExperimentSpec, platform: Platform, beganAtMs: number): Promise<void> {
  const acts = kills.map(async ({ atMs, hosts }) => {
    await sleep(Math.max(0, beganAtMs + atMs - nowMs()));
    await platform.kill(hosts);
  });
  await Promise.all(acts);
  // The clock of what is told starts a little later than this one: a process takes its time to die.
  await sleep(Math.max(0, beganAtMs + durationMs + 500 - nowMs()));
}

const settlesMs = ({ library, options = {} }: ExperimentSpec): number =>
  SETTLES_MS + (options.minUptime ?? STABLE_AFTER_MS[library] ?? 0);

/** What clients say and what the balancer has seen, but for those that are under way at the end. */
function disagreement(entries: readonly Entry[], acceptedCount: number): string[] {
  const startedCount = entries.filter(([, , code]) => code === 'S').length;
  if (Math.abs(startedCount - acceptedCount) <= 5 + startedCount / 100) return [];
  return [`the clients say that they tried ${startedCount} times, and the balancer saw ${acceptedCount} connections`];
}

/** `whenConnected`: now all clients are there. */
export async function runForReal(experiment: ExperimentSpec, whenConnected: () => void): Promise<RealRun> {
  const platform = new Platform(experiment);
  const ownDelay = watchLoop();
  const troubles: string[] = [];
  await platform.start();
  const fleets = startFleets(experiment, `ws://127.0.0.1:${platform.port}`, troubles);
  const connected = (): number => fleets.reduce((sum, { connectedCount }) => sum + connectedCount, 0);
  try {
    const allCame = await until(
      () => connected() === experiment.clients,
      CONNECTED_WITHIN_MS + PER_CLIENT_MS * experiment.clients,
      () => tellAll(fleets, 'count'),
    );
    if (!allCame) troubles.push(`only ${connected()} of ${experiment.clients} clients connected at the start`);
    else {
      whenConnected();
      await sleep(settlesMs(experiment));
    }
    platform.begin();
    tellAll(fleets, 'begin');
    ownDelay.forget();
    const beganAtMs = nowMs();
    if (allCame) await play(experiment, platform, beganAtMs);
    const ownDelayMs = ownDelay.p99Ms();
    const hosts = experiment.server.work === 'blocks' ? [] : await platform.reports();
    const isReported = await until(
      () => fleets.every(({ report }) => report !== undefined),
      CONNECTED_WITHIN_MS,
      () => tellAll(fleets, 'report'),
    );
    if (!isReported) troubles.push('not all processes of clients said what they saw');
    const entries = fleets.flatMap(({ report }) => report?.entries ?? []).sort(([a], [b]) => a - b);
    if (!platform.isDirect) troubles.push(...disagreement(entries, platform.acceptedCount));
    return {
      entries,
      deaths: platform.deaths,
      beganAtMs,
      loopDelaysMs: [ownDelayMs, ...[...hosts, ...fleets.map(({ report }) => report!)].map((one) => one.loopDelayMs)],
      lateBoots: platform.lateBoots,
      troubles: [...platform.troubles, ...troubles],
    };
  } finally {
    await Promise.all([platform.stop(), ...fleets.map(({ child }) => killProcess(child))]);
  }
}
