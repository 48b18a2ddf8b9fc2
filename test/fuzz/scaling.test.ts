// For every list, text and chain that the schema has: at its bound a scenario is loaded, one beyond is told with its place, and
// loading takes time in proportion to the file. What lies far beyond, and what runs and prints, is in scaling.full.test.ts.
import { stringify } from 'yaml';
import { describe, expect, it } from 'vitest';
import { vocabulary } from '../../src/metrics/catalogue.ts';
import { loadScenario, type LoadResult } from '../../src/scenario/load.ts';
import { formatProblem } from '../../src/scenario/problem.ts';
import { growingPlaces, wholeDoc } from './grown-scenarios.ts';
import { expectLinear } from './linear-time.ts';

function load(doc: unknown): LoadResult {
  return loadScenario({ file: 'grown.json', text: JSON.stringify(doc) }, vocabulary);
}

function told(result: LoadResult): string {
  return result.ok
    ? ''
    : result.problems
        .slice(0, 3)
        .map((one) => formatProblem(one))
        .join('\n');
}

describe.each(growingPlaces().map((one) => [one.place, one] as const))(
  'a scenario that grows at %s',
  (_place, { most, of }) => {
    it('is loaded up to its bound, in time that grows as it does', async () => {
      await expectLinear([most / 4, most / 2, most].map(Math.ceil), (n) => expect(told(load(of(n)))).toBe(''));
    });

    it('is refused beyond its bound, with the place and the bound', () => {
      const result = load(of(most + 1));
      if (result.ok) throw new Error('it was loaded');
      expect(told(result)).toMatch(new RegExp(`at most ${most} |from 1 to ${most}`));
      expect(result.problems.filter(({ line, path }) => line < 1 || path === '')).toEqual([]);
    });
  },
);

describe('a YAML file', () => {
  const base = stringify(wholeDoc());
  const size = 10_000;

  it.each([
    ['of many keys', (n: number) => base + Array.from({ length: n }, (_, i) => `k${i}: ${i}\n`).join('')],
    ['of one key many times', (n: number) => base + 'k: 1\n'.repeat(n)],
    [
      'of many keys in braces',
      (n: number) => `${base}x: { ${Array.from({ length: n }, (_, i) => `k${i}: ${i}`).join(', ')} }\n`,
    ],
    ['of many items in brackets', (n: number) => `${base}x: [${'1, '.repeat(n)}]\n`],
    ['of many comments', (n: number) => base + '# more\n'.repeat(n)],
    ['of many empty lines', (n: number) => base + '\n'.repeat(n)],
    ['of a plain text in many lines', (n: number) => `${base}story: a\n${'  word\n'.repeat(n)}`],
    ['of a quoted text in many lines', (n: number) => `${base}story: "a\n${'  word\n'.repeat(n)}"\n`],
    ['of a quoted text of many escapes', (n: number) => `${base}story: "${'\\n\\t'.repeat(n)}"\n`],
    ['of a folded text', (n: number) => `${base}story: >\n${'  word\n'.repeat(n)}`],
    ['of a literal text', (n: number) => `${base}story: |\n${'  word\n'.repeat(n)}`],
    [
      'of many anchors and aliases',
      (n: number) => `${base}x:\n${Array.from({ length: n / 4 }, (_, i) => `  - &a${i} 1\n  - *a${i}\n`).join('')}`,
    ],
    ['of one long line', (n: number) => `${base}story: ${'word '.repeat(n)}\n`],
    ['of many mistakes in its syntax', (n: number) => base + '  - : {\n'.repeat(n / 10)],
    ['of many tabs', (n: number) => base + '\tx: 1\n'.repeat(n / 10)],
    ['of many documents', (n: number) => base + '---\na: 1\n'.repeat(n)],
    ['of many directives', (n: number) => '%TAG ! x\n'.repeat(n) + base],
  ])('%s is read in time that grows as it does', async (_what, text) => {
    await expectLinear([size, 2 * size, 4 * size], (n) => {
      const result = loadScenario({ file: 'grown.yaml', text: text(n) }, vocabulary);
      if (!result.ok) for (const problem of result.problems.slice(0, 20)) formatProblem(problem, text(n));
    });
  });
});
