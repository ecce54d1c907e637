import { describe, expect, it } from 'vitest';
import type { Specimen } from '../../fixtures/zoo/specimen.js';
import type { CheckResult, Diagnosis } from '../../src/verdict/result.js';
import { scoreOf } from './score.js';

const specimen = (expected: Specimen['expected'], optimizer: Specimen['optimizer'] = 'adam'): Specimen => ({
  id: 'mlp/x:adam',
  what: '',
  model: 'mlp',
  optimizer,
  patch: {},
  expected,
});
const found = (cause: string, parameters: string[], fix: Diagnosis['fix']): Diagnosis => ({
  cause,
  title: '',
  parameters,
  fix,
  text: '',
});
const result = (verdict: CheckResult['verdict'], ...diagnosis: Diagnosis[]) => ({ verdict, diagnosis });

describe('scoreOf', () => {
  it('tells the outcomes of right, wrong and unmeasurable models apart', () => {
    const wrong = specimen([{ cause: 'c', at: ['p'], rate: -1 }]);
    const outcomes = (of: Specimen) =>
      (['pass', 'fail', 'inconclusive'] as const).map((verdict) => scoreOf(of, result(verdict)).outcome);
    expect(outcomes(specimen('pass'))).toEqual(['passed', 'false-alarm', 'inconclusive']);
    expect(outcomes(wrong)).toEqual(['missed', 'detected', 'inconclusive']);
    expect(outcomes(specimen('inconclusive'))).toEqual(['meaningless', 'meaningless', 'unmeasurable']);
  });

  it('asks for exactly the causes, parameters and exponents expected', () => {
    const wrong = specimen([{ cause: 'hidden-rate-unscaled', at: ['a', 'b'], rate: -1 }]);
    const rights = (...diagnosis: Diagnosis[]) => {
      const { isCauseRight, isParameterRight, isExponentRight } = scoreOf(wrong, result('fail', ...diagnosis));
      return [isCauseRight, isParameterRight, isExponentRight];
    };
    const whole = found('hidden-rate-unscaled', ['b', 'a'], { learningRateExponent: -1 });
    expect(rights(whole)).toEqual([true, true, true]);
    expect(rights({ ...whole, parameters: ['a'] })).toEqual([true, false, false]);
    expect(rights({ ...whole, fix: { learningRateExponent: -0.5 } })).toEqual([true, true, false]);
    expect(rights(whole, found('vector-rate-overscaled', ['c'], { learningRateExponent: 1 }))).toEqual([
      false,
      false,
      false,
    ]);
    expect(rights()).toEqual([false, false, false]);
  });

  it('takes cures for equal that abc-symmetry makes equal: θ in init and rate, under SGD θ² in the rate', () => {
    const expected = [{ cause: 'readout-multiplier-unscaled', at: ['p'], multiplier: -1 }];
    const split = (rate: number) => [
      found('readout-init-unscaled', ['p'], { initExponent: -1 }),
      found('readout-rate-unscaled', ['p'], { learningRateExponent: rate }),
    ];
    const isRight = (optimizer: Specimen['optimizer'], rate: number) =>
      scoreOf(specimen(expected, optimizer), result('fail', ...split(rate))).isExponentRight;
    expect([isRight('adam', -1), isRight('adam', -2)]).toEqual([true, false]);
    expect([isRight('sgd', -1), isRight('sgd', -2)]).toEqual([false, true]);
  });
});
