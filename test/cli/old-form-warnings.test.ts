// Files that are written as they were before ranges could be drawn and observed rows said what they mean: they load, they
// come out as the same file in today's form does, and each warning says how it is written now.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sim } from './captured-terminal.ts';

const text = readFileSync(fileURLToPath(new URL('../cases/minimal/min-end.yaml', import.meta.url)), 'utf8');

const rows = (state: string, milestone: string): string => `
observed:
  - { name: seen, at: "10:06:01", says: many are gone, expect: "disconnectedFraction > 0.02", tolerance: 10s${state} }
  - { name: also, at: "10:07", says: they are, expect: "disconnectedFraction > 0.9", tolerance: 1m${state} }
  - { name: begun, at: "10:06", says: it begins, expect: started, tolerance: 5m${milestone} }
  - { name: said, at: "10:08", says: something is wrong }
`;
const ranges = `
assumptions:
  - { path: clients, range: [1s, 9s], why: a whole block }
  - { path: seed, range: [a, b], why: nothing of the fleet }
  - { path: networkDelay, range: [20ms, 150ms], why: today's form }
`;
const old = `${text}${rows('', '')}${ranges}`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sim-old-'));
  writeFileSync(join(folder, 'old.yaml'), old);
  writeFileSync(join(folder, 'new.yaml'), `${text}${rows(', means: has-begun', ', means: begins')}`);
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

interface Warning {
  readonly line: number;
  readonly path: string;
  readonly found: string;
  readonly hint: string;
}

const lineOf = (part: string): number => old.slice(0, old.indexOf(part)).split('\n').length;

describe('a file as they used to be written', () => {
  it('is good, and told with place, what was found and how it is written now', async () => {
    const { stdout, exitCode } = await sim('validate', '--json', join(folder, 'old.yaml'));
    expect(exitCode).toBe(0);
    const { files } = JSON.parse(stdout) as { files: { warnings: Warning[] }[] };
    const ours = files[0].warnings.filter(({ path }) => /^(observed|assumptions)/.test(path));
    expect(ours.map(({ line, path, found }) => [line, path, found.replace(/^.*: the range/, '… the range')])).toEqual([
      [lineOf('- { name: seen'), 'observed.seen.means', 'nothing in seen, also, which means has-begun: true at some second within the tolerance'],
      [lineOf('- { name: begun'), 'observed.begun.means', 'nothing in begun, which means begins: the milestone falls within the tolerance'],
      [lineOf('- { path: clients'), 'assumptions.1.path', '… the range is only a text, and nothing is drawn from it'],
      [lineOf('- { path: seed'), 'assumptions.2.range', '… the range is only a text, and nothing is drawn from it'],
    ]); // prettier-ignore
    expect(ours.map(({ hint }) => hint).join('\n')).toMatch(
      /^means: has-begun says so.*\nmeans: begins says so.*\n.*like clients\.\S+; a row without a range covers all of it\nleave them out/,
    );
  });

  it('comes out as it would in today’s form; a run warns of rows, not of ranges, which it does not use', async () => {
    const run = (name: string) =>
      sim('run', join(folder, name), '--json', '--quiet', '--no-charts', '--out', join(folder, name.slice(0, 3)));
    const [was, is] = [await run('old.yaml'), await run('new.yaml')];
    const judged = (stdout: string): unknown => (JSON.parse(stdout) as { observed: unknown }).observed;
    expect(judged(was.stdout)).toEqual(judged(is.stdout));
    expect(JSON.stringify(judged(is.stdout))).toContain('"holds":true');
    expect(was.stderr).toContain('which means has-begun');
    expect(was.stderr).not.toContain('assumptions');
    expect(is.stderr).not.toContain('means');
  });

  it('is asked for what decides among the ranges that can be drawn', async () => {
    const flags = ['--json', '--quiet', '--no-charts', '--jobs', '1', '--out', join(folder, 'sensitivity')];
    const { stdout, stderr } = await sim('sensitivity', join(folder, 'old.yaml'), ...flags);
    const { assumptions } = JSON.parse(stdout) as { assumptions: { path: string }[] };
    expect(assumptions.map(({ path }) => path)).toEqual(['networkDelay']);
    expect(stderr.match(/the range is only a text/g)).toHaveLength(2);
  });

  it.each([
    ['until: "10:09"', /no end: only what `means: holds` has one, found a row that does not say what it means/],
    ['means: holds', /when it held until/],
    ['means: ever', /begins|has-begun|holds/],
  ])('is no excuse for a row that says half of what it means: %s', async (more, message) => {
    writeFileSync(join(folder, 'half.yaml'), `${text}${rows(`, ${more}`, '')}`);
    const { stderr, exitCode } = await sim('validate', join(folder, 'half.yaml'));
    expect([exitCode, stderr]).toEqual([2, expect.stringMatching(message)]);
  });
});
