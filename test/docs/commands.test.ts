// Every command of README.md and docs/ does what it says, and prints what the page quotes: all but calibrations, comparisons,
// plans and sweeps, which take longest and are run with the others in commands.full.test.ts. And what pages say of commands
// in general is so.
import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { pages, root } from './page.ts';
import { checkCommands, fencedCommands, notRun, spokenCommands } from './run-commands.ts';
import { openShell } from './shell.ts';

checkCommands((command) => /^npx sim (calibrate|compare|merge|plan|sweep) /.test(command));

describe('the list of commands that are not run', () => {
  it('holds none that no page has', () => {
    const all = new Set(
      pages.flatMap((page) => [...fencedCommands(page), ...spokenCommands(page).commands].map(({ text }) => text)),
    );
    expect(Object.keys(notRun).filter((command) => !all.has(command))).toEqual([]);
  });

  it('holds scripts that package.json has', () => {
    const { scripts } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as { scripts: Record<string, string> };
    const named = Object.keys(notRun).flatMap((command) => /^npm (?:run )?([a-z:]+)/.exec(command)?.[1] ?? []);
    expect(named.filter((name) => name !== 'ci' && !(name in scripts))).toEqual([]);
  });
});

describe('what pages say of commands in general', () => {
  const shell = openShell(pages[0]);
  const general = shell.run('npx sim --help').stdout;
  const names = [
    ...general.slice(general.indexOf('Commands:'), general.indexOf('Start with:')).matchAll(/^ {2}([a-z][a-z-]*) /gm),
  ].map(([, name]) => name);
  const helps = new Map(
    names.filter((name) => name !== 'help').map((name) => [name, shell.run(`npx sim ${name} --help`).stdout]),
  );
  afterAll(() => shell.remove());

  const flagsOf = (text: string): string[] => [...text.matchAll(/(?<![\w-])--[a-z-]+/g)].map(([flag]) => flag);

  it.each(pages)('is true of names and flags in $file', (page) => {
    const workflows = page.blocks
      .filter(({ language }) => language === 'yaml')
      .flatMap(({ text }) => [...text.matchAll(/run: (npx sim .+)$/gm)].map(([, command]) => command));
    for (const text of [...spokenCommands(page).forms, ...workflows]) {
      const name = /^(?:npx )?(?:sim|cascade-sim) ([a-z][a-z-]*)/.exec(text)?.[1];
      if (name === undefined) continue;
      expect(names, text).toContain(name);
      for (const flag of flagsOf(text)) expect(helps.get(name), text).toContain(flag);
    }
    const flags = page.spans.filter(({ text }) => text.startsWith('--')).flatMap(({ text }) => flagsOf(text));
    const known = `${general}${[...helps.values()].join('')}`;
    for (const flag of flags) expect(known, `${flag} of ${page.file}`).toContain(flag);
  });

  it('is true of the table of commands in README: all are there', () => {
    const listed = [...pages[0].text.matchAll(/^\| `sim ([a-z][a-z-]*)/gm)].map(([, name]) => name);
    expect(listed.sort()).toEqual([...helps.keys()].sort());
  });
});
