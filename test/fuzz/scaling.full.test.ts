// For every list, text and chain that the schema has: what running, printing, checking and comparing a scenario costs grows in
// proportion to it, and so does what it costs to tell what is wrong with one that is far too large. Nothing ends in an exception.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sim } from '../cli/captured-terminal.ts';
import { growingPlaces } from './grown-scenarios.ts';
import { expectLinear } from './linear-time.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sim-scaling-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function written(doc: unknown): string {
  const file = join(folder, 'grown.json');
  writeFileSync(file, JSON.stringify(doc));
  return file;
}

const commands = {
  validate: (file: string) => sim('validate', '--sources', file),
  'validate as JSON': (file: string) => sim('validate', '--json', file),
  explain: (file: string) => sim('explain', file),
  run: (file: string) => sim('run', file, '--out', join(folder, 'out'), '--quiet'),
  check: (file: string) => sim('check', file, '--jobs', '1', '--quiet'),
  compare: (file: string) =>
    sim('compare', file, '--replications', '1', '--jobs', '1', '--out', join(folder, 'out'), '--quiet'),
};

describe.each(growingPlaces().map((one) => [one.place, one] as const))(
  'a scenario that grows at %s',
  (_place, { most, of }) => {
    it.each(Object.entries(commands))('goes through %s in time that grows as it does', async (_name, command) => {
      await expectLinear([most / 4, most / 2, most].map(Math.ceil), async (n) => {
        const { exitCode, stderr } = await command(written(of(n)));
        // Numbers without a source, expectations that fail: neither is what this is about.
        expect([0, 2, 99], stderr.slice(0, 500)).toContain(exitCode);
        expect(stderr.slice(0, 500)).not.toMatch(/internal error|bug in sim/);
      });
    });

    it('is told what is wrong with it far beyond its bound in time that grows as it does', async () => {
      const sizes = [10, 20, 40].map((times) => times * Math.min(most, 1000) + 1);
      await expectLinear(sizes, async (n) => {
        const { exitCode, stdout } = await sim('validate', written(of(n)));
        expect([exitCode, stdout]).toEqual([2, '']);
      });
    });
  },
);
