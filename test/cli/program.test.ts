// The program as people start it: bin/sim.js on the built dist/, as a process of its own.
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  openSync,
  closeSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startingScenario } from '../../src/cli/starting-scenario.ts';
import type { Outcome } from '../../src/metrics/outcome.ts';
import { hasComputed } from '../busy-machine.ts';
import { stackLine, withoutProgress } from './captured-terminal.ts';
import { program, startProgram } from './started-program.ts';

const plain = { ...process.env, NO_COLOR: '', FORCE_COLOR: '0' };

let folder: string;
let file: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sim-program-'));
  file = join(folder, 'scenario.yaml');
  writeFileSync(file, startingScenario);
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function sim(argv: readonly string[], environment: NodeJS.ProcessEnv = plain): Ended {
  return spawnSync(process.execPath, [program, ...argv], { encoding: 'utf8', env: environment });
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(20);
}

/** Half an hour without hosts, and clients that retry forty times a second: a run that takes its time. */
function longRun(out: string): string[] {
  const changes = ['tiers.gateway.boot=40m', 'clients.current.backoff.delay=20ms', 'networkDelay=2ms'].flatMap(
    (change) => ['--set', change],
  );
  return ['run', file, '--out', out, ...changes];
}

describe('an interrupted run', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('by %s writes what there is, says so, and ends with 130', async (signal) => {
    const out = join(folder, signal);
    const ownFolders = (): string[] =>
      existsSync(join(out, 'my-scenario')) ? readdirSync(join(out, 'my-scenario')) : [];
    const started = startProgram(longRun(out));
    await until(() => ownFolders().length > 0);
    await hasComputed(started.pid, 1000);
    started.kill(signal);
    const { status, stdout, stderr } = await started.ended;
    expect(status).toBe(130);
    expect(stderr).toContain('interrupted');
    expect(stdout).toMatch(/^interrupted at \d\d:\d\d:\d\d/m);
    const results = join(out, 'my-scenario', ownFolders()[0]);
    expect(results).toContain('baseline+boot=40m,delay=20ms,networkDelay=2ms~');
    expect(readdirSync(results).sort()).toEqual(['events.jsonl', 'outcome.json', 'timeseries.csv']);
    const outcome = JSON.parse(readFileSync(join(results, 'outcome.json'), 'utf8')) as Outcome;
    expect(outcome.complete).toBe(false);
  });
});

describe('the output', () => {
  it('has no colours off a terminal, nor with NO_COLOR, and has them with FORCE_COLOR', () => {
    const escape = '\u001b[';
    expect(sim(['list']).stdout).not.toContain(escape);
    expect(sim(['list'], { ...process.env, NO_COLOR: '1', FORCE_COLOR: '1' }).stdout).not.toContain(escape);
    expect(sim(['list'], { ...process.env, NO_COLOR: '', FORCE_COLOR: '1' }).stdout).toContain(escape);
  });

  it('may lose its reader without a word', () => {
    // A shell's pipe whose reader has gone before the first byte.
    const script = `"${process.execPath}" "${program}" list metric; echo "status $?" >&2`;
    const { stderr } = spawnSync('sh', ['-c', `{ ${script}; } | true`], { encoding: 'utf8', env: plain });
    expect(stderr).toBe('status 0\n');
  });

  it.runIf(existsSync('/dev/full'))('tells of a full disk behind it', () => {
    const full = openSync('/dev/full', 'w');
    const { status, stderr } = spawnSync(process.execPath, [program, 'list'], {
      encoding: 'utf8',
      env: plain,
      stdio: ['ignore', full, 'pipe'],
    });
    closeSync(full);
    expect(status).toBe(2);
    expect(stderr).toBe('error: cannot write to standard output: no space left on the device (ENOSPC)\n');
  });

  it('is one JSON document with --json', () => {
    const { status, stdout, stderr } = sim(['run', file, '--json', '--no-charts', '--out', join(folder, 'json')]);
    expect([status, withoutProgress(stderr)]).toEqual([0, '']);
    expect(JSON.parse(stdout)).toMatchObject({ scenario: 'my-scenario', complete: true });
  });
});

describe('a disk that takes no more', () => {
  it('is told with the file and the reason, and nothing half-written stays behind', () => {
    // A limit on the size of files (16 KiB) stands for a full disk, which a test cannot have without mounting one. The
    // outcome's 4 KiB fit, the time series' 50 KiB do not.
    const out = join(folder, 'limited');
    const script = `ulimit -f 32; "${process.execPath}" "${program}" run "${file}" --no-charts --out "${out}"`;
    const { status, stdout, stderr } = spawnSync('sh', ['-c', script], { encoding: 'utf8', env: plain });
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain(`error: cannot write ${out}/my-scenario/baseline/timeseries.csv: `);
    expect(stderr).toContain('(EFBIG)');
    expect(stderr).not.toMatch(stackLine);
    expect(existsSync(out)).toBe(false);
  });
});

describe('the program', () => {
  it('knows its version and its commands', () => {
    expect(sim(['--version']).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    const { status, stdout, stderr } = sim(['--help']);
    expect([status, stderr]).toEqual([0, '']);
    expect([...stdout.matchAll(/^ {2}([\w-]+) [[<]|^ {2}(schema) /gm)].map((match) => match[1] ?? match[2])).toEqual([
      'run', 'report', 'compare', 'sweep', 'plan', 'check', 'sensitivity', 'calibrate', 'validate', 'explain', 'list',
      'init', 'schema',
      'learn-client', 'emulate', 'merge', 'kept', 'work', 'help',
    ]); // prettier-ignore
  });

  it("ends with 2 for a user's mistake, and prints no stack trace", () => {
    const { status, stdout, stderr } = sim(['run', join(folder, 'none.yaml')]);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).not.toMatch(stackLine);
  });
});
