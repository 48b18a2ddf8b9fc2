// Programs that are stopped, or lose their disk, their folder or a worker, at random moments: nothing half-written
// stands under a final name, and the next run gives what an undisturbed one gives. INTERRUPTIONS asks for more of
// them, INTERRUPTION_SEED for others.
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { check, type CheckFlags } from '../../src/cli/check-run.ts';
import { guardedSide } from '../../src/cli/terminal.ts';
import { Stream } from '../../src/engine/luck.ts';
import picocolors from 'picocolors';
import { comparedText } from '../experiments/compared-scenario.ts';
import { stackLine } from './captured-terminal.ts';
import { startProgram, type Ended } from './started-program.ts';

const count = Number(process.env.INTERRUPTIONS ?? 18);
const luck = new Stream(process.env.INTERRUPTION_SEED ?? 'interruptions', 'moments');

const text = `${comparedText}expect:\n  - "drops.reboot > 0"\n  - "drops.reboot@gone > 0"\n  - "attempts@longer-cap > 0"\n`;

const commands = {
  run: ['run', 'compared.yaml', '--no-charts', '--set', 'products.chat.sessions=900'],
  compare: ['compare', 'compared.yaml', '--no-charts', '--replications', '4', '--jobs', '2'],
  check: ['check', 'compared.yaml', '--replications', '5', '--jobs', '2', '--baseline', 'baseline.json', '--update', '--junit', 'report.xml', '--markdown', 'report.md'],
} as const;
type CommandName = keyof typeof commands;
const names = Object.keys(commands) as CommandName[];
const signals = ['SIGINT', 'SIGTERM', 'SIGKILL'] as const;

let root: string;
/** what an undisturbed run leaves, per command, and how long it takes */
const references = new Map<CommandName, { files: ReadonlyMap<string, string>; tookMs: number }>();

function freshFolder(name: string): string {
  const folder = join(root, name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'compared.yaml'), text);
  return folder;
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

/** All that does not tell the time, nor is kept for later runs. */
function results(folder: string): Map<string, string> {
  const paths = filesBelow(folder).filter((path) => !path.includes('/kept/') && !/^report\./.test(path));
  return new Map(paths.map((path) => [path, readFileSync(join(folder, path), 'utf8')]));
}

function requireWhole(folder: string, told: string): void {
  for (const path of filesBelow(folder).filter((one) => !one.endsWith('.tmp'))) {
    const content = readFileSync(join(folder, path), 'utf8');
    if (path.endsWith('.json')) expect(() => JSON.parse(content) as unknown, `${told}: ${path}`).not.toThrow();
    else if (path.endsWith('.xml')) expect(content, `${told}: ${path}`).toMatch(/<\/testsuites>\n$/);
    else expect(content, `${told}: ${path}`).toMatch(/\n$/);
  }
}

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'sim-interrupted-'));
  for (const name of names) {
    const folder = freshFolder(`reference-${name}`);
    const startedMs = performance.now();
    const { status, stderr } = await startProgram(commands[name], { cwd: folder }).ended;
    expect([status, name], stderr).toEqual([0, name]);
    references.set(name, { files: results(folder), tookMs: performance.now() - startedMs });
  }
});
afterAll(() => {
  rmSync(root, { recursive: true, force: true });
});

/** The same command again, undisturbed: it works, and its results are those of the reference. */
async function requireNextRun(name: CommandName, folder: string, told: string): Promise<void> {
  const { status, stderr } = await startProgram(commands[name], { cwd: folder }).ended;
  expect(status, `${told}, then again:\n${stderr}`).toBe(0);
  expect(filesBelow(folder).filter((path) => path.endsWith('.tmp')), told).toEqual([]);
  expect(results(folder), told).toEqual(references.get(name)!.files);
}

describe('a program that is stopped', () => {
  const cases = Array.from({ length: count }, (_, i) => ({ i, name: names[i % 3], signal: signals[Math.floor(i / 3) % 3] }));
  it.each(cases)('$i: $name by $signal at some moment', async ({ i, name, signal }) => {
    const folder = freshFolder(`stopped-${i}`);
    const { tookMs } = references.get(name)!;
    const momentMs = luck.at(i, 0).uniform() * tookMs;
    const started = startProgram(commands[name], { cwd: folder });
    await sleep(momentMs);
    started.kill(signal);
    const { status, signal: by, stdout, stderr } = await started.ended;
    const told = `${name}, ${signal} after ${momentMs.toFixed(0)} of ${tookMs.toFixed(0)} ms: ${status ?? by}`;
    // Before it listens, a signal ends it as it ends any program.
    expect([0, 130, signal], `${told}\n${stderr}`).toContain(status ?? by);
    expect(stdout + stderr, told).not.toMatch(stackLine);
    requireWhole(folder, told);
    if (signal !== 'SIGKILL') expect(filesBelow(folder).filter((path) => path.endsWith('.tmp')), told).toEqual([]);
    await requireNextRun(name, folder, told);
    rmSync(folder, { recursive: true, force: true });
  });
});

describe('a disk that takes no more', () => {
  // A limit on the size of files stands for a full disk, which a test cannot have without mounting one.
  it.each(names)('while %s writes: told with the file, and nothing half-written stays', async (name) => {
    const folder = freshFolder(`full-${name}`);
    const { status, stderr } = await startProgram(commands[name], { cwd: folder, first: 'ulimit -f 1' }).ended;
    expect([status, stderr]).toEqual([2, expect.stringMatching(/error: cannot (write|keep) .*EFBIG/)]);
    expect(stderr).not.toMatch(stackLine);
    requireWhole(folder, name);
    expect(filesBelow(folder).filter((path) => path.endsWith('.tmp'))).toEqual([]);
    await requireNextRun(name, folder, name);
  });
});

describe('a folder that cannot be written any more', () => {
  // The tests may run as root, who may write anywhere: so a file takes the folder's place.
  it.each(['run', 'compare'] as const)('while %s is at work: told, and the next run works', async (name) => {
    const folder = freshFolder(`lost-${name}`);
    const out = join(folder, 'out');
    const started = startProgram(commands[name], { cwd: folder });
    while (!existsSync(join(out, 'compared'))) await sleep(5);
    await sleep(luck.at(0, 1).uniform() * 300);
    // What is being written meanwhile may take a second try to remove.
    rmSync(out, { recursive: true, force: true, maxRetries: 20 });
    writeFileSync(out, 'in the way\n');
    const { status, stderr } = await started.ended;
    expect([status, stderr]).toEqual([2, expect.stringMatching(/error: cannot (write|keep)/)]);
    expect(stderr).not.toMatch(stackLine);
    expect(readFileSync(out, 'utf8')).toBe('in the way\n');
    rmSync(out);
    await requireNextRun(name, folder, name);
  });

  it('by check: told before anything is run', async () => {
    const folder = freshFolder('lost-check');
    mkdirSync(join(folder, 'report.xml'));
    const { status, stdout, stderr } = await startProgram(commands.check, { cwd: folder }).ended;
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain('cannot write report.xml: it is a folder (EISDIR)');
    expect(filesBelow(folder)).toEqual(['compared.yaml']);
  });
});

describe('a worker that dies', () => {
  /** A worker that ends its thread, unless the marker says that one has done so already. */
  function mortal(marker: string | null): URL {
    const path = join(root, `mortal-${marker === null ? 'always' : 'once'}.mjs`);
    const real = pathToFileURL(join(import.meta.dirname, '../../dist/experiments/replication-worker.js')).href;
    const dies = `process.exit(7);`;
    writeFileSync(path, marker === null ? dies : `import { existsSync, writeFileSync } from 'node:fs';\nif (!existsSync(${JSON.stringify(marker)})) { writeFileSync(${JSON.stringify(marker)}, ''); ${dies} }\nawait import(${JSON.stringify(real)});`);
    return pathToFileURL(path);
  }

  async function checked(worker: URL, flags: Partial<CheckFlags> = {}): Promise<Pick<Ended, 'status' | 'stdout' | 'stderr'>> {
    const folder = freshFolder('mortal');
    const [out, err] = [[] as string[], [] as string[]];
    const side = (lines: string[]) => guardedSide({ isTerminal: false, width: 100, colors: picocolors.createColors(false) }, (one) => void lines.push(one));
    const terminal = { out: side(out), err: side(err), drained: () => Promise.resolve(null) };
    const context = { terminal, act: () => () => Promise.resolve(), repeatWith: () => undefined };
    const status = await check([join(folder, 'compared.yaml')], { jobs: '1', ...flags }, context, worker);
    return { status, stdout: out.join(''), stderr: err.join('') };
  }

  it('once is replaced, and nobody notices', async () => {
    expect(await checked(mortal(join(root, 'died-once')))).toMatchObject({ status: 0 });
  });

  it('always: the scenario fails as a bug of sim, with the command that repeats the run', async () => {
    const { status, stdout } = await checked(mortal(null));
    expect(status).toBe(1);
    expect(stdout).toContain('failed with a bug of sim');
    expect(stdout).toMatch(/a worker died twice[^]*repeat: npx sim run \S+compared\.yaml --seed compared/);
  });
});

describe('results of before', () => {
  it('stay as they are when the next run is stopped before it ends', async () => {
    const folder = freshFolder('before');
    cpSync(join(root, 'reference-run', 'out'), join(folder, 'out'), { recursive: true });
    const started = startProgram(commands.run, { cwd: folder });
    await sleep(references.get('run')!.tookMs / 2);
    started.kill('SIGKILL');
    await started.ended;
    const kept = [...results(folder)].filter(([path]) => !path.endsWith('.tmp'));
    expect(new Map(kept)).toEqual(references.get('run')!.files);
  });
});
