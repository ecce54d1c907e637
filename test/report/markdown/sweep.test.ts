import { describe, expect, it } from 'vitest';
import { renderSweepMarkdown } from '../../../src/report/markdown/sweep.js';
import { nastySweep } from '../hostile-sweeps.js';
import { categoricalSweep, censoredSweep, depthSweep, transferringSweep } from '../sweep-result.js';
import { SWEEPS } from '../sweeps.js';
import { withoutCode } from './without-code.js';

function isRow(line = ''): boolean {
  return line.startsWith('| ');
}

describe('renderSweepMarkdown', () => {
  it('begins with the verdict and its sentence', () => {
    expect(renderSweepMarkdown(transferringSweep())).toMatch(
      /^## ✅ coordcheck: TRANSFERS · `teacher-student`\n\nThe optimum of learningRate is the same/,
    );
  });

  it('gives the optima and the drift of each parametrization', () => {
    const text = renderSweepMarkdown(transferringSweep());
    expect(text).toContain('### `learningRate` in µP: ✅ transfers');
    expect(text).toContain(
      '| 512 | 0.007813 | 0.00560 | −7.48 | [−7.67, −7.27] | 0.71 | +1.2 % | [+0.1, +2.3] | 1.6 |',
    );
    expect(text).toContain('### `learningRate` in SP (control): ❌ does not transfer');
    expect(text).toContain('| width | −0.42 | [−0.49, −0.35] | ×0.75 | ❌ fail | the optimum moves with width |');
    expect(text).toContain('Of 21 pairs of neighbouring widths at one setting');
  });

  it('says why an optimum is not there, and what would settle it', () => {
    const text = renderSweepMarkdown(censoredSweep());
    expect(text).toContain(
      '| ≥ 0.0625 | ≥ −4.00 | – | – | – | – | – | censored: the loss still falls at the highest value |',
    );
    expect(text).toContain('fewer than 3 optima were found; to settle it: extend the grid to 0.5');
    expect(text).toContain('- ❔ inconclusive: **Optima inside the grid.** 2 of 4 are at its edge.');
  });

  it('has depths, and words as code', () => {
    expect(renderSweepMarkdown(depthSweep())).toContain('| depth at width 64 | −0.10 |');
    expect(renderSweepMarkdown(categoricalSweep())).toContain('| 64 | `cosine` | 1 | – | – |');
  });

  it('folds cost, trials and notes, and gives the command', () => {
    const text = renderSweepMarkdown(transferringSweep());
    expect(text).toContain('<details><summary>Cost: 216 trials, 5.22 × 10¹² FLOPs</summary>');
    expect(text).toContain('<details><summary>216 trials: 186 finished, 30 diverged</summary>');
    expect(text).toContain(`\`\`\`sh\n${transferringSweep().command}\n\`\`\``);
    expect(text).toContain('An optimum also moves with batch size');
  });

  it.each(SWEEPS)('fits the %s sweep into a comment', (_name, make) => {
    const text = renderSweepMarkdown(make());
    expect(text.length).toBeLessThan(65_536);
    expect(text.match(/<details>/g)?.length ?? 0).toBe(text.match(/<\/details>/g)?.length ?? 0);
  });

  it('fits gates and notes full of ampersands into a comment', () => {
    const text = '&'.repeat(5000);
    const many = Array.from({ length: 20 }, () => text);
    const gates = many.map((gate) => ({ gate, title: text, outcome: 'fail' as const, reason: text, settle: text }));
    const rendered = renderSweepMarkdown({ ...transferringSweep(), name: text, summary: text, gates, notes: many });
    expect(rendered.length).toBeLessThan(65_536);
    expect(rendered).toContain('### Gates');
    expect(rendered).toContain('### `learningRate` in µP');
  });

  it('lets no HTML, mention or control character out of a name', () => {
    const text = withoutCode(renderSweepMarkdown(nastySweep()));
    expect(text.match(/<(?!\/?(?:details|summary|code)>)/g)).toBeNull();
    expect(text).not.toMatch(/@[a-z]/);
    expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
  });

  it('keeps every row of a table at the number of cells of its titles', () => {
    const lines = renderSweepMarkdown(nastySweep()).split('\n');
    const cells = (line: string) => line.match(/(?<!\\)\|/g)?.length ?? 0;
    const pairs = lines.flatMap((line, i) => (isRow(line) && isRow(lines[i - 1]) ? [[lines[i - 1] ?? '', line]] : []));
    expect(pairs.length).toBeGreaterThan(40);
    expect(pairs.filter(([above = '', below = '']) => cells(above) !== cells(below))).toEqual([]);
  });
});
