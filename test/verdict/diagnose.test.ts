import { describe, expect, it } from 'vitest';
import { diagnose } from '../../src/verdict/diagnose.js';
import type { EpsilonEffect } from '../../src/verdict/epsilon-effect.js';
import type { Outcome, ParameterResult } from '../../src/verdict/result.js';
import { parameter, slopeOf } from '../report/measurements.js';

/** Where neither multiplier nor rate could be read off, the isolated update alone tells. */
const UNKNOWN = { multiplier: 0, rate: null };

/** A hidden parameter whose isolated update was judged so. */
const updated = (
  name: string,
  how: { slope: number; outcome: Outcome; interval?: [number, number] },
): ParameterResult => {
  const made = parameter(name, 'hidden');
  return { ...made, isolatedUpdate: { ...made.isolatedUpdate, ...slopeOf(how.slope, how) } };
};

/** Of an epsilon as large as the gradient of the widest model. */
const effect = (shareExponent: number, exponent: number, atWidest = 1): EpsilonEffect => ({
  shareExponent,
  ratio: { exponent, interval: [exponent - 0.1, exponent + 0.1], atWidest },
});

describe('diagnose', () => {
  const context = { isFailing: true, taps: [], scales: new Map<string, number>(), widest: 1024, targetWidth: 8192 };
  const of = (...results: ParameterResult[]) =>
    diagnose(
      results.map((result) => ({
        result,
        family: 'sign' as const,
        inputExponent: 0,
        ownOutput: null,
        epsilon: null,
        exponents: UNKNOWN,
      })),
      { ...context, isFailing: results.flatMap((r) => [r.init, r.isolatedUpdate]).some((s) => s.outcome === 'fail') },
    );

  it('names nothing while no slope fails, even where an interval lies outside', () => {
    expect(of(updated('dense/kernel', { slope: 1, outcome: 'inconclusive', interval: [0.6, 1.4] }))).toEqual([]);
  });

  it('names an inconclusive one beside a failing one if its own interval lies outside', () => {
    const failing = updated('a/kernel', { slope: 1, outcome: 'fail' });
    const outside = updated('b/kernel', { slope: 1, outcome: 'inconclusive', interval: [0.3, 1.7] });
    const straddling = updated('c/kernel', { slope: 1, outcome: 'inconclusive', interval: [0.2, 1.8] });
    expect(of(failing, outside, straddling).map(({ parameters }) => parameters)).toEqual([['a/kernel', 'b/kernel']]);
  });

  it('groups parameters of one role, fault and exponent, and no others', () => {
    const [one, two, half] = [
      updated('a/kernel', { slope: 1, outcome: 'fail' }),
      updated('b/kernel', { slope: 0.9, outcome: 'fail' }),
      updated('c/kernel', { slope: 0.5, outcome: 'fail' }),
    ];
    const other = { ...updated('d/kernel', { slope: 1, outcome: 'fail' }), role: 'readout' as const };
    expect(of(one, two, half, other).map(({ parameters }) => parameters)).toEqual([
      ['a/kernel', 'b/kernel'],
      ['c/kernel'],
      ['d/kernel'],
    ]);
  });

  it('names the use of a tied parameter', () => {
    const tied = { ...updated('embedding/embeddings', { slope: 1, outcome: 'fail' }), use: 'readout' };
    expect(of(tied)[0]?.parameters).toEqual(['embedding/embeddings@readout']);
  });

  it('takes no readout’s part off the readout’s own bias, wherever that stands in the order', () => {
    const readout = parameter('readout/kernel', 'readout', { init: 0, expectedInit: -0.5 });
    const parameters = [parameter('readout/bias', 'scalar', { update: 0 }), readout];
    const found = diagnose(
      parameters.map((result) => ({
        result,
        family: 'sgd' as const,
        inputExponent: 0,
        ownOutput: null,
        epsilon: null,
        exponents: UNKNOWN,
      })),
      context,
    );
    expect(found.filter(({ parameters: names }) => names.includes('readout/bias'))).toEqual([]);
    expect(found[0]?.parameters).toEqual(['readout/kernel']);
  });

  it('takes a readout under SGD off by ½ and 1 for the standard one, and an input layer so for its multiplier', () => {
    const off = (name: string, role: 'input' | 'readout', init: number) =>
      parameter(name, role, { init, expectedInit: init - 0.5, update: 1 });
    const found = (result: ParameterResult) =>
      diagnose(
        [{ result, family: 'sgd', inputExponent: 0, ownOutput: null, epsilon: null, exponents: UNKNOWN }],
        context,
      ).map(({ cause }) => cause);
    expect(found(off('readout/kernel', 'readout', 0))).toEqual(['readout-init-unscaled', 'readout-rate-unscaled']);
    expect(found(off('input/kernel', 'input', 0.5))).toEqual(['input-multiplier-unscaled']);
  });

  describe('of epsilon', () => {
    const share = { ...slopeOf(-0.42, { outcome: 'fail' }), tap: null, step: 0 };
    const taken = { ...updated('a/kernel', { slope: -0.5, outcome: 'fail' }), epsilonShare: share };
    const found = (...parameters: [ParameterResult, EpsilonEffect][]) =>
      diagnose(
        parameters.map(([result, epsilon]) => ({
          result,
          family: 'sign' as const,
          inputExponent: 0,
          ownOutput: null,
          epsilon,
          exponents: UNKNOWN,
        })),
        context,
      );
    const shown = (diagnoses: ReturnType<typeof found>) =>
      diagnoses.map(({ cause, parameters, fix }) => [cause, parameters, fix]);

    it('blames it where the update shrinks as it predicts, and says what it will be at the launch width', () => {
      const [diagnosis] = found([taken, effect(-0.42, -0.97)]);
      expect(shown([diagnosis])).toEqual([['epsilon-unscaled', ['a/kernel'], { epsilonExponent: -1 }]]);
      // At 1024 half of it is left; at 8192 the gradient is 8^0.97 times smaller, and (1 / 7.5) / (1 + 1 / 7.5) are left.
      expect(diagnosis?.text).toContain('epsilon leaves 50 % of it at width 1024');
      expect(diagnosis?.text).toContain('its gradient over epsilon goes like width^-0.97');
      expect(diagnosis?.text).toContain('4.26 times too small at width 8192 (3.55 to 5.13 by the interval)');
    });

    it('takes off what it does before it blames the rate', () => {
      const frozen = updated('b/kernel', { slope: -1.4, outcome: 'fail' });
      expect(shown(found([frozen, effect(-0.42, -0.97)]))).toEqual([
        ['hidden-rate-overscaled', ['b/kernel'], { learningRateExponent: 1 }],
      ]);
      expect(shown(found([{ ...frozen, epsilonShare: share }, effect(-0.42, -0.97)]))).toEqual([
        ['epsilon-unscaled', ['b/kernel'], { epsilonExponent: -1 }],
        ['hidden-rate-overscaled', ['b/kernel'], { learningRateExponent: 1 }],
      ]);
    });

    it('names every parameter that it will take over, once it takes over one, and tells of the worst', () => {
      const almost = updated('b/kernel', { slope: -0.1, outcome: 'pass' });
      const constant = updated('c/kernel', { slope: 0, outcome: 'pass' });
      const far = updated('d/kernel', { slope: 0, outcome: 'pass' });
      const others: [ParameterResult, EpsilonEffect][] = [
        [almost, effect(-0.09, -1.03, 6)],
        [constant, effect(0, -0.3, 0.5)],
        [far, effect(0, -1, 1e5)],
      ];
      const all = found(...others.slice(0, 1), [taken, effect(-0.42, -0.97)], ...others.slice(1));
      expect(shown(all)).toEqual([['epsilon-unscaled', ['b/kernel', 'a/kernel'], { epsilonExponent: -1 }]]);
      expect(all[0]?.text).toMatch(/^The isolated update of a\/kernel .* 4.26 times too small/);
      expect(found(...others)).toEqual([]);
    });

    it('leaves unknown what grows beside it', () => {
      const growing = { ...updated('e/kernel', { slope: 0, outcome: 'pass' }), epsilonShare: undefined };
      const init = { ...growing.init, ...slopeOf(0, { outcome: 'fail', interval: [-0.05, 0.05] }) };
      const causes = found([taken, effect(-0.42, -0.97)], [{ ...growing, init }, effect(0, 0)]).map(
        ({ cause }) => cause,
      );
      expect(causes).toEqual(['epsilon-unscaled', 'unknown']);
    });
  });

  it('names what the audit found, a tied parameter once', () => {
    const audited = (use: string): ParameterResult => ({
      ...parameter('embedding/embeddings', 'input'),
      use,
      rateDrift: { ...slopeOf(0.9, { outcome: 'fail' }), tap: null, step: 4 },
      decay: { ...slopeOf(-1, { outcome: 'fail' }), tap: null, step: 1 },
    });
    const found = diagnose(
      ['embedding', 'readout'].map((use) => ({
        result: audited(use),
        family: 'sign',
        inputExponent: 0,
        ownOutput: null,
        epsilon: null,
        exponents: UNKNOWN,
      })),
      context,
    );
    expect(found.map(({ cause, parameters, fix }) => ({ cause, parameters, fix }))).toEqual([
      { cause: 'decay-unscaled', parameters: ['embedding/embeddings'], fix: { weightDecayExponent: 1 } },
      { cause: 'rate-overwritten', parameters: ['embedding/embeddings'], fix: { learningRateExponent: -1 } },
    ]);
  });

  it('calls unknown what fails although initial sizes, multipliers and rates are right: a gradient that is scaled', () => {
    const shrinking = updated('a/kernel', { slope: -1, outcome: 'fail', interval: [-1.1, -0.9] });
    const right = { multiplier: 0, rate: 0 };
    const of = {
      result: shrinking,
      family: 'sgd' as const,
      inputExponent: 0,
      ownOutput: null,
      epsilon: null,
      exponents: right,
    };
    expect(diagnose([of], context)).toMatchObject([{ cause: 'unknown', parameters: ['a/kernel'], fix: {} }]);
    expect(diagnose([of], context)[0]?.text).toBe(
      'The isolated update of a/kernel goes like width^-1.00 [-1.10, -0.90], expected width^0. ' +
        'Look for what scales the gradient itself: the loss, a clipping.',
    );
    // The same slope with a rate that falls with width is that rate's.
    const slow = { ...of, exponents: { multiplier: 0, rate: -1 } };
    expect(diagnose([slow], context).map(({ cause }) => cause)).toEqual(['hidden-rate-overscaled']);
  });

  it('puts initial sizes before rates', () => {
    const rate = updated('a/kernel', { slope: 1, outcome: 'fail' });
    const both = parameter('b/kernel', 'hidden', { init: 0.5 });
    expect(of(rate, both).map(({ fix }) => Object.keys(fix))).toEqual([['initExponent'], ['learningRateExponent']]);
  });

  it('says what was measured, and what it becomes at the target', () => {
    const [found] = of(updated('a/kernel', { slope: 1, outcome: 'fail', interval: [0.96, 1.05] }));
    expect(found?.text).toBe(
      'The isolated update of a/kernel at a goes like width^1.00 [0.96, 1.05], expected width^0. ' +
        'If it is right at width 1024, it is 8 times too large at width 8192 (7.36 to 8.88 by the interval).',
    );
  });

  it.each([null, 1024, 64])(
    'reckons with 8 times the widest width where the target is %s, and raises the rate of what shrinks',
    (targetWidth) => {
      const [found] = diagnose(
        [
          {
            result: updated('a/kernel', { slope: -0.5, outcome: 'fail' }),
            family: 'sign',
            inputExponent: 0,
            ownOutput: null,
            epsilon: null,
            exponents: UNKNOWN,
          },
        ],
        {
          ...context,
          targetWidth,
        },
      );
      // 8^½ = 2.83
      expect(found?.text).toContain('it is 2.83 times too small at width 8192');
      expect(found?.fix).toEqual({ learningRateExponent: 0.5 });
    },
  );
});
