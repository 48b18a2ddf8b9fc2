// The report in a browser: quiet, off the network, true to the run, linked, reachable and readable. Without a
// Chromium on the machine these tests are skipped, and say so.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PageData } from '../../src/page/page-data.ts';

const chromiumPath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => existsSync(path)); // prettier-ignore
if (chromiumPath === undefined) console.warn('no Chromium on this machine: the tests of the report in a browser are skipped'); // prettier-ignore

const root = fileURLToPath(new URL('../..', import.meta.url));
const hostile = '<script>document.title="taken"</script> "quoted" & \u05e9\u05dc\u05d5\u05dd ' + 'x'.repeat(120);
const folder = mkdtempSync(join(tmpdir(), 'sim-report-'));
const result = join(folder, 'out/one-host/baseline');
let browser: Browser;

beforeAll(async () => {
  const text = readFileSync(join(root, 'scenarios/one-host.yaml'), 'utf8');
  const file = join(folder, 'hostile.yaml');
  writeFileSync(file, text.replace(/^title: .*$/m, `title: ${JSON.stringify(hostile)}`));
  execFileSync(process.execPath, [join(root, 'bin/sim.js'), 'run', file, '--quiet', '--no-charts', '--out', join(folder, 'out')]); // prettier-ignore
  if (chromiumPath !== undefined)
    browser = await chromium.launch({ executablePath: chromiumPath, args: ['--no-sandbox'] });
});
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

function reportData(): PageData {
  return JSON.parse(readFileSync(join(result, 'report.json'), 'utf8')) as PageData;
}

async function opened(width: number, colorScheme: 'light' | 'dark', see: (page: Page) => Promise<void>): Promise<void> {
  const context = await browser.newContext({ viewport: { width, height: 800 }, colorScheme, bypassCSP: false });
  const page = await context.newPage();
  const said: string[] = [];
  page.on('console', (message) => said.push(message.text()));
  page.on('pageerror', (error) => said.push(String(error)));
  page.on('request', (request) => {
    if (!request.url().startsWith('file:')) said.push(request.url());
  });
  await page.goto(pathToFileURL(join(result, 'report.html')).href);
  await page.waitForSelector('.cell');
  await see(page);
  expect(said).toEqual([]);
  await context.close();
}

describe.skipIf(chromiumPath === undefined)('the report in a browser', () => {
  it('is quiet, asks the network for nothing, and shows a hostile title as text', async () => {
    await opened(1280, 'light', async (page) => {
      expect(await page.textContent('h1')).toBe(hostile);
      expect(await page.title()).not.toBe('taken');
    });
  });

  it('shows at a scrubbed instant the states that the events tell', async () => {
    const lines = readFileSync(join(result, 'events.jsonl'), 'utf8').trim().split('\n');
    const events = lines.map((line) => JSON.parse(line) as { atMs: number; kind: string; subject: string });
    const died = events.find(({ kind }) => kind === 'hostDied')!;
    await opened(1280, 'light', async (page) => {
      const stateAt = async (atMs: number): Promise<string | null> => {
        await page.fill('#scrub', String(Math.ceil(atMs / 10_000) * 10_000));
        return page.getAttribute(`[data-host="${died.subject}"]`, 'data-state');
      };
      expect(await stateAt(died.atMs - 60_000)).toBe('up');
      expect(await stateAt(died.atMs + 20_000)).toBe('down');
      expect(await page.locator('.cell[data-state="down"]:not(.small)').count()).toBe(1);
    });
  });

  it('moves all charts when one is zoomed', async () => {
    await opened(1280, 'light', async (page) => {
      const before = await page.textContent('#stretch');
      const over = page.locator('.u-over').first();
      await over.scrollIntoViewIfNeeded();
      const box = (await over.boundingBox())!;
      const legends = page.locator('.chart');
      const shots = async (): Promise<string[]> =>
        Promise.all((await legends.locator('canvas').all()).map((one) => one.evaluate((it) => (it as unknown as { toDataURL(): string }).toDataURL()))); // prettier-ignore
      const pictures = await shots();
      await page.mouse.move(box.x + 100, box.y + 50);
      await page.mouse.down();
      await page.mouse.move(box.x + 400, box.y + 50);
      await page.mouse.up();
      await page.waitForTimeout(200);
      expect(await page.textContent('#stretch')).not.toBe(before);
      const after = await shots();
      expect(after.filter((picture, at) => picture === pictures[at])).toEqual([]);
    });
  });

  it('is reached by the keyboard alone', async () => {
    await opened(1280, 'light', async (page) => {
      const reached = new Set<string>();
      for (let tab = 0; tab < 80; tab++) {
        await page.keyboard.press('Tab');
        reached.add(
          await page.evaluate<string>('document.activeElement.id || document.activeElement.textContent.trim()'),
        );
      }
      for (const one of ['Play', 'scrub', 'Zoom out', 'The whole run', 'meaning']) expect(reached).toContain(one);
      await page.locator('.cell[tabindex="0"]').focus();
      await page.keyboard.press('ArrowRight');
      expect(await page.evaluate('document.activeElement.dataset.host')).toBe(reportData().hosts[1].label);
    });
  });

  it.each(['light', 'dark'] as const)('has nothing serious or critical for axe, %s', async (theme) => {
    const axe = readFileSync(join(root, 'node_modules/axe-core/axe.min.js'), 'utf8');
    await opened(1280, theme, async (page) => {
      await page.evaluate(axe);
      const found = await page.evaluate<string[]>(
        'axe.run().then(({ violations }) => violations.filter(({ impact }) => /serious|critical/.test(impact)).map(({ id, nodes }) => id + " " + nodes[0].html))',
      );
      expect(found).toEqual([]);
    });
  });

  it.each([375, 1280, 3840])('has no horizontal scroll at %i px', async (width) => {
    await opened(width, 'light', async (page) => {
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    });
  });
});

describe('sim report', () => {
  function fails(data: string | null): string {
    const bad = mkdtempSync(join(folder, 'bad-'));
    if (data !== null) writeFileSync(join(bad, 'report.json'), data);
    try {
      execFileSync(process.execPath, [join(root, 'bin/sim.js'), 'report', bad], { stdio: 'pipe' });
    } catch (error) {
      const { status, stderr } = error as { status: number; stderr: Buffer };
      expect(status).toBe(2);
      return String(stderr);
    }
    throw new Error('it did not fail');
  }

  it('makes the same file again', () => {
    const before = readFileSync(join(result, 'report.html'), 'utf8');
    rmSync(join(result, 'report.html'));
    execFileSync(process.execPath, [join(root, 'bin/sim.js'), 'report', result], { stdio: 'pipe' });
    expect(readFileSync(join(result, 'report.html'), 'utf8')).toBe(before);
  });

  it('says what is wrong with a folder without a run, a truncated file, another version', () => {
    const text = JSON.stringify(reportData());
    expect(fails(null)).toContain('no run in');
    expect(fails(text.slice(0, 1000))).toContain('is not whole');
    expect(fails('[]')).toContain('no data of a report');
    expect(fails(JSON.stringify({ ...reportData(), version: '0.0.1' }))).toContain('is of version 0.0.1');
  });
});
