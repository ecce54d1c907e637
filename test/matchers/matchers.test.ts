import { describe, expect, it } from 'vitest';
import { toHaveWidthExponent, toPassCoordCheck } from '../../src/matchers/matchers.js';
import '../../src/matchers/vitest.js';
import type { CheckResult } from '../../src/verdict/result.js';
import { failingResult, inconclusiveResult, passingResult } from '../report/check-result.js';
import { noSlope } from '../report/measurements.js';
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
    expect(text).toContain('readout/kernel: isolated update');
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

describe('toHaveWidthExponent', () => {
  const result: CheckResult = failingResult();

  it('reads a tap’s change and a parameter’s isolated update unless told otherwise', () => {
    expect(passingResult()).toHaveWidthExponent('dense_2', 0);
    expect(result).toHaveWidthExponent('dense_2/kernel', 1);
    expect(result).not.toHaveWidthExponent('dense_2/kernel', 0);
  });

  it('reads the quantity and step it is asked for', () => {
    expect(result).toHaveWidthExponent('readout/kernel', -0.5, { quantity: 'init' });
    expect(result).toHaveWidthExponent('dense_2', 0, { quantity: 'activation', step: 0 });
  });

  it('takes its tolerance from `within`', () => {
    expect(result).toHaveWidthExponent('dense_2/kernel', 0.9, { within: 0.1 });
    expect(result).not.toHaveWidthExponent('dense_2/kernel', 0.9, { within: 0.05 });
  });

  it('tells what was measured, what was expected, and how to repeat it', () => {
    const text = message(() => expect(result).toHaveWidthExponent('dense_2/kernel', 0));
    expect(text).toContain('expected isolatedUpdate of dense_2/kernel at step 1 to go as width^0 within 0.25');
    expect(text).toContain('but it goes as width^0.98 (95 % interval 0.94 to 1.03)');
    expect(text).toContain(`repeat: ${result.command}`);
  });

  it.each([
    ['no_such_tap', {}],
    ['dense_2', { step: 99 }],
    ['dense_2/kernel', { quantity: 'change' as const }],
    ['dense_2', { quantity: 'init' as const }],
  ])('fails both ways where nothing was measured: %s %j', (subject, options) => {
    expect(() => expect(result).toHaveWidthExponent(subject, 0, options)).toThrow('expected a tap or parameter with');
    expect(() => expect(result).not.toHaveWidthExponent(subject, 0, options)).toThrow('expected a tap or parameter');
  });

  it('fails both ways where no slope could be fitted', () => {
    const taps = result.taps.map((row) => ({ ...row, ...noSlope('diverged') }));
    expect(() => expect({ ...result, taps }).toHaveWidthExponent('dense_2', 0)).toThrow('none (diverged)');
    expect(() => expect({ ...result, taps }).not.toHaveWidthExponent('dense_2', 0)).toThrow('none (diverged)');
  });

  it('gives the numbers to the runner for its diff', () => {
    const { pass, actual, expected } = toHaveWidthExponent(result, 'dense_2/kernel', 0);
    expect({ pass, expected }).toEqual({ pass: false, expected: 0 });
    expect(actual).toBeCloseTo(0.98);
  });

  it('can stand inside an asymmetric match', () => {
    expect({ result }).toEqual({ result: expect.toHaveWidthExponent('dense_2/kernel', 1) });
  });
});
