// Whatever is wrong with a scenario file or a flag: exit code 2, a message that says where, what was
// expected and what was found, nothing on stdout, and never a stack trace.
import { closeSync, existsSync, ftruncateSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startingScenario } from '../../src/cli/starting-scenario.ts';
import { sim, stackLine } from './captured-terminal.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sim-bad-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** The starting scenario with something replaced, as a file. */
function changed(name: string, from: string, to: string): string {
  expect(startingScenario).toContain(from);
  const file = join(folder, `${name}.yaml`);
  writeFileSync(file, startingScenario.replace(from, to));
  return file;
}

/** Runs every command that reads scenarios on the file, and returns what `sim run` says. */
async function complaint(file: string, others: readonly string[] = ['validate', 'explain']): Promise<string> {
  const run = await sim('run', file, '--out', join(folder, 'out'), '--no-charts');
  for (const result of [run, ...(await Promise.all(others.map((command) => sim(command, file))))]) {
    expect(result.exitCode).toBe(2);
    expect(result.stdout).toBe('');
    expect(result.stderr).toBe(run.stderr);
    expect(result.stderr).not.toMatch(stackLine);
  }
  expect(run.stderr.startsWith(file)).toBe(true);
  expect(run.stderr).toMatch(/^ {2}expected .+, found .+$/m);
  return run.stderr;
}

describe('a file that cannot be read', () => {
  it('is missing: says so, and suggests one of a similar name', async () => {
    const file = changed('storm', 'format: 1', 'format: 1');
    const text = await complaint(file.replace('storm', 'strom'));
    expect(text).toContain('expected a scenario file, found no such file');
    expect(text).toContain(`did you mean "${file}"?`);
  });

  it('is missing here, but comes with the program: says where', async () => {
    const text = await complaint(join(folder, 'elsewhere', 'one-host.yaml'));
    expect(text).toContain(`that one comes with the program: ${join('scenarios', 'one-host.yaml')}`);
    expect(existsSync(join('scenarios', 'one-host.yaml'))).toBe(true);
    expect(await complaint(join(folder, 'elsewhere', 'unheard-of.yaml'))).toContain(
      '`sim init` writes a commented one',
    );
  });

  it('is a folder', async () => {
    const path = join(folder, 'folder.yaml');
    mkdirSync(path);
    // `sim validate` takes folders, of scenarios.
    expect(await complaint(path, ['explain'])).toContain('found a folder');
    expect(await sim('validate', path)).toMatchObject({
      exitCode: 2,
      stdout: '',
      stderr: expect.stringContaining(`${path} has no scenario in it`) as string,
    });
  });

  it('is below a regular file', async () => {
    const path = join(changed('plain', 'format: 1', 'format: 1'), 'x.yaml');
    expect(await complaint(path)).toContain('a part of the path is a file, not a folder (ENOTDIR)');
  });

  it('has 50 MB', async () => {
    const file = join(folder, 'huge.yaml');
    writeFileSync(file, 'a: b\n'.repeat(10_000_000));
    expect(await complaint(file)).toContain('expected a scenario of at most 5 MB, found 50.0 MB');
  });

  it('has more bytes than anybody should read', async () => {
    const file = join(folder, 'sparse.yaml');
    const handle = openSync(file, 'w');
    ftruncateSync(handle, 100e9);
    closeSync(handle);
    expect(await complaint(file)).toContain('found 100000 MB');
  });
});

describe('a file that is no scenario', () => {
  const texts: [string, string, string, RegExp][] = [
    ['an empty file', 'empty.yaml', '', /empty\.yaml:1:1\n/],
    ['broken JSON', 'broken.json', '{ "format": 1,\n  "name": }', /broken\.json:2:\d+/],
    ['broken YAML', 'broken.yaml', 'format: 1\npods: [1, 2\n', /broken\.yaml:\d+:\d+/],
    ['a duplicate key', 'twice.json', '{ "format": 1,\n "format": 1 }', /twice\.json:2:\d+/],
  ];
  it.each(texts)('%s', async (_what, name, text, place) => {
    const file = join(folder, name);
    writeFileSync(file, text);
    expect(await complaint(file)).toMatch(place);
  });
});

describe('a mistake in a scenario', () => {
  const mistakes: [string, string, string, RegExp][] = [
    ['an unknown key', 'parallelism: 2', 'paralelism: 2', /tiers\.gateway[\s\S]+did you mean "parallelism"\?/],
    ['a wrong unit', 'connectTimeout: 10s', 'connectTimeout: 10 parsecs', /clients\.current\.connectTimeout/],
    ['a missing unit', 'connectTimeout: 10s', 'connectTimeout: 10', /clients\.current\.connectTimeout/],
    [
      'a negative duration',
      'delay: 1s',
      'delay: -1s',
      /clients\.current\.backoff\.delay[\s\S]+a duration cannot be negative/,
    ],
    [
      'an unknown policy',
      'policy: fixed',
      'policy: fixd',
      /expected one of none \| fixed \| exponential \| full-jitter \| [^,]*, found "fixd"\n {2}did you mean "fixed"\?/,
    ],
    ['a target that matches no host', 'pods: [1] }', 'pods: [7] }', /timeline\.maintenance\.target/],
    ['an action outside the clock', 'at: "09:10"', 'at: "11:10"', /timeline\.maintenance\.at/],
    ['a cyclic after', 'at: "09:10"', 'after: maintenance', /timeline\.maintenance/],
    ['NaN', 'parallelism: 2', 'parallelism: .nan', /expected a finite number, found \.nan/],
    ['1e309', 'parallelism: 2', 'parallelism: 1e309', /expected a finite number, found 1e309/],
    ['an unknown metric', '"drops.reboot == 2000"', '"dorps.reboot == 2000"', /did you mean "drops"\?/],
  ];
  it.each(mistakes)('%s is told with its place', async (what, from, to, pattern) => {
    const file = changed(what.replaceAll(/\W/g, '-'), from, to);
    const text = await complaint(file);
    expect(text).toMatch(pattern);
    expect(text).toMatch(/\.yaml:\d+:\d+/);
  });

  it('does not hide the next one: all are told, and counted', async () => {
    const file = changed('many', 'parallelism: 2', 'paralelism: 2');
    writeFileSync(file, startingScenario.replace('parallelism: 2', 'paralelism: 2').replace('delay: 1s', 'delay: 1x'));
    const text = await complaint(file);
    expect(text).toContain('paralelism');
    expect(text).toContain('clients.current.backoff.delay');
    expect(text).toMatch(/^\d+ problems$/m);
  });
});

describe('wrong usage', () => {
  it('of --variant: lists the variants and suggests one', async () => {
    const file = changed('variant', 'format: 1', 'format: 1');
    const { exitCode, stdout, stderr } = await sim('run', file, '--variant', 'ful-jitter');
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toContain('expected one of baseline | full-jitter | more-hosts, found "ful-jitter"');
    expect(stderr).toContain('did you mean "full-jitter"?');
  });

  it('of --set: an unknown path', async () => {
    const file = changed('set', 'format: 1', 'format: 1');
    const { exitCode, stdout, stderr } = await sim('run', file, '--set', 'tiers.gateway.hsots=3');
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toContain('--set');
    expect(stderr).toContain('did you mean "hosts"?');
  });

  it.each([
    [['rnu'], 'Did you mean run?'],
    [['run'], "missing required argument 'file'"],
    [['run', 'x.yaml', '--sed', '1'], 'Did you mean one of --seed, --set?'],
    [['run', 'x.yaml', '--seed', ''], '--seed must not be empty'],
    [['list', 'backoff', 'none', 'more'], 'too many arguments'],
  ])('%j', async (argv, message) => {
    const { exitCode, stdout, stderr } = await sim(...argv);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(stackLine);
  });
});

describe('a folder that cannot be written', () => {
  // The tests may run as root, who may write anywhere: so the way leads through a regular file.
  it('is told with its path and the reason, before the run', async () => {
    const file = changed('unwritable', 'format: 1', 'format: 1');
    const { exitCode, stdout, stderr } = await sim('run', file, '--out', file);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toContain(
      `cannot write ${file}/my-scenario/baseline: a part of the path is a file, not a folder (ENOTDIR)`,
    );
    expect(stderr).not.toMatch(stackLine);
  });
});
