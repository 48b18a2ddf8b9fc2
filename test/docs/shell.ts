/**
 * An empty folder in which the commands of a page are run, one after the other
 * as a reader would: with the scenarios that are shipped, those that the page
 * writes out, and `npx sim` as the program that was built. The package is there
 * as npm installs it, so commands to repeat a run name no folder of this machine.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { root, scenariosOf, type Page } from './page.ts';

export interface Ran {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Shell {
  readonly folder: string;
  run(command: string): Ran;
  remove(): void;
}

/** What is not ours fails loudly, so that no test asks a registry for it. */
const npx = `#!/bin/sh
case "$1" in
  sim|cascade-sim) shift; exec "${process.execPath}" "${join(root, 'bin/sim.js')}" "$@" ;;
  *) echo "npx $1 is not run here" >&2; exit 127 ;;
esac
`;

export function openShell(page: Page): Shell {
  const folder = mkdtempSync(join(tmpdir(), 'sim-docs-'));
  cpSync(join(root, 'scenarios'), join(folder, 'scenarios'), { recursive: true });
  for (const { file, text } of scenariosOf(page)) writeFileSync(join(folder, file), text);
  const shims = join(folder, '.shims');
  mkdirSync(shims);
  writeFileSync(join(shims, 'npx'), npx, { mode: 0o755 });
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(root, join(folder, 'node_modules/cascade-sim'), 'dir');
  mkdirSync(join(folder, 'node_modules/.bin'));
  symlinkSync(join(root, 'bin/sim.js'), join(folder, 'node_modules/.bin/cascade-sim'));
  const env = {
    ...process.env,
    PATH: `${shims}${delimiter}${process.env.PATH ?? ''}`,
    NO_COLOR: '1',
    GITHUB_ACTIONS: '',
    GITHUB_STEP_SUMMARY: '',
  };
  return {
    folder,
    run: (command) => {
      const { status, stdout, stderr } = spawnSync('sh', ['-c', command], {
        cwd: folder,
        env,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      return { exitCode: status, stdout, stderr };
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
