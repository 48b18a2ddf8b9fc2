/**
 * The JSON Schema (2020-12) of scenario files, for editors: it knows fields,
 * notations, policies and defaults. References, clocks and units of expressions
 * are beyond it; `sim validate` checks them.
 */
import { readOutline } from './context.ts';
import { jsonSchemaOf } from './kind.ts';
import { scenarioKind } from './scenario-fields.ts';
import { fromPlain } from './tree.ts';

/** Defaults that are made from other fields are no constants. */
function withoutDerivedDefaults(properties: Record<string, Record<string, unknown>>): void {
  for (const property of Object.values(properties)) if (property.default === '' && property.type === 'string') delete property.default;
}

export function scenarioJsonSchema(): Record<string, unknown> {
  const nothing = fromPlain({}, { line: 0, column: 0, set: null }, null);
  const root = scenarioKind({ vocabulary: { metrics: {} }, outline: readOutline(nothing), file: {} });
  const { $schema, ...schema } = jsonSchemaOf(root);
  withoutDerivedDefaults(schema.properties as Record<string, Record<string, unknown>>);
  return { $schema, title: 'A scenario of sim', ...schema };
}
