/**
 * Reads a .json file into a tree, strictly: no comments, no trailing commas,
 * no duplicate keys, no NaN, no number beyond what a double holds. The scanner
 * is jsonc-parser's, which gives the place of every value.
 */
import { parseTree, type Node, type ParseError } from 'jsonc-parser';
import type { Problem } from './problem.ts';
import { problemAt } from './problem.ts';
import type { Entry, Place, Tree } from './tree.ts';

/** Codes of the parser's errors; its own names are a const enum that erasable TypeScript cannot read. */
const mistakes: Readonly<Record<number, readonly [expected: string, hint: string | null]>> = {
  1: [
    'a JSON value',
    'JSON has numbers, "texts", true, false, null, lists and maps; texts and keys need double quotes',
  ],
  2: ['a number', null],
  3: ['a key in double quotes', 'no comma after the last entry'],
  4: ['a value', 'no comma after the last item'],
  5: ['a colon', null],
  6: ['a comma', null],
  7: ['a closing brace }', null],
  8: ['a closing bracket ]', null],
  9: ['the end of the file', 'one JSON document per file'],
  10: ['no comments', 'JSON has none; use .yaml to keep them'],
  11: ['the end of a comment', null],
  12: ['a closing double quote', null],
  13: ['digits', null],
  14: ['four hexadecimal digits after \\u', null],
  15: ['an escape that JSON has', 'one of \\" \\\\ \\/ \\b \\f \\n \\r \\t \\u'],
  16: ['no control characters in a text', 'write \\n or \\t'],
};

/** Turns offsets into lines and columns, both from 1. */
export function placesOf(text: string): (offset: number) => Place {
  const starts = [0];
  for (let i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) starts.push(i + 1);
  return (offset) => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle] <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - starts[low] + 1, set: null };
  };
}

export function readJson(file: string, text: string): { tree: Tree | null; problems: Problem[] } {
  const placeAt = placesOf(text);
  const problems: Problem[] = [];
  const report = (offset: number, expected: string, found: string, hint: string | null): void => {
    problems.push(problemAt(file, placeAt(offset), { path: '', expected, found, hint }));
  };

  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { disallowComments: true, allowTrailingComma: false, allowEmptyContent: false });
  for (const { error, offset, length } of errors.slice(0, 1)) {
    const [expected, hint] = mistakes[error] ?? ['JSON', null];
    const found = text.slice(offset, offset + Math.min(length, 40));
    report(offset, expected, found === '' ? 'the end of the file' : JSON.stringify(found), hint);
  }
  if (root === undefined || errors.length > 0) return { tree: null, problems };

  const build = (node: Node): Tree => {
    const place = placeAt(node.offset);
    const home = { place, variant: null };
    if (node.type === 'array') return { form: 'list', items: (node.children ?? []).map(build), ...home };
    if (node.type === 'object') {
      const entries = new Map<string, Entry>();
      for (const property of node.children ?? []) {
        const [key, value] = property.children ?? [];
        const name = String(key.value);
        if (entries.has(name)) report(key.offset, 'each key once', `"${name}" again`, 'remove one of the two');
        else entries.set(name, { keyPlace: placeAt(key.offset), tree: build(value) });
      }
      return { form: 'map', entries, ...home };
    }
    const value = node.value as string | number | boolean | null;
    if (typeof value === 'number' && !Number.isFinite(value))
      report(node.offset, 'a finite number', text.slice(node.offset, node.offset + Math.min(node.length, 40)), null);
    return { form: 'scalar', value, textAt: typeof value === 'string' ? 1 : null, ...home };
  };
  const tree = build(root);
  return { tree, problems };
}
