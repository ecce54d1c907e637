import { beforeAll, describe, expect, it } from 'vitest';
import { renderHtml } from '../../../src/report/html/html.js';
import { failingResult, inconclusiveResult, passingResult } from '../check-result.js';
import { emptyResult, longResult, nastyResult } from '../hostile-results.js';
import { RESULTS } from '../results.js';
import { body, dataOf, forbiddenTags, policyOf, strictPolicy, words } from './page.js';

describe('renderHtml', () => {
  let failing = '';
  beforeAll(async () => {
    failing = await renderHtml(failingResult());
  });

  it('has a policy that allows this very style and script and nothing else', () => {
    expect(policyOf(failing)).toEqual(strictPolicy(failing));
    expect(JSON.stringify(policyOf(failing))).not.toContain('unsafe');
  });

  it('has no inline handler, style attribute, script of its own or address', async () => {
    for (const [, make] of RESULTS) expect(forbiddenTags(await renderHtml(make()))).toEqual([]);
  });

  it('puts the verdict before everything else', () => {
    const text = words(failing);
    expect(text.indexOf('FAIL')).toBeLessThan(text.indexOf('Likely cause'));
    expect(text).toContain('FAIL The update of dense_2/kernel grows with width (exponent +0.98, expected 0).');
  });

  it('says what was seen, where, and what to change', () => {
    const text = words(failing);
    expect(text).toContain('Everything downstream only inherits it.');
    expect(text).toContain(
      'What to change Scale the learning rate with width to the power −1: divide it by the width.',
    );
    expect(text).toContain('Where dense_2/ kernel');
  });

  it('says what a pass does not prove', async () => {
    expect(words(await renderHtml(passingResult()))).toContain('not batch size, number of tokens or learning-rate');
  });

  it.each([
    ['width', { widths: [64, 128, 256], depths: null }],
    ['width', { widths: [64, 128, 256], depths: [2] }],
    ['width and depth', { widths: [64, 128, 256], depths: [2, 4, 8] }],
    ['depth', { widths: [64], depths: [2, 4, 8] }],
  ])('says at the top of a pass that it covers %s only', async (covered, sizes) => {
    const result = passingResult();
    const text = words(await renderHtml({ ...result, config: { ...result.config, ...sizes } }));
    expect(text).toContain(`not sufficient: it covers ${covered} only.`);
  });

  it('gives gates with reason and what would settle them', async () => {
    const text = words(await renderHtml(inconclusiveResult()));
    expect(text).toContain('At least 3 widths over 8× the widths span 4× To settle it: add widths up to 512.');
    expect(text).toContain('1 of 15 did not finish');
  });

  it('writes data that no name can break out of', async () => {
    const page = await renderHtml(nastyResult());
    expect(page.match(/<script\b/g)?.length).toBe(page.match(/<\/script>/g)?.length);
    const data = dataOf(page) as { series: { name: string }[]; charts: Record<string, { marks: unknown[] }> };
    expect(data.series.map((series) => series.name)).toContain('</script><img src=x onerror=alert(1)>');
    expect(data.charts['logLog']?.marks.length).toBeGreaterThan(0);
    expect(body(page)).not.toContain('<img');
  });

  it('gives every table headers with scope, a caption and a named scroll box', () => {
    const tables = body(failing).match(/<table.*?<\/table>/gs) ?? [];
    expect(tables.length).toBeGreaterThanOrEqual(6);
    for (const table of tables) {
      expect(table).toContain('<caption');
      expect(table.match(/<th(?![^>]*scope=)[ >]/g)).toBeNull();
    }
    expect(
      body(failing).match(/class="scroll[^>]*role="region"[^>]*aria-label="[^"]+"[^>]*tabindex="0"/g)?.length,
    ).toBe(tables.length);
  });

  it('gives unique ids, and anchors that lead to one', () => {
    const ids = [...body(failing).matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, anchor] of body(failing).matchAll(/\shref="#([^"]*)"/g)) expect(ids).toContain(anchor);
  });

  it('leaves out the sections that have nothing to show', async () => {
    const page = await renderHtml(emptyResult());
    expect(page).not.toContain('id="diagnosis"');
    expect(page).not.toContain('id="loss"');
    expect(words(page)).toContain('dense_1/ kernel not judged scalar');
  });

  it('folds away what passes of 200 taps and stays within 4 MB', async () => {
    const page = await renderHtml(longResult());
    expect(words(page)).toContain('197 taps with nothing to mend');
    expect(page.length).toBeLessThan(4_000_000);
  });
});
