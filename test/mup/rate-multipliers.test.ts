import { beforeAll, describe, expect, it } from 'vitest';
import { openEngine } from '../../src/engine/open-engine.js';
import { adagrad, adam, adamW, lion, rmsprop, sgd } from '../../src/mup/optimizers.js';
import { build, multipliers } from './small-mlp.js';

beforeAll(async () => void (await openEngine('cpu', { threads: 1 })));

describe('rateMultipliers', () => {
  it.each(Object.entries({ sgd, adam, adamW, rmsprop, adagrad, lion }))('multiply %s’s own, by glob', (_, make) => {
    const model = build(32);
    const plain = multipliers(model, make(model, { learningRate: 0.1 }));
    const own = multipliers(
      model,
      make(model, { learningRate: 0.1, rateMultipliers: { 'dense_1/*': 0.5, '*kernel': 4 } }),
    );
    // Kernel and bias of the first layer, kernels of the other two, the readout's bias.
    const factors = [2, 0.5, 4, 4, 1];
    expect(own).toEqual(plain.map((multiplier, i) => multiplier * (factors[i] ?? 0)));
  });

  it('refuses a glob that matches nothing, naming what there is', () => {
    const model = build(32);
    expect(() => adam(model, { learningRate: 0.1, rateMultipliers: { 'block*': 0.5 } })).toThrow(
      /'block\*' matches none of: dense_1\/kernel, dense_1\/bias/,
    );
  });

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('refuses a factor of %d', (factor) => {
    const model = build(32);
    expect(() => adam(model, { learningRate: 0.1, rateMultipliers: { '*': factor } })).toThrow(/finite number above 0/);
  });
});
