import { describe, expect, it } from 'vitest';
import type { ParameterResult } from '../../../src/verdict/result.js';
import { unscaledEpsilon } from '../../../src/verdict/rules/unscaled-epsilon.js';
import { parameter, slopeOf } from '../../report/measurements.js';

function left(name: string, slope: number, outcome: 'pass' | 'fail'): ParameterResult {
  const share = { ...slopeOf(slope, { outcome, reason: null }), tap: null, step: 0 };
  return { ...parameter(name, 'hidden'), epsilonShare: share };
}

describe('unscaledEpsilon', () => {
  it('fails where epsilon takes over from a gradient that falls with width', () => {
    const parameters = [left('a/kernel', -0.01, 'pass'), left('b/kernel', -0.3, 'fail')];
    expect(unscaledEpsilon.evaluate({ parameters })).toMatchObject({
      outcome: 'fail',
      where: { parameters: ['b/kernel'] },
      measured: -0.3,
    });
  });

  it('passes where epsilon is small against every gradient', () => {
    expect(unscaledEpsilon.evaluate({ parameters: [left('a/kernel', -0.01, 'pass')] }).outcome).toBe('pass');
  });

  it('does not apply where the optimizer shows no epsilon', () => {
    expect(unscaledEpsilon.evaluate({ parameters: [parameter('a/kernel', 'hidden')] }).outcome).toBe('inapplicable');
  });
});
