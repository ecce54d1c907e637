import { describe, expect, it } from 'vitest';
import {
  durationText,
  exponentText,
  intervalText,
  rowCaption,
  sizeText,
  slopeText,
} from '../../../src/report/reading/numbers.js';

describe('slopeText', () => {
  it('gives sign and two decimals, and no sign to what rounds to 0', () => {
    expect([0.984, -0.5, 0.004, -0.004, 0].map((slope) => slopeText(slope))).toEqual([
      '+0.98',
      '−0.50',
      '0.00',
      '0.00',
      '0.00',
    ]);
  });

  it('gives a dash for what is not a number', () => {
    expect([null, Number.NaN, Infinity].map((slope) => slopeText(slope))).toEqual(['–', '–', '–']);
  });
});

describe('exponentText', () => {
  it('writes multiples of ½ as theory does', () => {
    expect([0, -0, 1, -1, 0.5, -0.5, 1.5, -2, -0.73].map(exponentText)).toEqual([
      '0',
      '0',
      '1',
      '−1',
      '½',
      '−½',
      '1½',
      '−2',
      '−0.73',
    ]);
  });
});

describe('intervalText', () => {
  it('writes both ends, or a dash where there is none', () => {
    expect(intervalText([-0.02, 0.04])).toBe('[−0.02, +0.04]');
    expect(intervalText(null)).toBe('–');
    expect(intervalText([])).toBe('–');
  });
});

describe('sizeText', () => {
  it('keeps four significant digits', () => {
    expect([2.302585, 0, -1.5, null].map(sizeText)).toEqual(['2.303', '0', '−1.5', '–']);
  });

  it('leaves the minus of a power of ten as code has it', () => {
    expect([1.5e-8, -1.5e-8].map(sizeText)).toEqual(['1.5e-8', '−1.5e-8']);
  });
});

describe('durationText', () => {
  it('takes the unit that reads best', () => {
    expect([12.4, 2340, 125_000, null].map(durationText)).toEqual(['12 ms', '2.3 s', '2 min 5 s', '–']);
  });

  it('never shows sixty seconds', () => {
    expect(durationText(119_800)).toBe('2 min 0 s');
    expect(durationText(59_970)).toBe('1 min 0 s');
  });
});

describe('rowCaption', () => {
  it('says when nothing is expected', () => {
    expect(rowCaption({ slope: 0.5, interval: null, expected: null })).toBe('slope +0.50, nothing expected');
    expect(rowCaption({ slope: 0.98, interval: [0.94, 1.03], expected: 0 })).toBe(
      'slope +0.98 [+0.94, +1.03], expected 0',
    );
    expect(rowCaption({ slope: null, interval: null, expected: 0 })).toBe('no slope');
  });
});
