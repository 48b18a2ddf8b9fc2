// The report of a run: what it says of the run, that it is true to the events, and the command that makes it again. One
// look in a browser; more of them are in report.full.test.ts.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sim } from '../cli/captured-terminal.ts';
import { hasChromium, look, scrubTo, startChromium } from './browser.ts';
import { hostileReport, hostileTitle, type Report } from './hostile-report.ts';

let report: Report;
beforeAll(async () => {
  report = await hostileReport();
});
afterAll(() => report.remove());

describe('the report of a run', () => {
  it.skipIf(!hasChromium)('shows what the events tell, asks the network for nothing, and obeys no title', async () => {
    const lines = readFileSync(join(report.result, 'events.jsonl'), 'utf8').trim().split('\n');
    const events = lines.map((line) => JSON.parse(line) as { atMs: number; kind: string; subject: string });
    const died = events.find(({ kind }) => kind === 'hostDied')!;
    const browser = await startChromium();
    try {
      await look(browser, report.html, {}, async (page) => {
        expect(await page.textContent('h1')).toBe(hostileTitle);
        expect(await page.title()).toBe(hostileTitle);
        const stateAt = async (atMs: number): Promise<string | null> => {
          await scrubTo(page, atMs);
          return page.getAttribute(`[data-host="${died.subject}"]`, 'data-state');
        };
        expect(await stateAt(died.atMs - 60_000)).toBe('up');
        expect(await stateAt(died.atMs + 30_000)).toBe('down');
        expect(await page.locator('button.cell[data-state="down"]').count()).toBe(1);
      });
    } finally {
      await browser.close();
    }
  });

  it('lets nothing run or load but its own script and style', () => {
    const html = readFileSync(report.html, 'utf8');
    const policy = /content="(default-src[^"]*)"/.exec(html)![1];
    expect(policy).toMatch(
      /^default-src 'none'; script-src 'sha256-[^']+'; style-src 'sha256-[^']+'; base-uri 'none'; form-action 'none'$/,
    );
    expect(html.match(/<script/g)).toHaveLength(2);
    expect(html).not.toMatch(/<img|https?:\/\/(?!www\.w3\.org)[^\s"]*\.(js|css)/);
  });

  it('keeps the notices of the packages that it holds', () => {
    const html = readFileSync(report.html, 'utf8');
    for (const holder of ['Jason Miller', 'Preact Team', 'Leon Sorokin']) expect(html).toContain(holder);
  });

  it('is left out by --no-report, and the one of an earlier run goes with its records', async () => {
    const result = join(report.folder, 'other/one-host/baseline');
    mkdirSync(result, { recursive: true });
    for (const name of ['report.html', 'report.json']) writeFileSync(join(result, name), 'earlier');
    const scenario = join(report.folder, 'scenario.yaml');
    const flags = ['--quiet', '--no-charts', '--no-report', '--out', join(report.folder, 'other')];
    expect(await sim('run', scenario, ...flags)).toMatchObject({ exitCode: 0 });
    expect(readdirSync(result).sort()).toEqual(['events.jsonl', 'outcome.json', 'timeseries.csv']);
  });
});

describe('sim report', () => {
  const data = (): string => readFileSync(join(report.result, 'report.json'), 'utf8');

  it('makes the same file again', async () => {
    const before = readFileSync(report.html, 'utf8');
    rmSync(report.html);
    const { exitCode, stdout } = await sim('report', report.result);
    expect([exitCode, stdout]).toEqual([0, `${report.html}\n`]);
    expect(readFileSync(report.html, 'utf8')).toBe(before);
  });

  it.each([
    ['a folder that is none', null, 'is no folder\n  expected the folder of a result'],
    ['a folder without a run', '', 'no run in'],
    ['a truncated file', (text: string) => text.slice(0, text.length / 2), 'is not whole, or no JSON'],
    ['an empty file', () => '', 'is not whole, or no JSON'],
    ['another file', () => '[]', 'is no data of a report'],
    [
      'one of another version',
      (text: string) => text.replace(/"version":"[^"]+"/, '"version":"0.0.1"'),
      'is of version 0.0.1',
    ],
    ['one of another form', (text: string) => text.replace(/"format":\d+/, '"format":99'), '(format 99)'],
    ['one that lacks a part', (text: string) => text.replace('"figures":', '"figure":'), 'is not whole'],
  ])('says what is wrong with %s, and loses nothing', async (_name, change, message) => {
    const bad = mkdtempSync(join(report.folder, 'bad-'));
    writeFileSync(join(bad, 'report.html'), 'before');
    const text = typeof change === 'function' ? change(data()) : null;
    if (text !== null) writeFileSync(join(bad, 'report.json'), text);
    const { exitCode, stdout, stderr } = await sim('report', change === null ? join(bad, 'none') : bad);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
    expect(readFileSync(join(bad, 'report.html'), 'utf8')).toBe('before');
    if (text !== null) expect(readFileSync(join(bad, 'report.json'), 'utf8')).toBe(text);
  });
});
