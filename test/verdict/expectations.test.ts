import { describe, expect, it } from 'vitest';
import type { ParameterAnalysis } from '../../src/analysis/analyze.js';
import type { OptimizerFamily } from '../../src/parametrization/optimizer-family.js';
import { judged, mlp, parameterSeries } from './model.js';

describe('judge, of a parameter of finite shape', () => {
  // Its gradient is a sum over the width of independent terms of size 1/width, until weights and gradients are aligned.
  const bottleneck = (update: number) => parameterSeries('bottleneck/kernel', 'scalar', { update });
  const outcomes = (family: OptimizerFamily, parameters: (made: ParameterAnalysis[]) => ParameterAnalysis[]) => {
    const made = mlp('mup-table3', family);
    return judged({ ...made, parameters: parameters(made.parameters) }).parameters.flatMap((one) =>
      one.parameter === 'bottleneck/kernel' ? [one.outcome] : [],
    );
  };

  it('takes an update that shrinks for right in front of the width, where it follows the gradient', () => {
    for (const update of [-0.5, -0.25, 0]) {
      expect(outcomes('sgd', (made) => [bottleneck(update), ...made])).toEqual(['pass']);
    }
    expect(outcomes('sgd', (made) => [bottleneck(0.5), ...made])).toEqual(['fail']);
  });

  it('takes it for wrong elsewhere', () => {
    expect(outcomes('sign', (made) => [bottleneck(-0.5), ...made])).toEqual(['fail']);
    expect(outcomes('sgd', (made) => [...made, bottleneck(-0.5)])).toEqual(['fail']);
  });
});

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
