/**
 * How the scenario starts, if not with everybody connected and every host up:
 * amid an outage, for someone who wants to know what to do now.
 */
import { MOST_SUBJECTS } from '../engine/engine.ts';
import type { Context, TierOutline } from './context.ts';
import { block, field, leaf, type Kind, type Report } from './kind.ts';
import { count, fraction } from './quantity-kinds.ts';
import { unscaled, type Scaling } from './scale.ts';
import { scaledBy, scaledCount } from './scaling.ts';
import { MOST_ITEMS } from './size-limits.ts';
import { didYouMean, oneOf } from './suggestion.ts';

const ATTEMPTS_MAX = 1000;
const QUEUED_MAX = 1_000_000;

/** A whole number for each tier that is named. */
function byTier(
  context: Context,
  scaling: Scaling,
  most: (tier: TierOutline) => number,
  over: string,
): Kind<Readonly<Record<string, number>>> {
  return leaf({
    unit: 'counts by tier',
    scaling,
    jsonSchema: {
      type: 'object',
      additionalProperties: { type: 'integer', minimum: 0, maximum: MOST_SUBJECTS, description: 'of this tier' },
      maxProperties: MOST_ITEMS.tiers,
    },
    read: (value, report) => {
      if (typeof value !== 'object' || value === null || Array.isArray(value))
        return report('a map of tiers and counts, like { api: 3 }');
      const { tierNames, tiers } = context.outline;
      const counts: Record<string, number> = {};
      for (const [tier, one] of Object.entries(value)) {
        const outline = tiers.get(tier);
        if (outline === undefined)
          report(`a tier: ${oneOf(tierNames)}`, {
            path: [tier],
            found: `"${tier}"`,
            hint: () => didYouMean(tier, tierNames),
            atKey: true,
          });
        else if (typeof one !== 'number' || !Number.isInteger(one) || one < 0)
          report('a whole number of at least 0', { path: [tier] });
        else if (one > most(outline)) report(`at most ${most(outline)}`, { path: [tier], hint: over });
        else counts[tier] = scaledCount(one, { scaling }, report, [tier]);
      }
      return counts;
    },
  });
}

/** How many may wait at a host, as the tier's own block says it. */
function queueLimit({ plain }: TierOutline): number {
  const limit = (plain.queue as { readonly limit?: unknown } | undefined)?.limit;
  return typeof limit === 'number' ? Math.min(limit, QUEUED_MAX) : QUEUED_MAX;
}

export function start(context: Context) {
  const fields = {
    disconnected: field(fraction(), 'the share of the sessions of the start that is waiting to try again', {
      default: 0,
    }),
    attempt: field(
      count(unscaled, { min: 0, max: ATTEMPTS_MAX }),
      'how many attempts of theirs have failed in a row; a uniform part of the next delay is left',
      { default: 5 },
    ),
    queued: field(
      byTier(context, scaledBy(context, 'hostSize'), queueLimit, "the tier's queue has no room for more"),
      'by tier: attempts that wait at each host that is up, their clients having left',
      { default: {} },
    ),
    down: field(
      byTier(
        context,
        scaledBy(context, 'hosts'),
        ({ writtenHosts }) => writtenHosts ?? Infinity,
        'the tier has no more hosts',
      ),
      'by tier: hosts that are booting, the first so many of each pod; each boot is met at a random instant of it',
      { default: {} },
    ),
  };
  return block(fields, ({ disconnected, down }, report: Report) => {
    if (disconnected === 1) return;
    for (const [tier, hosts] of Object.entries(down))
      if (hosts === context.outline.tiers.get(tier)?.hosts)
        report('1: all are disconnected', {
          path: ['disconnected'],
          hint: `no host of ${tier} is up, and nobody can be connected without one`,
        });
  });
}
