// Headroom: the largest loss of hosts that a fleet survives. Held against the domino, whose answer is n(1 − ρ), and against
// every loss run by itself; at its edges; and as a metric, which outcomes have only where it was asked for.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadScenario, simulate, sweep } from '../../src/cascade-sim.ts';
import { calmUntilMs, findHeadrooms, withLoss } from '../../src/experiments/headroom.ts';
import { runScenario } from '../../src/experiments/run.ts';
import { sim } from '../cli/captured-terminal.ts';
import { domino } from './domino.ts';

const identity = { seed: 'headroom', variant: 'baseline', scenarioHash: '' };

async function headroomOf(text: string, seed = 'headroom', tier = 'front') {
  return (await findHeadrooms(loadScenario(text).scenario, [tier], { ...identity, seed })).get(tier)!;
}

describe('the headroom of a tier', () => {
  it.each([
    [10, 0.76],
    [10, 0.52],
    [20, 0.87],
    [16, 0.3],
    [7, 0.5],
  ])('is n(1 − ρ) of the domino: of %d hosts at a load of %d', async (hosts, load) => {
    const sessions = Math.round(load * hosts * 50);
    for (const seed of ['one', 'two'])
      expect(await headroomOf(domino({ hosts, sessions }), seed)).toEqual({
        hosts,
        survives: Math.floor(hosts * (1 - load)),
        fails: Math.floor(hosts * (1 - load)) + 1,
        lostMs: 300_000,
      });
  });

  it('is what every loss by itself says, run one after the other', async () => {
    const { scenario } = loadScenario(domino({}));
    const survived: boolean[] = [];
    for (let lost = 1; lost < 10; lost++) {
      const { ended } = await runScenario(withLoss(scenario, 'front', lost), { ...identity, withMetrics: true });
      survived.push(ended.episodes.every(({ resolvedMs }) => resolvedMs !== null));
    }
    const { survives, fails } = await headroomOf(domino({}));
    expect(survived).toEqual(Array.from({ length: 9 }, (_, i) => i + 1 < fails));
    expect(fails).toBe(survives + 1);
  });

  it('is nothing of a single host, nor of a fleet that holds no loss, and all but one where one host holds all', async () => {
    expect(await headroomOf(domino({ hosts: 1, sessions: 20 }))).toMatchObject({ hosts: 1, survives: 0, fails: 1 });
    expect(await headroomOf(domino({ sessions: 480 }))).toMatchObject({ survives: 0, fails: 1 });
    expect(await headroomOf(domino({ sessions: 40 }))).toMatchObject({ survives: 9, fails: 10 });
  });

  it('is of the fleet before the first action, whatever the timeline and responders do', async () => {
    const worse =
      'timeline: [{ name: maintenance, at: "10:05", action: reboot, target: { tier: front } }, { name: again, at: "10:06", action: kill, target: { tier: front } }]';
    const helped = `
responders:
  - { name: oncall, detect: { when: "disconnectedFraction > 0.01", for: 10s }, engage: 1s, diagnose: 1s, act: [{ name: grow, action: scale, tier: front, hosts: 40 }] }`;
    for (const fleet of [{ timeline: worse }, { more: helped }])
      expect(await headroomOf(domino(fleet))).toMatchObject({ survives: 2, lostMs: 300_000 });
  });

  it('without a timeline is of the fleet when the measured window begins, after a minute at least', async () => {
    expect(await headroomOf(domino({ timeline: '' }))).toMatchObject({ survives: 2, lostMs: 60_000 });
    const { scenario } = loadScenario(domino({ timeline: 'measure: { from: 3m }' }));
    expect(calmUntilMs(scenario)).toBe(180_000);
  });

  it('is each tier’s own, and of each pod', async () => {
    const text = domino({}).replace(
      'products:',
      '  - { name: login, hosts: 4, parallelism: 4, serviceTime: 5ms }\npods: 2\nproducts:',
    );
    const twice = text.replace('sessions: 380', 'sessions: 760');
    expect(await headroomOf(twice)).toMatchObject({ hosts: 10, survives: 2 });
    // Whoever comes back is let in by one host as well.
    expect(await headroomOf(twice, 'headroom', 'login')).toMatchObject({ hosts: 4, survives: 3 });
    const { outcome } = await simulate(loadScenario(twice), { headroom: ['front', 'login'] });
    expect(outcome.metrics['headroom.front']).toBe(0.2);
    expect(outcome.metrics['headroom.login']).toBe(0.75);
    expect('headroom' in outcome.metrics).toBe(false);
  });

  it('is undecided, and no number, where its runs were stopped', async () => {
    const { scenario } = loadScenario(
      domino({ more: 'expect: ["headroom >= 10%", "headroom < 100%", "headroom >= 0%"]' }),
    );
    let runs = 0;
    // The first run goes to its end, the next is stopped at once.
    const onTier = (): number => runs++;
    const headrooms = await findHeadrooms(scenario, ['front'], { ...identity, onTier, shouldStop: () => runs > 1 });
    const { outcome } = await runScenario(scenario, { ...identity, withMetrics: true, headrooms });
    const { survives, fails } = headrooms.get('front')!;
    expect(fails).toBeGreaterThan(survives + 1);
    expect(outcome.metrics.headroom).toBeNull();
    expect(outcome.reasons.headroom).toMatch(/ended too soon to say whether a loss of/);
    expect(outcome.expectations.map(({ holds }) => holds)).toEqual([null, true, true]);
  });
});

describe('the metric', () => {
  it('is in no outcome that was not asked for it; an expectation is a question, and another’s is not this run’s', async () => {
    const plain = await simulate(loadScenario(domino({})));
    expect(Object.keys(plain.outcome.metrics).filter((name) => name.startsWith('headroom'))).toEqual([]);
    const asking = await simulate(loadScenario(domino({ more: 'expect: ["headroom.front == 20%"]' })));
    expect(asking.outcome.metrics.headroom).toBe(0.2);
    expect(asking.outcome.expectations[0]).toMatchObject({ value: 0.2, holds: true });
    // The run itself is the same.
    expect(asking.outcome.fingerprint).toBe(plain.outcome.fingerprint);
    const { scenario } = loadScenario(domino({ more: 'expect: ["headroom >= 1%"]' }));
    const { outcome } = await runScenario(scenario, { ...identity, withMetrics: true });
    expect(outcome.expectations[0]).toMatchObject({
      holds: null,
      reason: expect.stringContaining('sim run FILE --headroom'),
    });
  });

  it('is no metric of a sweep, whose runs do not ask for it', async () => {
    const asked = sweep(loadScenario(domino({})), { vary: 'tiers.front.hosts=9..13', metric: 'headroom', jobs: 1 });
    await expect(asked).rejects.toThrow('a metric that each run has');
  });
});

describe('the command line', () => {
  let folder = '';
  beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'sim-headroom-'))));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const fileOf = (text: string): string => {
    const file = join(folder, 'domino.yaml');
    writeFileSync(file, text);
    return file;
  };

  it('tells it as a row, of a tier or of all, and names the tiers where there is no such', async () => {
    const file = fileOf(domino({}));
    const end = ['--no-charts', '--quiet', '--out', folder];
    for (const flags of [['--headroom'], ['--headroom', 'front']]) {
      const { stdout, exitCode } = await sim('run', file, ...flags, ...end);
      expect(exitCode).toBe(0);
      expect(stdout).toMatch(/headroom +20 % {2}2 of 10 hosts may be lost for good/);
    }
    const none = await sim('run', file, '--headroom', 'fron', ...end);
    expect(none.exitCode).toBe(2);
    expect(none.stderr).toMatch(/--headroom[^]*a tier: front/);
    expect((await sim('run', file, ...end)).stdout).not.toMatch(/headroom +\d/);
  });

  it('checks what is expected of it', async () => {
    const met = await sim('check', fileOf(domino({ more: 'expect: ["headroom >= 20%"]' })), '--quiet');
    expect([met.exitCode, met.stdout]).toEqual([0, expect.stringContaining('1 of 1 expectation met')]);
    const missed = await sim('check', fileOf(domino({ more: 'expect: ["headroom.front >= 25%"]' })), '--quiet');
    expect(missed.exitCode).toBe(99);
    expect(missed.stdout).toContain('20 %');
  });
});
