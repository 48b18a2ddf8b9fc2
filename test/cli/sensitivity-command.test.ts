// `sim sensitivity`: what it finds of a fleet whose answers are known, what it writes, that it goes on after it was killed,
// and what it says to nonsense. One host of four serves 20 a second for 400 sessions; all are lost at 09:01.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sim, type Captured } from './captured-terminal.ts';

const program = fileURLToPath(new URL('../../bin/sim.js', import.meta.url));

const text = `
format: 1
name: lost
seed: lost
clock: { date: 2024-01-01, from: "09:00", to: "09:20" }
metastableAfter: 5m
tiers:
  - name: api
    hosts: 4
    parallelism: 1
    serviceTime: 50ms
    sessionsAtFullLoad: 400
    balancing: random
    boot: 1m
products: [{ name: chat, sessions: 400 }]
clients:
  - name: current
    backoff: { policy: fixed, delay: 2s, jitter: 1s }
    connectTimeout: 10s
    keepalive: { every: 25s, timeout: 20s }
    resetAfter: 0s
timeline: [{ name: reboot, at: "09:01", action: reboot, target: { tier: api }, order: all-at-once }]
observed:
  - { name: gone, at: "09:01", says: all gone, expect: "disconnectedFraction > 0.9", means: begins, tolerance: 30s }
  - { name: back, at: "09:03", says: back again, expect: "disconnectedFraction < 0.1", means: has-begun, tolerance: 30s }
expect: ["hostDeaths == 0", "sessionMinutesLost < 800"]
assumptions:
  - { path: tiers.api.boot, range: [30s, 4m], why: decides when they are back }
  - { path: clients.current.resetAfter, range: [0s, 60s], why: a fixed delay knows no reset }
  - { path: products.chat.sessions, range: [100, 5000], why: "1,600 fit" }
  - { path: tiers.api.balancing, choices: [random, round-robin], why: all the same }
`;

let folder: string;
let file: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sim-sensitivity-'));
  file = join(folder, 'lost.yaml');
  writeFileSync(file, text);
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const results = (out: string, method = 'oat'): string => join(folder, out, 'lost', `sensitivity-${method}`);
const ask = (out: string, ...more: string[]): Promise<Captured> =>
  sim('sensitivity', file, '--out', join(folder, out), '--quiet', '--no-charts', '--jobs', '1', ...more);

interface Knob {
  readonly path: string;
  readonly verdict: string;
  readonly sides: readonly { value: string; state: string; flips: { target: string; to: number }[]; isSame: boolean }[];
}

describe('one at a time', () => {
  it('says which end flips what, proves a knob dead, and refuses what does not fit', async () => {
    const { stdout, exitCode } = await ask('one', '--json');
    expect(exitCode).toBe(0);
    const { assumptions, runs } = JSON.parse(stdout) as { assumptions: Knob[]; runs: number };
    const knobs = new Map(assumptions.map((one) => [one.path, one]));
    const boot = knobs.get('tiers.api.boot')!;
    expect(boot.verdict).toBe('decides');
    expect(boot.sides.map(({ value, flips }) => [value, flips.map(({ target, to }) => `${target} ${to}`)])).toEqual([
      ['30s', []],
      ['4m', ['back 0', 'sessionMinutesLost < 800 0']],
    ]);
    expect(knobs.get('clients.current.resetAfter')).toMatchObject({ verdict: 'no effect', sides: [{ isSame: true }] });
    expect(knobs.get('products.chat.sessions')!.sides.map(({ state }) => state)).toEqual(['run', 'impossible']);
    // The file, two boots, one reset, one number of sessions, one other balancing.
    expect(runs).toBe(6);
  });

  it('prints it, on a narrow terminal too, and every run can be run again', async () => {
    const { stdout } = await ask('printed');
    expect(stdout).toContain('No effect at this seed, to the last event: clients.current.resetAfter');
    const narrow = await sim('sensitivity', file, '--out', join(folder, 'printed'), '--no-charts', '--quiet');
    expect(narrow.exitCode).toBe(0);
    const [head, ...lines] = readFileSync(join(results('printed'), 'draws.csv'), 'utf8')
      .trim()
      .split(/\r?\n/);
    const columns = head.split(',');
    const of = lines.find((line) => line.includes('tiers.api.boot=4m'))!.split(',');
    expect(of[columns.indexOf('back')]).toBe('0');
    const flags = ['--seed', 'lost', '--set', 'tiers.api.boot=4m', '--out', join(folder, 'again'), '--no-charts', '--json']; // prettier-ignore
    const again = await sim('run', file, ...flags);
    const { metrics } = JSON.parse(again.stdout) as { metrics: { sessionMinutesLost: number } };
    expect(Number(of[columns.indexOf('sessionMinutesLost')])).toBeCloseTo(metrics.sessionMinutesLost, 3);
  });
});

describe('draws of all at once', () => {
  it('find what decides among what does not, and count what is impossible', async () => {
    const { stdout, exitCode } = await ask('global', '--method', 'global', '--runs', '150', '--json', '--per', 'fill=loadAtStart.api'); // prettier-ignore
    expect(exitCode).toBe(0);
    const found = JSON.parse(stdout) as {
      runs: number;
      drawn: number;
      isRanked: boolean;
      inputs: { path: string; verdict: string }[];
      targets: { target: string; effects: Record<string, { firstOrder: number }>; tree: { input: string } | null }[];
    };
    expect(found.runs).toBe(150);
    expect(found.isRanked).toBe(true);
    // 100 to 1,600 of 100 to 5,000, by factors: 71 in 100 are possible.
    const possible = Math.log(16) / Math.log(50);
    expect(Math.abs(150 / found.drawn - possible)).toBeLessThan(0.06);
    const verdicts = new Map(found.inputs.map(({ path, verdict }) => [path, verdict]));
    expect(verdicts.get('tiers.api.boot')).toBe('decides');
    expect(verdicts.get('clients.current.resetAfter')).toBe('nothing seen');
    expect(verdicts.get('tiers.api.balancing')).toBe('nothing seen');
    expect(verdicts.has('fill')).toBe(true);
    expect(found.targets.find(({ target }) => target === 'back')!.tree!.input).toBe('tiers.api.boot');
  });

  it('give no order of under 150 runs, and are the same bytes with any number of jobs, kept or not', async () => {
    const flags = ['--method', 'global', '--runs', '20'];
    const { stdout } = await ask('few', ...flags);
    expect(stdout).toContain('no order under 150 runs');
    const read = (out: string, name: string): string => readFileSync(join(results(out, 'global'), name), 'utf8');
    const first = ['sensitivity.json', 'draws.csv'].map((name) => read('few', name));
    await sim('sensitivity', file, '--out', join(folder, 'two'), '--quiet', '--no-charts', '--jobs', '2', ...flags);
    expect(['sensitivity.json', 'draws.csv'].map((name) => read('two', name))).toEqual(first);
    await ask('few', ...flags);
    expect(['sensitivity.json', 'draws.csv'].map((name) => read('few', name))).toEqual(first);
  });
});

describe('screening', () => {
  it('moves one assumption at a time from many places', async () => {
    const { stdout } = await ask('screened', '--method', 'screen', '--runs', '40', '--json');
    const { assumptions } = JSON.parse(stdout) as {
      assumptions: { path: string; effects: { target: string; meanSize: number | null }[] }[];
    };
    const lost = new Map(
      assumptions.map(({ path, effects }) => [path, effects.find(({ target }) => target === 'sessionMinutesLost')!.meanSize]), // prettier-ignore
    );
    expect(lost.get('clients.current.resetAfter')).toBe(0);
    expect(lost.get('tiers.api.boot')!).toBeGreaterThan(100);
  });
});

describe('a sensitivity that is ended early', () => {
  const flags = (out: string, method: string): string[] => ['sensitivity', file, '--out', join(folder, out), '--no-charts', '--quiet', '--jobs', '1', '--method', method, '--runs', '60']; // prettier-ignore
  const kept = (out: string, method: string): number => {
    const store = join(results(out, method), 'kept');
    return existsSync(store) ? readdirSync(store, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.json')).length : 0; // prettier-ignore
  };
  const bytes = (out: string, method: string): string[] =>
    ['sensitivity.json', 'draws.csv'].map((name) => readFileSync(join(results(out, method), name), 'utf8'));

  it.each([
    ['SIGKILL', 'global'],
    ['SIGINT', 'global'],
    ['SIGINT', 'screen'],
  ] as const)('by %s in %s goes on from there, and ends with the same bytes', async (signal, method) => {
    const out = `${signal}-${method}`;
    const child = spawn(process.execPath, [program, ...flags(out, method)], { stdio: ['ignore', 'pipe', 'pipe'] });
    let told = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (part: Buffer) => (told += part.toString()));
    const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
    while (kept(out, method) < 3) await sleep(5);
    child.kill(signal);
    const exitCode = await ended;
    const before = kept(out, method);
    expect(before).toBeLessThan(60);
    if (signal === 'SIGKILL') expect(existsSync(join(results(out, method), 'sensitivity.json'))).toBe(false);
    else {
      expect([exitCode, told]).toEqual([130, expect.stringContaining('the same command goes on from there')]);
      const { complete, runs } = JSON.parse(bytes(out, method)[0]) as { complete: boolean; runs: number };
      expect(complete).toBe(false);
      expect(runs).toBeGreaterThanOrEqual(3);
      expect(told).toContain('only what had been run by then');
    }
    await sim(...flags(out, method));
    const whole = `whole-${method}`;
    if (!existsSync(results(whole, method))) await sim(...flags(whole, method));
    expect(bytes(out, method)).toEqual(bytes(whole, method));
  });
});

describe('nonsense', () => {
  it.each([
    [['--method', 'guess'], '--method must be oat, screen or global'],
    [['--runs', '5'], '--runs goes with --method screen or global'],
    [['--method', 'global', '--runs', '0'], '--runs must be a whole number'],
    [['--until', 'decided'], '--until goes with --method global'],
    [['--method', 'global', '--until', 'end'], '--until must be decided'],
    [['--of', 'timeToRecovr < 5m'], 'timeToRecover'],
    [['--per', 'x=1'], '--per goes with --method global'],
    [['--method', 'global', '--per', 'x=loadAtPeak.web'], 'a tier behind loadAtPeak: api'],
    [['--method', 'global', '--per', '1+1'], '--per must be NAME=EXPRESSION'],
    [['--jobs', '0'], '--jobs must be a whole number'],
    [['--seed', ''], '--seed must not be empty'],
  ])('%j is told', async (flags, message) => {
    const { exitCode, stderr } = await ask('nonsense', ...flags);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(message)]);
  });

  it('of a file is told: nothing to draw, an empty box, a range that its field cannot take', async () => {
    const broken = async (name: string, from: string, to: string, ...more: string[]): Promise<Captured> => {
      const path = join(folder, `${name}.yaml`);
      writeFileSync(path, text.replace(from, to));
      return sim('sensitivity', path, '--out', join(folder, 'broken'), '--quiet', '--jobs', '1', ...more);
    };
    const assumptions = text.slice(text.indexOf('assumptions:'));
    const none = await broken('none', assumptions, '');
    expect([none.exitCode, none.stderr]).toEqual([2, expect.stringContaining('has nothing to draw')]);
    const empty = await broken(
      'empty',
      'range: [100, 5000]',
      'range: [2000, 5000]',
      '--method',
      'global',
      '--runs',
      '20',
    );
    expect([empty.exitCode, empty.stderr]).toEqual([2, expect.stringContaining('leave nothing to run')]);
    const wrong = await broken('wrong', 'range: [30s, 4m]', 'range: [30, 4m]');
    expect([wrong.exitCode, wrong.stderr]).toEqual([
      2,
      expect.stringContaining('a value that tiers.api.boot could have'),
    ]);
  });
});
