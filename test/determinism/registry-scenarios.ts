/**
 * A small storm for every entry of every registry, with values drawn from what
 * the entry declares: a new entry has its runs by being there. Seven of nine
 * hosts of each pod are rebooted, clients come back, a third of them in another version.
 */
import fc from 'fast-check';
import { distributions } from '../../src/engine/distributions.ts';
import { actions } from '../../src/policies/actions.ts';
import { admissions } from '../../src/policies/admission.ts';
import { backoffs } from '../../src/policies/backoff.ts';
import { balancerPresets } from '../../src/policies/balancer-presets.ts';
import { balancings } from '../../src/policies/balancing.ts';
import { clientPresets } from '../../src/policies/client-presets.ts';
import type { Parameter } from '../../src/policies/parameters.ts';
import { queueings } from '../../src/policies/queueing.ts';
import { rebootOrders } from '../../src/policies/reboot-order.ts';
import { retryAfters } from '../../src/policies/retry-after.ts';
import { retryGates } from '../../src/policies/retry-gate.ts';
import { scalings } from '../../src/policies/scaling.ts';
import { anyDistribution, anyPolicy, asWritten, parameterValues } from '../policies/random-parameters.ts';

type Fields = Record<string, unknown>;

const DRAWS = 2;
const sizes = { durationMs: [50, 20_000] as const };

function content(change: { readonly tier?: Fields; readonly client?: Fields; readonly action?: Fields }): Fields {
  return {
    format: 1,
    name: 'storm',
    title: 'A small storm',
    story: 'For tests.',
    clock: { date: '2023-04-26', from: '00:00', to: '2m' },
    pods: 2,
    tiers: [
      {
        name: 'front',
        hosts: 9,
        parallelism: 1,
        serviceTime: { exponential: '400ms' },
        sessionsAtFullLoad: 60,
        queue: { discipline: 'fifo', limit: 6 },
        registry: { expires: '15s' },
        boot: { uniform: ['5s', '9s'] },
        liveness: { every: '5s', timeout: '3s', failures: 2, answered: 'in-queue' },
        retryAfter: { delay: '2s', spread: '3s' },
        holdsSessions: true,
        ...change.tier,
      },
      { name: 'back', scope: 'shared', hosts: 2, parallelism: 4, serviceTime: { exponential: '150ms' } },
    ],
    products: [{ name: 'chat', sessions: 500, arrivals: '1/s', lifetime: { exponential: '3m' }, ambientDrops: '30/h' }],
    clients: [
      {
        name: 'current',
        share: 0.7,
        backoff: { policy: 'full-jitter', base: '500ms', cap: '8s' },
        connectTimeout: '3s',
        keepalive: { every: '8s', timeout: '5s' },
        ...change.client,
      },
      {
        name: 'fixed',
        share: 0.3,
        backoff: { policy: 'exponential', base: '1s', cap: '20s', factor: 1.7 },
        connectTimeout: '5s',
      },
    ],
    timeline: [
      { name: 'maintenance', at: '20s', action: 'reboot', target: { tier: 'front', hosts: [1, 2, 3, 4, 5, 6, 7] } },
      ...(change.action === undefined ? [] : [{ name: 'one-more', at: '30s', ...change.action }]),
    ],
  };
}

/** A value of a unit that means something in this scenario only. */
function placed({ unit }: Parameter): unknown {
  switch (unit) {
    case 'target':
      return { tier: 'front' };
    case 'tier':
    case 'tierOfTarget':
      return 'front';
    case 'pods':
      return [1];
    case 'client':
      return 'fixed';
    case 'product':
      return 'chat';
    case 'rebootOrder':
      return { policy: 'rolling', batch: 1, interval: '10s', drain: '3s' };
    case 'tierChanges':
      return { parallelism: 1, slowStart: { for: '10s', aggression: 1.3, least: 0.1 } };
    default:
      return undefined;
  }
}

function anyAction(name: string): fc.Arbitrary<Fields> {
  // Where hosts may be named instead of a tier, the tier is.
  const all = Object.entries(actions[name].parameters).filter(([, { unit }]) => unit !== 'someHosts');
  const own = Object.fromEntries(all.filter(([, parameter]) => placed(parameter) === undefined));
  const set = Object.fromEntries(
    all.flatMap(([key, parameter]) => (placed(parameter) === undefined ? [] : [[key, placed(parameter)]])),
  );
  return parameterValues(own, sizes).map((values) => ({ action: name, ...set, ...asWritten(own, values) }));
}

type Change = Parameters<typeof content>[0];

/** Each entry draws its own values: equal ones, like a cap below the base, would make many entries alike. */
function seedOf(name: string): number {
  return Array.from(name).reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 1_000_003, 7);
}

/** What takes no parameters is drawn once. */
function distinct<Drawn>(drawn: readonly Drawn[]): Drawn[] {
  return drawn.filter((one, i) => drawn.findIndex((other) => JSON.stringify(other) === JSON.stringify(one)) === i);
}

function eachOf<Entry>(
  kind: string,
  registry: Readonly<Record<string, Entry>>,
  change: (name: string, entry: Entry) => fc.Arbitrary<Change>,
): [string, Fields][] {
  return Object.entries(registry).flatMap(([name, entry]) =>
    distinct(fc.sample(change(name, entry), { numRuns: DRAWS, seed: seedOf(name) })).map(
      (drawn, draw): [string, Fields] => [`${kind} ${name} ${draw}`, content(drawn)],
    ),
  );
}

/** By kind, entry and number of the draw: what a scenario file says. */
export function registryScenarios(): ReadonlyMap<string, Fields> {
  return new Map([
    ...eachOf('distribution', distributions, (name, entry) =>
      anyDistribution({ [name]: entry }, { durationMs: [100, 2000] }).map((serviceTime) => ({ tier: { serviceTime } })),
    ),
    ...eachOf('backoff', backoffs, (name, entry) =>
      anyPolicy({ [name]: entry }, sizes).map((backoff) => ({ client: { backoff } })),
    ),
    ...eachOf('retry-gate', retryGates, (name, entry) =>
      anyPolicy({ [name]: entry }, sizes).map((retryGate) => ({ client: { retryGate } })),
    ),
    ...eachOf('retry-after', retryAfters, (name, entry) =>
      anyPolicy({ [name]: entry }, sizes).map((retryAfter) => ({ client: { retryAfter } })),
    ),
    ...eachOf('balancing', balancings, (name, entry) =>
      anyPolicy({ [name]: entry }, sizes).map((balancing) => ({
        tier: { balancing, slowStart: { for: '20s', aggression: 1.3, least: 0.1 } },
      })),
    ),
    ...eachOf('admission', admissions, (name, entry) =>
      anyPolicy({ [name]: entry }, sizes).map((admission) => ({ tier: { admission } })),
    ),
    ...eachOf('queueing', queueings, (name, entry) =>
      anyPolicy({ [name]: entry }, sizes).map((discipline) => ({ tier: { queue: { discipline, limit: 20 } } })),
    ),
    ...eachOf('scaling', scalings, (name, entry) =>
      anyPolicy({ [name]: entry }, sizes).map((scaling) => ({ tier: { scaling } })),
    ),
    ...eachOf('reboot-order', rebootOrders, (name, entry) =>
      anyPolicy({ [name]: entry }, sizes).map((order) => ({
        action: { action: 'reboot', target: { tier: 'front' }, order },
      })),
    ),
    ...eachOf('action', actions, (name) => anyAction(name).map((action) => ({ action }))),
    ...eachOf('client preset', clientPresets, (preset) =>
      fc.constant({ client: { preset, backoff: undefined, connectTimeout: undefined, keepalive: undefined } }),
    ),
    ...eachOf('balancer preset', balancerPresets, (preset) => fc.constant({ tier: { preset } })),
  ]);
}
