// The supervisor with works that behave badly: that listen to nothing, hear and go on, need too much, or die. Each is a
// small module that runs in the worker instead of the program, below a main thread like that of bin/sim.js.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aSecondHereMs } from '../busy-machine.ts';

const compiled = (name: string): string => JSON.stringify(new URL(`../../dist/cli/${name}.js`, import.meta.url).href);

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'sim-supervisor-'));
});
afterAll(() => {
  rmSync(root, { recursive: true, force: true });
});

interface Ended {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** from the first signal, or from the start without one */
  readonly afterMs: number;
}

interface Started {
  readonly folder: string;
  /** what it has printed */
  readonly told: { readonly stdout: string; readonly stderr: string };
  kill(signal?: NodeJS.Signals): void;
  readonly ended: Promise<Ended>;
}

let works = 0;

/** Starts a work below a supervisor. Its code says `told(text)` to print, and may use what supervised.ts has, `fs`, `spin(ms)` and `here`, its folder. */
function start(code: string, nodeFlags: readonly string[] = []): Started {
  const folder = join(root, `work-${works++}`);
  const [main, work] = [`${folder}-main.mjs`, `${folder}-work.mjs`];
  writeFileSync(main, `
    import { Supervisor } from ${compiled('supervisor')};
    const supervisor = new Supervisor(new URL('file://${work}'), []);
    for (const name of ['SIGINT', 'SIGTERM']) process.on(name, () => supervisor.onSignal());
  `); // prettier-ignore
  writeFileSync(work, `
    import fs from 'node:fs';
    import { parentPort, workerData } from 'node:worker_threads';
    import * as supervised from ${compiled('supervised')};
    import { listenForInterruption } from ${compiled('interruption')};
    supervised.beSupervised(workerData, parentPort);
    const here = ${JSON.stringify(folder)};
    const told = (text) => supervised.tellSupervisor({ is: 'text', to: 1, text });
    const ends = (exitCode) => supervised.tellSupervisor({ is: 'end', exitCode });
    const spin = (ms = Infinity) => { for (const startedMs = performance.now(); performance.now() - startedMs < ms; ); };
    ${code}
  `); // prettier-ignore
  const child = spawn(process.execPath, [...nodeFlags, main], { stdio: ['pipe', 'pipe', 'pipe'] });
  const told = { stdout: '', stderr: '' };
  let sinceMs = performance.now();
  let killed = false;
  child.stdout.setEncoding('utf8').on('data', (text: string) => (told.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (told.stderr += text));
  const ended = new Promise<Ended>((resolve) =>
    child.on('close', (status, signal) => resolve({ status, signal, ...told, afterMs: performance.now() - sinceMs })),
  );
  const kill = (signal: NodeJS.Signals = 'SIGINT'): void => {
    if (!killed) sinceMs = performance.now();
    killed = true;
    child.kill(signal);
  };
  return { folder, told, kill, ended };
}

async function said(started: Started, word: string): Promise<void> {
  while (!started.told.stdout.includes(word)) await sleep(5);
}

/** Sends a signal as soon as the work has said that it is ready, or so long after. */
async function stopped(
  code: string,
  signal: NodeJS.Signals = 'SIGINT',
  afterReadyMs = 0,
): Promise<Ended & { folder: string }> {
  const started = start(code);
  await said(started, 'ready');
  await sleep(afterReadyMs);
  started.kill(signal);
  return { ...(await started.ended), folder: started.folder };
}

describe('at the first signal', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    'by %s, work that listens ends by itself, with its own exit code',
    async (signal) => {
      const { status, stdout, stderr } = await stopped(
        `listenForInterruption(() => { told('heard\\n'); ends(130); }); told('ready\\n');`,
        signal,
      );
      expect([status, stdout, stderr]).toEqual([130, 'ready\nheard\n', '']);
    },
  );

  it('work that looks at its flag between two pieces needs no turn of its event loop', async () => {
    const { status, stdout } = await stopped(
      `const interruption = listenForInterruption(() => told('heard\\n')); told('ready\\n'); while (!interruption.asked) spin(1); ends(130);`,
    );
    expect([status, stdout]).toEqual([130, 'ready\nheard\n']);
  });

  it.each([
    ['that does not listen', ''],
    ['that listens and never comes to it', `listenForInterruption(() => told('heard\\n'));`],
    ['that listens no more', `listenForInterruption(() => told('heard\\n')).release();`],
    ['within a regular expression', `setTimeout(() => /^(a+)+$/.test('a'.repeat(40) + 'b'), 20);`],
  ])('work %s is ended within a second', async (_what, listens) => {
    const { status, stdout, stderr, afterMs } = await stopped(
      `${listens}; told('ready\\n'); ${listens.startsWith('setTimeout') ? '' : 'spin();'}`,
    );
    expect([status, stdout, stderr]).toEqual([130, 'ready\n', 'interrupted\n']);
    expect(afterMs).toBeLessThan(aSecondHereMs());
  });

  it('work that waits in the system is left there, by the signal itself', async () => {
    const { status, signal, stderr, afterMs } = await stopped(
      `told('ready\\n'); fs.readSync(0, Buffer.alloc(1));`,
      'SIGTERM',
      // It is ready before it waits; on a busy machine a while before.
      300,
    );
    expect([status, signal, stderr]).toEqual([null, 'SIGINT', 'interrupted\n']);
    expect(afterMs).toBeLessThan(aSecondHereMs());
  });

  it('work that waits for standard input is ended', async () => {
    expect(await stopped(`told('ready\\n'); supervised.stdinOfSupervisor();`)).toMatchObject({
      status: 130,
      stderr: 'interrupted\n',
    });
  });

  it('work that has heard of it gets the time to end, but not more than that', async () => {
    const { status, stdout, stderr } = await stopped(
      `listenForInterruption(() => { told('heard\\n'); setTimeout(() => { spin(700); told('nearly\\n'); spin(); }); }); told('ready\\n');`,
    );
    expect([status, stdout]).toEqual([130, 'ready\nheard\nnearly\n']);
    expect(stderr).toMatch(/^interrupted: ended before all was written/);
  });

  it('what has a temporary name is removed, and folders that were made for it', async () => {
    const { folder } = await stopped(`
      const own = here + '/a/b';
      fs.mkdirSync(own, { recursive: true });
      supervised.tellFolder(own, here);
      fs.writeFileSync(own + '/.sim-' + process.pid + '-outcome.json.tmp', 'half');
      told('ready\\n');
      spin();
    `);
    expect(existsSync(folder)).toBe(false);
  });

  it('files that belong together have their names all, or none has', async () => {
    const writing = (before: string, during: string): string => `
      fs.mkdirSync(here);
      supervised.tellFolder(here, here);
      for (const name of ['a', 'b']) fs.writeFileSync(here + '/.sim-' + process.pid + '-' + name + '.tmp', name);
      ${before}
      supervised.undividedly(() => {
        for (const name of ['a', 'b']) { fs.renameSync(here + '/.sim-' + process.pid + '-' + name + '.tmp', here + '/' + name); ${during} }
      });
      spin();
    `;
    const amid = await stopped(writing('', `told('ready\\n'); spin(150);`));
    expect([amid.status, readdirSync(amid.folder).sort()]).toEqual([130, ['a', 'b']]);
    const before = await stopped(writing(`told('ready\\n'); spin();`, ''));
    expect([before.status, existsSync(before.folder)]).toEqual([130, false]);
  });
});

describe('at the second signal', () => {
  it('work that is ending is ended at once; what follows the first at once is its echo', async () => {
    const started = start(
      `listenForInterruption(() => told('heard\\n')); told('ready\\n'); setTimeout(() => {}, 60_000);`,
    );
    await said(started, 'ready');
    // Both are on their way before the work has heard of one: however busy the machine, they come one right after the other.
    started.kill('SIGINT');
    started.kill('SIGTERM');
    await said(started, 'heard');
    await sleep(400);
    expect(started.told.stderr).toBe('');
    const atMs = performance.now();
    started.kill();
    const { status, stdout } = await started.ended;
    expect([status, stdout]).toEqual([130, 'ready\nheard\n']);
    expect(performance.now() - atMs).toBeLessThan(aSecondHereMs());
  });
});

describe('without a signal', () => {
  it('prints all that the work prints, and ends with its exit code', async () => {
    const { status, stdout, stderr } = await start(
      `told('x'.repeat(3_000_000)); console.error('by a library'); ends(99);`,
    ).ended;
    expect([status, stdout.length, stderr]).toEqual([99, 3_000_000, 'by a library\n']);
  });

  it('work that needs more memory than it may is ended, wherever it is', async () => {
    const { status, stderr } = await start(`
      supervised.tellLimits({ memoryBytesMax: 200e6, wallMsMax: Infinity }, { memoryText: 'too much: {found}\\n', timeText: '' });
      const all = [];
      for (;;) { all.push(Buffer.alloc(1e6, 1)); spin(3); }
    `).ended;
    expect([status, stderr]).toEqual([2, expect.stringMatching(/^too much: [23]\d\d MB\n$/)]);
    // 1.25 times the limit, and 100 MB.
    expect(Number(/\d+/.exec(stderr)![0])).toBeLessThan(350);
  });

  it('work that takes longer than it may is ended, wherever it is', async () => {
    const { status, stderr } = await start(
      `supervised.tellLimits({ memoryBytesMax: 1e12, wallMsMax: 300 }, { memoryText: '', timeText: 'too long\\n' }); spin();`,
    ).ended;
    expect([status, stderr]).toEqual([2, 'too long\n']);
  });

  it('work for which the heap is too small ends with words', async () => {
    const { status, stderr } = await start(`const all = []; for (let i = 0; ; i++) all.push({ i });`, [
      '--max-old-space-size=20',
    ]).ended;
    expect([status, stderr]).toEqual([
      2,
      expect.stringMatching(
        /^error: out of memory: V8's heap may have \d+ MB, which is too little for this\n {2}raise that with NODE_OPTIONS=--max-old-space-size=\d+, or /,
      ),
    ]);
  });

  it.each([
    ['throws', `throw new Error('mine');`, /^internal error: mine\n {2}this is a bug in sim\n {2}at .*work/],
    [
      'ends without a word',
      `process.exit(0);`,
      /^internal error: the work ended without a result, with code 0\n {2}this is a bug/,
    ],
  ])('work that %s is a bug, and told as one', async (_what, code, message) => {
    const { status, stderr } = await start(code).ended;
    expect([status, stderr]).toEqual([1, expect.stringMatching(message)]);
  });
});

describe('the supervisor itself', () => {
  it('loads nothing but a few small files before the work has begun', () => {
    const chunk = (name: string): string => readFileSync(new URL(`../../dist/sim/${name}`, import.meta.url), 'utf8');
    const seen = new Map<string, number>();
    const see = (name: string): void => {
      if (seen.has(name)) return;
      const text = chunk(name);
      seen.set(name, text.length);
      for (const [, next] of text.matchAll(/^import .*from "\.\/([^"]+)";$/gm)) see(next);
    };
    see('start.js');
    expect([...seen.values()].reduce((sum, size) => sum + size, 0)).toBeLessThan(40_000);
  });
});
