/** The files of a folder and of all folders below it. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Their paths from that folder on, in order. */
export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}
