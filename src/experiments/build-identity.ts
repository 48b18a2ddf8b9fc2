/**
 * Which program this is, as far as its results depend on it: two that have the
 * same identity make the same record of a run, to the last bit. Runs that are
 * kept, and runs that other machines have made, are told apart by it.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const ARGUMENTS = 4096;

/** Compiled code that a record depends on; the rest only shows it. */
const codeFolders = ['engine', 'policies', 'scenario', 'model', 'metrics', 'experiments'];

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.js'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** Digits that tell two machines apart whose elementary functions differ in any bit of these arguments. */
export function arithmeticIdentity(
  functions: readonly ((x: number) => number)[] = [Math.exp, Math.log, Math.sin, Math.cos, Math.sqrt],
): string {
  const values = Float64Array.from({ length: functions.length * ARGUMENTS }, (_, i) =>
    functions[i % functions.length](0.001 + i * 0.0137),
  );
  return createHash('sha256').update(new Uint8Array(values.buffer)).digest('hex').slice(0, 6);
}

/** The program's version and a hash of the code that workers run, Node's major version, and the machine's arithmetic. */
export function buildIdentity(): string {
  const root = fileURLToPath(new URL('../../', import.meta.url));
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  const hash = createHash('sha256');
  for (const folder of codeFolders) {
    const path = join(root, 'dist', folder);
    if (!existsSync(path)) continue;
    for (const file of filesBelow(path)) hash.update(relative(root, file)).update(readFileSync(file));
  }
  return `${version}-${hash.digest('hex').slice(0, 12)}-node${process.versions.node.split('.')[0]}-${arithmeticIdentity()}`;
}
