// What a system refuses is told in words, with what it refused, and is no bug of sim: names that are none, files in the
// way, full disks, too many open files.
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isRefusal, reasonOf } from '../../src/cli/usage-error.ts';
import { comparedText } from '../experiments/compared-scenario.ts';
import { sim } from './captured-terminal.ts';
import { startProgram } from './started-program.ts';

let folder: string;
let file: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sim-refused-'));
  file = join(folder, 'small.yaml');
  writeFileSync(file, comparedText);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What comes of files and of starting work; sockets, jobs of other processes and the like are not this program's. */
const met = [
  'ENOENT',
  'EISDIR',
  'ENOTDIR',
  'EACCES',
  'EPERM',
  'EROFS',
  'ENOSPC',
  'EDQUOT',
  'EFBIG',
  'ENAMETOOLONG',
  'ELOOP',
  'EMFILE',
  'ENFILE',
  'ENOTEMPTY',
  'EEXIST',
  'EIO',
  'ENXIO',
  'ENODEV',
  'ENOMEM',
  'EAGAIN',
  'EBUSY',
  'ETXTBSY',
  'EXDEV',
  'EINVAL',
  'EILSEQ',
  'EOVERFLOW',
  'EMLINK',
  'ENOSYS',
  'EPIPE',
  'ESTALE',
  'ETIMEDOUT',
  'ENOLCK',
  'EOPNOTSUPP',
  'ENOTSUP',
];

describe('a reason', () => {
  it.each(met)('is told in words for %s', (code) => {
    const error = Object.assign(new Error(`${code}: raw`), { code, syscall: 'open' });
    expect(reasonOf(error)).toMatch(new RegExp(`^[a-z][^:]*.* \\(${code}\\)$`));
    expect(isRefusal(error)).toBe(true);
  });

  it('knows errors that there are, and no others', () => {
    const known = new Set(Object.keys(constants.errno));
    if (process.platform === 'linux') expect(met.filter((code) => !known.has(code))).toEqual([]);
    expect(isRefusal(Object.assign(new Error('x'), { code: 'ERR_MODULE_NOT_FOUND' }))).toBe(false);
    expect(isRefusal(new TypeError('x'))).toBe(false);
    expect(reasonOf(Object.assign(new Error('raw'), { code: 'toString' }))).toBe('raw');
  });
});

async function refused(...args: string[]): Promise<string> {
  const { exitCode, stderr, stdout } = await sim(...args);
  expect([exitCode, stdout]).toEqual([2, '']);
  expect(stderr).not.toMatch(/internal error|bug in sim|\n {4}at /);
  return stderr;
}

describe('a name', () => {
  it('that is empty is no name', async () => {
    for (const command of ['run', 'compare'])
      expect(await refused(command, file, '--out', '')).toContain('--out must not be empty');
    for (const flag of ['--junit', '--markdown'])
      expect(await refused('check', file, flag, '')).toContain('must not be empty');
    expect(await refused('check', file, '--baseline', '', '--update')).toContain('must not be empty');
    expect(await refused('init', '')).toContain('must not be empty');
    await refused('run', '');
    await refused('validate', '');
  });

  it('that no file can have is told, wherever it is given', async () => {
    const long = 'x'.repeat(300);
    for (const path of [join(folder, long), join(folder, 'a\0b'), join(file, 'below')]) {
      for (const command of ['run', 'compare'])
        expect(await refused(command, file, '--out', path)).toMatch(
          /cannot write .* \((?:ENAMETOOLONG|ENOTDIR|ERR_INVALID_ARG_VALUE)\)/,
        );
      for (const flag of ['--junit', '--markdown'])
        expect(await refused('check', file, flag, path)).toContain('cannot write');
      expect(await refused('check', file, '--baseline', path)).toMatch(/cannot read the baseline|no baseline/);
      expect(await refused('init', `${path}.yaml`)).toContain('cannot write');
      for (const command of ['run', 'validate', 'explain', 'compare', 'check'])
        await (command === 'check'
          ? sim(command, `${path}.yaml`).then(({ exitCode }) => expect(exitCode).toBe(2))
          : refused(command, `${path}.yaml`));
    }
  });

  it('of a file is none of a folder, and the file stays', async () => {
    expect(await refused('run', file, '--out', file)).toMatch(/a part of the path is a file/);
    mkdirSync(join(folder, 'taken'));
    expect(await refused('check', file, '--junit', join(folder, 'taken'))).toContain('it is a folder (EISDIR)');
    expect(readdirSync(folder)).toContain('small.yaml');
  });
});

describe('a system that is short of something', () => {
  it.skipIf(process.platform !== 'linux')('is told to be, with exit code 2, and nothing is a bug', async () => {
    const told: string[] = [];
    for (let files = 20; files <= 48; files += 4) {
      const { status, stderr } = await startProgram(['run', file, '--no-charts', '--out', join(folder, 'few')], {
        first: `ulimit -n ${files}`,
      }).ended;
      if (status === 0) continue;
      expect([status, stderr]).toEqual([
        2,
        expect.stringMatching(/^(?:error|sim cannot start): .*too many open files.*\n$/),
      ]);
      told.push(stderr);
    }
    expect(told.length).toBeGreaterThan(0);
  });
});
