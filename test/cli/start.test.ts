// What the program loads to do a command, module by module: nothing that the command does not need. And what V8 has
// compiled of it before: used where it fits, and where anything is wrong with it, all goes on without.
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { purposeOf } from '../../src/cli/chunks.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const program = join(root, 'bin/sim.js');
const scenario = join(root, 'scenarios/one-host.yaml');
const hook = fileURLToPath(new URL('tell-loaded.cjs', import.meta.url));

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sim-start-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The modules in the chunks that a command loads, in all of its threads: paths below the checkout, as the bundler notes them. */
function loadedBy(...args: string[]): string[] {
  const { status, stderr } = spawnSync(process.execPath, ['--require', hook, program, ...args], { encoding: 'utf8' });
  expect(status, stderr).toBe(0);
  const chunks = new Set([...stderr.matchAll(/^loaded (.*)$/gm)].map(([, path]) => path));
  return [...chunks].flatMap((path) =>
    [...readFileSync(path, 'utf8').matchAll(/^\/\/ ((?:dist|src|node_modules)\/\S+\.[cm]?js)$/gm)].map(
      ([, name]) => name,
    ),
  );
}

const drawing = /chart\.js|chartjs|canvas|dejavu|report\/(draw|frame|flags)/;
const servers = /node_modules\/ws\/|cli\/(endpoints\/(?!listening)|emulation)/;
const comparing = /experiments\/(worker-pool|replications|comparison|budget)/;

describe('what is loaded', () => {
  it('to print the version or help is neither schema, nor parser, model or chart', () => {
    for (const flag of ['--version', '--help']) {
      const modules = loadedBy(flag);
      expect(modules).toContain('dist/cli/main.js');
      expect(modules.length).toBeLessThan(60);
      expect(
        modules.filter((name) =>
          /zod|yaml|jsonc|code-frame|seedrandom|cli-progress|dist\/(engine|policies|model|metrics)\//.test(name),
        ),
      ).toEqual([]);
      expect(modules.filter((name) => drawing.test(name) || servers.test(name) || comparing.test(name))).toEqual([]);
    }
  });

  it('to validate or to run once is nothing that draws, serves or compares', () => {
    const run = ['run', scenario, '--no-charts', '--quiet', '--out', join(folder, 'out')];
    for (const command of [['validate', scenario], run]) {
      const modules = loadedBy(...command);
      // It would be missed: the pattern finds what is there.
      expect(modules.filter((name) => /node_modules\/zod\//.test(name)).length).toBeGreaterThan(5);
      expect(modules.filter((name) => drawing.test(name) || servers.test(name) || comparing.test(name))).toEqual([]);
      expect(modules.filter((name) => /cli-progress/.test(name))).toEqual([]);
    }
    expect(
      loadedBy('run', scenario, '--quiet', '--out', join(folder, 'out')).filter((name) => drawing.test(name)),
    ).not.toEqual([]);
  });
});

describe('what V8 has compiled', () => {
  /** The program elsewhere, with nothing compiled yet. */
  function copy(name: string): { bin: string; compiled: string } {
    const place = join(folder, name);
    for (const part of ['bin', 'dist/sim', 'package.json', 'scenarios/one-host.yaml'])
      cpSync(join(root, part), join(place, part), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(place, 'node_modules'));
    const compiled = join(place, 'dist/sim/compiled');
    rmSync(compiled, { recursive: true, force: true });
    return { bin: join(place, 'bin/sim.js'), compiled };
  }

  function validated(bin: string): string {
    const { status, stdout, stderr } = spawnSync(process.execPath, [bin, 'validate', scenario], { encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
    return stdout;
  }

  it('is kept beside the program by the first to do a command well, and by nobody else', () => {
    const { bin, compiled } = copy('kept');
    expect(spawnSync(process.execPath, [bin, 'validate', join(folder, 'none.yaml')]).status).toBe(2);
    expect(() => readdirSync(compiled)).toThrow('ENOENT');
    const told = validated(bin);
    const names = readdirSync(compiled).sort();
    expect(names).toEqual([
      `main-validate-${process.version}-${process.arch}.bin`,
      `work-validate-${process.version}-${process.arch}.bin`,
    ]);
    const first = names.map((name) => readFileSync(join(compiled, name)));
    expect(validated(bin)).toBe(told);
    expect(names.map((name) => readFileSync(join(compiled, name)))).toEqual(first);
  });

  it('is done without where it is spoilt, of another Node or of another program, and is made anew', () => {
    const { bin, compiled } = copy('spoilt');
    const told = validated(bin);
    const path = join(compiled, `work-validate-${process.version}-${process.arch}.bin`);
    const whole = readFileSync(path);
    const text = whole.toString('latin1');
    const spoils: readonly (() => void)[] = [
      () => truncateSync(path, whole.length >> 1),
      () => truncateSync(path, 0),
      () => writeFileSync(path, 'what is this?'),
      () => {
        const bytes = Buffer.from(whole);
        bytes[bytes.length - 1000] ^= 1;
        writeFileSync(path, bytes);
      },
      () => writeFileSync(path, text.replace(process.version, 'v1.2.3'), 'latin1'),
      // As if the chunk had changed: the sum of its source is another one.
      () => writeFileSync(path, text.replace(/"\.\/main\.js",\d+/, '"./main.js",1'), 'latin1'),
      // V8 itself refuses what it made with other flags, or what is no code.
      () => writeFileSync(path, text.replace(/"\.\/main\.js",(\d+),(\d+)/, '"./main.js",$1,0'), 'latin1'),
    ];
    for (const spoil of spoils) {
      spoil();
      const spoilt = readFileSync(path);
      expect(spoilt.equals(whole)).toBe(false);
      expect(validated(bin)).toBe(told);
      expect(readFileSync(path).equals(spoilt)).toBe(false);
    }
  });

  it('is done without where nobody may write', () => {
    const { bin, compiled } = copy('read-only');
    // A file where the folder would be: so it cannot be made, whoever runs this.
    writeFileSync(compiled, '');
    expect(validated(bin)).toContain('one-host');
  });

  it('is told apart by the command, not by what else is said', () => {
    expect(['run', 'learn-client', '--version', '-h', '', '../x', 'RUN', 'x'.repeat(40)].map((word) => purposeOf([word]))).toEqual([
      'run', 'learn-client', 'flags', 'flags', 'flags', 'flags', 'flags', 'flags',
    ]); // prettier-ignore
    expect(purposeOf([])).toBe('flags');
  });
});
