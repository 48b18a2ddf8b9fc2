// `sim plan` and `sim sweep`: what they say, in which files; the same bytes whatever the jobs; every mistake
// at once, with exit code 2. That they are killed, and go on, is among the interruptions.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { filesBelow } from '../files-below.ts';
import { sim, simAt } from './captured-terminal.ts';

const text = `
format: 1
name: kiosk
title: Half of the hosts are rebooted
clock: { from: "10:00", to: "10:22" }
tiers:
  - { name: front, hosts: 4, parallelism: 1, serviceTime: { exponential: 1s }, abandonedWorkCost: 1, boot: { uniform: [60s, 90s] }, holdsSessions: true }
  - { name: idle, hosts: 2, parallelism: 1, serviceTime: 1ms }
products: [{ name: chat, sessions: 225 }]
clients: [{ name: current, backoff: { policy: full-jitter, base: 1s, cap: 4s }, connectTimeout: 10s }]
timeline:
  - { name: maintenance, at: "10:01", action: reboot, target: { tier: front, hosts: "50%" } }
`;

let folder = '';
let file = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sim-plan-'));
  file = join(folder, 'kiosk.yaml');
  writeFileSync(file, text);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const out = (name: string): string[] => ['--out', join(folder, name), '--quiet'];

function filesOf(name: string): Map<string, string> {
  const root = join(folder, name);
  const paths = filesBelow(root).filter((path) => !path.includes('kept/'));
  return new Map(paths.map((path) => [path, readFileSync(join(root, path), 'utf8')]));
}

const hosts = ['--vary', 'tiers.front.hosts=2..9'];
const target = ['--target', 'collapse <= 70%'];

describe('sim plan', () => {
  it('tells the least value with its evidence and its neighbour’s, and writes both forms', async () => {
    const { exitCode, stdout, stderr } = await sim('plan', file, ...hosts, ...target, ...out('one'));
    expect(stderr).toBe('');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/\d is the least tiers\.front\.hosts that meets collapse <= 70%, 95 % sure/);
    expect(stdout).toMatch(/runs; a plain grid of the same confidence takes/);
    const files = filesOf('one');
    expect([...files.keys()].map((path) => path.split('/').at(-1))).toEqual([
      'plan-curve.png',
      'plan.csv',
      'plan.json',
    ]);
    const plan = JSON.parse([...files.values()][2]) as {
      answers: { state: string; value: string; points: object[] }[];
    };
    expect(plan.answers[0].state).toBe('decided');
    expect(stdout).toContain(`${plan.answers[0].value} is the least`);
    expect(plan.answers[0].points.length).toBe(8);
    // Again it runs nothing, and says the same; so does one job.
    const again = await sim('plan', file, ...hosts, ...target, '--json', '--jobs', '1', ...out('other'));
    expect(again.stdout).toBe([...files.values()][2]);
    expect([...filesOf('other').values()]).toEqual([...files.values()]);
    // The picture of the same question goes when none is wanted.
    await sim('plan', file, ...hosts, ...target, '--no-charts', ...out('other'));
    expect([...filesOf('other').keys()].map((path) => path.split('/').at(-1))).toEqual(['plan.csv', 'plan.json']);
  });

  it('prices every point, and fits 60 columns', async () => {
    const cost = ['--cost', 'hostHours * 0.4'];
    const { exitCode, stdout } = await simAt(
      60,
      'plan',
      file,
      ...hosts,
      ...target,
      ...cost,
      '--replications',
      '10',
      ...out('cost'),
    );
    expect(stdout).toContain('cost');
    expect(
      Math.max(
        ...stdout
          .split('\n')
          .filter((line) => !line.includes(folder))
          .map((line) => line.length),
      ),
    ).toBeLessThanOrEqual(60);
    // Ten worlds are too few: nobody knows, which is no yes, and no success.
    expect(stdout).toMatch(/Undecided/);
    expect(exitCode).toBe(99);
  });

  it('says that nothing or everything in the range meets it, and what comes closest', async () => {
    const none = await sim('plan', file, '--vary', 'tiers.front.hosts=2..3', ...target, ...out('none'));
    expect(none.stdout).toMatch(
      /No tiers\.front\.hosts from 2 to 3 meets collapse <= 70%, 95 % sure; 3 is like all others: /,
    );
    const all = await sim('plan', file, '--vary', 'tiers.front.hosts=8..9', ...target, ...out('all'));
    expect(all.stdout).toMatch(/Every tiers\.front\.hosts from 8 to 9 meets/);
  });

  it.each([
    ['a path that does not exist', ['--vary', 'tiers.frnt.hosts=2..4'], 'did you mean "front"?'],
    ['a value outside the limits of its field', ['--vary', 'tiers.front.parallelism=0..4'], 'at least 1'],
    ['one point', ['--vary', 'tiers.front.hosts=4'], 'more than one value'],
    ['a descending range', ['--vary', 'tiers.front.hosts=9..2'], '2..9'],
    ['a thousand million points', ['--vary', 'tiers.front.hosts=1..1000000000'], '1,000,000,000'],
    ['values without an order', ['--vary', 'clients.current.backoff=fixed,full-jitter'], 'without an order'],
    ['the same path twice', [...hosts, '--vary', 'tiers.front.hosts=3..4'], 'the same'],
    ['a field that changes nothing', ['--vary', 'tiers.idle.boot=60s..90s/3'], 'event for event'],
  ])('refuses %s', async (_what, vary, told) => {
    const { exitCode, stderr, stdout } = await sim('plan', file, ...vary, ...target, ...out('bad'));
    expect(stderr).toContain(told);
    expect(exitCode).toBe(2);
    expect(stdout).toBe('');
  });

  it('tells all mistakes at once', async () => {
    const argv = ['--target', 'colapse <= 10%', '--cost', 'hstHours * 2'];
    const { exitCode, stderr } = await sim('plan', file, ...hosts, ...argv, ...out('bad'));
    expect(exitCode).toBe(2);
    for (const told of ['did you mean "collapse"?', 'did you mean "hostHours"?', '2 problems'])
      expect(stderr).toContain(told);
    const without = await sim('plan', file, '--vary', 'tiers.front.hosts=9..2', ...out('bad'));
    expect(without.exitCode).toBe(2);
    expect(without.stderr).toContain('--target');
    expect((await sim('plan', file, ...hosts, '--target', 'collapse <= 0', ...out('bad'))).exitCode).toBe(2);
    expect((await sim('plan', file, ...hosts, ...target, '--confidence', '100%', ...out('bad'))).exitCode).toBe(2);
  });
});

describe('sim sweep', () => {
  it('draws the curve along an ordered field from thresholds, with a band that every point in every world lies in', async () => {
    const argv = ['sweep', file, ...hosts, '--replications', '12'];
    const thresholds = await sim(...argv, '--json', ...out('curve'));
    const full = await sim(...argv, '--full', '--json', ...out('curve'));
    const pointsOf = (json: string) =>
      JSON.parse(json) as { points: { estimate: number; low: number; high: number }[]; runs: number; gridRuns: number };
    const [some, all] = [pointsOf(thresholds.stdout), pointsOf(full.stdout)];
    // Close to the cliff a world may recover at a value and collapse at the next: such ones are within the band.
    all.points.forEach(({ estimate }, value) => {
      expect(estimate).toBeGreaterThanOrEqual(some.points[value].low);
      expect(estimate).toBeLessThanOrEqual(some.points[value].high);
    });
    expect(some.runs).toBeLessThan(all.runs);
    expect(all.runs).toBe(8 * 12);
  });

  it('has a grid of two fields with its boundary, and other metrics of values without an order', async () => {
    const two = await sim(
      'sweep',
      file,
      ...hosts,
      '--vary',
      'clients.current.backoff.cap=2s,30s',
      '--replications',
      '4',
      ...out('two'),
    );
    expect(two.stderr).toBe('');
    expect(two.stdout).toContain('collapses | recovers');
    expect(two.exitCode).toBe(0);
    const metric = ['--metric', 'attempts', '--replications', '5'];
    const other = await sim(
      'sweep',
      file,
      '--vary',
      'clients.current.backoff=full-jitter,equal-jitter',
      ...metric,
      ...out('other'),
    );
    expect(other.stdout).toContain('The mean of attempts is least at');
    expect(other.exitCode).toBe(0);
    // A median of five has no interval at 95 %, and that is said.
    const few = ['--metric', 'reconnectTime.p95', '--replications', '5'];
    const median = await sim('sweep', file, '--vary', 'tiers.front.hosts=1,2', ...few, ...out('few'));
    expect(median.stdout.replace(/\s+/g, ' ')).toContain('without its own 95 % interval, which takes 6 worlds');
    const bad = await sim('sweep', file, ...hosts, '--metric', 'atempts', ...out('bad'));
    expect(bad.stderr).toContain('did you mean "attempts"?');
    expect(bad.exitCode).toBe(2);
  });
});
