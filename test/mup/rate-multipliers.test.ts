import { beforeAll, describe, expect, it } from 'vitest';
import { openEngine } from '../../src/engine/open-engine.js';
import { tf, type LayersModel } from '../../src/engine/tf.js';
import { muon } from '../../src/mup/muon.js';
import { adagrad, adam, adamW, lion, rmsprop, sgd, type MupOptimizer } from '../../src/mup/optimizers.js';
import type { RateMultipliers } from '../../src/mup/parameter-groups.js';
import { scaled } from '../../src/mup/scaled-optimizer.js';
import { build, largestGap, multipliers, train, values } from './small-mlp.js';

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

  it.each([
    ['muon', (model, own) => muon(model, { learningRate: 0.1, adam: { learningRate: 0.1 }, ...own })],
    ['scaled', (model, own) => scaled(tf.train.adam(0.1), model, own)],
  ] satisfies [string, (model: LayersModel, own: { rateMultipliers?: RateMultipliers }) => MupOptimizer][])(
    'multiply %s’s own, by glob, and what it trains by',
    (_, make) => {
      const rateMultipliers = { 'dense_1/*': 0.5, '*kernel': 4 };
      const [model, plain] = [build(32), build(32)];
      const start = values(model);
      const optimizers = [make(model, { rateMultipliers }), make(plain, {})] as const;
      const [own, unchanged] = [multipliers(model, optimizers[0]), multipliers(plain, optimizers[1])];
      const factors = [2, 0.5, 4, 4, 1];
      expect(own).toEqual(unchanged.map((multiplier, i) => multiplier * (factors[i] ?? 0)));
      const [after, reference] = [train(model, optimizers[0], 1), train(plain, optimizers[1], 1)];
      const moved = (weights: number[]) => weights.map((w, i) => w - (start[i] ?? Number.NaN));
      // One step from the same weights: kernel and bias of each layer in turn.
      const expected = [2, 0.5, 4, 1, 4, 1].flatMap((factor, i) =>
        Array.from({ length: model.getWeights()[i]?.size ?? 0 }, () => factor),
      );
      const wanted = moved(reference).map((change, i) => change * (expected[i] ?? Number.NaN));
      expect(largestGap(moved(after), wanted)).toBeLessThan(1e-6);
      expect(Math.max(...wanted.map(Math.abs))).toBeGreaterThan(0.01);
    },
  );

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
