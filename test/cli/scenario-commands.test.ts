// The commands that read or write scenarios without running them: init, validate, explain, schema.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startingScenario } from '../../src/cli/starting-scenario.ts';
import { shownWidth } from '../../src/cli/table.ts';
import { sim } from './captured-terminal.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sim-commands-'));
  file = join(folder, 'scenario.yaml');
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('sim init', () => {
  it('writes a scenario that is good, every number of it with a source or an assumption', async () => {
    expect((await sim('init', file)).exitCode).toBe(0);
    const { exitCode, stdout, stderr } = await sim('validate', '--sources', file);
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout).toContain('my-scenario, baseline and 2 variants');
  });

  it('writes the schema beside it that its first line names, but over nothing else', async () => {
    const schemaFile = join(folder, 'scenario.schema.json');
    await sim('init', file);
    expect(startingScenario.split('\n')[0]).toBe('# yaml-language-server: $schema=./scenario.schema.json');
    expect(readFileSync(schemaFile, 'utf8')).toBe((await sim('schema')).stdout);
    writeFileSync(schemaFile, '{}');
    const { exitCode, stderr } = await sim('init', join(folder, 'other.yaml'));
    expect([exitCode, readFileSync(schemaFile, 'utf8')]).toEqual([0, '{}']);
    expect(stderr).toContain('warning: ');
    writeFileSync(schemaFile, JSON.stringify({ ...(JSON.parse((await sim('schema')).stdout) as object), $defs: {} }));
    await sim('init', join(folder, 'third.yaml'));
    expect(readFileSync(schemaFile, 'utf8')).toBe((await sim('schema')).stdout);
    // A folder of scenarios may hold it.
    expect(await sim('validate', folder)).toMatchObject({ exitCode: 0, stderr: '' });
  });

  it('does not overwrite a file unless forced to', async () => {
    writeFileSync(file, 'mine');
    const { exitCode, stdout, stderr } = await sim('init', file);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toContain(`${file} is there already`);
    expect(readFileSync(file, 'utf8')).toBe('mine');
    expect((await sim('init', file, '--force')).exitCode).toBe(0);
    expect(readFileSync(file, 'utf8')).toBe(startingScenario);
  });

  it('writes to standard output for -', async () => {
    expect(await sim('init', '-')).toEqual({ exitCode: 0, stdout: startingScenario, stderr: '' });
  });

  it('says why it cannot write, and leaves nothing behind', async () => {
    const { exitCode, stderr } = await sim('init', join(folder, 'no', 'x.yaml'));
    expect(exitCode).toBe(2);
    expect(stderr).toContain('no such file or folder (ENOENT)');
    expect((await sim('init', join(folder, 'x.json'))).exitCode).toBe(2);
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('sim validate', () => {
  it('tells of good and bad files, each on its side, and fails if one is bad', async () => {
    writeFileSync(file, startingScenario);
    const bad = join(folder, 'bad.yaml');
    writeFileSync(bad, startingScenario.replace('format: 1', 'format: 2'));
    const { exitCode, stdout, stderr } = await sim('validate', bad, file);
    expect(exitCode).toBe(2);
    expect(stdout.match(/^✓.*/gm)).toEqual([`✓ ${file}: my-scenario, baseline and 2 variants`]);
    expect(stderr).toContain(`${bad}:`);
    expect(stderr).not.toContain(file);
  });

  it('lists, with --sources, the numbers that nothing speaks for, with their places', async () => {
    writeFileSync(file, startingScenario.replace(/^ {2}- \{ path: clients.*\n/m, ''));
    const { exitCode, stdout, stderr } = await sim('validate', '--sources', file);
    expect([exitCode, stdout]).toEqual([2, '']);
    const line = startingScenario.split('\n').findIndex((text) => text.includes('connectTimeout')) + 1;
    expect(stderr).toContain(`${file}:${line}:21  clients.current.connectTimeout     10s`);
    expect(stderr).toContain('4 numbers of ');
  });
});

interface ValidatedDocument {
  readonly ok: boolean;
  readonly files: readonly {
    readonly file: string;
    readonly ok: boolean;
    readonly scenario: string | null;
    readonly variants: readonly { readonly name: string; readonly title: string }[];
    readonly problems: readonly {
      readonly line: number | null;
      readonly column: number | null;
      readonly path: string;
      readonly expected: string;
      readonly found: string | null;
      readonly hint: string | null;
    }[];
    readonly warnings: readonly { readonly line: number | null; readonly path: string; readonly says: string }[];
  }[];
}

describe('sim validate with a folder', () => {
  it('looks at all scenarios in it but those left out, as check does', async () => {
    writeFileSync(file, startingScenario);
    writeFileSync(join(folder, 'bad.yml'), startingScenario.replace('format: 1', 'format: 2'));
    writeFileSync(join(folder, 'notes.txt'), 'no scenario');
    const all = await sim('validate', folder);
    expect(all.exitCode).toBe(2);
    expect(all.stdout).toContain(`✓ ${file}: `);
    expect(all.stderr).toContain(`${join(folder, 'bad.yml')}:`);
    expect(await sim('validate', folder, '--exclude', 'bad.yml')).toMatchObject({ exitCode: 0, stderr: '' });
    expect((await sim('validate', folder, '--exclude', '*.y*ml')).stderr).toContain('all were excluded');
  });

  it('tells it as one JSON document, and nothing else', async () => {
    writeFileSync(
      file,
      startingScenario.replace('variants:\n', 'variants:\n  - { name: same, set: { tiers.gateway.hosts: 4 } }\n'),
    );
    const bad = join(folder, 'bad.yml');
    writeFileSync(bad, startingScenario.replace('policy: fixed', 'policy: fixd'));
    const { exitCode, stdout, stderr } = await sim('validate', folder, join(folder, 'nowhere.yaml'), '--json');
    expect([exitCode, stderr]).toEqual([2, '']);
    const { ok, files } = JSON.parse(stdout) as ValidatedDocument;
    expect([ok, files.map((one) => [one.file, one.ok])]).toEqual([
      false,
      [
        [bad, false],
        [file, true],
        [join(folder, 'nowhere.yaml'), false],
      ],
    ]);
    expect(files[0]).toMatchObject({ scenario: null, variants: [], warnings: [] });
    const line = startingScenario.split('\n').findIndex((text) => text.includes('policy: fixed')) + 1;
    expect(files[0].problems[0]).toMatchObject({
      line,
      path: 'clients.current.backoff.policy',
      found: '"fixd"',
      hint: 'did you mean "fixed"?',
    });
    expect(files[0].problems[0].expected).toMatch(/^one of none \| fixed/);
    expect(files[1].scenario).toBe('my-scenario');
    expect(files[1].variants[0]).toEqual({ name: 'same', title: 'same' });
    expect(files[1].problems).toEqual([]);
    expect(files[1].warnings).toEqual([
      expect.objectContaining({ path: 'variants.same', expected: 'a variant that changes something' }),
    ]);
    expect(files[2].problems).toEqual([expect.objectContaining({ line: null, column: null, found: 'no such file' })]);
  });

  it('counts numbers without a source as mistakes in the document too', async () => {
    writeFileSync(file, startingScenario.replace(/^ {2}- \{ path: clients.*\n/m, ''));
    const { files } = JSON.parse((await sim('validate', file, '--json', '--sources')).stdout) as ValidatedDocument;
    expect(files[0].ok).toBe(false);
    expect(files[0].problems.map(({ path, expected }) => [path, expected])).toContainEqual([
      'clients.current.connectTimeout',
      'a source or an assumption',
    ]);
  });

  it('warns on stderr of a variant that changes nothing, unless it is to be quiet', async () => {
    writeFileSync(
      file,
      startingScenario.replace('variants:\n', 'variants:\n  - { name: same, set: { tiers.gateway.hosts: 4 } }\n'),
    );
    const { exitCode, stderr } = await sim('validate', file);
    expect(exitCode).toBe(0);
    expect(stderr).toMatch(
      /warning: .*scenario\.yaml:\d+:\d+ {2}variants\.same\n {2}expected a variant that changes something/,
    );
    expect(await sim('validate', file, '--quiet')).toEqual({ exitCode: 0, stdout: '', stderr: '' });
  });
});

interface ExplainedField {
  readonly path: string;
  readonly value: string;
  readonly origin: string;
  readonly help: string;
}

describe('sim explain', () => {
  it('shows every field with value, origin, unit, meaning and why it is so', async () => {
    writeFileSync(file, startingScenario);
    const { exitCode, stdout, stderr } = await sim(
      'explain',
      file,
      '--variant',
      'full-jitter',
      '--set',
      'tiers.gateway.hosts=6',
    );
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^ {2}hosts +6 +count +--set +a1? ?/m);
    expect(stdout).toMatch(/^ {2}backoff\.cap +5m +duration +full-jitter +a\d +no delay is longer$/m);
    expect(stdout).toMatch(/^networkDelay +50ms +duration +default /m);
    expect(stdout).toMatch(
      /^ {2}a\d {2}tiers\.gateway\.hosts +a pod of two thousand sessions \(plausible: 2 to 12\)$/m,
    );
    expect(Math.max(...stdout.split('\n').map(shownWidth))).toBeLessThanOrEqual(100);
  });

  it('has all fields as JSON, each with a meaning', async () => {
    writeFileSync(file, startingScenario);
    const { stdout } = await sim('explain', file, '--json');
    const { scenario, fields } = JSON.parse(stdout) as { scenario: string; fields: ExplainedField[] };
    expect(scenario).toBe('my-scenario');
    expect(fields.length).toBeGreaterThan(50);
    expect(fields.filter(({ help }) => help === '')).toEqual([]);
    expect(fields.find(({ path }) => path === 'tiers.gateway.hosts')).toMatchObject({ value: '4', origin: 'file' });
  });
});

describe('sim schema', () => {
  it('prints a JSON Schema that knows the fields', async () => {
    const { exitCode, stdout } = await sim('schema');
    expect(exitCode).toBe(0);
    const schema = JSON.parse(stdout) as { $schema: string; properties: Record<string, unknown> };
    expect(schema.$schema).toContain('2020-12');
    expect(Object.keys(schema.properties)).toEqual(
      expect.arrayContaining(['format', 'clock', 'tiers', 'clients', 'timeline']),
    );
  });
});
