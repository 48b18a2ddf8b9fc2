// `scale` makes a whole fleet smaller or larger: everything that counts sessions, hosts, or what hosts hold, or is
// refused. That nothing is forgotten is checked on the schema and the registries themselves.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { distributions } from '../../src/engine/distributions.ts';
import { metricCatalogue, scalesOf, vocabulary } from '../../src/metrics/catalogue.ts';
import { actions } from '../../src/policies/actions.ts';
import { admissions } from '../../src/policies/admission.ts';
import { backoffs } from '../../src/policies/backoff.ts';
import { balancings } from '../../src/policies/balancing.ts';
import { hostTraits } from '../../src/policies/host-traits.ts';
import type { Parameters, Scales } from '../../src/policies/parameters.ts';
import { queueings } from '../../src/policies/queueing.ts';
import { rebootOrders } from '../../src/policies/reboot-order.ts';
import { retryAfters } from '../../src/policies/retry-after.ts';
import { retryGates } from '../../src/policies/retry-gate.ts';
import { scalings } from '../../src/policies/scaling.ts';
import { readOutline } from '../../src/scenario/context.ts';
import { explainScenario } from '../../src/scenario/explain.ts';
import type { Fields, Kind } from '../../src/scenario/kind.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { formatProblem, type Problem } from '../../src/scenario/problem.ts';
import { scenarioKind } from '../../src/scenario/scenario-fields.ts';
import { fromPlain } from '../../src/scenario/tree.ts';
import { scenarioOf } from '../small-scenario.ts';

/** Forty hosts of a pod that all of the format's counts speak of. */
const large = (fields: Readonly<Record<string, unknown>>) => ({
  clock: { date: '2023-04-26', from: '00:00', to: '30m' },
  tiers: [
    {
      name: 'api',
      hosts: 40,
      parallelism: 8,
      serviceTime: '100ms',
      sessionsAtFullLoad: 1000,
      boot: '60s',
      holdsSessions: true,
      inFlightLimit: 200,
      queue: { discipline: { policy: 'adaptive-lifo', backlog: 20 }, limit: 500 },
      memory: { limit: 4000, perSession: 0.5, perAttempt: 2 },
      scaling: { policy: 'autoscaler', min: 1, max: 80, growHosts: 10 },
      admission: { policy: 'token-bucket', rate: '100/s', burst: 1 },
    },
    {
      name: 'store',
      scope: 'shared',
      hosts: 20,
      parallelism: 16,
      serviceTime: '50ms',
      admission: { policy: 'aimd', initial: 20, minLimit: 20, maxLimit: 200, increase: 10 },
    },
  ],
  products: [
    { name: 'chat', sessions: 6000, arrivals: '70/s', lifetime: '20m', ambientDrops: '1/h' },
    {
      name: 'day',
      profile: [
        { at: '0s', sessions: 500 },
        { at: '10m', sessions: 900 },
      ],
      lifetime: { exponential: '10m' },
    },
  ],
  start: { disconnected: 0.25, queued: { api: 60 }, down: { api: 10 } },
  timeline: [
    {
      name: 'reboots',
      at: '1m',
      action: 'reboot',
      target: { tier: 'api', hosts: 20 },
      order: { policy: 'rolling', batch: 10 },
    },
    { name: 'half', at: '2m', action: 'crash', target: { tier: 'api', hosts: '50%' } },
    { name: 'grow', at: '3m', action: 'scale', tier: 'api', hosts: 60 },
    { name: 'crowd', at: '4m', action: 'add-arrivals', product: 'chat', rate: '10/s', for: '1m' },
    {
      name: 'limit',
      at: '5m',
      action: 'set',
      tier: 'api',
      change: {
        admission: { policy: 'token-bucket', rate: '4/s', burst: 20, per: 'host' },
        inFlightLimit: 100,
        parallelism: 4,
      },
    },
  ],
  responders: [
    {
      name: 'people',
      detect: { when: 'hostsUp.api < 30' },
      act: [{ name: 'more', action: 'scale', tier: 'api', hosts: 50 }],
    },
  ],
  expect: [
    'sessionMinutesLost < 500',
    'collapse == 0',
    'hostDeaths == 0',
    'hostDeaths < 20',
    'goodput > 70/s',
    'drops < 0.5 * arrivals',
    'impactedPods at 5m == all',
  ],
  ...fields,
});

const action = (scenario: ReturnType<typeof scenarioOf>, name: string): Readonly<Record<string, unknown>> =>
  scenario.timeline.find((one) => one.name === name)!.parameters;

function problems(fields: Readonly<Record<string, unknown>>): readonly Problem[] {
  const text = JSON.stringify(
    { format: 1, name: 'small', clients: [{ name: 'current', backoff: 'none' }], ...large(fields) },
    null,
    1,
  );
  const result = loadScenario({ file: 'small.json', text }, vocabulary);
  return result.ok ? [] : result.problems;
}

describe('a fleet of a tenth of the hosts', () => {
  const scenario = scenarioOf(large({ scale: { sessions: 0.1, hosts: 0.1 } }));
  const [api, store] = scenario.tiers;

  it('has a tenth of the hosts and of the sessions, and each host holds what it held', () => {
    expect([api.hosts, store.hosts]).toEqual([4, 2]);
    expect(scenario.products.map(({ sessions }) => sessions)).toEqual([600, 50]);
    expect(scenario.products[0].arrivals?.schedule[0].perSec).toBeCloseTo(7, 12);
    expect(scenario.products[1].profile?.map(({ sessions }) => sessions)).toEqual([50, 90]);
    expect(api).toMatchObject({
      parallelism: 8,
      sessionsAtFullLoad: 1000,
      inFlightLimit: 200,
      queue: { limit: 500, discipline: { parameters: { backlog: 20 } } },
      memory: { limitMiB: 4000, perSessionMiB: 0.5 },
    });
    expect(scenario.products[0].ambientDropsPerSec).toBeCloseTo(1 / 3600, 12);
  });

  it('has a tenth of what policies count of hosts, and of what a balancer lets through', () => {
    expect(api.scaling.parameters).toMatchObject({ min: 1, max: 8, growHosts: 1, grow: 1 });
    // One token is the least that a bucket can hold.
    expect(api.admission.parameters).toMatchObject({ rate: 10, burst: 1 });
    // These gates stand at the hosts.
    expect(store.admission.parameters).toMatchObject({ initial: 20, minLimit: 20, maxLimit: 200, increase: 10 });
  });

  it('meets a tenth of what actions and the start count', () => {
    expect(action(scenario, 'reboots')).toMatchObject({
      target: { hosts: [0, 1] },
      order: { parameters: { batch: 1 } },
    });
    expect(action(scenario, 'half')).toMatchObject({ target: { hosts: [0, 1] } });
    expect(action(scenario, 'grow').hosts).toBe(6);
    expect(action(scenario, 'crowd').rate).toBeCloseTo(1, 12);
    expect(action(scenario, 'limit').change).toMatchObject({
      admission: { parameters: { rate: 4, burst: 20 } },
      inFlightLimit: 100,
      parallelism: 4,
    });
    expect(scenario.start).toMatchObject({ disconnected: 0.25, queued: { api: 60 }, down: { api: 1 } });
    expect(scenario.responders[0].act[0].parameters.hosts).toBe(5);
  });

  it('is held to a tenth of what is expected, and says so', () => {
    expect(scenario.expect.map(({ text, right }) => [text, right.kind === 'value' ? right.value : right.kind])).toEqual(
      [
        ['sessionMinutesLost < 500 (× 0.1)', 50],
        ['collapse == 0', 0],
        ['hostDeaths == 0', 0],
        ['hostDeaths < 20 (× 0.1)', 2],
        ['goodput > 70/s (× 0.1)', 7],
        ['drops < 0.5 * arrivals', 'metric'],
        ['impactedPods at 5m == all', 'all'],
      ],
    );
    expect(scenario.responders[0].detect.condition.right).toEqual({ kind: 'value', value: 3 });
  });
});

describe('a fleet of hosts of a tenth', () => {
  const scenario = scenarioOf(
    large({
      scale: { sessions: 0.1, hostSize: 0.1 },
      tiers: (large({}).tiers as Record<string, unknown>[]).map((tier, i) =>
        i === 0 ? tier : { ...tier, admission: 'none' },
      ),
    }),
  );
  const [api, store] = scenario.tiers;

  it('has as many hosts, each of which holds and serves a tenth', () => {
    expect([api.hosts, store.hosts]).toEqual([40, 20]);
    expect(api).toMatchObject({
      sessionsAtFullLoad: 100,
      inFlightLimit: 20,
      queue: { limit: 50, discipline: { parameters: { backlog: 2 } } },
      memory: { limitMiB: 400, perSessionMiB: 0.5, perAttemptMiB: 2 },
    });
    expect(api.parallelism).toBeCloseTo(0.8, 12);
    expect(store.parallelism).toBeCloseTo(1.6, 12);
    expect(api.scaling.parameters).toMatchObject({ min: 1, max: 80, growHosts: 10 });
    expect(api.admission.parameters).toMatchObject({ rate: 10, burst: 1 });
    expect(action(scenario, 'limit').change).toMatchObject({
      admission: { parameters: { rate: 0.4, burst: 2 } },
      inFlightLimit: 10,
      parallelism: 0.4,
    });
    expect(scenario.start).toMatchObject({ queued: { api: 6 }, down: { api: 10 } });
    expect(action(scenario, 'reboots')).toMatchObject({ order: { parameters: { batch: 10 } } });
  });
});

describe('what cannot be scaled', () => {
  const tenth = { scale: { sessions: 0.1, hosts: 0.1 } };
  const only = (
    fields: Readonly<Record<string, unknown>>,
  ): readonly [path: string, found: string, hint: string | null][] =>
    problems({ ...tenth, ...fields }).map(({ path, found, hint }) => [path, found, hint]);

  it('is refused at its place, with what would do instead', () => {
    const timeline = [
      { name: 'three', at: '1m', action: 'reboot', target: { tier: 'api', hosts: 3 }, order: 'rolling' },
      { name: 'named', at: '1m', action: 'crash', target: { tier: 'api', hosts: [1, 2] } },
      { name: 'share', at: '2m', action: 'crash', target: { tier: 'api', hosts: '30%' } },
      { name: 'grow', at: '3m', action: 'scale', tier: 'api', hosts: 65 },
    ];
    const instead = 'scale.hostSize: 0.1 makes each host so much smaller or larger instead, and leaves their number';
    expect(only({ timeline, start: { down: { api: 5 } } })).toEqual([
      ['start.down.api', '5 × 0.1 = 0.5', instead],
      ['timeline.three.target.hosts', '3 × 0.1 = 0.3', instead],
      ['timeline.three.order.batch', '1 × 0.1 = 0.1', instead],
      [
        'timeline.named.target.hosts',
        'hosts by number, in a fleet of 0.1 × as many',
        'say how many (hosts: 2) or which share ("50%"); or make the hosts smaller instead, by scale.hostSize',
      ],
      ['timeline.share.target.hosts', '12 × 0.1 = 1.2', instead],
      ['timeline.grow.hosts', '65 × 0.1 = 6.5', instead],
    ]);
  });

  it('is a tier of so few hosts, or a limit of so few attempts, that the rest is no whole number', () => {
    expect(
      problems({
        scale: { hosts: 0.1 },
        tiers: [{ name: 'api', hosts: 6, parallelism: 1, serviceTime: '1ms' }],
        start: {},
        timeline: [],
        responders: [],
      }).map(({ path, found }) => [path, found]),
    ).toEqual([['tiers.api.hosts', '6 × 0.1 = 0.6']]);
    expect(
      problems({
        scale: { hostSize: 0.1 },
        tiers: [{ name: 'api', hosts: 6, parallelism: 1, serviceTime: '1ms', inFlightLimit: 4, queue: { limit: 25 } }],
        start: {},
        timeline: [],
        responders: [],
      }).map(({ path, found }) => [path, found]),
    ).toEqual([
      ['tiers.api.inFlightLimit', '4 × 0.1 = 0.4'],
      ['tiers.api.queue.limit', '25 × 0.1 = 2.5'],
    ]);
  });

  it('is an exact count', () => {
    expect(only({ expect: ['drops == 15', 'drops == 30', 'drops == 0', 'collapse == 1'] })).toEqual([
      [
        'expect.1',
        '"==" in "drops == 15"',
        'in a fleet that `scale` makes 0.1 × as large, 15 is 1.5, which no count can be',
      ],
    ]);
  });

  it('is not what is nearly whole, nor anything in a fleet as it stands', () => {
    const nearly = {
      tiers: [{ name: 'api', hosts: 41, parallelism: 1, serviceTime: '1ms' }],
      start: {},
      timeline: [],
      responders: [],
    };
    expect(scenarioOf({ ...large({ ...tenth, ...nearly }) }).tiers[0].hosts).toBe(4);
    expect(problems({})).toEqual([]);
  });
});

it("the user's case: ten of forty hosts are one of four", () => {
  const file = 'scale.yaml';
  const text = readFileSync(new URL(`../cases/users/${file}`, import.meta.url), 'utf8');
  const result = loadScenario({ file, text }, vocabulary);
  if (!result.ok) throw new Error(result.problems.map((problem) => formatProblem(problem, text)).join('\n'));
  expect(result.scenario.tiers[0].hosts).toBe(4);
  expect(result.scenario.timeline[0].parameters.target).toMatchObject({ hosts: [0] });
  const rows = new Map(explainScenario(result).map((row) => [row.path, row]));
  expect(rows.get('tiers.front.hosts')).toMatchObject({ value: '4', scaled: true });
});

it('explain shows what scale made of a gate, by where it stands', () => {
  const text = JSON.stringify({
    format: 1,
    name: 'small',
    clients: [{ name: 'current', backoff: 'none' }],
    ...large({ scale: { sessions: 0.1, hosts: 0.1 } }),
  });
  const result = loadScenario({ file: 'small.json', text }, vocabulary);
  if (!result.ok) throw new Error('not read');
  const rows = new Map(explainScenario(result).map((row) => [row.path, row]));
  expect(rows.get('tiers.api.admission.rate')).toMatchObject({ value: '10/s', scaled: true });
  expect(rows.get('tiers.api.admission.burst')).toMatchObject({ value: '1', scaled: true });
  expect(rows.get('timeline.limit.change.admission.rate')).toMatchObject({ value: '4/s', scaled: false });
  expect(rows.get('timeline.grow.hosts')).toMatchObject({ value: '6', scaled: true });
});

/** All kinds of single values below a kind, by path. */
function leaves(kind: Kind<unknown>, path: string): (readonly [string, Kind<unknown>])[] {
  const below = (fields: Fields): (readonly [string, Kind<unknown>])[] =>
    Object.entries(fields).flatMap(([key, { kind: own }]) => leaves(own, `${path}.${key}`));
  const { inside } = kind;
  if (inside.form === 'block') return below(inside.fields);
  if (inside.form === 'list') return leaves(inside.element, path);
  if (inside.form === 'choice') return Object.values(inside.options).flatMap(below);
  return [[path, kind]];
}

describe('every number of the format', () => {
  const context = {
    vocabulary,
    outline: readOutline(fromPlain({}, { line: 0, column: 0, set: null }, null)),
    file: {},
  };
  const all = leaves(scenarioKind(context), '');
  const counting = all.filter(([, { unit }]) => /^(counts?|rate|factors?|target)\b/.test(unit));

  it('that is a count, a rate, a factor or a target says what of `scale` multiplies it', () => {
    expect(counting.length).toBeGreaterThan(100);
    expect(counting.filter(([, { scaling }]) => scaling === undefined).map(([path]) => path)).toEqual([]);
  });

  it('that scales is one of these: who adds one decides here', () => {
    const scaled = new Map(
      counting.flatMap(([path, { scaling }]) =>
        scaling === undefined || scaling.of === 'nothing' ? [] : [[path.slice(1), scaling.of] as const],
      ),
    );
    // A responder's actions and a `set` action's changes are read by the same kinds.
    const own = [...scaled].filter(([path]) => !path.startsWith('responders.') && !path.includes('.change.'));
    expect(Object.fromEntries(own)).toEqual({
      'tiers.hosts': 'hosts',
      'tiers.parallelism': 'hostSize',
      'tiers.sessionsAtFullLoad': 'hostSize',
      'tiers.inFlightLimit': 'hostSize',
      'tiers.queue.limit': 'hostSize',
      'tiers.queue.discipline.backlog': 'hostSize',
      'tiers.memory.limit': 'hostSize',
      'tiers.connectionLimit.connections': 'hostSize',
      'tiers.admission.rate': 'gate',
      'tiers.admission.burst': 'gate',
      'tiers.admission.samples': 'gate',
      'tiers.admission.minLimit': 'gate',
      'tiers.admission.maxLimit': 'gate',
      'tiers.admission.initial': 'gate',
      'tiers.admission.increase': 'gate',
      'tiers.scaling.hosts': 'hosts',
      'tiers.scaling.min': 'hosts',
      'tiers.scaling.max': 'hosts',
      'tiers.scaling.growHosts': 'hosts',
      'products.sessions': 'sessions',
      'products.profile.sessions': 'sessions',
      'products.arrivals.rate': 'sessions',
      'products.arrivals.schedule.rate': 'sessions',
      'start.queued': 'hostSize',
      'start.down': 'hosts',
      'timeline.target': 'hosts',
      'timeline.hosts': 'hosts',
      'timeline.order.batch': 'hosts',
      'timeline.rate': 'sessions',
    });
  });

  it('that a policy, an action or a distribution declares says so too', () => {
    const registries = {
      actions,
      admissions,
      backoffs,
      balancings,
      hostTraits,
      queueings,
      rebootOrders,
      retryAfters,
      retryGates,
      scalings,
    } as Readonly<Record<string, Readonly<Record<string, { readonly parameters: Parameters }>>>>;
    const mute = Object.entries(registries).flatMap(([registry, entries]) =>
      Object.entries(entries).flatMap(([name, { parameters }]) =>
        Object.entries(parameters).flatMap(([key, { unit, scales }]) =>
          ['count', 'countOrNone', 'rate', 'factor'].includes(unit) && scales === undefined
            ? [`${registry}.${name}.${key}`]
            : [],
        ),
      ),
    );
    expect(mute).toEqual([]);
    // Durations' shapes count nothing of a fleet.
    expect(Object.keys(distributions)).toContain('erlang');
  });

  it('that a metric counts is one of sessions unless it is one of these', () => {
    const others = Object.entries(metricCatalogue)
      .filter(([, { unit }]) => unit === 'count' || unit === 'rate')
      .flatMap(([name, metric]): (readonly [string, Scales])[] =>
        scalesOf(metric) === 'sessions' ? [] : [[name, scalesOf(metric)]],
      );
    expect(Object.fromEntries(others)).toEqual({
      impactedPods: 'nothing',
      peakImpactedPods: 'nothing',
      spreadPods: 'nothing',
      episodes: 'nothing',
      collapse: 'nothing',
      outlivesTrigger: 'nothing',
      hostSessions: 'nothing',
      hostQueue: 'nothing',
      hostsUp: 'hosts',
      hostDeaths: 'hosts',
      hostReboots: 'hosts',
      ejections: 'hosts',
      hostHours: 'hosts',
    });
  });
});
