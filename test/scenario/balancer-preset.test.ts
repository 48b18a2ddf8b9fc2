// Presets of balancers: what a tier gets from one, what wins over it, and what is said of nonsense.
import { describe, expect, it } from 'vitest';
import { vocabulary } from '../../src/metrics/catalogue.ts';
import { balancerPresets } from '../../src/policies/balancer-presets.ts';
import { explainScenario } from '../../src/scenario/explain.ts';
import { loadScenario, type LoadOptions } from '../../src/scenario/load.ts';
import { scenarioOf } from '../small-scenario.ts';

type Fields = Readonly<Record<string, unknown>>;

const tierOf = (fields: Fields): Fields => ({ name: 'api', hosts: 4, parallelism: 1, serviceTime: '100ms', ...fields });
const resolved = (fields: Fields): ReturnType<typeof scenarioOf>['tiers'][number] =>
  scenarioOf({ tiers: [tierOf(fields)] }).tiers[0];

function load(
  fields: Fields,
  options: LoadOptions = {},
  timeline: readonly Fields[] = [],
): ReturnType<typeof loadScenario> {
  const content = {
    format: 1,
    name: 'presets',
    clock: { from: '00:00', to: '10m' },
    tiers: [tierOf(fields)],
    products: [{ name: 'chat', sessions: 10 }],
    clients: [{ name: 'current', backoff: 'none' }],
    timeline,
  };
  return loadScenario({ file: 'presets.json', text: JSON.stringify(content, null, 2) }, vocabulary, options);
}

function problem(fields: Fields): { path: string; expected: string; line: number; hint: string | null } {
  const result = load(fields);
  if (result.ok) throw new Error('nothing is wrong with it');
  expect(result.problems).toHaveLength(1);
  const { path, expected, line, hint } = result.problems[0];
  expect(line).toBeGreaterThan(1);
  return { path, expected, line, hint };
}

describe('a balancer preset', () => {
  it.each(Object.entries(balancerPresets))('is what its fields written out are: %s', (preset, { fields }) => {
    expect(resolved({ preset })).toEqual(resolved(fields));
  });

  it('yields to what the tier says, block by block', () => {
    const envoy = resolved({ preset: 'envoy', balancing: 'sticky', ejection: { share: 0.5 } });
    expect(envoy.balancing.policy).toBe('sticky');
    expect(envoy.ejection).toEqual({ consecutive: 5, everyMs: 10_000, forMs: 30_000, longestMs: 300_000, share: 0.5 });
    expect(resolved({ preset: 'nginx', ejection: { consecutive: 3 } }).ejection).toMatchObject({
      consecutive: 3,
      forMs: 10_000,
      share: 1,
    });
    expect(resolved({ preset: 'envoy', ejection: 'none' }).ejection).toBeNull();
  });

  it('is the ground that a change while the scenario runs stands on', () => {
    const timeline = [
      { name: 'patience', at: '1m', action: 'set', tier: 'api', change: { ejection: { consecutive: 7 } } },
    ];
    const scenario = scenarioOf({ tiers: [tierOf({ preset: 'nginx' })], timeline });
    expect(scenario.timeline[0].parameters.change).toMatchObject({ ejection: { consecutive: 7, forMs: 10_000 } });
  });

  it('can be changed below from the command line, and is explained as what it is', () => {
    const loaded = load({ preset: 'haproxy' }, { set: ['tiers.api.checks.fall=5'] });
    if (!loaded.ok) throw new Error(loaded.problems[0].expected);
    expect(loaded.scenario.tiers[0].checks).toEqual({ everyMs: 2000, fall: 5, rise: 2 });
    const origins = Object.fromEntries(
      explainScenario(loaded).map(({ path, value, origin }) => [path, `${value} ${origin}`]),
    );
    expect(origins).toMatchObject({
      'tiers.api.checks.every': '2s preset',
      'tiers.api.checks.fall': '5 set',
      'tiers.api.ejection': 'none preset',
    });
  });

  it('that does not exist is a problem at its place', () => {
    expect(problem({ preset: 'envoi' })).toMatchObject({ path: 'tiers.api.preset', hint: 'did you mean "envoy"?' });
  });
});

describe('ejection and panic that cannot be', () => {
  it.each([
    [{ ejection: { share: 0 } }, 'tiers.api.ejection.share'],
    [{ ejection: { for: '10m' } }, 'tiers.api.ejection.for'],
    [{ ejection: { consecutive: 0 } }, 'tiers.api.ejection.consecutive'],
    [{ panic: 0 }, 'tiers.api.panic'],
    [{ panic: '120 %' }, 'tiers.api.panic'],
    [{ balancing: { policy: 'power-of-two', choices: 0 } }, 'tiers.api.balancing.choices'],
    [{ balancing: { policy: 'sticky', fallback: 'sticky' } }, 'tiers.api.balancing.fallback'],
  ])('%j', (fields, path) => expect(problem(fields).path).toBe(path));
});
