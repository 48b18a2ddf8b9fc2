// A storm of real clients against hosts that are played, held against the same storm simulated: 150 clients with a rule that
// is known lose half of their hosts and come back to the others.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { runScenario } from '../../../src/experiments/run.ts';
import { vocabulary } from '../../../src/metrics/catalogue.ts';
import { loadScenario } from '../../../src/scenario/load.ts';
import { startListening } from '../listening-program.ts';

const folder = mkdtempSync(join(tmpdir(), 'storm-'));
afterAll(() => rmSync(folder, { recursive: true }));

const CLIENTS = 150;
const CONNECT_TIMEOUT_MS = 1000;
const RETRY_MS = 500;
/** They come one after the other, and are all there long before what is measured begins. */
const APART_MS = 40;

const text = JSON.stringify({
  format: 1,
  name: 'storm',
  title: 'Half of the hosts are killed',
  clock: { date: '2026-01-01', from: '12:00', to: '20s' },
  measure: { from: '8s' },
  networkDelay: '1ms',
  pods: 1,
  tiers: [
    {
      name: 'gateway',
      hosts: 4,
      parallelism: 1,
      serviceTime: { exponential: '60ms' },
      queue: { limit: 30 },
      boot: '3s',
      holdsSessions: true,
    },
  ],
  products: [{ name: 'chat', sessions: CLIENTS }],
  clients: [
    {
      name: 'current',
      backoff: { policy: 'fixed', delay: `${RETRY_MS}ms` },
      connectTimeout: `${CONNECT_TIMEOUT_MS}ms`,
    },
  ],
  timeline: [{ name: 'killed', at: '9s', action: 'reboot', target: { tier: 'gateway', hosts: [1, 2] } }],
});

function startClient(url: string, isOver: () => boolean): void {
  const socket = new WebSocket(url);
  const timeout = setTimeout(() => socket.terminate(), CONNECT_TIMEOUT_MS);
  socket.on('open', () => clearTimeout(timeout));
  socket.on('error', () => undefined);
  socket.on('close', () => {
    clearTimeout(timeout);
    if (!isOver()) setTimeout(() => isOver() || startClient(url, isOver), RETRY_MS);
  });
}

type Metrics = Readonly<Record<string, number | null>>;
let real: Metrics = {};
const simulated: Metrics[] = [];

beforeAll(async () => {
  const path = join(folder, 'storm.json');
  writeFileSync(path, text);
  const { port, ended } = await startListening('emulate', path, '--json');
  let over = false;
  for (let n = 0; n < CLIENTS; n++) {
    startClient(`ws://127.0.0.1:${port}/`, () => over);
    await sleep(APART_MS);
  }
  void ended.then(() => (over = true));
  const loaded = loadScenario({ file: path, text }, vocabulary);
  if (!loaded.ok) throw new Error('the scenario does not load');
  const { scenario, hash: scenarioHash } = loaded;
  for (let n = 0; n < 100; n++) {
    const options = { seed: `storm/${n}`, variant: 'baseline', scenarioHash, withMetrics: true } as const;
    simulated.push((await runScenario(scenario, options)).outcome.metrics as Metrics);
  }
  const { exitCode, stdout, stderr } = await ended;
  over = true;
  if (exitCode !== 0) throw new Error(stderr);
  ({ metrics: real } = JSON.parse(stdout) as { metrics: Metrics });
}, 60_000);

it.each([
  ['drops.reboot', 0.1],
  ['attempts', 0.1],
  ['rejected', 0.3],
  ['connectTime.p50', 0.15],
  ['queueWait.gateway.p50', 0.15],
  ['abandonedWorkFraction', 0.3],
])('%s is what a hundred simulated storms have', (name, beyond) => {
  const values = simulated.map((metrics) => metrics[name] ?? NaN).sort((a, b) => a - b);
  const [least, most] = [values[0], values.at(-1)!];
  // A real process adds some milliseconds here and there; as much beyond what luck does is let pass.
  expect(real[name], `${least} to ${most}`).toBeGreaterThanOrEqual(least * (1 - beyond));
  expect(real[name], `${least} to ${most}`).toBeLessThanOrEqual(most * (1 + beyond));
});
