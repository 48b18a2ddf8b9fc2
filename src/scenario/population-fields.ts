/**
 * Who connects: products (kinds of sessions, with their arrivals, lifetimes and
 * costs) and clients (versions of the software that reconnects).
 */
import { backoffs } from '../policies/backoff.ts';
import { numberedPods, type Context } from './context.ts';
import { distribution } from './distribution-kind.ts';
import { block, completing, field, leaf, list, mapped, optional, orNone, orShort, type Kind, type Report } from './kind.ts';
import { policyKind } from './policy-kind.ts';
import { formatRate, ratePattern } from './quantity.ts';
import { count, duration, factor, flag, fraction, instant, name, rate, word } from './quantity-kinds.ts';
import { didYouMean, oneOf } from './suggestion.ts';
import type { Plain } from './tree.ts';

const above0 = { min: 0, exclusiveMin: true } as const;

/** Shares that were given must sum to 1; if none was, the first has all of it. */
function shares<T extends { readonly share?: number | undefined }>(items: readonly T[], report: Report): readonly number[] {
  if (items.every(({ share }) => share === undefined)) return items.map((_, i) => (i === 0 ? 1 : 0));
  const given = items.map(({ share }) => share ?? 0);
  const sum = given.reduce((total, share) => total + share, 0);
  if (Math.abs(sum - 1) > 1e-9) report('shares that sum to 1', { found: `a sum of ${Number(sum.toPrecision(10))}` });
  return given;
}

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

export function clients(context: Context) {
  const giveUp = block({
    after: field(count({ min: 1 }, 'unlimited'), 'failed attempts in a row before a client gives up', { as: 'afterAttempts', default: 'unlimited' }),
    // oxlint-disable-next-line unicorn/no-thenable -- the format's word; a text is never called
    then: field(word(['reload', 'stay', 'leave']), 'what the person does then: reloads the page after a while, stays disconnected, or leaves', { default: 'reload' }),
    reloadAfter: field(distribution, 'how long until the page is reloaded', { default: '1m' }),
  });
  const keepalive = block({
    every: field(duration(above0), 'how often the client asks whether its host is there', { as: 'everyMs' }),
    timeout: field(duration(above0), 'how long it waits for the answer before it drops', { as: 'timeoutMs' }),
  });
  const client = block({
    name: field(name, "the client version's name"),
    share: field(optional(fraction()), 'the share of the sessions that start with it; the first version has all if nothing is said'),
    backoff: field(policyKind(backoffs, context), 'how long it waits before each attempt'),
    connectTimeout: field(orNone(distribution), 'how long it waits for an attempt; none: for ever', { default: '10s' }),
    giveUp: field(giveUp, 'how it gives up', { default: {} }),
    resetAfter: field(duration({}, 'none'), 'a connection that held so long resets the attempt counter', { as: 'resetAfterMs', default: '0s' }),
    keepalive: field(orNone(keepalive), 'how it notices a host that is gone without a word; none: not at all', { default: 'none' }),
    takesOverStale: field(flag, 'whether it takes over a stale registration instead of being rejected', { default: false }),
  });
  return mapped(list(client, { least: 1 }), (items, report) => {
    const all = shares(items, report);
    return items.map((item, i) => ({ ...item, share: all[i] }));
  });
}

const PODS_MAX = 1000;

/** p1 … pn by default, with equal shares; shares that are given are weights. */
export function pods() {
  const pod = block({
    name: field(name, "the pod's name"),
    share: field(factor(above0), 'its weight among the pods, when sessions are split over them', { default: 1 }),
  });
  const weighted = mapped(list(pod, { least: 1 }), (items) => {
    const sum = items.reduce((total, { share }) => total + share, 0);
    return items.map((item) => ({ name: item.name, share: item.share / sum }));
  });
  const spellOut = (short: Plain): Plain => (typeof short === 'number' ? numberedPods(short).map((each) => ({ name: each })) : short);
  const spelledOut = orShort(weighted, spellOut, { type: 'integer', minimum: 1, maximum: PODS_MAX });
  return completing(spelledOut, (value, report) => {
    const good = Array.isArray(value) || (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= PODS_MAX);
    return good ? value : report(`how many pods, from 1 to ${PODS_MAX}, or a list of them`);
  });
}
