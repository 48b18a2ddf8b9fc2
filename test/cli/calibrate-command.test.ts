// `sim calibrate`: that neither jobs nor a kill change what it writes, rows that are held out, measured series that cannot be
// read, and what it says to nonsense. Answers that are known are in calibrate-command.full.test.ts.
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { bucketFolder, bucketText, type CalibrationJson } from './bucket-scenario.ts';
import { sim, type Captured } from './captured-terminal.ts';
import { program } from './started-program.ts';

const { folder, file } = bucketFolder();

const results = (out: string): string => join(folder, out, 'bucket', 'calibrate');
const flags = (out: string, ...more: readonly string[]): string[] => ['calibrate', file, '--out', join(folder, out), '--quiet', '--no-charts', ...more]; // prettier-ignore
const ask = (out: string, ...more: readonly string[]): Promise<Captured> => sim(...flags(out, '--jobs', '1', ...more));
const small = ['--particles', '8', '--tolerance', '1m', '--variants', 'none'];
const files = ['calibration.json', 'posterior.csv'];
const read = (out: string): string[] => files.map((name) => readFileSync(join(results(out), name), 'utf8'));

describe('a limit whose rate is unknown', () => {
  it('is the same to the byte with two jobs, and what is kept is not run again', async () => {
    await ask('one', ...small);
    await sim(...flags('two', '--jobs', '2', ...small));
    expect(read('two')).toEqual(read('one'));
    const before = read('one');
    await ask('one', ...small);
    expect(read('one')).toEqual(before);
  });

  it('goes on after a kill, to the same bytes', async () => {
    const child = spawn(process.execPath, [program, ...flags('killed', '--jobs', '1', ...small)], { stdio: 'ignore' });
    const ended = new Promise((resolve) => child.on('close', resolve));
    const kept = join(results('killed'), 'kept');
    const count = (): number =>
      existsSync(kept) ? readdirSync(kept, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.json')).length : 0; // prettier-ignore
    while (count() < 3) await sleep(5);
    child.kill('SIGKILL');
    await ended;
    expect(existsSync(join(results('killed'), files[0]))).toBe(false);
    await ask('killed', ...small);
    await ask('whole', ...small);
    expect(read('killed')).toEqual(read('whole'));
  });

  it('does not listen to a row that is held out', async () => {
    const { stdout } = await ask('held', ...small, '--hold-out', 'resolved', '--json');
    const { assumptions, rows } = JSON.parse(stdout) as CalibrationJson;
    expect(assumptions.some(({ identified }) => identified)).toBe(false);
    expect(rows.find(({ name }) => name === 'resolved')).toMatchObject({ heldOut: true, kind: 'missed' });
  });
});

describe('a series that was measured', () => {
  const at = (): string => join(folder, 'measured.yaml');
  const measuring = (more = ''): string => {
    const row = `measured: [{ name: lost, file: lost.csv, time: clock, column: disconnectedFraction, is: disconnectedFraction, error: { sd: 2%, shift: 5s }${more} }]\n`; // prettier-ignore
    return `${bucketText.slice(0, bucketText.indexOf('observed:'))}${row}${bucketText.slice(bucketText.indexOf('assumptions:'))}`;
  };
  const calibrated = (...more: readonly string[]): Promise<Captured> => sim('calibrate', at(), '--out', join(folder, 'measured'), '--quiet', '--no-charts', '--jobs', '1', ...more); // prettier-ignore

  it('that cannot be read is told at its place, by validate as well', async () => {
    writeFileSync(at(), measuring().replace('lost.csv', 'none.csv'));
    for (const { stdout, stderr, exitCode } of [await calibrated(), await sim('validate', at())])
      expect([exitCode, stdout + stderr]).toEqual([expect.any(Number), expect.stringMatching(/measured\.yaml:21:12 .*measured\.lost[^]*expected a file that can be read, in none\.csv, found no such file/)]); // prettier-ignore
    expect((await calibrated()).exitCode).toBe(2);
    writeFileSync(at(), measuring().replace('sd: 2%', 'sd: 5/s').replace('is: disconnectedFraction', 'is: peakImpactedPods')); // prettier-ignore
    const { stderr } = await calibrated();
    expect(stderr).toContain('expected a metric that has a value at each instant, found "peakImpactedPods"');
  });
});

describe('nonsense', () => {
  it.each([
    [['--rows', 'resolvd'], 'did you mean "resolved"'],
    [['--hold-out', 'resolved,down'], 'leaves no row'],
    [['--tolerance', '10ms'], 'a second at least'],
    [['--particles', '0'], '--particles must be a whole number'],
    [['--variants', 'mor'], 'a variant: one of more-at-once | same'],
    [['--budget', 'soon'], '--budget'],
    [['--seed', ''], '--seed must not be empty'],
  ])('%j is told', async (more, message) => {
    const { exitCode, stderr } = await ask('nonsense', ...more);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(message)]);
  });

  it('of a file is told: nothing to draw, no row, an empty box', async () => {
    const broken = async (name: string, from: string, to: string): Promise<Captured> => {
      const path = join(folder, `${name}.yaml`);
      writeFileSync(path, bucketText.replace(from, to));
      return sim(
        'calibrate',
        path,
        '--out',
        join(folder, name),
        '--quiet',
        '--jobs',
        '1',
        ...small,
        '--particles',
        '5',
      );
    };
    const none = await broken('none', bucketText.slice(bucketText.indexOf('assumptions:')), '');
    expect([none.exitCode, none.stderr]).toEqual([2, expect.stringContaining('has nothing to draw')]);
    const rows = bucketText.slice(bucketText.indexOf('observed:'), bucketText.indexOf('variants:'));
    const rowless = await broken('rowless', rows, '');
    expect([rowless.exitCode, rowless.stderr]).toEqual([2, expect.stringContaining('nothing to be held against')]);
    const empty = await broken('empty', 'variants:', "given: ['loadAtStart.front > 5']\nvariants:");
    expect([empty.exitCode, empty.stderr]).toEqual([2, expect.stringContaining('leave hardly anything to run')]);
  });
});
