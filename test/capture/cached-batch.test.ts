import { afterAll, describe, expect, it } from 'vitest';
import { executeRun } from '../../src/capture/run.js';
import type { RunSpec } from '../../src/capture/run-spec.js';
import { openEngine } from '../../src/engine/open-engine.js';
import { tf, type Tensor } from '../../src/engine/tf.js';
import { batchStore } from '../../src/model/batch.js';
import { defineModel } from '../../src/model/definition.js';

const engine = await openEngine('onnx', { threads: 1 });
afterAll(() => engine.dispose());

const SPEC: RunSpec = {
  width: 16,
  depth: null,
  seed: 3,
  steps: 2,
  parametrization: 'mup',
  hyperparameters: {},
  taps: null,
  measure: 'all',
  places: null,
};

const { dense } = tf.layers;

describe('a batch that is handed out again', () => {
  // Recorded, not computed, when it is handed out; its sum runs over more numbers than single precision adds exactly.
  const cached = () => {
    let batch: { x: Tensor; y: Tensor } | undefined;
    return defineModel({
      build: ({ width }) =>
        tf.sequential({
          layers: [dense({ units: width, activation: 'relu', inputShape: [6] }), dense({ units: 3 })],
        }),
      loss: 'softmaxCrossEntropy',
      optimizer: () => tf.train.adam(0.01),
      batch: () => {
        batch ??= tf.tidy(() => {
          const x = tf.randomNormal([8, 6, 500], 3, 1, 'float32', 5);
          const y = tf.oneHot(tf.tensor1d([0, 1, 2, 0, 1, 2, 0, 1], 'int32'), 3);
          return { x: tf.div(tf.mean(x, 2), tf.sum(x).div(1e4)), y };
        });
        for (const tensor of Object.values(batch)) tf.keep(tensor);
        return batch;
      },
    });
  };

  it('has the same numbers whatever the process did first', async () => {
    const rowsAfter = async (first: RunSpec['measure'] | null) => {
      const definition = cached();
      const bench = { engine, store: batchStore(definition) };
      if (first !== null) await executeRun(definition, { ...SPEC, width: 8, measure: first }, bench);
      return (await executeRun(definition, SPEC, bench)).rows;
    };
    const alone = await rowsAfter(null);
    expect(await rowsAfter('activations')).toEqual(alone);
    expect(await rowsAfter('all')).toEqual(alone);
  });
});
