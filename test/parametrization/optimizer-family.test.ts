import { describe, expect, it } from 'vitest';
import {
  familyByGradient,
  familyDependsOnGradient,
  familyOfRole,
  hasEpsilonBeside,
  optimizerFamily,
} from '../../src/parametrization/optimizer-family.js';

describe('optimizerFamily', () => {
  it('knows the class names of TF.js', () => {
    expect(['SGD', 'Momentum', 'Adadelta'].map(optimizerFamily)).toEqual(['sgd', 'sgd', 'sgd']);
    expect(['Adam', 'Adamax', 'RMSProp', 'Adagrad'].map(optimizerFamily)).toEqual(
      Array.from({ length: 4 }, () => 'sign'),
    );
  });

  it('reads AdamOptimizer as Adam, and answers null for a stranger', () => {
    expect(optimizerFamily('AdamOptimizer')).toBe('sign');
    expect(optimizerFamily('Lion')).toBe('sign');
    expect(optimizerFamily('Muon')).toBe('muon');
    expect(optimizerFamily('Shampoo')).toBeNull();
  });
});

describe('familyDependsOnGradient', () => {
  it('is true for the optimizers with a large constant in the denominator', () => {
    expect(familyDependsOnGradient('RMSProp')).toBe(true);
    expect(familyDependsOnGradient('Adam')).toBe(false);
  });
});

describe('hasEpsilonBeside', () => {
  it('is true of Adam and its like, not where epsilon stands inside the root, or may be another part’s', () => {
    expect(['Adam', 'AdamWOptimizer', 'Adamax'].map(hasEpsilonBeside)).toEqual([true, true, true]);
    expect(['RMSProp', 'Adagrad', 'SGD', 'Muon', 'Shampoo'].map(hasEpsilonBeside)).toEqual(Array(5).fill(false));
  });
});

describe('familyOfRole', () => {
  it('leaves to Adam what Muon does not orthogonalise', () => {
    const roles = ['input', 'hidden', 'readout', 'vector', 'scalar'] as const;
    expect(roles.map((role) => familyOfRole('muon', role))).toEqual(['sign', 'muon', 'sign', 'sign', 'sign']);
    expect(roles.map((role) => familyOfRole('sgd', role))).toEqual(['sgd', 'sgd', 'sgd', 'sgd', 'sgd']);
  });
});

describe('familyByGradient', () => {
  it('is sgd where the squared gradient is far below the constant, sign far above, and neither between', () => {
    // Adagrad: g² against 0.1; RMSProp: 0.1 · g² against 1e-7.
    expect([0.05, 0.3, 5].map((g) => familyByGradient('Adagrad', g))).toEqual(['sgd', null, 'sign']);
    expect([1e-4, 1e-3, 1e-2].map((g) => familyByGradient('RMSProp', g))).toEqual(['sgd', null, 'sign']);
  });

  it('is the class alone that decides for all others', () => {
    expect(familyByGradient('Adam', 1e-9)).toBe('sign');
    expect(familyByGradient('Shampoo', 1)).toBeNull();
  });
});
