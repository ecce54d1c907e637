import { describe, expect, it } from 'vitest';
import type { Analysis, Series } from '../../src/analysis/analyze.js';
import { interval } from '../../src/analysis/slope.js';
import type { RecordHeader } from '../../src/records/run.js';
import type { ParameterResult } from '../../src/verdict/result.js';
import { analysisOf, judged, missing, mlp, parameterSeries, series, tapSeries, type Exponents } from './model.js';

const RIGHT = tapSeries('dense', { activation: 0, change: 0 });

/** The one parameter of a model, judged. */
function only(
  analysis: Partial<Analysis['parameters'][number]> & { exponents?: Exponents },
  options: { expect?: RecordHeader['expect']; inert?: string[] } = {},
): ParameterResult {
  const { exponents = {}, ...fields } = analysis;
  const one = { ...parameterSeries('dense/kernel', 'hidden', exponents), ...fields };
  const [result] = judged(
    analysisOf({ parameters: [one], taps: RIGHT }, { inert: options.inert ?? [] }),
    options.expect,
  ).parameters;
  return result;
}

const notFinite = (): Series => ({ ...series(null), reason: 'non-finite' });

describe('judge, of a parameter', () => {
  it('passes one whose initial output and isolated update do not depend on width', () => {
    expect(only({})).toMatchObject({
      role: 'hidden',
      outcome: 'pass',
      reason: null,
      declared: null,
      ownPlace: 'dense',
      init: { outcome: 'pass', expected: 0, tap: 'dense', step: 0 },
      isolatedUpdate: { outcome: 'pass', expected: 0, tap: 'dense', step: 1 },
    });
  });

  it.each([
    ['input', { init: 1 / 2 }, 0],
    ['hidden', { init: -1 / 2 }, 0],
    ['readout', { init: 0 }, -1 / 2],
  ] as const)('fails an %s whose initial output is off by ½', (role, exponents, expected) => {
    const { parameters } = judged(
      analysisOf({ parameters: [parameterSeries('dense/kernel', role, exponents)], taps: RIGHT }),
    );
    expect(parameters[0]).toMatchObject({ role, outcome: 'fail', init: { outcome: 'fail', expected } });
  });

  it.each(['vector', 'scalar'] as const)('never judges the initial output of a %s', (role) => {
    const one = parameterSeries('dense/bias', role, { init: 1 });
    const [result] = judged(analysisOf({ parameters: [one], taps: RIGHT })).parameters;
    expect(result).toMatchObject({ role, outcome: 'pass', init: { outcome: 'inapplicable', expected: null } });
    expect(result?.init.slope).toBeCloseTo(1, 6);
  });

  it('takes a zero readout for right, and judges its update', () => {
    const zero = parameterSeries('dense/kernel', 'readout', { init: null });
    const [result] = judged(analysisOf({ parameters: [zero], taps: RIGHT })).parameters;
    expect(result).toMatchObject({ outcome: 'pass', init: { outcome: 'inapplicable', slope: null } });
  });

  it('shows the variable’s own value, update and gradient of the last step, unjudged', () => {
    const result = only({ update: [series(1, { step: 1 }), series(-1, { step: 2 })] });
    expect(result.update).toMatchObject({ outcome: 'inapplicable', step: 2, tap: null, expected: null });
    expect(result.update.slope).toBeCloseTo(-1, 6);
    expect(result.value.outcome).toBe('inapplicable');
  });

  it('is inconclusive where nothing was measured of it', () => {
    expect(only({ isolatedUpdate: missing(), init: missing() })).toMatchObject({
      outcome: 'inconclusive',
      reason: 'there is no slope: it was not measured in every run',
      isolatedUpdate: {
        settle: expect.stringMatching(/the runs that did not finish.* the same taps at every width$/) as string,
      },
    });
  });
});

describe('judge, of a declared parameter', () => {
  it.each([
    ['ignore', { init: 1, update: 1 }, 'declared ignore'],
    ['ignore', { init: 1, update: null }, 'declared ignore'],
    ['frozen', { init: 1, update: null }, 'declared frozen, and it never moves'],
  ] as const)('does not judge one declared %s, measured %o', (intent, exponents, reason) => {
    const result = only({ exponents }, { expect: { 'dense/*': intent } });
    expect(result).toMatchObject({
      outcome: 'inapplicable',
      reason,
      declared: intent,
      init: { outcome: 'inapplicable' },
      isolatedUpdate: { outcome: 'inapplicable' },
      update: { outcome: 'inapplicable' },
    });
  });

  it('fails one that is declared frozen and moves', () => {
    const moving = only({ exponents: { update: 0 } }, { expect: { 'dense/*': 'frozen' } });
    const reason = 'declared frozen, and it moves';
    expect(moving).toMatchObject({ outcome: 'fail', reason, update: { outcome: 'fail' } });
    expect(moving.isolatedUpdate).toMatchObject({ outcome: 'inapplicable', expected: null });
    // What becomes NaN has moved; what no record tells of is left open.
    expect(only({ update: [notFinite()] }, { expect: { 'dense/*': 'frozen' } }).outcome).toBe('fail');
    expect(only({ update: [] }, { expect: { 'dense/*': 'frozen' } })).toMatchObject({
      outcome: 'inapplicable',
      reason: 'declared frozen; nothing shows whether it moves',
    });
  });

  it('takes a declared role for the shape’s', () => {
    expect(only({}, { expect: { 'dense/kernel': { role: 'readout' } } })).toMatchObject({
      role: 'readout',
      declared: 'role readout',
      outcome: 'fail',
      init: { expected: -1 / 2 },
    });
  });

  it('judges the initial output against a declared exponent, on both sides', () => {
    const expectation = { 'dense/kernel': { init: 1 / 2 } };
    expect(only({ exponents: { init: 1 / 2 } }, { expect: expectation })).toMatchObject({
      declared: 'init width^0.5',
      outcome: 'pass',
    });
    expect(only({ exponents: { init: 0 } }, { expect: expectation }).outcome).toBe('fail');
  });

  it('takes the last of several globs that match', () => {
    const expectation = { '*/kernel': 'ignore', 'dense/*': { role: 'input', init: -1 } } as const;
    expect(only({}, { expect: expectation }).declared).toBe('role input, init width^-1');
  });

  it('judges what no glob matches', () => {
    expect(only({}, { expect: { 'other/*': 'ignore' } })).toMatchObject({ declared: null, outcome: 'pass' });
  });
});

describe('judge, of a parameter that does not move', () => {
  it('fails one whose update is exactly 0 though it has a gradient', () => {
    const frozen = only({ exponents: { update: null } });
    expect(frozen).toMatchObject({ outcome: 'fail', update: { outcome: 'fail' } });
    expect(frozen.reason).toMatch(/^frozen: /);
  });

  const someZero = (): Series => {
    const { points } = series(0);
    return { ...series(null), points: points.map((point, i) => (i === 0 ? { ...point, log2Size: null } : point)) };
  };

  it.each([
    ['gets no gradient', { gradient: [] }, /the loss does not depend on it/, /take it out of the model/],
    ['gets a gradient of 0', { gradient: [series(null)] }, /its gradient is exactly 0 at every step/, /more steps/],
    [
      'moves in the plain run alone',
      { update: [series(0)], isolatedUpdate: series(null) },
      /its change is exactly 0 at every step/,
      /more steps/,
    ],
    ['moves in some runs', { update: [series(0)], isolatedUpdate: someZero() }, /exactly 0 in some runs/, /batch/],
    [
      'moves too little for single precision',
      { update: [series(0)], isolatedUpdate: { ...series(-0.5), fit: null, reason: 'unresolved' as const } },
      /rounding/,
      /raise the learning rate/,
    ],
    [
      'becomes infinite',
      { update: [notFinite()], isolatedUpdate: notFinite() },
      /not finite at one width or more/,
      /lower the learning rate/,
    ],
  ])('leaves the check inconclusive where it %s', (_, fields, reason, settle) => {
    const one = { ...parameterSeries('dense/kernel', 'hidden', { update: null }), ...fields };
    const result = judged(analysisOf({ parameters: [one, parameterSeries('right/kernel', 'hidden')], taps: RIGHT }));
    expect(result.parameters.map(({ outcome }) => outcome)).toEqual(['inconclusive', 'pass']);
    const [stuck] = result.parameters;
    expect(stuck?.reason).toMatch(reason);
    expect(stuck?.update.outcome).toBe('inapplicable');
    expect(stuck?.isolatedUpdate).toMatchObject({ outcome: 'inconclusive', reason: stuck?.reason });
    expect(stuck?.isolatedUpdate.settle).toMatch(settle);
    expect(result.verdict).toBe('inconclusive');
    expect(result.summary).toContain(`isolated update of dense/kernel ${stuck?.reason}`);
  });

  it('leaves a want of widths to the gates', () => {
    const narrow = { ...series(0), fit: null, reason: 'too-few-widths' as const };
    expect(only({ isolatedUpdate: narrow }).isolatedUpdate.outcome).toBe('inapplicable');
  });

  it('lists an inert one, unjudged, and notes it', () => {
    const exponents = { init: 1, update: 1 };
    const inert = only({ exponents }, { inert: ['dense/kernel'] });
    expect(inert).toMatchObject({ outcome: 'inapplicable', isolatedUpdate: { outcome: 'inapplicable' } });
    expect(inert.reason).toMatch(/^inert: /);
    const one = parameterSeries('dense/kernel', 'hidden', exponents);
    expect(judged(analysisOf({ parameters: [one], taps: RIGHT }, { inert: ['dense/kernel'] })).notes).toContain(
      'Inert, listed and not judged: dense/kernel.',
    );
  });
});

describe('judge, of symptoms', () => {
  it('passes what only shows another’s fault, and says whose', () => {
    const { parameters } = judged(mlp('sp', 'sgd'));
    const hidden = parameters.find(({ parameter }) => parameter === 'hidden-1/kernel');
    expect(hidden).toMatchObject({
      isolatedUpdate: { outcome: 'fail' },
      outcome: 'pass',
      reason: 'a symptom of readout/kernel',
    });
  });

  it('fails every cause, and nothing but causes', () => {
    const { parameters } = judged(mlp('mup-table8', 'sgd', { 'readout/kernel': { a: 0 } }));
    expect(parameters.filter(({ outcome }) => outcome === 'fail').map(({ parameter }) => parameter)).toEqual([
      'readout/kernel',
    ]);
    expect(parameters.filter(({ isolatedUpdate }) => isolatedUpdate.outcome === 'fail')).toHaveLength(7);
  });

  it('lets a frozen parameter fail beside other causes: it is nobody’s symptom', () => {
    const frozen = parameterSeries('frozen/kernel', 'hidden', { update: null });
    const wrong = parameterSeries('dense/kernel', 'hidden', { update: 1 });
    const { parameters } = judged(analysisOf({ parameters: [frozen, wrong], taps: RIGHT }));
    expect(parameters.map(({ outcome }) => outcome)).toEqual(['fail', 'fail']);
    expect(parameters[0]?.reason).toMatch(/^frozen/);
  });
});

/** Outcome of one isolated update of an otherwise right model, its standard error 0.1 over 11 degrees of freedom. */
function outcomeOf(slope: number) {
  const analysis = mlp('mup-table3', 'sign');
  const parameters = analysis.parameters.map((one, i) => {
    const { isolatedUpdate } = one;
    if (i > 0 || isolatedUpdate.fit === null) return one;
    const interval95: [number, number] = [slope - 0.22, slope + 0.22];
    const fit = { ...isolatedUpdate.fit, slope, standardError: 0.1, degreesOfFreedom: 11, interval95 };
    return { ...one, isolatedUpdate: { ...isolatedUpdate, fit } };
  });
  return judged({ ...analysis, parameters }).parameters[0]?.isolatedUpdate.outcome;
}

describe('judge, of the bound on false alarms', () => {
  it('is shared by all 23 slopes of a four-layer MLP: inits, updates, taps and propagated parts', () => {
    // 4 + 8 + 8 + 3 slopes; a bound shared by 22 or 24 would lie 0.002 off.
    const [, half] = interval({ slope: 0, standardError: 0.1, degreesOfFreedom: 11 }, 1 - 0.05 / 23);
    expect(outcomeOf(0.25 + half - 0.0005)).toBe('inconclusive');
    expect(outcomeOf(0.25 + half + 0.0005)).toBe('fail');
  });
});

/** A model without taps but its output: everything first shows there. */
const untapped = (hidden: number) =>
  judged(
    analysisOf({
      parameters: [
        parameterSeries('net/in', 'input', { init: -1 / 2, update: 0 }),
        parameterSeries('net/hidden', 'hidden', { init: -1 / 2, rate: hidden }),
        parameterSeries('net/out', 'readout', { init: -1 / 2, rate: -1 }),
        parameterSeries('net/bias', 'vector', { update: 0 }),
        parameterSeries('net/out_bias', 'scalar', { update: 0 }),
      ],
      taps: tapSeries('net', { activation: -1 / 2, change: 0 }),
    }),
  );

describe('judge, of matrices that first show at the same tap', () => {
  it('judges the size of the update alone: −1 where it sums over the width, else 0', () => {
    const { parameters } = untapped(-1);
    expect(parameters.map(({ isolatedUpdate }) => isolatedUpdate.expected)).toEqual([0, -1, -1, 0, 0]);
    expect(parameters.map(({ outcome }) => outcome)).toEqual(['pass', 'pass', 'pass', 'pass', 'pass']);
    expect(parameters[1]?.init.outcome).toBe('inapplicable');
    expect(parameters[1]?.reason).toMatch(/together with net\/in, net\/out.*tap\(\)/);
    expect(parameters[4]?.reason).toBe(null);
  });

  it('still names a rate that is not scaled', () => {
    const { verdict, diagnosis } = untapped(0);
    expect(verdict).toBe('fail');
    expect(diagnosis.map(({ parameters, fix }) => [parameters, fix])).toEqual([
      [['net/hidden'], { learningRateExponent: -1 }],
    ]);
    expect(diagnosis[0]?.text).toMatch(/^The update of net\/hidden goes like width\^0\.00/);
  });
});
