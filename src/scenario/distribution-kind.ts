/**
 * A distribution in the file: a plain duration, or one name and its
 * parameters, in a list (`{ uniform: [90s, 150s] }`), by name
 * (`{ lognormal: { mean: 2s, cv: 1.5 } }`) or, for the first one alone, as they
 * are (`{ exponential: 60ms }`). Names and parameters are the registry's.
 */
import {
  createDistribution,
  distributions,
  type DistributionEntry,
  type DistributionParameter,
  type DistributionSpec,
} from '../engine/distributions.ts';
import { leaf, mapped, type JsonSchema, type Kind, type Report } from './kind.ts';
import { durationPattern, formatDuration, parseDuration } from './quantity.ts';
import { MOST_CHARACTERS, MOST_ITEMS } from './size-limits.ts';
import { didYouMean, oneOf } from './suggestion.ts';

const names = Object.keys(distributions);
const durationSchema = { type: 'string', maxLength: MOST_CHARACTERS.quantity, pattern: durationPattern };
const expected = `a duration, or a map with ${oneOf(names)}`;

type Path = readonly (string | number)[];

function readNumber(parameter: DistributionParameter, value: unknown, path: Path, report: Report): number {
  const isDuration = parameter.unit === 'duration' || parameter.unit === 'durations';
  const read = isDuration ? parseDuration(value) : value;
  if (typeof read === 'object' && read !== null && 'expected' in read) {
    const { expected: wanted, hint } = read as { expected: string; hint: string | null };
    return report(`${wanted} (${parameter.help})`, { path, hint });
  }
  const whole = parameter.unit === 'count';
  if (typeof read !== 'number' || (whole && !Number.isInteger(read)))
    return report(`a ${whole ? 'whole number' : 'number'} (${parameter.help})`, { path });
  const { min = -Infinity, max = Infinity, exclusiveMin = false } = parameter;
  const format = isDuration ? formatDuration : String;
  if (exclusiveMin ? read <= min : read < min)
    return report(`${exclusiveMin ? 'more than' : 'at least'} ${format(min)}`, { path });
  return read > max ? report(`at most ${format(max)}`, { path }) : read;
}

function readParameter(
  parameter: DistributionParameter,
  value: unknown,
  path: Path,
  report: Report,
): number | readonly number[] {
  if (parameter.unit !== 'durations') return readNumber(parameter, value, path, report);
  if (!Array.isArray(value) || value.length === 0) return report('a list of durations', { path });
  if (value.length > MOST_ITEMS.measured)
    return report(`at most ${MOST_ITEMS.measured} durations`, { path, found: String(value.length) });
  return value.map((item, i) => readNumber(parameter, item, [...path, i], report));
}

/** The given values by parameter name, each with its path below the distribution's name. */
function byParameter(entry: DistributionEntry, value: unknown): Map<string, { value: unknown; path: Path }> {
  const parameters = Object.keys(entry.parameters);
  const given = new Map<string, { value: unknown; path: Path }>();
  if (Array.isArray(value) && entry.parameters[parameters[0]].unit !== 'durations') {
    for (const [i, item] of value.entries()) given.set(parameters[i] ?? `${i + 1}`, { value: item, path: [i] });
  } else if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    for (const [key, item] of Object.entries(value)) given.set(key, { value: item, path: [key] });
  } else given.set(parameters[0], { value, path: [] });
  return given;
}

function readSpec(name: string, value: unknown, report: Report): DistributionSpec {
  const entry = distributions[name];
  const known = Object.keys(entry.parameters);
  const given = byParameter(entry, value);
  const parameters: Record<string, number | readonly number[]> = {};
  for (const key of given.keys()) {
    if (!known.includes(key))
      report(Array.isArray(value) ? `at most ${known.length} values: ${known.join(', ')}` : oneOf(known), {
        path: [name, ...(given.get(key)?.path ?? [])],
        hint: () => didYouMean(key, known),
        found: Array.isArray(value) ? '' : `"${key}"`,
        atKey: !Array.isArray(value),
      });
  }
  for (const [key, parameter] of Object.entries(entry.parameters)) {
    const one = given.get(key);
    if (one !== undefined) parameters[key] = readParameter(parameter, one.value, [name, ...one.path], report);
    else if (parameter.default !== undefined) parameters[key] = parameter.default;
    else report(`its parameter ${key} (${parameter.help})`, { path: [name] });
  }
  const { from, to } = parameters;
  if (typeof from === 'number' && typeof to === 'number' && from > to)
    report(`bounds in order, the least first`, {
      path: [name],
      hint: `[${formatDuration(to)}, ${formatDuration(from)}]`,
    });
  return { name, parameters };
}

function read(value: unknown, report: Report): DistributionSpec {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    const keys = Object.keys(value);
    if (keys.length !== 1)
      return report(expected, { found: keys.length === 0 ? 'an empty map' : `a map with ${keys.join(', ')}` });
    if (!Object.hasOwn(distributions, keys[0]))
      return report(oneOf(names), {
        path: [keys[0]],
        found: `"${keys[0]}"`,
        hint: () => didYouMean(keys[0], names),
        atKey: true,
      });
    return readSpec(keys[0], (value as Record<string, unknown>)[keys[0]], report);
  }
  const meanMs = parseDuration(value);
  if (typeof meanMs === 'number') return { name: 'constant', parameters: { mean: meanMs } };
  const isName = typeof value === 'string' && Object.hasOwn(distributions, value);
  return report(expected, { hint: isName ? `with its parameters: { ${value}: … }` : meanMs.hint });
}

function parameterSchema(parameter: DistributionParameter): JsonSchema {
  const { unit, help: description, min, max } = parameter;
  if (unit === 'durations')
    return { description, type: 'array', items: durationSchema, minItems: 1, maxItems: MOST_ITEMS.measured };
  if (unit === 'duration') return { description, ...durationSchema };
  const bounds = { ...(min === undefined ? {} : { minimum: min }), ...(max === undefined ? {} : { maximum: max }) };
  return { description, type: unit === 'count' ? 'integer' : 'number', ...bounds };
}

/** One distribution's parameters: the first alone where it needs no other, in a list, by name. */
function parametersSchema({ help, parameters }: DistributionEntry): JsonSchema {
  const schemas = Object.entries(parameters).map(([key, parameter]) => [key, parameterSchema(parameter)] as const);
  const required = Object.entries(parameters).flatMap(([key, { default: fallback }]) =>
    fallback === undefined ? key : [],
  );
  const first = schemas[0][1];
  const listed = {
    type: 'array',
    prefixItems: schemas.map(([, schema]) => schema),
    items: false,
    minItems: required.length,
    maxItems: schemas.length,
  };
  const named = { type: 'object', properties: Object.fromEntries(schemas), required, additionalProperties: false };
  const alone = required.some((key) => key !== schemas[0][0]) ? [] : [first];
  return { description: help, anyOf: [...alone, ...(first.type === 'array' ? [] : [listed]), named] };
}

function jsonSchema(): JsonSchema {
  const properties = Object.fromEntries(
    Object.entries(distributions).map(([name, entry]) => [name, parametersSchema(entry)]),
  );
  return {
    anyOf: [
      durationSchema,
      { type: 'object', properties, minProperties: 1, maxProperties: 1, additionalProperties: false },
    ],
  };
}

export const distribution: Kind<DistributionSpec> = leaf({ unit: 'distribution', jsonSchema: jsonSchema(), read });

/** One that is always 0 would have something happen without end at one instant. */
const aboveZero: Kind<DistributionSpec> = mapped(distribution, (spec, report) =>
  createDistribution(spec).meanMs > 0 ? spec : report<DistributionSpec>('a mean of more than 0s'),
);

/** Of an age: connections would close as they open. */
export const age = aboveZero;
/** Between two tries. */
export const pause = aboveZero;
