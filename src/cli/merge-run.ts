/**
 * Merges shards: finds what they have kept, makes sure that it is all of one
 * experiment, whole and unspoilt, and then does what the command would have done
 * that made the runs itself, but for making them. Nothing of the shards is
 * changed.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildIdentity } from '../experiments/build-identity.ts';
import { parseReplication, type ReplicationTask } from '../experiments/replication.ts';
import { nameOf, type ReplicationStore } from '../experiments/replications.ts';
import { tasksOfShard } from '../experiments/shard.ts';
import { counted } from '../metrics/value-text.ts';
import { visible } from '../scenario/safe-text.ts';
import { check } from './check-run.ts';
import { exitCodes, type CommandContext } from './command.ts';
import { compareSource } from './comparison-run.ts';
import { foldersWith } from './folder-search.ts';
import { keptFolder } from './kept-replications.ts';
import { printProblems } from './scenario-file.ts';
import { experimentFile, parseExperiment, runsOf, type SharedExperiment } from './shared-experiment.ts';
import { sweepSource } from './sweep-run.ts';
import type { Side } from './terminal.ts';
import { UsageError } from './usage-error.ts';

export interface MergeFlags {
  readonly out: string;
  readonly json?: boolean;
  readonly junit?: string;
  readonly markdown?: string;
  readonly baseline?: string;
  readonly quiet?: boolean;
  readonly charts: boolean;
}

interface FoundShard {
  readonly folder: string;
  readonly experiment: SharedExperiment;
}

/** How many of a kind are named, the rest counted. */
const NAMED_MAX = 8;

function named(all: readonly string[]): string {
  const rest = all.length - NAMED_MAX;
  return `${all.slice(0, NAMED_MAX).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

/** Which parts of two experiments differ. */
function differences(a: SharedExperiment, b: SharedExperiment): readonly string[] {
  const parts = (one: SharedExperiment): Readonly<Record<string, unknown>> => ({ ...one, shard: null, build: null });
  const [own, other] = [parts(a), parts(b)];
  const keys = new Set([...Object.keys(own), ...Object.keys(other)]);
  return [...keys].filter((key) => JSON.stringify(own[key]) !== JSON.stringify(other[key]));
}

/** What is wrong, in lines. */
class Faults {
  readonly lines: string[] = [];

  add(isSo: boolean, line: () => string): void {
    if (isSo) this.lines.push(line());
  }
}

/** The shards below the folders, those that cannot be used among the faults. */
function findShards(folders: readonly string[], faults: Faults): FoundShard[] {
  const build = buildIdentity();
  const shards: FoundShard[] = [];
  for (const given of folders) {
    const found = foldersWith(given, experimentFile);
    faults.add(found.length === 0, () => `${given} has no runs of a shard in it: no ${experimentFile}`);
    for (const folder of found) {
      const experiment = parseExperiment(readOrNull(join(folder, experimentFile)) ?? '');
      if (experiment === null) faults.lines.push(`${join(folder, experimentFile)} is no experiment that can be read`);
      else if (!shards.some((one) => one.folder === folder)) shards.push({ folder, experiment });
    }
  }
  const [first] = shards;
  for (const { folder, experiment } of shards) {
    faults.add(
      experiment.build !== build,
      () => `${folder} is of another version, ${experiment.build}: this is ${build}`,
    );
    const differ = differences(first.experiment, experiment);
    faults.add(
      differ.length > 0,
      () =>
        `${folder} is of another experiment than ${first.folder}: ${differ.join(', ')} ${differ.length === 1 ? 'differs' : 'differ'}`,
    );
  }
  return shards;
}

interface Gathered {
  readonly store: ReplicationStore;
  /** runs that several shards have kept, to the same bytes */
  readonly twice: number;
}

/** The record of each run, what is wrong with them among the faults. */
function gather(shards: readonly FoundShard[], tasks: readonly ReplicationTask[], faults: Faults): Gathered {
  const texts = new Map<string, string>();
  const missing: ReplicationTask[] = [];
  const spoilt: string[] = [];
  const unlike: string[] = [];
  let twice = 0;
  const byName = new Map(tasks.map((task) => [nameOf(task), task]));
  for (const [name, task] of byName) {
    const found = shards.flatMap(({ folder, experiment }) => {
      const path = join(folder, keptFolder, experiment.build, `${name}.json`);
      const text = readOrNull(path);
      return text === null ? [] : [{ path, text, isSound: parseReplication(name, text, task) !== null }];
    });
    const sound = found.filter(({ isSound }) => isSound);
    spoilt.push(...found.filter(({ isSound }) => !isSound).map(({ path }) => path));
    if (found.length === 0) missing.push(task);
    if (sound.length > 1) twice++;
    if (sound.some(({ text }) => text !== sound[0].text)) unlike.push(...sound.map(({ path }) => path));
    if (sound.length > 0) texts.set(name, sound[0].text);
  }
  faults.add(missing.length > 0, () => missingText(missing, byName, shards));
  faults.add(
    spoilt.length > 0,
    () => `${counted(spoilt.length, 'kept run')} cannot be read, cut short or changed: ${named(spoilt)}`,
  );
  faults.add(unlike.length > 0, () => `runs that overlap and are not the same: ${named(unlike)}`);
  const keep = (): void => {
    throw new Error('a merge makes no runs');
  };
  return { store: { read: (name) => texts.get(name) ?? null, keep }, twice };
}

function missingText(
  missing: readonly ReplicationTask[],
  all: ReadonlyMap<string, ReplicationTask>,
  shards: readonly FoundShard[],
): string {
  const gone = new Set(missing.map(nameOf));
  const wholes = [...new Set(shards.map(({ experiment }) => experiment.shard.of))];
  const names = [...all.keys()];
  const parts = wholes.flatMap((of) =>
    Array.from({ length: of }, (_, i) => {
      const own = tasksOfShard(names, { part: i + 1, of });
      const count = own.filter((name) => gone.has(name)).length;
      return count === 0 ? '' : `${count} of the ${own.length} of shard ${i + 1}/${of}`;
    }).filter((text) => text !== ''),
  );
  return `${missing.length} of ${counted(all.size, 'run')} ${missing.length === 1 ? 'is' : 'are'} missing: ${named(parts)}`;
}

/** What the command makes of the runs. */
function finish(
  experiment: SharedExperiment,
  store: ReplicationStore,
  flags: MergeFlags,
  context: CommandContext,
): Promise<number> {
  const { json = false, out, charts } = flags;
  const { set } = experiment;
  const replications = String(experiment.replications);
  if (experiment.command === 'compare') {
    const { scenario, variants, against, seed, until } = experiment;
    const asked = {
      replications, seed, until, set, out, json, charts, quiet: true,
      ...(variants === null ? {} : { variants: variants.join(',') }),
      ...(against === null ? {} : { against }),
    }; // prettier-ignore
    return compareSource(scenario, asked, context, { store });
  }
  if (experiment.command === 'sweep') {
    const { scenario, variant, vary, metric, seed } = experiment;
    const asked = {
      replications, vary, metric, seed, set, out, json, charts, full: true, quiet: true,
      ...(variant === null ? {} : { variant }),
    }; // prettier-ignore
    return sweepSource(scenario, asked, context, { store });
  }
  const { junit, markdown, baseline, quiet } = flags;
  const sources = new Map(experiment.scenarios.map((source) => [source.file, source]));
  const asked = {
    replications, set, json,
    ...(quiet === undefined ? {} : { quiet }),
    ...(junit === undefined ? {} : { junit }),
    ...(markdown === undefined ? {} : { markdown }),
    ...(baseline === undefined ? {} : { baseline }),
  }; // prettier-ignore
  return check([...sources.keys()], asked, context, { given: { sources, store } });
}

function refuse(faults: Faults, err: Side): number {
  for (const line of faults.lines) err.write(`${err.colors.red('error:')} ${visible(line)}\n`);
  err.write('  nothing was merged, and nothing was changed\n');
  return exitCodes.usage;
}

/** Returns the exit code. */
export async function merge(folders: readonly string[], flags: MergeFlags, context: CommandContext): Promise<number> {
  const { err } = context.terminal;
  const faults = new Faults();
  const shards = findShards(folders, faults);
  if (shards.length === 0 || shards.some(({ experiment }) => differences(shards[0].experiment, experiment).length > 0))
    return refuse(faults, err);
  const [{ experiment }] = shards;
  const foreign = Object.entries({ junit: flags.junit, markdown: flags.markdown, baseline: flags.baseline }).find(
    ([, value]) => value !== undefined,
  );
  if (experiment.command !== 'check' && foreign !== undefined)
    throw new UsageError(`--${foreign[0]} is of sim check, and these are runs of sim ${experiment.command}`);
  const runs = runsOf(experiment);
  if (!runs.ok) {
    printProblems(runs.problems, runs.source, err);
    return exitCodes.usage;
  }
  const { store, twice } = gather(shards, runs.tasks, faults);
  if (faults.lines.length > 0) return refuse(faults, err);
  if (twice > 0) err.write(`${counted(twice, 'run')} kept by several shards, to the same bytes: counted once\n`);
  return finish(experiment, store, flags, context);
}
