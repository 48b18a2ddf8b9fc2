// The ready questions: each command of docs/questions.md prints what the page quotes of it, line by line. The page leaves
// lines out; those that it has stand in the same order in what is printed.
import { afterAll, describe, expect, it } from 'vitest';
import { pages } from './page.ts';
import { fencedCommands, longPages } from './run-commands.ts';
import { openShell } from './shell.ts';

const linesOf = (text: string): string[] => text.split('\n').filter((line) => line.trim() !== '');

/** The first quoted line that is not printed after those before it; null if all are. */
function firstMissing(quoted: readonly string[], printed: readonly string[]): string | null {
  let at = 0;
  for (const line of quoted) {
    const found = printed.indexOf(line, at);
    if (found < 0) return line;
    at = found + 1;
  }
  return null;
}

describe.each(pages.filter(({ file }) => longPages.includes(file)))('the questions of $file', (page) => {
  const shell = openShell(page);
  const answers = page.blocks.filter(({ language, follows }) => language === 'text' && follows?.language === 'sh');
  afterAll(() => shell.remove());

  it('are quoted with an answer each', () => {
    const asked = page.blocks.filter(({ language }) => language === 'sh');
    expect(answers.map(({ follows }) => follows)).toEqual(asked);
    expect(fencedCommands(page)).toHaveLength(asked.length);
  });

  it.each(fencedCommands(page).map((command, i) => ({ ...command, quoted: answers[i].text })))(
    'has the answer to $text',
    ({ text, exitCode: expected, quoted }) => {
      const { exitCode, stdout, stderr } = shell.run(text);
      expect(exitCode, stderr).toBe(expected);
      expect(firstMissing(linesOf(quoted), linesOf(stdout)), stdout).toBeNull();
    },
  );
});
