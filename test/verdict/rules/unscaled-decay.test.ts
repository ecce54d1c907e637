import { describe, expect, it } from 'vitest';
import type { ParameterResult } from '../../../src/verdict/result.js';
import { unscaledDecay } from '../../../src/verdict/rules/unscaled-decay.js';
import { parameter, slopeOf } from '../../report/measurements.js';

function decaying(name: string, slope: number, outcome: 'pass' | 'fail'): ParameterResult {
  return { ...parameter(name, 'hidden'), decay: { ...slopeOf(slope, { outcome, reason: null }), tap: null, step: 1 } };
}

describe('unscaledDecay', () => {
  it('fails where decay takes a share that falls with width', () => {
    const parameters = [decaying('a/kernel', 0, 'pass'), decaying('b/kernel', -1, 'fail')];
    expect(unscaledDecay.evaluate({ parameters })).toMatchObject({
      outcome: 'fail',
      where: { parameters: ['b/kernel'] },
      measured: -1,
    });
  });

  it('passes where every parameter loses the same share', () => {
    expect(unscaledDecay.evaluate({ parameters: [decaying('a/kernel', 0, 'pass')] }).outcome).toBe('pass');
  });

  it('does not apply where nothing decays', () => {
    expect(unscaledDecay.evaluate({ parameters: [parameter('a/kernel', 'hidden')] }).outcome).toBe('inapplicable');
  });
});
