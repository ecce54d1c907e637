import { describe, expect, it } from 'vitest';
import type { RunSettings } from '../../src/capture/trials.js';
import { extrapolatedSettings } from '../../src/transfer/extrapolated-settings.js';

const WIDTHS: [number, number, number] = [8, 16, 32];

/** Settings of a model with one hidden matrix, under an Adam at a rate of 1 / width. */
function at(
  width: number,
  { optimizer, initStd = 0, more }: { optimizer?: object; initStd?: number | null; more?: object } = {},
): RunSettings {
  const row = { shape: [width, width], learningRate: 1 / width, initStd, multiplier: 1, weightDecay: 0, epsilon: 1e-8 };
  return {
    isPerParameter: true,
    optimizer: { className: 'Adam', config: { beta1: 0.9 }, decayForm: 'decoupled', isScheduled: false, ...optimizer },
    parameters: { 'dense_1/kernel': row, ...more },
  };
}

const extrapolated = (make: (width: number) => RunSettings) =>
  extrapolatedSettings([make(8), make(16), make(32)], WIDTHS, 256);

describe('extrapolatedSettings', () => {
  it('keeps what the optimizer has at every width alike, and finds nothing amiss', () => {
    const { optimizer, parameters, problems } = extrapolated((width) => at(width));
    expect(optimizer).toEqual(at(8).optimizer);
    expect(parameters['dense_1/kernel']).toMatchObject({ shape: [256, 256], learningRate: 1 / 256, epsilon: 1e-8 });
    expect(problems).toEqual([]);
  });

  it('leaves out, and names, a setting of the optimizer that depends on the width', () => {
    const { optimizer, problems } = extrapolated((width) =>
      at(width, { optimizer: { config: { beta1: 0.9, beta2: 1 - 1 / width, ...(width > 8 && { amsgrad: true }) } } }),
    );
    expect(optimizer.config).toEqual({ beta1: 0.9 });
    expect(problems).toEqual([
      "The optimizer's beta2 is 0.875, 0.9375, 0.96875 at widths 8, 16, 32: it depends on the width, and is left out.",
      "The optimizer's amsgrad is nothing, true, true at widths 8, 16, 32: it depends on the width, and is left out.",
    ]);
  });

  it('knows no rate where the class depends on the width', () => {
    const { parameters, problems } = extrapolated((width) =>
      at(width, { optimizer: { className: width === 32 ? 'SGD' : 'Adam' } }),
    );
    expect(problems).toEqual([
      'The optimizer is Adam, Adam, SGD at widths 8, 16, 32: rates, weight decay and epsilon are not known.',
    ]);
    expect(parameters['dense_1/kernel']).toMatchObject({ learningRate: null, epsilon: null, multiplier: 1 });
  });

  it('names a parameter that only wider models have', () => {
    const bias = { shape: [4], learningRate: 1, initStd: 0, multiplier: 1, weightDecay: 0, epsilon: null };
    const { parameters, problems } = extrapolated((width) => at(width, width > 8 ? { more: { bias } } : {}));
    expect(Object.keys(parameters)).toEqual(['dense_1/kernel']);
    expect(problems).toEqual(['bias is not a parameter at every one of widths 8, 16, 32, so nothing is known of it.']);
  });

  it('takes an initial size that is not at hand for unknown, not for 0', () => {
    const { parameters, problems } = extrapolated((width) => at(width, { initStd: null }));
    expect([parameters['dense_1/kernel']?.initStd, problems]).toEqual([null, []]);
    const one = extrapolated((width) => at(width, { initStd: width === 8 ? null : 0 }));
    expect(one.parameters['dense_1/kernel']?.initStd).toBeNull();
    expect(one.problems).toEqual(['dense_1/kernel: initStd is no power of the width, and not known.']);
  });
});
