// Public reports of people who run such services (test/cases/public, told in docs/public-reports.md): what was published of
// each stands in its file as expectations, and must come out of the model.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { sim } from '../cli/captured-terminal.ts';

const folder = fileURLToPath(new URL('../cases/public/', import.meta.url));
const page = readFileSync(new URL('../../docs/public-reports.md', import.meta.url), 'utf8');
const files = readdirSync(folder).filter((file) => file.endsWith('.yaml'));

describe('what was published', () => {
  it.each(files)('of %s comes out', { timeout: 120_000 }, async (file) => {
    const { exitCode, stdout } = await sim('check', `${folder}${file}`, '--replications', '1');
    expect(exitCode, stdout).toBe(0);
    expect(stdout).toMatch(/(\d+) of \1 expectations met/);
  });

  it.each(files)('of %s is told with its source on the page', (file) => {
    const [, source] = /Published \(([^\s),]+)/.exec(readFileSync(`${folder}${file}`, 'utf8'))!;
    const name = file.replace(/\.yaml$/, '');
    const row = page.split('\n').find((line) => line.startsWith(`| [${name}](`)) ?? '';
    expect(row).toContain(`https://${source}`);
  });
});
