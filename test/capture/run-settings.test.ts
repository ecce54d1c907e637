import { describe, expect, it } from 'vitest';
import { withTrials } from '../../src/capture/trials.js';
import { tf, type Tensor, type Variable } from '../../src/engine/tf.js';
import { defineModel } from '../../src/model/definition.js';

describe('settingsOfRun', () => {
  it('takes an initial size that is not at hand for unknown, not for 0', async () => {
    const model = defineModel({
      widths: [4, 8],
      build: () => {
        const parameters: Record<string, Variable> = { w: tf.tidy(() => tf.variable(tf.tensor2d([[3], [3]]))) };
        return { parameters, apply: (x: Tensor) => tf.matMul(x, parameters['w']) };
      },
      batch: () => ({ x: tf.ones([4, 2]), y: tf.zeros([4, 1]) }),
      optimizer: ({ model: { parameters } }) => {
        // After the model was looked at: its value there is not known.
        parameters['late'] ??= tf.tidy(() => tf.variable(tf.ones([1])));
        return tf.train.sgd(0.1);
      },
    });
    await withTrials(model, { engine: 'cpu', request: { widths: [4], seeds: 1 } }, async ({ settings }) => {
      const key = { parametrization: 'mup', width: 4, depth: null, seed: 0, steps: 1, setting: {} } as const;
      const { parameters } = await settings(key);
      expect([parameters['w']?.initStd, parameters['late']?.initStd]).toEqual([3, null]);
    });
  });
});
