// Runs that would never end or never fit into memory: refused before they begin, with an estimate, or stopped; and
// the limits change nothing of a run that stays within them.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { refuseHopeless } from '../../src/experiments/foresight.ts';
import { MOST_SUBJECTS } from '../../src/engine/engine.ts';
import { CapacityError } from '../../src/engine/simulation-error.ts';
import {
  defaultLimits,
  LimitError,
  LimitWatch,
  beyondCapacity,
  type LimitFacts,
  type RunLimits,
} from '../../src/experiments/limits.ts';
import { runScenario } from '../../src/experiments/run.ts';
import { vocabulary } from '../../src/metrics/catalogue.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';
import { slowdown } from '../busy-machine.ts';
import { scenarioOf } from '../small-scenario.ts';
import { loadShipped, shippedFiles } from '../scenarios/shipped-scenario.ts';

const usual: RunLimits = { eventsMax: 2e10, memoryBytesMax: 4e9, wallMsMax: Infinity };

function refusal(scenario: Scenario, limits = usual): LimitFacts | null {
  try {
    refuseHopeless(scenario, limits);
    return null;
  } catch (error) {
    if (error instanceof LimitError) return error.facts;
    throw error;
  }
}

async function stopped(scenario: Scenario, limits: Partial<RunLimits>): Promise<LimitFacts> {
  const run = runScenario(scenario, {
    seed: 's',
    variant: 'baseline',
    scenarioHash: '',
    withMetrics: true,
    limits: { ...usual, ...limits },
  });
  const error: unknown = await run.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (error instanceof LimitError) return error.facts;
  throw new Error(`not stopped by a limit: ${String(error)}`);
}

const chat = (fields: Readonly<Record<string, unknown>>) => [{ name: 'chat', sessions: 10, ...fields }];
const crowd = (rate: string) => ({ name: 'crowd', at: '1m', action: 'add-arrivals', product: 'chat', rate, for: '1m' });
const quick = { name: 'api', hosts: 1, parallelism: 1_000_000, serviceTime: '1ms' };
const reboot = { name: 'reboot', at: '1m', action: 'reboot', target: { tier: 'api' } };
const client = (fields: Readonly<Record<string, unknown>>) => [{ name: 'current', ...fields }];

describe('before the run', () => {
  it.each(shippedFiles)('%s is not refused', (file) => {
    expect(refusal(loadShipped(file).scenario)).toBeNull();
  });

  it.each([
    [
      'sixty million sessions',
      { products: chat({ sessions: 60_000_000 }) },
      'memory',
      'products.chat.sessions',
      /estimated to need \d+(\.\d+)? GB \(60,000,000 sessions\)/,
    ],
    [
      'arrivals that all stay',
      { tiers: [quick], products: chat({ arrivals: '100000/s' }) },
      'memory',
      'products.chat.arrivals',
      /\(60,000,000 sessions\)/,
    ],
    [
      'arrivals that nobody can serve',
      { products: chat({ sessions: 0, lifetime: '1s', arrivals: '10000/s' }) },
      'memory',
      'products.chat.arrivals',
      /6,000,000 arrivals at hosts that serve 10 a second at best/,
    ],
    ['years of samples', { clock: { from: '00:00', to: '36500d' } }, 'memory', 'clock', /samples/],
    [
      'arrivals that leave at once',
      { products: chat({ arrivals: '1000000000/s', lifetime: '0s' }) },
      'events',
      'products.chat.arrivals',
      /at least 6 × 10¹¹ events \(some 6\.9 days at a million a second\) \(6 × 10¹¹ arrivals\)/,
    ],
    [
      'ambient drops without end',
      {
        networkDelay: '0.0005ms',
        clients: client({ backoff: 'none' }),
        products: chat({ sessions: 100_000, ambientDrops: '1000000/s' }),
      },
      'events',
      'products.chat.ambientDrops',
      /up to .* ambient drops/,
    ],
    [
      'probes without end',
      {
        tiers: [
          { name: 'api', hosts: 100, parallelism: 1, serviceTime: '1ms', boot: '1s', readiness: { every: '0.001ms' } },
        ],
      },
      'events',
      'tiers.api.readiness.every',
      /at least 6 × 10¹⁰ events/,
    ],
    [
      'arrivals that an action adds and that leave at once',
      { products: chat({ lifetime: '0s' }), timeline: [crowd('1000000000/s')] },
      'events',
      'timeline.crowd.rate',
      /at least 6 × 10¹⁰ events .*6 × 10¹⁰ arrivals/,
    ],
    [
      'arrivals that an action adds and that all stay',
      { products: chat({}), timeline: [crowd('1000000/s')] },
      'memory',
      'timeline.crowd.rate',
      /60,000,000/,
    ],
    [
      'hosts that an action adds',
      { pods: 1000, timeline: [{ name: 'grow', at: '1m', action: 'scale', tier: 'api', hosts: 10_000 }] },
      'memory',
      'timeline.grow.hosts',
      /40 GB \(10,000,000 hosts\)/,
    ],
    [
      'retries within a microsecond',
      {
        products: chat({ sessions: 10_000 }),
        networkDelay: '0.0005ms',
        clients: client({ backoff: 'none' }),
        timeline: [reboot],
      },
      'events',
      'clients.current.backoff',
      /up to 6 × 10¹² events .*10,000 sessions, one attempt each 1 µs/,
    ],
  ])('%s: refused with an estimate, at the value that is to blame', (_what, fields, limit, path, found) => {
    const facts = refusal(scenarioOf(fields));
    expect(facts).toMatchObject({ limit, path });
    expect(facts!.found).toMatch(found);
  });

  it('retries without a pause over a network that takes its time, or of clients that give up, are not refused', () => {
    const eager = { products: chat({ sessions: 10_000 }), clients: client({ backoff: 'none' }), timeline: [reboot] };
    expect(refusal(scenarioOf(eager))).toBeNull();
    const brief = {
      networkDelay: '0.0005ms',
      products: chat({ sessions: 10_000 }),
      clients: client({ backoff: 'none', giveUp: { after: 5, then: 'stay' } }),
      timeline: [reboot],
    };
    expect(refusal(scenarioOf(brief))).toBeNull();
  });

  it.each([
    // Each flap is followed by a second and more without a connection: some 60,000 drops, not six million million.
    ['flaps that need a connection each', { products: chat({ sessions: 100, ambientDrops: '100000000/s' }) }],
    [
      'a fleet in which nothing can fail, whatever its clients would do',
      { networkDelay: '0.0005ms', products: chat({ sessions: 10_000 }), clients: client({ backoff: 'none' }) },
    ],
    [
      'arrivals of a responder who may never act',
      {
        products: chat({ lifetime: '0s' }),
        responders: [
          {
            name: 'people',
            detect: { when: 'impactedPods >= 1' },
            act: [{ name: 'crowd', action: 'add-arrivals', product: 'chat', rate: '1000000000/s', for: '1m' }],
          },
        ],
      },
    ],
  ])('%s: not refused', (_what, fields) => {
    expect(refusal(scenarioOf(fields))).toBeNull();
  });

  it.each([
    ['minimal/foresight-misses-add-arrivals.yaml', 'timeline.crowd.rate', /24,000,000 arrivals/],
    ['attack/add-arrivals-1e12.yaml', 'timeline.x.rate', /at least 6 × 10¹³ events \(some 690 days/],
    ['attack/scale-10000x1000.yaml', 'timeline.x.hosts', /10,000,000 hosts/],
  ])('%s is refused at its path', (file, path, found) => {
    const text = readFileSync(new URL(`../cases/${file}`, import.meta.url), 'utf8');
    const loaded = loadScenario({ file, text }, vocabulary);
    const facts = loaded.ok ? refusal(loaded.scenario) : null;
    expect(facts).toMatchObject({ path });
    expect(facts!.found).toMatch(found);
  });

  it('a larger limit lets it pass', () => {
    const scenario = scenarioOf({ products: chat({ sessions: 60_000_000 }) });
    expect(refusal(scenario)).toMatchObject({ limit: 'memory', path: 'products.chat.sessions' });
    expect(refusal(scenario, { ...usual, memoryBytesMax: 64e9 })).toBeNull();
  });
});

describe('during the run', () => {
  const busy = scenarioOf({ products: chat({ arrivals: '100/s', lifetime: '0s' }) });
  // Nobody is ever served: the only host is down for good, and each attempt is refused at once.
  const refused = scenarioOf({
    networkDelay: '0.001ms',
    tiers: [
      { name: 'api', hosts: 1, parallelism: 1, serviceTime: '100ms', boot: { constant: '24h' }, holdsSessions: true },
    ],
    products: chat({ sessions: 5000 }),
    clients: client({ backoff: 'none' }),
    timeline: [{ name: 'loss', at: '10s', action: 'reboot', target: { tier: 'api' } }],
  });

  it('too many events stop it', async () => {
    expect(await stopped(busy, { eventsMax: 130_000, memoryBytesMax: 1e12 })).toMatchObject({
      limit: 'events',
      expected: 'at most 130,000 events',
    });
  });

  it('too much memory stops it', async () => {
    // More than its own few sessions are estimated to need, less than any process of Node has.
    expect(
      await stopped(
        { ...busy, tiers: busy.tiers.map((tier) => ({ ...tier, parallelism: 100 })) },
        { memoryBytesMax: 20e6 },
      ),
    ).toMatchObject({ limit: 'memory', expected: 'at most 20 MB of memory' });
  });

  it('a simulated second that does not end is ended by the time limit', async () => {
    const startedMs = performance.now();
    const facts = await stopped(refused, { wallMsMax: 500 });
    expect(facts).toMatchObject({ limit: 'time', expected: 'a run of at most 0.5 s' });
    expect(performance.now() - startedMs).toBeLessThan(10_000 * slowdown());
  });

  it('the run after a stopped one is as always', async () => {
    const common = { seed: 's', variant: 'baseline', scenarioHash: '', withMetrics: true } as const;
    const calm = scenarioOf({ products: chat({ sessions: 50, arrivals: '2/s', lifetime: '20s' }) });
    const before = await runScenario(calm, common);
    await stopped(refused, { wallMsMax: 200 });
    expect((await runScenario(calm, common)).fingerprint).toBe(before.fingerprint);
  });

  it('a run that outgrows what can be told apart ends with a limit, and not as a mistake of the program', () => {
    const { facts } = beyondCapacity(new CapacityError('attempts open', MOST_SUBJECTS));
    expect(facts).toMatchObject({ limit: 'memory', expected: 'at most 67,100,000 attempts open', found: 'more' });
  });

  it('what the work throws and returns passes through the watch', () => {
    const watch = new LimitWatch(defaultLimits());
    const error = new Error('mine');
    expect(watch.within(() => 7)).toBe(7);
    expect(() =>
      watch.within(() => {
        throw error;
      }),
    ).toThrow(error);
  });
});
