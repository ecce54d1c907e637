import { describe, expect, it } from 'vitest';
import { renderMarkdown } from '../../../src/report/markdown/markdown.js';
import type { DepthResult, DepthSlope } from '../../../src/verdict/result.js';
import { failingResult, inconclusiveResult, passingResult } from '../check-result.js';
import { longResult, nastyResult } from '../hostile-results.js';
import { RESULTS } from '../results.js';
import { withoutCode } from './without-code.js';

/** Texts that escapes make many times as long. */
const LONG_TEXTS = { backticks: '`'.repeat(5000), ampersands: '&'.repeat(5000), emoji: '👩|'.repeat(2000) };

const DEPTH_SLOPE: DepthSlope = {
  tap: 'block*',
  step: 0,
  quantity: 'activation',
  parameter: null,
  declared: null,
  slope: 0.3,
  interval: [-0.1, 0.7],
  topSlope: null,
  curvature: null,
  expected: 0,
  outcome: 'pass',
  reason: null,
  settle: null,
  points: [],
};
const DEPTH: DepthResult = { depths: [2, 4], outcome: 'inconclusive', form: null, streams: [], text: '', slopes: [] };

describe('renderMarkdown', () => {
  it('begins with the verdict and its sentence', () => {
    const text = renderMarkdown(failingResult());
    expect(text).toMatch(/^## ❌ coordcheck: FAIL · `mnist-mlp`\n\nThe update of dense\\_2\/kernel grows/);
  });

  it('names the cause, where it is and what mends it', () => {
    const text = renderMarkdown(failingResult());
    expect(text).toContain('**The learning rate of a hidden matrix is not scaled with width**');
    expect(text).toContain('In `dense_2/kernel`.');
    expect(text).toContain('➜ **Scale the learning rate with width to the power −1: divide it by the width.**');
  });

  it('lists failing parameters first', () => {
    const [first] = /^\| `.*$/m.exec(renderMarkdown(failingResult())) ?? [];
    expect(first).toContain('| `dense_2/kernel` | hidden | 0.00 | 0 | +0.98 | [+0.94, +1.03] | 0 | ❌ fail |');
  });

  it('says what is expected of the initial size, and what of the update', () => {
    const text = renderMarkdown(passingResult());
    expect(text).toContain('| init | expected of init | isolated update | 95 % interval | expected of update |');
    expect(text).toMatch(/^\| `readout\/kernel` \| readout \| −0\.49 \| −½ \| −0\.06 \| \[.*\] \| 0 \|/m);
  });

  it('says of parameters, taps and depths what would settle them', () => {
    const settle = { outcome: 'inconclusive', reason: 'it straddles', settle: 'add 3 seeds' } as const;
    const result = inconclusiveResult();
    const row = result.taps.find(({ judged }) => judged);
    const text = renderMarkdown({
      ...result,
      taps: row === undefined ? [] : [{ ...row, ...settle }],
      depth: { ...DEPTH, slopes: [{ ...DEPTH_SLOPE, ...settle }] },
    });
    expect(text).toMatch(/`readout\/kernel`.* straddles 0 and ½; to settle it: add 2 widths or 3 seeds \|/);
    expect(text).toMatch(/^\| `dense_1` \| centred change .* \| it straddles; to settle it: add 3 seeds \|$/m);
    expect(text).toMatch(/^\| `block\*` \| at init .* \| it straddles; to settle it: add 3 seeds \|$/m);
  });

  it('gives shut gates with reason and what would settle them, and says so when all pass', () => {
    expect(renderMarkdown(inconclusiveResult())).toContain(
      '- ❔ inconclusive: **At least 3 widths over 8×.** the widths span 4×. To settle it: add widths up to 512.',
    );
    expect(renderMarkdown(passingResult())).toContain('All 6 gates passed.');
  });

  it('gives the command that repeats the check and the limits of a pass', () => {
    const text = renderMarkdown(passingResult());
    expect(text).toContain(`\`\`\`sh\n${passingResult().command}\n\`\`\``);
    expect(text).toContain('necessary for µTransfer, not sufficient');
  });

  it('says how many of 400 rows it leaves out', () => {
    expect(renderMarkdown(longResult(400))).toMatch(/… and \d+ more of \d+, left out here\./);
  });

  it.each([...RESULTS, ['huge', () => longResult(1500)] as const])('fits the %s result into a comment', (_, make) => {
    const text = renderMarkdown(make());
    expect(text.length).toBeLessThan(65_536);
    expect(text.match(/<details>/g)?.length ?? 0).toBe(text.match(/<\/details>/g)?.length ?? 0);
  });

  it.each(Object.entries(LONG_TEXTS))('fits causes, gates and notes full of %s into a comment', (_, text) => {
    const result = failingResult();
    const names = Array.from({ length: 20 }, () => text);
    const rendered = renderMarkdown({
      ...result,
      name: text,
      summary: text,
      command: text,
      gates: names.map((gate) => ({ gate, title: text, outcome: 'fail', reason: text, settle: text })),
      diagnosis: names.map((cause) => ({ cause, title: text, parameters: names, fix: {}, text })),
      notes: names,
    });
    expect(rendered.length).toBeLessThan(65_536);
    expect(rendered).toMatch(/^… and \d+ more$/m);
    // What comes after a long list is shown, too.
    expect(rendered).toContain('### Gates');
    expect(rendered).toContain('<summary>Notes</summary>');
    expect(rendered).toContain('| `dense_2/kernel` |');
  });

  it('counts the causes that it leaves out', () => {
    const result = failingResult();
    const causes = Array.from({ length: 23 }, (_, i) =>
      result.diagnosis.map((cause) => ({ ...cause, title: `no. ${i}` })),
    );
    const text = renderMarkdown({ ...result, diagnosis: causes.flat() });
    expect(text).toContain('**no. 19**');
    expect(text).not.toContain('**no. 20**');
    expect(text).toMatch(/^… and 3 more$/m);
  });

  it('lets no HTML, mention or control character out of a name', () => {
    const text = withoutCode(renderMarkdown(nastyResult()));
    expect(text.match(/<(?!\/?(?:details|summary|code)>)/g)).toBeNull();
    expect(text).not.toMatch(/@[a-z]/);
    expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
  });

  it('keeps every row of a table at the same number of cells', () => {
    const rows = renderMarkdown(nastyResult())
      .split('\n')
      .filter((line) => line.startsWith('| ') && line.includes('hidden'));
    expect(rows.length).toBeGreaterThan(5);
    for (const row of rows) expect(row.match(/(?<!\\)\|/g)).toHaveLength(10);
  });
});
