// Hostile scenarios through the commands, in this process: whatever their texts, no output has what its reader would
// obey. hostile-forms.full.test.ts does so in every form of output, hostile-text.full.test.ts through the program itself,
// with every command and all reports.
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { sim, simInColors } from './captured-terminal.ts';
import { jsonDangers } from './dangers.ts';
import { allFileDangers, checkHostileForms, dangersOf, hostileFile, hostileFolder } from './hostile-forms.ts';
import { hostileScenarios } from './hostile-scenarios.ts';

let folder: string;
beforeAll(() => {
  folder = hostileFolder();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => void vi.unstubAllEnvs());

checkHostileForms({ inEveryForm: false, drawn: ['what prints everywhere', 'controls everywhere'] });

describe('a hostile scenario', () => {
  it('is one of twenty', () => {
    expect(new Set(hostileScenarios.map(({ fileName }) => fileName)).size).toBe(20);
  });

  it('is shown in print, not in deed', async () => {
    const { stdout, stderr } = await sim(
      'run',
      join(folder, 'controls-everywhere.yaml'),
      '--no-charts',
      '--out',
      join(folder, 'shown'),
    );
    expect(stdout + stderr).toMatch(/\\x1b\[31m|U\+001B/);
  });
});

describe('a hostile flag', () => {
  const evil = '\u001b[31m\u0007\r\n::error::x\u202e\u009b31m##[error]';
  it.each([
    ['run', 'FILE', '--seed', evil, '--no-charts'], ['run', 'FILE', '--variant', evil], ['run', 'FILE', '--set', evil], ['run', 'FILE', '--set', `${evil}=1`], ['run', 'FILE', '--set', `title=${evil}`, '--no-charts'],
    ['run', 'FILE', '--set', `pods=${evil}`], ['run', 'FILE', '--max-time', evil], ['run', 'FILE', '--max-events', evil], ['run', 'FILE', '--max-memory', evil], ['run', evil], ['run', `${evil}.yaml`],
    ['compare', 'FILE', '--variants', evil], ['compare', 'FILE', '--against', evil], ['compare', 'FILE', '--replications', evil], ['compare', 'FILE', '--jobs', evil], ['compare', 'FILE', '--until', evil], ['compare', 'FILE', '--budget', evil],
    ['check', evil], ['check', `**/${evil}*`], ['check', 'FILE', '--exclude', evil], ['check', 'FILE', '--junit', `no/${evil}`], ['check', 'FILE', '--markdown', `no/${evil}`], ['check', 'FILE', '--baseline', evil], ['check', 'FILE', '--replications', evil],
    ['validate', evil], ['explain', evil], ['explain', 'FILE', '--variant', evil], ['list', evil], ['list', 'backoff', evil], ['init', evil], ['init', `no/${evil}.yaml`], ['schema', evil], ['emulate', evil], ['emulate', 'FILE', '--start-at', evil], ['emulate', 'FILE', '--host', evil], ['emulate', 'FILE', '--max-connections', evil], ['emulate', 'FILE', '--seed', evil, '--host', '192.0.2.1'], [evil], [`--${evil}`], ['run', `--${evil}`, 'FILE'],
  ])('(%#) is told safely', async (...args) => {
    const file = hostileFile(folder, 'a seed of a formula');
    const given = args.map((arg) => (arg === 'FILE' ? file : arg));
    const out = args[0] === 'run' || args[0] === 'compare' ? ['--out', join(folder, 'flags')] : [];
    expect(dangersOf(await sim(...given, ...out))).toEqual([]);
    expect(dangersOf(await simInColors(80, ...given, ...out), { hasColors: true })).toEqual([]);
  }); // prettier-ignore

  it('of a folder is told safely, and what is there is named as it is', async () => {
    const out = join(folder, `o${evil}`);
    const told = await sim('run', join(folder, 'a-seed-of-a-formula.yaml'), '--no-charts', '--out', out);
    expect(dangersOf(told)).toEqual([]);
    expect(told.stdout).toContain('o\\x1b[31m\\x07\\r\\n::error::x\\u202e\\u009b31m#\\x23[error]');
    expect(readdirSync(out)).toEqual(['hostile']);
  });

  it('of a file to begin with is told safely, with commands that a shell reads back', async () => {
    const told = await sim('init', join(folder, `i${evil}.yaml`));
    expect(dangersOf(told)).toEqual([]);
    expect(told.stdout).toMatch(/sim run \$'.*\\x1b\[31m.*\.yaml'/);
  });
});

describe('a check of hostile scenarios', () => {
  it.each(['json', 'text'])(
    'has no report in which anything is obeyed, nor a workflow command that is not its own (%s)',
    async (form) => {
      const reports = join(folder, `reports-${form}`);
      mkdirSync(reports);
      vi.stubEnv('GITHUB_ACTIONS', 'true');
      vi.stubEnv('GITHUB_STEP_SUMMARY', join(reports, 'summary.md'));
      const files = hostileScenarios.map(({ fileName }) => join(folder, fileName));
      const flags = [
        '--junit',
        join(reports, 'r.xml'),
        '--markdown',
        join(reports, 'r.md'),
        '--jobs',
        '1',
        ...(form === 'json' ? ['--json'] : []),
      ];
      const told = await sim('check', ...files, ...flags);
      expect(told.exitCode).toBe(2);
      expect(dangersOf(told, { mayAnnotate: true })).toEqual([]);
      expect(told.stderr.split('\n').filter((line) => line.startsWith('::error file=')).length).toBeGreaterThanOrEqual(
        20,
      );
      if (form === 'json') expect(jsonDangers(told.stdout)).toEqual([]);
      expect(await allFileDangers(reports)).toEqual([]);
    },
  );
});
