/**
 * Products: kinds of sessions, with how many there are, their arrivals, their
 * lifetimes and what they cost.
 */
import type { DistributionSpec } from '../engine/distributions.ts';
import { MOST_SUBJECTS } from '../engine/engine.ts';
import { placesOf, type Context } from './context.ts';
import { age, distribution } from './distribution-kind.ts';
import {
  block,
  field,
  leaf,
  list,
  mapped,
  optional,
  orNone,
  orShort,
  remembered,
  type Kind,
  type Report,
} from './kind.ts';
import { formatDuration, formatRate, ratePattern } from './quantity.ts';
import { count, FACTOR_MAX, instant, name, rate, word } from './quantity-kinds.ts';
import { unscaled } from './scale.ts';
import { scaledBy } from './scaling.ts';
import { MOST_CHARACTERS, MOST_ITEMS } from './size-limits.ts';
import { didYouMean, oneOf } from './suggestion.ts';

function sessionCount(context: Context): Kind<number> {
  return count(scaledBy(context, 'sessions'), { min: 0, max: MOST_SUBJECTS });
}

/** A factor for each tier that is named. */
function work(context: Context): Kind<Readonly<Record<string, number>>> {
  return leaf({
    unit: 'factors',
    scaling: unscaled,
    jsonSchema: {
      type: 'object',
      additionalProperties: { type: 'number', minimum: 0, maximum: FACTOR_MAX, description: 'at this tier' },
      maxProperties: MOST_ITEMS.tiers,
    },
    read: (value, report) => {
      if (typeof value !== 'object' || value === null || Array.isArray(value))
        return report('a map of tiers and factors');
      const { tierNames } = context.outline;
      const factors: Record<string, number> = {};
      for (const [tier, one] of Object.entries(value)) {
        if (!placesOf(tierNames).has(tier))
          report(`a tier: ${oneOf(tierNames)}`, {
            path: [tier],
            found: `"${tier}"`,
            hint: () => didYouMean(tier, tierNames),
            atKey: true,
          });
        else if (typeof one !== 'number' || one < 0) report('a factor of at least 0', { path: [tier] });
        else if (one > FACTOR_MAX) report(`at most ${FACTOR_MAX}`, { path: [tier] });
        else factors[tier] = one;
      }
      return factors;
    },
  });
}

function arrivals(context: Context) {
  const perSec = rate(scaledBy(context, 'sessions'));
  const step = block({
    from: field(instant(context), 'from when on', { as: 'fromMs' }),
    rate: field(perSec, 'how many arrive', { as: 'perSec' }),
  });
  const schedule = list(step, {
    least: 1,
    most: MOST_ITEMS.instants,
    check: (steps, report) => {
      if (steps[0].fromMs !== 0)
        report('the first step at the start of the clock', {
          path: [0, 'from'],
          hint: 'use "0s", with a rate of "0/s" if nobody arrives yet',
        });
      for (let i = 1; i < steps.length; i++)
        if (steps[i].fromMs <= steps[i - 1].fromMs) report('a later time than the step before', { path: [i, 'from'] });
    },
  });
  const fields = {
    process: field(word(['poisson', 'constant']), 'poisson: at random; constant: evenly spaced', {
      default: 'poisson',
    }),
    rate: field(optional(perSec), 'how many arrive, all the time', { as: 'perSec' }),
    schedule: field(optional(schedule), 'or: how many from which time on'),
  };
  const kind = block(fields, ({ perSec: constant, schedule: steps }, report) => {
    if ((constant === undefined) === (steps === undefined))
      report('either `rate` or `schedule`', { found: constant === undefined ? 'neither' : 'both' });
  });
  const either = mapped(kind, ({ process, perSec: constant, schedule: steps }): Arrivals => ({
    process,
    schedule: steps ?? [{ fromMs: 0, perSec: constant ?? 0 }],
  }));
  const short = { type: 'string', maxLength: MOST_CHARACTERS.quantity, pattern: ratePattern };
  return orNone(orShort(either, (constantRate) => ({ rate: constantRate }), short));
}

/** How many sessions are online at an instant; linear up to the next one. */
export interface ProfilePoint {
  readonly atMs: number;
  readonly sessions: number;
}

function profile(context: Context) {
  const point = block({
    at: field(instant(context), 'when', { as: 'atMs' }),
    sessions: field(sessionCount(context), "how many are online then, the whole fleet's"),
  });
  return list(point, {
    least: 1,
    most: MOST_ITEMS.instants,
    check: (points, report) => {
      if (points[0].atMs !== 0)
        report('the first point at the start of the clock', { path: [0, 'at'], hint: 'use "0s"' });
      for (let i = 1; i < points.length; i++)
        if (points[i].atMs <= points[i - 1].atMs) report('a later time than the point before', { path: [i, 'at'] });
    },
  });
}

/** A profile says it all: who is there at the start and who arrives; the lifetimes must let it fall as fast as it does. */
function checkProfile({ sessions, profile: points, arrivals: given, lifetime }: Profiled, report: Report): void {
  if (points === null) return;
  if (sessions > 0)
    report('no `sessions`', {
      path: ['sessions'],
      found: 'both `sessions` and `profile`',
      hint: 'the profile begins with the sessions of the start',
    });
  if (given !== null)
    report('no `arrivals`', {
      path: ['arrivals'],
      found: 'both `arrivals` and `profile`',
      hint: 'the profile says how many arrive; use the action add-arrivals for more',
    });
  const meanMs = lifetime?.name === 'exponential' ? lifetime.parameters.mean : 0;
  if (typeof meanMs !== 'number' || meanMs <= 0) {
    report('an exponential lifetime of more than 0s', {
      path: ['lifetime'],
      found: lifetime === null ? 'none' : '',
      hint: 'a profile is kept by arrivals against exponential lifetimes, like { exponential: 40m }',
    });
    return;
  }
  for (let i = 1; i < points.length; i++) {
    const fallPerMs = (points[i - 1].sessions - points[i].sessions) / (points[i].atMs - points[i - 1].atMs);
    if (fallPerMs <= points[i].sessions / meanMs) continue;
    const leastMs =
      points[i].sessions === 0
        ? Infinity
        : ((points[i - 1].sessions - points[i].sessions) * meanMs) / points[i].sessions;
    const hint =
      leastMs === Infinity
        ? 'exponential lifetimes never leave nobody'
        : `with this lifetime it takes at least ${formatDuration(Math.ceil(leastMs / 1000) * 1000)} on a line`;
    report('a fall no faster than the lifetimes allow', { path: ['profile', i, 'sessions'], hint });
  }
}

interface Profiled {
  readonly sessions: number;
  readonly profile: readonly ProfilePoint[] | null;
  readonly arrivals: Arrivals | null;
  readonly lifetime: DistributionSpec | null;
}

export interface Arrivals {
  readonly process: 'constant' | 'poisson';
  /** the rate from each instant on; the first instant is 0 */
  readonly schedule: readonly { readonly fromMs: number; readonly perSec: number }[];
}

export function products(context: Context) {
  const fields = {
    name: field(name, "the product's name"),
    sessions: field(
      sessionCount(context),
      "how many are there at the start, the whole fleet's; with a profile its first value",
      { default: 0 },
    ),
    profile: field(
      orNone(profile(context)),
      'how many are online over the day, linear between instants, if all can connect; needs an exponential lifetime',
      { default: 'none' },
    ),
    connectionsPerPage: field(
      count(unscaled, { min: 1, max: 100 }),
      'how many of its sessions a page opens: they have one person, network, client version and lifetime, and come and go together; they may be on different hosts',
      { default: 1 },
    ),
    work: field(
      work(context),
      'what an attempt of this product costs at each tier, as a multiple of its service time',
      { default: {} },
    ),
    arrivals: field(arrivals(context), 'sessions that arrive while the scenario runs; none: nobody', {
      default: 'none',
    }),
    lifetime: field(
      orNone(distribution),
      'how long a session stays after its first connection; none: for ever; 0s: it leaves as soon as it is connected',
      { default: 'none' },
    ),
    maxAge: field(
      orNone(age),
      'how old its connections get at most, drawn for each (an access token that runs out); none: as old as they hold',
      { default: 'none' },
    ),
    ambientDrops: field(rate(unscaled), 'connections that flap, per session', {
      as: 'ambientDropsPerSec',
      default: formatRate(0),
    }),
  };
  const product = mapped(block(fields, checkProfile), (own) => ({
    ...own,
    sessions: own.profile?.[0].sessions ?? own.sessions,
  }));
  return list(
    remembered(product, () => context.outline),
    { least: 1, most: MOST_ITEMS.products },
  );
}
