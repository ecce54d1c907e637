import { stripVTControlCharacters } from 'node:util';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { renderTerminal } from '../../../src/report/terminal/terminal.js';
import { failingResult, inconclusiveResult, passingResult } from '../check-result.js';
import { emptyResult, longResult } from '../hostile-results.js';
import { RESULTS } from '../results.js';

const flat = (text: string) => text.replaceAll(/\s+/g, ' ');

describe('renderTerminal', () => {
  it('begins with the verdict and its sentence', () => {
    const [first] = renderTerminal(failingResult(), { columns: 120 }).split('\n');
    expect(first).toBe('FAIL  mnist-mlp · The update of dense_2/kernel grows with width (exponent +0.98, expected 0).');
  });

  it('names cause, parameter and the exponent that mends it', () => {
    const text = flat(renderTerminal(failingResult()));
    expect(text).toContain('The learning rate of a hidden matrix is not scaled with width');
    expect(text).toContain('in dense_2/kernel');
    expect(text).toContain('fix Scale the learning rate with width to the power −1: divide it by the width.');
  });

  it('lists failing parameters before passing ones', () => {
    const lines = renderTerminal(failingResult(), { columns: 120 }).split('\n');
    const header = lines.findIndex((line) => line.includes('parameter ') && line.includes('role'));
    expect(lines[header + 1]).toMatch(/dense_2\/kernel +hidden +0\.00 +\+0\.98 +\[\+0\.94, \+1\.03\] +0 +✗ fail/);
    expect(lines[header + 2]).toMatch(/dense_1\/kernel +input .*✓ pass/);
  });

  it('tells why a symptom downstream passes', () => {
    expect(renderTerminal(failingResult())).toContain('✓ dense_3/kernel: downstream of dense_2/kernel');
  });

  it('gives each gate that did not pass with its reason and what would settle it', () => {
    const text = flat(renderTerminal(inconclusiveResult()));
    expect(text).toContain('? At least 3 widths over 8× the widths span 4× to settle it: add widths up to 512');
    expect(text).toContain('straddles 0 and ½; to settle it: add 2 widths or 3 seeds');
    expect(text).toContain('width 1024, seed 2 diverged: loss is NaN at step 2');
  });

  it('ends with the command that repeats the check', () => {
    const { command } = passingResult();
    expect(renderTerminal(passingResult(), { columns: 120 }).trimEnd().endsWith(`Repeat with\n${command}`)).toBe(true);
  });

  it('says of a pass what it does not prove', () => {
    expect(flat(renderTerminal(passingResult()))).toContain('necessary for µTransfer, not sufficient');
  });

  it('shows what fails of 200 taps and counts what passes', () => {
    const text = renderTerminal(longResult(), { columns: 120 });
    expect(text).toContain('197 other parameters passed.');
    expect(text).toContain('397 other tap measurements passed.');
    expect(text.split('\n').length).toBeLessThan(60);
  });

  it('gives dashes for what is not known', () => {
    expect(renderTerminal(emptyResult())).toMatch(/dense_1\/kernel +scalar +– +– +– +– +· not judged/);
  });

  it.each(RESULTS.flatMap(([name, make]) => [24, 32, 40, 48, 60, 80, 120].map((columns) => ({ name, make, columns }))))(
    'keeps the $name result within $columns columns and sends no control character',
    ({ make, columns }) => {
      const text = renderTerminal(make(), { columns });
      expect(text.split('\n').filter((line) => /\p{Cc}/u.test(line))).toEqual([]);
      // The words of a command stay whole, whatever the screen.
      const [above = ''] = text.split('\nRepeat with\n');
      expect(above.split('\n').filter((line) => stringWidth(line) > columns)).toEqual([]);
    },
  );

  it.each(RESULTS)('says the same of the %s result in colour', (_name, make) => {
    const colored = renderTerminal(make(), { color: true });
    expect(colored).toContain('\u001b[');
    expect(stripVTControlCharacters(colored)).toBe(renderTerminal(make(), { color: false }));
  });
});
