import { describe, expect, it } from 'vitest';
import { parameterReason } from '../../../src/report/reading/reason.js';
import type { ParameterResult } from '../../../src/verdict/result.js';
import { failingResult } from '../check-result.js';

const OPEN = { outcome: 'inconclusive', reason: 'it straddles two classes', settle: 'add 3 seeds' } as const;

/** A parameter of this outcome, whose initial size is open. */
function parameter(outcome: ParameterResult['outcome'], update: Partial<ParameterResult['isolatedUpdate']>) {
  const [row] = failingResult().parameters as [ParameterResult];
  const isolatedUpdate = { ...row.isolatedUpdate, reason: null, settle: null, ...update };
  return { ...row, outcome, reason: null, isolatedUpdate, init: { ...row.init, ...OPEN } };
}

describe('parameterReason', () => {
  it('is what leaves a parameter open, and what would settle it', () => {
    const { reason, settle } = parameterReason(parameter('inconclusive', { outcome: 'pass' }));
    expect([reason, settle]).toEqual([OPEN.reason, OPEN.settle]);
  });

  it('is not what is open beside what fails', () => {
    const none = { reason: null, settle: null };
    expect(parameterReason(parameter('fail', { outcome: 'fail' }))).toEqual(none);
    expect(parameterReason(parameter('fail', { outcome: 'fail', reason: 'it grows' }))).toEqual({
      ...none,
      reason: 'it grows',
    });
  });

  it('is nothing where a parameter passes', () => {
    expect(parameterReason(parameter('pass', { outcome: 'pass' }))).toEqual({ reason: null, settle: null });
  });
});
