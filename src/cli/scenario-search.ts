/**
 * Which scenario files the arguments of a command mean: files as they are named,
 * all scenarios below a folder, and patterns that a shell has left alone
 * (`*`, `?`, `**`, `{a,b}`). Folders of packages and hidden ones are not
 * entered. What `exclude` matches is left out; each file comes once.
 */
import { readdirSync, statSync, type Dirent } from 'node:fs';
import { basename, join, normalize } from 'node:path';
import { reasonOf, UsageError } from './usage-error.ts';

/** A schema that editors use beside scenarios is none itself. */
const isScenario = (path: string): boolean => /\.(json|ya?ml)$/i.test(path) && !/\.schema\.json$/i.test(path);
const isPattern = (path: string): boolean => /[*?{[]/.test(path);

function slashed(path: string): string {
  return normalize(path).replaceAll('\\', '/');
}

/** A pattern as a regular expression over a path with slashes. */
function expressionOf(pattern: string): RegExp {
  let source = '';
  for (let i = 0; i < pattern.length; i++) {
    const c = pattern[i];
    if (c === '*' && pattern[i + 1] === '*') {
      const entersFolders = pattern[i + 2] === '/';
      source += entersFolders ? '(?:[^/]*/)*' : '.*';
      i += entersFolders ? 2 : 1;
    } else if (c === '*') source += '[^/]*';
    else if (c === '?') source += '[^/]';
    else if (c === '{') source += '(?:';
    else if (c === '}') source += ')';
    else if (c === ',') source += pattern.lastIndexOf('{', i) > pattern.lastIndexOf('}', i) ? '|' : ',';
    else source += /[\w/-]/.test(c) ? c : `\\${c}`;
  }
  try {
    return new RegExp(`^${source}$`);
  } catch {
    throw new UsageError(`"${pattern}" is no pattern that can be read`, 'patterns have *, ?, ** and {a,b}');
  }
}

/** Undefined if there is nothing, or nothing that can be looked at: who reads it will say why. */
function isFolder(path: string): boolean | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory();
  } catch {
    return undefined;
  }
}

function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    throw new UsageError(`cannot look into ${folder}: ${reasonOf(error)}`);
  }
}

function below(folder: string, keeps: (path: string) => boolean): string[] {
  return entriesOf(folder).flatMap((entry) => {
    const path = folder === '.' ? entry.name : join(folder, entry.name);
    if (entry.isDirectory()) return entry.name.startsWith('.') || entry.name === 'node_modules' ? [] : below(path, keeps);
    return keeps(path) ? [path] : [];
  });
}

/** The part of a pattern before the first folder that is not plain. */
function rootOf(pattern: string): string {
  const parts = pattern.split('/');
  const plain = parts.slice(0, parts.findIndex(isPattern));
  return plain.length === 0 ? '.' : plain.join('/') || '/';
}

function found(argument: string): string[] {
  // Standard input, even if there is a file of that name.
  if (argument === '-') return [argument];
  const kind = isFolder(argument);
  if (kind === true) {
    const files = below(argument, isScenario);
    if (files.length === 0) throw new UsageError(`${argument} has no scenario in it`, 'scenarios are files named .json, .yaml or .yml');
    return files;
  }
  // A file that is not there is told where it is read, with a suggestion.
  if (kind !== undefined || !isPattern(argument)) return [argument];
  const pattern = slashed(argument);
  const root = rootOf(pattern);
  const expression = expressionOf(pattern);
  const files = isFolder(root) === true ? below(root, (path) => isScenario(path) && expression.test(slashed(path))) : [];
  if (files.length === 0) throw new UsageError(`no scenario matches "${argument}"`);
  return files;
}

/** The files that the arguments mean, in their order. Throws a UsageError if one of them means none. */
export function scenarioFiles(args: readonly string[], exclude: readonly string[] = []): string[] {
  const excluded = exclude.map((pattern) => ({ pattern: slashed(pattern), expression: expressionOf(slashed(pattern)) }));
  const isExcluded = (path: string): boolean =>
    excluded.some(({ pattern, expression }) => expression.test(path) || (!pattern.includes('/') && expression.test(basename(path))) || path.startsWith(`${pattern}/`));
  const files = [...new Set(args.flatMap(found))].filter((path) => !isExcluded(slashed(path)));
  if (files.length === 0) throw new UsageError('no scenario is left', 'all were excluded by --exclude');
  return files;
}
