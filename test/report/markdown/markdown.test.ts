import { describe, expect, it } from 'vitest';
import { renderMarkdown } from '../../../src/report/markdown/markdown.js';
import { failingResult, inconclusiveResult, passingResult } from '../check-result.js';
import { longResult, nastyResult } from '../hostile-results.js';
import { RESULTS } from '../results.js';
import { withoutCode } from './without-code.js';

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
    expect(first).toContain('| `dense_2/kernel` | hidden | 0.00 | +0.98 | [+0.94, +1.03] | 0 | ❌ fail |');
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
    for (const row of rows) expect(row.match(/(?<!\\)\|/g)).toHaveLength(9);
  });
});
