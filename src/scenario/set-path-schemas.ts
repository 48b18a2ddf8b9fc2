/**
 * The paths that a variant's `set` may name, for editors: a pattern for each
 * field below the scenario, with the field's meaning and notation. Whether a
 * name is one of the file's, and what a policy has for parameters, is for
 * `sim validate` to say.
 */
import type { Field, JsonSchema, Kind } from './kind.ts';
import type { SchemaWriter } from './schema-writer.ts';

const nameWord = '[a-z0-9-]+';
/** No part of what varies. */
const fixedFields = new Set(['format', 'variants', '$schema']);

interface PathSchema {
  readonly path: string;
  readonly schema: JsonSchema;
}

/** An item as a whole, whose name the path says. */
function wholeItem(writer: SchemaWriter, element: Kind<unknown>, path: string): JsonSchema {
  const { required, ...item } = writer.value(element, path.slice(path.lastIndexOf('.') + 1).replace(/s$/, ''));
  const others = Array.isArray(required) ? (required as readonly unknown[]).filter((key) => key !== 'name') : [];
  return {
    description: 'the whole of it; under a new name, one more',
    ...item,
    ...(others.length === 0 ? {} : { required: others }),
  };
}

/** A field's paths: its own, and those below it. */
function below(writer: SchemaWriter, kind: Kind<unknown>, path: string): PathSchema[] {
  const { inside } = kind;
  const fieldPaths = (fields: Readonly<Record<string, Field<unknown>>>): PathSchema[] =>
    Object.entries(fields).flatMap(([key, aField]) => [
      { path: `${path}\\.${key}`, schema: writer.property(aField, key) },
      ...below(writer, aField.kind, `${path}\\.${key}`),
    ]);
  if (inside.form === 'block') return fieldPaths(inside.fields);
  // A distribution, counts by tier: maps of their own.
  if (inside.form === 'value')
    return JSON.stringify(kind.notation).includes('"object"')
      ? [{ path: `${path}\\..+`, schema: { description: 'a part of it' } }]
      : [];
  if (inside.form === 'list') {
    const { element } = inside;
    const canBeNamed =
      element.inside.form === 'choice' ||
      (element.inside.form === 'block' && Object.hasOwn(element.inside.fields, 'name'));
    if (!canBeNamed) return [];
    const itemPath = `${path}\\.${nameWord}`;
    return [{ path: itemPath, schema: wholeItem(writer, element, path) }, ...below(writer, element, itemPath)];
  }
  if (inside.form !== 'choice') return [];
  const parameters = Object.entries(writer.merged(inside.options)).map(([key, schema]) => ({
    path: `${path}\\.${key}`,
    schema,
  }));
  const name = {
    path: `${path}\\.${inside.key}`,
    schema: { description: `which ${inside.key}`, enum: Object.keys(inside.options) },
  };
  const kinds = new Map(
    Object.values(inside.options).flatMap((fields) =>
      Object.entries(fields).map(([key, one]) => [key, one.kind] as const),
    ),
  );
  return [name, ...parameters, ...[...kinds].flatMap(([key, one]) => below(writer, one, `${path}\\.${key}`))];
}

/** The value, or null, which removes what stands there. */
function orNull({ description, default: _default, ...value }: JsonSchema): JsonSchema {
  const isAnything = Object.keys(value).length === 0;
  return {
    description,
    ...(isAnything
      ? {}
      : {
          anyOf: [
            ...(Array.isArray(value.anyOf) && Object.keys(value).length === 1
              ? (value.anyOf as readonly unknown[])
              : [value]),
            { type: 'null' },
          ],
        }),
  };
}

/** Paths of the same meaning share a pattern. */
export function setPathSchemas(writer: SchemaWriter, root: Kind<unknown>): JsonSchema {
  const fields = root.inside.form === 'block' ? root.inside.fields : {};
  const paths = Object.entries(fields).flatMap(([key, aField]) =>
    fixedFields.has(key)
      ? []
      : [{ path: key, schema: writer.property(aField, key) }, ...below(writer, aField.kind, key)],
  );
  const byMeaning = new Map<string, { schema: JsonSchema; paths: string[] }>();
  for (const { path, schema } of paths) {
    const whole = orNull(schema);
    const text = JSON.stringify(whole);
    const one = byMeaning.get(text) ?? { schema: whole, paths: [] };
    one.paths.push(path);
    byMeaning.set(text, one);
  }
  const patternProperties = Object.fromEntries(
    [...byMeaning.values()].map((one) => [
      one.paths.length === 1 ? `^${one.paths[0]}$` : `^(${one.paths.join('|')})$`,
      one.schema,
    ]),
  );
  return { type: 'object', patternProperties, additionalProperties: false };
}
