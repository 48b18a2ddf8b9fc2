/**
 * The files of one result, written so that nobody ever reads half of one: each
 * goes to a temporary name in its folder first, and those that belong together
 * get their final names together. What an earlier result left there and this one does not
 * make is removed with it, so that a folder never tells two stories. Files that
 * sim did not make are not touched.
 */
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
  type Stats,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { removeEmpty, removeQuietly } from './made-files.ts';
import { tellFolder, undividedly } from './supervised.ts';
import { reasonOf, UsageError } from './usage-error.ts';

export interface ResultFiles {
  readonly folder: string;
  /** Writes a file under a temporary name. Throws a UsageError if it cannot. */
  stage(fileName: string, content: string | Uint8Array): void;
  /** Gives all staged files their names, and removes files named in `own` that were not staged. Returns the names. */
  commit(own: readonly string[]): readonly string[];
  /** Removes what was staged, and the folders that were made for it. */
  discard(): void;
}

const temporaryPattern = /^\.sim-(\d+)-.+\.tmp$/;

/** Whether a process of that number runs. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Removes what a run that was killed in the middle of its writing left behind. */
function sweep(folder: string): void {
  for (const name of readdirSync(folder)) {
    const pid = temporaryPattern.exec(name)?.[1];
    if (pid !== undefined && !isRunning(Number(pid))) rmSync(join(folder, name), { force: true });
  }
}

function writeWhole(path: string, content: string | Uint8Array): void {
  const bytes = typeof content === 'string' ? Buffer.from(content, 'utf8') : content;
  const file = openSync(path, 'wx');
  try {
    for (let offset = 0; offset < bytes.length;) offset += writeSync(file, bytes, offset);
    // Nothing is there to be lost of an empty one, and a disk takes its time.
    if (bytes.length > 0) fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function cannotWrite(path: string, error: unknown): UsageError {
  return new UsageError(`cannot write ${path}: ${reasonOf(error)}`, 'choose another folder with --out DIR');
}

/**
 * Makes a folder and those above it, and returns the topmost that was made.
 * Node's own recursive way never returns where a file system takes no folders
 * and says ENOENT, as /proc does.
 */
export function makeFolders(folder: string): string | undefined {
  const path = resolve(folder);
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) return undefined;
  const topmostAbove = dirname(path) === path ? undefined : makeFolders(dirname(path));
  try {
    mkdirSync(path);
  } catch (error) {
    // Another run may have made it meanwhile.
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) return topmostAbove;
    if (topmostAbove !== undefined) removeEmpty(dirname(path), topmostAbove);
    throw error;
  }
  return topmostAbove ?? path;
}

/**
 * Opens a folder for results, making it if need be. Throws a UsageError at
 * once if it cannot be written, before anybody waits for a long run.
 */
export function openResultFiles(folder: string): ResultFiles {
  let topmostMade: string | undefined;
  const staged = new Map<string, string>();
  const discard = (): void => {
    for (const temporary of staged.values()) removeQuietly(temporary);
    staged.clear();
    if (topmostMade !== undefined) removeEmpty(folder, topmostMade);
  };
  const stage = (fileName: string, content: string | Uint8Array): void => {
    const temporary = join(folder, `.sim-${process.pid}-${fileName}.tmp`);
    removeQuietly(temporary);
    staged.set(fileName, temporary);
    try {
      writeWhole(temporary, content);
    } catch (error) {
      discard();
      throw cannotWrite(join(folder, fileName), error);
    }
  };
  const commit = (own: readonly string[]): readonly string[] => {
    const names = [...staged.keys()];
    let path = folder;
    try {
      undividedly(() => {
        for (const name of own) if (!staged.has(name)) rmSync((path = join(folder, name)), { force: true });
        for (const [name, temporary] of staged) {
          renameSync(temporary, (path = join(folder, name)));
          staged.delete(name);
        }
      });
    } catch (error) {
      discard();
      throw cannotWrite(path, error);
    }
    return names;
  };
  try {
    undividedly(() => {
      topmostMade = makeFolders(folder);
      tellFolder(folder, topmostMade);
    });
    sweep(folder);
    const probe = join(folder, `.sim-${process.pid}-probe.tmp`);
    staged.set('probe', probe);
    writeWhole(probe, '');
    rmSync(probe, { force: true });
    staged.delete('probe');
  } catch (error) {
    discard();
    throw cannotWrite(folder, error);
  }
  return { folder, stage, commit, discard };
}

export interface SingleFile {
  readonly path: string;
  /** Gives the file its content and its name. Throws a UsageError. */
  write(content: string): void;
  /** Removes what has only a temporary name. */
  discard(): void;
}

/**
 * A file of its own, like a report, whose folder must exist. Throws a UsageError
 * at once if it cannot be written, before anybody waits for its content.
 */
export function openSingleFile(path: string): SingleFile {
  if (path === '') throw new UsageError('the name of a file must not be empty');
  const stats = statsOf(path);
  if (stats !== undefined && !stats.isFile() && !stats.isDirectory()) return openDevice(path);
  const temporary = join(dirname(path), `.sim-${process.pid}-${basename(path)}.tmp`);
  const discard = (): void => removeQuietly(temporary);
  const attempt = (work: () => void): void => {
    try {
      work();
    } catch (error) {
      discard();
      throw new UsageError(`cannot write ${path}: ${reasonOf(error)}`);
    }
  };
  attempt(() => {
    if (stats?.isDirectory() === true) throw Object.assign(new Error('it is a folder'), { code: 'EISDIR' });
    sweep(dirname(path));
    tellFolder(dirname(path), undefined);
    writeWhole(temporary, '');
    discard();
  });
  return {
    path,
    discard,
    write: (content) =>
      attempt(() => {
        discard();
        writeWhole(temporary, content);
        renameSync(temporary, path);
      }),
  };
}

/** Undefined if there is nothing; throws a UsageError if that cannot be told. */
function statsOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    throw new UsageError(`cannot write ${path}: ${reasonOf(error)}`);
  }
}

/** A pipe or a device keeps its name: it is written as it is. */
function openDevice(path: string): SingleFile {
  const write = (content: string): void => {
    try {
      writeFileSync(path, content);
    } catch (error) {
      throw new UsageError(`cannot write ${path}: ${reasonOf(error)}`);
    }
  };
  return { path, write, discard: () => undefined };
}
