// The pages that are made from the program itself are what they would be now. `npm run docs` writes them.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { glossaryPage, scenarioReferencePage } from '../../src/cli/reference-page.ts';
import { kinds } from '../../src/cli/registry-kinds.ts';
import { explainScenario } from '../../src/scenario/explain.ts';
import { glossary } from '../../src/metrics/glossary.ts';
import { experiments } from '../emulation/experiments.ts';
import { experimentsTable } from '../emulation/experiments-table.ts';
import { loadShipped } from '../scenarios/shipped-scenario.ts';

const page = (name: string): string => fileURLToPath(new URL(`../../docs/${name}`, import.meta.url));

describe('the generated pages', () => {
  it('are fresh: the scenario reference', async () => {
    await expect(scenarioReferencePage()).toMatchFileSnapshot(page('scenario-reference.md'));
  });

  it('are fresh: the glossary', async () => {
    await expect(glossaryPage()).toMatchFileSnapshot(page('glossary.md'));
  });

  it('are fresh: the table of experiments with real servers', async () => {
    const path = page('is-it-right.md');
    const [before, after] = readFileSync(path, 'utf8').split(
      /(?<=<!-- made from the records: .* -->\n)[^]*(?=<!-- end -->)/,
    );
    expect(after).toBeDefined();
    await expect(`${before}\n${experimentsTable()}\n\n${after}`).toMatchFileSnapshot(path);
  });

  it('say in README how many experiments fit', () => {
    const all = Object.values(experiments);
    const fitting = all.filter(({ misfit }) => misfit === undefined);
    expect(readFileSync(page('../README.md'), 'utf8')).toContain(`${fitting.length} of ${all.length} fit`);
  });

  it('name every field that `sim explain` shows of scenarios that use most of them', () => {
    const text = scenarioReferencePage();
    for (const file of ['apr26-small.yaml', 'first-host-back.yaml']) {
      const missing = explainScenario(loadShipped(file))
        .filter(({ help }) => help !== '' && help !== 'what is done')
        .filter(({ path, help }) => !text.includes(`\`${path.split('.').at(-1) ?? ''}\``) && !text.includes(help));
      expect(missing, file).toEqual([]);
    }
  });

  it('name every entry and every parameter that `sim list` shows', () => {
    const text = scenarioReferencePage();
    for (const kind of kinds.filter(({ name }) => name !== 'word')) {
      expect(text).toContain(`\n## ${kind.name}\n`);
      for (const { name, parameters } of kind.entries()) {
        expect(text).toContain(`| \`${name}\` |`);
        for (const parameter of parameters) expect(text).toContain(`| \`${name}\` | \`${parameter.name}\` |`);
      }
    }
  });
});

describe('the glossary', () => {
  it('refers only to words that it has', () => {
    const lost = Object.values(glossary).flatMap(({ see = [] }) => see.filter((word) => !(word in glossary)));
    expect(lost).toEqual([]);
  });

  it('explains each word in other words, without a full stop', () => {
    for (const [name, { help }] of Object.entries(glossary)) {
      expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
      expect(help, name).not.toMatch(/\.$/);
      expect(help.length, name).toBeGreaterThan(20);
    }
  });
});
