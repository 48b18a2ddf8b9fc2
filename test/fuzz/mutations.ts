/**
 * Shipped scenarios with mistakes in them, as fast-check draws them: keys
 * dropped, doubled, renamed, or named like what every object has; values of
 * other types, numbers beyond all bounds, nesting without end; YAML's anchors
 * and their explosion; bytes that are no UTF-8, null bytes, endless texts.
 */
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { parse } from 'yaml';

export interface Mutant {
  /** ends in what says the format */
  readonly fileName: string;
  readonly bytes: Uint8Array;
  /** what was done to which file */
  readonly story: string;
}

const folder = new URL('../../scenarios/', import.meta.url);

/** The full incident has thousands of values in twenty variants; its small copy has the same fields. */
const originals = readdirSync(folder)
  .filter((name) => name !== 'apr26.json')
  .sort()
  .map((name) => ({ name, plain: parse(readFileSync(new URL(name, folder), 'utf8')) as unknown }));

type Path = readonly (string | number)[];
type Branch = Record<string | number, unknown>;

function isBranch(value: unknown): value is Branch {
  return typeof value === 'object' && value !== null;
}

function pathsOf(plain: unknown, path: Path = []): Path[] {
  return isBranch(plain)
    ? [
        path,
        ...Object.entries(plain).flatMap(([key, value]) =>
          pathsOf(value, [...path, Array.isArray(plain) ? Number(key) : key]),
        ),
      ]
    : [path];
}

/** Copies the way to a place, and changes what is there. */
function changedAt(
  plain: unknown,
  [step, ...rest]: Path,
  change: (holder: Branch, key: string | number) => void,
): unknown {
  if (step === undefined || !isBranch(plain)) return plain;
  const copy = (Array.isArray(plain) ? [...(plain as unknown[])] : { ...plain }) as Branch;
  if (rest.length === 0) change(copy, step);
  else copy[step] = changedAt(copy[step], rest, change);
  return copy;
}

function put(holder: Branch, key: string, value: unknown): void {
  // Assigning to __proto__ would set the prototype instead of a key.
  Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true });
}

function nested(depth: number, inList: boolean): unknown {
  let value: unknown = 1;
  for (let i = 0; i < depth; i++) value = inList ? [value] : { a: value };
  return value;
}

const numbers = fc.constantFrom(
  0,
  -1,
  -0.5,
  1e9,
  1e15,
  1e100,
  1e308,
  Number.MAX_SAFE_INTEGER,
  5e-324,
  0.1 + 0.2,
  2 ** 31,
  2 ** 53,
);
const texts = fc.constantFrom(
  '',
  'none',
  'all',
  'unlimited',
  '0s',
  '1e9d',
  '1e-9ms',
  '99999999d',
  '1e30/s',
  '1000000000/s',
  '-5s',
  '200 %',
  '24:00',
  '16:40',
  '../../x',
  '/etc/passwd',
  'a/b',
  '\u0000',
  'constructor',
  '__proto__',
  'toString',
  '🙂'.repeat(50),
  'x'.repeat(200_000),
  'a b',
  'NaN',
  'Infinity',
  '2023-13-45',
  '\u202e',
  'null',
  'yes',
);
const others = fc.oneof(
  numbers,
  texts,
  fc.constantFrom(
    null,
    true,
    [],
    {},
    [[]],
    [null],
    { policy: 'none' },
    { policy: 'fixed', delay: '0s' },
    { exponential: '1ns' },
    { name: '../../x' },
  ),
  fc.jsonValue({ maxDepth: 2 }),
);
const strangeKeys = fc.constantFrom(
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  '',
  ' ',
  '<<',
  'name',
  'hosts',
  '../x',
  'x'.repeat(10_000),
  '\u0000',
  '0',
);

interface Step {
  readonly story: string;
  readonly apply: (plain: unknown) => unknown;
}

/** One change of some value or key of the tree. */
function stepOf(plain: unknown): fc.Arbitrary<Step> {
  const where = fc.constantFrom(...pathsOf(plain).slice(1));
  const at = (path: Path): string => path.join('.');
  return fc.oneof(
    where.map((path): Step => ({
      story: `drop ${at(path)}`,
      apply: (tree) =>
        changedAt(tree, path, (holder, key) => {
          if (Array.isArray(holder)) holder.splice(Number(key), 1);
          else delete holder[key];
        }),
    })),
    fc.tuple(where, strangeKeys).map(([path, name]): Step => ({
      story: `rename ${at(path)} to ${name.slice(0, 20)}`,
      apply: (tree) =>
        changedAt(tree, path, (holder, key) => {
          const value = holder[key];
          if (!Array.isArray(holder)) delete holder[key];
          put(holder, name, value);
        }),
    })),
    fc
      .tuple(where, others)
      .map(([path, value]): Step => ({
        story: `set ${at(path)} to ${JSON.stringify(value).slice(0, 60)}`,
        apply: (tree) => changedAt(tree, path, (holder, key) => put(holder, String(key), value)),
      })),
    fc
      .tuple(where, fc.integer({ min: 2, max: 3000 }), fc.boolean())
      .map(([path, depth, inList]): Step => ({
        story: `nest ${at(path)} ${depth} deep`,
        apply: (tree) => changedAt(tree, path, (holder, key) => put(holder, String(key), nested(depth, inList))),
      })),
    fc.tuple(where, fc.integer({ min: 2, max: 300 })).map(([path, times]): Step => ({
      story: `repeat ${at(path)} ${times} times`,
      apply: (tree) =>
        changedAt(tree, path, (holder, key) => {
          if (Array.isArray(holder))
            holder.push(...Array.from({ length: times }, () => holder[Number(key)] as unknown));
        }),
    })),
  );
}

/** Flow style that both readers take; a writer of its own, since values may nest deeper than JSON.stringify goes. */
function written(plain: unknown): string {
  try {
    return JSON.stringify(plain, null, 1);
  } catch {
    return '[ "too deep to be written" ]';
  }
}

/** YAML's billion laughs: each line names the one before nine times. */
function laughs(lines: number): string {
  const rows = Array.from(
    { length: lines },
    (_, i) => `x${i}: &a${i} [${Array.from({ length: 9 }, () => (i === 0 ? '"lol"' : `*a${i - 1}`)).join(', ')}]`,
  );
  return `${rows.join('\n')}\n`;
}

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Puts bytes in at a share of the text's length. */
function spliced(text: string, share: number, cut: number, inserted: Uint8Array): Uint8Array {
  const bytes = bytesOf(text);
  const place = Math.floor(share * bytes.length);
  return new Uint8Array([...bytes.subarray(0, place), ...inserted, ...bytes.subarray(place + cut)]);
}

const oddBytes = fc.oneof(
  fc.uint8Array({ maxLength: 8 }),
  fc
    .constantFrom([0], [0xff, 0xfe], [0xc3, 0x28], [0xed, 0xa0, 0x80], [0xf8, 0x88, 0x80, 0x80, 0x80])
    .map((bytes) => Uint8Array.from(bytes)),
  fc
    .constantFrom(
      '\n- ',
      ': ',
      '{',
      '}',
      '[',
      '"',
      "'",
      '&a ',
      '*a ',
      '!!js/function ',
      '!!binary ',
      '<<: *a\n',
      '\t',
      '---\n',
      '%YAML 9.9\n',
      '# ',
      '|\n',
      '>-\n',
      '? ',
      '\u2028',
      '\ufeff',
      '9'.repeat(5000),
      '['.repeat(5000),
      '- '.repeat(3000),
      '{"a":'.repeat(3000),
    )
    .map(bytesOf),
);

/** A changed tree as a file, maybe with its text changed as well. */
function mutantOf({ name, plain }: (typeof originals)[number]): fc.Arbitrary<Mutant> {
  const format = fc.constantFrom('json', 'yaml', 'yml');
  const tree = fc
    .tuple(fc.array(stepOf(plain), { minLength: 1, maxLength: 3 }), format)
    .map(([steps, ending]): Mutant => ({
      fileName: `mutant.${ending}`,
      bytes: bytesOf(written(steps.reduce((changed, { apply }) => apply(changed), plain))),
      story: `${name}: ${steps.map(({ story }) => story).join('; ')}`,
    }));
  const source = readFileSync(new URL(name, folder), 'utf8');
  const text = fc
    .tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(60), oddBytes)
    .map(([share, cut, bytes]): Mutant => ({
      fileName: 'mutant.yaml',
      bytes: spliced(source, share, cut, bytes),
      story: `${name}: at ${(share * 100).toFixed(1)} % ${cut} bytes cut, ${bytes.length} put in`,
    }));
  const doubled = fc.nat(source.split('\n').length - 1).map((line): Mutant => {
    const lines = source.split('\n');
    return {
      fileName: 'mutant.yaml',
      bytes: bytesOf([...lines.slice(0, line), lines[line], ...lines.slice(line)].join('\n')),
      story: `${name}: line ${line + 1} doubled`,
    };
  });
  const aliased = fc
    .integer({ min: 1, max: 12 })
    .map((lines): Mutant => ({
      fileName: 'mutant.yaml',
      bytes: bytesOf(laughs(lines) + source),
      story: `${name}: ${lines} lines of laughs`,
    }));
  return fc.oneof(
    { weight: 12, arbitrary: tree },
    { weight: 4, arbitrary: text },
    { weight: 2, arbitrary: doubled },
    { weight: 1, arbitrary: aliased },
  );
}

/** A failing one is told by its story; its bytes would fill pages. */
export const mutants: fc.Arbitrary<Mutant> = fc
  .constantFrom(...originals)
  .chain(mutantOf)
  .map((mutant) => ({ ...mutant, [fc.toStringMethod]: () => mutant.story }));
