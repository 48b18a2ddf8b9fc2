/**
 * From a file's bytes to its tree: size, encoding, emptiness and format are
 * checked before anything else is. Whatever the bytes are, the answer is a
 * tree or problems, never an exception.
 */
import type { Problem } from './problem.ts';
import { problemAt } from './problem.ts';
import { placesOf, readJson } from './read-json.ts';
import { readYaml } from './read-yaml.ts';
import type { Place, Tree } from './tree.ts';

export interface ScenarioSource {
  /** as the user named it; its ending says the format, unless that is told */
  readonly file: string;
  readonly text: string | Uint8Array;
  /** `by content` where the name says nothing: what begins as JSON does is JSON, all else YAML */
  readonly format?: 'json' | 'yaml' | 'by content';
}

const SIZE_MAX = 5_000_000;
const NESTING_MAX = 200;
const start = { line: 1, column: 1, set: null };
const nowhere = { line: 0, column: 0, set: null };

/** How deep braces and brackets nest, texts left out; beyond any scenario the parsers would run out of stack. */
function nestsTooDeep(text: string): number | null {
  let depth = 0;
  let quote = '';
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (quote !== '') {
      if (c === '\\' && quote === '"') i++;
      else if (c === quote || c === '\n') quote = '';
    } else if (c === '"') quote = c;
    else if (c === '[' || c === '{') {
      if (++depth > NESTING_MAX) return i;
    } else if (c === ']' || c === '}') depth = Math.max(0, depth - 1);
  }
  return null;
}

/** The source as text, without a byte order mark. */
function decodeSource(source: ScenarioSource): { text: string | null; problems: Problem[] } {
  const fail = (
    place: Place,
    expected: string,
    found: string,
    hint: string | null,
  ): { text: null; problems: Problem[] } => ({
    text: null,
    problems: [problemAt(source.file, place, { path: '', expected, found, hint })],
  });
  if (source.text.length > SIZE_MAX) {
    const megabytes = (source.text.length / 1e6).toFixed(1);
    return fail(nowhere, 'a scenario of at most 5 MB', `${megabytes} MB`, 'is this the right file?');
  }
  let text: string;
  if (typeof source.text === 'string') text = source.text;
  else {
    try {
      text = new TextDecoder('utf-8', { fatal: true }).decode(source.text);
    } catch {
      const lenient = new TextDecoder('utf-8').decode(source.text);
      const { line, column } = placesOf(lenient)(lenient.indexOf('\uFFFD'));
      return fail(
        { line, column, set: null },
        'text in UTF-8',
        'bytes that are not',
        'is this a scenario, and saved as UTF-8?',
      );
    }
  }
  text = text.replace(/^\uFEFF/, '');
  if (text.trim() === '')
    return fail(start, 'a scenario', 'an empty file', '`sim init` writes a commented one to start from');
  return { text, problems: [] };
}

/** Null if nothing says it. YAML can also begin with a brace, but then its keys have no quotes. */
function formatOf({ format }: ScenarioSource, text: string, ending: string): 'json' | 'yaml' | null {
  if (format === 'by content') return /^\s*\{\s*["}]/.test(text) ? 'json' : 'yaml';
  if (format !== undefined) return format;
  return ending === '.json' ? 'json' : ['.yaml', '.yml'].includes(ending) ? 'yaml' : null;
}

export function readSource(source: ScenarioSource): { tree: Tree | null; problems: Problem[] } {
  const { text, problems } = decodeSource(source);
  if (text === null) return { tree: null, problems };
  const one = (
    place: Place,
    expected: string,
    found: string,
    hint: string | null,
  ): { tree: null; problems: Problem[] } => ({
    tree: null,
    problems: [problemAt(source.file, place, { path: '', expected, found, hint })],
  });
  const ending = /\.[^./\\]*$/.exec(source.file)?.[0].toLowerCase() ?? '';
  const format = formatOf(source, text, ending);
  if (format === null)
    return one(nowhere, 'a file named .json, .yaml or .yml', ending === '' ? 'no such ending' : `"${ending}"`, null);
  const deepAt = nestsTooDeep(text);
  if (deepAt !== null)
    return one(placesOf(text)(deepAt), `at most ${NESTING_MAX} brackets within each other`, 'more', null);
  let read: { tree: Tree | null; problems: Problem[] };
  try {
    read = format === 'json' ? readJson(source.file, text) : readYaml(source.file, text);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return one(start, 'values nested less deeply', 'more than a reader can follow', null);
  }
  if (read.tree === null && read.problems.length === 0)
    return one(start, 'a scenario', 'nothing but comments', '`sim init` writes a commented one to start from');
  return read;
}
