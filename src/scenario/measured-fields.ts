/**
 * The fields of `measured`: series of somebody's monitoring, each in a file of its
 * own beside the scenario, and which metric of the model it is. The file is read by
 * who asks for it (read-series.ts); here is only what the scenario says of it.
 */
import type { Context } from './context.ts';
import type { MetricReference, MetricUnit } from './expression.ts';
import { parseGauge, type ExpressionScope } from './expression-parser.ts';
import { block, field, leaf, list, mapped, optional, remembered, type Kind } from './kind.ts';
import { parseDuration, parseFraction, parseRate } from './quantity.ts';
import { coveredPath, duration, factor, isReadable, name } from './quantity-kinds.ts';
import { linePattern } from './readable-text.ts';
import { unscaled } from './scale.ts';
import { MOST_CHARACTERS, MOST_ITEMS } from './size-limits.ts';
import { isTimezone } from './wall-clock.ts';

export interface Gauge {
  readonly text: string;
  readonly reference: MetricReference;
  readonly unit: MetricUnit;
}

function gauge(context: Context): Kind<Gauge> {
  const kind: Kind<Gauge> = leaf({
    unit: 'expression',
    jsonSchema: { type: 'string', maxLength: MOST_CHARACTERS.expression, pattern: linePattern },
    read: (value, report) => {
      const expected = 'a metric that has a value at each instant, like disconnectedFraction';
      if (typeof value !== 'string') return report(expected);
      if (!isReadable(value, MOST_CHARACTERS.expression, 'one', report)) return null as never;
      const { clock, podNames, tierNames, whoNames } = context.outline.words;
      const { vocabulary } = context;
      const scope: ExpressionScope = { vocabulary, clock, podNames, tierNames, whoNames, variantNames: null, place: 'observed', scale: context.outline.scale }; // prettier-ignore
      const parsed = parseGauge(value, scope);
      if (!('mistake' in parsed)) return { text: value.trim(), ...parsed };
      const { expected: what, found, offset } = parsed.mistake;
      return report(what, { found: `${found} in ${JSON.stringify(value)}`, hint: () => parsed.mistake.hint, offset });
    },
  });
  return remembered(kind, () => context.outline.words);
}

/** In the metric's own unit, whichever it is. */
function readDeviation(value: unknown, unit: MetricUnit): number {
  if (unit === 'count' || unit === 'factor') return typeof value === 'number' ? value : NaN;
  const parse = { duration: parseDuration, rate: parseRate, fraction: parseFraction, instant: parseDuration }[unit];
  const read = parse(value);
  return typeof read === 'number' ? read : NaN;
}

const written: Kind<string | number> = leaf({
  unit: 'in the unit of the metric',
  jsonSchema: { type: ['string', 'number'], maxLength: MOST_CHARACTERS.quantity, pattern: linePattern },
  read: (value, report) => {
    if (typeof value === 'number') return value;
    if (typeof value !== 'string') return report('a value in the unit of the metric, like 2% or 5/s');
    return isReadable(value, MOST_CHARACTERS.quantity, 'one', report) ? value : '';
  },
});

/** By its number, from 0, or by its name in the first line. */
const column: Kind<string | number> = leaf({
  unit: 'column',
  jsonSchema: { type: ['string', 'number'], maxLength: MOST_CHARACTERS.title, minimum: 0, pattern: linePattern },
  read: (value, report) => {
    if (Number.isInteger(value) && (value as number) >= 0) return value as number;
    if (typeof value !== 'string') return report('a name of the first line, or a number, the first being 0');
    return isReadable(value, MOST_CHARACTERS.title, 'one', report) ? value : '';
  },
});

const timezone: Kind<string> = leaf({
  unit: 'time zone',
  jsonSchema: { type: 'string', maxLength: MOST_CHARACTERS.quantity },
  read: (value, report) =>
    typeof value === 'string' && isTimezone(value) ? value : report('a time zone like UTC or Europe/Berlin'),
});

const error = block({
  sd: field(written, 'how far off a value may well be: one standard deviation, in the unit of the metric'),
  shift: field(duration(), 'how far off its times may be', { as: 'shiftMs', default: '0s' }),
});

export function measured(context: Context) {
  const series = block({
    name: field(name, 'what it is called'),
    file: field(coveredPath, 'a CSV file, or the JSON of a range query of Prometheus; beside the scenario'),
    time: field(column, 'of CSV, the column of the times', { default: 0 }),
    column: field(column, 'of CSV, the column of the values; of several series of Prometheus, which', { default: 1 }),
    timezone: field(optional(timezone), 'of times that do not say; the zone of the clock by default'),
    is: field(gauge(context), 'the metric that it is'),
    factor: field(factor(unscaled), 'what its values are multiplied by, like 0.01 for percent', { default: 1 }),
    error: field(error, 'how exact it is'),
  });
  const kind = mapped(series, ({ error: exact, timezone: zone, ...own }, report) => {
    const sd = readDeviation(exact.sd, own.is.unit);
    if (!(sd > 0)) report(`a ${own.is.unit} above zero, as ${own.is.text} is`, { path: ['error', 'sd'], found: JSON.stringify(exact.sd) }); // prettier-ignore
    return { ...own, timezone: zone ?? null, sd, shiftMs: exact.shiftMs };
  });
  return list(
    remembered(kind, () => context.outline),
    { most: MOST_ITEMS.series },
  );
}
