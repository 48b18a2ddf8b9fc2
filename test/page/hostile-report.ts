// A run of one host whose scenario says what a page might obey, with its report.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import type { PageData } from '../../src/page/page-data.ts';
import { startProgram } from '../cli/started-program.ts';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** As long as a title may be. */
export const hostileTitle = (
  '</script><script>document.title="taken"</script><img src=x onerror="document.title=1"> "quoted" & \u05e9\u05dc\u05d5\u05dd ' +
  'x'.repeat(200)
).slice(0, 200);

export interface Report {
  readonly folder: string;
  /** of the run's result */
  readonly result: string;
  readonly html: string;
  readonly data: PageData;
  remove(): void;
}

/** Runs a scenario in an empty folder. */
export async function reportOf(text: string, ...flags: string[]): Promise<Report> {
  const folder = mkdtempSync(join(tmpdir(), 'sim-page-'));
  writeFileSync(join(folder, 'scenario.yaml'), text);
  const argv = ['run', 'scenario.yaml', '--quiet', '--no-charts', '--json', ...flags];
  const { status, stderr } = await startProgram(argv, { cwd: folder }).ended;
  expect(status, stderr).toBe(0);
  const name = /^\s*"?name"?\s*:\s*"?([\w-]+)/m.exec(text)?.[1] ?? '';
  const result = join(folder, 'out', name, 'baseline');
  const data = JSON.parse(readFileSync(join(result, 'report.json'), 'utf8')) as PageData;
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  return { folder, result, html: join(result, 'report.html'), data, remove };
}

export function hostileReport(): Promise<Report> {
  const text = readFileSync(join(root, 'scenarios/one-host.yaml'), 'utf8');
  return reportOf(text.replace(/^title: .*$/m, `title: ${JSON.stringify(hostileTitle)}`));
}
