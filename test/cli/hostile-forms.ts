// Hostile scenarios through the commands, in this process: in every form that an output has (in a log, in a narrow
// terminal, in colours, as JSON), or in some of them, whatever their texts, nothing is there that its reader would obey.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sim, simAt, simInColors, type Captured } from './captured-terminal.ts';
import { fileDangers, jsonDangers, logDangers } from './dangers.ts';
import { hostileScenarios } from './hostile-scenarios.ts';

export function dangersOf(
  { stdout, stderr, exitCode }: Captured,
  looks: Parameters<typeof logDangers>[1] = {},
): string[] {
  return [
    ...logDangers(stdout, looks),
    ...logDangers(stderr, looks),
    ...(exitCode === 1 || stderr.includes('internal error') ? [`a bug: ${stderr}`] : []),
  ];
}

export async function allFileDangers(path: string): Promise<string[]> {
  const files = readdirSync(path, { withFileTypes: true, recursive: true }).filter(
    (entry) => entry.isFile() && !entry.name.endsWith('.png'),
  );
  const found = await Promise.all(
    files.map(async ({ name, parentPath }) =>
      (await fileDangers(name, readFileSync(join(parentPath, name), 'utf8'))).map((one) => `${name}: ${one}`),
    ),
  );
  return found.flat();
}

/** A folder with all hostile scenarios. */
export function hostileFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sim-hostile-'));
  for (const { fileName, text } of hostileScenarios) writeFileSync(join(folder, fileName), text);
  return folder;
}

export function hostileFile(folder: string, about: string): string {
  return join(folder, hostileScenarios.find((one) => one.about === about)!.fileName);
}

type Form = (...argv: string[]) => Promise<void>;

const forms: readonly Form[] = [
  async (...argv) => expect(dangersOf(await sim(...argv))).toEqual([]),
  async (...argv) => expect(dangersOf(await simAt(40, ...argv))).toEqual([]),
  async (...argv) => expect(dangersOf(await simInColors(60, ...argv), { hasColors: true })).toEqual([]),
];

const asJson: Form = async (...argv) => {
  const told = await sim(...argv, '--json');
  expect(dangersOf(told)).toEqual([]);
  if (told.stdout !== '') expect(jsonDangers(told.stdout)).toEqual([]);
};

export interface HostileForms {
  /** each command in every form; otherwise in one, each in another, and in all with the next scenarios */
  readonly inEveryForm: boolean;
  /** which scenarios are compared and drawn */
  readonly drawn: readonly string[];
}

export function checkHostileForms({ inEveryForm, drawn }: HostileForms): void {
  describe('a hostile scenario', () => {
    let folder: string;
    beforeAll(() => {
      folder = hostileFolder();
    });
    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    it.each(hostileScenarios.map((one, i) => [one.about, one.fileName, i] as const))(
      '(%s) is validated, explained and run safely',
      async (_about, fileName, i) => {
        const file = join(folder, fileName);
        const out = join(folder, 'out', fileName);
        const run = ['run', file, '--no-charts', '--out', out];
        const some = <Item>(items: readonly Item[], k: number): readonly Item[] =>
          inEveryForm ? items : [items[(i + k) % items.length]];
        for (const [k, args] of [['validate', file], ['validate', '--sources', file], ['explain', file], run].entries())
          for (const form of some(forms, k)) await form(...args);
        for (const args of some([['validate', file], ['explain', file], run], 0)) await asJson(...args);
        mkdirSync(out, { recursive: true });
        expect(await allFileDangers(out)).toEqual([]);
      },
    );

    it.each(drawn)('(%s) is compared and drawn safely', async (about) => {
      const out = join(folder, 'compared', about.replaceAll(' ', '-'));
      const file = hostileFile(folder, about);
      for (const args of [
        ['compare', file, '--replications', '2', '--jobs', '1'],
        ['run', file],
      ]) {
        await forms[0](...args, '--out', out);
        await asJson(...args, '--no-charts', '--out', out);
      }
      mkdirSync(out, { recursive: true });
      expect(await allFileDangers(out)).toEqual([]);
    });
  });
}
