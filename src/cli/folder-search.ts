/**
 * Looking for folders that hold something of a given name, below those that were
 * named. Links are not followed, so that it ends.
 */
import { readdirSync, type Dirent } from 'node:fs';
import { join } from 'node:path';
import { reasonOf, UsageError } from './usage-error.ts';

function entriesOf(folder: string, isNamed: boolean): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    // One that went away meanwhile, or is not for us, has nothing to be found; one that somebody named is another matter.
    if (!isNamed) return [];
    throw new UsageError(`cannot read ${folder}: ${reasonOf(error)}`);
  }
}

/** Folders that have an entry of that name in them, the one that is named included, by their paths. Throws a UsageError if that one cannot be read. */
export function foldersWith(folder: string, name: string): readonly string[] {
  const found: string[] = [];
  const left = [folder];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    const entries = entriesOf(next, next === folder);
    if (entries.some((entry) => entry.name === name)) found.push(next);
    for (const entry of entries)
      if (entry.isDirectory() && entry.name !== 'node_modules') left.push(join(next, entry.name));
  }
  return found.sort();
}
