/**
 * What somebody who stands here types to call this program: `npx sim` in its
 * checkout, `npx cascade-sim` where it is installed (outside the checkout `npx
 * sim` is another package), `sim` where the shell finds it, and otherwise the
 * file itself. Found by looking where those words lead, not by guessing from
 * how the program was started, which npm, npx and shims each tell differently.
 */
import { readFileSync, realpathSync } from 'node:fs';
import { join, parse, posix, win32 } from 'node:path';
import { fileURLToPath } from 'node:url';
import { visible } from '../scenario/safe-text.ts';

export const packageName = 'cascade-sim';
const shortName = 'sim';

/** The folder that package.json and scenarios/ are in, wherever this code was bundled to. */
export const packageFolder = fileURLToPath(new URL('../../', import.meta.url));

/** From where somebody calls, and which program is meant. */
export interface Standpoint {
  /** the package's own folder, links resolved */
  readonly root: string;
  readonly cwd: string;
  /** the variable PATH */
  readonly searchPath: string;
  readonly isWindows: boolean;
  /** where a path leads, links resolved; null if there is nothing */
  readonly resolved: (path: string) => string | null;
  /** a file's text; null if there is none */
  readonly text: (path: string) => string | null;
}

function realOrNull(path: string): string | null {
  try {
    return realpathSync(path);
  } catch {
    return null;
  }
}

function textOrNull(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

/** The folder one stands in; the topmost one if it has been removed. */
function currentFolder(): string {
  try {
    return process.cwd();
  } catch {
    return parse(packageFolder).root;
  }
}

export function ownStandpoint(): Standpoint {
  return {
    root: realOrNull(packageFolder) ?? packageFolder,
    cwd: currentFolder(),
    searchPath: process.env.PATH ?? '',
    isWindows: process.platform === 'win32',
    resolved: realOrNull,
    text: textOrNull,
  };
}

type Paths = typeof posix;

/** A file as one would type it: from here, or from the root if that is shorter. */
function typedPath(file: string, { cwd }: Pick<Standpoint, 'cwd'>, paths: Paths): string {
  const fromHere = paths.relative(cwd, file);
  return fromHere.length < file.length ? fromHere : file;
}

/** Where a scenario that comes with the program lies, seen from here. Null if there is none of that name. */
export function shippedScenario(name: string): string | null {
  const file = realOrNull(join(packageFolder, 'scenarios', name));
  return file === null ? null : typedPath(file, { cwd: currentFolder() }, process.platform === 'win32' ? win32 : posix);
}

/** Whether a folder of commands has one of that name: null if not, and else whether it is this program. */
function leadsHere(folder: string, name: string, { root, resolved }: Standpoint, paths: Paths): boolean | null {
  const link = resolved(paths.join(folder, name)) ?? resolved(paths.join(folder, `${name}.cmd`));
  if (link === null) return null;
  // Where commands are no links but small scripts, the package lies beside them: in node_modules, or below npm's prefix.
  const beside = [paths.join(folder, '..', packageName), paths.join(folder, 'node_modules', packageName)];
  return link === paths.join(root, 'bin', 'sim.js') || beside.some((path) => resolved(path) === root);
}

/** `npx` takes the first that it finds in node_modules here or above. */
function isNpxOurs(at: Standpoint, paths: Paths): boolean {
  for (let folder = at.cwd; ; folder = paths.dirname(folder)) {
    const ours = leadsHere(paths.join(folder, 'node_modules', '.bin'), packageName, at, paths);
    if (ours !== null) return ours;
    if (paths.dirname(folder) === folder) return false;
  }
}

/** A name that the shell itself finds. What npm adds to PATH for its own children is not in it. */
function shellName(at: Standpoint, paths: Paths): string | null {
  const folders = at.searchPath
    .split(paths.delimiter)
    .filter((folder) => paths.isAbsolute(folder) && !/[\\/]node_modules[\\/]\.bin[\\/]?$/.test(folder));
  const isOurs = (name: string): boolean =>
    folders.map((folder) => leadsHere(folder, name, at, paths)).find((ours) => ours !== null) === true;
  return [shortName, packageName].find(isOurs) ?? null;
}

/** What npx notes down of what it was asked for: newer ones the very words, all of them what npm made of that. */
interface NpxNote {
  readonly _npx?: { readonly packages?: unknown };
  readonly dependencies?: Readonly<Record<string, string>>;
}

function askedOfNpx(cache: string, { text }: Standpoint, paths: Paths): readonly string[] {
  let note: NpxNote;
  try {
    note = JSON.parse(text(paths.join(cache, 'package.json')) ?? '') as NpxNote;
  } catch {
    return [packageName];
  }
  const packages = note._npx?.packages;
  if (Array.isArray(packages) && packages.length > 0) return packages.map(String);
  const range = note.dependencies?.[packageName] ?? '';
  if (range.startsWith('file:')) return [paths.resolve(cache, range.slice('file:'.length))];
  return [/^(\w+\+)?\w+:|\//.test(range) ? range : packageName];
}

/** The words that made npx fetch the program into its cache, if that is where it is. */
function fetchingWords(at: Standpoint, paths: Paths): readonly string[] | null {
  const cache = /^(.*[\\/]_npx[\\/][^\\/]+)[\\/]node_modules[\\/]/.exec(at.root)?.[1];
  if (cache === undefined) return null;
  const asked = askedOfNpx(cache, at, paths);
  const isByName = asked.length === 1 && (asked[0] === packageName || asked[0].startsWith(`${packageName}@`));
  return isByName ? ['npx', asked[0]] : ['npx', ...asked.map((one) => `--package=${one}`), packageName];
}

/** The words before the arguments. */
export function callingWords(at: Standpoint): readonly string[] {
  const paths: Paths = at.isWindows ? win32 : posix;
  const isCheckout = !at.root.split(/[\\/]/).includes('node_modules');
  const below = paths.relative(at.root, at.cwd);
  const isInside = !paths.isAbsolute(below) && below.split(paths.sep)[0] !== '..';
  if (isCheckout && isInside) return ['npx', shortName];
  if (isNpxOurs(at, paths)) return ['npx', packageName];
  const name = shellName(at, paths);
  if (name !== null) return [name];
  const fetching = fetchingWords(at, paths);
  if (fetching !== null) return fetching;
  return ['node', typedPath(paths.join(at.root, 'bin', 'sim.js'), at, paths)];
}

/** What only escapes can say in a line that is safe to print and to copy. */
const special: Readonly<Record<string, string>> = { '\\': '\\\\', "'": "\\'" };

/** An argument as the shell of that system would read it back; with what cannot be seen, as bash, zsh and ksh do. */
export function shellQuoted(argument: string, isWindows: boolean): string {
  if (isWindows) return /^[\w@+=:,./\\-]+$/.test(argument) ? argument : `"${argument.replaceAll('"', '\\"')}"`;
  if (visible(argument) !== argument) return `$'${visible(argument.replaceAll(/[\\']/g, (mark) => special[mark]))}'`;
  return /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", `'\\''`)}'`;
}
