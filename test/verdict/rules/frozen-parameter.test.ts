import { describe, expect, it } from 'vitest';
import { frozenParameter } from '../../../src/verdict/rules/frozen-parameter.js';
import { parameter } from '../../report/measurements.js';

const MOVING = parameter('moving/kernel', 'hidden');

describe('frozenParameter', () => {
  it('fails where the update of a parameter does, and names it once with its reason', () => {
    const still = parameter('still/kernel', 'hidden');
    const frozen = { ...still, update: { ...still.update, outcome: 'fail' as const, reason: 'it never moves' } };
    expect(frozenParameter.evaluate({ parameters: [MOVING, frozen, { ...frozen, use: 'output' }] })).toEqual({
      outcome: 'fail',
      where: { taps: [], parameters: ['still/kernel'] },
      measured: null,
      expected: null,
      reason: 'it never moves',
    });
  });

  it('passes where every one moves, also one whose isolated update shrinks', () => {
    const lazy = parameter('lazy/kernel', 'hidden', { update: -1 });
    expect(frozenParameter.evaluate({ parameters: [MOVING, lazy] })).toMatchObject({
      outcome: 'pass',
      where: { parameters: [] },
      reason: null,
    });
  });
});
