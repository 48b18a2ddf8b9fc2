// Every number of the schema at its least and at its greatest value, one at a time, on a fleet amid an outage: the run ends, or a
// limit stops it in words. No sum, quotient or power of what may be written is NaN, and nothing impossible happens.
import { describe, expect, it } from 'vitest';
import { distributions } from '../../src/engine/distributions.ts';
import { refuseHopeless } from '../../src/experiments/foresight.ts';
import { LimitError } from '../../src/experiments/limits.ts';
import { runScenario } from '../../src/experiments/run.ts';
import { vocabulary } from '../../src/metrics/catalogue.ts';
import { outcomeJson } from '../../src/metrics/outcome.ts';
import { readOutline } from '../../src/scenario/context.ts';
import type { Fields, JsonSchema, Kind } from '../../src/scenario/kind.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { scenarioKind } from '../../src/scenario/scenario-fields.ts';
import { fromPlain } from '../../src/scenario/tree.ts';

const text = `
format: 1
name: extreme
clock: { to: 3m }
pods: 2
tiers:
  - name: api
    hosts: 3
    parallelism: 2
    serviceTime: { exponential: 100ms }
    sessionsAtFullLoad: 30
    boot: 10s
    holdsSessions: true
    queue: { limit: 20 }
    checks: {}
    slowStart: { for: 10s }
    ejection: {}
    warmUp: { factor: 2, for: 5s }
    liveness: { every: 5s, timeout: 2s, answered: in-queue }
    readiness: {}
    memory: { limit: 100, perSession: 1, perAttempt: 2 }
    crashLoop: { first: 1s }
    lease: { every: 5s, timeout: 2s }
    registry: { expires: 5s }
    retryAfter: { delay: 1s }
products:
  - { name: chat, sessions: 60, arrivals: 1/s, lifetime: { exponential: 1m }, ambientDrops: 1/min }
clients:
  - { name: current, backoff: { policy: full-jitter, base: 100ms, cap: 2s }, connectTimeout: 1s, keepalive: { every: 5s, timeout: 2s }, impatience: { after: 30s }, affinity: { attempts: 2 }, giveUp: { after: 5, reloadAfter: 5s }, resumesFor: 10s }
start: { disconnected: 0.2, queued: { api: 2 }, down: { api: 1 } }
timeline:
  - { name: loss, at: 20s, action: reboot, target: { tier: api, hosts: [1] } }
  - { name: x, at: 40s, action: crash, target: { tier: api, hosts: [2] } }
responders:
  - { name: r, detect: { when: disconnectedFraction > 0.1, for: 1s }, act: [{ name: remedy, action: restart-tier, tier: api }] }
observed:
  - { name: seen, at: 1m, says: all is well, expect: disconnectedFraction < 0.9, means: has-begun, tolerance: 10s }
`;

/** What the other parameters of an action are. */
const actionBase: Readonly<Record<string, Record<string, unknown>>> = {
  reboot: { target: { tier: 'api' } },
  crash: { target: { tier: 'api' } },
  pause: { target: { tier: 'api' }, for: '10s' },
  scale: { tier: 'api', hosts: 4 },
  set: { tier: 'api', change: { parallelism: 3 } },
  deploy: { client: 'current' },
  'restart-tier': { tier: 'api' },
  'shed-logins': { tier: 'api', for: '10s' },
  'lose-network': { for: '10s' },
  'add-arrivals': { product: 'chat', rate: '1/s', for: '10s' },
};

interface Extreme {
  readonly path: string;
  readonly value: unknown;
}

/** The numbers that a notation bounds. */
function numbersOf(notation: unknown): number[] {
  const { anyOf, type, minimum, exclusiveMinimum, maximum } = notation as JsonSchema & {
    readonly anyOf?: readonly unknown[];
  };
  if (anyOf !== undefined) return anyOf.flatMap(numbersOf);
  if (type !== 'number' && type !== 'integer') return [];
  const least =
    typeof exclusiveMinimum === 'number'
      ? [exclusiveMinimum + (exclusiveMinimum === 0 ? 1e-300 : 1e-9)]
      : [minimum as number];
  return [...least, maximum as number];
}

const durations = ['0s', '0.001us', '1us', '1000000d'];

function distributionValues(): unknown[] {
  return [
    ...durations,
    ...Object.entries(distributions).flatMap(([name, { parameters }]) => {
      const given = (own: (unit: string) => unknown, numberOf: (min?: number, max?: number) => unknown): unknown => ({
        [name]: Object.fromEntries(
          Object.entries(parameters).map(([key, { unit, min, max }]) => [
            key,
            unit === 'duration' ? own(unit) : unit === 'durations' ? [own(unit)] : numberOf(min, max),
          ]),
        ),
      });
      return durations.flatMap((duration) => [
        given(
          () => duration,
          (min = 0) => (Number.isInteger(min) && min === 1 ? 1.000001 : min),
        ),
        given(
          () => duration,
          (_min, max = 1e9) => max,
        ),
      ]);
    }),
  ];
}

/** What is least and greatest in a unit. */
function valuesOf(kind: Kind<unknown>): readonly unknown[] {
  const none = kind.canBeOff === true || JSON.stringify(kind.notation).includes('"none"') ? ['none'] : [];
  switch (kind.unit) {
    case 'duration':
    case 'instant':
      return [...durations, ...none];
    case 'durations':
      return [durations, ['1000000d'], ['0s']];
    case 'rate':
      return ['0/s', '1e-300/s', '1e15/s'];
    case 'distribution':
      return [...distributionValues(), ...none];
    case 'factors':
    case 'counts by tier':
      return [{ api: 0 }, { api: 1e9 }, { api: 1e6 }, { api: 3 }];
    default:
      return [...numbersOf(kind.notation), ...none];
  }
}

function withParameter(base: unknown, key: string, value: unknown): unknown {
  return { ...(base as object), [key]: value };
}

function extremesOf(kind: Kind<unknown>, path: string, found: Extreme[]): void {
  const { inside } = kind;
  const ofOptions = (options: Readonly<Record<string, Fields>>, base: (name: string) => unknown): void => {
    for (const [name, fields] of Object.entries(options)) {
      found.push({ path, value: base(name) });
      for (const [key, { kind: own }] of Object.entries(fields))
        if (own.inside.form === 'value' && key !== 'at')
          for (const value of valuesOf(own)) found.push({ path, value: withParameter(base(name), key, value) });
    }
  };
  if (inside.form === 'value') for (const value of valuesOf(kind)) found.push({ path, value });
  else if (inside.form === 'block') {
    for (const [key, { kind: own }] of Object.entries(inside.fields))
      extremesOf(own, path === '' ? key : `${path}.${key}`, found);
  } else if (inside.form === 'choice') {
    if (inside.key === 'policy') ofOptions(inside.options, (policy) => ({ policy }));
    else ofOptions(inside.options, (action) => ({ action, at: '30s', ...actionBase[action] }));
  } else {
    const name: Readonly<Record<string, string>> = {
      tiers: 'api',
      products: 'chat',
      clients: 'current',
      timeline: 'x',
      responders: 'r',
      observed: 'seen',
    };
    if (Object.hasOwn(name, path)) extremesOf(inside.element, `${path}.${name[path]}`, found);
  }
}

function allExtremes(): Extreme[] {
  const nothing = fromPlain({}, { line: 0, column: 0, set: null }, null);
  const found: Extreme[] = [];
  extremesOf(scenarioKind({ vocabulary, outline: readOutline(nothing), file: {} }), '', found);
  return found.filter(({ path }) => path !== 'format' && path !== 'variants');
}

const limits = { eventsMax: 300_000, memoryBytesMax: 4e9, wallMsMax: 400 };
type Ending = 'refused as a scenario' | 'refused before the run' | 'stopped' | 'ran';

/** Throws if it ends in anything but words or a run. */
async function ending({ path, value }: Extreme): Promise<Ending> {
  const result = loadScenario({ file: 'extreme.yaml', text }, vocabulary, {
    set: [`${path}=${JSON.stringify(value)}`],
  });
  if (!result.ok) return 'refused as a scenario';
  const { scenario, hash } = result;
  try {
    refuseHopeless(scenario, limits);
  } catch (error) {
    if (error instanceof LimitError) return 'refused before the run';
    throw error;
  }
  try {
    const { outcome } = await runScenario(scenario, {
      seed: 'x',
      variant: 'baseline',
      scenarioHash: hash,
      withMetrics: true,
      limits,
    });
    expect(outcomeJson(outcome)).not.toMatch(/NaN|Infinity/);
    return 'ran';
  } catch (error) {
    if (error instanceof LimitError) return 'stopped';
    throw error;
  }
}

/** The test, on each `usual`-th of them, or each FUZZ_STEP-th. */
export function checkExtremes(usual: number): void {
  const step = Number(process.env.FUZZ_STEP ?? usual);
  describe('a scenario with a number at one of its ends', () => {
    it('ends in a run, or in words', async () => {
      const extremes = allExtremes().filter(
        ({ path }, i) => i % step === 0 || path.includes('checks') || path.includes('tolerance'),
      );
      const counts = new Map<Ending, number>();
      const failures: string[] = [];
      for (const extreme of extremes) {
        try {
          const one = await ending(extreme);
          counts.set(one, (counts.get(one) ?? 0) + 1);
        } catch (error) {
          failures.push(`${extreme.path}=${JSON.stringify(extreme.value)}: ${(error as Error).message}`);
        }
      }
      expect(failures).toEqual([]);
      expect(extremes.length).toBeGreaterThan(1200 / step);
      // Most must get as far as a run, or nothing is tried.
      expect((counts.get('ran') ?? 0) / extremes.length).toBeGreaterThan(0.5);
    });
  });
}
