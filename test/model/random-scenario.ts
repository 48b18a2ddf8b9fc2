/**
 * Small, nasty scenarios for the laws: a few hosts and sessions, features
 * switched on and off at random, actions that hurt. Drawn by fast-check, so a
 * failing one shrinks. Everything that a file can say occurs in them, which
 * laws/random-scenarios.test.ts counts.
 */
import fc from 'fast-check';
import { balancerPresets } from '../../src/policies/balancer-presets.ts';
import { hostTraits } from '../../src/policies/host-traits.ts';
import { asWritten, parameterValues } from '../policies/random-parameters.ts';
import { clientPresets } from '../../src/policies/client-presets.ts';
import { runTimeFieldsOfTiers } from '../scenario/occurrences.ts';

type Fields = Record<string, unknown>;

const ms = (min: number, max: number): fc.Arbitrary<string> => fc.integer({ min, max }).map((value) => `${value}ms`);
const maybe = <T>(arbitrary: fc.Arbitrary<T>, off: unknown): fc.Arbitrary<unknown> =>
  fc.oneof(fc.constant(off), arbitrary);

const seldom = <T>(arbitrary: fc.Arbitrary<T>, off: unknown): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 3, arbitrary: fc.constant(off) }, { weight: 1, arbitrary });

const serviceTime = fc.oneof(
  ms(20, 900).map((mean) => ({ exponential: mean })),
  ms(20, 900),
  ms(20, 900).map((mean) => ({ lognormal: { mean, cv: 2 } })),
);

const per = fc.constantFrom('host', 'balancer');
const tokens = fc.record({ policy: fc.constant('token-bucket'), rate: fc.constant('5/s'), burst: fc.constant(3), per });
/** Limits that learn, from few attempts, so that they learn something in three minutes. */
const learners = fc.oneof(
  fc.record({
    policy: fc.constant('adaptive-concurrency'),
    samples: fc.constant(5),
    measureEvery: fc.constant('20s'),
    per,
  }),
  fc.record({
    policy: fc.constant('aimd'),
    initial: fc.constant(8),
    minLimit: fc.constant(4),
    late: fc.constant('2s'),
    per,
  }),
);
/** Disciplines that drop, at waits that these scenarios have. */
const droppers = fc.oneof(
  fc.record({
    policy: fc.constant('codel'),
    target: fc.constantFrom('5ms', '500ms'),
    interval: fc.constantFrom('100ms', '2s'),
  }),
  fc.record({
    policy: fc.constant('adaptive-lifo'),
    backlog: fc.integer({ min: 0, max: 5 }),
    target: fc.constantFrom('none', '300ms'),
    interval: fc.constant('3s'),
  }),
);

const watch = (every: fc.Arbitrary<string>, timeout: fc.Arbitrary<string>): fc.Arbitrary<unknown> =>
  fc.record({ every, timeout });

const ejection = fc.record({
  consecutive: fc.integer({ min: 1, max: 3 }),
  every: ms(500, 4000),
  for: ms(500, 6000),
  longest: fc.constant('15s'),
  share: fc.constantFrom(0.1, 0.5, 1),
});

/** Of each of the hosts' traits, whatever its parameters can be. */
const traits = Object.fromEntries(
  Object.entries(hostTraits).map(([name, { parameters }]) => [
    name,
    seldom(
      parameterValues(parameters).map((values) => asWritten(parameters, values)),
      'none',
    ),
  ]),
);

/** Each field of a tier, from which actions draw what they change, too. */
const ofTier: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  hosts: fc.integer({ min: 1, max: 3 }),
  parallelism: fc.integer({ min: 1, max: 3 }),
  serviceTime,
  sessionsAtFullLoad: maybe(fc.integer({ min: 5, max: 60 }), 'none'),
  queue: fc.record({
    discipline: fc.oneof({ weight: 3, arbitrary: fc.constantFrom('fifo', 'lifo') }, { weight: 1, arbitrary: droppers }),
    limit: maybe(fc.integer({ min: 0, max: 30 }), 'none'),
  }),
  inFlightLimit: maybe(fc.integer({ min: 1, max: 10 }), 'none'),
  handOver: fc.constantFrom('async', 'sync'),
  abandonedWorkCost: fc.constantFrom(0, 0.5, 1),
  resumedWork: fc.constantFrom(1, 0.25),
  reloadedWork: fc.constantFrom(1, 2),
  resumedFirst: fc.constantFrom(false, false, true),
  refusalWork: fc.constantFrom('0ms', '5ms', '200ms'),
  contention: seldom(fc.constantFrom({ linear: 1 }, { linear: 0.3, quadratic: 0.05 }), 'none'),
  balancing: fc.constantFrom('round-robin', 'random', 'least-connections', 'power-of-two', 'consistent-hash', 'sticky'),
  admission: maybe(fc.oneof(tokens, learners), 'none'),
  retryAfter: seldom(fc.constantFrom({ delay: '3s' }, { delay: '500ms', spread: '10s' }), 'none'),
  checks: maybe(fc.constantFrom({ every: '2s', fall: 2, rise: 2 }, { every: '700ms', fall: 1, rise: 3 }), 'none'),
  slowStart: maybe(
    fc.constantFrom({ for: '10s', aggression: 1, least: 0.2 }, { for: '4s', aggression: 1.7, least: 0.05 }),
    'none',
  ),
  ejection: seldom(ejection, 'none'),
  panic: seldom(fc.constantFrom(0.3, 0.5, 1), 'none'),
  boot: ms(500, 20_000),
  warmUp: maybe(fc.constantFrom({ factor: 3, for: '10s', byWork: 0 }, { factor: 4, for: '0s', byWork: 20 }), {
    factor: 1,
    for: '0s',
    byWork: 0,
  }),
  liveness: maybe(
    fc.constantFrom(
      { every: '4s', timeout: '2s', failures: 2, answered: 'in-queue' },
      { every: '4s', timeout: '2s', failures: 2, answered: 'in-queue' },
      { every: '3s', timeout: '1s', failures: 1, answered: 'aside', initialDelay: '7s' },
      { every: '3s', timeout: '2s', failures: 2, answered: 'own-lane', initialDelay: '0s' },
    ),
    'none',
  ),
  readiness: maybe(
    fc.constantFrom(
      { every: '3s', timeout: '1s', failures: 1, successes: 1 },
      { every: '2s', timeout: '3s', failures: 2, successes: 2, answered: 'aside', initialDelay: '4s' },
      { every: '2s', timeout: '1s', failures: 2, answered: 'own-lane' },
    ),
    'none',
  ),
  memory: maybe(fc.constantFrom({ limit: 8, perSession: 0.2, perAttempt: 1 }, { limit: 4, perAttempt: 0.7 }), 'none'),
  crashLoop: maybe(
    fc.constantFrom(
      { first: '2s', factor: 2, longest: '7s', resetAfter: '60s' },
      { first: '500ms', factor: 1, longest: '1s', resetAfter: '5s' },
    ),
    'none',
  ),
  holdsSessions: fc.boolean(),
  scaling: maybe(
    fc.constantFrom(
      { policy: 'warm-standby', hosts: 1, after: '5s', every: '2s' },
      { policy: 'warm-standby', hosts: 2, after: '0s', every: '3s' },
      { policy: 'autoscaler', target: 0.6, max: 5, every: '7s', downAfter: '20s', initialisation: '10s', drain: '4s' },
      { policy: 'autoscaler', target: 0.3, min: 2, max: 3, every: '11s', downAfter: '0s', growHosts: 1, drain: '0s' },
      { policy: 'autoscaler', target: 0.5, max: 6, every: '5s', tolerance: 0.3, grow: 0.5, initialisation: '0s' },
    ),
    'static',
  ),
  maxAge: seldom(fc.constantFrom('40s', { exponential: '30s' }), 'none'),
  keepalives: fc.constantFrom('aside', 'in-queue', 'in-queue', 'own-lane'),
  lease: maybe(
    fc.record({
      every: ms(5000, 30_000),
      timeout: ms(1000, 12_000),
      answered: fc.constantFrom('in-queue', 'in-queue', 'aside', 'own-lane'),
    }),
    'none',
  ),
  registry: maybe(fc.constantFrom({ expires: '7s', registersAbandoned: true }, { expires: '20s' }), 'none'),
  ...traits,
};

/** A tier; one of a few has a balancer's preset, and says nothing of what that brings. */
const tier = (name: string, scope: string): fc.Arbitrary<Fields> =>
  fc
    .record({
      own: fc.record<Fields>({ name: fc.constant(name), scope: fc.constant(scope), ...ofTier }),
      preset: fc.constantFrom(...Object.keys(balancerPresets)),
      isPreset: fc.constantFrom(false, false, true),
    })
    .map(({ own, preset, isPreset }) => {
      const fitting = {
        ...own,
        scaling: fittingScaling(own.scaling, own.hosts as number),
        maxAge: own.holdsSessions === true ? own.maxAge : 'none',
      };
      if (!isPreset) return fitting;
      const brought = balancerPresets[preset].fields;
      return { preset, ...Object.fromEntries(Object.entries(fitting).filter(([key]) => !Object.hasOwn(brought, key))) };
    });

/** How each of the two opens transports. */
const opening = fc.oneof(
  { weight: 2, arbitrary: fc.constant(['none', 'none']) },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      ['aside', 'none'],
      ['own-lane', 'none'],
      ['in-queue', 'none'],
      ['none', 'aside'],
      ['none', 'own-lane'],
    ),
  },
);

/** Standbys stand in for hosts that there are. */
function fittingScaling(scaling: unknown, hosts: number): unknown {
  const { policy, hosts: standbys } = scaling as { policy?: string; hosts?: number };
  return policy === 'warm-standby' ? { ...(scaling as Fields), hosts: Math.min(standbys ?? 1, hosts) } : scaling;
}

/** Of some hosts' policies, which a change may name in part. */
const chosenChanges = fc.constantFrom<Fields>(
  { queue: { discipline: 'lifo' } },
  { queue: { discipline: 'fifo' } },
  { queue: { discipline: 'codel' } },
  { resumedFirst: true },
  { resumedFirst: false },
  { admission: 'adaptive-concurrency' },
  { admission: 'none' },
  { liveness: 'none' },
  { ejection: 'none' },
  { ejection: { consecutive: 1, for: '3s' } },
  { panic: 0.6 },
  { balancing: 'sticky' },
  { parallelism: 1 },
  { readiness: 'none' },
  { readiness: { every: '2s', timeout: '1s', failures: 1 } },
  { memory: { limit: 8, perAttempt: 1 } },
);
/** Or any field that can change in a run, to anything that a tier can have. */
const anyChange = fc.oneof(
  ...runTimeFieldsOfTiers().flatMap((key) =>
    Object.hasOwn(ofTier, key) ? [ofTier[key].map((value): Fields => ({ [key]: value }))] : [],
  ),
);

const action = (index: number): fc.Arbitrary<unknown> => {
  const at = fc.integer({ min: 1, max: 170 }).map((second) => `${second}s`);
  const name = fc.constant(`action-${index}`);
  const target = fc.constantFrom({ tier: 'front' }, { tier: 'front', pods: [1] }, { tier: 'back' });
  const somePods = fc.constantFrom('all', [1]);
  const signsOff = fc.boolean();
  const rules = fc.record({
    drain: fc.constantFrom('0s', '3s'),
    calmBelow: maybe(fc.constantFrom(0.02, 0.3), 'none'),
    abortAbove: maybe(fc.constantFrom(0.3, 0.7), 'none'),
  });
  const rolling = rules.map((own) => ({ policy: 'rolling', batch: 1, interval: '5s', ...own }));
  const byPod = rules.map((own) => ({ policy: 'by-pod', batch: 2, batchInterval: '2.5s', interval: '7s', ...own }));
  const kinds = fc.oneof(
    fc.record({
      name,
      at,
      action: fc.constant('reboot'),
      target,
      signsOff,
      order: fc.oneof(fc.constant('all-at-once'), rolling, byPod),
    }),
    fc.record({ name, at, action: fc.constant('crash'), target }),
    fc.record({ name, at, action: fc.constant('kill'), target }),
    fc.record({
      name,
      at,
      action: fc.constant('close-connections'),
      target,
      fraction: fc.constantFrom(0.4, 1),
      over: ms(0, 9000),
    }),
    fc.record({ name, at, action: fc.constant('pause'), target, for: ms(100, 30_000) }),
    fc.record({
      name,
      at,
      action: fc.constant('scale'),
      tier: fc.constant('front'),
      pods: somePods,
      hosts: fc.integer({ min: 1, max: 4 }),
      drain: fc.constantFrom('0s', '5s'),
    }),
    fc.record({ name, at, action: fc.constant('restart-tier'), tier: fc.constantFrom('front', 'back') }),
    fc.record({ name, at, action: fc.constant('restart-tier'), tier: fc.constant('front'), pods: somePods }),
    fc.record({
      name,
      at,
      action: fc.constant('shed-logins'),
      tier: fc.constant('front'),
      pods: somePods,
      for: ms(1000, 30_000),
      whom: fc.constantFrom('new', 'all'),
    }),
    fc.record({
      name,
      at,
      action: fc.constant('lose-network'),
      pods: somePods,
      fraction: fc.constantFrom(0.3, 1),
      for: ms(1000, 40_000),
    }),
    fc.record({
      name,
      at,
      action: fc.constant('add-arrivals'),
      product: fc.constantFrom('chat', 'messaging'),
      pods: somePods,
      rate: fc.constantFrom('0/s', '2/s'),
      for: ms(1000, 20_000),
    }),
    fc.record({
      name,
      at,
      action: fc.constant('deploy'),
      client: fc.constant('fixed'),
      over: ms(1, 20_000),
      fraction: fc.constantFrom(1, 0.4),
      reload: fc.boolean(),
    }),
    fc.record({
      name,
      at,
      action: fc.constant('set'),
      tier: fc.constant('front'),
      pods: somePods,
      change: fc.oneof(
        chosenChanges,
        anyChange,
        fc.tuple(anyChange, anyChange).map(([one, other]) => ({ ...one, ...other })),
      ),
    }),
  );
  // Three in a row begin within the three minutes, too.
  const follows = { after: `action-${index - 1}`, by: '4s' };
  const isAfter = index === 0 ? fc.constant(false) : fc.constantFrom(false, false, true);
  return fc
    .tuple(kinds, isAfter)
    .map(([{ at: instant, ...own }, after]) => ({ ...own, ...(after ? follows : { at: instant }) }));
};

const client = (name: string, share: number): fc.Arbitrary<unknown> =>
  fc
    .record({
      name: fc.constant(name),
      share: fc.constant(share),
      backoff: fc.constantFrom(
        { policy: 'exponential', base: '200ms', cap: '3s' },
        { policy: 'fixed', delay: '500ms', jitter: '1s' },
        { policy: 'full-jitter', base: '1s', cap: '8s' },
        { policy: 'grpc-js', base: '500ms', cap: '6s' },
        'nats',
        { policy: 'reconnecting-websocket', least: '300ms' },
      ),
      firstDelay: seldom(fc.constantFrom('0s', '3s', { uniform: ['0s', '6s'] }), 'none'),
      multiplies: seldom(
        fc.constantFrom({ adds: 1, atMost: 4 }, { factor: 2, atMost: 9 }, { adds: 2, factor: 1.5, atMost: 6 }),
        'none',
      ),
      connectTimeout: fc.oneof(
        fc.constant('none'),
        ms(10, 4000),
        ms(200, 4000).map((mean) => ({ exponential: mean })),
        fc.record({ open: maybe(ms(10, 4000), 'none'), answer: maybe(ms(10, 4000), 'none') }),
        fc.record({ open: ms(200, 4000), answer: ms(200, 4000).map((mean) => ({ exponential: mean })) }),
      ),
      giveUp: fc.record({
        after: maybe(fc.integer({ min: 1, max: 6 }), 'unlimited'),
        then: fc.constantFrom('stay', 'reload', 'leave'),
        reloadAfter: fc.constant('5s'),
      }),
      resetAfter: fc.constantFrom('0s', '10s'),
      resetOn: fc.constantFrom('connected', 'open'),
      retryAfter: seldom(
        fc.constantFrom(
          'honour',
          { policy: 'honour', by: 0.5 },
          { policy: 'capped', cap: '1s' },
          { policy: 'clamped', beyond: '2s' },
        ),
        'ignore',
      ),
      retryGate: seldom(
        fc.constantFrom(
          { policy: 'retry-budget', capacity: 5, cost: 2, refill: 2, rate: '0.2/s' },
          { policy: 'circuit-breaker', failures: 2, open: '4s' },
          { policy: 'adaptive-throttling', k: 1.5, window: '20s' },
        ),
        'none',
      ),
      impatience: seldom(
        fc.record({ after: fc.constantFrom('7s', { exponential: '5s' }, { empirical: ['0s', '3s'] }) }),
        'none',
      ),
      affinity: seldom(fc.record({ attempts: fc.integer({ min: 1, max: 4 }) }), 'none'),
      keepalive: maybe(watch(ms(3000, 12_000), ms(500, 6000)), 'none'),
      resumesFor: fc.constantFrom('0s', '5s', 'none'),
      takesOverStale: fc.boolean(),
      preset: fc.constantFrom(...Object.keys(clientPresets)),
      isPreset: fc.constantFrom(false, false, true),
    })
    .map(({ preset, isPreset, ...own }) => {
      if (!isPreset) return own;
      const { name: version, share: part, takesOverStale } = own;
      return { name: version, share: part, takesOverStale, preset, backoff: clientPresets[preset].fields.backoff };
    });

const arrivals = [
  '1/s',
  '5/s',
  { process: 'constant', rate: '2/s' },
  {
    schedule: [
      { from: '0s', rate: '3/s' },
      { from: '70s', rate: '0/s' },
      { from: '120s', rate: '1/s' },
    ],
  },
];

/** The content of a scenario of three minutes; `scenarioOf` reads it. */
export const randomContent: fc.Arbitrary<Record<string, unknown>> = fc
  .record({
    clock: fc.constant({ date: '2023-04-26', from: '00:00', to: '3m' }),
    pods: fc.oneof(
      { weight: 4, arbitrary: fc.integer({ min: 1, max: 3 }) },
      { weight: 1, arbitrary: fc.constant([{ name: 'large', share: 3 }, { name: 'small' }]) },
    ),
    networkDelay: fc.constantFrom('20ms', '150ms'),
    tiers: fc.tuple(tier('front', 'pod'), tier('back', 'shared'), opening).map(([front, back, opens]) => [
      { ...front, opensTransport: opens[0] },
      { ...back, opensTransport: opens[1] },
    ]),
    products: fc.tuple(
      fc.oneof(
        {
          weight: 1,
          arbitrary: fc.record({
            name: fc.constant('chat'),
            profile: fc.constantFrom(
              [
                { at: '0s', sessions: 40 },
                { at: '60s', sessions: 80 },
                { at: '150s', sessions: 30 },
              ],
              [
                { at: '0s', sessions: 0 },
                { at: '30s', sessions: 50 },
              ],
            ),
            lifetime: fc.constantFrom({ exponential: '30s' }, { exponential: '50s' }),
            ambientDrops: fc.constantFrom('0/s', '20/h'),
            connectionsPerPage: seldom(fc.constantFrom(2, 3), 1),
            maxAge: seldom(fc.constantFrom({ uniform: ['20s', '30s'] }, '25s'), 'none'),
          }),
        },
        {
          weight: 4,
          arbitrary: fc.record({
            name: fc.constant('chat'),
            sessions: fc.integer({ min: 0, max: 60 }),
            arrivals: maybe(fc.constantFrom(...arrivals), 'none'),
            lifetime: maybe(fc.constantFrom('0s', '20s', { exponential: '40s' }), 'none'),
            ambientDrops: fc.constantFrom('0/s', '20/h'),
            connectionsPerPage: seldom(fc.constantFrom(2, 3), 1),
          }),
        },
      ),
      fc.record({
        name: fc.constant('messaging'),
        sessions: fc.integer({ min: 1, max: 40 }),
        work: fc.constant({ back: 2 }),
      }),
    ),
    clients: fc.tuple(client('current', 0.7), client('fixed', 0.3)),
    start: maybe(
      fc.record({
        disconnected: fc.constantFrom(0.3, 0.8, 1),
        attempt: fc.integer({ min: 0, max: 9 }),
        queued: maybe(fc.constantFrom({ front: 12 }, { back: 30 }), {}),
        down: maybe(fc.constant({ front: 1 }), {}),
      }),
      {},
    ),
    timeline: fc.tuple(action(0), action(1), action(2)),
  })
  .map(withFittingStart);

/** A start fits its tiers: no more waits than there is room for, and nobody is connected where no host is up. */
export function withFittingStart(content: Record<string, unknown>): Record<string, unknown> {
  const start = content.start as Fields;
  const tiers = new Map((content.tiers as Fields[]).map((one) => [one.name as string, one]));
  const least = ([name, most]: [string, number]): [string, number] => {
    const limit = (tiers.get(name)?.queue as Fields).limit;
    return [name, typeof limit === 'number' ? Math.min(limit, most) : most];
  };
  const queued = Object.fromEntries(Object.entries((start.queued ?? {}) as Record<string, number>).map(least));
  const down = (start.down ?? {}) as Record<string, number>;
  const closed = Object.entries(down).some(([name, hosts]) => tiers.get(name)?.hosts === hosts);
  return { ...content, start: { ...start, queued, down, ...(closed ? { disconnected: 1 } : {}) } };
}
