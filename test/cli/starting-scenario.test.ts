// The scenario that `sim init` writes is the first that a new user runs: its story comes true, whatever the seed, and
// `sim compare` shows what it says.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startingScenario } from '../../src/cli/starting-scenario.ts';
import { sim } from './captured-terminal.ts';

interface ComparedDocument {
  readonly variants: readonly {
    readonly name: string;
    readonly collapse: { readonly count: number };
    readonly difference: { readonly sessionMinutesLost: { readonly value: number; readonly high: number } };
  }[];
}

let folder: string;
let file: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sim-starting-'));
  file = join(folder, 'scenario.yaml');
  writeFileSync(file, startingScenario);
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('the starting scenario', () => {
  it.each(['my-scenario', 'another', '7'])('meets its expectations with the seed %s', async (seed) => {
    const { exitCode, stdout } = await sim(
      'check',
      file,
      '--set',
      `seed=${JSON.stringify(seed)}`,
      '--quiet',
      '--jobs',
      '1',
    );
    expect(stdout).toMatch(/passed: 1 scenario, (\d+) of \1 expectations met/);
    expect(exitCode).toBe(0);
  });

  it('says something of the baseline and of every variant, and can fail', async () => {
    for (const name of ['full-jitter', 'more-hosts'])
      expect(startingScenario).toMatch(new RegExp(`^  - "collapse@${name} == 0"$`, 'm'));
    const { exitCode, stdout } = await sim(
      'check',
      file,
      '--set',
      'products.chat.sessions=400',
      '--quiet',
      '--jobs',
      '1',
    );
    expect(exitCode).toBe(99);
    expect(stdout).toContain('✗ collapse == 1  missed');
  });

  it('is compared as its story tells it', async () => {
    const { exitCode, stdout } = await sim(
      'compare',
      file,
      '--replications',
      '5',
      '--json',
      '--no-charts',
      '--out',
      folder,
    );
    expect(exitCode).toBe(0);
    const { variants } = JSON.parse(stdout) as ComparedDocument;
    const byName = new Map(variants.map((variant) => [variant.name, variant]));
    expect([...byName].map(([name, { collapse }]) => [name, collapse.count]).sort()).toEqual([
      ['baseline', 5],
      ['full-jitter', 0],
      ['more-hosts', 0],
    ]);
    for (const name of ['full-jitter', 'more-hosts']) {
      const { sessionMinutesLost } = byName.get(name)!.difference;
      expect(sessionMinutesLost.value).toBeLessThan(0);
      expect(sessionMinutesLost.high).toBeLessThan(0);
    }
  });
});
