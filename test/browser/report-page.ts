import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { expect } from 'vitest';
import { render, type ReportedResult } from '../../src/report/render.js';

/** A report opened from disk, with everything it should not have done. */
export interface OpenedReport {
  page: Page;
  /** Console errors and warnings, uncaught errors, violations of the policy, dialogs. */
  complaints: string[];
  /** Addresses asked for besides the file itself. */
  requests: string[];
  close: () => Promise<void>;
}

/** Renders a result to a file and opens that file in a fresh browser context. */
export async function openReport(
  browser: Browser,
  result: ReportedResult,
  options: BrowserContextOptions = {},
): Promise<OpenedReport> {
  const file = join(await mkdtemp(join(tmpdir(), 'coordcheck-report-')), 'report.html');
  await writeFile(file, await render(result, 'html'));
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const complaints: string[] = [];
  const requests: string[] = [];
  const address = pathToFileURL(file).href;
  page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => complaints.push(`uncaught: ${error.message}`));
  page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    // The empty icon is part of the file.
    if (request.url() !== address && request.url() !== 'data:,') requests.push(request.url());
  });
  await page.addInitScript(() => {
    addEventListener('securitypolicyviolation', (event) => {
      console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`);
    });
  });
  await page.goto(address);
  return { page, complaints, requests, close: () => context.close() };
}

/** Scrolls through the whole page, so that everything that waits to be seen is. */
export async function scrollThrough(page: Page): Promise<void> {
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  for (let y = 0; y < height; y += 700) {
    await page.evaluate((top) => scrollTo({ top, behavior: 'instant' }), y);
    await page.waitForTimeout(50);
  }
}

/** Every screen that a report must hold on. */
export const SCREENS = (['light', 'dark'] as const).flatMap((colorScheme) =>
  [1280, 400].map((width) => ({ colorScheme, width })),
);

/** Expects a report to hold on a screen: no complaint, no request, no sideways scroll, scrolled to its end. */
export async function expectToHold(
  browser: Browser,
  result: ReportedResult,
  { colorScheme, width }: (typeof SCREENS)[number],
): Promise<void> {
  const report = await openReport(browser, result, { colorScheme, viewport: { width, height: 800 } });
  await scrollThrough(report.page);
  const scrolled = await report.page.evaluate(() => document.documentElement.scrollWidth);
  expect(report.complaints).toEqual([]);
  expect(report.requests).toEqual([]);
  expect(scrolled).toBeLessThanOrEqual(width);
  await report.close();
}
