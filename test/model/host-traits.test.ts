// Traits of hosts: what the registry's entries promise, that one which refuses or slows does so in a run, and the limit
// on connections by hand.
import { describe, expect, it } from 'vitest';
import { hostTraits, type SeenHost, type HostTraitEntry } from '../../src/policies/host-traits.ts';
import { Host } from '../../src/model/state/host.ts';
import { compileTier } from '../../src/model/state/tier-rules.ts';
import { rejectReasons } from '../../src/model/state/vocabulary.ts';
import type { Attempts } from '../../src/model/state/attempts.ts';
import { scenarioOf } from '../small-scenario.ts';
import { defaultsOf } from '../policies/backoff-contract.ts';
import { runLog, tier } from './run-log.ts';

/** Values for parameters without a default. */
function valuesOf({ parameters }: HostTraitEntry): Readonly<Record<string, unknown>> {
  const given = Object.entries(parameters).filter(([, { default: fallback }]) => fallback === undefined);
  return { ...defaultsOf(parameters), ...Object.fromEntries(given.map(([name, { min = 1 }]) => [name, min])) };
}

describe('every trait', () => {
  it.each(Object.entries(hostTraits))('%s refuses or slows, and says why if it refuses', (name, entry) => {
    const { refuses, stretches } = entry.create(valuesOf(entry));
    expect(refuses !== undefined || stretches !== undefined).toBe(true);
    expect(entry.rejection !== undefined).toBe(refuses !== undefined);
    expect(rejectReasons.includes(name)).toBe(refuses !== undefined);
  });

  it.each(Object.keys(hostTraits))('%s is none of a tier that does not name it', (name) => {
    const { tiers } = scenarioOf({ tiers: [tier()] });
    expect((tiers[0] as unknown as Record<string, unknown>)[name]).toBeNull();
  });
});

describe('a host with a trait that slows', () => {
  it('takes longer by it, times what load and warm-up make of it', () => {
    const { tiers, products } = scenarioOf({
      tiers: [tier({ sessionsAtFullLoad: 40, warmUp: { factor: 3, for: '20s' } })],
    });
    const rules = { ...compileTier(tiers[0], products), stretches: [({ inService }: SeenHost) => 1 + inService / 10] };
    const host = new Host({ index: 0, tier: 0, pod: 0, number: 0, label: 'a' }, rules, {} as unknown as Attempts);
    host.inService = 5;
    host.sessions = 20;
    host.warmUntilMs = 10_000;
    expect(host.stretch(10_000)).toBe(2 * 1.5);
    expect(host.stretch(0)).toBe(2 * 1.5 * 2);
  });
});

describe('a limit on connections', () => {
  // One session comes each second, to one host with three of the start.
  const crowd = {
    clock: { date: '2023-04-26', from: '10:00', to: '10:01' },
    products: [{ name: 'chat', sessions: 3, arrivals: { process: 'constant', rate: '1/s' } }],
    clients: [{ name: 'current', backoff: { policy: 'fixed', delay: '1h' }, connectTimeout: 'none' }],
  };
  const single = (fields: Readonly<Record<string, unknown>>): Record<string, unknown> =>
    tier({ hosts: 1, serviceTime: '1ms', ...fields });

  it('lets in as many as fit, and refuses the others at once', () => {
    const log = runLog({ ...crowd, tiers: [single({ connectionLimit: { connections: 8 } })] });
    expect(log.connects).toHaveLength(5);
    expect(log.ends.filter(({ how }) => how === 'connectionLimit').length).toBe(log.arrivals.length - 5);
  });

  it('counts attempts that wait as well', () => {
    const log = runLog({ ...crowd, tiers: [single({ serviceTime: '1h', connectionLimit: { connections: 8 } })] });
    expect(log.ends.filter(({ how }) => how === 'connectionLimit').length).toBe(log.arrivals.length - 5);
  });

  it('is none unless it is said, and can be set while the tier runs', () => {
    expect(runLog({ ...crowd, tiers: [single({})] }).ends.every(({ how }) => how === 'connected')).toBe(true);
    const timeline = [
      { name: 'limit', at: '10:00:20.5', action: 'set', tier: 'api', change: { connectionLimit: { connections: 1 } } },
      { name: 'lift', at: '10:00:40.5', action: 'set', tier: 'api', change: { connectionLimit: 'none' } },
    ];
    const log = runLog({ ...crowd, tiers: [single({})], timeline });
    const refused = log.ends.filter(({ how }) => how === 'connectionLimit').map(({ atMs }) => atMs);
    expect(refused).toHaveLength(20);
    expect(refused.every((atMs) => atMs > 20_500 && atMs < 40_500)).toBe(true);
  });
});
