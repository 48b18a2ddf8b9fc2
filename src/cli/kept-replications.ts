/**
 * Replications on disk, so that an interrupted experiment goes on where it
 * stopped, and one with more replications or other variants runs only what is
 * new. Each record is a file of its own, written to a temporary name and then
 * renamed. What another build of the program has kept, another version of Node
 * or a machine whose arithmetic differs, is never used, and is removed: the
 * folder's name says what it was kept by.
 */
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildIdentity } from '../experiments/build-identity.ts';
import type { ReplicationStore } from '../experiments/replications.ts';
import { removeQuietly } from './made-files.ts';
import { isRunning, makeFolders } from './result-files.ts';
import { tellFolder } from './supervised.ts';
import { reasonOf, UsageError } from './usage-error.ts';

export { arithmeticIdentity, buildIdentity } from '../experiments/build-identity.ts';

/** Where the replications of an experiment are kept, below its folder. */
export const keptFolder = 'kept';

/** Removes what a run that was killed in the middle of its writing left behind. */
function sweep(folder: string): void {
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) {
    const pid = /^\.sim-(\d+)-.+\.tmp$/.exec(name)?.[1];
    if (pid !== undefined && !isRunning(Number(pid))) rmSync(join(folder, name), { force: true });
  }
}

/** What an experiment is made with, if not as usual. */
export interface GivenRuns {
  /** the module that a worker runs; for tests */
  readonly worker?: URL | undefined;
  /** where all its runs are, if they have been made elsewhere */
  readonly store?: ReplicationStore | undefined;
}

/** The store below an experiment's folder, which must exist and be writable. */
export function openKeptReplications(
  folder: string,
  build = buildIdentity(),
): ReplicationStore & { readonly folder: string } {
  const above = join(folder, keptFolder);
  const own = join(above, build);
  const pathOf = (name: string): string => join(own, `${name}.json`);
  const failed = (path: string, error: unknown): UsageError =>
    new UsageError(`cannot keep a replication in ${path}: ${reasonOf(error)}`, 'choose another folder with --out DIR');
  let isTold = false;
  try {
    sweep(own);
  } catch (error) {
    throw failed(own, error);
  }
  return {
    folder: above,
    read: (name) => {
      try {
        return readFileSync(pathOf(name), 'utf8');
      } catch {
        return null;
      }
    },
    keep: (name, text) => {
      const temporary = join(own, `.sim-${process.pid}-${name}.tmp`);
      try {
        if (!existsSync(own)) {
          rmSync(above, { recursive: true, force: true });
          makeFolders(own);
        }
        if (!isTold) tellFolder(own, undefined);
        isTold = true;
        // Not flushed: what a power cut spoils is found out by its digest and run again, and no run waits for the disk.
        writeFileSync(temporary, text);
        renameSync(temporary, pathOf(name));
      } catch (error) {
        removeQuietly(temporary);
        throw failed(own, error);
      }
    },
  };
}
