import { describe, expect, it } from 'vitest';
import { fixSentences, runLine } from '../../../src/report/reading/wording.js';
import { passingResult } from '../check-result.js';

describe('fixSentences', () => {
  it('says what to do with the rate and with the initial values', () => {
    expect(fixSentences({ learningRateExponent: -1, initExponent: -0.5 })).toEqual([
      'Scale the learning rate with width to the power −1: divide it by the width.',
      'Scale the initial standard deviation with width to the power −½: divide it by the square root of the width.',
    ]);
  });

  it('keeps to the exponent where no plain words fit', () => {
    expect(fixSentences({ learningRateExponent: -0.73 })).toEqual([
      'Scale the learning rate with width to the power −0.73.',
    ]);
  });

  it('says nothing where nothing is to be changed', () => {
    expect(fixSentences({})).toEqual([]);
  });
});

describe('runLine', () => {
  it('names depths and control where there are any', () => {
    const result = passingResult();
    result.config = { ...result.config, depths: [2, 4], control: 'sp' };
    expect(runLine(result)).toBe(
      'widths 64, 128, 256, 512, 1024 · depths 2, 4 · 3 seeds · 4 steps · adam · engine wasm · control sp',
    );
  });
});
