// A scenario by standard input, `-` for its name: every command that reads one, and what they call it.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startProgram, type Ended } from './started-program.ts';

const oneHost = readFileSync(fileURLToPath(new URL('../../scenarios/one-host.yaml', import.meta.url)), 'utf8');
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sim-stdin-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function fed(input: string, ...argv: string[]): Promise<Ended> {
  return startProgram(argv, { cwd: folder, input }).ended;
}

describe('a scenario by standard input', () => {
  it.each([
    ['run', '-', '--json', '--quiet', '--no-charts'],
    ['compare', '-', '--json', '--quiet', '--no-charts', '--replications', '2'],
    ['check', '-', '--json', '--quiet'],
    ['validate', '-', '--json', '--quiet'],
    ['explain', '-', '--json'],
  ])('is read by %s, which with --json and --quiet prints its document and nothing else', async (...argv) => {
    const { status, stdout, stderr } = await fed(oneHost, ...argv);
    expect([status, stderr]).toEqual([0, '']);
    expect(() => JSON.parse(stdout) as unknown).not.toThrow();
    expect(stdout).toContain('one-host');
  });

  it('gives the same bytes as the file does', async () => {
    await fed(oneHost, 'run', '-', '--no-charts', '--quiet', '--out', 'by-stdin');
    const file = fileURLToPath(new URL('../../scenarios/one-host.yaml', import.meta.url));
    await startProgram(['run', file, '--no-charts', '--quiet', '--out', 'by-file'], { cwd: folder }).ended;
    const path = ['one-host', 'baseline'] as const;
    // The report says by which command it was made, and so which file it was.
    const names = readdirSync(join(folder, 'by-file', ...path)).filter((name) => !name.startsWith('report.'));
    expect(names).toContain('outcome.json');
    for (const name of names)
      expect(readFileSync(join(folder, 'by-stdin', ...path, name))).toEqual(
        readFileSync(join(folder, 'by-file', ...path, name)),
      );
  });

  it('is JSON if it begins as JSON does, and else YAML', async () => {
    expect(await fed(`\n ${JSON.stringify(parse(oneHost))}`, 'validate', '-')).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^✓ <stdin>: one-host, baseline and 1 variant\n/) as string,
    });
    // A comma too many is no mistake in YAML.
    const { status, stderr } = await fed('{ "format": 1, }', 'validate', '-');
    expect([status, stderr.split('\n')[0]]).toEqual([2, '<stdin>:1:16']);
  });

  it('is named in problems, with its place and a frame', async () => {
    const { status, stdout, stderr } = await fed(oneHost.replace('full-jitter', 'ful-jitter'), 'run', '-');
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^<stdin>:\d+:\d+ {2}clients\.current\.backoff\.policy\n/);
    expect(stderr).toMatch(/> \d+ \|.*ful-jitter/);
  });

  it('is told to be fed again in the line that repeats a run', async () => {
    const { status, stdout } = await fed(oneHost, 'check', '-', '--set', 'products.chat.sessions=1600');
    expect(status).toBe(99);
    expect(stdout).toContain('✗ <stdin>: ');
    expect(stdout).toMatch(/^ +at +<stdin>:\d+:\d+$/m);
    expect(stdout).toMatch(
      /^ +repeat +(npx sim|node \S+) run - --seed one-host --set products\.chat\.sessions=1600 < FILE$/m,
    );
  });

  it('may be nothing', async () => {
    expect((await fed('', 'run', '-')).stderr).toContain('found an empty file');
    expect((await startProgram(['run', '-'], { cwd: folder }).ended).status).toBe(2);
  });
});
