import { execFileSync } from 'node:child_process';
import { chromium, type Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NASTY_NAMES } from '../report/hostile-results.js';
import { nastySweep } from '../report/hostile-sweeps.js';
import { depthSweep, transferringSweep } from '../report/sweep-result.js';
import { SWEEPS } from '../report/sweeps.js';
import { expectToHold, openReport, SCREENS, scrollThrough } from './report-page.js';

/** The hostile sweep, with one trial instead of a wall of text: scrolling through that takes minutes. */
function shortNastySweep() {
  const result = nastySweep();
  return { ...result, trials: result.trials.slice(0, 3) };
}

const SHOWN = SWEEPS.map(([name, make]) => ({ name, make: name === 'hostile' ? shortNastySweep : make }));

describe('the HTML report of a sweep', () => {
  let browser: Browser;
  beforeAll(async () => {
    execFileSync('npm', ['run', 'build:client'], { stdio: 'ignore' });
    browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
  });
  afterAll(() => browser.close());

  describe.each(SCREENS)('in $colorScheme at $width px', ({ colorScheme, width }) => {
    it.each(SHOWN)('opens without a complaint, a request or a sideways scroll: $name', async ({ make }) => {
      await expectToHold(browser, make(), { colorScheme, width });
    });
  });

  it('draws every figure, with all sizes, seeds, optima and what diverged', async () => {
    const { page, close } = await openReport(browser, transferringSweep());
    await scrollThrough(page);
    const frames = await page.locator('.frame').count();
    expect(frames).toBe(11);
    await expect.poll(() => page.locator('.frame[data-state=drawn] svg').count()).toBe(frames);
    const first = page.locator('.frame').first();
    expect(await first.locator('[aria-roledescription="line mark"]').count()).toBe(4);
    expect(await first.locator('[aria-roledescription=point]').count()).toBe(4 * (8 * 4 + 2));
    expect(await first.getAttribute('aria-label')).toContain('loss over learningRate');
    await close();
  });

  it('keeps every chart within its frame at 400 px', async () => {
    const { page, close } = await openReport(browser, depthSweep(), { viewport: { width: 400, height: 800 } });
    await scrollThrough(page);
    const overflowing = await page
      .locator('.frame svg')
      .evaluateAll(
        (charts) =>
          charts.filter(
            (chart) =>
              chart.getBoundingClientRect().right > (chart.closest('figure')?.getBoundingClientRect().right ?? 0),
          ).length,
      );
    expect(overflowing).toBe(0);
    await close();
  });

  it('gives sizes the page’s colours, light and dark', async () => {
    const { page, close } = await openReport(browser, transferringSweep(), { colorScheme: 'dark' });
    await scrollThrough(page);
    const line = page.locator('.frame').first().locator('[aria-roledescription="line mark"]').first();
    const color = () => line.evaluate((element) => getComputedStyle(element).stroke);
    expect(await color()).toBe('rgb(239, 225, 90)');
    await page.emulateMedia({ colorScheme: 'light' });
    expect(await color()).toBe('rgb(154, 137, 18)');
    await close();
  });

  it('shows names as text: none of them becomes an element', async () => {
    const { page, close } = await openReport(browser, shortNastySweep());
    expect(await page.locator('img, [onerror], [onload]').count()).toBe(0);
    expect(await page.locator('h1').textContent()).toBe(NASTY_NAMES[0]);
    await close();
  });

  it('is whole without JavaScript but for the charts', async () => {
    const { page, complaints, close } = await openReport(browser, transferringSweep(), { javaScriptEnabled: false });
    expect(await page.locator('.verdict').innerText()).toContain('TRANSFERS');
    expect(await page.locator('#sweep-1 .reading').first().innerText()).toContain('0.00560 at width 512');
    expect(await page.locator('#trials tbody tr').count()).toBe(216);
    expect(await page.locator('[data-scripted]:visible').count()).toBe(0);
    expect(complaints).toEqual([]);
    await close();
  });
});
