/** Removing what the program has made: files that may be gone already, folders while they are empty. */
import { rmdirSync, rmSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/** Removes a file that may be gone already, with its whole folder or something else in its place. */
export function removeQuietly(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // What cannot be reached cannot be removed; what is to be said about it, its writing says.
  }
}

/** Removes `folder` and those above it, up to `topmost`, while they are empty. */
export function removeEmpty(folder: string, topmost: string): void {
  for (let path = resolve(folder); path.length >= topmost.length; path = dirname(path)) {
    try {
      rmdirSync(path);
    } catch {
      return;
    }
  }
}
