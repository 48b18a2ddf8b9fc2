/**
 * What the simulator is told of the machine, measured on the idle system: one connect at a
 * time through the same balancer and the same kind of server, with work of 10 ms. Nothing
 * is learnt from an outage.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import type { ExperimentSpec, LibraryName, ServerSpec } from './experiment.ts';
import { Platform } from './platform.ts';
import { nowMs, watchLoop } from './wall-clock.ts';

export interface Calibration {
  readonly connects: number;
  /** from the begin of a connect to the begin of its service, the median */
  readonly networkMs: number;
  /** what a service takes beyond what was drawn for it, the mean */
  readonly overheadMs: number;
  /** computing time of a host for one connect, the work itself not included */
  readonly cpuMs: number;
  /** of the balancer, at the 99th percentile */
  readonly loopDelayMs: number;
}

/** As a share of the others: they come first, and compile the code. */
const FIRST_SHARE = 0.3;
const SERVICE_MS = 10;
const PAUSE_MS = 1;
const IDLE_MS = 500;

/** How a plain WebSocket gets through: at the opening, or by what it says then. */
function knockOf(
  library: LibraryName,
  { worksInMiddleware }: ServerSpec,
): { path: string; says?: string; hears?: RegExp } {
  if (library === 'centrifuge') return { path: '/', says: '{"id":1,"connect":{}}', hears: /"connect"/ };
  if (library !== 'socket.io-client') return { path: library === 'phoenix' ? '/socket/websocket?vsn=2.0.0' : '/' };
  const path = '/socket.io/?EIO=4&transport=websocket';
  return worksInMiddleware ? { path, says: '40', hears: /^40/ } : { path };
}

function connectOnce(url: string, { says, hears }: ReturnType<typeof knockOf>): Promise<void> {
  return new Promise((resolve, reject) => {
    const ws = new WebSocket(url, { perMessageDeflate: false });
    const ends = (): void => {
      ws.terminate();
      resolve();
    };
    ws.on('error', reject);
    ws.on('open', () => (says === undefined ? ends() : ws.send(says)));
    ws.on('message', (data) => {
      if (hears?.test((data as Buffer).toString())) ends();
    });
  });
}

const mean = (values: readonly number[]): number => values.reduce((sum, one) => sum + one, 0) / values.length;
const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1];
const rounded = (ms: number): number => Math.round(ms * 100) / 100;

export async function calibrate({ library, server }: ExperimentSpec, connects: number): Promise<Calibration> {
  const idle: ServerSpec = { ...server, serviceMs: SERVICE_MS };
  const platform = new Platform({ library, hosts: 1, server: idle, bootMs: 0 }, { keepsServices: true });
  const loopDelay = watchLoop();
  const cpuMs = async (): Promise<number> => (await platform.reports())[0].cpuMs;
  await platform.start();
  try {
    platform.begin();
    const knock = knockOf(library, server);
    const url = `ws://127.0.0.1:${platform.port}${knock.path}`;
    for (let i = 0; i < FIRST_SHARE * connects; i++) await connectOnce(url, knock);
    const before = { atMs: nowMs(), cpuMs: await cpuMs() };
    loopDelay.forget();
    await sleep(IDLE_MS);
    const idling = { atMs: nowMs(), cpuMs: await cpuMs() };
    const began: number[] = [];
    for (let i = 0; i < connects; i++) {
      began.push(nowMs());
      await connectOnce(url, knock);
      await sleep(PAUSE_MS);
    }
    const [{ services, cpuMs: afterCpuMs }] = await platform.reports();
    const own = services.slice(-connects);
    const idleShare = (idling.cpuMs - before.cpuMs) / (idling.atMs - before.atMs);
    const workedMs = afterCpuMs - idling.cpuMs - idleShare * (nowMs() - idling.atMs);
    return {
      connects,
      networkMs: rounded(median(own.map(([startMs], i) => startMs - began[i]))),
      overheadMs: rounded(mean(own.map(([startMs, endMs, drawnMs]) => endMs - startMs - drawnMs))),
      cpuMs: rounded(Math.max(0, workedMs / connects)),
      loopDelayMs: loopDelay.p99Ms(),
    };
  } finally {
    await platform.stop();
  }
}
