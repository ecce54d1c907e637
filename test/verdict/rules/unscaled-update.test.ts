import { describe, expect, it } from 'vitest';
import { unscaledUpdate } from '../../../src/verdict/rules/unscaled-update.js';
import { noSlope, parameter, slopeOf } from '../../report/measurements.js';

const RIGHT = parameter('right/kernel', 'hidden', { update: 0.1 });

describe('unscaledUpdate', () => {
  it('fails where an isolated update depends on width, and names the worst first', () => {
    const parameters = [
      parameter('half/kernel', 'hidden', { update: -0.5 }),
      RIGHT,
      parameter('full/kernel', 'hidden', { update: 1 }),
    ];
    expect(unscaledUpdate.evaluate({ parameters })).toEqual({
      outcome: 'fail',
      where: { taps: ['full', 'half'], parameters: ['full/kernel', 'half/kernel'] },
      measured: 1,
      expected: 0,
      reason: 'measured 1, expected 0',
    });
  });

  it('passes where none does, with the slope that comes closest', () => {
    const parameters = [RIGHT, parameter('other/kernel', 'input', { update: -0.02 })];
    expect(unscaledUpdate.evaluate({ parameters })).toEqual({
      outcome: 'pass',
      where: { taps: [], parameters: [] },
      measured: 0.1,
      expected: 0,
      reason: null,
    });
  });

  it('is inconclusive where one straddles and none fails', () => {
    const straddling = slopeOf(0.2, { outcome: 'inconclusive', reason: 'straddles' });
    const open = { ...RIGHT, isolatedUpdate: { ...RIGHT.isolatedUpdate, ...straddling } };
    expect(unscaledUpdate.evaluate({ parameters: [RIGHT, open] })).toMatchObject({
      outcome: 'inconclusive',
      where: { parameters: ['right/kernel'] },
      reason: 'straddles',
    });
  });

  it('does not apply where nothing has a slope', () => {
    const still = { ...RIGHT, isolatedUpdate: { ...RIGHT.isolatedUpdate, ...noSlope() } };
    expect(unscaledUpdate.evaluate({ parameters: [still] })).toMatchObject({ outcome: 'inapplicable', measured: null });
  });
});
