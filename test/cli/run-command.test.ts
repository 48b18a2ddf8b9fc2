// `sim run` in this process: what it prints, what it writes, and that both repeat.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startingScenario } from '../../src/cli/starting-scenario.ts';
import { charts } from '../../src/report/charts.ts';
import type { Outcome } from '../../src/metrics/outcome.ts';
import { shownWidth } from '../../src/cli/table.ts';
import { sim, withoutProgress } from './captured-terminal.ts';

let folder: string;
let file: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sim-run-'));
  file = join(folder, 'scenario.yaml');
  writeFileSync(file, startingScenario);
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const chartFiles = charts.map(({ fileName }) => fileName);
const recordFiles = ['events.jsonl', 'outcome.json', 'report.html', 'report.json', 'timeseries.csv'];

describe('sim run', () => {
  it('writes the same bytes twice, charts included, and other bytes with another seed', async () => {
    const bytes = async (out: string, seed: string): Promise<Record<string, string>> => {
      const { exitCode } = await sim('run', file, '--out', join(folder, out), '--seed', seed);
      expect(exitCode).toBe(0);
      const results = join(folder, out, 'my-scenario', `baseline@${seed.replace('/', '.')}`);
      return Object.fromEntries(
        readdirSync(results)
          .sort()
          .map((name) => [name, readFileSync(join(results, name), 'base64')]),
      );
    };
    const first = await bytes('one', 's/1');
    expect(Object.keys(first)).toEqual([...recordFiles, ...chartFiles].sort());
    expect(await bytes('two', 's/1')).toEqual(first);
    const other = await bytes('three', 's/2');
    for (const name of recordFiles) expect(other[name]).not.toBe(first[name]);
  });

  it("removes the charts of an earlier run when it draws none, and nobody else's files", async () => {
    const results = join(folder, 'stale', 'my-scenario', 'baseline');
    await sim('run', file, '--out', join(folder, 'stale'));
    writeFileSync(join(results, 'notes.txt'), 'mine');
    expect(readdirSync(results)).toEqual(expect.arrayContaining(chartFiles));
    await sim('run', file, '--out', join(folder, 'stale'), '--no-charts');
    expect(readdirSync(results).sort()).toEqual([...recordFiles, 'notes.txt'].sort());
  });

  it('prints exactly the outcome with --json, and nothing else anywhere', async () => {
    const { exitCode, stdout, stderr } = await sim('run', file, '--out', join(folder, 'json'), '--json', '--no-charts');
    expect([exitCode, withoutProgress(stderr)]).toEqual([0, '']);
    expect(stdout).toBe(readFileSync(join(folder, 'json', 'my-scenario', 'baseline', 'outcome.json'), 'utf8'));
    const outcome = JSON.parse(stdout) as Outcome;
    expect(outcome).toMatchObject({
      tool: 'cascade-sim',
      scenario: 'my-scenario',
      variant: 'baseline',
      seed: 'my-scenario',
      complete: true,
    });
  });

  it("runs a variant with changes beside the variant's own folder, and says everywhere what was changed", async () => {
    const run = (...more: string[]) =>
      sim('run', file, '--out', join(folder, 'variant'), '--variant', 'full-jitter', '--no-charts', ...more);
    const cap = ['--set', 'clients.current.backoff.cap=1m'];
    await run();
    const own = readFileSync(join(folder, 'variant', 'my-scenario', 'full-jitter', 'outcome.json'), 'utf8');
    expect(JSON.parse(own)).toMatchObject({ variant: 'full-jitter', set: [] });
    const { exitCode, stdout } = await run(...cap, '--set', 'tiers.gateway.hosts=5');
    expect(exitCode).toBe(0);
    expect(stdout).toContain(
      'with: The client backs off with full jitter, up to five minutes\nset: clients.current.backoff.cap=1m\nset: tiers.gateway.hosts=5\n',
    );
    await run(...cap);
    const folders = readdirSync(join(folder, 'variant', 'my-scenario')).sort();
    expect(folders).toEqual([
      expect.stringMatching(/^full-jitter$/),
      expect.stringMatching(/^full-jitter\+cap=1m,hosts=5~[0-9a-f]{6}$/),
      expect.stringMatching(/^full-jitter\+cap=1m~[0-9a-f]{6}$/),
    ]);
    for (const one of folders)
      expect(readdirSync(join(folder, 'variant', 'my-scenario', one)).sort()).toEqual(recordFiles);
    const changed = JSON.parse(
      readFileSync(join(folder, 'variant', 'my-scenario', folders[1], 'outcome.json'), 'utf8'),
    ) as Outcome;
    expect(changed.set).toEqual(['clients.current.backoff.cap=1m', 'tiers.gateway.hosts=5']);
    expect(Object.keys(changed).slice(2, 6)).toEqual(['scenario', 'variant', 'set', 'seed']);
    expect(readFileSync(join(folder, 'variant', 'my-scenario', 'full-jitter', 'outcome.json'), 'utf8')).toBe(own);
  });

  it('tells story, outcome, observed rows, expectations and files, within a hundred columns', async () => {
    const { stdout } = await sim('run', file, '--out', join(folder, 'told'), '--no-charts');
    const titles = stdout
      .split('\n')
      .filter((line) => /^[A-Z][a-z ]+( {2}|$)/.test(line) && !line.startsWith('One pod'));
    expect(titles.map((title) => title.split('  ')[0])).toEqual([
      'Before the storm',
      'What happened',
      'Outcome',
      'Observed against simulated',
      'Expectations',
      'Files',
    ]);
    expect(stdout).toMatch(/^ {2}09:10 +p1 is impacted: an episode begins$/m);
    expect(stdout).toMatch(/^ {2}peakDisconnectedFraction +50 % {2}at 09:10:\d\d$/m);
    expect(stdout).toMatch(/^ {2}✓ {2}09:11 .+ predicted$/m);
    expect(stdout).toMatch(/^ {2}✓ {2}drops\.reboot == 2000 /m);
    expect(stdout).toContain(join(folder, 'told', 'my-scenario', 'baseline'));
    const told = stdout.split('\n').filter((line) => !line.includes(folder));
    expect(Math.max(...told.map(shownWidth))).toBeLessThanOrEqual(100);
  });

  it('leaves expectations of the baseline undecided when a variant is run', async () => {
    const { stdout } = await sim(
      'run',
      file,
      '--out',
      join(folder, 'undecided'),
      '--variant',
      'more-hosts',
      '--no-charts',
    );
    expect(stdout).toMatch(
      /^Expectations {2}1 of 1 hold\n {2}✓ {2}collapse@more-hosts == 0 {2}0\n {2}– \d+ need the run of another variant$/m,
    );
  });

  it('exits 0 even if an expectation fails, and marks it', async () => {
    const failing = join(folder, 'failing.yaml');
    writeFileSync(failing, startingScenario.replace('"drops.reboot == 2000"', '"drops.reboot == 0"'));
    const { exitCode, stdout } = await sim('run', failing, '--out', join(folder, 'failing'), '--no-charts');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^ {2}✗ {2}drops\.reboot == 0 +2,000$/m);
    expect(stdout).toMatch(/^Expectations {2}8 of 9 hold/m);
  });
});
