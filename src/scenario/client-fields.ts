/** Clients: versions of the software that reconnects, and the shares of the sessions that have them. */
import { createDistribution } from '../engine/distributions.ts';
import { backoffs } from '../policies/backoff.ts';
import { clientPresets } from '../policies/client-presets.ts';
import { retryAfters } from '../policies/retry-after.ts';
import { retryGates } from '../policies/retry-gate.ts';
import type { PolicySpec } from '../policies/parameters.ts';
import { connectTimeout } from './connect-timeout.ts';
import type { Context } from './context.ts';
import { distribution } from './distribution-kind.ts';
import { block, field, list, mapped, optional, orNone, remembered, type Report } from './kind.ts';
import { policyKind } from './policy-kind.ts';
import { presetName, withPreset } from './preset.ts';
import { unscaled } from './scale.ts';
import { count, duration, factor, flag, fraction, name, word } from './quantity-kinds.ts';
import { MOST_ITEMS } from './size-limits.ts';

/** Attempts that one client makes at once. */
const MOST_PARALLEL = 1000;
const above0 = { min: 0, exclusiveMin: true } as const;

/** Shares that were given must sum to 1; if none was, the first has all of it. */
function shares<T extends { readonly share?: number | undefined }>(
  items: readonly T[],
  report: Report,
): readonly number[] {
  if (items.every(({ share }) => share === undefined)) return items.map((_, i) => (i === 0 ? 1 : 0));
  const given = items.map(({ share }) => share ?? 0);
  const sum = given.reduce((total, share) => total + share, 0);
  if (Math.abs(sum - 1) > 1e-9) report('shares that sum to 1', { found: `a sum of ${Number(sum.toPrecision(10))}` });
  return given;
}

const giveUp = block({
  after: field(count(unscaled, { min: 1 }, 'unlimited'), 'failed attempts in a row before a client gives up', {
    as: 'afterAttempts',
    default: 'unlimited',
  }),
  // oxlint-disable-next-line unicorn/no-thenable -- the format's word; a text is never called
  then: field(
    word(['reload', 'stay', 'leave']),
    'what the person does then: reloads the page after a while, stays disconnected, or leaves',
    { default: 'reload' },
  ),
  reloadAfter: field(distribution, 'how long until the page is reloaded', { default: '1m' }),
});

const keepalive = block({
  every: field(duration(above0), 'how often the client asks whether its host is there', { as: 'everyMs' }),
  timeout: field(duration(above0), 'how long it waits for the answer before it drops', { as: 'timeoutMs' }),
});

const impatience = block(
  { after: field(distribution, 'how long since the drop, or since the page was last loaded') },
  ({ after }, report) => {
    if (createDistribution(after).meanMs === 0)
      report('a mean of more than 0s', { path: ['after'], hint: 'none: nobody is impatient' });
  },
);

const affinity = block({
  attempts: field(
    count(unscaled, { min: 1, max: 1_000_000 }),
    'how many attempts after a drop go to the host that was lost; then to any',
  ),
});

const multiplies = block({
  adds: field(count(unscaled, { min: 0, max: MOST_PARALLEL }), 'so many more after each failure', { default: 0 }),
  factor: field(factor(unscaled, { min: 1, max: MOST_PARALLEL }), 'so many times as many after each failure', {
    default: 1,
  }),
  atMost: field(count(unscaled, { min: 1, max: MOST_PARALLEL }), 'at most so many at once'),
});

function clientFields(context: Context) {
  return {
    name: field(name, "the client version's name"),
    preset: field(
      optional(presetName(clientPresets)),
      'a library whose defaults fill in what is not said here; what the file says itself wins, whichever the preset',
    ),
    share: field(
      optional(fraction()),
      'the share of the sessions that start with it; the first version has all if nothing is said',
    ),
    backoff: field(optional(policyKind(backoffs, context)), 'how long it waits before each attempt'),
    firstDelay: field(
      orNone(distribution),
      'how long it waits before the first attempt after a loss, in the place of a delay of its backoff, whose first delay then follows that attempt; none: as the backoff says',
      { default: 'none' },
    ),
    connectTimeout: field(
      connectTimeout,
      'how long it waits for an attempt, or first for the transport to open and then for the answer; none: for ever',
      { default: '10s' },
    ),
    multiplies: field(
      orNone(multiplies),
      'whether an attempt goes out several times at once after failures in a row: factor^failures + adds * failures times; none: once',
      { default: 'none' },
    ),
    giveUp: field(giveUp, 'how it gives up', { default: {} }),
    resetAfter: field(duration({}, 'none'), 'a connection that held so long resets the attempt counter', {
      as: 'resetAfterMs',
      default: '0s',
    }),
    resetOn: field(
      word(['connected', 'open']),
      'since when a connection holds: since the answer, or since its transport opened, so that a login which is then rejected resets the counter too',
      { default: 'connected' },
    ),
    retryAfter: field(
      policyKind(retryAfters, context),
      'what it does when a refusal says when to come again (see `retryAfter` of the tiers)',
      { default: 'ignore' },
    ),
    retryGate: field(
      policyKind(retryGates, context),
      'its own brake: whether it makes an attempt that is due; one held back is to it one that failed',
      { default: 'none' },
    ),
    impatience: field(orNone(impatience), 'when a person who is not connected reloads the page; none: never', {
      default: 'none',
    }),
    affinity: field(
      orNone(affinity),
      'whether it asks for the host of the first tier that it lost; none: any host will do',
      { default: 'none' },
    ),
    keepalive: field(orNone(keepalive), 'how it notices a host that is gone without a word; none: not at all', {
      default: 'none',
    }),
    resumesFor: field(
      duration({}, 'none'),
      'attempts so soon after a drop resume the lost session, unless the page was reloaded; 0s: never, none: however late',
      { as: 'resumesForMs', default: '0s' },
    ),
    takesOverStale: field(flag, 'whether it takes over a stale registration instead of being rejected', {
      default: false,
    }),
  };
}

export function clients(context: Context) {
  const fields = clientFields(context);
  const client = mapped(
    withPreset(clientPresets, fields, block(fields)),
    ({ preset: _preset, backoff, ...own }, report) => ({
      ...own,
      backoff: backoff ?? report<PolicySpec>('a backoff policy, or a preset', { path: ['backoff'] }),
    }),
  );
  return mapped(
    list(
      remembered(client, () => context.outline),
      { least: 1, most: MOST_ITEMS.clients },
    ),
    (items, report) => {
      const all = shares(items, report);
      return items.map((item, i) => ({ ...item, share: all[i] }));
    },
  );
}
