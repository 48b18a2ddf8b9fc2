// The files of a result: all or nothing, and never two results mixed. The tests may run as root, who may
// write anywhere, so what cannot be written is a path through a regular file or a full device.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openResultFiles } from '../../src/cli/result-files.ts';
import { UsageError } from '../../src/cli/usage-error.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'sim-files-'));
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

describe('result files', () => {
  it('have no final name before all are written', () => {
    const folder = join(root, 'a', 'b');
    const files = openResultFiles(folder);
    files.stage('one.json', '{}');
    files.stage('two.png', new Uint8Array([1, 2]));
    expect(existsSync(join(folder, 'one.json'))).toBe(false);
    expect(files.commit([])).toEqual(['one.json', 'two.png']);
    expect(readdirSync(folder).sort()).toEqual(['one.json', 'two.png']);
    expect([...readFileSync(join(folder, 'two.png'))]).toEqual([1, 2]);
  });

  it('replace those of an earlier result, and remove those that this one does not make', () => {
    const first = openResultFiles(root);
    first.stage('outcome.json', 'old');
    first.stage('chart.png', 'old');
    first.commit(['chart.png']);
    writeFileSync(join(root, 'notes.txt'), 'mine');
    const second = openResultFiles(root);
    second.stage('outcome.json', 'new');
    second.commit(['chart.png']);
    expect(readdirSync(root).sort()).toEqual(['notes.txt', 'outcome.json']);
    expect(readFileSync(join(root, 'outcome.json'), 'utf8')).toBe('new');
  });

  it('leave nothing behind when discarded, not even the folders made for them', () => {
    const files = openResultFiles(join(root, 'a', 'b'));
    files.stage('one.json', '{}');
    files.discard();
    expect(readdirSync(root)).toEqual([]);
  });

  it('keep a folder that was there before when discarded, and what it holds', () => {
    mkdirSync(join(root, 'a'));
    writeFileSync(join(root, 'a', 'outcome.json'), 'old');
    const files = openResultFiles(join(root, 'a'));
    files.stage('outcome.json', 'new');
    files.discard();
    expect(readFileSync(join(root, 'a', 'outcome.json'), 'utf8')).toBe('old');
    expect(readdirSync(join(root, 'a'))).toEqual(['outcome.json']);
  });

  it('sweep away what a killed process left half-written, and not what a living one is writing', () => {
    // 2 ** 22 is the greatest process number that Linux gives out, plus one.
    writeFileSync(join(root, `.sim-${2 ** 22}-outcome.json.tmp`), 'half');
    writeFileSync(join(root, `.sim-${process.ppid}-outcome.json.tmp`), 'half');
    openResultFiles(root);
    expect(readdirSync(root)).toEqual([`.sim-${process.ppid}-outcome.json.tmp`]);
  });

  it('refuse a folder below a regular file at once, with path and reason', () => {
    writeFileSync(join(root, 'file'), '');
    const folder = join(root, 'file', 'run');
    expect(() => openResultFiles(folder)).toThrow(UsageError);
    expect(() => openResultFiles(folder)).toThrow(
      `cannot write ${folder}: a part of the path is a file, not a folder (ENOTDIR)`,
    );
  });

  it('refuse to take the place of a folder, and remove what was staged', () => {
    mkdirSync(join(root, 'outcome.json'));
    const files = openResultFiles(root);
    files.stage('outcome.json', '{}');
    expect(() => files.commit([])).toThrow(`cannot write ${join(root, 'outcome.json')}: it is a folder (EISDIR)`);
    expect(readdirSync(root)).toEqual(['outcome.json']);
  });

  it.runIf(existsSync('/proc/self/fd'))('refuse a folder of a file system that takes no files', () => {
    symlinkSync('/proc/self/fd', join(root, 'link'));
    expect(() => openResultFiles(join(root, 'link', 'run'))).toThrow(/^cannot write .*link\/run: .+ \(E[A-Z]+\)$/);
  });
});
