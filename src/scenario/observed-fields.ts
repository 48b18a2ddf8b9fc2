/**
 * The fields of `observed`: what was seen in reality, when, and what it says of
 * the state that it names: that it began there, that it had begun by then, or
 * that it held from then until another time. A time that was told afterwards is
 * off by the tolerance, either way. One at which somebody posted lies behind the
 * state: by a delay that is a distribution, and never before it.
 */
import type { Context } from './context.ts';
import { distribution } from './distribution-kind.ts';
import type { DistributionSpec } from '../engine/distributions.ts';
import type { Expression } from './expression.ts';
import { block, field, list, mapped, optional, remembered, type Kind, type Report } from './kind.ts';
import { duration, instant, name, prose, word } from './quantity-kinds.ts';
import { MOST_ITEMS } from './size-limits.ts';

export type Meaning = 'begins' | 'has-begun' | 'holds';

const meaningHelps: Readonly<Record<Meaning, string>> = {
  begins: 'the state begins here',
  'has-begun': 'it has begun by then, and goes on',
  holds: 'it holds from then until `until`',
};

const meaning: Kind<Meaning> = word(['begins', 'has-begun', 'holds'], meaningHelps);

const posted = block({ after: field(distribution, 'how long after the state somebody posted') });

interface Given {
  readonly atMs: number;
  readonly expect: Expression | undefined;
  readonly means: Meaning | undefined;
  readonly untilMs: number | undefined;
  readonly posted: { readonly after: DistributionSpec } | undefined;
}

/** What a row means that has a condition and does not say: what all rows meant before they could. */
export function usualMeaning({ kind }: Pick<Expression, 'kind'>): Meaning {
  return kind === 'milestone' ? 'begins' : 'has-begun';
}

/** What only the row as a whole can have wrong; a row without a condition means nothing. */
function checked({ expect, means, untilMs, atMs }: Given, report: Report): void {
  if (expect === undefined && means !== undefined)
    report('no meaning without `expect`', { path: ['means'], found: means });
  if (means === 'holds' && expect?.kind === 'milestone')
    report('begins or has-begun: a milestone is a moment', { path: ['means'], found: 'holds' });
  if (means === 'holds' && untilMs === undefined)
    report('when it held until', { path: ['until'], found: 'nothing', hint: 'like until: "17:45"' });
  if (means !== 'holds' && untilMs !== undefined) {
    const found = means ?? (expect === undefined ? 'a row that is only on record' : 'a row that does not say what it means'); // prettier-ignore
    report('no end: only what `means: holds` has one', { path: ['until'], found });
  }
  if (untilMs !== undefined && untilMs < atMs) report('a time after `at`', { path: ['until'] });
}

export function observed(context: Context, expression: Kind<Expression>) {
  const row = block({
    name: field(name, "the row's name"),
    at: field(
      instant(context, { toEnd: true }),
      'when it was observed; the fleet is looked at every whole second, and a time in between means the one before',
      { as: 'atMs' },
    ),
    says: field(prose, 'what was observed, in words'),
    expect: field(optional(expression), 'its reading as a condition; without one it is only on record'),
    means: field(
      optional(meaning),
      'what the time says of the condition; a row that does not say it means begins of a milestone, has-begun of a state, and there is a warning',
    ),
    until: field(optional(instant(context, { toEnd: true })), 'where it holds: until when', { as: 'untilMs' }),
    posted: field(
      optional(posted),
      'the time is one at which somebody posted: the state began before it, by a delay up to 19 of 20 of these, and the tolerance has no say',
    ),
    tolerance: field(duration(), 'how far off the simulated time may be, where nobody posted', {
      as: 'toleranceMs',
      default: '5m',
    }),
    note: field(prose, 'what else is to be said of it', { default: '' }),
  });
  const kind = mapped(row, (own, report) => {
    checked(own, report);
    const { expect, means, untilMs, posted: post } = own;
    // A row that does not use a field is as it was without it.
    return {
      name: own.name,
      atMs: own.atMs,
      says: own.says,
      toleranceMs: own.toleranceMs,
      note: own.note,
      expect: expect ?? null,
      means: expect === undefined ? null : (means ?? usualMeaning(expect)),
      untilMs: untilMs ?? null,
      postedAfter: post?.after ?? null,
    };
  });
  return list(
    remembered(kind, () => context.outline),
    { most: MOST_ITEMS.observed },
  );
}
