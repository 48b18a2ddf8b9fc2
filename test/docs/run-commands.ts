// Runs every command of README.md and docs/ in an empty folder, by the program as it was built, and holds what the pages
// quote against what it prints (`npm run docs` writes it anew). The few that take too long, or act on a checkout, are
// listed with their reason, and their section says when their figures were measured.
import { afterAll, describe, expect, it } from 'vitest';
import { pages, root, type Block, type Page } from './page.ts';
import { openShell, type Shell } from './shell.ts';

const measured = /measured on \d{4}-\d\d-\d\d/i;

/** Not run here. `figures`: pages tell what it printed or how long it took, so their section says when that was measured. */
export const notRun: Readonly<Record<string, { readonly why: string; readonly figures: boolean }>> = {
  'npx sim run scenarios/apr26.json': { why: 'half a minute; the slow tests replay it', figures: true },
  'npx sim run scenarios/apr26-small.yaml --no-charts': {
    why: 'seconds; the tests of scenarios run it',
    figures: true,
  },
  'npx sim learn-client --port 8080': {
    why: 'three minutes, and a client beside it; its own tests run it',
    figures: false,
  },
  'npx sim learn-client --port 8080 --for 10m > client.yaml': { why: 'ten minutes', figures: false },
  'npx sim emulate scenarios/reboot-at-peak.yaml --port 8080 --start-at 16:39:50': {
    why: 'an hour, and clients beside it; its own tests run it',
    figures: false,
  },
  'npx sim compare scenarios/apr26.json --replications 8': { why: 'a quarter of an hour', figures: true },
  'npx sim check scenarios/ --exclude apr26.json --exclude discord-2017-10-13.yaml': {
    why: 'a quarter of a minute and more; CI runs it',
    figures: true,
  },
  'node bin/sim.js check scenarios/ --exclude apr26.json --exclude discord-2017-10-13.yaml --baseline test/scenarios/baseline.json --update':
    { why: 'rewrites a file of the checkout; the tests of `sim check` do so elsewhere', figures: false },
  'npx sim work --jobs 8 --max-memory 16GB --max-time 10m': {
    why: 'needs a server; its own tests run it',
    figures: false,
  },
  'npx sim kept out/pair --remove': { why: 'removes what other blocks made; its own tests run it', figures: false },
  'npx sim kept --older-than 7d --remove': { why: 'its own tests run it', figures: false },
  'npx sim kept --unusable --remove': { why: 'its own tests run it', figures: false },
  'npm ci': { why: 'installs the checkout that this test runs in; CI runs it', figures: false },
  'npm test': { why: 'runs this test', figures: false },
  'npm run build': { why: 'builds what this test runs', figures: false },
  'npm run docs': { why: 'writes the pages that this test reads', figures: false },
  'npm run lint': { why: 'acts on the checkout; CI runs it', figures: false },
  'npm run typecheck': { why: 'acts on the checkout; CI runs it', figures: false },
  'npm run test:full': { why: 'runs this test', figures: false },
  'npm run test:long': { why: 'a quarter of an hour', figures: false },
  'npm run bench': { why: 'minutes', figures: true },
  'npm run bench -- --only queue': { why: 'minutes', figures: true },
  'npm run bench -- --json': { why: 'minutes', figures: true },
  'npm run coverage': { why: 'minutes', figures: true },
  'npm run mutate': { why: 'an hour', figures: true },
  'npx vitest run test/oracles': { why: 'a part of npm test', figures: false },
  'npx vitest run test/clients -u': { why: 'rewrites a file of the checkout; a part of npm test', figures: false },
  'npx vitest run --project fast --project full test/determinism/fingerprints -u': {
    why: 'rewrites a file of the checkout; a part of npm test',
    figures: false,
  },
  'npx vitest run --project full test/emulation -u': {
    why: 'rewrites a file of the checkout; a part of npm run test:full',
    figures: false,
  },
  'npm run emulate -- --list': { why: 'builds into the checkout; its own tests run it', figures: false },
  'npx vitest run test/laws': { why: 'a part of npm test', figures: false },
};

/** Each of their commands takes minutes: run by questions.long.test.ts, which holds what the page quotes against what they print. */
export const longPages: readonly string[] = ['docs/questions.md'];

export interface DocCommand {
  readonly text: string;
  readonly exitCode: number;
  readonly section: string;
}

/** The commands of a fenced block, a line each; `&&` joins two. */
function commandsOf(block: Block): DocCommand[] {
  const lines = block.text
    .replaceAll('\\\n', ' ')
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#'));
  return lines.flatMap((line) => {
    const exitCode = Number(/ # exits with (\d+)$/.exec(line)?.[1] ?? 0);
    const parts = line.replace(/\s+#.*$/, '').split(' && ');
    return parts.map((text) => ({ text: text.trim(), exitCode, section: block.section }));
  });
}

const isCommand = /^(npx |node |npm |sim |sim$|cascade-sim )/;
/** FILE, `…` and the like stand for something; a bare name of a command or of npm's own is only named. */
const isForm = (text: string): boolean =>
  /\b[A-Z]{3,}\b|…| -$/.test(text) ||
  /^(npx )?(sim|cascade-sim)( [a-z][a-z-]*)?$/.test(text) ||
  /^npm (pack|i)$/.test(text);

/** Commands in running text and tables. */
export function spokenCommands(page: Page): { readonly forms: string[]; readonly commands: DocCommand[] } {
  const spoken = page.spans
    .filter(({ text }) => isCommand.test(text))
    .map(({ text, section }) => ({ text: text.replace(/^sim /, 'npx sim '), section }));
  return {
    forms: spoken.filter(({ text }) => isForm(text)).map(({ text }) => text),
    commands: spoken.filter(({ text }) => !isForm(text)).map((one) => ({ ...one, exitCode: 0 })),
  };
}

export function fencedCommands(page: Page): DocCommand[] {
  return page.blocks.filter(({ language }) => language === 'sh').flatMap(commandsOf);
}

/** The named part of a report, from its heading to the next. */
function partOf(output: string, part: string | null): string {
  const lines = output.replace(/^\n+/, '').trimEnd().split('\n');
  if (part === null) return lines.join('\n');
  const start = lines.findIndex((line) => line === part || line.startsWith(`${part}  `));
  if (start < 0) throw new Error(`there is no part "${part}" in:\n${output}`);
  const length = lines.slice(start + 1).findIndex((line) => /^\S/.test(line));
  return lines
    .slice(start, length < 0 ? undefined : start + 1 + length)
    .join('\n')
    .trimEnd();
}

/** How long something took differs from run to run. */
const withoutTimes = (text: string): string => text.replaceAll(/\b\d+(\.\d+)? s\b/g, 'N s');

/** What a block's commands print; null if one of them was left out. */
type Outputs = ReadonlyMap<Block, string | null>;

/** A `json` block quotes some values of one key of a document. */
function checkQuotedJson(page: Page, outputs: Outputs): void {
  for (const { language, text, follows, part } of page.blocks) {
    if (language !== 'json' || part === null || follows === null || outputs.get(follows) === null) continue;
    const printed = JSON.parse(outputs.get(follows) ?? '{}') as Record<string, unknown>;
    expect(printed[part]).toMatchObject(JSON.parse(text) as object);
  }
}

/** The page, with what its commands print in place of what it quotes. */
function withOutputs(page: Page, outputs: Outputs): string {
  const lines = [...page.lines];
  for (const block of [...page.blocks].reverse()) {
    const output = block.follows === null || block.language !== 'text' ? undefined : outputs.get(block.follows);
    if (output === undefined || output === null) continue;
    const printed = partOf(output, block.part);
    if (withoutTimes(printed) === withoutTimes(block.text)) continue;
    lines.splice(
      block.line,
      block.text === '' && lines[block.line] === '```' ? 0 : block.text.split('\n').length,
      ...printed.split('\n'),
    );
  }
  return lines.join('\n');
}

function runAll(page: Page, shell: Shell, isLeftOut: (command: string) => boolean): Outputs {
  const outputs = new Map<Block, string | null>();
  const ran = new Set<string>();
  const isLong = longPages.includes(page.file);
  const run = ({ text, exitCode, section }: DocCommand): string | null => {
    if (isLeftOut(text)) return null;
    if (isLong) {
      expect(section, `"${text}" is not run here, so its section must say when it was measured`).toMatch(measured);
      return null;
    }
    const listed = notRun[text];
    if (listed !== undefined) {
      if (listed.figures)
        expect(section, `"${text}" is not run here, so its section must say when it was measured`).toMatch(measured);
      return '';
    }
    ran.add(text);
    const result = shell.run(text);
    expect({ command: text, exitCode: result.exitCode }, `${result.stdout}\n${result.stderr}`).toEqual({
      command: text,
      exitCode,
    });
    return result.stdout;
  };
  for (const block of page.blocks) {
    if (block.language !== 'sh') continue;
    const printed = commandsOf(block).map(run);
    outputs.set(block, printed.includes(null) ? null : printed.join(''));
  }
  for (const block of page.blocks.filter(({ language }) => language === 'ts'))
    outputs.set(block, run({ text: runnable(block), exitCode: 0, section: '' }));
  for (const command of spokenCommands(page).commands) if (!ran.has(command.text)) run(command);
  return outputs;
}

/** A program of a page as a command. Types are checked elsewhere. */
function runnable({ text }: Block): string {
  return `cat > program.mjs <<'END_OF_PROGRAM'\n${text}\nEND_OF_PROGRAM\n"${process.execPath}" program.mjs`;
}

/** The tests; `isLeftOut` tells which commands are no matter of these. */
export function checkCommands(isLeftOut: (command: string) => boolean): void {
  describe.each(pages)('the commands of $file', (page) => {
    const shell = openShell(page);
    afterAll(() => shell.remove());

    it('work, and print what the page quotes', async () => {
      const outputs = runAll(page, shell, isLeftOut);
      checkQuotedJson(page, outputs);
      await expect(withOutputs(page, outputs)).toMatchFileSnapshot(`${root}${page.file}`);
    });
  });
}
