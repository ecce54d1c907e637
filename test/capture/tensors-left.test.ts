import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { executeRun, placesOfRun } from '../../src/capture/run.js';
import { check } from '../../src/check.js';
import type { Engine } from '../../src/engine/engine.js';
import { openEngine } from '../../src/engine/open-engine.js';
import { tf, type Tensor } from '../../src/engine/tf.js';
import { batchStore } from '../../src/model/batch.js';
import { defineModel, type Batch, type ModelDefinition } from '../../src/model/definition.js';
import { SPEC } from './small-run.js';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine('cpu', { threads: 1 });
});
afterAll(() => engine.dispose());

const OPTIONS = { widths: [8, 16], seeds: 2, steps: 2, engine: 'cpu' } as const;

const freshBatch = ({ seed }: { seed: number }): Batch => ({
  x: tf.randomNormal([6, 5], 0, 1, 'float32', seed + 1),
  y: tf.randomNormal([6, 2], 0, 1, 'float32', seed + 2),
});

interface Changes {
  batch?: ModelDefinition['batch'];
  /** Forward passes after which the model throws; it never does unless given. */
  passes?: number;
  engine?: 'cpu' | 'onnx';
}

/** Two matrices side by side in one layer, which therefore get taps of their own, and attention without a tap. */
function definition({ batch = freshBatch, passes = Number.POSITIVE_INFINITY }: Changes = {}) {
  let left = passes;
  const variable = (shape: number[]) => tf.tidy(() => tf.variable(tf.randomNormal(shape, 0, 0.3)));
  return defineModel({
    name: 'leaking',
    build: ({ width }) => {
      const parameters = {
        input: variable([5, width]),
        query: variable([width, width]),
        key: variable([width, width]),
        bias: variable([width]),
        readout: variable([width, 2]),
      };
      const { input, query, key, bias, readout } = parameters;
      const apply = (x: Tensor) => {
        left -= 1;
        if (left < 0) throw new Error('out of passes');
        const h = tf.relu(tf.add(tf.matMul(x, input), bias));
        const weights = tf.softmax(tf.matMul(tf.matMul(h, query), tf.matMul(h, key), false, true));
        return tf.matMul(tf.matMul(weights, h), readout);
      };
      return { parameters, apply };
    },
    batch,
    optimizer: () => tf.train.adam(0.01),
  });
}

/** Tensors that a check leaves behind. */
async function left(changes: Changes = {}): Promise<number> {
  const before = tf.memory().numTensors;
  await check(definition(changes), { ...OPTIONS, engine: changes.engine ?? 'cpu' }).catch(() => null);
  return tf.memory().numTensors - before;
}

describe('check, of a definition', () => {
  it.each(['cpu', 'onnx'] as const)('leaves no tensors, however often it is made, on %s', async (engine) => {
    expect([await left({ engine }), await left({ engine }), await left({ engine })]).toEqual([0, 0, 0]);
  });

  it('leaves none of a layers model, nor of synthetic batches', async () => {
    const layers = defineModel({
      build: ({ width }) =>
        tf.sequential({
          layers: [
            tf.layers.dense({ units: width, inputShape: [5], activation: 'relu' }),
            tf.layers.batchNormalization(),
            tf.layers.dropout({ rate: 0.1 }),
            tf.layers.dense({ units: 2 }),
          ],
        }),
    });
    const before = tf.memory().numTensors;
    await check(layers, OPTIONS);
    expect(tf.memory().numTensors - before).toBe(0);
  });

  it.each([
    ['run', executeRun],
    ['search for places', placesOfRun],
  ])('leaves none of a %s wherever the model throws', async (_, execute) => {
    const spec = { ...SPEC, width: 8 };
    const lefts: number[] = [];
    for (let isThrowing = true; isThrowing;) {
      const before = tf.memory().numTensors;
      const failing = definition({ passes: lefts.length });
      const store = batchStore(failing);
      isThrowing = await execute(failing, spec, { engine, store }).then(
        () => false,
        () => true,
      );
      await store.dispose();
      lefts.push(tf.memory().numTensors - before);
    }
    expect(lefts.length).toBeGreaterThan(10);
    expect(lefts.filter((count) => count !== 0)).toEqual([]);
  });

  it('leaves none where the batch throws', async () => {
    const batch = (key: { seed: number; step: number }) => {
      if (key.step === 1) throw new Error('no more data');
      return freshBatch(key);
    };
    expect(await left({ batch })).toBe(0);
  });

  it('leaves the definition its own tensors, also where it asks for them once', async () => {
    const own = freshBatch({ seed: 1 });
    const labels = tf.randomNormal([6, 2]);
    const before = tf.memory().numTensors;
    await check(definition({ batch: () => own }), { ...OPTIONS, widths: [8], seeds: 1 });
    await check(definition({ batch: ({ step }) => ({ x: tf.ones([6, 5]), y: step === 0 ? own.y : labels }) }), OPTIONS);
    expect([own.x, own.y, labels].map((tensor) => (tensor as Tensor).isDisposed)).toEqual([false, false, false]);
    expect(tf.memory().numTensors).toBe(before);
  });
});
