import { describe, expect, it } from 'vitest';
import { derivedSeries } from '../../src/analysis/series.js';
import { analysisOf, judged, parameterSeries, series, tapSeries } from './model.js';

const RIGHT = tapSeries('dense', { activation: 0, change: 0 });

describe('judge, of a parameter whose place is shared', () => {
  /** Two matrices that first show at one tap, the one with an update of this size at the narrowest width. */
  const shared = (size: number) => {
    const sizes = series(-1).points.map(({ width, seed }) => ({ width, seed, size: (size * 64) / width }));
    const [left, right] = ['dense/left', 'dense/right'].map((name) => parameterSeries(name, 'hidden', { value: 0 }));
    const analysis = analysisOf({ parameters: [left, right], taps: RIGHT });
    const update = derivedSeries(sizes, analysis.runs, { tap: null, step: 1, statistic: 'rms' });
    const [result] = judged({ ...analysis, parameters: [{ ...left, update: [update] }, right] }).parameters;
    return result.isolatedUpdate;
  };

  it('is judged by the size of its update, which falls like 1/width', () => {
    expect(shared(1e-3)).toMatchObject({ outcome: 'pass', expected: -1, tap: null });
  });

  it('is inconclusive where that is too small to be stored beside its value', () => {
    expect(shared(1e-9)).toMatchObject({
      outcome: 'inconclusive',
      slope: null,
      reason: expect.stringMatching(/smaller than single precision keeps/) as string,
    });
  });
});
