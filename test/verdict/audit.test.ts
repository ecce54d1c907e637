import { describe, expect, it } from 'vitest';
import type { Analysis } from '../../src/analysis/analyze.js';
import { epsilonShare } from '../../src/analysis/epsilon-share.js';
import { TOLERANCE } from '../../src/analysis/half-integer.js';
import { derivedSeries } from '../../src/analysis/series.js';
import { analysisOf, judged, parameterSeries, SEEDS, series, tapSeries, WIDTHS, type Exponents } from './model.js';

/** A model of one hidden matrix whose rate drifts, or whose decay goes, like these powers of width. */
function audited({ drift, decay, ...exponents }: Exponents & { drift?: number; decay?: number }): Analysis {
  const hidden = {
    ...parameterSeries('hidden/kernel', 'hidden', exponents),
    ...(drift !== undefined && { rateDrift: { perStep: series(drift), perGradient: series(0) } }),
    ...(decay !== undefined && { decay: series(decay) }),
  };
  return analysisOf({ parameters: [hidden], taps: tapSeries('hidden', { activation: 0, change: 0 }) });
}

const causes = (analysis: Analysis) => judged(analysis).diagnosis.map(({ cause, fix }) => [cause, fix]);

describe('audited', () => {
  it('fails a rate that changes its power of width after the first step', () => {
    const result = judged(audited({ drift: 0.9 }));
    expect(result.verdict).toBe('fail');
    expect(result.parameters[0]?.outcome).toBe('fail');
    expect(causes(audited({ drift: 0.9 }))).toEqual([['rate-overwritten', { learningRateExponent: -1 }]]);
  });

  it('fails a decay that takes less of wide models', () => {
    expect(causes(audited({ decay: -1 }))).toEqual([['decay-unscaled', { weightDecayExponent: 1 }]]);
  });

  it('fails a rate that gets too small, and reads no power off updates that hide behind the first', () => {
    // Later rates 1/m of the first: (1 + 3 / m) / 4, which bends towards a floor.
    const bent = derivedSeries(
      WIDTHS.flatMap((width) => SEEDS.map((seed) => ({ width, seed, size: (1 + (3 * 64) / width) / 4 }))),
      analysisOf({ parameters: [], taps: [] }).runs,
      { tap: null, step: 4, statistic: 'rms' },
    );
    const analysis = audited({});
    const [hidden] = analysis.parameters;
    const parameters = [{ ...hidden, rateDrift: { perStep: bent, perGradient: bent } }];
    expect(judged({ ...analysis, parameters }).verdict).toBe('fail');
    expect(causes({ ...analysis, parameters })).toEqual([['rate-overwritten', {}]]);
  });

  it('leaves a decay open that some widths do not show', () => {
    const analysis = audited({ decay: -1 });
    const [hidden] = analysis.parameters;
    const points = hidden.decay.points.filter(({ width }) => width < 512);
    const parameters = [{ ...hidden, decay: { ...hidden.decay, points, fit: null, reason: 'missing' as const } }];
    const result = judged({ ...analysis, parameters });
    expect(result.verdict).toBe('inconclusive');
    expect(result.summary).toMatch(
      /the decay of hidden\/kernel .*single precision.*raise the learning rate or the weight decay/,
    );
  });

  it('fails a tied parameter whose decay changes with width, in each of its uses, and names it once', () => {
    const analysis = audited({ decay: -1 });
    const [hidden] = analysis.parameters;
    const uses = ['first', 'second'].map((use) => ({ ...hidden, use, isTied: true }));
    const result = judged({ ...analysis, parameters: uses });
    expect(result.diagnosis.map(({ parameters }) => parameters)).toEqual([['hidden/kernel']]);
    expect(result.parameters.map(({ outcome }) => outcome)).toEqual(['fail', 'fail']);
  });

  it('takes what steps add up to a little differently for no finding', () => {
    expect(judged(audited({ drift: 0.24, decay: 0 })).verdict).toBe('pass');
  });

  it('shows and does not judge the drift of a model whose first step is wrong', () => {
    const { parameters, diagnosis } = judged(audited({ drift: -0.6, update: 1 }));
    expect(parameters[0]?.rateDrift).toMatchObject({
      slope: expect.closeTo(-0.6, 9) as number,
      outcome: 'inapplicable',
    });
    expect(diagnosis.map(({ cause }) => cause)).toEqual(['hidden-rate-unscaled']);
  });

  it('takes the drift per gradient where the update follows the gradient', () => {
    const analysis = audited({ drift: 0.9, rate: 0 });
    expect(judged({ ...analysis, runs: analysis.runs.map((run) => ({ ...run, optimizer: 'SGD' })) }).verdict).toBe(
      'pass',
    );
  });

  describe('of epsilon', () => {
    /** Gradients that fall like 1 / width, from `first` times epsilon at the narrowest; the update shrinks as that predicts. */
    const outgrown = (first: number, optimizer = 'Adam'): Analysis => {
      const analysis = audited({});
      const at = { tap: null, step: 0, statistic: 'rms' as const };
      const sizes = WIDTHS.flatMap((width) => SEEDS.map((seed) => ({ width, seed, size: (first * 64) / width })));
      const overEpsilon = derivedSeries(sizes, analysis.runs, at);
      const share = epsilonShare(overEpsilon, analysis.runs);
      const [hidden] = analysis.parameters;
      const isolatedUpdate = { ...share, tap: 'hidden', step: 1 };
      const falling = { ...hidden, overEpsilon, epsilonShare: share, isolatedUpdate };
      const constant = { ...parameterSeries('readout/kernel', 'readout', { init: -0.5 }), overEpsilon: series(0) };
      const runs = analysis.runs.map((run) => ({ ...run, optimizer }));
      return { ...analysis, runs, parameters: [falling, { ...constant, epsilonShare: series(0) }] };
    };

    it('fails an update that epsilon shrinks by less than a class of exponents, for it will be more', () => {
      // Of the update ⅔ are left at the widest width, where it goes like width^-⅓.
      const result = judged(outgrown(16));
      expect(result.parameters[0]?.isolatedUpdate.slope).toBeGreaterThan(-TOLERANCE);
      expect(result.verdict).toBe('fail');
      expect(result.diagnosis.map(({ cause, parameters, fix }) => [cause, parameters, fix])).toEqual([
        ['epsilon-unscaled', ['hidden/kernel'], { epsilonExponent: -1 }],
      ]);
      expect(result.parameters[0]?.epsilonShare).toMatchObject({
        outcome: 'fail',
        reason: 'what it leaves goes like width^-0.33 at the widest width, and steeper beyond',
      });
    });

    it('passes one that epsilon hardly touches at the widest width', () => {
      // Of the update 5/6 are left there, and it goes like width^-0.17.
      const result = judged(outgrown(40));
      expect(result.verdict).toBe('pass');
      expect(result.parameters[0]?.epsilonShare?.outcome).toBe('pass');
    });

    it('does not judge one that shrinks by far less than the RMS of all its gradients says', () => {
      const analysis = outgrown(16);
      const [hidden, ...others] = analysis.parameters;
      const looked = { ...hidden, isolatedUpdate: series(-0.03, { tap: 'hidden' }) };
      const { verdict, parameters } = judged({ ...analysis, parameters: [looked, ...others] });
      expect(verdict).toBe('pass');
      expect(parameters[0]?.epsilonShare).toMatchObject({
        outcome: 'inapplicable',
        reason: 'by the RMS of all its gradients; its update does not bear it out',
      });
    });

    it('passes where the gradient may well not fall against it', () => {
      const analysis = outgrown(16);
      const [hidden, ...others] = analysis.parameters;
      // All below epsilon, scattered by factors of 2 about a slope of −0.3.
      const sizes = WIDTHS.flatMap((width, i) =>
        SEEDS.map((seed) => ({ width, seed, size: 0.1 * width ** -0.3 * 2 ** (((i + seed) % 2) * 2 - 1) })),
      );
      const at = { tap: null, step: 0, statistic: 'rms' as const };
      const overEpsilon = derivedSeries(sizes, analysis.runs, at);
      const epsilonShareOf = epsilonShare(overEpsilon, analysis.runs);
      const noisy = { ...hidden, overEpsilon, epsilonShare: epsilonShareOf };
      expect(judged({ ...analysis, parameters: [noisy, ...others] }).parameters[0]?.epsilonShare?.outcome).toBe('pass');
    });

    it('names a tied parameter once, and every use of it fails', () => {
      const analysis = outgrown(16);
      const [hidden, ...others] = analysis.parameters;
      const uses = ['first', 'second'].map((use) => ({ ...hidden, use, isTied: true }));
      const result = judged({ ...analysis, parameters: [...uses, ...others] });
      expect(result.diagnosis.map(({ cause, parameters }) => [cause, parameters])).toEqual([
        ['epsilon-unscaled', ['hidden/kernel']],
      ]);
      expect(result.parameters.map(({ outcome }) => outcome)).toEqual(['fail', 'fail', 'pass']);
    });

    it('leaves out what is inert, and what is declared to be ignored', () => {
      const analysis = outgrown(16);
      expect(judged({ ...analysis, inert: ['hidden/kernel'] }).verdict).not.toBe('fail');
      expect(judged(analysis, { 'hidden/kernel': 'ignore' }).verdict).not.toBe('fail');
    });

    it('shows and does not judge it where epsilon decides which family an update belongs to', () => {
      expect(judged(outgrown(16, 'RMSProp')).parameters[0]?.epsilonShare?.outcome).toBe('inapplicable');
    });
  });

  it('has nothing to say where nothing was measured', () => {
    const [parameter] = judged(audited({})).parameters;
    expect(parameter).not.toHaveProperty('rateDrift');
    expect(parameter).not.toHaveProperty('decay');
  });
});
