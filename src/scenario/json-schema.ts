/**
 * The JSON Schema (2020-12) of scenario files, for editors: it knows fields,
 * notations, policies, presets, defaults and the paths of a variant's `set`.
 * References, clocks and units of expressions are beyond it; `sim validate`
 * checks them.
 */
import { readOutline } from './context.ts';
import type { JsonSchema } from './kind.ts';
import { scenarioKind } from './scenario-fields.ts';
import { requiredOf, requiring, SchemaWriter } from './schema-writer.ts';
import { setPathSchemas } from './set-path-schemas.ts';
import { fromPlain } from './tree.ts';

export function scenarioJsonSchema(): Record<string, unknown> {
  const nothing = fromPlain({}, { line: 0, column: 0, set: null }, null);
  const root = scenarioKind({ vocabulary: { metrics: {} }, outline: readOutline(nothing), file: {} });
  if (root.inside.form !== 'block') throw new Error('a scenario is a block of fields');
  const { fields } = root.inside;
  const writer = new SchemaWriter();
  const own = writer.block(root, fields);
  const { $defs, ...paths } = { $defs: writer.definitions.all, set: setPathSchemas(writer, root) };
  const variant = $defs.variant as { readonly properties: Readonly<Record<string, JsonSchema>> };
  const set = { ...variant.properties.set, ...paths.set };
  const defs = { ...$defs, variant: { ...variant, properties: { ...variant.properties, set } } };
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    description: 'a scenario of sim',
    ...own,
    ...requiring(requiredOf(fields)),
    $defs: defs,
  };
}
