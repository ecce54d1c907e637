import { execFileSync } from 'node:child_process';
import { chromium, type Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CheckResult } from '../../src/verdict/result.js';
import { failingResult } from '../report/check-result.js';
import { emptyResult, longResult, nastyResult } from '../report/hostile-results.js';
import { tapRows } from '../report/measurements.js';
import { expectToHold, openReport, SCREENS, scrollThrough } from './report-page.js';

/** A result with three taps. */
function shortResult(): CheckResult {
  return { ...failingResult(), taps: ['a', 'b', 'c'].flatMap((name, i) => tapRows(name, i / 2)) };
}

const RESULTS = [
  { name: '3 taps', make: shortResult },
  { name: '200 taps', make: longResult },
  { name: 'hostile names', make: nastyResult },
  { name: 'nothing measured', make: emptyResult },
];

describe('the HTML report', () => {
  let browser: Browser;
  beforeAll(async () => {
    execFileSync('npm', ['run', 'build:client'], { stdio: 'ignore' });
    browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
  });
  afterAll(() => browser.close());

  describe.each(SCREENS)('in $colorScheme at $width px', ({ colorScheme, width }) => {
    it.each(RESULTS)('opens without a complaint, a request or a sideways scroll: $name', async ({ make }) => {
      await expectToHold(browser, make(), { colorScheme, width });
    });
  });

  it.each(RESULTS.slice(0, 3))('keeps the names of rows in sight at 400 px: $name', async ({ make }) => {
    const { page, close } = await openReport(browser, make(), { viewport: { width: 400, height: 800 } });
    const shares = await page.locator('.scroll').evaluateAll((boxes) =>
      boxes.flatMap((box) => {
        box.scrollLeft = 200;
        const { left, width } = box.getBoundingClientRect();
        const names = [...box.querySelectorAll('thead th:first-child, tbody th[scope=row]')];
        return names
          .map((name) => name.getBoundingClientRect())
          .filter((name) => name.width > 0)
          .map((name) => ({ isInSight: Math.abs(name.left - left) < 2, share: name.width / width }));
      }),
    );
    expect(shares.length).toBeGreaterThan(20);
    expect(shares.every(({ isInSight }) => isInSight)).toBe(true);
    expect(Math.max(...shares.map(({ share }) => share))).toBeLessThan(0.6);
    await close();
  });

  it('draws a chart in every frame that was seen, with all its points', async () => {
    const { page, close } = await openReport(browser, shortResult());
    await scrollThrough(page);
    const frames = await page.locator('.frame').count();
    expect(frames).toBe(11);
    await expect.poll(() => page.locator('.frame[data-state=drawn] svg').count()).toBe(frames);
    expect(await page.locator('figure[data-name=c] svg [aria-roledescription=point]').count()).toBe(15);
    await close();
  });

  it('draws the charts of 200 taps only where they are seen', async () => {
    const { page, close } = await openReport(browser, longResult());
    await page.waitForTimeout(300);
    expect(await page.locator('.frame').count()).toBe(401);
    expect(await page.locator('.frame[data-state=drawn]').count()).toBeLessThan(12);
    await close();
  });

  it('filters by name, unfolding what passes', async () => {
    const { page, close } = await openReport(browser, longResult());
    const section = page.locator('#tap-plots');
    await section.locator('input[type=search]').fill('block_19/attention_9');
    await expect.poll(() => section.locator('figure:visible').count()).toBe(1);
    expect(await section.locator('output').textContent()).toBe('1 shown');
    await section.locator('figure:visible').scrollIntoViewIfNeeded();
    await expect.poll(() => section.locator('figure:visible svg').count()).toBe(2);
    await close();
  });

  it('plots the quantity that is chosen', async () => {
    const { page, complaints, close } = await openReport(browser, failingResult());
    await page.locator('#parameter-plots').scrollIntoViewIfNeeded();
    await page.locator('#parameter-plots select').selectOption('init, step 0');
    const figure = page.locator('#parameter-plots figure[data-name="readout/kernel"]');
    await figure.scrollIntoViewIfNeeded();
    expect(await figure.locator('.reading').textContent()).toContain('init, step 0: slope −0.49');
    await expect.poll(() => figure.locator('.frame').getAttribute('aria-label')).toContain('init, step 0');
    expect(complaints).toEqual([]);
    await close();
  });

  it('shows one heat map at a time, chosen with the keyboard', async () => {
    const { page, close } = await openReport(browser, failingResult());
    expect(await page.locator('.panel:visible').getAttribute('data-panel')).toBe('change');
    await page.locator('#heat-change').focus();
    await page.keyboard.press('ArrowRight');
    expect(await page.locator('.panel:visible').getAttribute('data-panel')).toBe('activation');
    await close();
  });

  it('shows names as text: none of them becomes an element', async () => {
    const { page, close } = await openReport(browser, nastyResult());
    expect(await page.locator('img, [onerror], [onload]').count()).toBe(0);
    expect(await page.locator('h1').textContent()).toBe('</script><img src=x onerror=alert(1)>');
    expect(await page.title()).toContain('</script><img src=x onerror=alert(1)>');
    await close();
  });

  it('copies the command that repeats the check', async () => {
    const { page, close } = await openReport(browser, failingResult(), {
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    await page.locator('button[data-copy]').click();
    await expect.poll(() => page.locator('button[data-copy]').textContent()).toMatch(/Copied|Selected/);
    await close();
  });

  it('is whole without JavaScript but for the charts', async () => {
    const { page, complaints, close } = await openReport(browser, failingResult(), { javaScriptEnabled: false });
    expect(await page.locator('.verdict').innerText()).toContain('FAIL');
    expect(await page.locator('#parameters tbody tr').count()).toBe(7);
    expect(await page.locator('[data-scripted]:visible').count()).toBe(0);
    expect(await page.locator('noscript').innerText()).toContain('Charts are drawn by a script');
    expect(complaints).toEqual([]);
    await close();
  });

  it('has dark ground and light text where the reader prefers it', async () => {
    const { page, close } = await openReport(browser, shortResult(), { colorScheme: 'dark' });
    await scrollThrough(page);
    const color = (selector: string, of: 'backgroundColor' | 'fill') =>
      page
        .locator(selector)
        .first()
        .evaluate((element, of) => getComputedStyle(element)[of], of);
    expect(await color('body', 'backgroundColor')).toBe('rgb(19, 22, 25)');
    expect(await color('figure[data-name=c] [aria-roledescription=point]', 'fill')).toBe('rgb(230, 232, 234)');
    await page.emulateMedia({ colorScheme: 'light' });
    expect(await color('figure[data-name=c] [aria-roledescription=point]', 'fill')).toBe('rgb(28, 34, 38)');
    await close();
  });
});
