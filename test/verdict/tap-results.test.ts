import { describe, expect, it } from 'vitest';
import type { TapAnalysis } from '../../src/analysis/analyze.js';
import type { RecordHeader } from '../../src/records/run.js';
import type { TapResult } from '../../src/verdict/result.js';
import { analysisOf, judged, mlp, parameterSeries, series, tapSeries } from './model.js';

const DENSE = parameterSeries('dense/kernel', 'hidden');

/** Taps of a model of one hidden layer, judged. */
function taps(rows: TapAnalysis[], expectation: RecordHeader['expect'] = {}, places = ['dense']): TapResult[] {
  const parameter = { ...DENSE, places, ownPlace: places.at(-1) ?? null };
  return judged(analysisOf({ parameters: [parameter], taps: rows }), expectation).taps;
}

const brief = (rows: readonly TapResult[]) => rows.map(({ tap, quantity, outcome }) => `${tap} ${quantity} ${outcome}`);
const at = (tap: string, quantity: TapAnalysis['quantity'], step: number, exponent: number | null): TapAnalysis => ({
  ...series(exponent),
  tap,
  quantity,
  step,
  product: null,
});

describe('judge, of a tap', () => {
  it('fails an activation or a first change that grows', () => {
    expect(brief(taps(tapSeries('dense', { activation: 1 / 2, change: 1 })))).toEqual([
      'dense activation fail',
      'dense centredChange fail',
    ]);
  });

  it('passes one that keeps its size or shrinks', () => {
    expect(brief(taps(tapSeries('dense', { activation: -1 / 2, change: 0 })))).toEqual([
      'dense activation pass',
      'dense centredChange pass',
    ]);
  });

  it('shows the user’s own training, and never judges it', () => {
    const rows = taps([at('dense', 'activation', 1, 1), at('dense', 'change', 1, 1)]);
    expect(rows.map(({ judged: isJudged, outcome }) => [isJudged, outcome])).toEqual([
      [false, 'inapplicable'],
      [false, 'inapplicable'],
    ]);
  });

  it('judges the first change that is not exactly 0, and no later one', () => {
    const rows = taps([1, 2, 3].map((step) => at('dense', 'centredChange', step, step === 1 ? null : 1)));
    expect(rows.map(({ judged: isJudged }) => isJudged)).toEqual([false, true, false]);
  });

  it('does not judge taps inside an own place but the last', () => {
    const rows = [
      ...tapSeries('dense', { activation: 1 / 2, change: 1 }),
      ...tapSeries('scale', { activation: -1 / 2, change: 0 }),
    ];
    expect(brief(taps(rows, {}, ['dense', 'scale']))).toEqual([
      'dense activation inapplicable',
      'dense centredChange inapplicable',
      'scale activation pass',
      'scale centredChange pass',
    ]);
    expect(brief(taps(rows))[0]).toBe('dense activation fail');
  });

  it('judges a tap that ends one own place within another', () => {
    const shared = [
      { ...DENSE, places: ['dense', 'scale'], ownPlace: 'scale' },
      { ...DENSE, parameter: 'dense/bias', places: ['dense'], ownPlace: 'dense' },
    ];
    const rows = tapSeries('dense', { activation: 1, change: 0 });
    expect(brief(judged(analysisOf({ parameters: shared, taps: rows })).taps)[0]).toBe('dense activation fail');
  });

  it('does not judge a tap that the user wants ignored', () => {
    const rows = taps(tapSeries('dense', { activation: 1, change: 1 }), { dense: 'ignore' });
    expect(rows.map(({ outcome }) => outcome)).toEqual(['inapplicable', 'inapplicable']);
  });

  it('judges an activation against a declared exponent, on both sides', () => {
    const rows = tapSeries('dense', { activation: -1 / 2, change: 0 });
    expect(taps(rows, { dense: { init: -1 / 2 } })[0]).toMatchObject({ outcome: 'pass', expected: -1 / 2 });
    expect(taps(rows, { dense: { init: 0 } })[0]).toMatchObject({ outcome: 'fail', expected: 0 });
  });
});

/** The taps' results for a readout that amplifies by √width what reaches it. */
function propagated(expectation: RecordHeader['expect'] = {}): TapResult[] {
  const readout = parameterSeries('dense/kernel', 'readout', { init: -1 / 2, propagated: 1 / 2 });
  return judged(analysisOf({ parameters: [readout], taps: [] }), expectation).taps;
}

describe('judge, of a propagated part', () => {
  it('fails where an initial weight amplifies the changes upstream', () => {
    expect(propagated()).toMatchObject([
      { tap: 'dense', quantity: 'propagated', parameter: 'dense/kernel', outcome: 'fail', judged: true },
    ]);
  });

  it('is not judged where its parameter or its tap is exempt', () => {
    expect(propagated({ 'dense/kernel': 'frozen' })).toMatchObject([{ outcome: 'inapplicable', judged: false }]);
    expect(propagated({ dense: 'ignore' })).toMatchObject([{ outcome: 'inapplicable', judged: false }]);
  });

  it('is not asked of an input, whose weight sums over no width', () => {
    expect(propagated({ 'dense/kernel': { role: 'input' } })).toEqual([]);
  });

  it('alone, with the initial output, fails “SP with per-layer rates”', () => {
    const { rules, parameters } = judged(mlp('mup-table3', 'sign', { 'readout/kernel': { b: 1 / 2 } }));
    expect(rules.filter(({ outcome }) => outcome === 'fail').map(({ rule }) => rule)).toEqual([
      'unscaled-init',
      'growing-coordinate',
      'growing-propagation',
    ]);
    expect(parameters.filter(({ isolatedUpdate }) => isolatedUpdate.outcome !== 'pass')).toEqual([]);
  });
});
