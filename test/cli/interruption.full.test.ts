// Programs that are stopped, or lose their disk, their folder or a worker, at random moments: nothing half-written
// stands under a final name, and the next run gives what an undisturbed one gives. INTERRUPTIONS asks for more of
// them, INTERRUPTION_SEED for others.
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { check, type CheckFlags } from '../../src/cli/check-run.ts';
import { guardedSide } from '../../src/cli/terminal.ts';
import { Stream } from '../../src/engine/luck.ts';
import picocolors from 'picocolors';
import { filesBelow } from '../files-below.ts';
import { stackLine } from './captured-terminal.ts';
import { startProgram, type Ended } from './started-program.ts';
import {
  Bench,
  commands,
  names,
  requireWhole,
  results,
  stopProgram,
  temporaryFiles,
  type CommandName,
} from './stopped-program.ts';

const count = Number(process.env.INTERRUPTIONS ?? 30);
const luck = new Stream(process.env.INTERRUPTION_SEED ?? 'interruptions', 'moments');

let root: string;
let bench: Bench;
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'sim-interrupted-'));
  bench = new Bench(root);
  await bench.prepare();
});
afterAll(() => {
  rmSync(root, { recursive: true, force: true });
});

const freshFolder = (name: string): string => bench.freshFolder(name);
const requireNextRun = (name: CommandName, folder: string, told: string): Promise<void> =>
  bench.requireNextRun(name, folder, told);

describe('a program that is stopped', () => {
  const signals = ['SIGINT', 'SIGTERM', 'SIGKILL'] as const;
  const cases = Array.from({ length: count }, (_, i) => ({
    i,
    name: names[i % names.length],
    signal: signals[Math.floor(i / names.length) % 3],
  }));
  it.each(cases)('$i: $name by $signal at some moment', async ({ i, name, signal }) => {
    const folder = freshFolder(`stopped-${i}`);
    const afterMs = luck.at(i, 0).uniform() * bench.references.get(name)!.tookMs;
    const told = await stopProgram({ argv: commands[name], folder, signal, afterMs });
    await requireNextRun(name, folder, told);
    rmSync(folder, { recursive: true, force: true });
  });

  const polite = ['SIGINT', 'SIGTERM'] as const;
  it.each(names)('%s, in the first milliseconds', async (name) => {
    for (let afterMs = 0; afterMs <= 60; afterMs += 4) {
      const folder = freshFolder(`first-${name}`);
      await stopProgram({ argv: commands[name], folder, signal: polite[(afterMs / 4) % 2], afterMs });
    }
  });

  it.each(names)('%s, in the last milliseconds', async (name) => {
    const { tookMs } = bench.references.get(name)!;
    for (let beforeMs = -20; beforeMs <= 100; beforeMs += 12) {
      const folder = freshFolder(`last-${name}`);
      await stopProgram({
        argv: commands[name],
        folder,
        signal: polite[(beforeMs / 4) & 1],
        afterMs: Math.max(0, tookMs - beforeMs),
      });
    }
  });

  it('while it draws', async () => {
    const argv = ['run', 'compared.yaml', '--set', 'products.chat.sessions=900'];
    const startedMs = performance.now();
    await startProgram(argv, { cwd: freshFolder('drawn') }).ended;
    const tookMs = performance.now() - startedMs;
    for (let i = 0; i < 12; i++)
      await stopProgram({
        argv,
        folder: freshFolder('drawing'),
        signal: polite[i % 2],
        afterMs: tookMs * (0.4 + 0.05 * i),
      });
  });

  it('while it judges: what is kept is whole, and the same command goes on from there', async () => {
    const folder = freshFolder('judging');
    const argv = ['compare', 'compared.yaml', '--no-charts', '--replications', '100', '--jobs', '2'];
    await startProgram(argv, { cwd: folder }).ended;
    const startedMs = performance.now();
    // Everything is kept: what is left is to judge and to write.
    await startProgram(argv, { cwd: folder }).ended;
    const tookMs = performance.now() - startedMs;
    for (let i = 1; i <= 10; i++)
      await stopProgram({ argv, folder, signal: polite[i % 2], afterMs: (tookMs * i) / 11 });
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
    expect(temporaryFiles(folder)).toEqual([]);
    await requireNextRun(name, folder, name);
  });
});

/** A file in the place of a folder, which may be written, and made again, at the same time. */
function putInTheWay(path: string): void {
  for (;;) {
    rmSync(path, { recursive: true, force: true, maxRetries: 20 });
    try {
      writeFileSync(path, 'in the way\n');
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EISDIR') throw error;
    }
  }
}

describe('a folder that cannot be written any more', () => {
  /** At work for seconds after its folder is there, on a fast machine as well: so the folder is gone before the end. */
  const longAtWork = {
    run: ['run', 'compared.yaml', '--no-charts', '--set', 'products.chat.sessions=100000'],
    compare: ['compare', 'compared.yaml', '--no-charts', '--replications', '100', '--jobs', '2'],
  } as const;

  // The tests may run as root, who may write anywhere: so a file takes the folder's place.
  it.each(['run', 'compare'] as const)('while %s is at work: told, and the next run works', async (name) => {
    const folder = freshFolder(`lost-${name}`);
    const out = join(folder, 'out');
    const started = startProgram(longAtWork[name], { cwd: folder });
    while (!existsSync(join(out, 'compared'))) await sleep(5);
    await sleep(luck.at(0, 1).uniform() * 300);
    putInTheWay(out);
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
    writeFileSync(
      path,
      marker === null
        ? dies
        : `import { existsSync, writeFileSync } from 'node:fs';\nif (!existsSync(${JSON.stringify(marker)})) { writeFileSync(${JSON.stringify(marker)}, ''); ${dies} }\nawait import(${JSON.stringify(real)});`,
    );
    return pathToFileURL(path);
  }

  async function checked(
    worker: URL,
    flags: Partial<CheckFlags> = {},
  ): Promise<Pick<Ended, 'status' | 'stdout' | 'stderr'>> {
    const folder = freshFolder('mortal');
    const [out, err] = [[] as string[], [] as string[]];
    const side = (lines: string[]) =>
      guardedSide(
        { isTerminal: false, width: 100, colors: picocolors.createColors(false) },
        (one) => void lines.push(one),
      );
    const terminal = { out: side(out), err: side(err), drained: () => Promise.resolve(null) };
    const context = { terminal, act: () => () => Promise.resolve(), repeatWith: () => undefined };
    const status = await check([join(folder, 'compared.yaml')], { jobs: '1', ...flags }, context, { worker });
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
    await sleep(bench.references.get('run')!.tookMs / 2);
    started.kill('SIGKILL');
    await started.ended;
    const kept = [...results(folder)].filter(([path]) => !path.endsWith('.tmp'));
    expect(new Map(kept)).toEqual(bench.references.get('run')!.files);
  });
});
