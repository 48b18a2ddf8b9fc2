/**
 * `npm run emulate -- NAME`: runs an experiment with real processes on 127.0.0.1 and writes its
 * record. A run in which some process was late says nothing about the experiment and is made
 * again. Exit codes as those of sim: 2 for a wrong name or flag, 99 if no run was quiet enough,
 * 130 if it was interrupted. Whatever ends it, no process of it is left.
 */
import { mkdirSync, readFileSync } from 'node:fs';
import { arch, availableParallelism, loadavg, release, type } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Command, InvalidArgumentError } from 'commander';
import { nearest } from '../../src/scenario/suggestion.ts';
import { calibrate, type Calibration } from './calibration.ts';
import type { ExperimentSpec } from './experiment.ts';
import { experiments } from './experiments.ts';
import { measure } from './measured.ts';
import { killAllAtOnce, killAllProcesses } from './processes.ts';
import { lateness, NoQuietRun, undisturbed } from './quiet.ts';
import { runForReal } from './real-run.ts';
import { writeRecord, type RecordedRun } from './record.ts';

/** That are measured on the idle system; few where nothing depends on it. */
const CONNECTS = 100;
const FEW_CONNECTS = 20;

const root = new URL('../../', import.meta.url);
const recordsFolder = fileURLToPath(new URL('test/emulation/records/', root));
const tell = (text: string): void => void process.stderr.write(`${text}\n`);

interface Options {
  readonly reps: number;
  readonly out: string;
  readonly anyLoad?: true;
  readonly list?: true;
}

function versions({ library }: ExperimentSpec): Record<string, string> {
  const packages = library === 'socket.io-client' ? [library, 'socket.io'] : [library, 'ws'];
  const versionOf = (name: string): string =>
    (JSON.parse(readFileSync(new URL(`node_modules/${name}/package.json`, root), 'utf8')) as { version: string })
      .version;
  return { node: process.version, ...Object.fromEntries(packages.map((name) => [name, versionOf(name)])) };
}

const loadNow = (): number => Math.round(loadavg()[0] * 100) / 100;

/** Whoever reads is told at once, and the record at the end. */
const throwsAway =
  (what: string, thrownAway: string[]) =>
  (why: string): void => {
    thrownAway.push(why);
    tell(`${what} is thrown away: ${why}`);
  };

async function quietCalibration(
  experiment: ExperimentSpec,
  options: Options,
  thrownAway: string[],
): Promise<Calibration> {
  const attempt = async () => {
    const result = await calibrate(experiment, options.anyLoad ? FEW_CONNECTS : CONNECTS);
    return { result, disturbedBy: options.anyLoad ? null : lateness(result.loopDelayMs, []) };
  };
  return undisturbed('the calibration', attempt, throwsAway('the calibration', thrownAway));
}

async function quietRun(
  what: string,
  experiment: ExperimentSpec,
  options: Options,
  thrownAway: string[],
): Promise<RecordedRun> {
  const attempt = async () => {
    const loadBefore = loadNow();
    const run = await runForReal(experiment, () => tell(`${what}: ${experiment.clients} clients are connected`));
    const loopDelayMs = Math.max(...run.loopDelaysMs);
    const result: RecordedRun = { ...measure(experiment, run), loopDelayMs, load: [loadBefore, loadNow()] };
    const late = options.anyLoad ? null : lateness(loopDelayMs, run.lateBoots);
    return { result, disturbedBy: run.troubles[0]?.split('\n')[0] ?? late };
  };
  return undisturbed(what, attempt, throwsAway(what, thrownAway));
}

async function record(name: string, options: Options): Promise<string> {
  const { title: _title, nearThreshold: _nearThreshold, misfit: _misfit, ...experiment } = experiments[name];
  const thrownAway: string[] = [];
  const calibration = await quietCalibration(experiment, options, thrownAway);
  tell(`${name}: network ${calibration.networkMs} ms, overhead of a service ${calibration.overheadMs} ms`);
  const runs: RecordedRun[] = [];
  for (let i = 1; i <= options.reps; i++) {
    const run = await quietRun(`run ${i} of ${options.reps}`, experiment, options, thrownAway);
    tell(`run ${i} of ${options.reps}: ${JSON.stringify(run.totals)}, ${run.loopDelayMs} ms late at most`);
    runs.push(run);
  }
  return writeRecord(options.out, {
    name,
    recordedAt: new Date().toISOString(),
    experiment,
    calibration,
    machine: { system: `${type()} ${release()} ${arch()}`, cores: availableParallelism() },
    versions: versions(experiment),
    runs,
    thrownAway,
  });
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,2}$/.test(text)) throw new InvalidArgumentError('expected a whole number from 1 to 999');
  return Number(text);
}

const width = Math.max(...Object.keys(experiments).map(({ length }) => length));
const listing = Object.entries(experiments)
  .map(([name, { title }]) => `${name.padEnd(width)}  ${title}`)
  .join('\n');

function checkedName(name: string | undefined): string {
  if (name !== undefined && Object.hasOwn(experiments, name)) return name;
  const near = name === undefined ? null : nearest(name, Object.keys(experiments));
  const hint = near === null ? '' : `\n  did you mean "${near}"?`;
  const found = name === undefined ? 'no experiment was named' : `there is no experiment ${JSON.stringify(name)}`;
  tell(`${found}${hint}\n\n${listing}`);
  process.exit(2);
}

async function run(name: string | undefined, options: Options): Promise<void> {
  if (options.list) {
    process.stdout.write(`${listing}\n`);
    return;
  }
  const checked = checkedName(name);
  if (options.anyLoad && options.out === recordsFolder) {
    tell('--any-load is for trying out: say --out FOLDER, so that no record comes of it');
    process.exit(2);
  }
  try {
    // Minutes later would be too late to learn that it cannot be.
    mkdirSync(options.out, { recursive: true });
  } catch (error) {
    tell(`no record can be written to ${JSON.stringify(options.out)}: ${(error as NodeJS.ErrnoException).code}`);
    process.exit(2);
  }
  try {
    process.stdout.write(`${await record(checked, options)}\n`);
  } catch (error) {
    if (!(error instanceof NoQuietRun)) throw error;
    tell(error.message);
    process.exitCode = 99;
  } finally {
    await killAllProcesses();
  }
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => {
    tell('interrupted: no record is written');
    void killAllProcesses().then(() => process.exit(130));
  });
process.on('exit', killAllAtOnce);

await new Command('npm run emulate --')
  .description('Runs an experiment with real servers and clients, and writes its record.')
  .argument('[name]', 'which one; --list tells them')
  .option('--reps <n>', 'how many runs', wholeNumber, 3)
  .option('--out <folder>', 'where the record goes', recordsFolder)
  .option(
    '--any-load',
    'for trying out, with --out: calibrates briefly, and keeps runs that a busy machine has disturbed',
  )
  .option('--list', 'tells the experiments')
  .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, '')) })
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
  .action(run)
  .parseAsync();
