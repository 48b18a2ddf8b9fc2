// The report in a browser, in full: linked zoom, the keyboard alone, both themes, three widths, and how fast it is on
// the day of April 26. Without a Chromium on the machine these tests are skipped, and say so.
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { slowdown } from '../busy-machine.ts';
import { hasChromium, look, scrubTo, startChromium, type Opening } from './browser.ts';
import { hostileReport, reportOf, root, type Report } from './hostile-report.ts';

let browser: Browser;
let hostile: Report;
let small: Report;
beforeAll(async () => {
  if (!hasChromium) return;
  browser = await startChromium();
  hostile = await hostileReport();
  small = await reportOf(readFileSync(join(root, 'scenarios/apr26-small.yaml'), 'utf8'));
});
afterAll(async () => {
  await browser?.close();
  for (const report of [hostile, small]) report?.remove();
});

const opened = (opening: Opening, see: (page: Page) => Promise<void>): Promise<void> =>
  look(browser, small.html, opening, see);

const pictures = async (page: Page): Promise<string[]> =>
  page.evaluate<string[]>('[...document.querySelectorAll(".chart canvas")].map((one) => one.toDataURL())');

describe.skipIf(!hasChromium)('the report in a browser', () => {
  it('moves all charts when one is zoomed, and back', async () => {
    await opened({}, async (page) => {
      const whole = await page.textContent('#stretch');
      const over = page.locator('.u-over').first();
      await over.scrollIntoViewIfNeeded();
      const box = (await over.boundingBox())!;
      const before = await pictures(page);
      await page.mouse.move(box.x + 100, box.y + 50);
      await page.mouse.down();
      await page.mouse.move(box.x + 250, box.y + 50, { steps: 3 });
      await page.mouse.up();
      await page.waitForFunction(`document.querySelector('#stretch').textContent !== ${JSON.stringify(whole)}`);
      await page.waitForTimeout(100);
      const after = await pictures(page);
      expect(after.length).toBeGreaterThan(5);
      expect(after.filter((picture, at) => picture === before[at])).toEqual([]);
      await page.click('text=The whole run');
      expect(await page.textContent('#stretch')).toBe(whole);
    });
  });

  it('shows at any instant the states, and the flow, that its data tell', async () => {
    const { series, hosts, hostStates, tiers } = small.data;
    await opened({}, async (page) => {
      for (const look of [0, 95, 150, 200, 599]) {
        await scrubTo(page, series.atMs[look]);
        const shown = await page.evaluate<string[]>(
          '[...document.querySelectorAll("button.cell")].map(({ dataset }) => dataset.host + " " + dataset.state)',
        );
        const told = hosts.map(({ label }, host) => {
          let at = 0;
          let run = 0;
          for (; at + series.states[host][run + 1] <= look; run += 2) at += series.states[host][run + 1];
          return `${label} ${hostStates[series.states[host][run]]}`;
        });
        expect([...shown].sort()).toEqual(told.sort());
        const arriving = await page.textContent(`table:has(caption:text-is("${tiers[0]}")) td.figure >> nth=0`);
        // To whole ones, or three digits.
        const shownPerSec = Number(arriving!.replace(/[,/s]/g, ''));
        expect(Math.abs(shownPerSec - series.tiers[0].arriving[look])).toBeLessThanOrEqual(0.5);
      }
    });
  });

  it('is operated by the keyboard alone', async () => {
    await opened({}, async (page) => {
      const reached = new Set<string>();
      const active = (what: string): Promise<string> => page.evaluate<string>(`document.activeElement.${what} ?? ''`);
      for (let tab = 0; tab < 250 && !reached.has('scrub'); tab++) {
        await page.keyboard.press('Tab');
        reached.add((await active('id')) || (await active('textContent.trim()')));
        expect(await page.evaluate('document.activeElement.matches(":focus-visible")')).toBe(true);
      }
      for (const one of ['Play', 'scrub', 'Zoom out', 'The whole run', 'sessionMinutesLost'])
        expect(reached).toContain(one);
      await page.keyboard.press('ArrowRight');
      expect(await page.inputValue('#scrub')).toBe('10000');
      await page.locator('button.cell[tabindex="0"]').focus();
      await page.keyboard.press('ArrowRight');
      expect(await active('dataset.host')).toBe(small.data.hosts[1].label);
      await page.locator('button[aria-expanded]').first().focus();
      const open = await page.locator('button[aria-expanded="true"]').count();
      await page.keyboard.press('Enter');
      expect(await page.locator('button[aria-expanded="true"]').count()).not.toBe(open);
    });
  });

  it("explains the glossary's words and the figures to whoever points at them or tabs there", async () => {
    await opened({}, async (page) => {
      const term = page.locator('.term:text-is("metastable")').or(page.locator('.term:text-is("Metastable")')).first();
      await term.focus();
      expect(await page.textContent('.explanation')).toContain('HotOS 2021');
      await page.keyboard.press('Escape');
      expect(await page.locator('.explanation').count()).toBe(0);
      await page.locator('dt .term').first().hover();
      expect((await page.textContent('.explanation'))!.length).toBeGreaterThan(20);
    });
  });

  it('says what to do where it is not whole, and nothing of that where it is', async () => {
    const cut = join(small.folder, 'cut.html');
    const html = readFileSync(small.html, 'utf8');
    writeFileSync(cut, html.slice(0, html.length / 2));
    const page = await browser.newPage();
    await page.goto(pathToFileURL(cut).href);
    expect(await page.textContent('#page')).toContain('sim report makes it again');
    await page.close();
    await opened({}, async (whole) => expect(await whole.textContent('#page')).not.toContain('makes it again'));
  });

  it('plays, and stops at the end', async () => {
    await opened({}, async (page) => {
      await scrubTo(page, small.data.endMs - 60_000);
      await page.click('text=Play');
      await page.waitForSelector('.play:text-is("Play")');
      expect(Number(await page.inputValue('#scrub'))).toBe(small.data.endMs);
    });
  });

  it.each(['light', 'dark'] as const)('has nothing serious or critical for axe, %s', async (theme) => {
    const axe = readFileSync(join(root, 'node_modules/axe-core/axe.min.js'), 'utf8');
    await opened({ theme }, async (page) => {
      await scrubTo(page, small.data.endMs / 3);
      await page.evaluate(axe);
      const found = await page.evaluate<string[]>(
        'axe.run().then(({ violations }) => violations.filter(({ impact }) => /serious|critical/.test(impact)).flatMap(({ id, nodes }) => nodes.map(({ html }) => id + " " + html)))',
      );
      expect(found).toEqual([]);
    });
  });

  it.each([375, 1280, 3840])('has no horizontal scroll at %i px, whatever a title says', async (width) => {
    for (const { html } of [hostile, small])
      await look(browser, html, { width }, async (page) => {
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
      });
  });
});

/** Frames per second while the handle is moved at every frame. */
const scrubbing = `new Promise((resolve) => {
  const slider = document.querySelector('#scrub');
  const frames = 120;
  let at = 0;
  const began = performance.now();
  const step = () => {
    if (at === frames) return resolve((1000 * frames) / (performance.now() - began));
    slider.value = String(Math.round((++at / frames) * slider.max));
    slider.dispatchEvent(new Event('input', { bubbles: true }));
    requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
})`;

describe.skipIf(!hasChromium)("the report of April 26's day", () => {
  it('is small, is there within a second, and follows the handle', async () => {
    const day = await reportOf(readFileSync(join(root, 'scenarios/apr26.json'), 'utf8'));
    try {
      const bytes = statSync(day.html).size;
      await look(browser, day.html, {}, async (page) => {
        const paintMs = await page.evaluate<number>(
          'performance.getEntriesByName("first-contentful-paint")[0].startTime',
        );
        const framesPerSec = await page.evaluate<number>(scrubbing);
        const busy = slowdown();
        process.stdout.write(
          `report of apr26: ${(bytes / 1e6).toFixed(2)} MB, first paint after ${paintMs.toFixed(0)} ms, ` +
            `${framesPerSec.toFixed(0)} frames a second while scrubbing ${day.data.hosts.length} hosts, ` +
            `everything taking ${busy.toFixed(1)} times its time\n`,
        );
        expect(bytes).toBeLessThan(3e6);
        expect(paintMs).toBeLessThan(1000 * busy);
        expect(framesPerSec).toBeGreaterThan(30 / busy);
      });
    } finally {
      day.remove();
    }
  });
});
