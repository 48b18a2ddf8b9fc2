/**
 * Kinds: what a value of the scenario file can be. A kind is a zod schema from
 * the file's notation to the model's value, together with what zod does not
 * know: the unit's word, what paths may name below it, and its notation for
 * editors. From kinds come the types, validation, the JSON Schema, `set` paths
 * and `sim explain`, so a field is added in one place. A block renames its
 * fields on the way (`every` in the file is `everyMs` in the model).
 */
import { z } from 'zod';
import type { Scaling } from './scale.ts';
import type { Hint } from './suggestion.ts';
import type { Plain, Tree } from './tree.ts';

/** A part of a JSON Schema. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** What paths may name below a value, and how `sim explain` walks on. */
export type Inside =
  | { readonly form: 'value' }
  /** `isPartial`: none of the fields must be given */
  | { readonly form: 'block'; readonly fields: Fields; readonly isPartial?: true }
  | { readonly form: 'list'; readonly element: Kind<unknown>; readonly least: number; readonly most: number }
  /** one of several blocks, told apart by the text under `key`; a bare text is short for the block with its defaults */
  | {
      readonly form: 'choice';
      readonly key: string;
      readonly options: Readonly<Record<string, Fields>>;
      readonly helps: Readonly<Record<string, string>>;
    };

export interface Kind<T> {
  readonly schema: z.ZodType<T>;
  /** duration, rate, count, … as `sim explain` prints it */
  readonly unit: string;
  readonly inside: Inside;
  /** What a short form is short for: a bare policy name, a number of pods. */
  readonly spellOut?: (short: Plain) => Plain;
  /** The value with what it brings along by what it says: a client with its preset's fields. Those know their preset by their place. */
  readonly filledIn?: (tree: Tree) => Tree;
  /** what of `scale` multiplies it; said of all counts, rates and factors */
  readonly scaling?: Scaling;
  /** the JSON Schema of a single value */
  readonly notation?: JsonSchema;
  /** the JSON Schema of its short form, if it has one */
  readonly shortNotation?: JsonSchema;
  /** another form that it can have */
  readonly orElse?: Kind<unknown>;
  /** the word `none` turns it off */
  readonly canBeOff?: true;
  /** may be left out, though it has no default */
  readonly isOptional?: true;
  /** fields that a preset may fill in */
  readonly broughtByPreset?: ReadonlySet<string>;
}

export interface Field<T, As extends string = string> {
  readonly kind: Kind<T>;
  readonly help: string;
  /** its name in the model, if it is another one */
  readonly as: As;
  /** in the file's notation; without it the field must be given */
  readonly default?: Plain | (() => Plain);
  /** can be changed by an action while the scenario runs */
  readonly atRunTime: boolean;
  /** of a tier: it is its balancer's, and no host has one of its own */
  readonly ofBalancer?: true;
}

export type Fields = Readonly<Record<string, Field<unknown>>>;

/** The model's object for a block of fields. */
export type Output<F extends Fields> = {
  readonly [K in keyof F as F[K]['as'] extends '' ? K : F[K]['as']]: F[K] extends Field<infer T> ? T : never;
};

/** Says that a value is wrong. Returns nothing of use: the value is dropped. */
export type Report = <T>(
  expected: string,
  more?: {
    readonly path?: readonly (string | number)[];
    readonly hint?: Hint;
    readonly found?: string;
    /** characters from the start of the text */
    readonly offset?: number;
    /** the problem is the key, not its value */
    readonly atKey?: boolean;
  },
) => T;

function reporter(context: z.RefinementCtx): Report {
  return (expected, more = {}) => {
    const { path = [], ...params } = more;
    context.addIssue({ code: 'custom', message: expected, path: [...path], params });
    return z.NEVER;
  };
}

/** A value that a function reads. `jsonSchema` describes its notation. */
export function leaf<T>(options: {
  readonly unit: string;
  readonly jsonSchema: JsonSchema;
  readonly read: (value: unknown, report: Report) => T;
  readonly scaling?: Scaling;
}): Kind<T> {
  const { unit, jsonSchema, read, scaling } = options;
  // Not piped from `z.unknown()`: a file can say some four hundred things, and each schema takes its time to make.
  const schema = z.transform((value, context) => read(value, reporter(context)));
  return {
    schema,
    unit,
    inside: { form: 'value' },
    notation: jsonSchema,
    ...(scaling === undefined ? {} : { scaling }),
  };
}

interface FieldOptions {
  readonly default?: Plain | (() => Plain);
  readonly atRunTime?: true;
  readonly ofBalancer?: true;
}

export function field<T, const As extends string>(
  kind: Kind<T>,
  help: string,
  options: FieldOptions & { readonly as: As },
): Field<T, As>;
export function field<T>(kind: Kind<T>, help: string, options?: FieldOptions): Field<T, ''>;
export function field<T>(kind: Kind<T>, help: string, options: FieldOptions & { readonly as?: string } = {}): Field<T> {
  return { kind, help, as: '', atRunTime: false, ...options };
}

export function defaultOf(aField: Field<unknown>): Plain | undefined {
  return typeof aField.default === 'function' ? aField.default() : aField.default;
}

function shapeOf(fields: Fields): Record<string, z.ZodType> {
  const shape: Record<string, z.ZodType> = {};
  for (const [key, aField] of Object.entries(fields)) {
    const fallback = aField.default;
    const schema = aField.kind.schema;
    shape[key] =
      fallback === undefined ? schema : schema.prefault(typeof fallback === 'function' ? fallback : () => fallback);
  }
  return shape;
}

function renamed(fields: Fields, parsed: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const output: Record<string, unknown> = {};
  for (const [key, aField] of Object.entries(fields)) if (key in parsed) output[aField.as || key] = parsed[key];
  return output;
}

/** An object with these fields and no others. `check` sees it when each field by itself is good. */
export function block<F extends Fields>(
  fields: F,
  check?: (output: Output<F>, report: Report) => void,
): Kind<Output<F>> {
  const schema = z.strictObject(shapeOf(fields)).transform((parsed, context) => {
    const output = renamed(fields, parsed) as Output<F>;
    check?.(output, reporter(context));
    return output;
  });
  return { schema, unit: '', inside: { form: 'block', fields } };
}

/** The same fields, none of which must be given; only those that are given come out. */
export function partial(fields: Fields): Kind<Readonly<Record<string, unknown>>> {
  const shape: Record<string, z.ZodType> = {};
  for (const [key, { kind }] of Object.entries(fields)) shape[key] = kind.schema.optional();
  const schema = z
    .strictObject(shape)
    .transform((parsed) => renamed(fields, parsed) as Readonly<Record<string, unknown>>);
  return { schema, unit: '', inside: { form: 'block', fields, isPartial: true } };
}

/** Says so if there are more than `most` items. */
export function atMost(most: number, items: readonly unknown[], report: Report): boolean {
  if (items.length > most) report(`at most ${most} items`, { found: String(items.length) });
  return items.length <= most;
}

/** No list is without a bound. One beyond it is not looked into, however long it is. */
export function list<T>(
  element: Kind<T>,
  options: {
    readonly least?: number;
    readonly most: number;
    readonly check?: (items: readonly T[], report: Report) => void;
  },
): Kind<readonly T[]> {
  const { least = 0, most, check } = options;
  const items = z.array(element.schema).min(least).max(most);
  const checked = items.transform((read, context): readonly T[] => {
    check?.(read, reporter(context));
    return read;
  });
  const kind: Kind<readonly T[]> = { schema: checked, unit: '', inside: { form: 'list', element, least, most } };
  return completing(kind, (value, report) => {
    if (Array.isArray(value)) atMost(most, value, report);
    return value;
  });
}

/**
 * The issues of a reading within a reading. Unknown keys alone do not keep zod
 * from making more of the value around them, but here there is no value; so
 * they are passed on as what does.
 */
function passedOn(issues: readonly z.core.$ZodIssue[], input: unknown, context: z.RefinementCtx): never {
  for (const issue of issues) {
    const path = [...issue.path];
    if (issue.code === 'unrecognized_keys')
      context.issues.push({ code: 'custom', message: issue.message, input, path, params: { unknownKeys: issue.keys } });
    else context.issues.push({ ...issue, input, path } as never);
  }
  return z.NEVER;
}

/**
 * A kind that remembers what it has read while `during` gives the same object:
 * most of what a variant reads it shares with the file itself.
 */
export function remembered<T>(kind: Kind<T>, during: () => object): Kind<T> {
  const memory = new WeakMap<object, Map<unknown, z.ZodSafeParseResult<T>>>();
  const schema = z.transform((value, context): T => {
    const now = during();
    const known = memory.get(now) ?? new Map<unknown, z.ZodSafeParseResult<T>>();
    memory.set(now, known);
    const result = known.get(value) ?? kind.schema.safeParse(value, { jitless: true });
    known.set(value, result);
    if (result.success) return result.data;
    return passedOn(result.error.issues, value, context);
  });
  return { ...kind, schema };
}

function isShort(value: unknown): value is Plain {
  return typeof value === 'string' || typeof value === 'number';
}

/** A kind that also takes a text or number, which is short for something longer. */
export function orShort<T>(kind: Kind<T>, spellOut: (short: Plain) => Plain, shortNotation: JsonSchema): Kind<T> {
  const schema = z.preprocess(
    (value) => (isShort(value) ? spellOut(value) : value),
    kind.schema,
  ) as unknown as z.ZodType<T>;
  return { ...kind, schema, spellOut, shortNotation };
}

/** A kind whose value is spelled out before it is read. Paths of problems stay those of the file. */
export function completing<T>(kind: Kind<T>, complete: (value: unknown, report: Report) => unknown): Kind<T> {
  const schema = z.preprocess((value, context) => complete(value, reporter(context)), kind.schema);
  return { ...kind, schema: schema };
}

/** A kind whose value is made into another once it has been read. */
export function mapped<T, U>(kind: Kind<T>, map: (value: T, report: Report) => U): Kind<U> {
  return { ...kind, schema: kind.schema.transform((value, context) => map(value, reporter(context))) };
}

/** May be left out, and has no default. */
export function optional<T>(kind: Kind<T>): Kind<T | undefined> {
  return { ...kind, schema: kind.schema.optional(), isOptional: true };
}

/** Blocks told apart by the text under `key`: actions by `action`, policies by `policy`. `helps` says what each is. */
export function choice<T>(
  key: string,
  options: Readonly<Record<string, Fields>>,
  helps: Readonly<Record<string, string>>,
  finish: (name: string, parsed: Readonly<Record<string, unknown>>, report: Report) => T,
): Kind<T> {
  const alternatives = Object.entries(options).map(([name, fields]) =>
    z
      .strictObject({ [key]: z.literal(name), ...shapeOf(fields) })
      .transform((parsed, context) => finish(name, renamed(fields, parsed), reporter(context))),
  );
  const schema = z.discriminatedUnion(key, alternatives as never) as unknown as z.ZodType<T>;
  return { schema, unit: key, inside: { form: 'choice', key, options, helps } };
}

/** Reads a value as of a kind within the reading of another one, whose problems its problems are. */
export function passingOn<T>(kind: Kind<T>, value: unknown, context: z.RefinementCtx): T {
  const result = kind.schema.safeParse(value, { jitless: true });
  return result.success ? result.data : passedOn(result.error.issues, value, context);
}

/** `none` in the file is null in the model: the thing is off. */
export function orNone<T>(kind: Kind<T>): Kind<T | null> {
  const schema = z.transform((value, context): T | null => (value === 'none' ? null : passingOn(kind, value, context)));
  return { ...kind, schema, canBeOff: true };
}
