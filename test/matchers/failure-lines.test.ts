import { describe, expect, it } from 'vitest';
import { failureLines } from '../../src/matchers/failure-lines.js';
import type { CheckResult, Outcome, ParameterQuantity, ParameterResult } from '../../src/verdict/result.js';
import { failingResult, inconclusiveResult } from '../report/check-result.js';
import { noSlope, parameter, slopeOf } from '../report/measurements.js';

/** A check that came out so for what its audit says of one parameter alone. */
function auditedResult(outcome: Outcome, audit: Partial<ParameterResult>): CheckResult {
  const result = outcome === 'fail' ? failingResult() : inconclusiveResult();
  return { ...result, gates: [], taps: [], parameters: [{ ...parameter('hid/kernel', 'hidden'), ...audit, outcome }] };
}

function quantity(slope: number, rest: Partial<ParameterQuantity>): ParameterQuantity {
  return { ...slopeOf(slope, { reason: null, ...rest }), tap: null, step: 4 };
}

describe('failureLines', () => {
  it('names what the audit finds at fault', () => {
    const fail = { outcome: 'fail' as const };
    const reason = 'what it leaves goes like width^-0.53 at the widest width, and steeper beyond';
    const audit = {
      rateDrift: quantity(-1, fail),
      decay: quantity(-0.5, fail),
      epsilonShare: { ...quantity(-0.2, { ...fail, reason }), step: 0 },
    };
    expect(failureLines(auditedResult('fail', audit))).toEqual([
      'hid/kernel: drift of the effective rate at step 4 goes as width^-1 (95 % interval -1.04 to -0.95), expected width^0',
      'hid/kernel: decay at step 4 goes as width^-0.5 (95 % interval -0.54 to -0.45), expected width^0',
      `hid/kernel: epsilon share at step 0 goes as width^-0.2 (95 % interval -0.24 to -0.15), expected width^0; ${reason}`,
    ]);
  });

  it('leaves out what the audit passes', () => {
    const audit = { rateDrift: quantity(0, {}), decay: quantity(-0.5, { outcome: 'fail' }) };
    expect(failureLines(auditedResult('fail', audit))).toEqual([
      expect.stringContaining('hid/kernel: decay at step 4'),
    ]);
  });

  it('gives the reason of what the audit could not measure, and what would settle it', () => {
    const reason = 'too small at some widths for single precision to keep it beside the value';
    const settle = 'raise the learning rate or the weight decay';
    const decay = { ...noSlope(reason), outcome: 'inconclusive' as const, settle, tap: null, step: 1 };
    expect(failureLines(auditedResult('inconclusive', { decay }))).toEqual([
      `hid/kernel: decay at step 1 could not be measured (${reason}); ${settle}`,
    ]);
  });
});
