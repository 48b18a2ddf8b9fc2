/**
 * The scenario reference and the glossary as Markdown pages. Both are made from
 * what the program says of itself: the schema's fields, as `sim explain` has
 * them, and the registries, as `sim list` has them. So a new field, policy,
 * metric or word is on its page without a change here. `npm run docs` writes
 * the pages, and a test fails when they are not what they would be now.
 */
import { glossary, spokenWord } from '../metrics/glossary.ts';
import { readOutline } from '../scenario/context.ts';
import { defaultOf, type Field, type Fields, type Kind } from '../scenario/kind.ts';
import { scenarioKind } from '../scenario/scenario-fields.ts';
import { fromPlain, notation } from '../scenario/tree.ts';
import { kinds, type Kind as ListedKind, type ListedEntry } from './registry-kinds.ts';

const nowhere = { line: 0, column: 0, set: null };

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ').replaceAll('<', '&lt;');
}

function code(text: string): string {
  const inCell = text.replaceAll('|', '\\|');
  if (text.includes('`')) return `\`\` ${inCell} \`\``;
  return text === '' ? '' : `\`${inCell}\``;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** The registry whose entries a choice offers, so that they are told once. */
function registryOf(names: readonly string[]): ListedKind | undefined {
  return kinds.find(
    (kind) =>
      kind
        .entries()
        .map(({ name }) => name)
        .join() === names.join(),
  );
}

interface Bounds {
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
}

/** `≥ 1`, `pod | shared`: what the JSON Schema knows of a single value's bounds. */
function boundsOf(kind: Kind<unknown>): string {
  const schema = (kind.notation ?? {}) as { enum?: unknown[]; anyOf?: Bounds[] } & Bounds;
  if (schema.enum !== undefined) return schema.enum.map(String).join(' | ');
  const { minimum, exclusiveMinimum, maximum } = schema.anyOf?.[0] ?? schema;
  const least =
    exclusiveMinimum === undefined ? (minimum === undefined ? '' : `≥ ${minimum}`) : `> ${exclusiveMinimum}`;
  const bounds = [least, maximum === undefined ? '' : `≤ ${maximum}`];
  return bounds.filter((bound) => bound !== '').join(', ');
}

/** What the registry's entries do not declare: every option has it. */
function commonFields(options: Readonly<Record<string, Fields>>, registry: ListedKind): Fields {
  const [name, fields] = Object.entries(options)[0];
  const declared =
    registry
      .entries()
      .find((entry) => entry.name === name)
      ?.parameters.map((parameter) => parameter.name) ?? [];
  return Object.fromEntries(Object.entries(fields).filter(([key]) => !declared.includes(key)));
}

interface Section {
  readonly path: string;
  readonly help: string;
  readonly fields: Fields;
}

/** What stands in the unit's cell, and the sections that follow from the field. */
interface Described {
  readonly unit: string;
  readonly sections: readonly Section[];
}

function describe(kind: Kind<unknown>, path: string, help: string): Described {
  const { inside } = kind;
  if (inside.form === 'block')
    return { unit: `[block](#${anchor(path)})`, sections: [{ path, help, fields: inside.fields }] };
  if (inside.form === 'list') {
    const element = describe(inside.element, `${path}.NAME`, help);
    return { ...element, unit: `list of ${element.unit}` };
  }
  if (inside.form === 'choice') {
    const registry = registryOf(Object.keys(inside.options));
    if (registry === undefined) return { unit: inside.key, sections: [] };
    const common = commonFields(inside.options, registry);
    const sections =
      Object.keys(common).length === 0
        ? []
        : [
            {
              path,
              help: `What each ${registry.name} has beside \`${inside.key}\`, which names it, and its own parameters`,
              fields: common,
            },
          ];
    return { unit: `[${registry.name}](#${registry.name})`, sections };
  }
  const isWord = kind.unit === 'choice' || kind.unit === 'preset';
  const bounds = isWord && kind.unit === 'preset' ? '' : boundsOf(kind);
  if (isWord) return { unit: bounds === '' ? kind.unit : code(bounds), sections: [] };
  const asExpected = kind.unit === 'fraction' || bounds === '' || bounds === '≥ 0';
  return { unit: asExpected ? kind.unit : `${kind.unit}, ${bounds}`, sections: [] };
}

function anchor(path: string): string {
  return path.toLowerCase().replaceAll(/[^a-z0-9-]/g, '');
}

function defaultText(field: Field<unknown>): string {
  const value = defaultOf(field);
  if (value === undefined) return field.kind.schema.safeParse(undefined).success ? '' : '**required**';
  if (typeof field.default === 'function' && typeof value === 'string') return value;
  const text = notation(fromPlain(value, nowhere, null));
  return text === '{}' && field.kind.inside.form === 'block' ? '' : code(text);
}

function fieldTable({ path, fields }: Section): { readonly text: string; readonly sections: readonly Section[] } {
  const isTier = path === 'tiers.NAME';
  const sections: Section[] = [];
  const rows = Object.entries(fields).map(([key, field]) => {
    const inner = path === '' ? key : `${path}.${key}`;
    const described = describe(field.kind, inner, field.help);
    sections.push(...described.sections);
    return [code(key) + (isTier && field.atRunTime ? ' ⟳' : ''), described.unit, defaultText(field), cell(field.help)];
  });
  return { text: table(['field', 'unit', 'default', 'what it is'], rows), sections };
}

/** The root's table, then each block's own, in the order of the schema. */
function fieldSections(): string[] {
  const outline = { ...readOutline(fromPlain({}, nowhere, null)), name: "the scenario's name" };
  const root = scenarioKind({ vocabulary: { metrics: {} }, outline, file: {} });
  if (root.inside.form !== 'block') throw new Error('the root of the schema is no block');
  const parts: string[] = [];
  const walk = (section: Section): void => {
    const { text, sections } = fieldTable(section);
    if (section.path !== '')
      parts.push(`### ${section.path}`, `${section.help[0].toUpperCase()}${section.help.slice(1)}.`);
    parts.push(text);
    if (section.path === 'tiers.NAME') parts.push('⟳: the action `set` can change it while the scenario runs.');
    for (const inner of sections) walk(inner);
  };
  walk({ path: '', help: '', fields: root.inside.fields });
  return parts;
}

function entryTable(entries: readonly ListedEntry[]): string {
  const labels = [...new Set(entries.flatMap(({ facts }) => Object.keys(facts)))].filter((label) =>
    ['formula', 'unit', 'parts', 'file', 'package', 'and it cannot say'].includes(label),
  );
  const rows = entries.map(({ name, help, facts }) => {
    const told = labels.map((label) => (label === 'formula' ? code(facts[label] ?? '') : cell(facts[label] ?? '')));
    return [code(name), cell(help), ...told];
  });
  return table(['name', 'what it is', ...labels], rows);
}

function parameterTable(entries: readonly ListedEntry[]): string[] {
  const rows = entries.flatMap(({ name, parameters }) =>
    parameters.map((parameter) => [
      code(name),
      code(parameter.name),
      cell(parameter.unit),
      parameter.default === 'required' ? '**required**' : code(parameter.default),
      cell(parameter.range),
      cell(parameter.help),
    ]),
  );
  return rows.length === 0 ? [] : [table(['of', 'parameter', 'unit', 'default', 'range', 'what it is'], rows)];
}

const notationText = `- **Durations** have a unit: \`250ms\`, \`10s\`, \`1h30m\`. **Rates** too: \`70/s\`, \`4/min\`, \`2/h\`.
- **Fractions** are \`0.05\` or \`5 %\`. **Factors** and **counts** are plain numbers; counts are whole.
- **Instants** are clock times of the scenario's day, in quotes (\`"16:40"\`, \`"16:40:30"\`), or durations since its start (\`10m\`).
- **Distributions**: a plain duration is constant; else \`{ exponential: 60ms }\`, \`{ uniform: [90s, 150s] }\`, \`{ lognormal: { mean: 2s, cv: 1.5 } }\`; see [distribution](#distribution).
- **Policies**: a bare name means its defaults; else \`{ policy: full-jitter, base: 1s, cap: 5m }\`.
- **Targets** say which hosts: \`{ tier: api, pods: [1], hosts: [1, 2] }\`. Pods and hosts are numbered from 1. \`hosts: 2\` are the first two of each pod, \`hosts: 50%\` the first half.
- **Expressions**: a metric, its parts after dots, a variant after \`@\`, an instant after \`at\`: \`drops.killed < 100\`, \`reconnectTime.p95 < 30s\`, \`impactedPods at 17:30 == all\`, \`sessionMinutesLost@fixed < 0.1 * sessionMinutesLost\`. Of a distribution, parts are \`p1\` to \`p99\`, \`max\` and \`mean\`.
- **Names** are lower-case letters, digits and hyphens. **Paths** are made of them: \`tiers.api.hosts\`, \`clients.current.backoff.cap\`. Below, NAME stands for the name of an element of a list.`;

const generated = '<!-- Made by `npm run docs` from the program itself. Do not edit: a test compares. -->';

/** docs/scenario-reference.md */
export function scenarioReferencePage(): string {
  const registries = kinds
    .filter(({ name }) => name !== 'word')
    .flatMap((kind) => {
      const entries = kind.entries();
      return [
        `## ${kind.name}`,
        `${kind.help[0].toUpperCase()}${kind.help.slice(1)}.`,
        entryTable(entries),
        ...parameterTable(entries),
      ];
    });
  const parts = [
    '# Scenario reference',
    generated,
    'All that a scenario file can say, and all that an outcome holds. The program tells the same: `npx sim explain FILE` for the fields of your file, `npx sim list` for everything that has a name, with sources: `npx sim list KIND NAME`. How to fill it in: [Your fleet in a scenario](your-fleet.md).',
    '## Notation',
    notationText,
    '## Fields',
    'A file is JSON or YAML. What is not marked as required may be left out, and then has its default; an empty default cell is a block whose fields have their own, or something that may be missing. A key that is not listed is an error.',
    ...fieldSections(),
    ...registries,
  ];
  return `${parts.join('\n\n')}\n`;
}

/** docs/glossary.md */
export function glossaryPage(): string {
  const names = Object.keys(glossary).sort();
  const rows = names.map((name) => {
    const { help, source, see = [] } = glossary[name];
    const more = [
      see.length === 0 ? '' : `See ${see.map(spokenWord).join(', ')}.`,
      source === undefined ? '' : `(${source})`,
    ].filter((text) => text !== '');
    return [`**${spokenWord(name)}**`, cell([`${help}.`, ...more].join(' '))];
  });
  const parts = [
    '# Glossary',
    generated,
    'One word per idea, the same in scenario files, tables, charts and the code. The program tells them too: `npx sim list word`, or one of them, `npx sim list word orbit`.',
    table(['word', 'what it means'], rows),
  ];
  return `${parts.join('\n\n')}\n`;
}
