import { describe, expect, it } from 'vitest';
import { updateFamily } from '../../src/verdict/update-family.js';
import { parameterSeries, series } from './model.js';

/** A parameter whose gradient at width 64 … 512 is this large, times 1/8 … 1/64 where it falls as 1/width. */
const withGradient = (exponent: number) => ({
  ...parameterSeries('dense/kernel', 'hidden'),
  gradient: [series(exponent, { step: 0 })],
});

describe('updateFamily', () => {
  it('goes by the class of the optimizer where that alone decides', () => {
    expect(updateFamily('SGD', withGradient(-1), 'hidden')).toBe('sgd');
    expect(updateFamily('AdamOptimizer', withGradient(-1), 'hidden')).toBe('sign');
    expect(updateFamily('Shampoo', withGradient(-1), 'hidden')).toBeNull();
  });

  it('goes by the measured gradient where TF.js has a constant beside its square', () => {
    // 64^-3 … 512^-3 is far below √1e-6, 1 far above, 64^-1.2 … 512^-1.2 about as large.
    expect(updateFamily('RMSProp', withGradient(-3), 'hidden')).toBe('sgd');
    expect(updateFamily('RMSProp', withGradient(0), 'hidden')).toBe('sign');
    expect(updateFamily('RMSProp', withGradient(-1.2), 'hidden')).toBeNull();
    expect(updateFamily('RMSProp', { gradient: [] }, 'hidden')).toBe('sign');
  });

  it('goes by the first gradient that is not 0, as behind a zero readout', () => {
    const gradient = [series(null, { step: 0 }), series(-3, { step: 1 })];
    expect(updateFamily('RMSProp', { gradient }, 'hidden')).toBe('sgd');
  });

  it('takes what Muon leaves to Adam as Adam’s', () => {
    expect(updateFamily('Muon', withGradient(-1), 'hidden')).toBe('muon');
    expect(updateFamily('Muon', withGradient(-1), 'readout')).toBe('sign');
  });
});
