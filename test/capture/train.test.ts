import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { trainTrial } from '../../src/capture/train.js';
import type { Engine } from '../../src/engine/engine.js';
import { openEngine } from '../../src/engine/open-engine.js';
import { tf, type Tensor } from '../../src/engine/tf.js';
import { batchStore } from '../../src/model/batch.js';
import { defineModel, type Batch, type ModelDefinition } from '../../src/model/definition.js';
import type { TrialKey } from '../../src/records/trial.js';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine('onnx', { threads: 1 });
});
afterAll(() => engine.dispose());

const TRIAL: TrialKey = {
  parametrization: 'mup',
  width: 4,
  depth: null,
  seed: 0,
  steps: 10,
  setting: { learningRate: 0.1 },
};

const one = (value: number): Batch => ({ x: tf.tensor2d([[value]]), y: tf.tensor2d([[value]]) });

/** y = w·x on x = y = 1 from w = 0: the loss (w − 1)² under SGD at rate r is (1 − 2r)^(2t). */
function scalarModel(changes: Partial<ModelDefinition> = {}) {
  return defineModel({
    hyperparameters: { learningRate: 0.1 },
    build: () => {
      const w = tf.tidy(() => tf.variable(tf.zeros([1, 1])));
      return { parameters: { w }, apply: (x: Tensor) => tf.matMul(x, w) };
    },
    batch: () => one(1),
    optimizer: ({ hyperparameters }: { hyperparameters: { learningRate: number } }) =>
      tf.train.sgd(hyperparameters.learningRate),
    ...(changes as object),
  });
}

async function train(definition: object, trial: Partial<TrialKey> = {}) {
  const known = definition as ModelDefinition;
  return trainTrial(known, { ...TRIAL, ...trial }, { engine, store: batchStore(known) });
}

describe('trainTrial', () => {
  it('keeps the loss before every update', async () => {
    const { loss, state, error } = await train(scalarModel());
    expect({ state, error, length: loss.length }).toEqual({ state: 'finished', error: null, length: 10 });
    loss.forEach((value, t) => expect(value).toBeCloseTo(0.64 ** t, 6));
  });

  it('is judged on the mean training loss of the last tenth of its steps', async () => {
    const { score } = await train(scalarModel(), { steps: 20, setting: { learningRate: 0.01 } });
    expect(score).toBeCloseTo((0.98 ** 36 + 0.98 ** 38) / 2, 6);
  });

  it('is judged on the validation batch after the last update, where there is one', async () => {
    const { score } = await train(scalarModel({ validation: () => one(2) }));
    expect(score).toBeCloseTo(4 * 0.64 ** 10, 6);
  });

  it('validates without dropout', async () => {
    const layers = [
      tf.layers.dropout({ rate: 0.9, inputShape: [1] }),
      tf.layers.dense({ units: 1, useBias: false, kernelInitializer: 'zeros', trainable: true }),
    ];
    const definition = scalarModel({ build: () => tf.sequential({ layers }), validation: () => one(1) });
    const { score } = await train(definition, { setting: { learningRate: 0 } });
    expect(score).toBeCloseTo(1, 6);
  });

  it('ends where the loss is not finite, without a score', async () => {
    const { loss, state, score } = await train(scalarModel(), { setting: { learningRate: 1e30 } });
    expect({ state, score }).toEqual({ state: 'diverged', score: 'NaN' });
    expect(loss.length).toBeLessThan(10);
    expect(loss.at(-1)).toBe('Infinity');
  });

  it('is the beginning of a longer one', async () => {
    const [short, long] = [await train(scalarModel(), { steps: 4 }), await train(scalarModel())];
    expect(short.loss).toEqual(long.loss.slice(0, 4));
  });

  it('gives every setting to build and to the optimizer', async () => {
    const seen: unknown[] = [];
    const definition = scalarModel({
      build: ({ hyperparameters, parametrization, width }) => {
        seen.push(hyperparameters, parametrization, width);
        return tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [1] })] });
      },
    });
    await train(definition, { parametrization: 'sp', width: 7, steps: 1, setting: { learningRate: 0.5 } });
    expect(seen).toEqual([{ learningRate: 0.5 }, 'sp', 7]);
  });

  it.each([
    ['made anew', () => one(1)],
    ['the definition keeps', kept()],
    ['half kept', halfKept()],
  ])('leaves no tensor of batches that are %s, and their own alone', async (_, batch) => {
    const definition = scalarModel({ batch, validation: batch });
    await train(definition);
    const before = tf.memory().numTensors;
    const { state } = await train(definition);
    expect({ state, left: tf.memory().numTensors - before }).toEqual({ state: 'finished', left: 0 });
  });
});

/** The same two tensors, whatever the step. */
function kept(): () => Batch {
  let batch: Batch | null = null;
  return () => (batch ??= one(1));
}

/** Inputs anew, labels kept. */
function halfKept(): () => Batch {
  let labels: Tensor | null = null;
  return () => ({ x: tf.tensor2d([[1]]), y: (labels ??= tf.tensor2d([[1]])) });
}
