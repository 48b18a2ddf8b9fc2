/**
 * The same storm as the product's model has it: the scenario is the experiment's numbers and the preset's name,
 * word for word, and nothing is fitted. Who gives up stays away, since no library reloads its page.
 */
import { BASELINE } from '../../src/metrics/judgement.ts';
import { runScenario } from '../../src/experiments/run.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';
import { scenarioOf } from '../small-scenario.ts';
import type { Experiment } from './experiments.ts';
import type { StormRecord } from './played-storm.ts';

const ms = (value: number): string => `${value}ms`;

/** They are down at once, and back after their boot. */
const kills = (name: string, atMs: number, hosts: readonly number[]): object => ({
  name,
  at: ms(atMs),
  action: 'reboot',
  target: { tier: 'front', hosts: hosts.map((host) => host + 1) },
  order: 'all-at-once',
});

/** What is changed of the scenario that preset and experiment make. */
export interface Variation {
  /** the work is done once the transport is open */
  readonly opensFirst?: boolean;
  /** fields of the client, as a file could change them */
  readonly client?: object;
}

export function stormScenario(preset: string, experiment: Experiment, variation: Variation = {}): Scenario {
  const { opensFirst = false, client = {} } = variation;
  const { sessions, networkMs, hosts, workers, serviceMs, queueLimit, abandoned, bootMs, liveness } = experiment;
  const { killed, killedAtMs, cure, durationSec } = experiment;
  return scenarioOf({
    clock: { date: '2026-01-01', from: '00:00', to: `${durationSec + 1}s` },
    networkDelay: ms(networkMs),
    tiers: [
      {
        name: 'front',
        hosts,
        parallelism: workers,
        serviceTime: { uniform: [ms(0.5 * serviceMs), ms(1.5 * serviceMs)] },
        queue: { discipline: 'fifo', limit: queueLimit === Infinity ? 'none' : queueLimit },
        abandonedWorkCost: abandoned === 'done' ? 1 : 0,
        opensTransport: opensFirst ? 'aside' : 'none',
        balancing: 'round-robin',
        boot: { constant: ms(bootMs) },
        holdsSessions: true,
        ...(liveness && {
          liveness: {
            every: ms(liveness.everyMs),
            timeout: ms(liveness.timeoutMs),
            failures: liveness.failures,
            answered: 'in-queue',
          },
        }),
      },
    ],
    measure: { every: '1s' },
    products: [{ name: 'chat', sessions }],
    clients: [{ name: 'current', preset, giveUp: { then: 'stay' }, ...client }],
    timeline: [
      kills('kill', killedAtMs, killed),
      ...(cure === null
        ? []
        : [
            { name: 'grow', at: ms(cure.atMs), action: 'set', tier: 'front', change: { parallelism: cure.workers } },
            kills('restart', cure.atMs, [...Array(hosts).keys()]),
          ]),
    ],
  });
}

/** One run of the model. */
export async function modelStorm(scenario: Scenario, seed: string, durationSec: number): Promise<StormRecord> {
  const { series } = await runScenario(scenario, { seed, variant: BASELINE, scenarioHash: '', withMetrics: true });
  const { columns } = series;
  // The clock goes on for a second, so that the last is sampled; what it brings is not of the storm. Of clients in step
  // all give up in one.
  const sum = (column: string): number =>
    Math.round(columns[`attemptsPerSec.${column}`].slice(0, durationSec + 1).reduce((a, b) => a + b, 0));
  return {
    connected: [...columns.disconnectedFraction].slice(0, durationSec + 1).map((share) => 1 - share),
    totals: {
      attempts: sum('started'),
      connected: sum('connected'),
      timedOut: sum('timedOut'),
      rejected: sum('rejected'),
      reset: sum('reset'),
    },
  };
}
