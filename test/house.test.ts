// The rules of the house, checked on the sources themselves: who may import whom, what the simulation
// proper must not touch (clock, environment, disk, unseeded luck), who may print, how long files and
// functions may get, and that every file says what it is.
import { readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { filesBelow } from './files-below.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const src = join(root, 'src');

// Top to bottom: a folder imports from itself and from folders before it.
const folders = ['engine', 'policies', 'scenario', 'model', 'metrics', 'page', 'experiments', 'report', 'cli'];
// The library's entry: the only file outside the folders. It may import from all of them but cli, and nobody imports it.
const libraryEntry = 'cascade-sim.ts';
const pureFolders = new Set(['engine', 'policies', 'scenario', 'model', 'metrics', 'page']);
// The rooms of the model, as those of the house: each imports from itself and from rooms before it. What is in no room
// connects them, and nothing in a room knows it.
const rooms = ['state', 'serving', 'clients', 'people'];
const fileLinesMax = 400;
const functionLinesMax = 70;

interface Source {
  path: string; // relative to src/, with forward slashes
  folder: string;
  text: string;
  tree: ts.SourceFile;
}

function slashed(from: string, path: string): string {
  return relative(from, path).replaceAll('\\', '/');
}

const sources: Source[] = filesBelow(src)
  .map((path) => join(src, path))
  .filter((path) => /\.tsx?$/.test(path))
  .map((path) => {
    const text = readFileSync(path, 'utf8');
    const inSrc = slashed(src, path);
    return {
      path: inSrc,
      folder: inSrc.split('/')[0],
      text,
      tree: ts.createSourceFile(inSrc, text, ts.ScriptTarget.Latest, true),
    };
  });

function visit(node: ts.Node, see: (node: ts.Node) => void): void {
  see(node);
  ts.forEachChild(node, (child) => {
    visit(child, see);
  });
}

function placeOf(source: Source, node: ts.Node): string {
  const { line } = source.tree.getLineAndCharacterOfPosition(node.getStart(source.tree));
  return `src/${source.path}:${line + 1}`;
}

// Static imports, re-exports, import() expressions and import() in types.
function importsOf(source: Source): { specifier: string; node: ts.Node }[] {
  const found: { specifier: string; node: ts.Node }[] = [];
  visit(source.tree, (node) => {
    let literal: ts.Node | undefined;
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) literal = node.moduleSpecifier;
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
      literal = node.arguments[0];
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) literal = node.argument.literal;
    if (literal !== undefined && ts.isStringLiteralLike(literal)) found.push({ specifier: literal.text, node });
  });
  return found;
}

function importViolations(source: Source): string[] {
  const rank = source.path === libraryEntry ? folders.indexOf('cli') - 1 : folders.indexOf(source.folder);
  return importsOf(source).flatMap(({ specifier, node }) => {
    if (specifier.startsWith('node:')) {
      return pureFolders.has(source.folder) ? [`${placeOf(source, node)} imports ${specifier}`] : [];
    }
    if (!specifier.startsWith('.')) return [];
    const target = slashed(src, resolve(dirname(join(src, source.path)), specifier));
    const targetRank = folders.indexOf(target.split('/')[0]);
    const allowed = targetRank >= 0 && targetRank <= rank;
    return allowed ? [] : [`${placeOf(source, node)} imports ${specifier}`];
  });
}

/** The place of a file of the model among its rooms; beyond all rooms if it is in none. */
function roomRank(path: string): number {
  const [, room, file] = path.split('/');
  return file === undefined ? rooms.length : rooms.indexOf(room);
}

/** Where a file's relative imports lead, in src/. */
function targetsOf(source: Source): { target: string; node: ts.Node }[] {
  return importsOf(source)
    .filter(({ specifier }) => specifier.startsWith('.'))
    .map(({ specifier, node }) => ({
      target: slashed(src, resolve(dirname(join(src, source.path)), specifier)),
      node,
    }));
}

function roomViolations(source: Source): string[] {
  if (source.folder !== 'model') return [];
  return targetsOf(source)
    .filter(({ target }) => target.startsWith('model/') && roomRank(target) > roomRank(source.path))
    .map(({ target, node }) => `${placeOf(source, node)} imports ${target}`);
}

/** Files that import each other, directly or by way of others; an import of types counts. */
function importCircles(): string[] {
  const reached = new Map<string, Set<string>>();
  const byPath = new Map(sources.map((source) => [source.path, targetsOf(source).map(({ target }) => target)]));
  for (const path of byPath.keys()) {
    const seen = new Set<string>();
    const left = [...(byPath.get(path) ?? [])];
    for (let next = left.pop(); next !== undefined; next = left.pop()) {
      if (seen.has(next)) continue;
      seen.add(next);
      left.push(...(byPath.get(next) ?? []));
    }
    reached.set(path, seen);
  }
  return [...reached].filter(([path, seen]) => seen.has(path)).map(([path]) => `src/${path}`);
}

/** `field!: Type`: a field that somebody fills later, and nobody can say when. */
function promisedFields(source: Source): string[] {
  const found: string[] = [];
  visit(source.tree, (node) => {
    if ((ts.isPropertyDeclaration(node) || ts.isVariableDeclaration(node)) && node.exclamationToken !== undefined)
      found.push(placeOf(source, node));
  });
  return found;
}

// Mentions in code, not in comments or strings: `Math.random`, `new Date(…)`, anything of `process`.
function mentionViolations(source: Source, forbidden: (node: ts.Node) => string | undefined): string[] {
  const found: string[] = [];
  visit(source.tree, (node) => {
    const what = forbidden(node);
    if (what !== undefined) found.push(`${placeOf(source, node)} uses ${what}`);
  });
  return found;
}

function memberOf(node: ts.Node): { object: string; member: string } | undefined {
  if (ts.isPropertyAccessExpression(node) && ts.isIdentifier(node.expression)) {
    return { object: node.expression.text, member: node.name.text };
  }
  if (ts.isElementAccessExpression(node) && ts.isIdentifier(node.expression)) {
    return { object: node.expression.text, member: node.argumentExpression.getText() };
  }
  return undefined;
}

function impureMention(node: ts.Node): string | undefined {
  if (ts.isNewExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === 'Date') {
    return node.arguments?.length ? 'new Date(…)' : 'new Date()';
  }
  const access = memberOf(node);
  if (access === undefined) return undefined;
  const { object, member } = access;
  const impure =
    object === 'process' ||
    object === 'performance' ||
    (object === 'Math' && /random/.test(member)) ||
    (object === 'Date' && /now/.test(member));
  return impure ? `${object}.${member}` : undefined;
}

function printingMention(node: ts.Node): string | undefined {
  const access = memberOf(node);
  if (access === undefined) return undefined;
  const prints = access.object === 'console' || (access.object === 'process' && /stdout|stderr/.test(access.member));
  return prints ? `${access.object}.${access.member}` : undefined;
}

function longFunctions(source: Source): string[] {
  const found: string[] = [];
  visit(source.tree, (node) => {
    const isFunction = ts.isFunctionLike(node) && 'body' in node && node.body !== undefined;
    if (!isFunction) return;
    const start = source.tree.getLineAndCharacterOfPosition(node.getStart(source.tree)).line;
    const end = source.tree.getLineAndCharacterOfPosition(node.end).line;
    const lineCount = end - start + 1;
    if (lineCount > functionLinesMax) found.push(`${placeOf(source, node)} is a function of ${lineCount} lines`);
  });
  return found;
}

describe('the house', () => {
  it('has only the folders that its order names', () => {
    const strangers = sources
      .filter(({ folder, path }) => !folders.includes(folder) && path !== libraryEntry)
      .map(({ path }) => path);
    expect(strangers).toEqual([]);
  });

  it('imports downwards only, and nothing of node: from engine to metrics', () => {
    expect(sources.flatMap(importViolations)).toEqual([]);
  });

  it('has a model of rooms, each of which knows those before it only', () => {
    const strangers = sources.filter(({ folder, path }) => folder === 'model' && roomRank(path) < 0);
    expect(strangers.map(({ path }) => path)).toEqual([]);
    expect(sources.flatMap(roomViolations)).toEqual([]);
  });

  it('has no two files that import each other, nor a longer circle', () => {
    expect(importCircles()).toEqual([]);
  });

  it('has no field that is declared full, and filled later', () => {
    expect(sources.flatMap(promisedFields)).toEqual([]);
  });

  it('reads no clock, no environment and no unseeded luck from engine to metrics', () => {
    const pure = sources.filter(({ folder }) => pureFolders.has(folder));
    expect(pure.flatMap((source) => mentionViolations(source, impureMention))).toEqual([]);
  });

  it('prints from cli only', () => {
    const silent = sources.filter(({ folder }) => folder !== 'cli');
    expect(silent.flatMap((source) => mentionViolations(source, printingMention))).toEqual([]);
  });

  it(`keeps files at ${fileLinesMax} lines and functions at ${functionLinesMax}`, () => {
    const longFiles = sources
      .map(({ path, text }) => ({ path, lineCount: text.trimEnd().split('\n').length }))
      .filter(({ lineCount }) => lineCount > fileLinesMax)
      .map(({ path, lineCount }) => `src/${path} has ${lineCount} lines`);
    expect([...longFiles, ...sources.flatMap(longFunctions)]).toEqual([]);
  });

  it('says at the top of each file what the file is', () => {
    const mute = sources.filter(({ text }) => !/^(#!.*\n)?\s*(\/\/|\/\*)/.test(text)).map(({ path }) => `src/${path}`);
    expect(mute).toEqual([]);
  });

  it('has no utils, types, helpers or barrels', () => {
    const named = ['src', 'test'].flatMap((folder) =>
      filesBelow(join(root, folder)).map((path) => `${folder}/${path.replaceAll('\\', '/')}`),
    );
    const vague = named.filter((path) =>
      path.split('/').some((part) => /^(utils?|types?|helpers?|index)(\.|$)/.test(part)),
    );
    expect(vague).toEqual([]);
  });

  it('has a map of its tests with every folder, and every tool that more than one of them uses', () => {
    const map = readFileSync(join(root, 'test/README.md'), 'utf8');
    const paths = filesBelow(join(root, 'test')).map((path) => path.replaceAll('\\', '/'));
    const folders = new Set(paths.filter((path) => path.includes('/')).map((path) => path.split('/')[0]));
    expect([...folders].filter((folder) => !map.includes(`\`${folder}\``))).toEqual([]);
    const named = [...map.matchAll(/`([\w/-]+\.(?:ts|json))`/g)].map(([, path]) => path);
    expect(named.filter((path) => !paths.some((one) => one === path || one.endsWith(`/${path}`)))).toEqual([]);
    // A tool of several folders is looked for in the map, not in the folder of its first user.
    const users = new Map<string, Set<string>>();
    for (const path of paths.filter((one) => one.endsWith('.ts'))) {
      const text = readFileSync(join(root, 'test', path), 'utf8');
      for (const [, specifier] of text.matchAll(/from '(\.{1,2}\/[\w./-]+\.ts)'/g)) {
        const tool = slashed(join(root, 'test'), resolve(root, 'test', dirname(path), specifier));
        if (!tool.startsWith('../')) users.set(tool, (users.get(tool) ?? new Set()).add(path.split('/')[0]));
      }
    }
    const shared = [...users].filter(([, folderNames]) => folderNames.size > 1).map(([tool]) => tool);
    expect(shared.length).toBeGreaterThan(15);
    expect(shared.filter((tool) => !map.includes(`\`${tool}\``))).toEqual([]);
  });

  it('has no fast test that replaces a module for those who share its process', () => {
    const replacing = filesBelow(join(root, 'test'))
      .filter((path) => /(?<!\.full|\.long)\.test\.ts$/.test(path))
      .map((path) => ({ path, text: readFileSync(join(root, 'test', path), 'utf8') }))
      .filter(({ text }) => /^\s*vi\.mock\(/m.test(text));
    expect(replacing.length).toBeGreaterThan(0);
    const leaving = replacing.filter(
      ({ text }) =>
        !text.includes('vi.hoisted(() => vi.resetModules());') ||
        !/afterAll\(\(\) => \{\s*vi\.doUnmock\([^]*?vi\.resetModules\(\);\s*\}\);/.test(text),
    );
    expect(leaving.map(({ path }) => path)).toEqual([]);
  });

  it('keeps luck private to seeds in every folder', () => {
    const found = sources.flatMap((source) =>
      mentionViolations(source, (node) =>
        memberOf(node)?.object === 'Math' && memberOf(node)?.member === 'random' ? 'Math.random' : undefined,
      ),
    );
    expect(found).toEqual([]);
  });
});
