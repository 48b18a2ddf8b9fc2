// `sim sensitivity` with many runs, of a fleet whose answers are known: what draws of all assumptions find, when they have
// found it, that a screening finds the same, that any number of jobs comes to the same bytes, and that one which was
// interrupted or killed goes on.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { sim } from './captured-terminal.ts';
import { LostFolder, lostText } from './lost-scenario.ts';
import { startProgram } from './started-program.ts';

const lost = new LostFolder();
const { folder, file } = lost;
afterAll(() => lost.remove());
const results: typeof lost.results = (...of) => lost.results(...of);
const ask: typeof lost.ask = (...more) => lost.ask(...more);

const bytes = (out: string, method: string): string[] =>
  ['sensitivity.json', 'draws.csv'].map((name) => readFileSync(join(results(out, method), name), 'utf8'));

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

  it('until decided stop as soon as rows are known and the strongest stay, and not before', async () => {
    // Of four assumptions the five strongest are always the same, and all rows but one are sure.
    const sure = join(folder, 'sure.yaml');
    writeFileSync(sure, lostText.replace(/^.*name: back,.*\n/m, ''));
    const decide = async (path: string, out: string): Promise<{ runs: number; decided: boolean; text: string }> => {
      const flags = [
        '--method',
        'global',
        '--runs',
        '170',
        '--until',
        'decided',
        '--quiet',
        '--no-charts',
        '--jobs',
        '2',
      ];
      const { stdout } = await sim('sensitivity', path, '--out', join(folder, out), ...flags);
      const { runs, decided } = JSON.parse(bytes(out, 'global')[0]) as { runs: number; decided: boolean };
      return { runs, decided, text: stdout };
    };
    const early = await decide(sure, 'decided');
    expect([early.runs, early.decided]).toEqual([150, true]);
    expect(early.text).toContain('more would tell nothing new');
    // About a third of the draws are back in time: to five points that takes more than twice as many.
    const open = await decide(file, 'open');
    expect([open.runs, open.decided]).toEqual([170, false]);
    expect(open.text).not.toContain('more would tell nothing new');
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

describe('any number of jobs', () => {
  it.each([
    ['oat', []],
    ['screen', ['--runs', '20']],
    ['global', ['--runs', '60', '--until', 'decided']],
  ])('comes to the same bytes: %s', async (method, more) => {
    for (const jobs of ['1', '3'])
      await sim('sensitivity', file, '--out', join(folder, `jobs-${jobs}`), '--quiet', '--no-charts', '--jobs', jobs, '--method', method, ...more); // prettier-ignore
    expect(bytes('jobs-3', method)).toEqual(bytes('jobs-1', method));
  });
});

describe('a sensitivity that is ended early', () => {
  const flags = (out: string, method: string): string[] => ['sensitivity', file, '--out', join(folder, out), '--no-charts', '--quiet', '--jobs', '1', '--method', method, '--runs', '60']; // prettier-ignore
  const kept = (out: string, method: string): number => {
    const store = join(results(out, method), 'kept');
    return existsSync(store) ? readdirSync(store, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.json')).length : 0; // prettier-ignore
  };
  it.each([
    ['SIGKILL', 'global'],
    ['SIGINT', 'global'],
    ['SIGINT', 'screen'],
  ] as const)('by %s in %s goes on from there, and ends with the same bytes', async (signal, method) => {
    const out = `${signal}-${method}`;
    const started = startProgram(flags(out, method));
    while (kept(out, method) < 3) await sleep(5);
    started.kill(signal);
    const { status: exitCode, stdout, stderr } = await started.ended;
    const told = stdout + stderr;
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
