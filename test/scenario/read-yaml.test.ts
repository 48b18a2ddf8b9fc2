// What aliases mean is held against the YAML library's own reading of the same text.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readYaml } from '../../src/scenario/read-yaml.ts';
import type { Tree } from '../../src/scenario/tree.ts';

function plain(tree: Tree | null): unknown {
  if (tree === null) return null;
  if (tree.form === 'scalar') return tree.value;
  if (tree.form === 'list') return tree.items.map(plain);
  return Object.fromEntries([...tree.entries].map(([key, entry]) => [key, plain(entry.tree)]));
}

function read(text: string): unknown {
  const { tree, problems } = readYaml('a.yaml', text);
  expect(problems).toEqual([]);
  return plain(tree);
}

type Shape = { readonly anchor: string } & (
  { readonly alias: string } | { readonly number: number } | { readonly items: readonly Shape[] }
);

const names = fc.constantFrom('m', 'n');
const { shape } = fc.letrec<{ shape: Shape }>((tie) => ({
  shape: fc.oneof(
    { depthSize: 'small' },
    fc.record({ anchor: fc.oneof(fc.constant(''), names), number: fc.nat(99) }),
    fc.record({ anchor: fc.constant(''), alias: names }),
    fc.record({ anchor: fc.oneof(fc.constant(''), names), items: fc.array(tie('shape'), { maxLength: 4 }) }),
  ),
}));

/** As flow YAML; an alias that could mean nothing, or the value around it, is written as a number. */
function written(value: Shape, known: Set<string>, around: readonly string[]): string {
  const name = value.anchor === '' ? '' : `&${value.anchor} `;
  if ('alias' in value) return known.has(value.alias) && !around.includes(value.alias) ? `*${value.alias}` : '7';
  if ('number' in value) {
    if (value.anchor !== '') known.add(value.anchor);
    return `${name}${value.number}`;
  }
  const inside = value.anchor === '' ? around : [...around, value.anchor];
  if (value.anchor !== '') known.add(value.anchor);
  return `${name}[${value.items.map((item) => written(item, known, inside)).join(', ')}]`;
}

describe('an alias', () => {
  it('means the latest anchor of its name before it, whatever an alias between them repeats', () => {
    expect(read('[&n 1, &b [&n 2], &n 3, *b, *n]')).toEqual([1, [2], 3, [2], 3]);
  });

  it('within a value that is repeated means what it meant there', () => {
    expect(read('[&n 1, &b [*n], &n 2, *b]')).toEqual([1, [1], 2, [1]]);
  });

  it('means what the YAML library says, in random texts', () => {
    let aliases = 0;
    fc.assert(
      fc.property(fc.array(shape, { minLength: 2, maxLength: 8 }), (items) => {
        const text = `a: ${written({ anchor: '', items }, new Set(), [])}`;
        aliases += text.split('*').length - 1;
        expect(read(text)).toEqual(parse(text));
      }),
      { seed: 20230426, numRuns: 600 },
    );
    expect(aliases).toBeGreaterThan(300);
  });
});
