import { readFileSync } from 'node:fs';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { parse } from 'yaml';
import { actions } from '../../src/policies/actions.ts';
import { admissions } from '../../src/policies/admission.ts';
import { backoffs } from '../../src/policies/backoff.ts';
import type { DistributionSpec } from '../../src/engine/distributions.ts';
import { balancings } from '../../src/policies/balancing.ts';
import { queueings } from '../../src/policies/queueing.ts';
import type { Scenario, Tier } from '../../src/scenario/scenario.ts';
import { changedText, loaded, problemsOf, small } from './scenario-text.ts';

const example = readFileSync(new URL('example.yaml', import.meta.url), 'utf8');

describe('the example', () => {
  const { scenario, variants } = loaded(example, {}, 'example.yaml');

  it('is read with milliseconds, per-second rates and instants since the start', () => {
    expect(scenario.clock).toEqual({ startMs: Date.UTC(2023, 3, 26, 16, 30), durationMs: 5_400_000, timezone: 'UTC' });
    expect(scenario.tiers[0]).toMatchObject({
      name: 'agent-workspace-api',
      hosts: 8,
      serviceTime: { name: 'exponential', parameters: { mean: 60 } },
      boot: { name: 'uniform', parameters: { from: 90_000, to: 150_000 } },
      warmUp: { factor: 2, forMs: 60_000 },
      liveness: { everyMs: 10_000, timeoutMs: 8000, failures: 3, initialDelayMs: 10_000, answered: 'in-queue' },
      queue: { discipline: { policy: 'fifo', parameters: {} }, limit: Infinity },
    });
    expect(scenario.clients).toEqual([
      {
        name: 'current',
        share: 1,
        backoff: { policy: 'fixed', parameters: { delay: 1000, jitter: 0 } },
        firstDelay: null,
        connectTimeout: { open: { name: 'constant', parameters: { mean: 10_000 } }, answer: null, whole: true },
        // oxlint-disable-next-line unicorn/no-thenable -- the format's word
        giveUp: {
          afterAttempts: Infinity,
          then: 'reload',
          reloadAfter: { name: 'constant', parameters: { mean: 60_000 } },
        },
        multiplies: null,
        resetAfterMs: 0,
        resetOn: 'connected',
        resumesForMs: 0,
        retryAfter: { policy: 'ignore', parameters: {} },
        retryGate: { policy: 'none', parameters: {} },
        impatience: null,
        affinity: null,
        keepalive: { everyMs: 25_000, timeoutMs: 20_000 },
        takesOverStale: false,
      },
    ]);
    expect(scenario.timeline).toEqual([
      {
        name: 'maintenance',
        title: 'maintenance',
        when: { atMs: 600_000 },
        action: 'reboot',
        parameters: {
          target: { tier: 'agent-workspace-api', pods: [0] },
          order: { policy: 'all-at-once', parameters: {} },
          signsOff: true,
        },
        assumed: false,
      },
    ]);
    expect(scenario.observed[0]).toMatchObject({
      atMs: 3_600_000,
      toleranceMs: 300_000,
      means: 'has-begun',
      untilMs: null,
      postedAfter: null,
      expect: { left: { metric: 'impactedPods' }, operator: '==' },
    });
    expect(scenario.assumptions[0].range).toEqual([4, 16]);
  });

  it('has the defaults that it does not say', () => {
    expect(scenario.pods).toEqual(['p1', 'p2', 'p3', 'p4'].map((name) => ({ name, share: 0.25 })));
    expect(scenario).toMatchObject({
      seed: 'reboot-at-peak',
      networkDelayMs: 50,
      metastableAfterMs: 900_000,
      measure: { fromMs: 0, sampleEveryMs: 5000 },
    });
    expect(scenario.tiers[0]).toMatchObject({
      inFlightLimit: Infinity,
      handOver: 'async',
      abandonedWorkCost: 1,
      checks: null,
      lease: null,
      registry: null,
    });
    expect(scenario.products[0]).toEqual({
      name: 'chat',
      sessions: 20_000,
      work: {},
      profile: null,
      arrivals: null,
      lifetime: null,
      maxAge: null,
      ambientDropsPerSec: 0,
      connectionsPerPage: 1,
    });
  });

  it('names its variants, and does not carry them along', () => {
    expect(variants).toEqual([
      { name: 'full-jitter', title: 'The client backs off with full jitter, up to five minutes' },
      { name: 'more-hosts', title: 'more-hosts' },
    ]);
    expect(scenario).not.toHaveProperty('variants');
  });

  it('is the same scenario in JSON, with the same hash', () => {
    const json = loaded(JSON.stringify(parse(example)), {}, 'example.json');
    const yaml = loaded(example, {}, 'example.yml');
    expect(json.scenario).toEqual(yaml.scenario);
    expect(json.hash).toBe(yaml.hash);
    expect(json.hash).toMatch(/^[0-9a-f]{32}$/);
  });

  it.each([
    ['small.json', (text: string) => JSON.stringify({ $schema: './scenario.schema.json', ...(parse(text) as object) })],
    ['small.yaml', (text: string) => `$schema: ./scenario.schema.json\n${text}`],
  ])('may name its schema for editors in %s, which means nothing else', (file, withSchema) => {
    const plain = loaded(small);
    const named = loaded(withSchema(small), {}, file);
    expect(named.scenario).toEqual(plain.scenario);
    expect(named.hash).toBe(plain.hash);
  });

  it('has another hash when a value changes', () => {
    const hashes = ['60ms', '61ms', '0.06s'].map((mean) => loaded(example.replace('60ms', mean)).hash);
    expect(hashes[1]).not.toBe(hashes[0]);
    expect(hashes[2]).toBe(hashes[0]);
  });

  it('can be sent to a worker', () => {
    expect(structuredClone(scenario)).toEqual(scenario);
  });
});

describe('a scenario', () => {
  it('has types that follow from its schema', () => {
    expectTypeOf<Scenario['networkDelayMs']>().toEqualTypeOf<number>();
    expectTypeOf<Tier['scope']>().toEqualTypeOf<'pod' | 'shared'>();
    expectTypeOf<Tier['lease']>().toEqualTypeOf<{
      readonly everyMs: number;
      readonly timeoutMs: number;
      readonly answered: 'in-queue' | 'aside' | 'own-lane';
      readonly moves: 'free' | 'attempt';
      readonly movesAfter: DistributionSpec;
      readonly moveTimeoutMs: number;
      readonly asksAgain: DistributionSpec;
      readonly moveWork: number;
    } | null>();
    expectTypeOf<Scenario>().not.toHaveProperty('variants');
  });

  it('may name any policy of the registries, bare or with parameters', () => {
    for (const name of Object.keys(backoffs)) {
      const { scenario } = loaded(changedText(['{ policy: exponential, base: 2s }', name]));
      expect(scenario.clients[0].backoff.policy).toBe(name);
      expect(Object.keys(scenario.clients[0].backoff.parameters)).toEqual(Object.keys(backoffs[name].parameters));
    }
    const registries = { balancing: balancings, admission: admissions };
    for (const [key, registry] of Object.entries(registries))
      for (const name of Object.keys(registry)) {
        const { scenario } = loaded(changedText(['    balancing: round-robin', `    ${key}: { policy: ${name} }`]));
        expect(scenario.tiers[0]).toMatchObject({ [key]: { policy: name } });
      }
    for (const [name, { parameters: declared }] of Object.entries(queueings)) {
      const parameters = Object.fromEntries(
        Object.entries(declared).map(([key, parameter]) => [key, parameter.default]),
      );
      const { scenario } = loaded(
        changedText(['    balancing: round-robin', `    queue: { discipline: ${name}, limit: 10 }`]),
      );
      expect(scenario.tiers[0].queue).toEqual({ discipline: { policy: name, parameters }, limit: 10 });
    }
  });

  it.each([
    ['10s', { name: 'constant', parameters: { mean: 10_000 } }],
    ['{ uniform: [90s, 150s] }', { name: 'uniform', parameters: { from: 90_000, to: 150_000 } }],
    ['{ exponential: { mean: 60ms } }', { name: 'exponential', parameters: { mean: 60 } }],
    ['{ lognormal: { mean: 2s, cv: 1.5 } }', { name: 'lognormal', parameters: { mean: 2000, cv: 1.5 } }],
    ['{ erlang: [60ms, 4] }', { name: 'erlang', parameters: { mean: 60, stages: 4 } }],
    ['{ erlang: 60ms }', { name: 'erlang', parameters: { mean: 60, stages: 2 } }],
    ['{ empirical: [1s, 2s, 5s] }', { name: 'empirical', parameters: { values: [1000, 2000, 5000] } }],
  ])('may write a distribution as %s', (written, spec) => {
    expect(loaded(changedText(['150ms', written])).scenario.tiers[1].serviceTime).toEqual(spec);
  });

  it('numbers pods and hosts from 1 in the file and from 0 in the model', () => {
    const target = (written: string): unknown =>
      loaded(changedText(['{ tier: api, pods: [1] }', written])).scenario.timeline[0].parameters.target;
    expect(target('{ tier: api, pods: [1, p3], hosts: [1, 8] }')).toEqual({ tier: 'api', pods: [0, 2], hosts: [0, 7] });
    expect(target('{ tier: api, hosts: 2 }')).toEqual({ tier: 'api', pods: [0, 1, 2, 3], hosts: [0, 1] });
    expect(target('{ tier: api, hosts: "50%" }')).toMatchObject({ hosts: [0, 1, 2, 3] });
    expect(target('{ tier: store }')).toEqual({ tier: 'store', pods: [0, 1, 2, 3] });
  });

  it('weighs pods by their shares, which then sum to 1', () => {
    const { pods } = loaded(changedText(['pods: 4', 'pods: [{ name: large, share: 3 }, { name: minor }]'])).scenario;
    expect(pods).toEqual([
      { name: 'large', share: 0.75 },
      { name: 'minor', share: 0.25 },
    ]);
  });

  it('reads arrivals by schedule', () => {
    const written =
      'arrivals: { process: constant, schedule: [{ from: "16:30", rate: 10/s }, { from: 20m, rate: 0/s }] }';
    expect(loaded(changedText(['sessions: 20000', written])).scenario.products[0].arrivals).toEqual({
      process: 'constant',
      schedule: [
        { fromMs: 0, perSec: 10 },
        { fromMs: 1_200_000, perSec: 0 },
      ],
    });
  });

  it('lets a responder act in turn, after itself and after what it did before', () => {
    const responders = `responders:
  - name: operators
    detect: { when: "impactedPods >= 1", for: 2m }
    from: "16:50"
    page: 5m
    diagnose: { uniform: [10m, 20m] }
    act:
      - { name: admit, action: set, tier: api, change: { admission: { policy: token-bucket, rate: 4/s } } }
      - { name: calm, action: restart-tier, tier: store, by: 1m }
expect:`;
    const [operators] = loaded(changedText(['expect:', responders])).scenario.responders;
    expect(operators).toMatchObject({
      fromMs: 1_200_000,
      detect: { forMs: 120_000, condition: { operator: '>=' } },
      engage: { name: 'constant', parameters: { mean: 0 } },
    });
    expect(operators.act[0]).toMatchObject({
      when: { after: 'operators', byMs: 0 },
      assumed: true,
      parameters: {
        tier: 'api',
        pods: [0, 1, 2, 3],
        change: { admission: { policy: 'token-bucket', parameters: { rate: 4, burst: 1, per: 'balancer' } } },
      },
    });
    expect(operators.act[1].when).toEqual({ after: 'admit', byMs: 60_000 });
  });

  it('changes only what a set action names of a block', () => {
    const text = changedText(
      ['    balancing: round-robin', '    queue: { discipline: lifo }'],
      [
        'action: crash, target: { tier: store }',
        'action: set, tier: api, change: { queue: { limit: 5 }, refusalWork: 2ms }',
      ],
    );
    expect(loaded(text).scenario.timeline[1].parameters.change).toEqual({
      queue: { discipline: { policy: 'lifo', parameters: {} }, limit: 5 },
      refusalWorkMs: 2,
    });
  });

  it('reads every action of the registry', () => {
    const parameters: Record<string, string> = {
      target: '{ tier: api }',
      tier: 'api',
      client: 'current',
      for: '1m',
      hosts: '3',
      change: '{ parallelism: 4 }',
      product: 'chat',
      rate: '5/s',
    };
    for (const [name, entry] of Object.entries(actions)) {
      // Where a target may stand for a tier, it is one or the other.
      const asked = Object.entries(entry.parameters).filter(([, { unit }]) => unit !== 'someHosts');
      const required = asked.filter(([, parameter]) => parameter.default === undefined);
      const given = required.map(([key]) => `, ${key}: ${parameters[key]}`).join('');
      const { scenario } = loaded(changedText(['action: crash, target: { tier: store }', `action: ${name}${given}`]));
      expect(scenario.timeline[1].action).toBe(name);
      expect(Object.keys(scenario.timeline[1].parameters).sort()).toEqual(asked.map(([key]) => key).sort());
    }
  });

  it('takes an action for assumed unless a source covers when it begins', () => {
    const withSource = (path: string): boolean =>
      loaded(changedText(['expect:', `sources: [{ path: ${path}, cite: post-mortem }]\nexpect:`])).scenario.timeline[0]
        .assumed;
    expect(['timeline.maintenance.at', 'timeline.maintenance', 'timeline'].map(withSource)).toEqual([
      false,
      false,
      false,
    ]);
    expect(['timeline.maintenance.target', 'timeline.second'].map(withSource)).toEqual([true, true]);
  });

  it('gives the first client all sessions unless shares are told', () => {
    const two = (first: string, second: string): string =>
      changedText([
        '    keepalive: { every: 25s, timeout: 20s }',
        `${first}\n  - name: fixed\n    backoff: full-jitter\n${second}`,
      ]);
    expect(loaded(two('', '')).scenario.clients.map(({ share }) => share)).toEqual([1, 0]);
    expect(loaded(two('    share: 0.3', '    share: 70%')).scenario.clients.map(({ share }) => share)).toEqual([
      0.3, 0.7,
    ]);
    expect(problemsOf(two('    share: 0.3', '    share: 0.6'))).toMatchObject([
      { path: 'clients', expected: 'shares that sum to 1' },
    ]);
  });

  it('may end on the next day', () => {
    const { scenario } = loaded(
      changedText(['from: "16:30", to: "18:00"', 'from: "23:30", to: "01:00"'], ['at: "16:40"', 'at: "00:15"']),
    );
    expect(scenario.clock.durationMs).toBe(5_400_000);
    expect(scenario.timeline[0].when).toEqual({ atMs: 2_700_000 });
  });

  it('is read the same twice', () => {
    expect(loaded(small).scenario).toEqual(loaded(small).scenario);
  });
});
