import { describe, expect, it } from 'vitest';
import { toPassCoordCheck } from '../../src/matchers/matchers.js';
import '../../src/matchers/vitest.js';
import { failingResult, inconclusiveResult, passingResult } from '../report/check-result.js';
import { transferringSweep } from '../report/sweep-result.js';
import { message } from './message.js';

describe('toPassCoordCheck', () => {
  it('holds for a pass, and its negation for a fail', () => {
    expect(passingResult()).toPassCoordCheck();
    expect(failingResult()).not.toPassCoordCheck();
  });

  it('holds neither way for an inconclusive check', () => {
    expect(() => expect(inconclusiveResult()).toPassCoordCheck()).toThrow('to pass, but it is inconclusive');
    expect(() => expect(inconclusiveResult()).not.toPassCoordCheck()).toThrow('not to pass, but it is inconclusive');
  });

  it('names parameter, step, slope with interval, expectation, cause and the repeating command', () => {
    const text = message(() => expect(failingResult()).toPassCoordCheck());
    expect(text).toContain(
      'dense_2/kernel: isolated update at step 1, measured at dense_2, goes as width^0.98 (95 % interval 0.94 to 1.03), expected width^0',
    );
    expect(text).toContain('likely cause: hidden-rate-unscaled');
    expect(text).toContain(`repeat: ${failingResult().command}`);
    expect(text).not.toContain('dense_3');
  });

  it('names a tap that fails', () => {
    const result = failingResult();
    const taps = result.taps.map((row) => ({ ...row, outcome: row.judged ? ('fail' as const) : row.outcome }));
    const text = message(() => expect({ ...result, taps, parameters: [] }).toPassCoordCheck());
    expect(text).toContain('dense_2: centredChange at step 1 goes as width^');
  });

  it('says what would settle an inconclusive check', () => {
    const text = message(() => expect(inconclusiveResult()).toPassCoordCheck());
    expect(text).toContain('At least 3 widths over 8×: the widths span 4×; add widths up to 512');
    expect(text).toContain('readout/kernel: isolated update');
    expect(text).toContain('; the interval [−0.21, +0.69] straddles 0 and ½; add 2 widths or 3 seeds');
  });

  it('names at most eight places', () => {
    const result = failingResult();
    const first = result.parameters.find(({ outcome }) => outcome === 'fail');
    const parameters = Array.from({ length: 20 }, (_, index) => ({ ...first, parameter: `p${index}` }));
    const text = message(() => expect({ ...result, parameters, taps: [], gates: [] }).toPassCoordCheck());
    expect(text).toContain('p7: ');
    expect(text).not.toContain('p8: ');
    expect(text).toContain('and 12 more');
  });

  it('spells out what would act on the terminal, and keeps its own line breaks', () => {
    const result = failingResult();
    const parameters = result.parameters.map((row) => ({ ...row, parameter: `${row.parameter}\u001b[2J\n\u202e` }));
    const diagnosis = result.diagnosis.map((row) => ({ ...row, text: 'unscaled\u001b[31m' }));
    const hostile = { ...result, name: 'mlp\u001b', summary: 'wrong\u009b', parameters, diagnosis };
    const text = message(() => expect(hostile).toPassCoordCheck());
    expect(text).toContain('expected the coordinate check of mlp\\x1b to pass, but it fails: wrong\\x9b\n');
    expect(text).toContain('\n  dense_2/kernel\\x1b[2J\\n\\u202e: isolated update');
    expect(text).toContain('likely cause: hidden-rate-unscaled: unscaled\\x1b[31m\n');
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202e]/u);
  });

  it('refuses a promise and any other thing that is no result', () => {
    expect(() => expect(Promise.resolve(passingResult())).toPassCoordCheck()).toThrow('got a promise');
    expect(() => expect(0).not.toPassCoordCheck()).toThrow('expected the result of a check, got number');
    expect(() => expect(transferringSweep()).toPassCoordCheck()).toThrow('got the result of a sweep');
  });

  it('works without vitest', () => {
    const { pass, message: text, actual, expected } = toPassCoordCheck(failingResult());
    expect({ pass, actual, expected }).toEqual({ pass: false, actual: 'fail', expected: 'pass' });
    expect(text()).toContain('it fails');
  });
});
