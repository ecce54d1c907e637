import { describe, expect, it } from 'vitest';
import { check } from '../../src/check.js';
import { tf, type LayersModel } from '../../src/engine/tf.js';
import { defineModel } from '../../src/model/definition.js';
import { mup } from '../../src/mup/index.js';

const BASE_WIDTH = 32;

/** An MLP whose readout starts at zero, under AdamW with a large decay; hidden rates × m^exponent. */
const model = (exponent: number) => {
  const multipliers = new WeakMap<object, number>();
  return defineModel({
    build: ({ width }): LayersModel => {
      const built = mup.parametrize(
        (w) =>
          tf.sequential({
            layers: [
              tf.layers.dense({ units: w, activation: 'relu', inputShape: [32], kernelInitializer: 'heNormal' }),
              tf.layers.dense({ units: w, activation: 'relu', kernelInitializer: 'heNormal' }),
              tf.layers.dense({ units: 32, kernelInitializer: 'zeros' }),
            ],
          }),
        { width, baseWidth: BASE_WIDTH },
      );
      multipliers.set(built, width / BASE_WIDTH);
      return built;
    },
    batch: ({ seed, step }) => ({
      x: tf.randomNormal([64, 32], 0, 1, 'float32', 1 + seed * 100 + step),
      y: tf.oneHot(tf.randomUniform([64], 0, 32, 'int32', 7 + seed * 100 + step), 32),
    }),
    loss: 'softmaxCrossEntropy',
    optimizer: ({ model: built }) =>
      mup.adamW(built, {
        learningRate: 1e-3,
        weightDecay: 0.1,
        rateMultipliers: { 'dense_2/kernel': (multipliers.get(built) ?? 1) ** exponent },
      }),
  });
};

const OPTIONS = { widths: [32, 64, 128, 256], seeds: 3, steps: 3 };

describe('check, of weight decay that moves what has no gradient yet', () => {
  it('passes a correct model: the first update is the first that a gradient made', async () => {
    const { verdict, summary, parameters } = await check(model(0), OPTIONS);
    expect(verdict, summary).toBe('pass');
    const hidden = parameters.find(({ parameter }) => parameter === 'dense_2/kernel');
    expect(hidden?.isolatedUpdate.step).toBe(2);
  });

  it('finds a hidden rate that is not scaled, which decay alone would hide', async () => {
    const { diagnosis } = await check(model(1), OPTIONS);
    expect(diagnosis.find(({ cause }) => cause === 'hidden-rate-unscaled')).toMatchObject({
      parameters: ['dense_2/kernel'],
      fix: { learningRateExponent: -1 },
    });
  });
});
