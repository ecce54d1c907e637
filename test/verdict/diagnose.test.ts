import { describe, expect, it } from 'vitest';
import type { Analysis } from '../../src/analysis/analyze.js';
import { isolatedUpdateExponent } from '../../src/parametrization/calculus.js';
import { ABC } from '../../src/parametrization/abc.js';
import type { OptimizerFamily } from '../../src/parametrization/optimizer-family.js';
import { diagnose } from '../../src/verdict/diagnose.js';
import type { Outcome, ParameterResult } from '../../src/verdict/result.js';
import { parameter, slopeOf } from '../report/measurements.js';
import { judged, mlp } from './model.js';

const WORDS: Record<string, string> = {
  initExponent: 'init',
  learningRateExponent: 'rate',
  multiplierExponent: 'multiplier',
};

/** Every named fault: parameter, what to change, the exponent of width that mends it. */
const faults = (analysis: Analysis) =>
  judged(analysis)
    .diagnosis.flatMap(({ parameters, fix }) =>
      parameters.flatMap((name) => Object.entries(fix).map(([what, exponent]) => [name, WORDS[what], exponent])),
    )
    .toSorted((a, b) => a.join(' ').localeCompare(b.join(' ')));

const CONSTANT = { sgd: 0, sign: 0, muon: 0 };
const FAMILIES: OptimizerFamily[] = ['sgd', 'sign'];

describe('diagnose, of a whole parametrization', () => {
  it.each(
    (['mup-table3', 'mup-table8', 'mup-table9', 'mean-field'] as const).flatMap((name) =>
      FAMILIES.map((f) => [name, f] as const),
    ),
  )('names nothing in %s under %s', (name, family) => {
    const analysis = mlp(name, family);
    expect(faults(analysis)).toEqual([]);
    expect(judged(analysis).verdict).toBe('pass');
  });

  it('derives Table 3 from SP under Adam: hidden and readout rates 1/n, readout init another 1/√n', () => {
    expect(faults(mlp('sp', 'sign'))).toEqual([
      ['hidden-1/kernel', 'rate', -1],
      ['hidden-2/kernel', 'rate', -1],
      ['readout/kernel', 'init', -0.5],
      ['readout/kernel', 'rate', -1],
    ]);
  });

  it('derives Table 3 from SP under SGD: input and vector rates n, readout rate 1/n and init another 1/√n', () => {
    expect(faults(mlp('sp', 'sgd'))).toEqual([
      ['hidden-1/bias', 'rate', 1],
      ['hidden-2/bias', 'rate', 1],
      ['input/bias', 'rate', 1],
      ['input/kernel', 'rate', 1],
      ['readout/kernel', 'init', -0.5],
      ['readout/kernel', 'rate', -1],
    ]);
  });

  it('derives mean field from NTK under SGD, up to a symmetry of the readout', () => {
    const hidden = ['hidden-1', 'hidden-2', 'input'].flatMap((layer) =>
      ['bias', 'kernel'].map((weight) => [`${layer}/${weight}`, 'rate', 1]),
    );
    expect(faults(mlp('ntk', 'sgd'))).toEqual([...hidden, ['readout/kernel', 'init', -0.5]]);
    const mended = {
      'readout/kernel': { b: 1 / 2 },
      ...rates(
        hidden.map(([name]) => String(name)),
        -1,
      ),
    };
    expect(faults(mlp('ntk', 'sgd', mended))).toEqual([]);
  });

  it('derives mean field from NTK under Adam, up to a symmetry of the readout', () => {
    expect(faults(mlp('ntk', 'sign'))).toEqual([
      ['hidden-1/kernel', 'rate', -0.5],
      ['hidden-2/kernel', 'rate', -0.5],
      // Init −½ and rate −½ in one.
      ['readout/kernel', 'multiplier', -0.5],
    ]);
  });
});

function rates(names: readonly string[], c: number) {
  return Object.fromEntries(names.map((name) => [name, { c: { sgd: c, sign: c, muon: c } }]));
}

describe('diagnose, of a single bug', () => {
  it('names the readout alone where Table 8’s multiplier is missing under Adam', () => {
    expect(faults(mlp('mup-table8', 'sign', { 'readout/kernel': { a: 0 } }))).toEqual([
      ['readout/kernel', 'multiplier', -1],
    ]);
  });

  it('names the readout alone where Table 8’s multiplier is missing under SGD, though every gradient is off', () => {
    const analysis = mlp('mup-table8', 'sgd', { 'readout/kernel': { a: 0 } });
    expect(
      analysis.parameters.map(({ isolatedUpdate }) => Math.round(isolatedUpdate.fit?.slope ?? Number.NaN)),
    ).toEqual([1, 1, 1, 1, 1, 1, 2, 0]);
    expect(faults(analysis)).toEqual([['readout/kernel', 'multiplier', -1]]);
  });

  it.each(FAMILIES)('names each hidden layer once where a fixed init std compounds, under %s', (family) => {
    const analysis = mlp('mup-table3', family, { 'hidden-1/kernel': { b: 0 }, 'hidden-2/kernel': { b: 0 } });
    expect(analysis.parameters.filter((p) => p.parameter.endsWith('kernel')).map((p) => p.init.fit?.slope)).toEqual(
      [0, 0.5, 1, 0.5].map((slope) => expect.closeTo(slope, 6) as number),
    );
    const { diagnosis } = judged(analysis);
    expect(diagnosis).toHaveLength(1);
    expect(diagnosis[0]).toMatchObject({
      cause: 'hidden-init-unscaled',
      parameters: ['hidden-1/kernel', 'hidden-2/kernel'],
      fix: { initExponent: -0.5 },
    });
    expect(diagnosis[0]?.fix.learningRateExponent).toBeUndefined();
  });

  it('names the init of the one hidden layer whose std shrinks too fast', () => {
    expect(faults(mlp('mup-table3', 'sign', { 'hidden-1/kernel': { b: 1 } }))).toEqual([
      ['hidden-1/kernel', 'init', 0.5],
    ]);
  });

  it('names the one hidden rate that does not fall with width', () => {
    const analysis = mlp('mup-table3', 'sign', { 'hidden-2/kernel': { c: CONSTANT } });
    expect(faults(analysis)).toEqual([['hidden-2/kernel', 'rate', -1]]);
    expect(judged(analysis).diagnosis[0]?.cause).toBe('hidden-rate-unscaled');
  });

  it('names a hidden rate divided by √n instead of n', () => {
    const analysis = mlp('mup-table3', 'sign', rates(['hidden-2/kernel'], 1 / 2));
    expect(faults(analysis)).toEqual([['hidden-2/kernel', 'rate', -0.5]]);
  });

  it('names an embedding rate divided by n', () => {
    const analysis = mlp('mup-table3', 'sign', rates(['input/kernel'], 1));
    expect(faults(analysis)).toEqual([['input/kernel', 'rate', 1]]);
    expect(judged(analysis).diagnosis[0]?.cause).toBe('input-rate-overscaled');
  });

  it('names a norm gain’s rate divided by n', () => {
    const analysis = mlp('mup-table3', 'sign', rates(['hidden-1/bias'], 1));
    expect(faults(analysis)).toEqual([['hidden-1/bias', 'rate', 1]]);
    expect(judged(analysis).diagnosis[0]?.cause).toBe('vector-rate-overscaled');
  });

  it('names the init alone where only the readout’s rate was scaled', () => {
    expect(faults(mlp('mup-table3', 'sign', { 'readout/kernel': { b: 1 / 2 } }))).toEqual([
      ['readout/kernel', 'init', -0.5],
    ]);
  });

  it('names a readout that is scaled twice by its rate alone: a smaller initial readout is no fault', () => {
    expect(
      faults(mlp('mup-table8', 'sign', { 'readout/kernel': { a: 1, b: 1, c: { sgd: 0, sign: 1, muon: 0 } } })),
    ).toEqual([['readout/kernel', 'rate', 1]]);
  });

  it('does not name a small readout behind hidden layers that grow', () => {
    const hidden = { 'hidden-1/kernel': { b: 0 }, 'hidden-2/kernel': { b: 0 } };
    // Its input goes like n, its output like 1: more than n^-½, by n^½ less than the input's doing.
    expect(faults(mlp('mup-table3', 'sign', { ...hidden, 'readout/kernel': { b: 3 / 2 } }))).toEqual([
      ['hidden-1/kernel', 'init', -0.5],
      ['hidden-2/kernel', 'init', -0.5],
    ]);
  });

  it('takes nothing off a gradient’s size where the optimizer is not known', () => {
    const shifted = { ...mlp('sp', 'sgd') };
    shifted.runs = shifted.runs.map((run) => ({ ...run, optimizer: 'Muon' }));
    const slope = isolatedUpdateExponent('hidden', ABC.sp, 'sgd');
    expect(faults(shifted)).toContainEqual(['hidden-1/kernel', 'rate', -slope]);
  });
});

/** A hidden parameter whose isolated update was judged so. */
const updated = (
  name: string,
  how: { slope: number; outcome: Outcome; interval?: [number, number] },
): ParameterResult => {
  const made = parameter(name, 'hidden');
  return { ...made, isolatedUpdate: { ...made.isolatedUpdate, ...slopeOf(how.slope, how) } };
};

describe('diagnose', () => {
  const context = { isFailing: true, taps: [], scales: new Map<string, number>(), widest: 1024, targetWidth: 8192 };
  const of = (...results: ParameterResult[]) =>
    diagnose(
      results.map((result) => ({ result, family: 'sign' as const, inputExponent: 0, epsilonExponent: 0 })),
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
      parameters.map((result) => ({ result, family: 'sgd' as const, inputExponent: 0, epsilonExponent: 0 })),
      context,
    );
    expect(found.filter(({ parameters: names }) => names.includes('readout/bias'))).toEqual([]);
    expect(found[0]?.parameters).toEqual(['readout/kernel']);
  });

  it('takes a readout under SGD off by ½ and 1 for the standard one, and an input layer so for its multiplier', () => {
    const off = (name: string, role: 'input' | 'readout', init: number) =>
      parameter(name, role, { init, expectedInit: init - 0.5, update: 1 });
    const found = (result: ParameterResult) =>
      diagnose([{ result, family: 'sgd', inputExponent: 0, epsilonExponent: 0 }], context).map(({ cause }) => cause);
    expect(found(off('readout/kernel', 'readout', 0))).toEqual(['readout-init-unscaled', 'readout-rate-unscaled']);
    expect(found(off('input/kernel', 'input', 0.5))).toEqual(['input-multiplier-unscaled']);
  });

  it('blames epsilon where the update shrinks as it predicts, and the rate where it shrinks by more', () => {
    const shrinking = updated('a/kernel', { slope: -0.5, outcome: 'fail' });
    const frozen = updated('b/kernel', { slope: -1.4, outcome: 'fail' });
    const gradient = { ...shrinking.gradient, ...slopeOf(-0.97, { outcome: 'inapplicable' }) };
    const found = diagnose(
      [shrinking, frozen].map((result) => ({
        result: { ...result, gradient },
        family: 'sign',
        inputExponent: 0,
        epsilonExponent: -0.42,
      })),
      context,
    );
    expect(found.map(({ cause, parameters, fix }) => ({ cause, parameters, fix }))).toEqual([
      { cause: 'epsilon-unscaled', parameters: ['a/kernel'], fix: { epsilonExponent: -1 } },
      { cause: 'hidden-rate-overscaled', parameters: ['b/kernel'], fix: { learningRateExponent: 1.5 } },
    ]);
    expect(found[0]?.text).toContain('its gradient like width^-0.97');
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
        epsilonExponent: 0,
      })),
      context,
    );
    expect(found.map(({ cause, parameters, fix }) => ({ cause, parameters, fix }))).toEqual([
      { cause: 'decay-unscaled', parameters: ['embedding/embeddings'], fix: { weightDecayExponent: 1 } },
      { cause: 'rate-overwritten', parameters: ['embedding/embeddings'], fix: { learningRateExponent: -1 } },
    ]);
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

  it('reckons with 8 times the widest width where no target is given, and raises the rate of what shrinks', () => {
    const [found] = diagnose(
      [
        {
          result: updated('a/kernel', { slope: -0.5, outcome: 'fail' }),
          family: 'sign',
          inputExponent: 0,
          epsilonExponent: 0,
        },
      ],
      {
        ...context,
        targetWidth: null,
      },
    );
    // 8^½ = 2.83
    expect(found?.text).toContain('it is 2.83 times too small at width 8192');
    expect(found?.fix).toEqual({ learningRateExponent: 0.5 });
  });
});
