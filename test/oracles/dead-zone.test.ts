// A zone that dies and stays dead, by closed forms, through scenario files. Of n hosts in k zones one zone's n/k die:
// - what is left holds N sessions exactly while N < n(1 − 1/k)K, K being what alone uses a host up; beyond that the
//   rest goes down too, zone or no zone;
// - of the N/k sessions that drop x are back, by hosts that serve C per second idle, (K′/C)·ln((K′ − N + N/k)/(K′ − N + N/k − x))
//   after they come again, with K′ = n(1 − 1/k)K;
// - until the balancer's `fall`-th check after the death, which is at ⌊t/every⌋·every + fall·every, one in k attempts
//   goes to a dead host, and a client needs k/(k − 1) attempts on the mean; after that none does.
import { describe, expect, it } from 'vitest';
import { runScenario, type RunResult } from '../../src/experiments/run.ts';
import { vocabulary } from '../../src/metrics/catalogue.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { formatProblem } from '../../src/scenario/problem.ts';
import { numberOf } from './replicated-case.ts';

const HOSTS = 12;
const ZONES = 3;
/** sessions that alone use a host up */
const ROOM = 100;
const LEFT = HOSTS * (1 - 1 / ZONES);
const SEEDS = ['one', 'two', 'three', 'four', 'five'];

async function run(text: string, seed: string): Promise<RunResult> {
  const loaded = loadScenario({ file: 'dead-zone.yaml', text }, vocabulary);
  if (!loaded.ok) throw new Error(loaded.problems.map((problem) => formatProblem(problem, text)).join('\n'));
  const { scenario, variant, hash: scenarioHash } = loaded;
  return runScenario(scenario, { seed, variant, scenarioHash, withMetrics: true });
}

function figure({ outcome }: RunResult, name: string): number {
  return numberOf(name, outcome.metrics[name]);
}

function deadZone(sessions: number, tier: string, client: string, more = ''): string {
  return `
format: 1
name: dead-zone
clock: { from: "00:00", to: 40m }
networkDelay: 1ms
tiers:
  - name: api
    hosts: ${HOSTS}
    zones: ${ZONES}
    ${tier}
    boot: 10s
    keepalives: aside
    holdsSessions: true
products: [{ name: chat, sessions: ${sessions} }]
clients: [{ name: current, ${client} }]
timeline:
  - { name: zone-dies, at: "00:05", action: kill, target: { tier: api, zones: [2] }, bootsAfter: none }
${more}`;
}

describe(`one zone of ${ZONES} that dies and stays dead`, () => {
  /** Hosts that their sessions use up answer no probe, and are killed. */
  const deaths = async (sessions: number, seed: string): Promise<number> => {
    const tier = `parallelism: 20
    serviceTime: 20ms
    sessionsAtFullLoad: ${ROOM}
    balancing: least-connections
    liveness: { every: 10s, timeout: 5s, failures: 3, answered: aside }`;
    const client = 'backoff: { policy: full-jitter, base: 4s, cap: 30s }, connectTimeout: 20s';
    return figure(await run(deadZone(sessions, tier, client), seed), 'hostDeaths.liveness');
  };

  it.each(SEEDS)('is borne by the rest just below what they hold, seed %s', async (seed) => {
    expect(await deaths(Math.floor(0.96 * LEFT * ROOM), seed)).toBe(0);
  });

  it.each(SEEDS)('takes the rest with it just above, seed %s', async (seed) => {
    // Each that is used up is killed, with all that it had.
    expect(await deaths(Math.ceil(1.04 * LEFT * ROOM), seed)).toBeGreaterThanOrEqual(LEFT);
  });
});

describe('the sessions of a dead zone', () => {
  const slots = 4;
  const serviceSec = 0.05;
  // Large, so that one service is short beside all of them.
  const roomOfHost = 10 * ROOM;
  const room = LEFT * roomOfHost;
  /** Until so many more are connected than before, in seconds. */
  const readmitSec = (before: number, more: number): number =>
    (room / ((LEFT * slots) / serviceSec)) * Math.log((room - before) / (room - before - more));

  it.each([0.5, 0.8, 0.95])('come back as fast as the rest can serve them, at u = %d of it', async (load) => {
    const sessions = Math.round(load * room);
    const dropped = sessions / ZONES;
    const tier = `parallelism: ${slots}
    serviceTime: { exponential: ${serviceSec}s }
    sessionsAtFullLoad: ${roomOfHost}
    balancing: least-connections`;
    // They come at once, a second after they dropped, and wait as long as it takes.
    const client = 'backoff: { policy: fixed, delay: 1s }, connectTimeout: none';
    const times = { p50: 0, p95: 0, max: 0 };
    for (const seed of SEEDS) {
      const result = await run(deadZone(sessions, tier, client), seed);
      expect(Math.abs(figure(result, 'drops') - dropped)).toBeLessThanOrEqual(HOSTS / ZONES);
      for (const key of ['p50', 'p95', 'max'] as const)
        times[key] += (figure(result, `reconnectTime.${key}`) / 1000 - 1) / SEEDS.length;
    }
    // A service goes on at the load at which it began: it may be off by as long as one takes.
    const oneSec = serviceSec / (1 - load);
    const before = sessions - dropped;
    expect(Math.abs(times.p50 - readmitSec(before, 0.5 * dropped))).toBeLessThan(oneSec);
    expect(Math.abs(times.p95 - readmitSec(before, 0.95 * dropped))).toBeLessThan(oneSec);
    expect(times.max).toBeGreaterThan(readmitSec(before, dropped));
  });
});

describe('attempts at a dead zone', () => {
  const everySec = 7;
  const fall = 3;
  const noticedSec = Math.floor(5 / everySec) * everySec + fall * everySec;
  const rate = 100;
  const noticing = (checks: string): string => `
format: 1
name: dead-zone
clock: { from: "00:00", to: 2m }
networkDelay: 0.001ms
tiers:
  - { name: api, hosts: ${HOSTS}, zones: ${ZONES}, parallelism: 1000, serviceTime: 1ms, balancing: random, checks: ${checks} }
products: [{ name: request, arrivals: { process: constant, rate: ${rate}/s }, lifetime: 0s }]
clients: [{ name: once, backoff: { policy: fixed, delay: 100ms } }]
timeline:
  - { name: zone-dies, at: 5s, action: kill, target: { tier: api, zones: [2] }, bootsAfter: none }
measure: { from: 5s }
`;

  it.each(SEEDS)('are one in three until the balancer notices, and none after that, seed %s', async (seed) => {
    const result = await run(noticing(`{ every: ${everySec}s, fall: ${fall}, rise: 2 }`), seed);
    const dead = figure(result, 'rejected.hostDown');
    // Each arrival of the window fails k times with probability 3^−(k + 1)·2: 1/(z − 1) = ½ on the mean, variance ¾.
    const arrivals = rate * (noticedSec - 5);
    const expected = arrivals / (ZONES - 1);
    expect(Math.abs(dead - expected)).toBeLessThan(4 * Math.sqrt(0.75 * arrivals));
  });

  it('are none where it knows at once', async () => {
    expect(figure(await run(noticing('none'), 'one'), 'rejected.hostDown')).toBe(0);
  });
});
