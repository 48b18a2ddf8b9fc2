/**
 * Which scenario files the arguments of a command mean: files as they are named,
 * all scenarios below a folder, and patterns that a shell has left alone
 * (`*`, `?`, `**`, `{a,b}`, `[a-z]`). Folders of packages and hidden ones are not
 * entered. What `exclude` matches is left out; each file comes once.
 */
import { readdirSync, statSync, type Dirent } from 'node:fs';
import { basename, join, normalize } from 'node:path';
import { globMatcher, PATTERN_LENGTH_MAX } from './glob.ts';
import { reasonOf, UsageError } from './usage-error.ts';

/** A schema that editors use beside scenarios is none itself. */
const isScenario = (path: string): boolean => /\.(json|ya?ml)$/i.test(path) && !/\.schema\.json$/i.test(path);
const isPattern = (path: string): boolean => /[*?{[]/.test(path);

function slashed(path: string): string {
  return normalize(path).replaceAll('\\', '/');
}

function matcherOf(pattern: string): (path: string) => boolean {
  if (pattern.length > PATTERN_LENGTH_MAX)
    throw new UsageError(`a pattern of ${pattern.length} characters is too long: there may be ${PATTERN_LENGTH_MAX}`);
  try {
    return globMatcher(pattern);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new UsageError(
      `"${pattern}" is no pattern that can be read: ${error.message}`,
      'patterns have *, ?, **, {a,b} and [a-z]',
    );
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
    if (entry.isDirectory())
      return entry.name.startsWith('.') || entry.name === 'node_modules' ? [] : below(path, keeps);
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
    if (files.length === 0)
      throw new UsageError(`${argument} has no scenario in it`, 'scenarios are files named .json, .yaml or .yml');
    return files;
  }
  // A file that is not there is told where it is read, with a suggestion.
  if (kind !== undefined || !isPattern(argument)) return [argument];
  const pattern = slashed(argument);
  const root = rootOf(pattern);
  const matches = matcherOf(pattern);
  const files = isFolder(root) === true ? below(root, (path) => isScenario(path) && matches(slashed(path))) : [];
  if (files.length === 0) throw new UsageError(`no scenario matches "${argument}"`);
  return files;
}

/** The files that the arguments mean, in their order. Throws a UsageError if one of them means none. */
export function scenarioFiles(args: readonly string[], exclude: readonly string[] = []): string[] {
  const excluded = exclude.map((pattern) => ({ pattern: slashed(pattern), matches: matcherOf(slashed(pattern)) }));
  const isExcluded = (path: string): boolean =>
    excluded.some(
      ({ pattern, matches }) =>
        matches(path) || (!pattern.includes('/') && matches(basename(path))) || path.startsWith(`${pattern}/`),
    );
  const files = [...new Set(args.flatMap(found))].filter((path) => !isExcluded(slashed(path)));
  if (files.length === 0) throw new UsageError('no scenario is left', 'all were excluded by --exclude');
  return files;
}
