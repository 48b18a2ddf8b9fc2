/**
 * Reads a .yaml file, or the value of a `--set`, into a tree: YAML 1.2's core
 * schema, one document, plain keys, each key once. Aliases are followed, but
 * only so far that no small file becomes a huge tree; merge keys and tags mean
 * nothing here and are reported.
 */
import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, type Alias, type Node, type Scalar } from 'yaml';
import type { Problem } from './problem.ts';
import { problemAt } from './problem.ts';
import type { Entry, Place, Tree } from './tree.ts';

/** Nodes that aliases may add; a scenario with thousands of repeated values is no scenario. */
const ALIASED_NODES_MAX = 10_000;

/** Where a text is not YAML at all, each line is a mistake; the first few kinds of them tell it. */
const MISTAKES_MAX = 5;

interface Reading {
  readonly file: string;
  readonly placeAt: (offset: number) => Place;
  readonly problems: Problem[];
  /** anchored nodes that the current node is in */
  readonly within: Node[];
  readonly anchors: Map<string, Node>;
  /** what the aliases met so far mean */
  readonly targets: Map<Alias, Node>;
  /** aliases on the way to the current node */
  aliasDepth: number;
  aliasedNodes: number;
}

function report(
  reading: Reading,
  node: Node | null,
  expected: string,
  found: string,
  hint: string | null = null,
): void {
  const place = reading.placeAt(node?.range?.[0] ?? 0);
  reading.problems.push(problemAt(reading.file, place, { path: '', expected, found, hint }));
}

/** Counts what aliases add; false once that is too much. */
function mayRepeat(reading: Reading, node: Node): boolean {
  reading.aliasedNodes++;
  if (reading.aliasedNodes === ALIASED_NODES_MAX + 1)
    report(
      reading,
      node,
      `at most ${ALIASED_NODES_MAX} values repeated by aliases`,
      'more',
      'write out what differs, or use fewer aliases',
    );
  return reading.aliasedNodes <= ALIASED_NODES_MAX;
}

function buildAlias(reading: Reading, alias: Alias): Tree | null {
  // What an alias means is what its name meant where it stands, also in a later copy of the value around it.
  const target = reading.targets.get(alias) ?? reading.anchors.get(alias.source);
  if (target !== undefined) reading.targets.set(alias, target);
  if (!mayRepeat(reading, alias)) return null;
  if (target === undefined) {
    report(reading, alias, 'an anchor of that name before it', `*${alias.source}`);
    return null;
  }
  if (reading.within.includes(target)) {
    report(reading, alias, 'a value that does not contain itself', `*${alias.source}`);
    return null;
  }
  reading.aliasDepth++;
  const tree = build(reading, target);
  reading.aliasDepth--;
  return tree;
}

function keyOf(reading: Reading, key: unknown): string | null {
  const scalar = isScalar(key) ? key : null;
  if (scalar !== null && scalar.value !== null && typeof scalar.value !== 'object')
    return scalar.source ?? `${scalar.value as string | number | boolean}`;
  report(reading, scalar ?? (key as Node | null), 'a plain key', 'something else', 'keys are words, like `hosts`');
  return null;
}

function buildMap(
  reading: Reading,
  node: Node & { items: readonly { key: unknown; value: unknown }[] },
  place: Place,
): Tree {
  const entries = new Map<string, Entry>();
  for (const { key, value } of node.items) {
    const name = keyOf(reading, key);
    if (name === null) continue;
    const keyPlace = reading.placeAt((key as Node).range?.[0] ?? 0);
    if (entries.has(name)) {
      report(reading, key as Node, 'each key once', 'a key again', 'remove one of the two');
      continue;
    }
    if (name === '<<')
      report(reading, key as Node, 'no merge keys', '"<<"', 'use an alias for a whole value, or variants');
    const tree = value === null ? null : build(reading, value as Node);
    entries.set(name, {
      keyPlace,
      tree: tree ?? { form: 'scalar', value: null, place: keyPlace, variant: null, textAt: null },
    });
  }
  return { form: 'map', entries, place, variant: null };
}

function build(reading: Reading, node: Node): Tree | null {
  if (isAlias(node)) return buildAlias(reading, node);
  if (reading.aliasDepth > 0 && !mayRepeat(reading, node)) return null;
  const { anchor } = node as { anchor?: string };
  if (anchor !== undefined) {
    // An anchor holds from where it stands in the file; a copy of it that an alias makes names nothing.
    if (reading.aliasDepth === 0) reading.anchors.set(anchor, node);
    reading.within.push(node);
    const tree = buildValue(reading, node);
    reading.within.pop();
    return tree;
  }
  return buildValue(reading, node);
}

function buildValue(reading: Reading, node: Node): Tree | null {
  const place = reading.placeAt(node.range?.[0] ?? 0);
  if (isMap(node)) return buildMap(reading, node, place);
  if (isSeq(node)) {
    const items = node.items.flatMap((item) => build(reading, item as Node) ?? []);
    return { form: 'list', items, place, variant: null };
  }
  const scalar = node as Scalar;
  const value = scalar.value;
  if (typeof value === 'number' && !Number.isFinite(value)) {
    report(reading, scalar, 'a finite number', scalar.source ?? String(value));
    return null;
  }
  const plain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' || value === null;
  if (!plain) {
    report(reading, scalar, 'a text, a number, true or false', scalar.source ?? 'something else');
    return null;
  }
  const quoted = scalar.type === 'QUOTE_DOUBLE' || scalar.type === 'QUOTE_SINGLE';
  return { form: 'scalar', value, place, variant: null, textAt: quoted ? 1 : scalar.type === 'PLAIN' ? 0 : null };
}

/** The parser's own words, made to fit after "expected …, found …". */
function mistake(code: string, message: string): { expected: string; found: string; hint: string | null } {
  if (code === 'MULTIPLE_DOCS')
    return { expected: 'one document', found: 'another one', hint: 'one scenario per file' };
  if (code === 'TAB_AS_INDENT') return { expected: 'spaces to indent', found: 'a tab', hint: null };
  if (message.includes('call stack'))
    return { expected: 'values nested less deeply', found: 'more than a reader can follow', hint: null };
  const plain = message.replace(/\s+/g, ' ').trim();
  return { expected: 'YAML', found: 'a mistake in its syntax', hint: plain.charAt(0).toLowerCase() + plain.slice(1) };
}

export function readYaml(file: string, text: string): { tree: Tree | null; problems: Problem[] } {
  const lineCounter = new LineCounter();
  // The parser would compare each key with all before it.
  const document = parseDocument(text, {
    lineCounter,
    prettyErrors: false,
    uniqueKeys: false,
    merge: false,
    logLevel: 'error',
    version: '1.2',
  });
  const placeAt = (offset: number): Place => {
    const { line, col } = lineCounter.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1), set: null };
  };
  const mistakes = [...document.errors, ...document.warnings].map((error) => ({
    at: error.pos[0],
    ...mistake(error.code, error.message),
  }));
  const told = mistakes.filter(
    ({ expected, hint }, i) => mistakes.findIndex((one) => one.expected === expected && one.hint === hint) === i,
  );
  const problems = told
    .slice(0, MISTAKES_MAX)
    .map(({ at, ...what }) => problemAt(file, placeAt(at), { path: '', ...what }));
  if (document.errors.length > 0 || document.contents === null) return { tree: null, problems };
  const reading: Reading = {
    file,
    placeAt,
    problems,
    within: [],
    anchors: new Map(),
    targets: new Map(),
    aliasDepth: 0,
    aliasedNodes: 0,
  };
  const tree = build(reading, document.contents);
  return { tree, problems };
}
