import { describe, expect, it } from 'vitest';
import { judged, mlp } from './model.js';

describe('judge, behind a readout smaller than it must be', () => {
  const small = { 'readout/kernel': { b: 3 / 2 } };

  it('takes the first update of everything upstream to be smaller by as much, where it follows the gradient', () => {
    const { verdict, parameters } = judged(mlp('mup-table3', 'sgd', small));
    expect(verdict).toBe('pass');
    expect(parameters.map(({ role, isolatedUpdate }) => [role, isolatedUpdate.expected])).toEqual(
      expect.arrayContaining([
        ['input', -0.5],
        ['hidden', -0.5],
        ['vector', -0.5],
        ['readout', 0],
        ['scalar', 0],
      ]),
    );
    expect(parameters[0]?.reason).toMatch(/through a readout smaller than it has to be/);
  });

  it('expects the same as ever where it does not', () => {
    const { verdict, parameters } = judged(mlp('mup-table3', 'sign', small));
    expect(verdict).toBe('pass');
    expect(parameters.every(({ isolatedUpdate }) => isolatedUpdate.expected === 0)).toBe(true);
  });

  it('still finds a rate that is too small', () => {
    const frozen = { ...small, 'input/kernel': { c: { sgd: 0, sign: 0, muon: 0 } } };
    const { verdict, diagnosis } = judged(mlp('mup-table3', 'sgd', frozen));
    expect(verdict).toBe('fail');
    expect(diagnosis.map(({ parameters, fix }) => [parameters, fix])).toEqual([
      [['input/kernel'], { learningRateExponent: 1 }],
    ]);
  });
});
