import { describe, expect, it } from 'vitest';
import type { Series } from '../../src/analysis/analyze.js';
import { notesOf } from '../../src/verdict/notes.js';
import { header } from '../records/sample.js';
import { analysisOf, parameterSeries, tapSeries } from './model.js';

/** Gradients of 2^log2Size at the narrowest of three widths, halved at every doubling. */
function gradients(log2Size: number): Series[] {
  const points = [64, 128, 256].map((width, i) => ({ width, seed: 0, log2Size: log2Size - i }));
  return [{ tap: null, step: 0, statistic: 'rms', points, fit: null, reason: 'missing' }];
}

/** The notes of a model with one matrix, whose smallest gradient is 2^(log2Size − 2). */
function notes(log2Size: number, { epsilon, optimizer = 'Adam' }: { epsilon: number | null; optimizer?: string }) {
  const one = { ...parameterSeries('dense/kernel', 'hidden'), gradient: gradients(log2Size) };
  const analysis = analysisOf(
    { parameters: [one], taps: tapSeries('dense', { activation: 0, change: 0 }) },
    { optimizer },
  );
  const runs = analysis.runs.map((run) => ({ ...run, epsilon }));
  return notesOf({ ...analysis, runs }, { header: header(), parameters: [] });
}

describe('notesOf', () => {
  it('reports an epsilon above a tenth of a gradient, and stays silent below', () => {
    // 2^-20 ≈ 9.5e-7: a tenth of it lies between 1e-8 and 1e-7.
    expect(notes(-18, { epsilon: 1e-7 })).toEqual([
      expect.stringMatching(/^Epsilon 1e-7 .* dense\/kernel \(9\.5e-7\)/),
    ]);
    expect(notes(-18, { epsilon: 1e-8 })).toEqual([]);
  });

  it('reports gradients whose squares underflow', () => {
    expect(notes(-70, { epsilon: 1e-30 })).toEqual([expect.stringMatching(/^The squared gradients of dense\/kernel/)]);
    expect(notes(-60, { epsilon: 1e-30 })).toEqual([]);
  });

  it('asks nothing of an optimizer that shows no epsilon, or follows the gradient', () => {
    expect(notes(-70, { epsilon: null })).toEqual([]);
    expect(notes(-70, { epsilon: 1e-7, optimizer: 'SGD' })).toEqual([]);
  });

  it('calls the negative control one, and lists what is inert', () => {
    const tables = { parameters: [parameterSeries('dense/bias', 'vector')], taps: [] };
    const context = { header: header({ control: 'sp' }), parameters: [] };
    expect(notesOf(analysisOf(tables, { inert: ['dense/bias'] }), context)).toEqual([
      'This is the negative control: built in sp, it must fail.',
      'Inert, listed and not judged: dense/bias.',
    ]);
  });
});
