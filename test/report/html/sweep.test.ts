import { beforeAll, describe, expect, it } from 'vitest';
import type { ReportData } from '../../../src/report/charts/report-data.js';
import { renderSweepHtml } from '../../../src/report/html/sweep/sweep.js';
import { emptySweep, nastySweep } from '../hostile-sweeps.js';
import { categoricalSweep, censoredSweep, depthSweep, driftingSweep, transferringSweep } from '../sweep-result.js';
import { SWEEPS } from '../sweeps.js';
import { body, dataOf, forbiddenTags, policyOf, strictPolicy, words } from './page.js';

describe('renderSweepHtml', () => {
  let page = '';
  beforeAll(async () => {
    page = await renderSweepHtml(transferringSweep());
  });

  it('has a policy that allows this very style and script and nothing else', () => {
    expect(policyOf(page)).toEqual(strictPolicy(page));
  });

  it('has no inline handler, style attribute, script of its own or address', async () => {
    for (const [, make] of SWEEPS) expect(forbiddenTags(await renderSweepHtml(make()))).toEqual([]);
  });

  it('says the verdict in words, and what transfer does not prove', async () => {
    expect(words(page)).toContain('TRANSFERS The optimum of learningRate is the same at every width');
    expect(words(page)).toContain('An optimum also moves with batch size');
    expect(words(await renderSweepHtml(driftingSweep()))).toContain('DOES NOT TRANSFER');
  });

  it('gives optima, drifts and what wider does, µP before the control', () => {
    const text = words(page);
    expect(text).toContain('512 0.007813 0.00560 −7.48 [−7.67, −7.27] 0.71 +1.2 % [+0.1, +2.3] 1.6');
    expect(text).toContain('width fail −0.42 [−0.49, −0.35] ×0.75 64, 128, 256, 512 the optimum moves with width');
    expect(text).toContain('µP. Of 21 pairs of neighbouring widths at one setting');
    expect(text.indexOf('µP transfers')).toBeLessThan(text.indexOf('SP (control) does not transfer'));
  });

  it('gives the numbers of each chart without the script, too', () => {
    expect(words(page)).toContain('Optimum 0.00474 at width 64; 0.00198 at width 512.');
    expect(words(page)).toContain('Drift per doubling: µP +0.07 [0.00, +0.14]; SP (control) −0.42 [−0.49, −0.35].');
  });

  it('says why an optimum is censored or undetermined, and what would settle it', async () => {
    const text = words(await renderSweepHtml(censoredSweep()));
    expect(text).toContain('≥ 0.0625 ≥ −4.00 – – – – – ');
    expect(text).toContain('µP, width 512: undetermined: the curve has no minimum');
    expect(text).toContain('To settle it: extend the grid to 0.5.');
    expect(text).toContain('beyond the grid');
  });

  it('draws each frame from a figure of the page’s data, all losses of one hyperparameter on one scale', async () => {
    const { figures, charts } = dataOf(page) as ReportData;
    expect(Object.keys(charts)).toEqual(['score', 'optimum', 'loss']);
    expect(figures.map(({ chart }) => chart)).toEqual(['score', 'score', 'optimum', ...Array(8).fill('loss')]);
    expect(figures[0]?.signals['yMax']).toBe(figures[1]?.signals['yMax']);
    expect([...page.matchAll(/data-figure="(\d+)"/g)].map(([, number]) => Number(number))).toEqual([...figures.keys()]);
  });

  it('follows optima along width at every depth, and along depth at every width', async () => {
    const { figures } = dataOf(await renderSweepHtml(depthSweep())) as ReportData;
    expect(figures.filter(({ chart }) => chart === 'optimum')).toHaveLength(6);
    expect(figures.filter(({ chart }) => chart === 'score')).toHaveLength(3);
  });

  it('has no optimum over size of words', async () => {
    const { figures } = dataOf(await renderSweepHtml(categoricalSweep())) as ReportData;
    expect(figures.filter(({ chart }) => chart === 'optimum')).toHaveLength(1);
    expect(figures.filter(({ chart }) => chart === 'score')).toHaveLength(3);
  });

  it('folds the trials, and opens them where one failed', async () => {
    expect(page).toMatch(/<details >\s*<summary>216 trials: 186 finished, 30 diverged/);
    expect(await renderSweepHtml(nastySweep())).toMatch(/<details open>\s*<summary>216 trials: 216 failed/);
  });

  it('writes data that no name can break out of', async () => {
    const nasty = await renderSweepHtml(nastySweep());
    expect(nasty.match(/<script\b/g)?.length).toBe(nasty.match(/<\/script>/g)?.length);
    const { figures } = dataOf(nasty) as ReportData;
    expect(figures[0]?.description).toContain('</script><img src=x onerror=alert(1)>');
    expect(body(nasty)).not.toContain('<img');
  });

  it('gives unique ids, and anchors that lead to one', () => {
    const ids = [...body(page).matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, anchor] of body(page).matchAll(/\shref="#([^"]*)"/g)) expect(ids).toContain(anchor);
  });

  it('gives every table headers with scope, a caption and a named scroll box', () => {
    const tables = body(page).match(/<table.*?<\/table>/gs) ?? [];
    expect(tables).toHaveLength(4);
    for (const table of tables) {
      expect(table).toContain('<caption');
      expect(table.match(/<th(?![^>]*scope=)[ >]/g)).toBeNull();
    }
    expect(body(page).match(/class="scroll[^>]*role="region"[^>]*aria-label="[^"]+"/g)).toHaveLength(4);
  });

  it('leaves out the sections that have nothing to show', async () => {
    const text = words(await renderSweepHtml(emptySweep()));
    expect(text).toContain('INCONCLUSIVE No trial finished.');
    expect(text).not.toContain('Training');
    expect(text).not.toContain('Cost');
  });
});
