/**
 * A policy in the file: a bare name, which means its defaults, or
 * `{ policy: name, …parameters }`. Names, parameters, units, defaults and
 * bounds are the registry's; this file knows none of them.
 */
import type { DistributionSpec } from '../engine/distributions.ts';
import type { Parameter, Parameters, PolicySpec, Registry, Unit } from '../policies/parameters.ts';
import { rebootOrders } from '../policies/reboot-order.ts';
import type { Context } from './context.ts';
import { distribution } from './distribution-kind.ts';
import {
  choice,
  field,
  leaf,
  list,
  optional,
  orShort,
  type Field,
  type Fields,
  type Kind,
  type Report,
} from './kind.ts';
import { formatDuration, formatRate } from './quantity.ts';
import { count, duration, factor, flag, fraction, rate, reference, word, wordNotation } from './quantity-kinds.ts';
import { type Scaling } from './scale.ts';
import { scaledBy, scaledCount } from './scaling.ts';
import { MOST_CHARACTERS, MOST_ITEMS } from './size-limits.ts';
import { readPods, target } from './target-kind.ts';
import type { Plain } from './tree.ts';

/** The kind of a policy of this registry. */
export function policyKind<Created>(registry: Registry<Created>, context: Context): Kind<PolicySpec> {
  const names = Object.keys(registry);
  const options = Object.fromEntries(names.map((name) => [name, parameterFields(registry[name].parameters, context)]));
  const helps = Object.fromEntries(names.map((name) => [name, registry[name].help]));
  const kind = choice('policy', options, helps, (policy, read, report): PolicySpec => {
    const parameters = withGates(registry[policy].parameters, read, context, report);
    const mistake = registry[policy].check?.(parameters) ?? null;
    if (mistake !== null) report(mistake.expected, { path: [mistake.parameter], hint: mistake.hint });
    return { policy, parameters };
  });
  return { ...orShort(kind, (name) => ({ policy: name }), wordNotation(names, helps)), unit: 'policy' };
}

/** What gates count is scaled here, for it depends on where they stand. */
function withGates(
  declared: Parameters,
  read: Readonly<Record<string, unknown>>,
  context: Context,
  report: Report,
): Readonly<Record<string, unknown>> {
  const scaling = scaledBy(context, 'gate');
  const { per } = read;
  if (scaling.factor(per) === 1) return read;
  const scaled = Object.entries(declared).flatMap(([key, { scales, unit, min, leastStays }]) => {
    const value = read[key];
    if (scales !== 'gate' || typeof value !== 'number') return [];
    const isWhole = unit === 'count' || unit === 'countOrNone';
    return [
      [
        key,
        isWhole
          ? scaledCount(value, { scaling, per, stays: leastStays === true ? min : undefined }, report, [key])
          : value * scaling.factor(per),
      ] as const,
    ];
  });
  return { ...read, ...Object.fromEntries(scaled) };
}

/** What a parameter says of `scale`; the house's tests see to it that it does. */
function scalingOf({ scales = 'nothing' }: Parameter, context: Context): Scaling {
  return scaledBy(context, scales);
}

function pods(context: Context): Kind<readonly number[]> {
  const item = {
    anyOf: [
      { type: 'integer', minimum: 1, maximum: MOST_ITEMS.pods },
      { type: 'string', maxLength: MOST_CHARACTERS.name },
    ],
  };
  return leaf({
    unit: 'pods',
    jsonSchema: {
      anyOf: [
        { const: 'all' },
        { type: 'array', items: item, minItems: 1, maxItems: MOST_ITEMS.pods, uniqueItems: true },
      ],
    },
    read: (value, report) => readPods(context, value, report, []),
  });
}

type KindOfUnit = (parameter: Parameter, context: Context) => Kind<unknown>;

/** Each unit's kind. `tierChanges` is missing: it needs the tier's own fields, and so comes from the actions. */
const kindByUnit: Readonly<Record<Exclude<Unit, 'tierChanges'>, KindOfUnit>> = {
  duration: (parameter) => duration(parameter),
  durationOrNone: (parameter) => duration(parameter, 'none'),
  durations: (parameter) => {
    const one = duration(parameter);
    const most = MOST_ITEMS.delays;
    return {
      ...list(one, { least: 1, most }),
      unit: 'durations',
      inside: { form: 'value' },
      notation: { type: 'array', items: one.notation, minItems: 1, maxItems: most },
    };
  },
  rate: (parameter, context) => rate(scalingOf(parameter, context), parameter),
  fraction: (parameter) => fraction(parameter),
  fractionOrNone: (parameter) => fraction(parameter, 'none'),
  count: (parameter, context) => count(scalingOf(parameter, context), parameter),
  countOrNone: (parameter, context) => count(scalingOf(parameter, context), parameter, 'none'),
  factor: (parameter, context) => factor(scalingOf(parameter, context), parameter),
  flag: () => flag,
  choice: (parameter) => word(parameter.choices ?? []),
  distribution: () => distribution,
  rebootOrder: (_parameter, context) => policyKind(rebootOrders, context),
  target: (_parameter, context) => target(context),
  someHosts: (_parameter, context) => optional(target(context)),
  pods: (_parameter, context) => pods(context),
  client: (_parameter, context) => reference(context, 'client'),
  tier: (_parameter, context) => reference(context, 'tier'),
  tierOfTarget: (_parameter, context) => optional(reference(context, 'tier')),
  product: (_parameter, context) => reference(context, 'product'),
};

/** A distribution whose parameters are durations, as a file writes it. */
function distributionNotation({ name, parameters }: DistributionSpec): Plain {
  return {
    [name]: Object.fromEntries(Object.entries(parameters).map(([key, ms]) => [key, formatDuration(ms as number)])),
  };
}

/** A resolved default in the file's notation. */
function notationOf(unit: Unit, value: unknown): Plain {
  if (value === Infinity) return 'none';
  if (unit === 'duration' || unit === 'durationOrNone') return formatDuration(value as number);
  if (unit === 'durations') return (value as readonly number[]).map(formatDuration);
  if (unit === 'distribution') return distributionNotation(value as DistributionSpec);
  if (unit === 'rate') return formatRate(value as number);
  if (unit === 'pods') return 'all';
  if (unit === 'rebootOrder') return (value as PolicySpec).policy;
  return value as Plain;
}

/** The fields that declared parameters are in a file. `tierChanges` is the kind of that unit, where it can occur. */
export function parameterFields(parameters: Parameters, context: Context, tierChanges?: Kind<unknown>): Fields {
  const fields: Record<string, Field<unknown>> = {};
  for (const [key, parameter] of Object.entries(parameters)) {
    const { unit } = parameter;
    const kind = unit === 'tierChanges' ? tierChanges : kindByUnit[unit](parameter, context);
    if (kind === undefined) throw new Error(`parameter ${key}: the unit ${unit} has no kind here`);
    const fallback = parameter.default;
    fields[key] = field(kind, parameter.help, fallback === undefined ? {} : { default: notationOf(unit, fallback) });
  }
  return fields;
}
