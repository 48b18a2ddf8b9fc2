// The arithmetic before the storm in print: what validate and run say of it, where, and that it is legible at 60 columns.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import picocolors from 'picocolors';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { arithmeticLegend, arithmeticText } from '../../src/cli/arithmetic-text.ts';
import { shownWidth } from '../../src/cli/table.ts';
import { arithmeticOf } from '../../src/experiments/arithmetic.ts';
import { loadShipped, shippedFiles } from '../scenarios/shipped-scenario.ts';
import { guardedSide } from '../../src/cli/terminal.ts';
import { sim } from './captured-terminal.ts';

const over = fileURLToPath(new URL('../cases/users/over.yaml', import.meta.url));
const scenario = (name: string): string => fileURLToPath(new URL(`../../scenarios/${name}`, import.meta.url));

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sim-arithmetic-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('sim validate', () => {
  it('warns of a fleet that cannot hold, at the place of the number, and says why', async () => {
    const { exitCode, stdout, stderr } = await sim('validate', over);
    expect(exitCode).toBe(0);
    expect(stderr).toMatch(
      /^warning: .*over\.yaml:\d+:\d+ {2}tiers\.gateway\.sessionsAtFullLoad\n {2}expected a fleet that can hold, found one that cannot\n {2}gateway cannot hold what it starts with: 120,000 sessions where 8,000 fit \(load u = 15\)/,
    );
    expect(stdout).toMatch(
      /✓ .*over\.yaml: my-scenario, baseline and 2 variants\n {2}load u +start +peak +−1 +serves +asked\n {2}gateway +15 +15 +20 +0\/s +0\/s\n/,
    );
    expect(stdout).toMatch(/maintenance +60,000 \(50 %\) +– +never +never/);
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain('Left out: what actions add or set, boots and warm-up');
  });

  it('says once what the columns mean, however many files', async () => {
    const { stdout } = await sim('validate', scenario('one-host.yaml'), scenario('storm-recovers.yaml'));
    expect(stdout.match(/−1: with one host less/g)).toHaveLength(1);
    expect(stdout.match(/^ {2}load u/gm)).toHaveLength(2);
  });

  it('warns of nothing where all fit, and says nothing if it is to be quiet', async () => {
    const good = await sim('validate', scenario('storm-metastable.yaml'));
    expect([good.exitCode, good.stderr]).toEqual([0, '']);
    expect(good.stdout).toMatch(/front +0\.50 +0\.50 +0\.67 +20\/s +0\/s/);
    expect(await sim('validate', over, '--quiet')).toEqual({ exitCode: 0, stdout: '', stderr: '' });
  });
});

describe('sim run', () => {
  const small = (sessions: number, action: string): string => `
format: 1
name: small
clock: { to: 20s }
tiers: [{ name: api, hosts: 4, parallelism: 2, serviceTime: 10ms, sessionsAtFullLoad: 100, holdsSessions: true }]
products: [{ name: chat, sessions: ${sessions} }]
clients: [{ name: current, backoff: { policy: full-jitter, cap: 5m } }]
timeline: [{ name: it, at: 5s, ${action} }]
`;
  const run = async (name: string, text: string, ...flags: string[]) => {
    const file = join(folder, `${name}.yaml`);
    writeFileSync(file, text);
    return sim('run', file, '--no-charts', '--out', folder, ...flags);
  };

  it('tells the loads in short where nothing is wrong', async () => {
    const { stdout, stderr } = await run('good', small(100, 'action: reboot, target: { tier: api, hosts: 1 }'));
    expect(stdout).toMatch(
      /\nBefore the storm {2}by arithmetic alone\n.*start.*\n {2}api +0\.25 +0\.25 +0\.33 +600\/s +0\/s\n\nWhat happened/,
    );
    expect(stderr).not.toContain('warning');
  });

  it('tells all of it where hosts that are left cannot hold', async () => {
    const { stdout, stderr } = await run('risk', small(300, 'action: reboot, target: { tier: api, hosts: 2 }'));
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain(
      '! while it lasts, the hosts of api that are left cannot hold all sessions (load u = 1.5)',
    );
    expect(stdout).toMatch(/\n {2}it +150 \(50 %\) +1\.50 +never +[\d.]+m?s\n/);
    expect(stderr).not.toContain('warning');
  });

  it('warns on stderr before a run that cannot come out well, and keeps the JSON to itself', async () => {
    const { stdout, stderr } = await run(
      'fault',
      small(500, 'action: reboot, target: { tier: api, hosts: 1 }'),
      '--json',
    );
    expect(stderr).toMatch(
      /warning: .*fault\.yaml:5:\d+ {2}tiers\.api\.sessionsAtFullLoad\n {2}expected a fleet that can hold, found one that cannot\n {2}api cannot hold what it starts with: 500 sessions where 400 fit \(load u = 1\.25\)/,
    );
    expect((JSON.parse(stdout) as { scenario: string }).scenario).toBe('small');
  });
});

describe('at 60 columns', () => {
  const side = guardedSide({ isTerminal: false, width: 60, colors: picocolors.createColors(false) }, () => undefined);

  it.each(shippedFiles)('%s is not wider', (file) => {
    const lines = (arithmeticText(arithmeticOf(loadShipped(file).scenario), side) + arithmeticLegend(side)).split('\n');
    expect(lines.length).toBeGreaterThan(5);
    expect(lines.filter((line) => shownWidth(line) > 60)).toEqual([]);
  });
});
