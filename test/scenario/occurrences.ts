/**
 * What a scenario file can say, and what of it one says, both read off the schema: each field with another value than
 * its default, each word of a choice, each policy, preset and action with its parameters, each distribution. By this
 * the tests of random scenarios know that nothing is missing from them, whatever is added to the schema or a registry.
 */
import { distributions } from '../../src/engine/distributions.ts';
import { readOutline } from '../../src/scenario/context.ts';
import { defaultOf, type Field, type Fields, type Kind } from '../../src/scenario/kind.ts';
import { scenarioKind } from '../../src/scenario/scenario-fields.ts';
import { fromPlain, type Plain } from '../../src/scenario/tree.ts';

type Content = Readonly<Record<string, unknown>>;

/** Where names stand, which mean nothing to a run. */
const unsaid = new Set(['name', 'title']);
/** Actions are the same wherever they stand. */
const aliases: Readonly<Record<string, string>> = { timeline: 'action', 'responders.act': 'action' };

/** The schema's fields, as this content's own names have them. */
export function rootFieldsFor(content: Content): Fields {
  const tree = fromPlain(content as Plain, { line: 0, column: 0, set: null }, null);
  const { inside } = scenarioKind({ vocabulary: { metrics: {} }, outline: readOutline(tree), file: {} });
  if (inside.form !== 'block') throw new Error('a scenario is a block of fields');
  return inside.fields;
}

function fieldsOfTiers(): Fields {
  const { inside } = rootFieldsFor({}).tiers.kind;
  if (inside.form !== 'list' || inside.element.inside.form !== 'block') throw new Error('tiers are a list of blocks');
  return inside.element.inside.fields;
}

/** The names of the fields of a tier that actions can change. */
export function runTimeFieldsOfTiers(): string[] {
  return Object.entries(fieldsOfTiers()).flatMap(([key, { atRunTime }]) => (atRunTime ? [key] : []));
}

/** Those of its balancer, which no host has by itself. */
export function fieldsOfBalancers(): string[] {
  return Object.entries(fieldsOfTiers()).flatMap(([key, { ofBalancer }]) => (ofBalancer === true ? [key] : []));
}

function wordsOf({ unit, notation }: Kind<unknown>): readonly unknown[] {
  if (unit === 'flag') return [true, false];
  return Array.isArray(notation?.enum) ? notation.enum : [];
}

/** Each thing that can be said below these fields, by its path in the file without the names of what it is said of. */
export function sayable(fields: Fields, path = ''): string[] {
  return Object.entries(fields).flatMap(([key, aField]) => {
    if (unsaid.has(key)) return [];
    const own = path === '' ? key : `${path}.${key}`;
    // A word that is the default is said by every file that leaves it out.
    const fallback = defaultOf(aField);
    const isWord = typeof fallback === 'string' || typeof fallback === 'boolean';
    const silently = isWord ? `${own} = ${String(fallback)}` : null;
    return [own, ...sayableIn(aField.kind, aliases[own] ?? own).filter((one) => one !== silently)];
  });
}

function sayableIn(kind: Kind<unknown>, path: string): string[] {
  const { orElse, ...alone } = kind;
  const { inside } = kind;
  if (orElse !== undefined) return [...sayableIn(alone, path), ...sayableIn(orElse, path)];
  switch (inside.form) {
    case 'list':
      return sayableIn(inside.element, path);
    case 'block':
      // Of what an action changes of a tier, each field is enough: what can be said in it is said of tiers.
      if (inside.isPartial === true) return Object.keys(inside.fields).map((key) => `${path}.${key}`);
      return sayable(inside.fields, path);
    case 'choice':
      return Object.entries(inside.options).flatMap(([name, options]) => [
        `${path} = ${name}`,
        ...sayable(options, `${path} = ${name}`),
      ]);
    case 'value':
      if (kind.unit === 'distribution') return Object.keys(distributions).map((name) => `distribution = ${name}`);
      return wordsOf(kind).map((word) => `${path} = ${String(word)}`);
  }
}

/** Adds what is said by the values of these fields to `said`. */
export function collectSaid(fields: Fields, value: Content, said: Set<string>, path = ''): void {
  for (const [key, aField] of Object.entries(fields)) {
    const own = path === '' ? key : `${path}.${key}`;
    const given = value[key];
    if (given === undefined || unsaid.has(key)) continue;
    if (!said.has(own) && !isDefault(aField, given)) said.add(own);
    collectIn(aField.kind, given, said, aliases[own] ?? own);
  }
}

function collectIn(kind: Kind<unknown>, given: unknown, said: Set<string>, path: string): void {
  const { inside, orElse } = kind;
  if (orElse !== undefined && orElse.schema.safeParse(given).success) {
    collectIn(orElse, given, said, path);
    return;
  }
  const isShort = typeof given === 'string' || typeof given === 'number';
  const value = isShort && kind.spellOut !== undefined ? kind.spellOut(given) : given;
  if (inside.form === 'value') {
    if (kind.unit !== 'distribution') said.add(`${path} = ${String(value)}`);
    else said.add(`distribution = ${typeof value === 'object' ? Object.keys(value as Content)[0] : 'constant'}`);
  } else if (inside.form === 'list') {
    if (Array.isArray(value)) for (const one of value) collectIn(inside.element, one, said, path);
  } else if (typeof value === 'object' && value !== null) {
    const content = value as Content;
    if (inside.form === 'block' && inside.isPartial === true)
      for (const key of Object.keys(content)) said.add(`${path}.${key}`);
    else if (inside.form === 'block') collectSaid(inside.fields, content, said, path);
    else {
      const name = String(content[inside.key]);
      said.add(`${path} = ${name}`);
      collectSaid(inside.options[name] ?? {}, content, said, `${path} = ${name}`);
    }
  }
}

/** Whether the file would mean the same without it. */
function isDefault(aField: Field<unknown>, given: unknown): boolean {
  const fallback = defaultOf(aField);
  if (fallback === undefined) return false;
  const meant = (value: unknown): string => {
    const read = aField.kind.schema.safeParse(value);
    return JSON.stringify(read.success ? read.data : value, (_, one: unknown) => (one === Infinity ? 'none' : one));
  };
  return meant(given) === meant(fallback);
}
