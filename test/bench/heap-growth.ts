/**
 * Whether the loop allocates: a fleet whose attempts all fail for ever is run
 * for ten million events after a while of warming up, without metrics, and the
 * heap is measured before and after a collection. Needs `node --expose-gc`.
 */
import { vocabulary } from '../../src/metrics/catalogue.ts';
import { Simulation } from '../../src/model/simulation.ts';
import { loadScenario } from '../../src/scenario/load.ts';

const EVENTS = 10_000_000;
const text = `
format: 1
name: steady-storm
clock: { from: "00:00", to: "24h" }
tiers:
  - { name: front, hosts: 4, parallelism: 2, serviceTime: { exponential: 60ms }, queue: { limit: 200 }, holdsSessions: true }
products:
  - { name: chat, sessions: 5000 }
clients:
  - { name: current, backoff: { policy: fixed, delay: 1s, jitter: 1s }, connectTimeout: 5s }
timeline:
  - { name: everything, at: "1m", action: reboot, target: { tier: front }, order: all-at-once }
`;
const loaded = loadScenario({ file: 'steady-storm.yaml', text }, vocabulary);
if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
const collect = (globalThis as { gc?: () => void }).gc;
if (collect === undefined) throw new Error('run with --expose-gc');

const simulation = new Simulation(loaded.scenario, { seed: 'heap', recorder: null });
let untilMs = 0;
const runEvents = (count: number): void => {
  const end = simulation.eventCount + count;
  while (simulation.eventCount < end) simulation.run((untilMs += 1000));
};
const usedBytes = (): number => {
  collect();
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
};
runEvents(2_000_000);
const before = usedBytes();
runEvents(EVENTS);
const after = usedBytes();
process.stdout.write(
  `${JSON.stringify({ events: EVENTS, beforeMiB: before / 2 ** 20, grewKiB: (after - before) / 1024 })}\n`,
);
