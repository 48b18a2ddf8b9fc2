/**
 * The scenario's own fields: the root of the schema. Everything that can be
 * written in a file hangs below `scenarioKind`, and the model's `Scenario` is
 * the type that comes out of it.
 */
import { actionKind, isAssumed, type UntimedAction, type TimelineAction, type When } from './action-kind.ts';
import { clockDefaults, wallClock, type Context } from './context.ts';
import { distribution } from './distribution-kind.ts';
import { reportBeyondEngine } from './engine-limits.ts';
import type { MetricCondition, Expression } from './expression.ts';
import { parseExpression, type ExpressionScope } from './expression-parser.ts';
import { assumptions, given } from './assumption-fields.ts';
import { atMost, block, field, leaf, list, mapped, optional, remembered, type Kind } from './kind.ts';
import { clients } from './client-fields.ts';
import { measured } from './measured-fields.ts';
import { observed } from './observed-fields.ts';
import { pods } from './pod-fields.ts';
import { products } from './product-fields.ts';
import { coveredPath, factor, duration, flag, instant, name, isReadable, prose, title } from './quantity-kinds.ts';
import { linePattern } from './readable-text.ts';
import { unscaled } from './scale.ts';
import { MOST_CHARACTERS, MOST_ITEMS } from './size-limits.ts';
import { start } from './start-fields.ts';
import { tiers } from './tier-fields.ts';
import { isTimezone, parseDate, parseTimeOfDay, timeOfDayPattern, type WallClock } from './wall-clock.ts';

const above0 = { min: 0, exclusiveMin: true } as const;

const format: Kind<1> = leaf({
  unit: '',
  jsonSchema: { const: 1 },
  read: (value, report) => (value === 1 ? 1 : report('1, the only format so far')),
});

function clock(): Kind<WallClock> {
  const asWritten = (
    unit: string,
    pattern: string,
    good: (value: unknown) => boolean,
    expected: string,
  ): Kind<string> =>
    leaf({
      unit,
      jsonSchema: { type: 'string', maxLength: MOST_CHARACTERS.quantity, ...(pattern === '' ? {} : { pattern }) },
      read: (value, report) => (good(value) ? String(value) : report(expected)),
    });
  const time = asWritten(
    'clock time',
    timeOfDayPattern,
    (value) => parseTimeOfDay(value) !== null,
    'a clock time like "16:40", in quotes',
  );
  const fields = {
    date: field(
      asWritten('date', '^\\d{4}-\\d\\d-\\d\\d$', (value) => parseDate(value) !== null, 'a date like 2023-04-26'),
      'the day on which it starts',
      { default: clockDefaults.date },
    ),
    from: field(time, 'when it starts', { default: clockDefaults.from }),
    to: field(
      asWritten(
        'clock time',
        '',
        (value) => typeof value === 'string' && value !== '',
        'a clock time like "18:00", or a duration like "90m"',
      ),
      'when it ends: a clock time (the next day if it is before `from`), or how long it lasts',
    ),
    timezone: field(
      asWritten(
        'time zone',
        '',
        (value) => typeof value === 'string' && isTimezone(value),
        'a time zone like UTC or Europe/Berlin',
      ),
      'the zone of all clock times',
      { default: clockDefaults.timezone },
    ),
  };
  return mapped(block(fields), ({ date, from, to, timezone }, report) => {
    const result = wallClock(date, from, to, timezone);
    return (
      result ?? report('an end after the start: a clock time like "18:00", or a duration like "90m"', { path: ['to'] })
    );
  });
}

function expression(context: Context, place: ExpressionScope['place']): Kind<Expression> {
  const kind: Kind<Expression> = leaf({
    unit: 'expression',
    jsonSchema: { type: 'string', maxLength: MOST_CHARACTERS.expression, pattern: linePattern },
    read: (value, report) => {
      if (typeof value !== 'string') return report('an expression like "collapse == 0"');
      if (!isReadable(value, MOST_CHARACTERS.expression, 'one', report)) return null as never;
      const { clock: at, podNames, tierNames, whoNames, variantNames } = context.outline.words;
      const { scale } = context.outline;
      const scope = {
        vocabulary: context.vocabulary,
        clock: at,
        podNames,
        tierNames,
        whoNames,
        variantNames: place === 'expect' ? variantNames : null,
        place,
        scale,
      };
      const parsed = parseExpression(value, scope);
      if (!('mistake' in parsed)) return parsed;
      const { expected, found, offset } = parsed.mistake;
      return report(expected, {
        found: `${found} in ${JSON.stringify(value)}`,
        hint: () => parsed.mistake.hint,
        offset,
      });
    },
  });
  return remembered(kind, () => context.outline.words);
}

/** Each action of a responder follows on the one before, unless it says when. */
function inTurn(context: Context, responder: string, act: readonly UntimedAction[]): TimelineAction[] {
  return act.map(({ byMs, when, ...action }, i) => {
    const before = i === 0 ? responder : act[i - 1].name;
    const assumed = isAssumed(context, `responders.${responder}.act.${action.name}`);
    return { ...action, when: when ?? { after: before, byMs }, assumed };
  });
}

function responders(context: Context, action: Kind<UntimedAction>) {
  const detect = block({
    when: field(expression(context, 'detect') as Kind<MetricCondition>, 'a gauge beyond a bound', { as: 'condition' }),
    for: field(duration(), 'for so long, as seen at whole seconds', { as: 'forMs', default: '0s' }),
  });
  const responder = block({
    name: field(name, "the responder's name"),
    title: field(optional(title), 'what people call it'),
    detect: field(detect, 'what sets it off'),
    from: field(instant(context), 'not before this time; the gauge is looked at every whole second', {
      as: 'fromMs',
      default: '0s',
    }),
    page: field(distribution, 'from detection to the page', { default: '0s' }),
    engage: field(distribution, 'from the page to somebody who engages', { default: '0s' }),
    diagnose: field(distribution, 'from there to a diagnosis', { default: '0s' }),
    standsDown: field(
      flag,
      'whether it does nothing if the condition no longer holds when it is diagnosed, and watches again',
      { default: false },
    ),
    act: field(list(action, { least: 1, most: MOST_ITEMS.act }), 'what is done then, one after the other'),
  });
  return list(
    mapped(responder, ({ title: called, act, ...own }) => ({
      ...own,
      title: called ?? own.name,
      act: inTurn(context, own.name, act),
    })),
    { most: MOST_ITEMS.responders },
  );
}

function timeline(context: Context, untimed: Kind<UntimedAction>): Kind<readonly TimelineAction[]> {
  const action = mapped(untimed, ({ byMs: _byMs, when, ...own }, report): TimelineAction => {
    const missing = (): When => report('`at` or `after`', { found: 'neither' });
    return { ...own, when: when ?? missing(), assumed: isAssumed(context, `timeline.${own.name}`) };
  });
  return list(
    remembered(action, () => context.outline),
    { most: MOST_ITEMS.timeline },
  );
}

const setEntries: Kind<Readonly<Record<string, unknown>>> = leaf({
  unit: 'paths and values',
  jsonSchema: { type: 'object', maxProperties: MOST_ITEMS.set },
  read: (value, report) => {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      atMost(MOST_ITEMS.set, Object.keys(value), report);
      return value as Readonly<Record<string, unknown>>;
    }
    return report('a map of paths and values, like { tiers.api.hosts: 16 }');
  },
});

/** Only read for its shape: variants are applied to the tree before this schema sees it. */
function variants(context: Context) {
  const variantName = { type: 'string', maxLength: MOST_CHARACTERS.name };
  const others = leaf<readonly string[]>({
    unit: 'variants',
    jsonSchema: { anyOf: [variantName, { type: 'array', items: variantName, maxItems: MOST_ITEMS.extend }] },
    read: (value, report) => {
      const given = typeof value === 'string' ? [value] : value;
      if (!Array.isArray(given) || !given.every((one) => typeof one === 'string'))
        return report('the name of a variant, or a list of them');
      atMost(MOST_ITEMS.extend, given, report);
      return given;
    },
  });
  const variant = block({
    name: field(
      mapped(name, (own, report) =>
        own === 'baseline' ? report('another name: baseline is the file as it stands') : own,
      ),
      "the variant's name",
    ),
    title: field(optional(title), 'what people call it'),
    extend: field(others, 'variants whose changes come first', { default: [] }),
    set: field(setEntries, 'paths and their new values; null removes', { default: {} }),
    sameDay: field(
      flag,
      'whether it claims to be the observed day as well: then `observed` rows judge it, and the story is told of it. Variants that extend it must say so themselves',
      { default: false },
    ),
  });
  return list(
    remembered(variant, () => context.file),
    { most: MOST_ITEMS.variants },
  );
}

const source = block({
  path: field(coveredPath, 'what it covers, with everything below'),
  cite: field(prose, 'where it was published'),
});

const scale = block({
  sessions: field(factor(unscaled, above0), 'multiplies all sessions and arrivals', { default: 1 }),
  hosts: field(
    factor(unscaled, above0),
    'multiplies the hosts of all tiers, also those that actions and policies count, and what gates let through; each must stay whole',
    { default: 1 },
  ),
  hostSize: field(
    factor(unscaled, above0),
    'multiplies what one host serves and holds: slots, sessions at full load, limits, memory, and what gates let through; slots that are not whole are slower instead',
    { default: 1 },
  ),
});

const wholeSeconds: Kind<number> = mapped(duration({ min: 1000 }), (ms, report) =>
  ms % 1000 === 0 ? ms : report('whole seconds'),
);

function measure(context: Context) {
  return block({
    from: field(
      instant(context),
      'counts and averages leave out what came before this very instant; means of whole seconds are of those from then on',
      { as: 'fromMs', default: '0s' },
    ),
    every: field(wholeSeconds, 'how often the time series are sampled', { as: 'sampleEveryMs', default: '5s' }),
  });
}

function rootFields(context: Context) {
  const action = actionKind(context);
  const condition = expression(context, 'expect') as Kind<MetricCondition>;
  return {
    format: field(format, 'the version of this file format'),
    name: field(name, "the scenario's name"),
    title: field(title, 'one line that says what it is', { default: () => context.outline.name }),
    story: field(prose, 'a paragraph that says what to watch, and why it happens', { default: '' }),
    clock: field(clock(), 'which time it covers'),
    seed: field(title, 'the seed of all luck, unless --seed says another', { default: () => context.outline.name }),
    scale: field(scale, 'makes the whole fleet smaller or larger', { default: {} }),
    pods: field(pods(), 'isolated copies of the service: how many, or a list', { default: 1 }),
    networkDelay: field(duration(above0), "what the client's network adds to an attempt, and to a refusal", {
      as: 'networkDelayMs',
      default: '50ms',
    }),
    tiers: field(tiers(context), "the stages on an attempt's way, in order"),
    products: field(products(context), 'kinds of sessions'),
    clients: field(clients(context), 'client versions'),
    start: field(start(context), 'what is amiss at the start; nothing by default', { default: {} }),
    timeline: field(timeline(context, action), 'what is done to the fleet, and when', { default: [] }),
    responders: field(responders(context, action), 'what people do about an outage, and how fast', { default: [] }),
    measure: field(measure(context), 'what is measured when', { default: {} }),
    metastableAfter: field(
      duration(),
      'an episode that lasts so long after its trigger has ended outlives it, and is metastable if it sustains itself for so long',
      { as: 'metastableAfterMs', default: '15m' },
    ),
    observed: field(observed(context, expression(context, 'observed')), 'what was seen in reality, and when', {
      default: [],
    }),
    measured: field(optional(measured(context)), 'series that were measured in reality, for `sim calibrate`'),
    expect: field(list(condition, { most: MOST_ITEMS.expect }), 'what must come out of it', { default: [] }),
    sources: field(
      list(
        remembered(source, () => context.file),
        { most: MOST_ITEMS.grounds },
      ),
      'where published values come from',
      { default: [] },
    ),
    assumptions: field(assumptions(context), 'why assumed values are what they are, and what else they might be', {
      default: [],
    }),
    given: field(
      given,
      'what else a draw of the assumptions must meet before it is run: conditions over the arithmetic',
      { default: [] },
    ),
    variants: field(variants(context), 'the same scenario with some values changed', { default: [] }),
    $schema: field(
      optional(coveredPath),
      'where editors find the JSON Schema of this format (`sim schema` prints it); it means nothing else',
    ),
  } as const;
}

export function scenarioKind(context: Context) {
  return block(rootFields(context), reportBeyondEngine);
}
