import { describe, expect, it } from 'vitest';
import { unscaledInit } from '../../../src/verdict/rules/unscaled-init.js';
import { noSlope, parameter } from '../../report/measurements.js';

const HIDDEN = parameter('dense/kernel', 'hidden', { init: 0.02 });

describe('unscaledInit', () => {
  it('fails a readout whose initial output keeps its size', () => {
    const readout = parameter('readout/kernel', 'readout', { init: 0, expectedInit: -0.5 });
    expect(unscaledInit.evaluate({ parameters: [HIDDEN, readout] })).toEqual({
      outcome: 'fail',
      where: { taps: ['readout'], parameters: ['readout/kernel'] },
      measured: 0,
      expected: -0.5,
      reason: 'measured 0, expected -0.5',
    });
  });

  it('passes where every initial output is as it must be, whatever its update does', () => {
    const parameters = [
      { ...HIDDEN, isolatedUpdate: parameter('dense/kernel', 'hidden', { update: 1 }).isolatedUpdate },
      parameter('readout/kernel', 'readout', { init: -0.48, expectedInit: -0.5 }),
    ];
    expect(unscaledInit.evaluate({ parameters })).toMatchObject({
      outcome: 'pass',
      where: { taps: [], parameters: [] },
    });
  });

  it('does not apply to a zero readout alone', () => {
    const zero = { ...HIDDEN, init: { ...HIDDEN.init, ...noSlope() } };
    expect(unscaledInit.evaluate({ parameters: [zero] }).outcome).toBe('inapplicable');
  });
});
