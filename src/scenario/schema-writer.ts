/**
 * Kinds as JSON Schema (2020-12), for editors. The names of a choice are one
 * list, and what goes with a name follows by `if` and `then`: of alternatives,
 * editors would complete one only.
 */
import type { Field, Fields, JsonSchema, Kind } from './kind.ts';
import { wordNotation } from './quantity-kinds.ts';

/** Parts that are shorter than this are written out wherever they occur. */
const sharedLengthMin = 60;

/** Parts of the schema that occur in several places, each once, under a name. */
class Definitions {
  readonly all: Record<string, JsonSchema> = {};
  readonly #nameOf = new Map<string, string>();

  /** The part, or a reference to it. */
  refer(hint: string, part: JsonSchema): JsonSchema {
    const text = JSON.stringify(part);
    if (text.length < sharedLengthMin) return part;
    let name = this.#nameOf.get(text);
    if (name === undefined) {
      name = hint;
      for (let i = 2; Object.hasOwn(this.all, name); i++) name = `${hint}-${i}`;
      this.#nameOf.set(text, name);
      this.all[name] = part;
    }
    return { $ref: `#/$defs/${name}` };
  }
}

/** `some`: a block takes what it does not say from elsewhere, so that nothing of it must be said; `all`: a policy's name neither. */
type Missing = 'nothing' | 'some' | 'all';

function isRequired({ kind, default: fallback }: Field<unknown>): boolean {
  return fallback === undefined && kind.isOptional !== true;
}

export function requiredOf(fields: Fields): readonly string[] {
  return Object.entries(fields).flatMap(([key, one]) => (isRequired(one) ? key : []));
}

export function requiring(keys: readonly string[]): JsonSchema {
  return keys.length === 0 ? {} : { required: keys };
}

/** Fields that every option has. */
function commonFields(options: readonly Fields[]): Fields {
  const [first, ...others] = options;
  return Object.fromEntries(Object.entries(first).filter(([key, one]) => others.every((other) => other[key] === one)));
}

/** Writes kinds as JSON Schema. */
export class SchemaWriter {
  readonly definitions = new Definitions();

  /** A value. `hint` names it among the definitions. */
  value(kind: Kind<unknown>, hint: string, missing: Missing = 'nothing'): JsonSchema {
    const { canBeOff, orElse, shortNotation } = kind;
    const short = shortNotation === undefined ? [] : [this.definitions.refer(`${hint}-name`, shortNotation)];
    const forms = [...(canBeOff === true ? [{ const: 'none' }] : []), ...short, this.#long(kind, hint, missing)];
    if (orElse !== undefined) forms.push(this.value(orElse, hint));
    return forms.length === 1 ? forms[0] : { anyOf: forms };
  }

  /** A field as a property: its meaning, its default, its value. */
  property(aField: Field<unknown>, key: string, missing: Missing = 'nothing'): JsonSchema {
    const { help, kind, default: fallback } = aField;
    // A default that is made from other fields is no constant.
    const known =
      fallback === undefined || typeof fallback === 'function' || missing !== 'nothing' ? {} : { default: fallback };
    return { description: help, ...known, ...this.value(kind, key, missing) };
  }

  #long(kind: Kind<unknown>, hint: string, missing: Missing): JsonSchema {
    const { inside, unit, notation } = kind;
    switch (inside.form) {
      case 'value':
        if (notation === undefined) throw new Error(`${hint}: no notation`);
        return this.definitions.refer(unit.replaceAll(' ', '-') || hint, notation);
      case 'list':
        return {
          type: 'array',
          ...(inside.least === 0 ? {} : { minItems: inside.least }),
          maxItems: inside.most,
          items: this.value(inside.element, hint.replace(/s$/, '')),
        };
      case 'block': {
        const required = missing === 'nothing' && inside.isPartial !== true ? requiring(requiredOf(inside.fields)) : {};
        return { ...this.definitions.refer(hint, this.block(kind, inside.fields)), ...required };
      }
      case 'choice': {
        const common = commonFields(Object.values(inside.options));
        const whole = this.definitions.refer(hint, this.#choice(inside));
        if (missing !== 'all') return { ...whole, required: [inside.key, ...requiredOf(common)] };
        return {
          ...whole,
          if: { not: { required: [inside.key] } },
          then: this.definitions.refer(`${hint}-parameters`, this.#anyOption(inside.options)),
        };
      }
    }
  }

  /** A map of fields. What must be given is said where it is used. */
  block({ broughtByPreset, inside }: Kind<unknown>, fields: Fields): JsonSchema {
    const brought = (key: string): boolean => broughtByPreset?.has(key) === true;
    const isPartial = inside.form === 'block' && inside.isPartial === true;
    const missing = (key: string): Missing => (brought(key) ? 'all' : isPartial ? 'some' : 'nothing');
    const properties = Object.fromEntries(
      Object.entries(fields).map(([key, one]) => [key, this.property(one, key, missing(key))]),
    );
    const plain = { type: 'object', properties, additionalProperties: false };
    return broughtByPreset === undefined
      ? plain
      : { ...plain, if: { not: { required: ['preset'] } }, then: this.#withoutPreset(fields, brought) };
  }

  /** What a preset would have brought must be said without one. */
  #withoutPreset(fields: Fields, brought: (key: string) => boolean): JsonSchema {
    const own = Object.entries(fields).filter(([key]) => brought(key));
    const required = own.flatMap(([key, { kind, default: fallback }]) =>
      fallback === undefined && kind.isOptional === true ? key : [],
    );
    const properties = own.flatMap(
      ([
        key,
        {
          help,
          kind: { inside },
        },
      ]) => {
        const keys = inside.form === 'choice' ? [inside.key] : inside.form === 'block' ? requiredOf(inside.fields) : [];
        return keys.length === 0 ? [] : [[key, { description: help, required: keys }] as const];
      },
    );
    return { ...requiring(required), properties: Object.fromEntries(properties) };
  }

  #choice({
    key,
    options,
    helps,
  }: {
    readonly key: string;
    readonly options: Readonly<Record<string, Fields>>;
    readonly helps: Readonly<Record<string, string>>;
  }): JsonSchema {
    const common = commonFields(Object.values(options));
    const shared = Object.entries(common).map(([name, one]) => [name, this.property(one, name)] as const);
    const names = this.definitions.refer(`${key}-name`, wordNotation(Object.keys(options), helps));
    const cases = Object.entries(options).map(([name, fields]) => {
      const own = Object.entries(fields).filter(([one]) => !Object.hasOwn(common, one));
      const properties = {
        [key]: true,
        ...Object.fromEntries(Object.keys(common).map((one) => [one, true])),
        ...Object.fromEntries(own.map(([one, aField]) => [one, this.property(aField, one)])),
      };
      const chosen = { properties: { [key]: { description: helps[name], const: name } }, required: [key] };
      return {
        if: chosen,
        then: { properties, ...requiring(requiredOf(Object.fromEntries(own))), additionalProperties: false },
      };
    });
    return {
      type: 'object',
      properties: { [key]: { description: `which ${key}`, ...names }, ...Object.fromEntries(shared) },
      allOf: cases,
    };
  }

  /** Parameters of whichever option it will be. */
  #anyOption(options: Readonly<Record<string, Fields>>): JsonSchema {
    return { properties: this.merged(options), additionalProperties: false };
  }

  /** Of parameters that several options have, all meanings and all notations. */
  merged(options: Readonly<Record<string, Fields>>): Record<string, JsonSchema> {
    const byKey = new Map<string, Field<unknown>[]>();
    for (const fields of Object.values(options))
      for (const [key, one] of Object.entries(fields)) byKey.set(key, [...(byKey.get(key) ?? []), one]);
    return Object.fromEntries(
      [...byKey].map(([key, all]) => {
        const helps = [...new Set(all.map(({ help }) => help))];
        const values = new Map(
          all.map(({ kind }) => this.value(kind, key)).map((value) => [JSON.stringify(value), value]),
        );
        const description = helps.join('; or: ');
        return [
          key,
          { description, ...(values.size === 1 ? [...values.values()][0] : { anyOf: [...values.values()] }) },
        ];
      }),
    );
  }
}
