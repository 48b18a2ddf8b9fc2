/**
 * Lists what experiments have kept of their runs, and throws it away. Only what
 * has the names that are given by kept-replications.ts is counted and removed,
 * whatever else may lie in a folder that is named like theirs.
 */
import { existsSync, lstatSync, readdirSync, rmdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { buildIdentity } from '../experiments/build-identity.ts';
import { counted } from '../metrics/value-text.ts';
import { bytesText } from '../experiments/limits.ts';
import { jsonText, visible } from '../scenario/safe-text.ts';
import { formatDuration } from '../scenario/quantity.ts';
import { commandLine, exitCodes, type CommandContext } from './command.ts';
import { foldersWith } from './folder-search.ts';
import { keptFolder } from './kept-replications.ts';
import { removeQuietly } from './made-files.ts';
import { durationFlag } from './met-limits.ts';
import { isRunning } from './result-files.ts';
import { tableText } from './table.ts';
import { UsageError } from './usage-error.ts';

export interface KeptFlags {
  readonly olderThan?: string;
  readonly unusable?: boolean;
  readonly remove?: boolean;
  readonly json?: boolean;
}

/** What one program has kept of one experiment. */
interface KeptRuns {
  /** of the experiment */
  readonly experiment: string;
  /** where the records are */
  readonly folder: string;
  /** whether this program would use them */
  readonly isUsable: boolean;
  readonly files: readonly string[];
  readonly runCount: number;
  /** on the disk, in whole blocks */
  readonly bytes: number;
  /** since the last one was kept */
  readonly ageMs: number;
}

const buildPattern = /^[\d.]+(?:-[a-z][\w.]*)?-[0-9a-f]{12}-node\d+-[0-9a-f]{6}$/;
const recordPattern = /^[A-Za-z0-9-]+\.json$/;
const temporaryPattern = /^\.sim-(\d+)-.+\.tmp$/;
const BLOCK_BYTES = 512;

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function isOwn(name: string): boolean {
  const pid = temporaryPattern.exec(name)?.[1];
  return recordPattern.test(name) || (pid !== undefined && !isRunning(Number(pid)));
}

function keptIn(experiment: string, folder: string, build: string): KeptRuns | null {
  const files: string[] = [];
  let bytes = 0;
  let newestMs = 0;
  for (const name of namesIn(folder).filter(isOwn)) {
    const path = join(folder, name);
    const stats = lstatSync(path, { throwIfNoEntry: false });
    // A link leads elsewhere, to what is not ours.
    if (stats?.isFile() !== true) continue;
    files.push(path);
    bytes += Math.max(stats.size, stats.blocks * BLOCK_BYTES);
    newestMs = Math.max(newestMs, stats.mtimeMs);
  }
  if (files.length === 0) return null;
  const runCount = files.filter((path) => path.endsWith('.json')).length;
  const ageMs = Math.max(0, Date.now() - newestMs);
  return { experiment, folder, isUsable: folder.endsWith(build), files, runCount, bytes, ageMs };
}

/** All below the folders, by their experiments. */
function findKept(folders: readonly string[]): KeptRuns[] {
  const build = buildIdentity();
  const experiments = [...new Set(folders.flatMap((folder) => foldersWith(folder, keptFolder)))].sort();
  return experiments.flatMap((experiment) => {
    const above = join(experiment, keptFolder);
    if (lstatSync(above, { throwIfNoEntry: false })?.isDirectory() !== true) return [];
    return namesIn(above)
      .filter((name) => buildPattern.test(name) && lstatSync(join(above, name)).isDirectory())
      .sort()
      .flatMap((name) => keptIn(experiment, join(above, name), build) ?? []);
  });
}

function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Something else is in it.
  }
}

function remove({ folder, files }: KeptRuns): void {
  for (const path of files) removeQuietly(path);
  removeIfEmpty(folder);
  removeIfEmpty(dirname(folder));
}

const sizeText = (bytes: number): string => (bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : bytesText(bytes));

/** Whole minutes, hours or days: nobody needs more. */
function ageText(ms: number): string {
  const units = [86_400_000, 3_600_000, 60_000];
  const unit = units.find((one) => ms >= one);
  return unit === undefined ? 'just now' : formatDuration(Math.floor(ms / unit) * unit);
}

function jsonOf(all: readonly KeptRuns[], isRemoved: boolean): string {
  const experiments = all.map(({ experiment, folder, runCount, bytes, ageMs, isUsable }) => ({
    experiment,
    folder,
    runs: runCount,
    bytes,
    ageMs: Math.round(ageMs),
    usable: isUsable,
  }));
  const bytes = all.reduce((sum, one) => sum + one.bytes, 0);
  return `${jsonText({ tool: 'cascade-sim', format: 1, removed: isRemoved, bytes, experiments }, 2)}\n`;
}

/** Prints them, or throws them away. Returns the exit code. */
export function kept(
  given: readonly string[],
  flags: KeptFlags,
  { terminal: { out } }: CommandContext,
): Promise<number> {
  const { remove: removes = false, unusable = false, olderThan } = flags;
  const olderThanMs = olderThan === undefined ? 0 : durationFlag('--older-than', olderThan);
  if (removes && given.length === 0 && olderThan === undefined && !unusable)
    throw new UsageError(
      '--remove needs to know which',
      `name folders, or say --older-than or --unusable; all: ${commandLine(['kept', 'out', '--remove'])}`,
    );
  if (given.some((folder) => folder.trim() === '')) throw new UsageError('the name of a folder must not be empty');
  const folders = given.length > 0 ? given : ['out'].filter((folder) => existsSync(folder));
  for (const folder of folders)
    if (statSync(folder, { throwIfNoEntry: false })?.isFile() === true)
      throw new UsageError(`${folder} is a file: runs are kept in folders`);
  const all = findKept(folders).filter(({ ageMs, isUsable }) => ageMs >= olderThanMs && (!unusable || !isUsable));
  if (removes) for (const one of all) remove(one);
  if (flags.json === true) {
    out.write(jsonOf(all, removes));
    return Promise.resolve(exitCodes.good);
  }
  const runs = all.reduce((sum, { runCount }) => sum + runCount, 0);
  const bytes = all.reduce((sum, one) => sum + one.bytes, 0);
  const rows = all.map(({ experiment, runCount, bytes: own, ageMs, isUsable }) => [
    visible(experiment),
    String(runCount),
    sizeText(own),
    ageText(ageMs),
    isUsable ? '' : 'of another version: not used any more',
  ]);
  if (rows.length > 0) {
    const head = ['experiment', 'runs', 'room', 'age', ''];
    const align = ['left', 'right', 'right', 'right', 'left'] as const;
    out.write(tableText(rows, { head, align, width: out.width, colors: out.colors }));
  }
  const total = all.length === 0 ? 'no kept runs' : `${counted(runs, 'run')}, ${sizeText(bytes)}`;
  out.write(`${total}${removes && all.length > 0 ? ' removed' : ''}\n`);
  return Promise.resolve(exitCodes.good);
}
