// What the command line says where a run decides nothing: clocks that are too short, outages that may be over, nothing
// that triggered them, variants that are another day. The cases say in their comments what is right.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startingScenario } from '../../src/cli/starting-scenario.ts';
import type { Outcome } from '../../src/metrics/outcome.ts';
import { sim } from './captured-terminal.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sim-undecided-'));
  cpSync(fileURLToPath(new URL('../cases/', import.meta.url)), folder, { recursive: true });
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const caseFile = (name: string): string => join(folder, `${name}.yaml`);

function run(name: string, ...flags: string[]): ReturnType<typeof sim> {
  return sim('run', caseFile(name), '--no-charts', '--quiet', '--out', join(folder, 'out'), ...flags);
}

async function outcomeOf(name: string, ...flags: string[]): Promise<Outcome> {
  return JSON.parse((await run(name, '--json', ...flags)).stdout) as Outcome;
}

/** Without line breaks, and what CI may have set for the tests themselves. */
async function check(...argv: string[]): Promise<{ exitCode: number; told: string; stdout: string; stderr: string }> {
  vi.stubEnv('GITHUB_ACTIONS', '');
  vi.stubEnv('GITHUB_STEP_SUMMARY', '');
  const { exitCode, stdout, stderr } = await sim('check', '--jobs', '1', ...argv);
  vi.unstubAllEnvs();
  return { exitCode, stdout, stderr, told: stdout.replaceAll(/\s+/g, ' ') };
}

/** The outcome in the folder that a run says it wrote to. */
function outcomeWritten(stdout: string): Outcome {
  const written = /^ {2}(\S+)\/$/m.exec(stdout)?.[1] ?? '';
  return JSON.parse(readFileSync(join(written, 'outcome.json'), 'utf8')) as Outcome;
}

describe('sim check of a clock that is too short', () => {
  it.each([
    ['users/ci', '1m'],
    ['minimal/min-undecided', '2m10s'],
  ])('%s passes nothing: exit code 99, undecided, and by how much the clock must be longer', async (name, longer) => {
    const { exitCode, told } = await check(caseFile(name));
    expect(exitCode).toBe(99);
    expect(told).toContain('✗ collapse == 0 undecided');
    expect(told).toContain('value no value, expected == 0');
    expect(told).toContain(`the clock must run at least ${longer} longer`);
    expect(told).toContain('0 of 1 expectation met, 1 undecided');
  });

  it('is decided by a clock that is so much longer', async () => {
    const { exitCode, told } = await check(caseFile('users/ci'), '--set', 'clock.to="10:21"');
    expect([exitCode, told]).toEqual([99, expect.stringContaining('✗ collapse == 0 missed')]);
  });

  it('passes nothing over replications either, where some are decided', async () => {
    // A clock that sees the last second of the five calm minutes by some luck, and not by other.
    const { exitCode, told } = await check(
      caseFile('users/ci'),
      '--replications',
      '6',
      '--set',
      'products.chat.sessions=60',
      '--set',
      'clock.to="10:11:01"',
    );
    expect([exitCode, told]).toEqual([
      99,
      expect.stringMatching(/undecided: .*at least 1s longer \(in 1 of 6 replications\)/),
    ]);
    expect(told).toContain(
      'value 0 to 0.166667 (share of the replications), expected == 0 interval 95 % interval 0 to 0.56',
    );
  });

  it('tells the same to machines, with numbers in their units', async () => {
    const { stdout } = await check(
      caseFile('users/ci'),
      '--json',
      '--set',
      'expect=["collapse == 0", "timeToRecover < 10h", "timeToRecover > 10h", "drops == 4000"]',
    );
    const { passed, scenarios } = JSON.parse(stdout) as { passed: boolean; scenarios: { expectations: object[] }[] };
    expect(passed).toBe(false);
    expect(scenarios[0].expectations).toMatchObject([
      {
        state: 'undecided',
        metric: 'collapse',
        unit: 'count',
        value: null,
        censoredAtMs: null,
        atLeast: 0,
        atMost: 1,
        undecidedRuns: 1,
        interval: null,
      },
      { state: 'missed', unit: 'ms', value: null, censoredAtMs: 899_000, bound: 36_000_000 },
      { state: 'undecided', unit: 'ms', value: null, censoredAtMs: 899_000, atLeast: 899_000, atMost: null },
      { state: 'met', unit: 'count', value: 4000, atLeast: null, atMost: null, undecidedRuns: 0 },
    ]);
  });

  it('tells intervals as numbers', async () => {
    const { stdout } = await check(
      caseFile('users/trio'),
      '--json',
      '--replications',
      '6',
      '--set',
      'expect=["collapse < 0.1", "drops < drops"]',
    );
    const { scenarios } = JSON.parse(stdout) as { scenarios: { expectations: { interval: object; says: string }[] }[] };
    const [share, difference] = scenarios[0].expectations;
    expect(share).toMatchObject({
      statistic: 'probability',
      value: 0,
      interval: { level: 0.95, ofDifference: false, low: 0, n: 6 },
    });
    // Wilson's upper end of none of six: z²/(6 + z²).
    expect((share.interval as { high: number }).high).toBeCloseTo(0.3903, 4);
    expect(difference.interval).toMatchObject({ ofDifference: true, low: 0, high: 0, n: 6 });
    expect(share.says).toContain('95 % interval 0 to 0.39');
  });

  it('says so in a JUnit report and in annotations', async () => {
    vi.stubEnv('GITHUB_ACTIONS', 'true');
    vi.stubEnv('GITHUB_STEP_SUMMARY', '');
    const junit = join(folder, 'junit.xml');
    const { stderr } = await sim('check', '--jobs', '1', caseFile('users/ci'), '--junit', junit);
    vi.unstubAllEnvs();
    expect(stderr).toMatch(
      /^::error file=.*ci\.yaml,line=12,col=5,title=expectation undecided::collapse == 0 is undecided: .*the clock must run at least 1m longer/m,
    );
  });
});

describe('sim validate and sim run', () => {
  it('warn of an expectation that the clock is too short for, with its place, and fail nothing', async () => {
    const { exitCode, stdout, stderr } = await sim('validate', caseFile('users/ci'), caseFile('users/trio'));
    expect([exitCode, stdout.split('\n')[0]]).toEqual([0, `✓ ${caseFile('users/ci')}: ci, baseline and 0 variants`]);
    expect(stderr).toBe(
      `warning: ${caseFile('users/ci')}:12:5  expect.1\n  expected a clock that ends at 10:21:00 or later, found one that ends at 10:20:00\n` +
        '  whether an outage is metastable shows 15m (metastableAfter) after maintenance is over, at about 10:06:00: one that is open then is undecided, which meets nothing\n',
    );
    const ran = await run('users/ci', '--json');
    expect([ran.exitCode, ran.stderr]).toEqual([0, stderr]);
  });

  it('ask the variant that the expectation is of', async () => {
    const file = join(folder, 'variants.yaml');
    writeFileSync(
      file,
      startingScenario
        .replace('- "drops.reboot == 2000"', '- "collapse@late == 0"')
        .replace('variants:', 'variants:\n  - { name: late, set: { timeline.maintenance.at: "09:30" } }'),
    );
    const { exitCode, stderr } = await sim('validate', file);
    expect(exitCode).toBe(0);
    expect(stderr).toMatch(
      /^warning: .*variants\.yaml:\d+:5 {2}expect\.1\n {2}expected a clock that ends at 09:46:15 or later in variant late, found one that ends at 09:35:00\n/,
    );
  });
});

describe('sim run', () => {
  it('says undecided, and why, where the clock is too short', async () => {
    const { stdout } = await run('users/ci');
    expect(stdout).toMatch(/^ {2}collapse +undecided {2}the episode of 10:05:01 is open when the run ends at 10:20;$/m);
    expect(stdout).toMatch(/^ {2}timeToRecover +> 14m59s/m);
    expect(stdout).toMatch(/^Expectations {2}1 undecided\n {2}\? {2}collapse == 0 {2}– {2}undecided: the episode/m);
  });

  it('says who never came back', async () => {
    const { stdout } = await run('minimal/min-undecided');
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain('2,996 sessions had not come back when the run ended at 10:15');
  });

  it('does not call an outage open that may be over', async () => {
    const { stdout } = await run('minimal/min-end');
    const told = stdout.replaceAll(/\s+/g, ' ');
    expect(told).not.toContain('the outage is not over');
    expect(told).toContain(
      'nobody is disconnected any more from 10:06:12 on, and the run ends too soon for the five calm minutes that end an outage',
    );
    expect(told).toContain('timeToRecover ≥ 11s');
    const { metrics, censored, units, episodes } = await outcomeOf('minimal/min-end');
    expect([metrics.collapse, metrics.timeToRecover, censored.timeToRecover, units.timeToRecover]).toEqual([
      null,
      null,
      { atMs: 11_000 },
      'ms',
    ]);
    expect(episodes).toMatchObject([{ trigger: 'deploy', calmFrom: '10:06:12', resolvedAt: null, metastable: null }]);
  });

  it('speaks of no trigger where there was none, but of the collapse', async () => {
    // The same with clients that try less often, which is quicker to simulate.
    const { stdout } = await run(
      'minimal/min-notrigger',
      '--set',
      'clock.to="10:17"',
      '--set',
      'clients.c.backoff.delay=20s',
    );
    const told = stdout.replaceAll(/\s+/g, ' ');
    expect(told).toContain(
      'collapse yes metastable, without a trigger: it began at 10:00:01, though nothing was done to the fleet',
    );
    expect(told).not.toContain('outlive');
    const { episodes } = outcomeWritten(stdout);
    expect(episodes).toMatchObject([{ trigger: null, triggerEndedAt: null, metastable: true }]);
  });

  it('blames no action for an outage that was there before it', async () => {
    const reboot = 'timeline=[{ name: reboot, at: "10:02", action: reboot, target: { tier: api } }]';
    const { stdout } = await run(
      'minimal/min-notrigger',
      '--set',
      reboot,
      '--set',
      'clock.to="10:20"',
      '--set',
      'clients.c.backoff.delay=20s',
    );
    const told = stdout.replaceAll(/\s+/g, ' ');
    expect(told).toContain('p1 is impacted: an episode begins, before anything was done to the fleet');
    expect(told).toContain(
      'collapse yes metastable, without a trigger: it began at 10:00:01, before anything was done to the fleet',
    );
    expect(told).not.toContain('outlive');
  });
});

describe('what was observed', () => {
  const withRow = startingScenario.replace(
    '- name: more-hosts',
    '- name: replay\n    sameDay: true\n    set: { clients.current.connectTimeout: 9s }\n  - name: more-hosts',
  );
  const observed = async (...flags: string[]): Promise<{ stdout: string; rows: Outcome['observed'] }> => {
    const file = join(folder, 'observed.yaml');
    writeFileSync(file, withRow.replace('to: "10:00"', 'to: "09:20"'));
    const args = ['run', file, '--no-charts', '--quiet', '--out', join(folder, 'out'), ...flags];
    const { stdout } = await sim(...args);
    return { stdout, rows: outcomeWritten(stdout).observed };
  };

  it('judges the baseline, under the story', async () => {
    const { stdout, rows } = await observed();
    expect(rows).toMatchObject([{ holds: true, kind: 'predicted' }]);
    expect(stdout).toContain('Observed against simulated  1 of 1 hold');
    expect(stdout).toContain('All four hosts of one pod are rebooted at peak');
  });

  it('judges no variant, which has another story', async () => {
    const { stdout, rows } = await observed('--variant', 'more-hosts');
    expect(rows).toMatchObject([{ name: 'noticed', holds: null, kind: 'counterfactual' }]);
    expect(stdout).not.toContain('Observed against simulated');
    expect(stdout).toContain('What was observed is no measure of this variant');
    expect(stdout).not.toContain('All four hosts of one pod are rebooted at peak');
  });

  it('judges a variant that claims to be the same day', async () => {
    const { stdout, rows } = await observed('--variant', 'replay');
    expect(rows).toMatchObject([{ holds: true, kind: 'predicted' }]);
    expect(stdout).toContain('All four hosts of one pod are rebooted at peak');
  });

  it('is shown beside what --set has changed, and does not judge it', async () => {
    const { stdout, rows } = await observed('--set', 'tiers.gateway.hosts=6');
    expect(rows).toMatchObject([{ holds: null, kind: 'counterfactual', simulated: 1 }]);
    expect(stdout).toContain('Observed against simulated  not judged: changed by --set');
    expect(stdout).not.toContain('All four hosts of one pod are rebooted at peak');
  });

  it('does not stand in the way of a variant with a story of its own', async () => {
    const { stdout } = await observed('--set', 'story="What six hosts make of it."');
    expect(stdout).toContain('What six hosts make of it.');
  });
});
