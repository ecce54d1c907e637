import { describe, expect, it } from 'vitest';
import type { ParameterResult } from '../../../src/verdict/result.js';
import { overwrittenRate } from '../../../src/verdict/rules/overwritten-rate.js';
import { parameter, slopeOf } from '../../report/measurements.js';

function drifting(name: string, slope: number, outcome: 'pass' | 'fail'): ParameterResult {
  return {
    ...parameter(name, 'hidden'),
    rateDrift: { ...slopeOf(slope, { outcome, reason: null }), tap: null, step: 4 },
  };
}

describe('overwrittenRate', () => {
  it('fails where a rate changes its power of width, and names whose', () => {
    const parameters = [drifting('a/kernel', 0.05, 'pass'), drifting('b/kernel', 0.9, 'fail')];
    expect(overwrittenRate.evaluate({ parameters })).toMatchObject({
      outcome: 'fail',
      where: { taps: [], parameters: ['b/kernel'] },
      measured: 0.9,
      expected: 0,
    });
  });

  it('passes where every rate keeps it', () => {
    expect(overwrittenRate.evaluate({ parameters: [drifting('a/kernel', -0.2, 'pass')] }).outcome).toBe('pass');
  });

  it('does not apply where one step was recorded', () => {
    expect(overwrittenRate.evaluate({ parameters: [parameter('a/kernel', 'hidden')] }).outcome).toBe('inapplicable');
  });
});
