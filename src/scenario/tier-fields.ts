/**
 * The fields of a tier and its hosts: what serves attempts, what connected
 * sessions cost, how hosts come back, die and are found dead. Fields marked
 * `atRunTime` can be changed by a `set` action.
 */
import { admissions } from '../policies/admission.ts';
import { balancerPresets } from '../policies/balancer-presets.ts';
import { balancings } from '../policies/balancing.ts';
import { hostTraits } from '../policies/host-traits.ts';
import { createPolicy } from '../policies/parameters.ts';
import { queueings } from '../policies/queueing.ts';
import { scalings } from '../policies/scaling.ts';
import type { Context } from './context.ts';
import { age, distribution } from './distribution-kind.ts';
import { block, field, list, mapped, optional, orNone, remembered, type Fields } from './kind.ts';
import { answering, liveness, opening, readiness } from './answering-fields.ts';
import { checks, ejection, slowStart } from './balancer-fields.ts';
import { lease } from './lease-fields.ts';
import { parameterFields, policyKind } from './policy-kind.ts';
import { presetName, withPreset } from './preset.ts';
import { formatDuration } from './quantity.ts';
import { unscaled } from './scale.ts';
import { scaledBy } from './scaling.ts';
import { MOST_ITEMS } from './size-limits.ts';
import { count, duration, factor, flag, fraction, name, word } from './quantity-kinds.ts';

const above0 = { min: 0, exclusiveMin: true } as const;
const run = { atRunTime: true } as const;
const ofBalancer = { atRunTime: true, ofBalancer: true } as const;

const memory = (context: Context) =>
  block({
    limit: field(factor(scaledBy(context, 'hostSize'), above0), 'MiB that a host has; it dies when it needs more', {
      as: 'limitMiB',
    }),
    perSession: field(factor(unscaled, { min: 0 }), 'MiB that a connected session takes', {
      as: 'perSessionMiB',
      default: 0,
    }),
    perAttempt: field(
      factor(unscaled, { min: 0 }),
      'MiB that an attempt takes while it is open on the host, waiting or handed over too',
      { as: 'perAttemptMiB', default: 0 },
    ),
    perStalledSecond: field(
      factor(unscaled, { min: 0 }),
      'MiB that each second adds for which a session of the host stalls (see `lease.moves`): what happens to it meanwhile queues up here until it is placed or drops',
      { as: 'perStalledSecMiB', default: 0 },
    ),
  });

const crashLoop = block({
  first: field(duration(above0), 'how long the second death in a row delays the boot; the first one does not', {
    as: 'firstMs',
    default: '10s',
  }),
  factor: field(factor(unscaled, { min: 1 }), 'each further death delays it so many times longer', { default: 2 }),
  longest: field(duration(above0), 'the longest delay', { as: 'longestMs', default: '300s' }),
  resetAfter: field(duration(above0), 'a host that was up for so long begins anew', {
    as: 'resetAfterMs',
    default: '10m',
  }),
});

const warmUp = block(
  {
    factor: field(factor(unscaled, { min: 1 }), 'service times right after the boot, as a multiple', { default: 1 }),
    for: field(duration(), 'how long until they are normal, decaying linearly', { as: 'forMs', default: '0s' }),
    byWork: field(
      count(unscaled, { min: 0 }),
      'or: after how many services they are normal, decaying linearly (a cold cache: it warms by being asked)',
      { as: 'services', default: 0 },
    ),
  },
  ({ forMs, services }, report) => {
    if (forMs > 0 && services > 0)
      report('`for` or `byWork`', { path: ['byWork'], hint: 'a host warms by time or by what it serves' });
  },
);

const contention = block({
  linear: field(factor(unscaled, { min: 0 }), 'what each of the others adds to a service, as a share of it', {
    default: 0,
  }),
  quadratic: field(factor(unscaled, { min: 0 }), 'what each pair of them adds: the more there are, the less is done', {
    default: 0,
  }),
});

const registry = block({
  expires: field(duration(above0), 'how long the registration of a session whose host died stays behind', {
    as: 'expiresMs',
  }),
  registersAbandoned: field(flag, 'whether an attempt finished for a client that left registers too', {
    default: false,
  }),
});

/** What a refusal says. One that outlasts the run would only ever say: never. */
function retryAfterKind(context: Context) {
  return block(
    {
      delay: field(duration(above0), 'how long a refused client is told to stay away', { as: 'delayMs' }),
      spread: field(duration(), 'up to this much longer, uniformly, drawn for each refusal', {
        as: 'spreadMs',
        default: '0s',
      }),
    },
    ({ delayMs, spreadMs }, report) => {
      const { clock } = context.outline;
      if (clock === null || delayMs + spreadMs <= clock.durationMs) return;
      const key = delayMs > clock.durationMs ? 'delay' : 'spread';
      report(`delay + spread within the run's ${formatDuration(clock.durationMs)}`, {
        path: [key],
        found: formatDuration(delayMs + spreadMs),
        hint: 'who is told to come after the end never comes again',
      });
    },
  );
}

const queue = (context: Context) =>
  block({
    discipline: field(policyKind(queueings, context), 'which waiting attempt is served next', { default: 'fifo' }),
    limit: field(
      count(scaledBy(context, 'hostSize'), { min: 0 }, 'none'),
      'attempts that may wait at a host; beyond it they are rejected',
      { default: 'none' },
    ),
  });

/** What a host serves, and what that costs. */
function serviceFields(context: Context) {
  return {
    name: field(name, "the tier's name"),
    scope: field(word(['pod', 'shared']), 'pod: each pod has its own hosts; shared: one set for all pods', {
      default: 'pod',
    }),
    preset: field(
      optional(presetName(balancerPresets)),
      'a balancer whose defaults fill in what the tier does not say of its balancer itself',
    ),
    hosts: field(count(scaledBy(context, 'hosts'), { min: 1, max: 100_000 }), 'hosts per pod, or of the shared tier'),
    zones: field(
      count(unscaled, { min: 1, max: MOST_ITEMS.zones }),
      'over how many zones the hosts of a pod are spread, in turns: of three, its hosts 1, 4, 7 … are in zone 1; targets can mean zones',
      { default: 1 },
    ),
    parallelism: field(
      count(scaledBy(context, 'hostSize'), { min: 1, max: 1_000_000, keepsFraction: true }),
      'attempts that a host serves at once',
      run,
    ),
    serviceTime: field(distribution, 'the work of one attempt at this tier, on an otherwise idle host', run),
    sessionsAtFullLoad: field(
      factor(scaledBy(context, 'hostSize'), above0, 'none'),
      'connected sessions that alone would use the whole host; none: they cost nothing',
      { default: 'none', ...run },
    ),
    queue: field(queue(context), 'where attempts wait', { default: {}, ...run }),
    inFlightLimit: field(
      count(scaledBy(context, 'hostSize'), { min: 1 }, 'none'),
      'attempts that may be under way on a host: in service, or handed over to the next tier',
      { default: 'none', ...run },
    ),
    handOver: field(
      word(['async', 'sync']),
      'whether the service slot is free (async) or held (sync) while the next tier works',
      { default: 'async' },
    ),
    abandonedWorkCost: field(
      fraction(),
      'the share of the service time that is still spent on an attempt whose client has left',
      { default: 1, ...run },
    ),
    resumedWork: field(
      factor(unscaled),
      'what a resumed attempt costs, as a multiple of a fresh one (see `resumesFor` of the clients)',
      { default: 1, ...run },
    ),
    reloadedWork: field(factor(unscaled), 'what an attempt after a page reload costs, as a multiple of a fresh one', {
      default: 1,
      ...run,
    }),
    contention: field(
      orNone(contention),
      'how the services of a host slow each other while they are under way (threads, locks, one database): with n of them each takes 1 + linear·(n − 1) + quadratic·n·(n − 1) times as long; linear 1 is processor sharing; none: not at all',
      { default: 'none' },
    ),
    resumedFirst: field(flag, 'whether resumed attempts are served before all others', { default: false, ...run }),
    refusalWork: field(duration(), 'what refusing one attempt costs the host', {
      as: 'refusalWorkMs',
      default: '0s',
      ...run,
    }),
  };
}

/** Whom the balancer sends to, and whom it or a host refuses. */
function balancerFields(context: Context) {
  return {
    balancing: field(policyKind(balancings, context), 'which host gets the next attempt', {
      default: 'round-robin',
      ...ofBalancer,
    }),
    admission: field(policyKind(admissions, context), 'whether an attempt is let in at all', {
      default: 'none',
      ...run,
    }),
    retryAfter: field(
      orNone(retryAfterKind(context)),
      'what its refusals (admission, queueFull, droppedFromQueue, shed) tell a client; none: nothing',
      { default: 'none', ...ofBalancer },
    ),
    checks: field(orNone(checks), "the balancer's own checks; none: it knows deaths and returns at once", {
      default: 'none',
      ...ofBalancer,
    }),
    slowStart: field(orNone(slowStart), 'how the balancer eases hosts back in; none: full weight at once', {
      default: 'none',
      ...ofBalancer,
    }),
    ejection: field(
      orNone(ejection),
      'how the balancer takes out hosts at which attempts fail; their sessions stay; none: it never does',
      { default: 'none', ...ofBalancer },
    ),
    panic: field(
      orNone(fraction(above0)),
      'when less than this share of the hosts in service is eligible, the balancer sends to all of them, dead or not; none: it never does',
      { default: 'none', ...ofBalancer },
    ),
  };
}

/** How hosts come back, die and are found dead, how many there are, and what sessions are to them. */
function lifeFields(context: Context) {
  return {
    boot: field(distribution, 'how long a host takes to come back', { default: { uniform: ['90s', '150s'] }, ...run }),
    warmUp: field(warmUp, 'slower service after a boot', { default: {}, ...run }),
    liveness: field(orNone(liveness), 'probes that kill a host which does not answer; none: off', {
      default: 'none',
      ...run,
    }),
    readiness: field(
      orNone(readiness),
      'probes that take a host which does not answer out of the balancer, and back in; its sessions stay; none: off',
      { default: 'none', ...run },
    ),
    memory: field(
      orNone(memory(context)),
      'what sessions and attempts take of a host, which dies when there is no more; none: never',
      { default: 'none', ...run },
    ),
    crashLoop: field(
      orNone(crashLoop),
      'longer and longer waits before the boot of a host that dies again and again; none: it boots at once',
      { default: 'none', ...run },
    ),
    scaling: field(
      policyKind(scalings, context),
      'how many hosts there are as time goes on: always the same, standbys that join, an autoscaler',
      { default: 'static' },
    ),
    holdsSessions: field(flag, 'whether losing a host of this tier drops the sessions that came through it', {
      default: false,
    }),
    opensTransport: field(
      orNone(opening),
      'whether a host opens the transport (TCP, TLS, upgrade) before the client logs in, and how; none: it opens with the answer. At most one tier does (see `connectTimeout` of the clients)',
      { default: 'none' },
    ),
    maxAge: field(
      orNone(age),
      'how old connections get before a host of this tier closes them, drawn for each (gRPC: { uniform: [9m, 11m] } for 10 minutes ± 10 %); of tiers that hold sessions; none: as old as they hold',
      { default: 'none' },
    ),
    keepalives: field(
      answering(''),
      "how a host of the first tier answers the clients' keepalives (see `keepalive` of the clients)",
      { default: 'aside', ...run },
    ),
    lease: field(orNone(lease), 'a lease between each session and its host of this tier; none: off', {
      default: 'none',
    }),
    registry: field(orNone(registry), 'registrations that a lost host leaves behind; none: it leaves none', {
      default: 'none',
    }),
  };
}

/** Of each of the hosts' traits, under its name. They are read through `traitOf` (scenario.ts). */
function traitFields(context: Context): Fields {
  return Object.fromEntries(
    Object.entries(hostTraits).map(([name, entry]) => {
      const values = block(parameterFields(entry.parameters, context), (read, report) => {
        const mistake = entry.check?.(read) ?? null;
        if (mistake !== null) report(mistake.expected, { path: [mistake.parameter], hint: mistake.hint });
      });
      return [name, field(orNone(values), entry.help, { default: 'none', ...run })];
    }),
  );
}

export function tierFields(context: Context) {
  // By their types, the traits are none of a tier's fields: which there are is the registry's.
  const traits: object = traitFields(context);
  return { ...serviceFields(context), ...traits, ...balancerFields(context), ...lifeFields(context) };
}

export function tier(context: Context) {
  const fields = tierFields(context);
  const whole = block(fields, ({ hosts, zones, scaling, maxAge, holdsSessions, lease: leased }, report) => {
    if (holdsSessions && leased?.moves === 'attempt')
      report('free, or a tier that does not hold sessions', {
        path: ['lease', 'moves'],
        hint: 'a host that holds its sessions drops them when it is lost, and none is left to move',
      });
    if (zones > hosts)
      report(`at most as many zones as the tier has hosts, which is ${hosts}`, {
        path: ['zones'],
        found: String(zones),
        hint: 'a zone without a host is none',
      });
    if (maxAge !== null && !holdsSessions)
      report('none, or a tier that holds sessions', { path: ['maxAge'], hint: 'holdsSessions: true' });
    const { standbys } = createPolicy(scalings, scaling);
    if (standbys <= hosts) return;
    const hint = 'standbys stand in for hosts of the tier';
    report(`at most as many standbys as the tier has hosts, which is ${hosts}`, {
      path: ['scaling'],
      found: String(standbys),
      hint,
    });
  });
  return mapped(withPreset(balancerPresets, fields, whole), ({ preset: _preset, ...own }) => own);
}

/** All tiers. A transport opens once, and before the answer. */
export function tiers(context: Context) {
  const each = remembered(tier(context), () => context.outline);
  return mapped(list(each, { least: 1, most: MOST_ITEMS.tiers }), (items, report) => {
    const opening = items.flatMap(({ opensTransport }, i) => (opensTransport === null ? [] : i));
    if (opening.length > 1)
      report('none: a transport opens once', {
        path: [opening[1], 'opensTransport'],
        found: String(items[opening[1]].opensTransport),
        hint: `${items[opening[0]].name} opens it already`,
      });
    if (items[0]?.lease?.moves === 'attempt')
      report('free, or another tier than the first', {
        path: [0, 'lease', 'moves'],
        hint: "the first tier's hosts answer the clients themselves: whose host is lost there has lost its connection (holdsSessions: true)",
      });
    if (items.at(-1)?.opensTransport === 'in-queue')
      report('none, aside or own-lane', {
        path: [items.length - 1, 'opensTransport'],
        found: 'in-queue',
        hint: 'the service of the last tier is the answer; none: the transport opens with it',
      });
    return items;
  });
}
