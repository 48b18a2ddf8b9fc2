// What else the pages hold: scenarios and parts of them load, programs have the right types, arithmetic is right, JSON is
// JSON, links lead somewhere, and README is one page.
import { existsSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import ts from 'typescript';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { runScenario } from '../../src/experiments/run.ts';
import { loadVariants } from '../../src/experiments/variant-set.ts';
import { vocabulary } from '../../src/metrics/catalogue.ts';
import { scenarioJsonSchema } from '../../src/scenario/json-schema.ts';
import { formatProblem } from '../../src/scenario/problem.ts';
import { valueOf } from './arithmetic.ts';
import { anchorsOf, pages, root, scenariosOf, type Page } from './page.ts';
import { openShell } from './shell.ts';

const WORDS_MAX = 900;

/** What is wrong with a scenario or one of its variants, in print. */
function problemsOf(file: string, text: string): string[] {
  const set = loadVariants({ file, text }, vocabulary, { set: [] });
  return set.ok ? [] : set.problems.map((problem) => formatProblem(problem, text));
}

const rootFields = Object.keys((scenarioJsonSchema() as { properties: object }).properties);

/** Parts of a scenario, each put into the page's first scenario in place of what that says there; for five minutes. */
function fragmentsOf(page: Page): { readonly line: number; readonly text: string }[] {
  const [first] = scenariosOf(page);
  return page.blocks.flatMap(({ language, text, line }) => {
    if (language !== 'yaml') return [];
    const part = parse(text) as Record<string, unknown>;
    if ('format' in part || !Object.keys(part).every((key) => rootFields.includes(key))) return [];
    expect(first, `${page.file}:${line} is a part of no scenario`).toBeDefined();
    const { expect: _expect, ...whole } = parse(first.text) as Record<string, unknown>;
    const fiveMinutes = { ...(whole.clock as object), to: '5m' };
    return { line, text: JSON.stringify({ ...whole, ...part, clock: fiveMinutes }, null, 2) };
  });
}

describe.each(pages)('the examples of $file', (page) => {
  it('are scenarios without a mistake, each of them used in a command', () => {
    for (const { file, text } of scenariosOf(page)) {
      expect(problemsOf(file, text)).toEqual([]);
      expect(
        page.blocks
          .filter(({ language }) => language === 'sh')
          .some((block) => new RegExp(`sim (run|compare|calibrate|check|plan|sweep) ${file}`).test(block.text)),
        file,
      ).toBe(true);
    }
    for (const { line, text } of fragmentsOf(page))
      expect(problemsOf('fragment.json', text), `${page.file}:${line}`).toEqual([]);
  });

  it('run for five minutes, as far as they are parts of a scenario', async () => {
    for (const { text } of fragmentsOf(page)) {
      const set = loadVariants({ file: 'fragment.json', text }, vocabulary, { set: [] });
      if (!set.ok) throw new Error('see the problems above');
      const { scenario, name, hash } = set.variants[set.variants.length - 1];
      const { outcome } = await runScenario(scenario, {
        seed: scenario.seed,
        variant: name,
        scenarioHash: hash,
        withMetrics: true,
      });
      expect(outcome.complete).toBe(true);
    }
  });

  it('are JSON and YAML where they say so, and in languages that are looked at', () => {
    for (const { language, text, line } of page.blocks) {
      expect(['sh', 'text', 'yaml', 'ts', 'json'], `${page.file}:${line}`).toContain(language);
      expect(text, `${page.file}:${line} is empty`).not.toBe('');
      if (language === 'json') expect(() => JSON.parse(text) as unknown).not.toThrow();
      if (language === 'yaml') expect(() => parse(text) as unknown).not.toThrow();
    }
  });

  it('compute what they say', () => {
    for (const { language, text, follows, line } of page.blocks) {
      const isOutput = follows !== null && ['sh', 'ts'].includes(follows.language);
      if (language !== 'text' || isOutput) continue;
      for (const row of text.split('\n').filter((one) => one.includes(' = '))) {
        const { left, right, tolerance } = valueOf(row);
        expect(Math.abs(left - right), `${page.file}:${line} ${row}: it is ${left}`).toBeLessThanOrEqual(tolerance);
      }
    }
  });

  it('link to what is there', () => {
    const links = [...page.text.matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, target]) => target)
      .filter((target) => !/^[a-z]+:/.test(target));
    for (const link of links) {
      const [path, anchor] = link.split('#');
      const file = path === '' ? page.file : relative(root, join(root, dirname(page.file), path));
      expect(existsSync(join(root, file)), `${link} in ${page.file}`).toBe(true);
      if (anchor === undefined) continue;
      const target = pages.find((one) => one.file === file.replaceAll('\\', '/'));
      expect(target === undefined ? [] : anchorsOf(target), `${link} in ${page.file}`).toContain(anchor);
    }
  });
});

describe('programs in the pages', () => {
  const shell = openShell(pages[0]);
  afterAll(() => shell.remove());

  it('have the right types, by the declarations that the package brings', () => {
    const files = pages.flatMap(({ file, blocks }) =>
      blocks
        .filter(({ language }) => language === 'ts')
        .map(({ text, line }) => {
          const path = join(shell.folder, `${file.replaceAll(/\W/g, '-')}-${line}.mts`);
          writeFileSync(path, text);
          return path;
        }),
    );
    expect(files.length).toBeGreaterThan(0);
    const program = ts.createProgram(files, {
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      target: ts.ScriptTarget.ES2023,
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
      types: ['node'],
      typeRoots: [join(root, 'node_modules/@types')],
    });
    const told = ts
      .getPreEmitDiagnostics(program)
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
    expect(told).toEqual([]);
  });
});

describe('README', () => {
  it(`is one page: at most ${WORDS_MAX} words`, () => {
    expect(pages[0].text.split(/\s+/).filter((word) => word !== '').length).toBeLessThanOrEqual(WORDS_MAX);
  });

  it('leads to every page', () => {
    for (const { file } of pages.slice(1)) expect(pages[0].text).toContain(`](${file})`);
  });

  it('has its two lines: one to run the main job, one to run all tests', () => {
    const lines = pages[0].blocks.filter(({ language }) => language === 'sh').map(({ text }) => text);
    expect(lines.slice(0, 2)).toEqual(['npm ci && npx sim run scenarios/apr26.json', 'npm ci && npm test']);
  });
});
