// `sim check` as people and CI use it: what passes, what fails and how that is told, in print, JSON, Markdown and
// annotations; which files are meant; baselines; limits. It runs the compiled workers.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { scenarioFiles } from '../../src/cli/scenario-search.ts';
import { UsageError } from '../../src/cli/usage-error.ts';
import { sim, stackLine } from './captured-terminal.ts';

const text = `format: 1
name: small
clock: { from: "10:00", to: "10:10" }
tiers:
  - { name: front, hosts: 3, parallelism: 2, serviceTime: { exponential: 100ms }, boot: 30s, holdsSessions: true }
products:
  - { name: chat, sessions: 60 }
clients:
  - { name: current, backoff: { policy: full-jitter, base: 1s, cap: 10s } }
timeline:
  - { name: loss, at: "10:01", action: reboot, target: { tier: front, hosts: [1] } }
variants:
  - name: two-lost
    set: { timeline.loss.target: { tier: front, hosts: [1, 2] } }
expect:
  - "drops == 20"
  - "drops@two-lost == 40"
  - "timeToRecover < 5m"
`;

let folder: string;
let file: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sim-check-'));
  file = written('small', text);
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});
afterEach(() => {
  vi.unstubAllEnvs();
});

function written(name: string, content: string): string {
  const path = join(folder, `${name}.yaml`);
  writeFileSync(path, content);
  return path;
}

/** Without what CI may have set for the tests themselves. */
function check(...argv: string[]): ReturnType<typeof sim> {
  vi.stubEnv('GITHUB_ACTIONS', process.env.TEST_GITHUB ?? '');
  vi.stubEnv('GITHUB_STEP_SUMMARY', process.env.TEST_SUMMARY ?? '');
  return sim('check', '--jobs', '1', ...argv);
}

describe('a scenario that comes out as expected', () => {
  it('passes: a line for it, a summary with its time, exit code 0', async () => {
    const { exitCode, stdout } = await check(file);
    expect(exitCode).toBe(0);
    const [line, ...rest] = stdout.split('\n');
    expect(line).toMatch(/^✓ \S+small\.yaml: 3 of 3 expectations met {2}2 runs, \d+\.\d s$/);
    expect(rest.join('\n')).toMatch(/^\npassed: 1 scenario, 3 of 3 expectations met\n {2}\d+\.?\d* s with 1 job\n$/);
  });

  it('without expectations is run, and passes', async () => {
    const { exitCode, stdout } = await check(
      written('nothing', text.replace(/expect:[^]*/, '').replace('name: small', 'name: nothing')),
    );
    expect([exitCode, stdout.split('\n')[0]]).toEqual([0, expect.stringContaining('nothing expected  1 run')]);
  });

  it('with --quiet prints the summary only', async () => {
    const { stdout, stderr } = await check(file, '--quiet');
    expect(stdout).not.toContain('✓');
    expect(stdout).toContain('passed: 1 scenario');
    expect(stderr).toBe('');
  });
});

describe('an expectation that is missed', () => {
  it('is told with variant, value, place, seed and the command that shows it; exit code 99', async () => {
    const { exitCode, stdout, stderr } = await check(
      file,
      '--set',
      'timeline.loss.at="10:02"',
      '--set',
      'products.chat.sessions=90',
    );
    expect([exitCode, stderr]).toEqual([99, expect.not.stringMatching(stackLine)]);
    expect(stdout).toContain('1 of 3 expectations met, 2 missed');
    expect(stdout).toContain(`  ✗ drops@two-lost == 40  missed
    at       ${file}:17:5
    variant  two-lost
    value    60, expected == 40
    seed     small
    repeat   npx sim run ${file} --variant two-lost --seed small --set 'timeline.loss.at="10:02"' --set products.chat.sessions=90
`);
  });

  it('that compares two variants names both, and both commands', async () => {
    const { stdout } = await check(written('pair', text.replace('"drops == 20"', '"drops@two-lost < drops"')));
    expect(stdout).toContain('value     40, expected < 20, from drops@baseline');
    expect(stdout).toContain('variants  two-lost, baseline');
    expect(stdout.match(/repeat/g)).toHaveLength(2);
  });

  it('whose metric has no value is missed, and says why', async () => {
    const { exitCode, stdout } = await check(
      written(
        'empty',
        text
          .replace('"drops == 20"', '"reproduction.loss@two-lost >= 0"')
          .replace('timeToRecover < 5m', 'queueWait.p50@two-lost at 10:05 < 5m'),
      ),
    );
    // `at` belongs to gauges only: wrong in the file, and told with its place.
    expect([exitCode, stdout]).toEqual([2, expect.stringMatching(/empty\.yaml:\d+:\d+/)]);
    const none = await check(
      written(
        'none',
        text
          .replace('"drops == 20"', '"reproduction >= 0"')
          .replace(/timeline:\n.*\n/, 'timeline: []\n')
          .replace(/variants:[^]*expect:/, 'expect:')
          .replace('  - "drops@two-lost == 40"\n', ''),
      ),
    );
    expect(none.exitCode).toBe(99);
    expect(none.stdout).toContain('no value: no session dropped because of an action');
  });
});

describe('replications', () => {
  it('tell undecided from missed, with how many would decide it', async () => {
    const { exitCode, stdout } = await check(
      written('often', text.replace('"drops == 20"', '"collapse < 0.3"')),
      '--replications',
      '5',
    );
    expect(exitCode).toBe(99);
    expect(stdout).toMatch(/2 of 3 expectations met, 1 undecided {2}10 runs/);
    expect(stdout).toMatch(/interval {2}95 % interval 0 to 0\.434\d+, 5 replications/);
    expect(stdout).toMatch(/undecided with 5: .*about \d+ replications would decide it: --replications \d+/);
    expect(stdout).toContain('seed      small/0 to small/4');
  });
});

describe('a wrong scenario', () => {
  it('is told with its place, the others are still checked, and the exit code is 2', async () => {
    const bad = written(
      'bad',
      text.replace('"drops == 20"', '"dorps == 20"').replace('drops@two-lost', 'drops@tow-lost'),
    );
    const { exitCode, stdout } = await check(bad, file);
    expect(exitCode).toBe(2);
    expect(stdout).toContain(`✗ ${bad}: cannot be run`);
    expect(stdout).toContain('did you mean "drops"?');
    expect(stdout).toContain('did you mean "two-lost"?');
    expect(stdout).toMatch(/bad\.yaml:16:\d+/);
    expect(stdout).toContain(`✓ ${file}`);
  });

  it('that compares a duration with a bare number is wrong, not missed', async () => {
    const { exitCode, stdout } = await check(written('unit', text.replace('timeToRecover < 5m', 'timeToRecover < 5')));
    expect([exitCode, stdout]).toEqual([2, expect.stringContaining('a duration like 30s')]);
  });

  it('that would never fit into memory is refused with its place', async () => {
    const huge = written('huge', text.replace('sessions: 60', 'sessions: 60000000'));
    const { exitCode, stdout } = await check(huge, '--max-memory', '1GB');
    expect(exitCode).toBe(2);
    expect(stdout).toMatch(
      /huge\.yaml:7:\d+ {2}products\.chat\.sessions\n {4}expected a run in 1 GB of memory, found one that is estimated to need \d+(\.\d+)? GB \(60,000,000 sessions\)/,
    );
    expect(stdout).toContain('--max-memory');
  });

  it('that takes longer than --max-time fails, and says so', async () => {
    const slow = written('slow', text.replace('sessions: 60', 'sessions: 60, arrivals: 2000/s, lifetime: 0s'));
    const { exitCode, stdout } = await check(slow, '--max-time', '100ms');
    expect([exitCode, stdout]).toEqual([
      99,
      expect.stringMatching(/slow\.yaml: took too long[^]*expected .*0\.1 s, found/),
    ]);
    expect(stdout).toContain('--max-time');
  });
});

describe('reports', () => {
  it('--json is one document that holds all of it', async () => {
    const { exitCode, stdout } = await check(file, '--json', '--set', 'products.chat.sessions=90');
    expect(exitCode).toBe(99);
    const report = JSON.parse(stdout) as { passed: boolean; scenarios: { expectations: object[] }[] };
    expect(report).toMatchObject({ passed: false, complete: true, node: process.version, replications: null });
    expect(report.scenarios[0]).toMatchObject({
      file,
      scenario: 'small',
      seed: 'small',
      state: 'failed',
      runs: 2,
      problem: null,
    });
    expect(report.scenarios[0].expectations[0]).toMatchObject({
      expression: 'drops == 20',
      state: 'missed',
      line: 16,
      column: 5,
      value: 30,
      bound: 20,
      variants: ['baseline'],
    });
  });

  it('become annotations at the line of the expectation, and a job summary, under GitHub Actions', async () => {
    const summary = join(folder, 'summary.md');
    writeFileSync(summary, 'before\n');
    vi.stubEnv('TEST_GITHUB', 'true');
    vi.stubEnv('TEST_SUMMARY', summary);
    const { stdout, stderr } = await check(file, '--set', 'products.chat.sessions=90');
    expect(stdout).not.toContain('::error');
    expect(stderr).toContain(
      `::error file=${file},line=16,col=5,title=expectation missed::drops == 20 is missed: drops of baseline is 30; expected == 20 (seed small)\n`,
    );
    const written = readFileSync(summary, 'utf8');
    expect(written).toMatch(/^before\n## sim check: 1 of 1 scenario failed\n/);
    expect(written).toContain('**`drops == 20`** is missed');
  });

  it('whose place cannot be written is told before anything is run', async () => {
    const { exitCode, stdout, stderr } = await check(file, '--junit', join(folder, 'no', 'such.xml'));
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toContain('no such file or folder (ENOENT)');
  });
});

describe('a baseline', () => {
  it('is written by --update only, and then holds; what moves is told with from, to and whether it is better', async () => {
    const baseline = join(folder, 'baseline.json');
    const missing = await check(file, '--baseline', baseline);
    expect([missing.exitCode, missing.stderr]).toEqual([2, expect.stringContaining('--update writes it')]);
    expect((await check(file, '--baseline', baseline, '--update')).exitCode).toBe(0);
    const first = readFileSync(baseline, 'utf8');
    expect(JSON.parse(first)).toMatchObject({
      node: process.version,
      scenarios: { small: { seed: 'small', variants: { baseline: { figures: { drops: 20, collapse: 0 } } } } },
    });
    expect((await check(file, '--baseline', baseline)).exitCode).toBe(0);
    const moved = await check(file, '--baseline', baseline, '--set', 'products.chat.sessions=120');
    expect(moved.exitCode).toBe(99);
    expect(moved.stdout).toMatch(/baseline {2}drops +20 +40 +↑ 100 % {2}worse +5 %/);
    expect(readFileSync(baseline, 'utf8')).toBe(first);
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('of other replications, or that is no baseline, is a mistake', async () => {
    const other = join(folder, 'other.json');
    writeFileSync(
      other,
      JSON.stringify({ format: 1, node: 'v20.0.0', replications: 10, tolerances: { drops: 0.1 }, scenarios: {} }),
    );
    expect((await check(file, '--baseline', other)).stderr).toContain(
      'made with 10 replications, not with single runs',
    );
    writeFileSync(other, '{ "format": 1');
    expect((await check(file, '--baseline', other)).stderr).toContain('it is no JSON');
    expect((await check(file, '--update')).stderr).toContain('--update needs --baseline FILE');
  });
});

describe('files', () => {
  it('are those named, those below folders, and those that match patterns, each once', () => {
    const root = join(folder, 'tree');
    for (const path of ['a', join('a', 'b'), 'node_modules', '.hidden'])
      mkdirSync(join(root, path), { recursive: true });
    for (const path of ['one.yaml', 'note.txt', 'a/two.json', 'a/b/three.yml', 'node_modules/x.yaml', '.hidden/y.yaml'])
      writeFileSync(join(root, path), '');
    const found = (...args: string[]): string[] =>
      scenarioFiles(args.map((arg) => join(root, arg))).map((path) => path.slice(root.length + 1));
    expect(found('.')).toEqual(['a/b/three.yml', 'a/two.json', 'one.yaml']);
    expect(found('one.yaml', '.')).toEqual(['one.yaml', 'a/b/three.yml', 'a/two.json']);
    expect(found('**/*.{yml,json}')).toEqual(['a/b/three.yml', 'a/two.json']);
    expect(found('a/*')).toEqual(['a/two.json']);
    expect(found('?ne.yaml')).toEqual(['one.yaml']);
    expect(scenarioFiles([root], ['two.json', '**/three.*'])).toEqual([join(root, 'one.yaml')]);
    expect(() => scenarioFiles([join(root, '*.toml')])).toThrow(UsageError);
    expect(() => scenarioFiles([join(root, 'node_modules', 'none*')])).toThrow('no scenario matches');
    // What cannot even be looked at is told by whoever reads it, in words.
    expect(scenarioFiles([`${'a'.repeat(5000)}.yaml`])).toHaveLength(1);
    mkdirSync(join(root, 'empty'));
    expect(() => scenarioFiles([join(root, 'empty')])).toThrow('has no scenario in it');
  });
});
