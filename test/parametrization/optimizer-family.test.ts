import { describe, expect, it } from 'vitest';
import { familyDependsOnGradient, optimizerFamily } from '../../src/parametrization/optimizer-family.js';

describe('optimizerFamily', () => {
  it('knows the class names of TF.js', () => {
    expect(['SGD', 'Momentum'].map(optimizerFamily)).toEqual(['sgd', 'sgd']);
    expect(['Adam', 'Adamax', 'RMSProp', 'Adagrad', 'Adadelta'].map(optimizerFamily)).toEqual(
      Array.from({ length: 5 }, () => 'sign'),
    );
  });

  it('reads AdamOptimizer as Adam, and answers null for a stranger', () => {
    expect(optimizerFamily('AdamOptimizer')).toBe('sign');
    expect(optimizerFamily('Lion')).toBe('sign');
    expect(optimizerFamily('Shampoo')).toBeNull();
  });
});

describe('familyDependsOnGradient', () => {
  it('is true for the optimizers with a large constant in the denominator', () => {
    expect(familyDependsOnGradient('RMSProp')).toBe(true);
    expect(familyDependsOnGradient('Adam')).toBe(false);
  });
});
