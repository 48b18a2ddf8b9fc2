// Headless Chromium for the tests of the page, where there is one. It hears whatever a page says or asks the network for.
import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright-core';
import { expect } from 'vitest';

const path = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((one) =>
  existsSync(one),
);

export const hasChromium = path !== undefined;
if (!hasChromium)
  process.stderr.write(
    '\nno Chromium is installed: the tests of the report in a browser are skipped (Debian: apt-get install chromium)\n',
  );

export function startChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: path ?? '', args: ['--no-sandbox'] });
}

export interface Opening {
  readonly width?: number;
  readonly theme?: 'light' | 'dark';
  readonly reducedMotion?: 'reduce' | 'no-preference';
}

/** Opens a file, looks, and expects that the page said nothing and asked nobody for anything meanwhile. */
export async function look(
  browser: Browser,
  file: string,
  { width = 1280, theme = 'light', reducedMotion = 'no-preference' }: Opening,
  see: (page: Page) => Promise<void>,
): Promise<void> {
  const context = await browser.newContext({ viewport: { width, height: 800 }, colorScheme: theme, reducedMotion });
  try {
    const page = await context.newPage();
    const said: string[] = [];
    const url = pathToFileURL(file).href;
    page.on('console', (message) => said.push(message.text()));
    page.on('pageerror', (error) => said.push(String(error)));
    page.on('request', (request) => {
      if (request.url() !== url) said.push(request.url());
    });
    await page.goto(url);
    await page.waitForSelector('button.cell');
    await see(page);
    expect(said).toEqual([]);
  } finally {
    await context.close();
  }
}

/** Sets the handle to an instant that the slider knows: whole ten seconds. */
export async function scrubTo(page: Page, atMs: number): Promise<void> {
  await page.fill('#scrub', String(Math.round(atMs / 10_000) * 10_000));
}
