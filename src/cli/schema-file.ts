/**
 * The JSON Schema of scenario files as text, and as the file beside a scenario
 * that the scenario's first line names. A file of that name that is something
 * else is left alone.
 */
import { existsSync, readFileSync } from 'node:fs';
import { scenarioJsonSchema } from '../scenario/json-schema.ts';

const lineWidth = 120;

/** JSON with a line for what fits on one: a file that is read and compared, but not long. */
function jsonLines(value: unknown, indent = ''): string {
  const line = JSON.stringify(value);
  if (typeof value !== 'object' || value === null || indent.length + line.length <= lineWidth) return line;
  const inner = `${indent} `;
  if (Array.isArray(value)) return `[\n${value.map((item) => inner + jsonLines(item, inner)).join(',\n')}\n${indent}]`;
  const entries = Object.entries(value).map(([key, one]) => `${inner}${JSON.stringify(key)}: ${jsonLines(one, inner)}`);
  return `{\n${entries.join(',\n')}\n${indent}}`;
}

export function schemaText(): string {
  return `${jsonLines(scenarioJsonSchema())}\n`;
}

/** Whether a schema may be written there: nothing is there, or a schema of scenarios, maybe of another version. */
export function mayHoldSchema(file: string): boolean {
  if (!existsSync(file)) return true;
  try {
    const { description } = JSON.parse(readFileSync(file, 'utf8')) as { readonly description?: unknown };
    return description === scenarioJsonSchema().description;
  } catch {
    return false;
  }
}
