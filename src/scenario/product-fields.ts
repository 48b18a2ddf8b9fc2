/**
 * Products: kinds of sessions, with how many there are, their arrivals, their
 * lifetimes and what they cost.
 */
import type { Context } from './context.ts';
import { distribution } from './distribution-kind.ts';
import { block, field, leaf, list, mapped, optional, orNone, orShort, type Kind } from './kind.ts';
import { formatRate, ratePattern } from './quantity.ts';
import { count, instant, name, rate, word } from './quantity-kinds.ts';
import { didYouMean, oneOf } from './suggestion.ts';

/** A factor for each tier that is named. */
function work(context: Context): Kind<Readonly<Record<string, number>>> {
  return leaf({
    unit: 'factors',
    jsonSchema: { type: 'object', additionalProperties: { type: 'number', minimum: 0 } },
    read: (value, report) => {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return report('a map of tiers and factors');
      const { tierNames } = context.outline;
      const factors: Record<string, number> = {};
      for (const [tier, one] of Object.entries(value)) {
        if (!tierNames.includes(tier)) report(`a tier: ${oneOf(tierNames)}`, { path: [tier], found: `"${tier}"`, hint: didYouMean(tier, tierNames), atKey: true });
        else if (typeof one !== 'number' || one < 0) report('a factor of at least 0', { path: [tier] });
        else factors[tier] = one;
      }
      return factors;
    },
  });
}

function arrivals(context: Context) {
  const perSec = rate({}, () => context.outline.scale.sessions);
  const step = block({
    from: field(instant(context), 'from when on', { as: 'fromMs' }),
    rate: field(perSec, 'how many arrive', { as: 'perSec' }),
  });
  const schedule = list(step, {
    least: 1,
    check: (steps, report) => {
      if (steps[0].fromMs !== 0) report('the first step at the start of the clock', { path: [0, 'from'], hint: 'use "0s", with a rate of "0/s" if nobody arrives yet' });
      for (let i = 1; i < steps.length; i++) if (steps[i].fromMs <= steps[i - 1].fromMs) report('a later time than the step before', { path: [i, 'from'] });
    },
  });
  const fields = {
    process: field(word(['poisson', 'constant']), 'poisson: at random; constant: evenly spaced', { default: 'poisson' }),
    rate: field(optional(perSec), 'how many arrive, all the time', { as: 'perSec' }),
    schedule: field(optional(schedule), 'or: how many from which time on'),
  };
  const kind = block(fields, ({ perSec: constant, schedule: steps }, report) => {
    if ((constant === undefined) === (steps === undefined)) report('either `rate` or `schedule`', { found: constant === undefined ? 'neither' : 'both' });
  });
  const either = mapped(kind, ({ process, perSec: constant, schedule: steps }): Arrivals => ({
    process,
    schedule: steps ?? [{ fromMs: 0, perSec: constant ?? 0 }],
  }));
  const short = { type: 'string', pattern: ratePattern };
  return orNone(orShort(either, (constantRate) => ({ rate: constantRate }), short));
}

export interface Arrivals {
  readonly process: 'constant' | 'poisson';
  /** the rate from each instant on; the first instant is 0 */
  readonly schedule: readonly { readonly fromMs: number; readonly perSec: number }[];
}

export function products(context: Context) {
  const scaledSessions = count({ min: 0, max: 100_000_000 }, undefined, () => context.outline.scale.sessions);
  const product = block({
    name: field(name, "the product's name"),
    sessions: field(scaledSessions, "how many are connected at the start, the whole fleet's", { default: 0 }),
    work: field(work(context), 'what an attempt of this product costs at each tier, as a multiple of its service time', { default: {} }),
    arrivals: field(arrivals(context), 'sessions that arrive while the scenario runs; none: nobody', { default: 'none' }),
    lifetime: field(orNone(distribution), 'how long a session stays after its first connection; none: for ever; 0s: it leaves as soon as it is connected', { default: 'none' }),
    ambientDrops: field(rate(), 'connections that flap, per session', { as: 'ambientDropsPerSec', default: formatRate(0) }),
  });
  return list(product, { least: 1 });
}
