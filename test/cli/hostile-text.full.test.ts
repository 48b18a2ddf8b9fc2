// Twenty hostile scenarios through every command and output of the program itself: stdout, stderr and all files that
// it writes, in colours and without, as on a CI service and at home. No output has what its reader would obey.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fileDangers, jsonDangers, logDangers } from './dangers.ts';
import { hostileScenarios } from './hostile-scenarios.ts';
import { startProgram, type Ended } from './started-program.ts';

const attack = new URL('../cases/attack/escapes.yaml', import.meta.url);
const scenarios = [
  ...hostileScenarios,
  { about: 'escapes', fileName: 'escapes.yaml', text: readFileSync(attack, 'utf8') },
];

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'sim-hostile-'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const small = ['--set', 'products.chat.sessions=200'];
/** Each writes what it writes into the folder that it runs in. */
const commands: readonly (readonly string[])[] = [
  ['run', 'FILE', ...small],
  ['run', 'FILE', '--variant', 'slow', '--json', '--seed', '=x\n::error::y\u001b[31m'],
  ['compare', 'FILE', ...small, '--replications', '2'],
  ['compare', 'FILE', ...small, '--replications', '2', '--json', '--no-charts', '--until', 'decided'],
  ['check', 'FILE', ...small, '--junit', 'r.xml', '--markdown', 'r.md'],
  ['check', 'FILE', '--replications', '2', '--json'],
  ['check', 'FILE', '--baseline', 'baseline.json', '--update'],
  ['check', 'FILE', '--baseline', 'baseline.json'],
  ['validate', 'FILE', '--json'],
  ['validate', 'FILE', '--sources'],
  ['explain', 'FILE'],
  ['explain', 'FILE', '--json'],
];

function dangersOf({ status, stdout, stderr }: Ended, hasColors: boolean): string[] {
  const looks = { hasColors, mayAnnotate: true };
  return [
    ...logDangers(stdout, looks),
    ...logDangers(stderr, looks),
    ...(status === 1 || status === null ? [`a bug: ${stderr}`] : []),
  ];
}

describe('a hostile scenario', () => {
  it.each(scenarios)('($about) has nothing to obey in any output', async ({ fileName, text }) => {
    const folder = mkdtempSync(join(root, 's'));
    writeFileSync(join(folder, fileName), text);
    for (const [i, args] of commands.entries()) {
      const hasColors = i % 2 === 0;
      const env = {
        GITHUB_ACTIONS: 'true',
        GITHUB_STEP_SUMMARY: join(folder, 'summary.md'),
        NO_COLOR: hasColors ? '' : '1',
        FORCE_COLOR: hasColors ? '1' : '0',
      };
      const ended = await startProgram(
        args.map((arg) => (arg === 'FILE' ? fileName : arg)),
        { cwd: folder, env },
      ).ended;
      expect([args, dangersOf(ended, hasColors)]).toEqual([args, []]);
      if (args.includes('--json') && ended.stdout !== '') expect([args, jsonDangers(ended.stdout)]).toEqual([args, []]);
    }
    const files = readdirSync(folder, { withFileTypes: true, recursive: true }).filter(({ name }) => name !== fileName);
    for (const entry of files) {
      expect(logDangers(entry.name)).toEqual([]);
      if (!entry.isFile() || entry.name.endsWith('.png')) continue;
      expect([
        entry.name,
        await fileDangers(entry.name, readFileSync(join(entry.parentPath, entry.name), 'utf8')),
      ]).toEqual([entry.name, []]);
    }
    expect(files.map(({ name }) => name)).toContain('summary.md');
  });

  it('by standard input, and in an environment that is hostile too, is no other', async () => {
    const folder = mkdtempSync(join(root, 'e'));
    mkdirSync(join(folder, 'a'));
    const evil = '\u001b[31m\n::error::x\u202e';
    const env = {
      GITHUB_ACTIONS: 'true',
      GITHUB_STEP_SUMMARY: join(folder, 'no', evil),
      TERM: evil,
      COLUMNS: evil,
      TZ: evil,
      PATH: `${evil}:${process.env.PATH ?? ''}`,
      NO_COLOR: '1',
    };
    for (const command of ['validate', 'explain', 'run', 'check']) {
      const ended = await startProgram([command, '-'], { cwd: folder, env, input: hostileScenarios[0].text }).ended;
      expect([command, dangersOf(ended, false)]).toEqual([command, []]);
    }
  });

  it.each([['list'], ['list', '--json'], ['schema'], ['init', '-'], ['--help'], ['run', '--help'], ['--version']])(
    'is not even needed: %s %s is safe',
    async (...args) => {
      expect(dangersOf(await startProgram(args.filter((arg) => arg !== undefined)).ended, false)).toEqual([]);
    },
  );
});
