import { stripVTControlCharacters } from 'node:util';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { renderSweepTerminal } from '../../../src/report/terminal/sweep.js';
import { emptySweep, nastySweep } from '../hostile-sweeps.js';
import {
  categoricalSweep,
  censoredSweep,
  depthSweep,
  driftingSweep,
  edgeSweep,
  transferringSweep,
} from '../sweep-result.js';
import { SWEEPS } from '../sweeps.js';

const flat = (text: string) => text.replaceAll(/\s+/g, ' ');

describe('renderSweepTerminal', () => {
  it.each([
    ['TRANSFERS', transferringSweep],
    ['DOES NOT TRANSFER', driftingSweep],
    ['INCONCLUSIVE', censoredSweep],
  ])('begins with the verdict %s and the summary', (word, make) => {
    expect(flat(renderSweepTerminal(make())).startsWith(`${word} teacher-student · ${make().summary}`)).toBe(true);
  });

  it('gives each optimum as a value and its log2, with interval, loss, regret and robustness', () => {
    const lines = renderSweepTerminal(transferringSweep()).split('\n');
    const header = lines.findIndex((line) => line.includes('width') && line.includes('optimum'));
    expect(lines[header - 1]).toBe('learningRate in µP: ✓ transfers');
    expect(lines[header]).toBe('  width      best  optimum   log2   95 % interval  loss  regret  robust');
    expect(lines[header + 4]).toBe('    512  0.007813  0.00560  −7.48  [−7.67, −7.27]  0.71  +1.2 %     1.6');
  });

  it('gives the drift per doubling with interval, and what wider does', () => {
    const text = flat(renderSweepTerminal(transferringSweep()));
    expect(text).toContain('✓ drift per doubling of width: +0.07 [0.00, +0.14] (×1.05)');
    expect(text).toContain('learningRate in SP (control): ✗ does not transfer');
    expect(text).toContain('✗ drift per doubling of width: −0.42 [−0.49, −0.35] (×0.75) the optimum moves with width');
    expect(text).toContain(
      'Of 21 pairs of neighbouring widths at one setting, the wider has lower loss in 19, higher in 0',
    );
  });

  it('gives censored and undetermined optima with their reason, once for all sizes that share it', () => {
    const text = flat(renderSweepTerminal(censoredSweep()));
    expect(text).toContain('256 0.0625 ≥ 0.0625 ≥ −4.00');
    expect(text).toContain('? width 256: censored: the loss still falls at the highest value');
    expect(text).toContain('? width 512: undetermined: the curve has no minimum');
    expect(text).toContain('? width 128; width 256; width 512: censored: the loss still falls at the lowest value');
    expect(text).toContain('to settle it: extend the grid to 0.5');
  });

  it('keeps the optimum’s interval at 60 columns, and has that of the regret where there is room', () => {
    expect(renderSweepTerminal(transferringSweep(), { columns: 60 })).toContain('[−7.91, −7.51]');
    expect(renderSweepTerminal(transferringSweep(), { columns: 100 })).toMatch(/\+1\.2 % +\[\+0\.1, \+2\.3\] +1\.6/);
  });

  it('says where divergence bounds an optimum', () => {
    const text = flat(renderSweepTerminal(edgeSweep()));
    expect(text).toContain('· width 512: at the edge of stability: a value beside the best did not finish');
  });

  it('has a column of depths, and a drift along each', () => {
    const text = flat(renderSweepTerminal(depthSweep()));
    expect(text).toContain('width depth best');
    expect(text).toContain('drift per doubling of width at depth 4: +0.05');
    expect(text).toContain('drift per doubling of depth at width 64: −0.10');
  });

  it('compares words by their loss alone', () => {
    const [, text = ''] = renderSweepTerminal(categoricalSweep()).split('schedule in µP: ');
    expect(flat(text)).toContain('width best loss regret 95 % interval 64 cosine 1 – –');
  });

  it('gives the cost in engineering form, by size', () => {
    const text = flat(renderSweepTerminal(transferringSweep()));
    expect(text).toContain('216 trials, 5.22 × 10¹² FLOPs in all');
    expect(text).toContain('512 300032 230 × 10⁶ 16200 3.73 × 10¹²');
    expect(text).toContain('- A backward pass costs twice a forward pass.');
  });

  it('counts what diverged, tells what failed, and counts the rest of it', () => {
    expect(renderSweepTerminal(transferringSweep())).toContain('216 trials: 186 finished, 30 diverged.');
    expect(renderSweepTerminal(nastySweep())).toContain('and 204 more trials');
  });

  it('ends with the command that repeats the sweep', () => {
    const text = renderSweepTerminal(transferringSweep(), { columns: 200 });
    expect(text.trimEnd().endsWith(`Repeat with\n${transferringSweep().command}`)).toBe(true);
    expect(renderSweepTerminal(emptySweep())).not.toContain('Repeat with');
  });

  it('says of a transfer what it does not prove', () => {
    expect(flat(renderSweepTerminal(transferringSweep()))).toContain('An optimum also moves with batch size');
    expect(flat(renderSweepTerminal(driftingSweep()))).not.toContain('An optimum also moves with batch size');
  });

  it.each(SWEEPS.flatMap(([name, make]) => [24, 32, 40, 48, 60, 80, 120].map((columns) => ({ name, make, columns }))))(
    'keeps the $name sweep within $columns columns and sends no control character',
    ({ make, columns }) => {
      const text = renderSweepTerminal(make(), { columns });
      expect(text.split('\n').filter((line) => /\p{Cc}/u.test(line))).toEqual([]);
      // The words of a command stay whole, whatever the screen.
      const [above = ''] = text.split('\nRepeat with\n');
      expect(above.split('\n').filter((line) => stringWidth(line) > columns)).toEqual([]);
    },
  );

  it.each(SWEEPS)('says the same of the %s sweep in colour', (_name, make) => {
    const colored = renderSweepTerminal(make(), { color: true });
    expect(colored).toContain('\u001b[');
    expect(stripVTControlCharacters(colored)).toBe(renderSweepTerminal(make(), { color: false }));
  });
});
