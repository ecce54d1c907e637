import { beforeAll, describe, expect, it } from 'vitest';
import { openEngine } from '../../src/engine/open-engine.js';
import { tf, type LayersModel } from '../../src/engine/tf.js';
import { adam } from '../../src/mup/optimizers.js';
import { parametrize } from '../../src/mup/parametrize.js';
import { scaled } from '../../src/mup/scaled-optimizer.js';
import { BASE, mlp, variableOf } from './small-mlp.js';

type Sequential = ReturnType<typeof tf.sequential>;

beforeAll(async () => void (await openEngine('cpu', { threads: 1 })));

describe('GroupedOptimizer', () => {
  it('trains a parameter that was frozen at its own rate once it is not', () => {
    const setTrainable = (model: LayersModel, isTrainable: boolean) => {
      for (const layer of model.layers.slice(1, 2)) layer.trainable = isTrainable;
    };
    const withFrozen = (width: number) => {
      const model = mlp(width);
      setTrainable(model, false);
      return model;
    };
    const frozen = parametrize(withFrozen, { width: 32, baseWidth: BASE });
    const optimizer = adam(frozen, { learningRate: 1, epsilon: 0 });
    const variable = variableOf(frozen, 'dense_2/kernel');
    const start = variable.dataSync()[0] ?? Number.NaN;
    setTrainable(frozen, true);
    optimizer.applyGradients([{ name: variable.name, tensor: tf.onesLike(variable) }]);
    // Within what single precision leaves of 1 − 0.999.
    expect(start - (variable.dataSync()[0] ?? Number.NaN)).toBeCloseTo(1 / 8, 5);
  });

  it('refuses a model that has grown since its base shapes were set', () => {
    const model = parametrize(mlp, { width: 32, baseWidth: BASE }) as Sequential;
    model.add(tf.layers.dense({ units: 2, name: 'late' }));
    expect(() => adam(model, { learningRate: 1 })).toThrow(/came after they were set: late\/kernel, late\/bias/);
    expect(() => scaled(tf.train.adam(1), model)).toThrow(/late\/kernel/);
  });
});
