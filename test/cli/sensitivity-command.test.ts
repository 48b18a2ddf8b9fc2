// `sim sensitivity`: what it finds one at a time of a fleet whose answers are known, what it prints and writes, and what it
// says to nonsense. What takes its time is in sensitivity-command.full.test.ts.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { shownWidth } from '../../src/cli/table.ts';
import { sim, simAt, type Captured } from './captured-terminal.ts';
import { LostFolder, lostText } from './lost-scenario.ts';

const lost = new LostFolder();
const { folder, file } = lost;
afterAll(() => lost.remove());
const results: typeof lost.results = (...of) => lost.results(...of);
const ask: typeof lost.ask = (...more) => lost.ask(...more);

interface Knob {
  readonly path: string;
  readonly verdict: string;
  readonly sides: readonly { value: string; state: string; flips: { target: string; to: number }[]; isSame: boolean }[];
}

describe('one at a time', () => {
  it('says which end flips what, proves a knob dead, and refuses what does not fit', async () => {
    const asked = ['--of', 'hostReboots', '--of', 'timeToRecover < 3m'];
    const { stdout, exitCode } = await ask('one', '--json', ...asked);
    expect(exitCode).toBe(0);
    const { assumptions, runs, base, complete } = JSON.parse(stdout) as { assumptions: Knob[]; runs: number; base: { values: object }; complete: boolean }; // prettier-ignore
    expect(complete).toBe(true);
    expect(base.values).toMatchObject({ hostReboots: 4, 'timeToRecover < 3m': 1 });
    const knobs = new Map(assumptions.map((one) => [one.path, one]));
    const boot = knobs.get('tiers.api.boot')!;
    expect(boot.verdict).toBe('decides');
    expect(boot.sides.map(({ value, flips }) => [value, flips.map(({ target, to }) => `${target} ${to}`)])).toEqual([
      ['30s', []],
      ['4m', ['back 0', 'sessionMinutesLost < 800 0', 'timeToRecover < 3m 0']],
    ]);
    expect(knobs.get('clients.current.resetAfter')).toMatchObject({ verdict: 'no effect', sides: [{ isSame: true }] });
    expect(knobs.get('products.chat.sessions')!.sides.map(({ state }) => state)).toEqual(['run', 'impossible']);
    // The file, two boots, one reset, one number of sessions, one other balancing.
    expect(runs).toBe(6);
  });

  it('prints it, and every run can be run again', async () => {
    const { stdout } = await ask('printed');
    expect(stdout).toContain('No effect at this seed, to the last event: clients.current.resetAfter');
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
  it('give no order of under 150 runs, and are the same bytes with any number of jobs, kept or not', async () => {
    const flags = ['--method', 'global', '--runs', '6'];
    const { stdout } = await ask('few', ...flags);
    expect(stdout).toMatch(/no order under\s+150\s+runs/);
    const read = (out: string, name: string): string => readFileSync(join(results(out, 'global'), name), 'utf8');
    const first = ['sensitivity.json', 'draws.csv'].map((name) => read('few', name));
    await sim('sensitivity', file, '--out', join(folder, 'two'), '--quiet', '--no-charts', '--jobs', '2', ...flags);
    expect(['sensitivity.json', 'draws.csv'].map((name) => read('two', name))).toEqual(first);
    await ask('few', ...flags);
    expect(['sensitivity.json', 'draws.csv'].map((name) => read('few', name))).toEqual(first);
  });
});

describe('on a terminal of 60 columns', () => {
  it.each([
    ['oat', []],
    ['global', ['--runs', '6', '--of', 'hostReboots == 4']],
    ['screen', ['--runs', '10']],
  ])('%s fits, every word whole', async (method, more) => {
    // A short path: one that is longer than the terminal cannot fit.
    const at = (width: number): Promise<Captured> =>
      simAt(width, 'sensitivity', file, '--out', join(folder, 'narrow'), '--quiet', '--no-charts', '--jobs', '1', '--method', method, ...more); // prettier-ignore
    const [narrow, wide] = [await at(60), await at(1000)];
    expect(narrow.exitCode).toBe(0);
    const isFolder = (line: string): boolean => line.includes(folder);
    const lines = narrow.stdout.split('\n').filter((line) => !isFolder(line));
    expect(lines.length).toBeGreaterThan(10);
    expect(lines.filter((line) => shownWidth(line) > 60)).toEqual([]);
    const known = new Set(wide.stdout.split(/\s+/));
    // A table that is too wide has its heads in front of its values.
    const words = lines.join(' ').split(/\s+/).map((word) => word.replace(/:$/, '')); // prettier-ignore
    expect(words.filter((word) => !known.has(word) && !known.has(`${word}:`))).toEqual([]);
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
      writeFileSync(path, lostText.replace(from, to));
      return sim('sensitivity', path, '--out', join(folder, 'broken'), '--quiet', '--jobs', '1', ...more);
    };
    const assumptions = lostText.slice(lostText.indexOf('assumptions:'));
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
