// Runs that would never end or never fit into memory: refused before they begin, with an estimate, or stopped; and
// the limits change nothing of a run that stays within them.
import { describe, expect, it } from 'vitest';
import { refuseHopeless } from '../../src/experiments/foresight.ts';
import { defaultLimits, LimitError, LimitWatch, type LimitFacts, type RunLimits } from '../../src/experiments/limits.ts';
import { runScenario } from '../../src/experiments/run.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';
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
  const run = runScenario(scenario, { seed: 's', variant: 'baseline', scenarioHash: '', withMetrics: true, limits: { ...usual, ...limits } });
  const error: unknown = await run.then(() => null, (reason: unknown) => reason);
  if (error instanceof LimitError) return error.facts;
  throw new Error(`not stopped by a limit: ${String(error)}`);
}

const chat = (fields: Readonly<Record<string, unknown>>) => [{ name: 'chat', sessions: 10, ...fields }];
const client = (fields: Readonly<Record<string, unknown>>) => [{ name: 'current', ...fields }];

describe('before the run', () => {
  it.each(shippedFiles)('%s is not refused', (file) => {
    expect(refusal(loadShipped(file).scenario)).toBeNull();
  });

  it.each([
    ['sixty million sessions', { products: chat({ sessions: 60_000_000 }) }, 'memory', 'products.chat.sessions', /18 GB \(60,000,000 sessions\)/],
    ['arrivals that all stay', { products: chat({ arrivals: '100000/s' }) }, 'memory', 'products.chat.arrivals', /60,000,000 sessions|60,000,010 sessions/],
    ['years of samples', { clock: { from: '00:00', to: '36500d' } }, 'memory', 'clock', /samples/],
    ['arrivals that leave at once', { products: chat({ arrivals: '1000000000/s', lifetime: '0s' }) }, 'events', 'products.chat.arrivals', /600,000,000,000 arrivals/],
    ['ambient drops without end', { products: chat({ sessions: 100_000, ambientDrops: '1000000/s' }) }, 'events', 'products.chat.ambientDrops', /ambient drops/],
    ['retries within a microsecond', { products: chat({ sessions: 10_000 }), networkDelay: '0.0005ms', clients: client({ backoff: 'none' }) }, 'events', 'clients.current.backoff', /10,000 sessions, one attempt each 1 µs/],
  ])('%s: refused with an estimate, at the value that is to blame', (_what, fields, limit, path, found) => {
    const facts = refusal(scenarioOf(fields));
    expect(facts).toMatchObject({ limit, path });
    expect(facts!.found).toMatch(found);
  });

  it('retries without a pause over a network that takes its time, or of clients that give up, are not refused', () => {
    const eager = { products: chat({ sessions: 10_000 }), clients: client({ backoff: 'none' }) };
    expect(refusal(scenarioOf(eager))).toBeNull();
    const brief = { networkDelay: '0.0005ms', products: chat({ sessions: 10_000 }), clients: client({ backoff: 'none', giveUp: { after: 5, then: 'stay' } }) };
    expect(refusal(scenarioOf(brief))).toBeNull();
  });

  it('a larger limit lets it pass', () => {
    const scenario = scenarioOf({ products: chat({ sessions: 60_000_000 }) });
    expect(refusal(scenario, { ...usual, memoryBytesMax: 64e9 })).toBeNull();
  });
});

describe('during the run', () => {
  const busy = scenarioOf({ products: chat({ arrivals: '100/s', lifetime: '0s' }) });
  // Nobody is ever served: the only host is down for good, and each attempt is refused at once.
  const refused = scenarioOf({
    networkDelay: '0.001ms',
    tiers: [{ name: 'api', hosts: 1, parallelism: 1, serviceTime: '100ms', boot: { constant: '24h' }, holdsSessions: true }],
    products: chat({ sessions: 5000 }),
    clients: client({ backoff: 'none' }),
    timeline: [{ name: 'loss', at: '10s', action: 'reboot', target: { tier: 'api' } }],
  });

  it('too many events stop it', async () => {
    expect(await stopped(busy, { eventsMax: 130_000, memoryBytesMax: 1e12 })).toMatchObject({ limit: 'events', expected: 'at most 130,000 events' });
  });

  it('too much memory stops it', async () => {
    // More than its own few sessions are estimated to need, less than any process of Node has.
    expect(await stopped(busy, { memoryBytesMax: 20e6 })).toMatchObject({ limit: 'memory', expected: 'at most 20 MB of memory' });
  });

  it('a simulated second that does not end is ended by the time limit', async () => {
    const startedMs = performance.now();
    const facts = await stopped(refused, { wallMsMax: 500 });
    expect(facts).toMatchObject({ limit: 'time', expected: 'a run of at most 0.5 s' });
    expect(performance.now() - startedMs).toBeLessThan(10_000);
  });

  it('the run after a stopped one is as always', async () => {
    const common = { seed: 's', variant: 'baseline', scenarioHash: '', withMetrics: true } as const;
    const before = await runScenario(busy, common);
    await stopped(refused, { wallMsMax: 200 });
    expect((await runScenario(busy, common)).fingerprint).toBe(before.fingerprint);
  });

  it('what the work throws and returns passes through the watch', () => {
    const watch = new LimitWatch(defaultLimits());
    const error = new Error('mine');
    expect(watch.within(() => 7)).toBe(7);
    expect(() => watch.within(() => { throw error; })).toThrow(error);
  });
});
